"""What becomes of replies and results in Slack: undone, changed, taken back, compared, reacted to."""

import asyncio
from io import BytesIO

import pytest
from PIL import Image

from bot.app import Bot
from bot.playground.slack.state import Message
from bot.types import JobState
from tests.fakes import picture
from tests.wire.whole_bot import Town, payload, running_bot, said, soon

HAT = ("hat.png", picture("png", 1))


def edits(town: Town) -> list[str]:
    """The words of every edit that was paid for."""
    return [call.params["prompt"] for call in town.painter.calls if call.path.endswith("/edits")]


async def newest(town: Town, count: int = 2) -> Message:
    """The newest result, once there are so many."""
    return (await town.results(count))[-1]


async def reply(town: Town, under: Message, text: str, user: str = "ann") -> Message:
    ack = await town.slack.workspace.say(user, "general", text, thread=under.ts)
    assert ack.ok
    assert ack.message
    return ack.message


async def over(bot: Bot) -> None:
    """Until no job is on its way: what is seen may still be tidied up after."""
    async with asyncio.timeout(10):
        while set(await bot.doors.ledger.counts()) - {JobState.HELD}:  # noqa: ASYNC110 -- the ledger tells nobody
            await asyncio.sleep(0.02)


async def test_undo_shows_the_version_before_in_the_thread(town: Town) -> None:
    async with running_bot(town) as bot:
        first = await town.imagine("a red fox")
        await over(bot)
        await reply(town, first, "make it blue")
        second = await newest(town)
        await over(bot)
        await town.slack.workspace.press("ann", second, "undo")
        third = await newest(town, 3)
    assert "v3 ← " in said(third)
    assert third.thread_ts == first.ts
    assert town.shown(third)[0].data == town.shown(first)[0].data
    assert edits(town) == ["make it blue"]


async def test_somebody_elses_words_are_asked_about_privately(town: Town) -> None:
    async with running_bot(town) as bot:
        first = await town.imagine("a red fox")
        await over(bot)
        await reply(town, first, "make it blue", "ben")
        note = await town.whisper("'run'")
        assert edits(town) == []
        assert note.seen_by == town.slack.workspace.user("ben").id
        await town.slack.workspace.press("ben", note, "run")
        await newest(town)
    assert edits(town) == ["make it blue"]


async def test_a_changed_reply_changes_the_request_and_a_deleted_one_cancels_it(town: Town) -> None:
    workspace = town.slack.workspace
    async with running_bot(town, imagine_concurrency=1) as bot:
        first = await town.imagine("a red fox")
        await over(bot)
        town.painter.seconds = 1.5
        await workspace.command("ben", "general", "a hen")  # keeps the painter busy
        await soon(lambda: len(town.painter.calls) == 2)
        changed = await reply(town, first, "make it blue")
        dropped = await reply(town, first, "make it green")
        await workspace.edit("ann", changed, "make it red")
        await workspace.delete("ann", dropped)
        await over(bot)
    assert edits(town) == ["make it red"]


async def test_a_login_page_names_the_missing_right_and_nothing_is_paid(town: Town) -> None:
    workspace = town.slack.workspace
    async with running_bot(town) as bot:
        first = await town.imagine("a red fox")
        await over(bot)
        workspace.scopes.discard("files:read")
        await workspace.say("ann", "general", "@imagine put this hat on him", thread=first.ts, files=[HAT])
        note = await town.whisper("files:read")
    assert "hat.png" in said(note)
    assert edits(town) == []


async def test_a_menu_under_a_result_works_as_a_button(town: Town) -> None:
    async with running_bot(town) as bot:
        first = await town.imagine("a red fox")
        await over(bot)
        await town.slack.workspace.press("ann", first, "more", value=f"transparent:{payload(first)['job']}")
        result = await newest(town)
    assert result.thread_ts == first.ts
    assert len(edits(town)) == 1


async def test_compare_shows_both_versions_to_who_asks(town: Town) -> None:
    workspace = town.slack.workspace
    async with running_bot(town) as bot:
        first = await town.imagine("a red fox")
        await over(bot)
        await reply(town, first, "make it blue")
        second = await newest(town)
        await over(bot)
        await workspace.press("ben", second, "more", value=f"compare:{payload(second)['job']}")
        [note] = await workspace.until(lambda: workspace.ephemerals)
    assert note.seen_by == workspace.user("ben").id
    [shown] = town.shown(note)
    before_and_after = Image.open(BytesIO(shown.data))
    assert before_and_after.width > 1.5 * before_and_after.height


@pytest.mark.parametrize("emoji", ["x", "envelope", "repeat"])
async def test_the_requesters_reaction_is_a_button_and_nobody_elses(town: Town, emoji: str) -> None:
    workspace = town.slack.workspace
    async with running_bot(town) as bot:
        first = await town.imagine("a red fox")
        await over(bot)
        await workspace.react("ben", first, emoji)
        await over(bot)
        assert town.roles("result") == [first]
        await workspace.react("ann", first, emoji)
        match emoji:
            case "x":
                await workspace.until(lambda: not town.roles("result"))
            case "envelope":
                [sent] = await workspace.until(lambda: workspace.dm(workspace.user("ann").id).messages)
                assert town.shown(sent) or sent.files
            case _:
                await newest(town)
        await over(bot)
    assert len(town.painter.calls) == (2 if emoji == "repeat" else 1)
