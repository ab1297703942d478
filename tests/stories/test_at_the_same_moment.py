"""Two things done at the same moment, and buttons of what is gone: one outcome, and never a lost request."""

import asyncio

import pytest

from bot.errors import Fault, ImageServiceError
from bot.types import Action, Cancelled, Finished, JobState, Painting
from tests.fakes import Message, Mishap
from tests.story import Story, in_slack


async def failed(story: Story) -> None:
    """A picture that took too long, so that its requester holds a Retry."""
    story.model.will_fail(ImageServiceError(Fault.TIMEOUT, "openai", "timeout"))
    await story.ann.says("/imagine a fox")
    await story.ann.is_told("fault.timeout")


async def painted(story: Story) -> Message:
    await story.ann.says("/imagine a fox")
    await story.settled()
    return story.messages()[-1]


async def retried_twice_at_once(story: Story) -> None:
    await asyncio.gather(*[story.ann.presses_told(Action.RETRY) for _ in range(2)])
    await story.settled()
    assert isinstance(story.message().face, Finished)


async def test_two_retries_of_what_failed_paint_once(story: Story) -> None:
    await failed(story)
    await retried_twice_at_once(story)
    assert story.model.paid == 2
    assert story.ann.told().count("say.already_running") == 1


async def test_a_retry_finds_no_room_in_a_full_line_and_is_kept(story: Story) -> None:
    await story.restart(imagine_concurrency=1, imagine_queue_depth=1)
    await failed(story)
    story.model.brush.close()
    await story.bob.says("/imagine a cat")
    await story.painting()
    await story.bob.says("/imagine a dog")
    await story.ann.presses_told(Action.RETRY)
    assert story.ann.told()[-1] == "say.queue_full"
    assert story.ann.notes[-1].note.quote == "a fox"
    story.model.brush.open()
    await story.settled()
    await story.ann.presses_told(Action.RETRY)
    await story.settled()
    assert isinstance(story.messages()[-1].face, Finished)


async def test_two_retries_of_what_was_cancelled_paint_once(story: Story) -> None:
    await failed(story)
    story.model.brush.close()
    await story.ann.presses_told(Action.RETRY)
    await story.painting()
    await story.ann.presses(Action.CANCEL, story.message())
    await story.until(lambda: story.model.broken_off == 1)
    story.model.brush.open()
    await retried_twice_at_once(story)
    assert story.model.paid == 3


async def test_a_cancel_and_a_retry_at_once_leave_nothing_that_never_ends(story: Story) -> None:
    await failed(story)
    story.model.brush.close()
    await story.ann.presses_told(Action.RETRY)
    await story.painting()
    message = story.message()

    async def goes_on() -> bool:
        return story.model.brush.waiting > 0 or await story.state(message.job) is JobState.DONE

    for _ in range(4):
        story.model.brush.open()
        await asyncio.gather(story.ann.presses(Action.CANCEL, message), story.ann.presses_told(Action.RETRY))
        await story.settled()
        story.model.brush.close()
        if await story.state(message.job) is JobState.DONE:
            return
        await story.ann.presses_told(Action.RETRY)
        await story.until(goes_on)  # painted just before the Cancel, it is shown as it is


@pytest.mark.parametrize("welcome", [False, True])
async def test_a_retry_pressed_before_the_bot_knows_that_its_note_arrived_counts(
    story: Story, welcome: bool
) -> None:
    story.chat.notes.close()
    if welcome:
        story.chat.will_fail("post")
    else:
        story.chat.closed_to_us.add("C1")
    await story.ann.says("/imagine a fox")
    await story.until(lambda: len(story.ann.told()) == 1)
    story.chat.closed_to_us.clear()
    await story.ann.presses_told(Action.RETRY)
    story.chat.notes.open()
    await story.settled()
    assert isinstance(story.message().face, Finished)


