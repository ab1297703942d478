"""Slack's acknowledgement over HTTP: who gets none in time is told that it failed, and nothing is kept."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import utc_now
from bot.chat.slack.connection import open_slack
from bot.commands.drafts import new_id
from bot.playground.slack import StandIn
from bot.playground.slack.http_events import signature
from bot.settings import Settings
from tests.wire.desk import Desk
from tests.wire.whole_bot import soon

SECRET = "not a secret"
PRESS = (
    '{"type": "block_actions", "trigger_id": "1.2.3", "team": {"id": "T1"}, "user": {"id": "U0ANN00001"},'
    ' "channel": {"id": "C0GENERAL1"}, "message": {"ts": "1.0"},'
    ' "actions": [{"action_id": "again", "value": "abc"}]}'
)
FORM = (
    '{"type": "view_submission", "trigger_id": "1.2.3", "team": {"id": "T1"}, "user": {"id": "U0ANN00001"},'
    ' "view": {"id": "V1", "type": "modal", "callback_id": "imagine_form", "state": {"values": {}}}}'
)
COMMAND = {
    "command": "/imagine",
    "text": "a red fox",
    "team_id": "T1",
    "channel_id": "C0GENERAL1",
    "user_id": "U0ANN00001",
    "trigger_id": "1.2.3",
}
BODIES = [urlencode(COMMAND), urlencode({"payload": PRESS}), urlencode({"payload": FORM})]


async def post(desk: Desk, body: str) -> int:
    """One signed request of Slack's."""
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(SECRET, stamp, body),
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(desk.address, data=body.encode(), headers=headers) as answer,
    ):
        return answer.status


@pytest.fixture
async def desk(slack: StandIn, tmp_path: Path) -> AsyncIterator[Desk]:
    settings = Settings(_env_file=None).model_copy(
        update={
            "slack_bot_token": SecretStr(slack.bot_token),
            "slack_signing_secret": SecretStr(SECRET),
            "slack_api_url": slack.api_url,
            "imagine_data_dir": tmp_path,
        }
    )
    desk = Desk()
    async with (
        open_slack(settings, lambda _: None, utc_now) as door,
        door.listen(take=desk.take, act=desk.act, take_back=desk.take_back, at_home=desk.at_home) as ear,
        desk.at("/slack/events", ear.handle_http),
    ):
        yield desk


async def test_what_is_answered_in_time_stays(desk: Desk) -> None:
    desk.free.set()
    for body in BODIES:
        assert await post(desk, body) == 200
    assert desk.undone == []


@pytest.mark.parametrize("body", BODIES, ids=["command", "button", "form"])
async def test_who_does_not_wait_for_the_answer_gets_nothing(desk: Desk, body: str) -> None:
    asking = await desk.asked(post(desk, body))
    await desk.left(asking)
    desk.free.set()
    await soon(lambda: bool(desk.undone))
    assert desk.undone == [(new_id(desk.taken[0]), True)]


async def test_an_event_stays_since_slack_sends_it_again(desk: Desk) -> None:
    event = (
        '{"type": "event_callback", "team_id": "T1", "event": {"type": "app_mention", "user": "U0ANN00001",'
        ' "text": "a fox", "channel": "C0GENERAL1", "ts": "1.0"}}'
    )
    await desk.left(await desk.asked(post(desk, event)))
    desk.free.set()
    await soon(desk.over.is_set)
    assert desk.undone == []


async def test_a_request_that_is_open_when_the_bot_leaves_is_answered(desk: Desk) -> None:
    asking = await desk.asked(post(desk, BODIES[0]))
    leaving = asyncio.create_task(desk.runner.cleanup())
    await asyncio.sleep(0.05)
    desk.free.set()
    assert await asking == 200
    await leaving
    assert desk.undone == []
