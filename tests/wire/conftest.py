"""What the wire tests share: a Slack with a clock and its SDK's client, and a town for the whole bot."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import painter
from bot.playground.slack import StandIn, serve
from tests.wire.images_server import serving
from tests.wire.service_bench import Bench
from tests.wire.slack_calls import Clock
from tests.wire.whole_bot import BotProcess, Town, a_picture


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[StandIn]:
    async with serve(now=clock) as stand_in:
        yield stand_in


@pytest.fixture
def client(slack: StandIn) -> AsyncWebClient:
    # No retries: a test counts the calls itself.
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=5)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Slack and a painter in real time; every picture is the same PNG."""
    async with (
        serve(page=False) as stand_in,
        painter.serve(fixed_picture=a_picture(), deployments={"wall": "gpt-image-2"}) as local,
    ):
        yield Town(slack=stand_in, painter=local, folder=tmp_path)


@pytest.fixture
async def process(town: Town) -> AsyncIterator[BotProcess]:
    """A bot that can be killed, not started yet."""
    bot = BotProcess(town=town)
    yield bot
    await bot.close()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """An image service that answers what the test tells it to."""
    async with serving() as server:
        bench = Bench(server)
        yield bench
        for model in bench.models:
            await model.close()
