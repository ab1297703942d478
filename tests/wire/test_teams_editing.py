"""Editing in Teams: by reply, with pasted pictures, from another message, and what cannot be had."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground import painter, teams
from bot.playground.teams import Message
from tests.photos import saved
from tests.wire.teams_town import ANN, BOB, CHAT, GENERAL, GROUP, SCOPES, TeamsTown, running_bot, settled


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[TeamsTown]:
    async with teams.serve() as stand_in, painter.serve() as local:
        yield TeamsTown(teams=stand_in, painter=local, folder=tmp_path)


def edits(town: TeamsTown) -> list[dict[str, object]]:
    """What the painter was given to edit."""
    return [call.params for call in town.painter.calls if "edits" in call.path]


def where(message: Message, conversation: str) -> dict[str, str]:
    """How a reply to a message reaches it: by its thread in a channel, by a quote elsewhere."""
    return {"thread": message.thread} if conversation == GENERAL else {"quoting": message.id}


@pytest.mark.parametrize("conversation", SCOPES)
async def test_a_reply_with_words_edits_the_picture(town: TeamsTown, conversation: str) -> None:
    async with running_bot(town) as bot:
        first = await town.imagine("a red fox", conversation=conversation)
        await settled(bot)
        reply = where(first, conversation)
        second = await town.imagine("make it blue", conversation=conversation, **reply)
    assert len(edits(town)) == 1
    assert (second.thread, "v2" in second.words) == (first.thread, True)


@pytest.mark.parametrize("conversation", [CHAT, GROUP])
async def test_a_reply_without_a_quote_edits_the_picture_too(town: TeamsTown, conversation: str) -> None:
    async with running_bot(town) as bot:
        first = await town.imagine("a red fox", conversation=conversation)
        await settled(bot)
        second = await town.imagine("make it blue", conversation=conversation, replyToId=first.id)
    assert (len(edits(town)), "v2" in second.words) == (1, True)


async def test_which_picture_is_asked_once(town: TeamsTown) -> None:
    async with running_bot(town) as bot:
        first = await town.imagine("a red fox --n 2", conversation=GROUP)
        await settled(bot)
        await town.tenant.say(ANN, GROUP, "make it blue", quoting=first.id)
        question = await town.told("Which picture do you mean")
        await town.tenant.press(ANN, question, "This one 2")
        await town.result(GROUP, 2)
        await town.teams.state.until(lambda: question in town.teams.state.deleted)


async def test_who_quotes_a_picture_that_travels_alone_edits_it(town: TeamsTown) -> None:
    async with running_bot(town, imagine_teams_images="inline") as bot:
        for conversation in (CHAT, GROUP):
            await town.imagine("a red fox", conversation=conversation)
            await settled(bot)
            picture = next(one for one in town.teams.state.in_conversation(conversation) if not one.card)
            second = await town.imagine("make it blue", conversation=conversation, quoting=picture.id)
            assert "v2" in second.words
    assert len(edits(town)) == 2


@pytest.mark.parametrize("conversation", SCOPES)
async def test_a_pasted_picture_is_edited(town: TeamsTown, conversation: str) -> None:
    pasted = [(saved("JPEG"), "image/jpeg")]
    async with running_bot(town):
        message = await town.imagine("make it snow", conversation=conversation, pasted=pasted)
    assert len(edits(town)) == 1
    assert "make it snow" in message.words


async def test_an_uploaded_picture_is_edited(town: TeamsTown) -> None:
    file = town.teams.state.keep_file(saved("JPEG"), "image/jpeg")
    async with running_bot(town):
        attachments = town.tenant.uploaded(town.teams.state.conversations[CHAT], [file])
        await town.imagine("make it snow", attachments=attachments)
    assert len(edits(town)) == 1


async def test_a_reply_with_a_pasted_picture_edits_that_picture(town: TeamsTown) -> None:
    async with running_bot(town) as bot:
        first = await town.imagine("a red fox", conversation=GENERAL)
        await settled(bot)
        pasted = [(saved("JPEG"), "image/jpeg")]
        await town.imagine("put a hat on it", conversation=GENERAL, thread=first.thread, pasted=pasted)
    assert len(edits(town)) == 1


async def test_a_new_question_in_a_busy_channel_is_a_new_picture(town: TeamsTown) -> None:
    async with running_bot(town):
        await town.imagine("a red fox", conversation=GENERAL, thread="1700000000000")
    assert edits(town) == []


async def test_who_quotes_a_message_that_is_not_ours_is_asked_before_its_words_are_painted(
    town: TeamsTown,
) -> None:
    async with running_bot(town):
        activity = town.tenant.message(ANN, GROUP, "make it snow")
        activity["replyToId"] = "1690000000000"
        await town.tenant.deliver(activity)
        await town.told("I found no picture here")
    assert town.painter.calls == []


async def test_a_file_that_teams_keeps_to_itself_is_asked_for_in_another_way(town: TeamsTown) -> None:
    stub = '<p><attachment id="f1"></attachment></p>'
    async with running_bot(town):
        activity = town.tenant.message(ANN, GENERAL, "make it snow")
        activity["attachments"] = [{"contentType": "text/html", "content": stub}]
        await town.tenant.deliver(activity)
        note = await town.told("Teams does not hand me")
    assert note.seen_by == ANN
    assert town.painter.calls == []


async def test_the_token_goes_nowhere_else(town: TeamsTown) -> None:
    async with running_bot(town):
        activity = town.tenant.message(ANN, CHAT, "make it snow")
        link = "https://example.com/v3/attachments/0/views/original"
        activity["attachments"] = [{"contentType": "image/*", "contentUrl": link}]
        await town.tenant.deliver(activity)
        await town.told("leads away")


async def test_the_form_of_a_result_edits_it(town: TeamsTown) -> None:
    async with running_bot(town) as bot:
        first = await town.imagine("a red fox", conversation=GROUP)
        await settled(bot)
        dialog = (await town.tenant.press(BOB, first, "Edit…")).dialog
        title = dialog["actions"][0]["title"]
        await town.tenant.submit(BOB, GROUP, dialog, title, prompt="make it blue")
        await town.result(GROUP, 2)
    assert len(edits(town)) == 1


async def test_the_message_action_edits_what_a_message_shows(town: TeamsTown) -> None:
    async with running_bot(town) as bot:
        first = await town.imagine("a red fox", conversation=GROUP)
        await settled(bot)
        payload = {"commandId": "edit", "messagePayload": {"id": first.id, "attachments": []}}
        opened = await town.tenant.invoke(BOB, GROUP, "composeExtension/fetchTask", payload)
        entered = {one["id"]: one.get("value", "") for one in opened.dialog["body"] if "id" in one}
        data = {**entered, "prompt": "make it blue", **opened.dialog["actions"][0]["data"]}
        value = {"commandId": "edit", "data": data}
        sent = await town.tenant.invoke(BOB, GROUP, "composeExtension/submitAction", value)
        await town.result(GROUP, 2)
    assert (sent.status, len(edits(town))) == (200, 1)


async def test_the_message_extension_asks_for_a_new_picture(town: TeamsTown) -> None:
    async with running_bot(town):
        opened = await town.tenant.invoke(
            ANN, GROUP, "composeExtension/fetchTask", {"commandId": "imagine", "commandContext": "compose"}
        )
        data = {**opened.dialog["actions"][0]["data"], "prompt": "a red fox"}
        await town.tenant.invoke(
            ANN, GROUP, "composeExtension/submitAction", {"commandId": "imagine", "data": data}
        )
        message = await town.result(GROUP)
    assert "a red fox" in message.words


async def test_a_message_changed_in_time_changes_the_request(town: TeamsTown) -> None:
    async with running_bot(town, imagine_concurrency=1):
        town.painter.faults.on(painter.Trouble.SLOW, value=1.0)
        await town.tenant.say(ANN, GROUP, "a slow fox")
        await town.tenant.say(BOB, GROUP, "a red fox")
        said = town.tenant.delivered[-1]
        changed = {**said, "type": "messageUpdate", "text": said["text"].replace("red", "blue")}
        changed["channelData"] = {**said["channelData"], "eventType": "editMessage"}
        await town.tenant.deliver(changed)
        await town.result(GROUP, 2)
    assert "a blue fox" in [call.params.get("prompt") for call in town.painter.calls]


async def test_a_message_taken_back_takes_its_request_back(town: TeamsTown) -> None:
    async with running_bot(town):
        town.painter.faults.on(painter.Trouble.SLOW, value=5.0)
        await town.tenant.say(ANN, GROUP, "a red fox")
        await town.teams.state.until(lambda: town.teams.state.in_conversation(GROUP))
        said = town.tenant.delivered[-1]
        gone = {**said, "type": "messageDelete", "text": ""}
        gone["channelData"] = {**said["channelData"], "eventType": "softDeleteMessage"}
        await town.tenant.deliver(gone)
        await town.teams.state.until(lambda: not town.teams.state.in_conversation(GROUP))
    assert len(town.teams.state.deleted) == 1


async def test_a_reaction_is_a_button(town: TeamsTown) -> None:
    async with running_bot(town) as bot:
        first = await town.imagine("a red fox", conversation=GROUP)
        await settled(bot)
        reaction = {
            **town.tenant.message(ANN, GROUP, ""),
            "type": "messageReaction",
            "replyToId": first.id,
            "reactionsAdded": [{"type": "1f501_repeatbutton"}],
        }
        await town.tenant.deliver(reaction)
        await town.result(GROUP, 2)
