"""A backup that is made while the bot works, and a bot that starts on it, as docs/operating.md says."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.wire.whole_bot import Town, a_picture, running_bot


def back_up(data: Path, to: Path) -> None:
    """The database first, the pictures after it."""
    to.mkdir()
    with (
        closing(sqlite3.connect(data / "imagine.sqlite3")) as live,
        closing(sqlite3.connect(to / "imagine.sqlite3")) as copy,
    ):
        live.backup(copy)
    shutil.copytree(data / "pictures", to / "pictures")


async def test_a_backup_of_a_working_bot_brings_back_its_pictures_and_its_work(town: Town) -> None:
    async with running_bot(town):
        first = await town.imagine("a kept fox")
        town.painter.seconds = 3
        await town.slack.workspace.command("ann", "general", "a fox in hand")
        await town.slack.workspace.until(lambda: town.roles("placeholder"))
        await asyncio.to_thread(back_up, town.folder / "data", town.folder / "copy")
        await town.results(2)
    (town.folder / "data").rename(town.folder / "lost")
    town.painter.seconds = 0
    (town.folder / "copy").rename(town.folder / "data")
    async with running_bot(replace(town)):
        await town.slack.workspace.press("ann", first, "original")
        await town.slack.workspace.until(
            lambda: [one for one in town.slack.workspace.channel("general").messages if one.files]
        )
        # The one in hand is finished once more: nothing tells the copy that it was posted.
        await town.results(3)
    [shared] = [one for one in town.slack.workspace.channel("general").messages if one.files]
    assert town.slack.workspace.files[shared.files[0]].data == a_picture()
    assert len(town.roles("result")) == 3
