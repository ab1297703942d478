"""What may become of a place while its picture is painted: it arrives, or is kept for Retry; paid once."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from sqlalchemy import select

from bot.jobs.tables import jobs
from bot.playground.slack import Trouble
from bot.playground.slack.state import ChannelKind, Message
from bot.types import JobState
from tests.wire.whole_bot import Town, running_bot

_PAINTING = 1.0


@pytest.fixture
def slow(town: Town) -> Town:
    """A town whose painter takes its time, and with a private channel that the bot is in."""
    town.painter.seconds = _PAINTING
    town.slack.workspace.new_channel("quiet", "ann", "ben", "ada", "imagine", kind=ChannelKind.PRIVATE)
    return town


async def asked(town: Town, channel: str = "general") -> Message:
    """Ann's placeholder, with the picture on its way."""
    assert (await town.slack.workspace.command("ann", channel, "a red fox")).ok
    await town.slack.workspace.until(lambda: town.roles("placeholder", channel))
    return town.roles("placeholder", channel)[0]


async def retried(town: Town, note: Message, channel: str = "general") -> None:
    """She presses Retry, and there it is, paid once."""
    await town.slack.workspace.press("ann", note, "retry")
    await town.slack.workspace.until(lambda: town.roles("result", channel))
    assert len(town.roles("result", channel)) == 1
    assert len(town.painter.paid) == 1


async def test_the_placeholder_is_deleted_by_somebody(slow: Town) -> None:
    async with running_bot(slow):
        placeholder = await asked(slow)
        await slow.slack.workspace.delete("ada", placeholder)
        assert len(await slow.results()) == 1
    assert len(slow.painter.paid) == 1


async def test_the_bot_is_removed_from_the_channel(slow: Town) -> None:
    async with running_bot(slow):
        await asked(slow, "quiet")
        await slow.slack.workspace.leave("imagine", "quiet")
        note = await slow.whisper("kept")
        assert slow.roles("result", "quiet") == []
        await slow.slack.workspace.join("imagine", "quiet")
        await retried(slow, note, "quiet")


async def test_the_channel_is_archived(slow: Town) -> None:
    async with running_bot(slow):
        await asked(slow)
        slow.slack.workspace.archive("general")
        note = await slow.whisper("kept")
        slow.slack.workspace.channel("general").archived = False
        await retried(slow, note)


async def test_messages_may_not_be_changed_any_more(slow: Town) -> None:
    slow.slack.workspace.edit_window = 0
    async with running_bot(slow):
        await asked(slow)
        await slow.slack.workspace.until(lambda: slow.roles("result"))
    assert len(slow.roles("result")) == 1
    assert len(slow.painter.paid) == 1


async def test_the_message_whose_thread_it_is_gets_deleted(slow: Town) -> None:
    async with running_bot(slow):
        first = await slow.imagine("a first fox")
        await slow.slack.workspace.press("ann", first, "again")
        await slow.slack.workspace.until(lambda: len(slow.painter.calls) == 2)
        await slow.slack.workspace.delete("ada", first)
        await slow.slack.workspace.until(lambda: [one for one in slow.roles("result") if one is not first])
    assert len(slow.painter.paid) == 2


Breaks = Callable[[Town], None]


def no_uploads(town: Town) -> None:
    town.slack.workspace.faults.on(
        "files.getUploadURLExternal", Trouble.REFUSE, error="file_uploads_disabled", times=None
    )


def no_token(town: Town) -> None:
    for method in ("chat.postMessage", "files.getUploadURLExternal"):
        town.slack.workspace.faults.on(method, Trouble.REFUSE, error="token_revoked", times=None)


@pytest.mark.parametrize("breaks", [no_uploads, no_token])
async def test_slack_takes_nothing_any_more(slow: Town, breaks: Breaks) -> None:
    async with running_bot(slow):
        await asked(slow)
        breaks(slow)
        note = await slow.whisper("kept")
        slow.slack.workspace.faults.clear()
        await retried(slow, note)


@pytest.mark.parametrize(
    "method", ["files.completeUploadExternal", "upload", "chat.postMessage", "chat.update"]
)
async def test_slack_answers_with_a_page(slow: Town, method: str) -> None:
    async with running_bot(slow):
        await asked(slow)
        slow.slack.workspace.faults.on(method, Trouble.GARBAGE)
        assert len(await slow.results()) == 1
    assert len(slow.painter.paid) == 1


async def test_a_record_that_comes_too_late_is_told_at_once_and_taken_back(town: Town) -> None:
    file = town.folder / "data" / "imagine.sqlite3"
    async with running_bot(town) as bot:
        with closing(sqlite3.connect(file, isolation_level=None)) as somebody:
            somebody.execute("BEGIN IMMEDIATE")  # nobody else can write
            assert (await town.slack.workspace.command("ann", "general", "a red fox")).ok
            await town.whisper("too slow")
            somebody.execute("ROLLBACK")

        async def taken_back() -> bool:
            states = await bot.doors.database.read(
                lambda db: db.execute(select(jobs.c.state)).scalars().all()
            )
            return list(states) == [JobState.CANCELLED]

        async with asyncio.timeout(10):
            while not await taken_back():  # noqa: ASYNC110 -- the ledger tells nobody
                await asyncio.sleep(0.05)
    assert town.painter.calls == []
    assert town.roles("result") == []
