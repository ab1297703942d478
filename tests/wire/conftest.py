"""What the wire tests of the Slack stand-in share: a running one, a client of Slack's SDK, a clock."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import StandIn, serve
from tests.wire.slack_calls import Clock


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
