"""A request whose person was told that it failed: it goes, and asking once more counts."""

from dataclasses import replace

from bot.commands.drafts import new_id
from bot.types import Action, Incoming, JobState
from tests.story import Story


async def unheard(story: Story, incoming: Incoming) -> bool:
    """The platform had given up when its acknowledgement came."""
    return await story.bot.take_back(new_id(incoming), anew=True)


async def test_what_is_being_painted_goes_with_its_placeholder(story: Story) -> None:
    story.model.brush.close()
    asked = await story.ann.says("/imagine a fox")
    await story.painting()
    assert len(story.messages()) == 1
    assert await unheard(story, asked)
    story.model.brush.open()
    await story.settled()
    assert story.messages() == []
    assert await story.state(new_id(asked)) is JobState.CANCELLED


async def test_a_placeholder_on_its_way_goes_too(story: Story) -> None:
    story.chat.arrivals.close()
    asked = await story.ann.says("/imagine a fox")
    await story.until(lambda: story.chat.arrivals.waiting == 1)
    assert await unheard(story, asked)
    story.chat.arrivals.open()
    await story.until(lambda: len(story.chat.deleted) == 1)
    assert story.messages() == []
    assert story.model.paid == 0


async def test_what_stands_there_already_stays(story: Story) -> None:
    asked = await story.ann.says("/imagine a fox")
    await story.settled()
    assert not await unheard(story, asked)
    assert await story.state(story.message().job) is JobState.DONE


async def test_a_form_that_is_sent_once_more_counts(story: Story) -> None:
    await story.ann.says("/imagine")
    story.model.brush.close()
    sent = await story.ann.sends({"prompt": "a fox"})
    await unheard(story, sent)
    story.model.brush.open()
    await story.ann.delivered(replace(sent, trigger="a second try"))
    await story.settled()
    assert await story.state(story.message().job) is JobState.DONE


async def test_a_form_whose_picture_stands_there_is_not_painted_again(story: Story) -> None:
    await story.ann.says("/imagine")
    sent = await story.ann.sends({"prompt": "a fox"})
    await story.settled()
    await unheard(story, sent)
    await story.ann.delivered(replace(sent, trigger="a second try"))
    await story.settled()
    assert len(story.messages()) == 1
    assert story.model.paid == 1


async def test_a_button_that_is_pressed_once_more_counts_at_once(story: Story) -> None:
    await story.ann.says("/imagine a fox")
    await story.settled()
    first = story.message()
    story.model.brush.close()
    pressed = await story.ann.presses(Action.AGAIN, first)
    await unheard(story, pressed)
    story.model.brush.open()
    await story.ann.presses(Action.AGAIN, first)
    await story.settled()
    assert len([message for message in story.messages() if message is not first]) == 1


async def test_a_message_that_is_only_delivered_again_stays_taken_back(story: Story) -> None:
    asked = await story.ann.says("a fox", where=story.ann.dm)
    await story.bot.take_back(new_id(asked), anew=False)  # they were told to send it again
    await story.ann.delivered(asked)
    await story.settled()
    assert [message.role for message in story.messages(story.ann.dm)] == []
