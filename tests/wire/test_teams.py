"""The whole bot in Teams, over real sockets and with Microsoft's own SDK."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.playground import painter, teams
from bot.playground.teams import Trouble
from bot.playground.teams.state import WINDOWS, words_in
from tests.wire.teams_town import (
    ANN,
    BOB,
    CHAT,
    CLOSED,
    GENERAL,
    GROUP,
    SCOPES,
    YUMI,
    TeamsTown,
    fetched,
    gone,
    running_bot,
    settled,
)
from tests.wire.whole_bot import a_picture


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[TeamsTown]:
    async with teams.serve() as stand_in, painter.serve(fixed_picture=a_picture()) as local:
        yield TeamsTown(teams=stand_in, painter=local, folder=tmp_path)


# -- one message


@pytest.mark.parametrize("conversation", SCOPES)
async def test_a_prompt_becomes_one_message_with_the_picture(town: TeamsTown, conversation: str) -> None:
    async with running_bot(town):
        message = await town.imagine("a red fox --ar 16:9", conversation=conversation)
    assert [message] == town.teams.state.in_conversation(conversation)
    assert "a red fox" in message.words
    [picture] = message.pictures
    assert picture["altText"].startswith("AI-generated image: a red fox")
    assert message.past, "a placeholder was there before"


async def test_the_picture_is_fetched_without_credentials_and_the_original_is_whole(town: TeamsTown) -> None:
    async with running_bot(town):
        message = await town.imagine("a red fox")
        [picture] = message.pictures
        shown, answer = await fetched(picture["url"])
        original, _ = await fetched(picture["selectAction"]["url"])
        beside = picture["url"].rpartition("/")[0] + "/"
        nothing, listing = await fetched(beside)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert Image.open(BytesIO(shown)).size <= (1024, 1024)
    assert original == a_picture()
    assert (listing.status, a_picture() in nothing) == (404, False)


async def test_a_channels_answer_stands_in_the_thread_of_the_question(town: TeamsTown) -> None:
    async with running_bot(town):
        message = await town.imagine("a red fox", conversation=GENERAL)
    root = town.tenant.delivered[0]["id"]
    assert message.thread == root


async def test_in_a_group_the_message_names_who_asked_and_in_a_chat_nobody(town: TeamsTown) -> None:
    async with running_bot(town):
        assert "Bob Brook" in (await town.imagine("a fox", person=BOB, conversation=GROUP)).words
        assert "Ann Archer" not in (await town.imagine("a fox")).words


async def test_the_bot_speaks_the_language_of_who_asked(town: TeamsTown) -> None:
    async with running_bot(town):
        message = await town.imagine("きつね", person=YUMI, conversation="a:1yumi")
    assert "もう一度" in message.words


async def test_what_does_not_name_the_bot_is_left_alone(town: TeamsTown) -> None:
    async with running_bot(town):
        reply = await town.tenant.say(ANN, GENERAL, "what a nice fox", to_bot=False)
        await town.imagine("a fox", conversation=GROUP)
    assert (reply.status, town.teams.state.in_conversation(GENERAL)) == (200, [])


@pytest.mark.parametrize("words", ["/imagine a red fox", "/Imagine  a red fox", "a red fox"])
async def test_the_command_may_be_written_or_left_out(town: TeamsTown, words: str) -> None:
    async with running_bot(town):
        message = await town.imagine(words, conversation=GROUP)
    assert message.pictures[0]["altText"] == "AI-generated image: a red fox"


async def test_words_of_people_never_become_markup(town: TeamsTown) -> None:
    words = "**bold** [a link](https://evil.example.com) <at>Bob</at> & {braces}"
    async with running_bot(town):
        message = await town.imagine(words.replace("<at>Bob</at>", "x"), conversation=GROUP)
    assert "[a link](https://evil.example.com)" in message.words
    texts = [one for one in message.card["body"] if one["type"] == "TextBlock"]
    assert texts == []


# -- the same thing twice


async def test_an_activity_delivered_again_makes_nothing_new(town: TeamsTown) -> None:
    async with running_bot(town):
        await town.imagine("a red fox")
        assert (await town.tenant.deliver_again()).status == 200
        await town.imagine("a blue fox")
    assert len(town.teams.state.in_conversation(CHAT)) == 2
    assert len(town.painter.calls) == 2


async def test_a_press_delivered_again_makes_nothing_new(town: TeamsTown) -> None:
    async with running_bot(town):
        message = await town.imagine("a red fox")
        assert (await town.tenant.press(ANN, message, "Again")).status == 200
        assert (await town.tenant.deliver_again()).status == 200
        await town.result(CHAT, 2)
    assert len(town.painter.calls) == 2


# -- buttons


async def test_again_answers_at_once_and_paints_once_more(town: TeamsTown) -> None:
    async with running_bot(town):
        message = await town.imagine("a red fox", conversation=GENERAL)
        reply = await town.tenant.press(BOB, message, "Again")
        second = await town.result(GENERAL, 2)
    assert reply.body["statusCode"] == 200
    assert reply.body["type"] == "application/vnd.microsoft.activity.message"
    assert second.thread == message.thread


async def test_a_button_works_after_a_restart(town: TeamsTown) -> None:
    async with running_bot(town):
        message = await town.imagine("a red fox", conversation=GROUP)
    async with running_bot(town):
        await town.tenant.press(ANN, message, "Again")
        second = await town.result(GROUP, 2)
    assert "a red fox" in second.words


async def test_a_question_is_answered_after_a_restart(town: TeamsTown) -> None:
    async with running_bot(town):
        await town.tenant.say(ANN, GROUP, "a fox --sise 1024x1024")
        question = await town.told("Did you mean")
    async with running_bot(town):
        await town.tenant.press(ANN, question, "Run")
        await town.result(GROUP)
        await town.teams.state.until(lambda: question in town.teams.state.deleted)


async def test_an_older_clients_button_comes_as_a_message(town: TeamsTown) -> None:
    async with running_bot(town):
        message = await town.imagine("a red fox")
        data = message.action("Again")["fallback"]["data"]
        activity = {**town.tenant.message(ANN, CHAT, ""), "text": None, "value": data}
        assert (await town.tenant.deliver({**activity, "replyToId": message.id})).status == 200
        await town.result(CHAT, 2)


async def test_delete_asks_first_and_then_takes_message_and_links_away(town: TeamsTown) -> None:
    async with running_bot(town) as bot:
        message = await town.imagine("a red fox", conversation=GROUP)
        await settled(bot)
        [ask] = [one for one in message.card["body"] if one.get("isVisible") is False]
        assert "cannot be undone" in " ".join(words_in(ask))
        await town.tenant.press(ANN, message, "Delete")
        await town.teams.state.until(lambda: message in town.teams.state.deleted)
        urls = [message.pictures[0]["url"], message.pictures[0]["selectAction"]["url"]]
        for url in urls:
            await gone(url)


async def test_what_is_another_persons_stays(town: TeamsTown) -> None:
    async with running_bot(town):
        message = await town.imagine("a red fox", conversation=GROUP)
        await town.tenant.press(BOB, message, "Delete")
        note = await town.told("Only the person who asked for it can")
    assert (note.seen_by, town.teams.state.deleted) == (BOB, [])


# -- private answers


async def test_a_private_answer_is_for_one_persons_eyes(town: TeamsTown) -> None:
    async with running_bot(town):
        await town.tenant.say(ANN, GENERAL, "help")
        note = await town.told("I make pictures from words")
    assert (note.conversation, note.seen_by) == (GENERAL, ANN)


async def test_where_no_message_can_be_private_the_answer_goes_to_their_chat(town: TeamsTown) -> None:
    town.teams.state.targets = False
    async with running_bot(town):
        await town.tenant.say(BOB, GROUP, "help")
        note = await town.told("I make pictures from words")
    assert (note.conversation, note.seen_by) == ("a:1bob", "")


async def test_a_private_picture_goes_to_their_chat_and_may_be_shared(town: TeamsTown) -> None:
    async with running_bot(town):
        await town.tenant.say(BOB, GROUP, "a red fox --private")
        message = await town.result("a:1bob")
        assert town.teams.state.in_conversation(GROUP) == []
        await town.tenant.press(BOB, message, "Share")
        shared = await town.result(GROUP)
    assert "a red fox" in shared.words


async def test_where_the_bot_may_not_write_the_person_is_told(town: TeamsTown) -> None:
    async with running_bot(town):
        await town.tenant.say(BOB, CLOSED, "a red fox")
        note = await town.told("Add the app Imagine")
    assert note.conversation == "a:1bob"


async def test_a_new_chat_with_the_bot_is_not_empty(town: TeamsTown) -> None:
    async with running_bot(town):
        met = {**town.tenant.message(YUMI, "a:1yumi", ""), "type": "installationUpdate", "action": "add"}
        for _ in range(2):
            await town.tenant.deliver(met)
        await town.told("こんにちは")
        await town.imagine("きつね", person=YUMI, conversation="a:1yumi")
    assert (len(town.teams.state.in_conversation("a:1yumi")), len(town.painter.calls)) == (2, 1)


# -- dialogs


async def test_the_bots_name_alone_brings_the_form_with_the_options_said(town: TeamsTown) -> None:
    async with running_bot(town):
        await town.tenant.say(ANN, GROUP, "/imagine --quality high")
        form = await town.told("What to paint")
        assert (form.seen_by, form.card["body"][0]["id"]) == (ANN, "prompt")
        await town.tenant.send(ANN, form, "Paint it", prompt="a red fox")
        message = await town.result(GROUP)
        await town.teams.state.until(lambda: form in town.teams.state.deleted)
    assert "high" in message.words


async def test_a_form_in_a_message_comes_again_with_its_faults(town: TeamsTown) -> None:
    async with running_bot(town):
        await town.tenant.say(ANN, CHAT, "/imagine")
        form = await town.told("What to paint")
        await town.tenant.send(ANN, form, "Paint it", prompt="a red fox", size="7x7")
        again = await town.told("does not make 7x7")
        await town.tenant.send(ANN, again, "Paint it", size="")
        await town.result(CHAT)
    assert form in town.teams.state.deleted


async def opened(town: TeamsTown) -> dict[str, Any]:
    """The form, as the message extension opens it."""
    value = {"commandId": "imagine", "commandContext": "compose"}
    return (await town.tenant.invoke(ANN, CHAT, "composeExtension/fetchTask", value)).dialog


async def test_a_form_sent_twice_makes_one_picture(town: TeamsTown) -> None:
    async with running_bot(town):
        dialog = await opened(town)
        for _ in range(2):
            await town.tenant.submit(ANN, CHAT, dialog, "Paint it", prompt="a red fox")
        await town.result(CHAT)
        await town.imagine("a blue fox")
    assert len(town.painter.calls) == 2


async def test_a_form_with_a_fault_says_it_and_keeps_what_was_entered(town: TeamsTown) -> None:
    async with running_bot(town):
        dialog = await opened(town)
        reply = await town.tenant.submit(ANN, CHAT, dialog, "Paint it", prompt="a red fox", size="7x7")
        again = reply.dialog
        assert "does not make 7x7" in " ".join(words_in(again))
        assert next(one["value"] for one in again["body"] if one.get("id") == "prompt") == "a red fox"
        await town.tenant.submit(ANN, CHAT, again, "Paint it", size="")
        await town.result(CHAT)


async def test_another_models_choices_are_shown_when_asked_for(town: TeamsTown) -> None:
    models = "gpt-image-2,dall-e-3"
    async with running_bot(town, imagine_models=models):
        dialog = await opened(town)
        reply = await town.tenant.submit(
            ANN, CHAT, dialog, "Show this model's choices", prompt="a fox", model="dall-e-3"
        )
    fields = {one["id"]: one for one in reply.dialog["body"] if "id" in one}
    assert (fields["model"]["value"], fields["prompt"]["value"]) == ("dall-e-3", "a fox")
    assert "background" not in fields


# -- faults


async def test_a_busy_teams_is_waited_for(town: TeamsTown) -> None:
    faults = town.teams.state.faults
    faults.on("POST", Trouble.STATUS, value=429, retry_after="0.2")
    faults.on("PUT", Trouble.STATUS, value=429, retry_after="0.2")
    faults.on("PUT", Trouble.STATUS, value=503)
    async with running_bot(town):
        await town.imagine("a red fox", conversation=GROUP)
    assert (list(faults), len(town.teams.state.in_conversation(GROUP))) == ([], 1)


async def test_many_at_once_keep_the_pace_of_a_conversation(town: TeamsTown) -> None:
    async with running_bot(town):
        says = [town.tenant.say(person, GROUP, f"fox {n}") for n in range(2) for person in (ANN, BOB, YUMI)]
        replies = await asyncio.gather(*says)
        await town.result(GROUP, len(says), 40)
    assert {reply.status for reply in replies} == {200}
    assert len(town.teams.state.in_conversation(GROUP)) == 6
    calls = [one for one in town.teams.state.traffic if one.what.startswith(("POST", "PUT"))]
    assert [one for one in calls if one.status == 429] == []
    for most, seconds in WINDOWS:
        assert max(sum(first.at <= one.at < first.at + seconds for one in calls) for first in calls) <= most


async def test_a_lost_reply_is_not_posted_again(town: TeamsTown) -> None:
    town.teams.state.faults.on("POST", Trouble.LOST_REPLY)
    async with running_bot(town):
        await town.tenant.say(ANN, GROUP, "a red fox")
        note = await town.told("Teams did not confirm")
        assert len(town.teams.state.in_conversation(GROUP)) == 1
        await town.tenant.press(ANN, note, "Retry")
        await town.result(GROUP)
    assert len(town.painter.calls) == 1


async def test_a_picture_whose_message_is_gone_is_posted_anew(town: TeamsTown) -> None:
    async with running_bot(town):
        town.painter.faults.on(painter.Trouble.SLOW, value=1.0)
        await town.tenant.say(ANN, GROUP, "a red fox")
        placeholder = (await town.teams.state.until(lambda: town.teams.state.in_conversation(GROUP)))[0]
        del town.teams.state.messages[placeholder.id]
        await town.result(GROUP)


# -- without a public address


async def test_pictures_travel_inside_messages_where_nobody_reaches_the_bot(town: TeamsTown) -> None:
    async with running_bot(town, imagine_teams_images="inline"):
        await town.imagine("a red fox", conversation=GROUP)

    sent = [m for m in town.teams.state.in_conversation(GROUP) if not m.card]
    [attachment] = sent[0].activity["attachments"]
    assert attachment["contentUrl"].startswith("data:image/png;base64,")
    assert len(town.teams.state.in_conversation(GROUP)) == 2


async def test_what_travelled_inside_a_message_is_deleted_with_its_request(town: TeamsTown) -> None:
    async with running_bot(town, imagine_teams_images="inline") as bot:
        message = await town.imagine("a red fox", conversation=GROUP)
        await settled(bot)
        await town.tenant.press(ANN, message, "Delete")
        await town.told("Deleted #")
        await town.teams.state.until(lambda: not town.teams.state.in_conversation(GROUP))
