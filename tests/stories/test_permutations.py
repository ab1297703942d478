"""Braces: asked about first, made as one request, each part saved by itself."""

from bot.errors import Fault
from bot.types import Action, Finished
from tests.stories.test_failures import fails
from tests.story import Story


async def test_permutations_are_asked_about_before_anything_is_paid(story: Story) -> None:
    await story.ann.says("/imagine {red,blue} fox")
    assert story.ann.told() == ["ask.pictures_at_most"]
    assert story.ann.notes[0].note.text.values["count"] == 2
    await story.settled()
    assert story.model.paid == 0
    assert story.messages() == []


async def test_run_makes_them_all_in_one_message(story: Story) -> None:
    await story.ann.says("/imagine {red,blue} fox")
    await story.ann.presses_told(Action.RUN)
    await story.settled()
    face = story.message().face
    assert isinstance(face, Finished)
    assert [shown.picture.prompt for shown in face.shown] == ["red fox", "blue fox"]
    assert [order.prompt for order in story.model.orders] == ["red fox", "blue fox"]


async def test_one_that_fails_does_not_take_the_others_with_it(story: Story) -> None:
    story.model.will_fail(fails(Fault.BLOCKED), prompt="red fox")
    await story.ann.says("/imagine {red,blue} fox")
    await story.ann.presses_told(Action.RUN)
    await story.ann.is_told("fault.blocked")
    face = story.message().face
    assert isinstance(face, Finished)
    assert [shown.picture.prompt for shown in face.shown] == ["blue fox"]
    assert face.missing == 1
    assert story.model.paid == 2


async def test_only_who_asked_may_run_it(story: Story) -> None:
    await story.ann.says("/imagine {red,blue} fox")
    story.chat.told[story.bob.person] = [*story.ann.notes]
    await story.bob.presses_told(Action.RUN)
    assert story.bob.told()[-1] == "say.not_yours"
    await story.settled()
    assert story.model.paid == 0
