"""Teams' answer over HTTP: of a button that gets none, Teams says that it failed, and nothing is kept."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.chat.teams.connection import open_teams
from bot.commands.drafts import new_id
from bot.settings import Settings
from tests.wire.desk import Desk
from tests.wire.whole_bot import soon

COMMON = {
    "id": "1",
    "channelId": "msteams",
    "serviceUrl": "https://smba.trafficmanager.net/teams/",
    "from": {"id": "29:ann", "name": "Ann"},
    "recipient": {"id": "28:us"},
    "conversation": {"id": "a:1", "conversationType": "personal", "tenantId": "T1"},
}
PRESS = COMMON | {
    "type": "invoke",
    "name": "adaptiveCard/action",
    "replyToId": "7",
    "value": {"action": {"data": {"action": "again", "job": "abc"}}},
}
WORDS = COMMON | {"type": "message", "text": "a red fox"}


async def post(desk: Desk, activity: dict[str, Any]) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(desk.address, json=activity) as answer,
    ):
        return answer.status


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    settings = Settings(_env_file=None).model_copy(
        update={
            "teams_client_id": "app",
            "teams_unauthenticated": True,
            "teams_service_url_override": "http://127.0.0.1:9/",
            "host": "127.0.0.1",
        }
    )
    desk = Desk()
    async with (
        open_teams(settings, lambda _: None, None) as door,
        door.listen(take=desk.take, act=desk.act, take_back=desk.take_back) as ear,
        desk.at("/api/messages", ear.handle_http),
    ):
        yield desk


async def test_a_button_whose_answer_nobody_waits_for_leaves_nothing(desk: Desk) -> None:
    await desk.left(await desk.asked(post(desk, PRESS)))
    desk.free.set()
    await soon(lambda: bool(desk.undone))
    assert desk.undone == [(new_id(desk.taken[0]), True)]


async def test_a_message_stays_since_teams_sends_it_again(desk: Desk) -> None:
    await desk.left(await desk.asked(post(desk, WORDS)))
    desk.free.set()
    await soon(desk.over.is_set)
    assert desk.undone == []
