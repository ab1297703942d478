"""How much at once: for one person, for all, and how long the line may be."""

from bot.types import Queued
from tests.story import Story


async def test_one_person_paints_only_so_many_at_once(story: Story) -> None:
    await story.restart(imagine_per_user=1)
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    await story.ann.says("/imagine an owl")
    await story.bob.says("/imagine a bear")
    await story.painting(2)
    assert [order.prompt for order in story.model.orders] == ["a fox", "a bear"]
    story.model.brush.open()
    await story.settled()
    assert [order.prompt for order in story.model.orders] == ["a fox", "a bear", "an owl"]


async def test_a_full_line_takes_no_more_and_gives_the_prompt_back(story: Story) -> None:
    await story.restart(imagine_per_user=1, imagine_queue_depth=1)
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    await story.ann.says("/imagine an owl")
    await story.ann.says("/imagine a bear")
    assert story.ann.told() == ["say.queue_full"]
    assert story.ann.notes[0].note.quote == "a bear"
    story.model.brush.open()
    await story.settled()
    assert story.model.paid == 2


async def test_who_waits_is_told_about_which_place(story: Story) -> None:
    await story.restart(imagine_concurrency=1)
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    await story.bob.says("/imagine an owl")
    await story.until(lambda: len(story.messages()) == 2)
    waiting = story.messages()[1]
    await story.until(lambda: isinstance(waiting.face, Queued) and bool(waiting.face.ahead))
    assert isinstance(waiting.face, Queued)
    assert waiting.face.ahead == 1
    story.model.brush.open()
