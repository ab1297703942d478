"""A private picture is made in the person's DM with the bot, and shared when they say so."""

from bot.types import Action, Finished, Role
from tests.story import Story


async def test_a_private_picture_is_seen_only_in_the_dm(story: Story) -> None:
    await story.ann.says("/imagine a fox --private")
    await story.settled()
    assert story.messages() == []
    assert isinstance(story.message(story.ann.dm).face, Finished)


async def test_share_posts_it_where_it_was_asked_for_once_and_pays_nothing(story: Story) -> None:
    await story.ann.says("/imagine a fox --private")
    await story.settled()
    result = story.message(story.ann.dm)
    await story.ann.presses(Action.SHARE, result)
    await story.ann.presses(Action.SHARE, result)
    assert story.message().role is Role.OPEN
    assert story.ann.told() == ["say.shared_already"]
    assert story.model.paid == 1


async def test_deleting_takes_the_shared_one_too(story: Story) -> None:
    await story.ann.says("/imagine a fox --private")
    await story.settled()
    result = story.message(story.ann.dm)
    await story.ann.presses(Action.SHARE, result)
    await story.ann.presses(Action.DELETE, result)
    assert story.chat.messages == {}


async def test_nobody_else_may_press_anything_on_it(story: Story) -> None:
    await story.ann.says("/imagine a fox --private")
    await story.settled()
    result = story.message(story.ann.dm)
    for action in (Action.PROMPT, Action.COPY, Action.AGAIN, Action.SHARE, Action.ORIGINAL):
        await story.bob.presses(action, result)
    assert set(story.bob.told()) == {"say.not_yours"}
    assert story.messages() == []
