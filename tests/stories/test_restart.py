"""The bot stops or is killed with work in flight; another goes on from the disk, and paid calls count."""

import pytest

from bot.types import Action, Finished, JobState, MessageId, Role
from tests.fakes import picture
from tests.story import Story, in_slack


async def test_a_kill_while_painting_costs_one_call_more_and_loses_nothing(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    await story.kill()
    await story.start()
    await story.settled()
    assert isinstance(story.message().face, Finished)
    assert story.model.paid == 2


async def test_a_kill_after_an_upload_leaves_no_file_that_nobody_sees(story: Story) -> None:
    story.chat.uploads.close()
    await story.ann.says("/imagine a fox")
    await story.until(lambda: story.chat.uploads.waiting == 1)
    await story.kill()
    await story.start()
    await story.settled()
    face = story.message().face
    assert isinstance(face, Finished)
    assert list(story.chat.files) == [shown.file for shown in face.shown]
    assert story.model.paid == 1


async def test_what_a_killed_call_left_in_the_store_is_taken_away(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    job = story.messages()[0].job
    stray = await story.bot.doors.blobs.put(b"kept, and not yet known", "image/png", job)
    await story.kill()
    await story.start()
    await story.settled()
    pictures = await story.bot.doors.blobs.of(job)
    assert len(pictures) == 1
    assert stray not in pictures


async def test_a_deleted_picture_leaves_nothing_in_the_store(story: Story) -> None:
    await story.ann.says("/imagine a fox --n 2")
    await story.settled()
    blobs, job = story.bot.doors.blobs, story.message().job
    await blobs.put(b"kept, and never known", "image/png", job)
    assert len(await blobs.of(job)) == 3
    await story.ann.presses(Action.DELETE, story.message())
    assert await blobs.of(job) == []


async def test_a_call_that_breaks_after_its_first_picture_leaves_nothing_in_the_store(story: Story) -> None:
    story.model.breaks_after_keeping = True
    await story.ann.says("/imagine a fox --n 2")
    told = await story.ann.is_told("fault.broken")
    (job,) = {button.job for button in told.note.buttons}
    assert await story.bot.doors.blobs.of(job) == []


@in_slack
async def test_a_kill_while_posting_neither_pays_nor_shows_again(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    story.chat.replies.close()
    story.model.brush.open()
    await story.until(lambda: story.chat.replies.waiting == 1)
    await story.kill()
    await story.start()
    await story.settled()
    assert isinstance(story.message().face, Finished)
    assert story.chat.calls["post"] == 2
    assert story.model.paid == 1


@in_slack
async def test_a_kill_while_the_placeholder_is_posted_leaves_one_message(story: Story) -> None:
    story.chat.replies.close()
    await story.ann.says("/imagine a fox")
    await story.until(lambda: story.chat.replies.waiting == 1)
    await story.kill()
    before = story.model.paid
    await story.start()
    await story.settled()
    assert isinstance(story.message().face, Finished)
    assert [message.role for message in story.chat.deleted] == [Role.PLACEHOLDER]
    assert story.model.paid == before + 1


async def test_a_kill_of_permutations_pays_again_only_for_the_one_that_was_cut_off(story: Story) -> None:
    story.model.brush.close()
    story.model.brush_is_for = "blue owl"
    await story.ann.says("/imagine {red,blue} owl")
    await story.ann.presses_told(Action.RUN)
    await story.painting()
    await story.kill()
    await story.start()
    await story.settled()
    assert [order.prompt for order in story.model.orders] == ["red owl", "blue owl", "blue owl"]
    face = story.message().face
    assert isinstance(face, Finished)
    assert len(face.shown) == 2


async def test_a_stop_lets_the_picture_in_hand_be_finished(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    story.model.brush.open()
    await story.stop()
    assert isinstance(story.message().face, Finished)
    assert story.model.paid == 1


async def test_buttons_work_after_a_restart(story: Story) -> None:
    await story.ann.says("/imagine a fox")
    await story.settled()
    result = story.message()
    await story.restart()
    await story.ann.presses(Action.COPY, result)
    assert story.ann.notes[-1].note.quote == "/imagine a fox"
    await story.ann.presses(Action.ORIGINAL, result)
    assert [story.chat.files[file].data for file in result.files] == [picture("png", 10)]
    await story.ann.presses(Action.DELETE, result)
    assert story.messages() == []


async def test_a_held_request_survives_a_restart(story: Story) -> None:
    story.chat.closed_to_us = {"C1"}
    await story.ann.says("/imagine a fox")
    told = await story.ann.is_told("say.not_welcome")
    await story.restart()
    assert await story.state(told.note.buttons[0].job) is JobState.HELD
    story.chat.closed_to_us = set()
    await story.ann.presses_told(Action.RETRY)
    await story.settled()
    assert isinstance(story.message().face, Finished)


@pytest.mark.parametrize(
    ("words", "key", "action"),
    [
        ("/imagine {red,blue} owl", "ask.interrupted", Action.RUN),
        ("/imagine an owl --colour red", "ask.interrupted", Action.RUN),
    ],
)
async def test_a_question_that_a_kill_swallowed_is_asked_after_it(
    story: Story, words: str, key: str, action: Action
) -> None:
    await story.ann.is_heard(words)
    assert story.ann.told() == []
    await story.kill()
    await story.start()
    await story.ann.is_told(key)
    await story.ann.presses_told(action)
    await story.settled()
    assert isinstance(story.message().face, Finished)
    await story.restart()
    await story.settled()
    assert story.ann.told() == [key]


async def test_an_offer_that_was_made_is_not_made_again(story: Story) -> None:
    await story.bob.writes("a fox at night", thread=MessageId("t1"), mentioned=True)
    await story.bob.is_told("ask.words_alone")
    await story.kill()
    await story.start()
    await story.ann.says("/imagine a cat")
    await story.settled()
    assert story.bob.told() == ["ask.words_alone"]


async def test_a_question_that_was_asked_is_not_asked_again(story: Story) -> None:
    await story.ann.says("/imagine {red,blue} owl")
    await story.kill()
    await story.start()
    await story.bob.says("/imagine a cat")
    await story.settled()
    assert story.ann.told() == ["ask.pictures"]