async def test_delete_while_it_is_painted_is_too_early_and_the_picture_comes(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    await story.ann.presses(Action.DELETE, story.message())
    assert story.ann.told() == ["say.too_late"]
    story.model.brush.open()
    await story.settled()
    assert isinstance(story.message().face, Finished)


@in_slack
async def test_delete_under_a_result_that_is_just_being_posted_takes_it_away(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    story.chat.replies.close()
    story.model.brush.open()
    await story.until(lambda: isinstance(story.messages()[-1].face, Finished))
    pressing = asyncio.create_task(story.ann.presses(Action.DELETE, story.messages()[-1]))  # awaited below
    await story.until(lambda: pressing.done() or story.chat.replies.waiting == 1)
    story.chat.replies.open()
    await pressing
    await story.settled()
    assert (story.ann.told(), story.messages()) == (["say.deleted"], [])


async def test_again_during_delete_is_a_picture_of_its_own(story: Story) -> None:
    first = await painted(story)
    await asyncio.gather(story.ann.presses(Action.DELETE, first), story.ann.presses(Action.AGAIN, first))
    await story.settled()
    assert await story.state(first.job) is JobState.DELETED
    assert first not in story.messages()
    kept = [message for message in story.messages() if isinstance(message.face, Finished)]
    assert story.model.paid == 1 + len(kept)
    assert kept or story.ann.told()[-1] == "say.deleted" or "say.job_deleted" in story.ann.told()


@in_slack
async def test_an_original_on_its_way_when_its_picture_is_deleted_goes_too(story: Story) -> None:
    first = await painted(story)
    story.chat.arrivals.close()
    pressing = asyncio.create_task(story.ann.presses(Action.ORIGINAL, first))  # awaited below
    await story.until(lambda: story.chat.arrivals.waiting == 1)
    await story.ann.presses(Action.DELETE, first)
    story.chat.arrivals.open()
    await pressing
    assert story.chat.files == {}
    assert story.ann.told() == ["say.deleted"]


async def test_two_cancels_at_once_are_one(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    message = story.message()
    await asyncio.gather(*[story.ann.presses(Action.CANCEL, message) for _ in range(2)])
    assert isinstance(message.face, Cancelled)
    assert set(story.ann.told()) == {"say.cancelled"}


async def test_two_deletes_at_once_are_one(story: Story) -> None:
    first = await painted(story)
    await asyncio.gather(*[story.ann.presses(Action.DELETE, first) for _ in range(2)])
    assert story.messages() == []
    assert set(story.ann.told()) == {"say.deleted"}


async def test_every_button_of_a_forgotten_picture_says_that_it_is_not_known(story: Story) -> None:
    await story.restart(imagine_retention_days=1)
    old = await painted(story)
    story.clock.tick(3 * 86_400)
    await story.bot.farewell.by_age()
    about = [action for action in Action if action not in (Action.SEEN, Action.UNSEEN, Action.FORGET)]
    for action in about:
        await story.ann.presses(action, old)
    assert story.ann.told() == ["say.job_unknown"] * len(about)
    assert story.model.paid == 1


async def test_who_is_forgotten_while_an_edit_is_painted_leaves_nothing(story: Story) -> None:
    first = await painted(story)
    story.model.brush.close()
    await story.ann.replies("make it night", first)
    await story.painting()
    await story.ann.says("/imagine forget me")
    await story.ann.presses_told(Action.FORGET)
    await story.bot.farewell.of_people()
    await story.until(lambda: story.model.broken_off == 1)
    await story.bot.farewell.of_people()
    assert story.messages() == []
    assert story.chat.files == {}
    folder = story.settings.imagine_data_dir / "pictures"
    assert [one.name for one in folder.rglob("*") if one.is_file() and one.name != "ping"] == []


async def test_a_death_right_after_a_cancel_leaves_no_message_that_still_starts(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox --quality low")  # no preview: the first update is this one
    await story.painting()
    message = story.message()
    await story.until(lambda: isinstance(message.face, Painting))
    story.chat.mishaps.append(Mishap("update", RuntimeError("died here")))
    with pytest.raises(RuntimeError):
        await story.ann.presses(Action.CANCEL, message)
    assert not isinstance(message.face, Cancelled)
    story.clock.tick(60)
    await story.bot.placeholders.catch_up()
    assert isinstance(message.face, Cancelled)
