"""The whole bot in HTTP mode: whom it believes, and the same pictures and forms as over the socket."""

import json
import time
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.app import Bot
from bot.playground.slack.http_events import signature
from tests.wire.whole_bot import Town, a_picture, running_bot, said

BODY = (
    "command=%2Fimagine&text=a+red+fox&team_id=T1&channel_id=C0GENERAL1&user_id=U0ANN00001&trigger_id=1.2.3"
)


@pytest.fixture
async def bot(town: Town) -> AsyncIterator[Bot]:
    secret = SecretStr(town.slack.signing_secret)
    async with running_bot(town, slack_app_token=None, slack_signing_secret=secret) as running:
        yield running


async def post(town: Town, bot: Bot, headers: dict[str, str], body: str = BODY) -> tuple[int, str]:
    kind = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
    async with town.slack.session.post(
        f"{bot.address}/slack/events", data=body.encode(), headers={"Content-Type": kind, **headers}
    ) as answer:
        return answer.status, await answer.text()


def signed(town: Town, at: float, body: str = BODY, secret: str = "") -> dict[str, str]:
    stamp = str(int(at))
    sign = signature(secret or town.slack.signing_secret, stamp, body)
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": sign}


async def test_only_what_slack_signed_just_now_is_believed(town: Town, bot: Bot) -> None:
    now = time.time()
    right = signed(town, now)
    liars = {
        "wrong secret": signed(town, now, secret="another"),
        "another body": signed(town, now, body=BODY + "x"),
        "no signature": {"X-Slack-Request-Timestamp": right["X-Slack-Request-Timestamp"]},
        "no timestamp": {"X-Slack-Signature": right["X-Slack-Signature"]},
        "nothing": {},
        "old": signed(town, now - 600),
        "from tomorrow": signed(town, now + 86_400),
        "from no time": {**right, "X-Slack-Request-Timestamp": "soon"},
    }
    for name, headers in liars.items():
        assert (await post(town, bot, headers))[0] == 401, name
    assert (await post(town, bot, right))[0] == 200
    await town.results()  # the one that was signed, and no other
    assert len(town.painter.calls) == 1


async def test_slacks_handshake_gets_its_challenge_back(town: Town, bot: Bot) -> None:
    body = json.dumps({"type": "url_verification", "token": "x", "challenge": "say-this"})
    status, text = await post(town, bot, signed(town, time.time(), body), body)
    assert (status, "say-this" in text) == (200, True)
    assert (await post(town, bot, signed(town, time.time(), body, "another"), body))[0] == 401


async def test_a_command_becomes_a_picture_with_every_byte_as_it_was_painted(town: Town, bot: Bot) -> None:
    result = await town.imagine("a red fox --n 2")
    assert [file.data == a_picture() for file in town.shown(result)] == [True, True]


async def test_a_redelivered_command_makes_one_picture(town: Town, bot: Bot) -> None:
    ack = await town.slack.workspace.command("ann", "general", "a red fox")
    await town.slack.workspace.redeliver(ack)
    await town.results()
    await town.imagine("something else")
    assert [call.params["prompt"] for call in town.painter.calls] == ["a red fox", "something else"]


async def test_buttons_and_words_in_the_dm_are_heard(town: Town, bot: Bot) -> None:
    await town.slack.workspace.say("ann", "dm:ann", "a red fox")
    [result] = await town.results(channel="dm:ann")
    await town.slack.workspace.press("ann", result, "again")
    await town.results(2, channel="dm:ann")


async def test_the_form_is_sent_and_its_faults_come_back_under_their_fields(town: Town, bot: Bot) -> None:
    await town.slack.workspace.command("ann", "general", "")
    view = await town.view()
    await town.slack.workspace.submit_view("ann", view, {"prompt": "{a,b,c,d,e,f,g,h,i,j,k} fox"})
    assert "at most 10" in said_of(view.errors)
    assert town.painter.calls == []
    await town.slack.workspace.submit_view("ann", view, {"prompt": "a red fox"})
    [result] = await town.results()
    assert "a red fox" in said(result)


def said_of(errors: dict[str, str]) -> str:
    return " ".join(errors.values())
