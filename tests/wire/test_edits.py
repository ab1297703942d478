"""Editing by reply over real sockets: Slack's two tellings, its files, the Images API's multipart form."""

from hashlib import sha256
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from bot.playground.slack.state import Message
from tests.fakes import photo
from tests.wire.whole_bot import BotProcess, Town, running_bot, said, soon


def bytes_of(town: Town, message: Message) -> bytes:
    """The file that a result shows."""
    (file,) = town.shown(message)
    return file.data


def went_in(town: Town) -> list[str]:
    """The pictures of the newest call, by their digests."""
    return [one["sha256"] for one in town.painter.calls[-1].params["image"]]


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


async def test_words_in_the_thread_edit_the_picture(town: Town) -> None:
    async with running_bot(town):
        first = await town.imagine("a red fox")
        await town.slack.workspace.say("ann", "general", "make it night", thread=first.ts)
        second = (await town.results(2))[-1]
        assert second.thread_ts == first.ts
        call = town.painter.calls[-1]
        assert call.path.endswith("/images/edits")
        assert went_in(town) == [digest(bytes_of(town, first))]
        assert call.params["prompt"] == "make it night"
        assert "v2 ← v1" in said(second)


@pytest.mark.parametrize("mention_first", [True, False])
@pytest.mark.parametrize("with_files", [True, False])
async def test_both_tellings_of_a_mention_are_one_edit(
    town: Town, mention_first: bool, with_files: bool
) -> None:
    async with running_bot(town):
        stage = town.slack.workspace
        await stage.say(
            "ben",
            "general",
            "@imagine put a hat on it",
            files=[("cat.png", photo())],
            mention_first=mention_first,
            mention_with_files=with_files,
            gap=0.3,
        )
        await town.results(1)
        assert went_in(town) == [digest(photo())]
        assert len(town.painter.calls) == 1


async def test_a_region_is_marked_in_a_form_and_comes_back_exactly(town: Town) -> None:
    async with running_bot(town):
        stage = town.slack.workspace
        first = await town.imagine("a red fox")
        town.painter.fixed_picture = None
        await stage.press("ann", first, "region")
        view = await town.view()
        await stage.until(lambda: "slack_file" in str(stage.view_of("ann")), 8)
        view = await town.view()
        await stage.submit_view("ann", view, {"prompt": "a hat", "cells": "C3-E5"})
        note = await town.whisper("Nothing is made before you press Run")
        await stage.until(lambda: "slack_file" in said(note), 8)
        await stage.press("ann", note, "run")
        second = (await town.results(2))[-1]
        before, after = (
            Image.open(BytesIO(bytes_of(town, first))),
            Image.open(BytesIO(bytes_of(town, second))),
        )
        changed = ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox()
        width, height = before.size
        assert changed
        assert changed[0] >= width * 2 // 8
        assert changed[1] >= height * 2 // 8
        assert changed[2] <= width * 5 // 8
        assert changed[3] <= height * 5 // 8
        assert town.painter.calls[-1].params["mask"]


async def test_the_message_shortcut_edits_a_persons_photo(town: Town) -> None:
    async with running_bot(town):
        stage = town.slack.workspace
        posted = await stage.say("ben", "general", "look", files=[("cat.png", photo())])
        assert posted.message
        await stage.message_shortcut("ann", posted.message, "imagine_edit")
        await stage.submit_view("ann", await town.view(), {"prompt": "a hat"})
        result = (await town.results(1))[-1]
        assert result.thread_ts == posted.message.ts
        assert went_in(town) == [digest(photo())]


async def test_a_form_takes_more_pictures(town: Town) -> None:
    async with running_bot(town):
        stage = town.slack.workspace
        first = await town.imagine("a red fox")
        await stage.press("ann", first, "change")
        file = stage.person_uploads("ann", "hat.png", photo())
        view = await town.view()
        (asked,) = [one["block_id"] for one in view.body["blocks"] if one["block_id"].startswith("files")]
        given = {"prompt": "wear this", asked: [stage.file_payload(file)]}
        await stage.submit_view("ann", view, given)
        await town.results(2)
        assert went_in(town) == [digest(bytes_of(town, first)), digest(photo())]


async def test_a_kill_between_reply_and_answer_loses_nothing(town: Town, process: BotProcess) -> None:
    await process.start()
    first = await town.imagine("a red fox")
    town.painter.seconds = 8
    await town.slack.workspace.say("ann", "general", "make it night", thread=first.ts)
    await soon(lambda: len(town.painter.calls) == 2)
    await process.kill()
    town.painter.seconds = 0
    await process.start()
    second = (await town.results(2, seconds=30))[-1]
    assert second.thread_ts == first.ts
    assert went_in(town) == [digest(bytes_of(town, first))]
