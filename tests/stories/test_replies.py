"""Refining a picture by replying to it: what is an edit, of which picture, and what costs nothing."""

import asyncio

import pytest

from bot.types import Action, Incoming, JobState, MessageId, Options, Role, Words
from tests.fakes import Message, photo
from tests.story import Story, another_team, in_slack


async def painted(story: Story, text: str = "/imagine a fox") -> Message:
    """The result of a command."""
    await story.ann.says(text)
    await story.settled()
    return story.messages()[-1]


def message_of(incoming: Incoming) -> MessageId:
    """The message that somebody wrote."""
    assert isinstance(incoming.said, Words)
    assert incoming.said.message
    return incoming.said.message


def newest(story: Story) -> Message:
    return story.messages()[-1]


async def test_words_from_who_asked_edit_the_picture_in_its_thread(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("make it night", first)
    await story.settled()
    edit = newest(story)
    assert edit.ref.thread == first.ref.id
    assert edit.role is Role.RESULT
    order = story.model.orders[-1]
    assert order.prompt == "make it night"
    assert story.model.sent[-1] == story.pictures(first)
    job = await story.job(edit.job)
    assert (job.version, job.from_version, job.parent) == (2, 1, first.job)


async def test_words_from_somebody_else_cost_nothing_before_their_click(story: Story) -> None:
    first = await painted(story)
    await story.bob.replies("make it night", first)
    await story.settled()
    assert story.model.paid == 1
    assert story.bob.told() == ["ask.edit_offer"]
    assert story.ann.told() == []
    await story.bob.presses_told(Action.RUN)
    await story.settled()
    assert story.model.paid == 2
    assert newest(story).ref.thread == first.ref.id


async def test_somebody_else_edits_by_naming_the_bot(story: Story) -> None:
    first = await painted(story)
    await story.bob.replies("make it night", first, mentioned=True)
    await story.settled()
    assert story.model.orders[-1].prompt == "make it night"


@pytest.mark.parametrize(
    "talk",
    [
        *("nice!", "thanks", "what model is this?", "😍", "いいね！", ":tada:"),
        *("+1", "let's ship it", "https://example.com/a", "おつかれさまです"),
    ],
)
async def test_small_talk_is_no_edit(story: Story, talk: str) -> None:
    first = await painted(story)
    await story.ann.replies(talk, first)
    await story.bob.replies(talk, first)
    await story.settled()
    assert story.model.paid == 1
    assert story.ann.told() == story.bob.told() == []


@pytest.mark.parametrize("words", ["can you make it blue?", "もっと明るくできますか？", "nice, but darker"])
async def test_a_polite_question_is_an_edit(story: Story, words: str) -> None:
    first = await painted(story)
    await story.ann.replies(words, first)
    await story.settled()
    assert story.model.orders[-1].prompt == words


async def test_a_document_among_people_is_theirs(story: Story) -> None:
    first = await painted(story)
    notes = story.chat.gives(b"%PDF-1.4", "notes.pdf", "application/pdf")
    await story.ann.replies("here are the notes", first, files=[notes])
    await story.bob.replies("here are the notes", first, files=[notes])
    await story.settled()
    assert len(story.messages()) == story.model.paid == 1
    assert story.ann.told() == story.bob.told() == []


async def test_a_text_file_alone_is_answered_to_who_may_have_meant_the_bot(story: Story) -> None:
    first = await painted(story)
    notes = story.chat.gives(b"make it night", "change.txt", "text/plain")
    await story.ann.replies("", first, files=[notes])
    await story.bob.replies("", first, files=[notes])
    await story.bob.writes("", files=[notes], mentioned=True)
    assert (story.ann.told(), story.bob.told()) == (["reply.text_file"], ["reply.text_file"])
    assert story.model.paid == 1


async def test_words_to_somebody_else_in_the_thread_are_theirs(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("<@UBOB> make the slides for it please", first)
    await story.settled()
    assert story.model.paid == 1


async def test_channel_talk_is_nobodys_edit(story: Story) -> None:
    await painted(story)
    await story.ann.writes("make it night")
    await story.ann.writes("a cat", files=[story.chat.gives(photo())])
    await story.settled()
    assert story.model.paid == 1
    assert story.ann.told() == []


async def test_a_mention_with_a_picture_edits_that_picture(story: Story) -> None:
    data = photo()
    asked = await story.bob.writes("put a hat on it", files=[story.chat.gives(data)], mentioned=True)
    await story.settled()
    assert story.model.sent[-1] == [data]
    assert story.message().ref.thread == message_of(asked)


async def test_a_mention_without_a_picture_is_a_new_picture(story: Story) -> None:
    await story.bob.writes("a cat in a hat", mentioned=True)
    await story.settled()
    assert story.model.orders[-1].prompt == "a cat in a hat"
    assert story.model.sent[-1] == []


async def test_a_mention_in_a_thread_uses_the_pictures_that_people_posted_there(story: Story) -> None:
    data = photo()
    story.chat.threads[MessageId("t1")] = [story.chat.gives(data)]
    await story.bob.writes("make it night", thread=MessageId("t1"), mentioned=True)
    await story.settled()
    assert story.model.sent[-1] == [data]
    assert story.chat.calls["posted"] == 1
    await story.bob.presses(Action.AGAIN, story.message())
    await story.settled()
    assert story.model.sent[-1] == [data]
    assert story.chat.calls["posted"] == 1


async def test_in_a_thread_without_pictures_the_words_are_offered_to_be_painted(story: Story) -> None:
    thread = MessageId("t1")
    await story.bob.writes("a fox at night", thread=thread, mentioned=True)
    told = await story.bob.is_told("ask.words_alone")
    assert told.offers() == [Action.PAINT, Action.EDIT]
    assert told.note.quote == "a fox at night"
    assert (story.chat.calls["post"], story.model.paid) == (0, 0)
    await story.bob.presses_told(Action.PAINT)
    await story.settled()
    assert story.message().ref.thread == thread
    assert (story.model.orders[-1].prompt, story.model.sent) == ("a fox at night", [[]])


async def test_edited_words_of_such_an_offer_are_painted_too(story: Story) -> None:
    await story.bob.writes("a fox", thread=MessageId("t1"), mentioned=True)
    await story.bob.is_told("ask.words_alone")
    await story.bob.presses_told(Action.EDIT)
    await story.bob.sends({"prompt": "a hen"})
    await story.settled()
    assert (story.model.orders[-1].prompt, story.model.sent) == ("a hen", [[]])


async def test_a_thread_that_cannot_be_looked_through_yet_is_looked_through_in_turn(story: Story) -> None:
    story.chat.will_fail("posted")
    await story.bob.writes("a fox", thread=MessageId("t1"), mentioned=True)
    await story.bob.is_told("ask.words_alone")
    assert (story.messages(), story.model.paid) == ([], 0)


async def test_a_picture_that_comes_later_is_found_by_the_next_mention(story: Story) -> None:
    thread = MessageId("t1")
    await story.bob.writes("make it night", thread=thread, mentioned=True)
    await story.bob.is_told("ask.words_alone")
    data = photo()
    story.chat.threads[thread] = [story.chat.gives(data)]
    await story.bob.writes("make it night", thread=thread, mentioned=True)
    await story.settled()
    assert story.model.sent == [[data]]


@pytest.mark.parametrize("mention_first", [True, False])
async def test_two_tellings_of_one_reply_are_one_job(story: Story, mention_first: bool) -> None:
    first, data = await painted(story), photo()
    file = story.chat.gives(data)

    async def mention() -> None:
        await story.ann.replies("swap it", first, mentioned=True, twin=True, as_message="m9")

    async def message() -> None:
        await story.ann.replies("swap it", first, files=[file], mentioned=True, as_message="m9")

    for telling in (mention, message) if mention_first else (message, mention):
        await telling()
    await story.settled()
    assert story.model.paid == 2
    assert story.model.sent[-1] == [data]


async def test_a_question_left_by_the_telling_without_files_is_not_asked(story: Story) -> None:
    first, data = await painted(story, "/imagine a fox --n 3"), photo()
    await story.restart()
    telling = story.ann.replies("swap it", first, mentioned=True, twin=True, as_message="m9")
    other = story.ann.replies(
        "swap it", first, files=[story.chat.gives(data)], mentioned=True, as_message="m9"
    )
    await asyncio.gather(telling, other)
    await story.settled()
    assert story.ann.told() == []
    assert story.model.sent[-1] == [data]


async def test_a_mention_that_comes_alone_is_not_forgotten(story: Story) -> None:
    first = await painted(story)
    await story.bob.replies("make it night", first, mentioned=True, twin=True)
    await story.settled()
    assert story.model.paid == 2


async def test_a_bare_mention_is_helped_once(story: Story) -> None:
    await story.bob.writes("", mentioned=True, twin=True, as_message="m9")
    await story.bob.writes("", mentioned=True, as_message="m9")
    assert len(story.bob.told()) == 1


async def test_the_newest_version_is_meant_unless_another_is_named(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("make it night", first)
    await story.settled()
    second = newest(story)
    await story.ann.replies("add stars", first)
    await story.settled()
    assert story.model.sent[-1] == story.pictures(second)
    third = newest(story)
    for name in ("the original", f"#{first.job[:4]}", "v1"):
        await story.ann.replies(f"make {name} blue", first)
        await story.settled()
        assert story.model.sent[-1] == story.pictures(first)
    assert (await story.job(third.job)).version == 3


async def test_a_name_that_no_picture_here_has_is_asked_about(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("make #zz77 blue", first)
    await story.settled()
    assert (story.ann.told(), story.model.paid) == (["ask.unknown_name"], 1)
    await story.ann.presses_told(Action.RUN)
    await story.settled()
    assert story.model.sent[-1] == story.pictures(first)


async def test_one_of_several_pictures_is_asked_for_and_not_guessed(story: Story) -> None:
    first = await painted(story, "/imagine a fox --n 3")
    await story.ann.replies("make it night", first)
    await story.settled()
    assert story.model.paid == 1
    note = story.ann.notes[-1].note
    assert note.text.key == "ask.which"
    assert len(note.pictures) == len(note.buttons) == 3
    await story.ann.presses_told(Action.CHOOSE, choice=1)
    await story.settled()
    assert story.model.sent[-1] == [story.pictures(first)[1]]


async def test_a_named_picture_of_several_is_not_asked_for(story: Story) -> None:
    first = await painted(story, "/imagine a fox --n 3")
    await story.ann.replies("make the second one darker", first)
    await story.settled()
    assert story.model.sent[-1] == [story.pictures(first)[1]]


async def test_a_counted_picture_of_an_earlier_set_is_meant_under_a_newer_one(story: Story) -> None:
    first = await painted(story, "/imagine a fox --n 3")
    await story.ann.replies("make the second one darker", first)
    await story.settled()
    for words in ("make the third one blue", "give the 3rd picture a hat"):
        await story.ann.replies(words, first)
        await story.settled()
        assert story.model.sent[-1] == [story.pictures(first)[2]]


async def test_a_counted_version_is_meant_where_there_are_no_sets(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("make it night", first)
    await story.settled()
    second = newest(story)
    await story.ann.replies("add stars", first)
    await story.settled()
    third = newest(story)
    await story.ann.replies("make the second one blue", first)
    await story.settled()
    assert story.model.sent[-1] == story.pictures(second)
    await story.ann.replies("make v3 green, the second fox too", first)
    await story.settled()
    assert story.model.sent[-1] == story.pictures(third)
    last = newest(story)
    await story.ann.replies("paint the second fox red", first)
    await story.settled()
    assert story.model.sent[-1] == story.pictures(last)


async def test_undo_shows_the_version_before_and_costs_nothing(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("make it night", first)
    await story.settled()
    await story.ann.replies("undo", first)
    await story.settled()
    assert story.model.paid == 2
    assert story.pictures(newest(story)) == story.pictures(first)
    await story.ann.replies("add stars", first)
    await story.settled()
    assert story.model.sent[-1] == story.pictures(first)


async def test_undo_twice_goes_back_twice(story: Story) -> None:
    first = await painted(story)
    for words in ("make it night", "add stars", "undo", "undo"):
        await story.ann.replies(words, first)
        await story.settled()
    assert story.model.paid == 3
    assert story.pictures(newest(story)) == story.pictures(first)


async def test_there_is_nothing_before_the_first(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("undo", first)
    await story.settled()
    assert story.ann.told() == ["reply.nothing_to_undo"]
    assert len(story.messages()) == 1


async def test_again_by_words_paints_the_same_request(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("again", first)
    await story.settled()
    assert [order.prompt for order in story.model.orders] == ["a fox", "a fox"]


async def test_more_like_one_of_them_paints_four_from_it(story: Story) -> None:
    first = await painted(story, "/imagine a fox --n 3")
    await story.ann.replies("more like the second", first)
    await story.settled()
    order = story.model.orders[-1]
    assert (order.prompt, order.options.n) == ("a fox", 4)
    assert story.model.sent[-1] == [story.pictures(first)[1]]


async def test_options_work_in_a_reply(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("make it night --quality low --n 2", first)
    await story.settled()
    order = story.model.orders[-1]
    assert (order.prompt, order.options.quality, order.options.n) == ("make it night", "low", 2)


async def test_an_edit_is_made_as_the_picture_was_where_the_reply_says_nothing_else(story: Story) -> None:
    first = await painted(story, "/imagine a fox --quality low --size 1536x1024 --n 2")
    await story.ann.replies("v1 at night, the second", first)
    await story.settled()
    assert story.model.orders[-1].options == Options(quality="low")
    await story.ann.replies("make it day --quality high", first)
    await story.settled()
    assert story.model.orders[-1].options == Options(quality="high")


async def test_a_changed_message_changes_the_request_until_it_is_painted(story: Story) -> None:
    await story.restart(imagine_concurrency=1)
    first = await painted(story)
    story.model.brush.close()
    await story.ann.says("/imagine a cat")
    await story.painting()
    asked = await story.ann.replies("make it night", first)
    message = message_of(asked)
    await story.ann.rewrites(message, "make it day", first.ref.id)
    story.model.brush.open()
    await story.settled()
    assert [order.prompt for order in story.model.orders] == ["a fox", "a cat", "make it day"]


async def test_a_change_that_comes_too_late_is_said_so(story: Story) -> None:
    first = await painted(story)
    story.model.brush.close()
    asked = await story.ann.replies("make it night", first)
    await story.painting()
    message = message_of(asked)
    await story.ann.rewrites(message, "make it day", first.ref.id)
    story.model.brush.open()
    await story.settled()
    assert story.ann.told() == ["reply.too_late_to_change"]
    assert story.model.orders[-1].prompt == "make it night"


async def test_a_deleted_message_cancels_its_job(story: Story) -> None:
    first = await painted(story)
    story.model.brush.close()
    asked = await story.ann.replies("make it night", first)
    await story.painting()
    await story.ann.withdraws(message_of(asked))
    story.model.brush.open()
    await story.settled()
    assert story.messages() == [first]
    assert story.ann.told() == []


async def test_a_result_that_somebody_deletes_takes_everything_of_it_along(story: Story) -> None:
    first = await painted(story)
    blobs = story.bot.doors.blobs
    assert await blobs.of(first.job)
    del story.chat.messages[first.ref.id]  # an administrator's doing, without the bot's button
    await story.bob.withdraws(first.ref.id)
    await story.until(lambda: not story.chat.files)
    assert await story.state(first.job) is JobState.DELETED
    assert await blobs.of(first.job) == []
    assert (await story.job(first.job)).request.prompt == ""
    assert story.bob.told() == []


@in_slack
async def test_a_placeholder_that_is_deleted_takes_nothing_along(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    placeholder = story.message()
    story.model.brush.open()
    await story.settled()
    await story.bob.withdraws(placeholder.ref.id)
    assert await story.state(placeholder.job) is JobState.DONE


@pytest.mark.parametrize(
    "text", ["delete", "Cancel!", "please stop", "remove it", "キャンセル", "削除してください", "やめて"]
)
async def test_words_that_end_something_are_not_painted(story: Story, text: str) -> None:
    first = await painted(story)
    await story.ann.replies(text, first)
    await story.bob.replies(text, first, mentioned=True)
    await story.settled()
    assert story.model.paid == 1
    assert story.ann.told() == story.bob.told() == ["say.buttons"]
    assert newest(story) == first


async def test_help_under_a_picture_is_help_though_the_bot_is_not_named(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("help", first)
    await story.settled()
    assert story.model.paid == 1
    assert story.ann.told() == ["help.opening"]


async def test_stop_under_the_placeholder_is_told_where_cancel_is(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    await story.ann.replies("stop", story.message())
    assert story.ann.told() == ["say.buttons"]
    story.model.brush.open()
    await story.settled()


async def test_a_reply_under_the_placeholder_is_told_to_wait(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    await story.ann.replies("make it night", story.message())
    await story.ann.replies("nice!", story.message())
    await story.bob.replies("make it night", story.message())
    assert story.ann.told() == ["reply.still_painting"]
    assert story.bob.told() == []
    await story.bob.replies("make it night", story.message(), mentioned=True)
    assert story.bob.told() == ["reply.still_painting"]
    story.model.brush.open()
    await story.settled()
    assert story.model.paid == 1


async def test_a_restart_between_reply_and_answer_loses_nothing(story: Story) -> None:
    first = await painted(story)
    story.model.brush.close()
    await story.ann.replies("make it night", first)
    await story.painting()
    await story.kill()
    await story.start()
    await story.settled()
    edit = newest(story)
    assert (edit.ref.thread, edit.role) == (first.ref.id, Role.RESULT)
    assert await story.state(edit.job) is JobState.DONE


async def test_another_workspace_cannot_reach_the_thread(story: Story) -> None:
    first = await painted(story)
    await another_team(story.ann).replies("make it night", first)
    await story.settled()
    assert story.model.paid == 1


async def test_a_deleted_picture_is_no_target(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("make it night", first)
    await story.settled()
    await story.ann.presses(Action.DELETE, newest(story))
    await story.ann.replies("add stars", first)
    await story.settled()
    assert story.model.sent[-1] == story.pictures(first)
