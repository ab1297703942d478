"""Where the bot may not write, as Slack says it: each door is named, and what helps is offered."""

import pytest

from bot.playground.slack import Trouble
from bot.playground.slack.state import Message
from tests.fakes import photo
from tests.wire.whole_bot import Town, running_bot, said


async def in_private(town: Town, note: Message) -> None:
    """Ann presses Edit prompt, chooses "Only for me", and finds the picture in the bot's DM."""
    stage = town.slack.workspace
    await stage.press("ann", note, "edit")
    view = await town.view()
    (switch,) = [one["block_id"] for one in view.body["blocks"] if one["block_id"].startswith("private")]
    await stage.submit_view("ann", view, {switch: ["yes"]})
    await town.results(channel="dm:ann")


async def test_between_people_it_says_where_else_it_can_paint(town: Town) -> None:
    stage = town.slack.workspace
    async with running_bot(town):
        await stage.command("ann", "ann-ben", "a red fox")
        note = await town.whisper("direct messages between people")
        assert "adds me to one" in said(note)
        assert town.painter.calls == []
        await stage.press("ann", note, "retry")
        note = await town.whisper("direct messages between people")
        await in_private(town, note)


async def test_in_a_group_message_it_says_so_too(town: Town) -> None:
    group = town.slack.workspace.new_group_dm("ann", "ben", "yumi")
    async with running_bot(town):
        await town.slack.workspace.command("ann", group.id, "a red fox")
        await town.whisper("direct messages between people")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("is_archived", "is archived"),
        ("restricted_action", "let only some people post here"),
        ("restricted_action_read_only_channel", "let only some people post here"),
    ],
)
async def test_an_invitation_does_not_open_every_channel(town: Town, code: str, words: str) -> None:
    town.slack.workspace.faults.on("chat.postMessage", Trouble.REFUSE, error=code)
    async with running_bot(town):
        await town.slack.workspace.command("ann", "general", "a red fox")
        note = await town.whisper(words)
        assert "/invite" not in said(note)
        await in_private(town, note)


async def test_a_private_picture_is_announced_where_it_was_asked_for_with_the_way_there(town: Town) -> None:
    async with running_bot(town):
        await town.slack.workspace.command("ann", "general", "a red fox --private")
        note = await town.whisper("in our direct messages")
        await town.results(channel="dm:ann")
    assert note.seen_by == town.slack.workspace.user("ann").id
    dm = town.slack.workspace.channel("dm:ann").id
    assert f"/client/{town.slack.workspace.team.id}/{dm}" in said(note)


async def test_words_in_a_thread_without_pictures_are_offered_in_private(town: Town) -> None:
    stage = town.slack.workspace
    async with running_bot(town):
        root = (await stage.say("ben", "general", "what shall we do?")).message
        assert root
        await stage.say("ann", "general", "@imagine a red fox", thread=root.ts)
        note = await town.whisper("Shall I paint a new one from your words?")
        assert stage.calls_of("chat.postMessage") == []
        await stage.press("ann", note, "paint")
        (result,) = await town.results(1)
        assert result.thread_ts == root.ts
        await stage.until(lambda: note not in stage.ephemerals)
    assert [call.path for call in town.painter.calls] == ["/v1/images/generations"]


async def test_a_photo_in_that_thread_is_edited_unasked(town: Town) -> None:
    stage = town.slack.workspace
    async with running_bot(town):
        root = (await stage.say("ben", "general", "look", files=[("cat.png", photo())])).message
        assert root
        await stage.say("ann", "general", "@imagine a hat", thread=root.ts)
        await town.results(1)
    assert [call.path for call in town.painter.calls] == ["/v1/images/edits"]
