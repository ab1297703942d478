"""However often the platform delivers a thing, and however nervous the finger: it is done once."""

from bot.types import Action
from tests.story import Story


async def test_a_command_delivered_again_is_one_job(story: Story) -> None:
    delivered = await story.ann.says("/imagine a fox")
    await story.ann.delivered(delivered)
    await story.settled()
    await story.ann.delivered(delivered)
    await story.settled()
    assert len(story.messages()) == 1
    assert story.model.paid == 1


async def test_the_same_words_again_are_another_job(story: Story) -> None:
    await story.ann.says("/imagine a fox")
    await story.ann.says("/imagine a fox")
    await story.settled()
    assert len(story.messages()) == 2
    assert story.model.paid == 2


async def test_a_double_click_is_one_job(story: Story) -> None:
    await story.ann.says("/imagine a fox")
    await story.settled()
    result = story.message()
    await story.ann.presses(Action.AGAIN, result)
    story.clock.tick(1.9)
    await story.ann.presses(Action.AGAIN, result)
    await story.settled()
    assert story.model.paid == 2


async def test_a_click_after_two_seconds_is_another_job(story: Story) -> None:
    await story.ann.says("/imagine a fox")
    await story.settled()
    result = story.message()
    await story.ann.presses(Action.AGAIN, result)
    story.clock.tick(2.1)
    await story.ann.presses(Action.AGAIN, result)
    await story.settled()
    assert story.model.paid == 3


async def test_two_people_who_press_at_once_each_get_theirs(story: Story) -> None:
    await story.ann.says("/imagine a fox")
    await story.settled()
    result = story.message()
    await story.ann.presses(Action.AGAIN, result)
    await story.bob.presses(Action.AGAIN, result)
    await story.settled()
    assert story.model.paid == 3


async def test_a_second_retry_of_a_running_job_changes_nothing(story: Story) -> None:
    story.chat.closed_to_us = {"C1"}
    await story.ann.says("/imagine a fox")
    await story.ann.is_told("say.not_welcome")
    story.chat.closed_to_us = set()
    story.model.brush.close()
    await story.ann.presses_told(Action.RETRY)
    await story.ann.presses_told(Action.RETRY)
    assert story.ann.told()[-1] == "say.already_running"
    await story.painting()
    story.model.brush.open()
    await story.settled()
    await story.ann.presses_told(Action.RETRY)
    assert story.ann.told()[-1] == "say.already_made"
    assert story.model.paid == 1
