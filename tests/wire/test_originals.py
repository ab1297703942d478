"""The untouched file of a WebP beside its preview, also where the bot may post but not share."""

import pytest

from bot.playground.slack import Trouble
from tests.wire.whole_bot import Town, running_bot


@pytest.fixture
def webp(town: Town) -> Town:
    town.painter.fixed_picture = None  # drawn as asked: the one fixed picture is a PNG
    return town


async def test_a_webp_in_a_channel_without_the_bot_is_done_and_says_how_to_get_the_original(
    webp: Town,
) -> None:
    stage = webp.slack.workspace
    async with running_bot(webp):
        result = await webp.imagine("a red fox --format webp", channel="random")
        await webp.whisper("/invite @Imagine")
        assert [shown.media_type for shown in webp.shown(result)] == ["image/png"]
        stage.channel("random").members.add(stage.team.bot_user)
        await stage.press("ann", result, "original")
        await stage.until(lambda: [one for one in stage.messages if one.thread_ts == result.ts and one.files])
    assert len(stage.ephemerals) == 1
    assert len(webp.painter.calls) == 1


async def test_a_webp_whose_sharing_gets_no_answer_is_in_the_thread_once(webp: Town) -> None:
    stage = webp.slack.workspace
    stage.faults.on("files.completeUploadExternal", Trouble.LOST_REPLY, skip=1)
    async with running_bot(webp):
        result = await webp.imagine("a red fox --format webp")
        await stage.press("ann", result, "original")
        await webp.whisper("already in the thread")
    assert not list(stage.faults)
    [original] = [file for one in stage.channel("general").replies(result.ts) for file in one.files]
    assert stage.files[original].media_type == "image/webp"


async def test_original_where_the_bot_may_not_share_says_how_to_invite_it(town: Town) -> None:
    stage = town.slack.workspace
    async with running_bot(town):
        result = await town.imagine("a red fox", channel="random")
        await stage.press("ann", result, "original")
        await town.whisper("/invite @Imagine")
    assert len(town.painter.calls) == 1
