"""Every Slack call of the main line failing once, in each way: still one message, one paid call."""

import pytest

from bot.playground.slack import Trouble
from tests.wire.whole_bot import Town, a_picture, running_bot

CALLS = [
    ("users.info", 0),
    ("chat.postMessage", 0),
    ("files.getUploadURLExternal", 0),
    ("upload", 0),
    ("files.completeUploadExternal", 0),
    ("chat.postMessage", 1),
    ("chat.delete", 0),
]
TROUBLES = [
    (Trouble.STATUS, 500.0),
    (Trouble.SLOW, 0.7),
    (Trouble.LOST_REPLY, 0.0),
    (Trouble.DROP, 0.0),
    (Trouble.GARBAGE, 0.0),
    (Trouble.REFUSE, 0.0),
    (Trouble.RATE_LIMITED, 0.0),  # last: from then on the bot keeps the slow, documented pace
]


@pytest.mark.parametrize(("method", "skip"), CALLS, ids=[f"{method} {skip + 1}" for method, skip in CALLS])
async def test_one_failing_call_costs_nobody_a_message_or_money(town: Town, method: str, skip: int) -> None:
    faults, count = town.slack.workspace.faults, 0
    async with running_bot(town):
        for trouble, value in TROUBLES if method != "users.info" else TROUBLES[:1]:
            count += 1
            faults.on(method, trouble, value=value, skip=skip, error="a_new_one")
            result = await town.imagine(f"fox {count}")
            assert not list(faults), trouble
            assert town.shown(result)[0].data == a_picture(), trouble
            assert len(town.slack.workspace.channel("general").messages) == count, trouble
            assert len(town.painter.paid) == count, trouble


async def test_where_nobody_can_look_an_unclear_result_is_not_repeated_but_told(town: Town) -> None:
    town.slack.workspace.history_unreadable = True
    town.slack.workspace.faults.on("chat.postMessage", Trouble.LOST_REPLY, skip=1)
    async with running_bot(town):
        await town.slack.workspace.command("ann", "general", "a red fox")
        await town.whisper("did not confirm")
    assert len(town.roles("result")) == 1
    assert len(town.painter.paid) == 1


async def test_a_result_that_slack_refuses_is_kept_and_retry_posts_it_unpaid(town: Town) -> None:
    town.slack.workspace.faults.on("chat.postMessage", Trouble.REFUSE, error="fatal_refusal", skip=1, times=2)
    async with running_bot(town):
        await town.slack.workspace.command("ann", "general", "a red fox")
        note = await town.whisper("painted and kept")
        await town.slack.workspace.press("ann", note, "retry")
        await town.slack.workspace.until(lambda: town.roles("result"))
    assert len(town.painter.paid) == 1
