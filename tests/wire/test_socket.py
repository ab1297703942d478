"""Slack's socket when it goes deaf, and when it is closed with something in hand."""

import asyncio
import logging
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.slack.socket import Socket
from bot.playground.slack import StandIn
from bot.playground.slack.faults import Trouble


def listening(
    slack: StandIn,
    heard: list[str],
    seconds: float = 0,
    unheard: list[str] | None = None,
    token: str = "",
) -> Socket:
    """A socket of an app that notes what it hears and takes its time over the answer."""
    who = AuthorizeResult(enterprise_id=None, team_id=slack.workspace.team.id)
    app = AsyncApp(
        client=AsyncWebClient(base_url=slack.api_url),
        signing_secret="unused",
        authorize=_always(who),
        logger=logging.getLogger("bot.slack"),
    )

    async def hear(req: AsyncBoltRequest) -> BoltResponse:
        await asyncio.sleep(seconds)
        heard.append(str(req.body.get("text")))
        return BoltResponse(status=200, body="")

    async def lost(body: dict[str, Any]) -> None:
        if unheard is not None:
            unheard.append(str(body.get("text")))

    app.use(hear)
    return Socket(app, token or slack.app_token, logging.getLogger("bot.slack"), unheard=lost, patience=0.2)


def _always(who: AuthorizeResult) -> Any:
    async def authorize() -> AuthorizeResult:
        return who

    return authorize


async def test_a_token_that_slack_refuses_is_told_and_not_tried_for_ever(slack: StandIn) -> None:
    socket = listening(slack, [], token="xapp-of-another-app")
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await socket.open()


@pytest.mark.parametrize(
    ("trouble", "value"), [(Trouble.STATUS, 503), (Trouble.REFUSE, 0), (Trouble.LOST_REPLY, 0)]
)
async def test_slack_may_fail_to_open_a_socket_once(slack: StandIn, trouble: Trouble, value: float) -> None:
    slack.workspace.faults.on("apps.connections.open", trouble, value=value, error="a_new_one")
    socket = listening(slack, [])
    await socket.open()
    assert await socket.is_open()
    await socket.close()


async def test_a_socket_that_the_sdk_gave_up_is_opened_anew(slack: StandIn) -> None:
    heard: list[str] = []
    socket = listening(slack, heard)
    await socket.open()
    watch = asyncio.create_task(socket.watch())
    try:
        await socket._let_go()  # closed to its end: the SDK will not come back
        assert not await socket.is_open()
        await slack.workspace.until(lambda: not slack.sockets.connected, 5)
        await slack.connected()
        assert (await slack.workspace.command("ann", "general", "a fox")).ok
        assert heard == ["a fox"]
    finally:
        watch.cancel()
        await socket.close()


async def test_what_was_heard_before_the_end_is_still_answered(slack: StandIn) -> None:
    heard: list[str] = []
    socket = listening(slack, heard, seconds=0.5)
    await socket.open()
    asked = asyncio.create_task(slack.workspace.command("ann", "general", "a fox"))
    while not socket._handler.in_hand:  # noqa: ASYNC110 -- the SDK's task tells nobody
        await asyncio.sleep(0.01)
    await socket.close()
    assert (await asked).ok


async def test_what_comes_while_the_last_answers_are_given_is_answered_too(slack: StandIn) -> None:
    heard: list[str] = []
    socket = listening(slack, heard, seconds=0.4)
    await socket.open()
    first = asyncio.create_task(slack.workspace.command("ann", "general", "a fox"))
    while not socket._handler.in_hand:  # noqa: ASYNC110 -- the SDK's task tells nobody
        await asyncio.sleep(0.01)
    closing = asyncio.create_task(socket.close())
    await asyncio.sleep(0.2)
    second = asyncio.create_task(slack.workspace.command("ben", "general", "an owl"))
    await closing
    assert (await first).ok
    assert (await second).ok
    assert heard == ["a fox", "an owl"]


async def test_what_comes_too_late_to_be_answered_is_not_taken(slack: StandIn) -> None:
    heard: list[str] = []
    socket = listening(slack, heard)
    await socket.open()
    socket._handler.deaf = True  # its close is about to let go of the line
    assert not (await slack.workspace.command("ann", "general", "a fox")).ok
    assert heard == []
    await socket.close()


async def test_what_was_taken_and_could_not_be_acknowledged_is_told(slack: StandIn) -> None:
    heard: list[str] = []
    unheard: list[str] = []
    socket = listening(slack, heard, seconds=0.3, unheard=unheard)
    await socket.open()
    asked = asyncio.create_task(slack.workspace.command("ann", "general", "a fox"))
    while not socket._handler.in_hand:  # noqa: ASYNC110 -- the SDK's task tells nobody
        await asyncio.sleep(0.01)
    await socket._let_go()
    while not unheard:  # noqa: ASYNC110 -- as above
        await asyncio.sleep(0.01)
    assert heard == unheard == ["a fox"]
    assert not (await asked).ok
