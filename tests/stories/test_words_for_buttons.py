"""Undo and Again in words where no picture is near: they are of the person's newest picture there."""

import pytest

from bot.types import JobKind
from tests.story import Story


@pytest.mark.parametrize("said", ["again", "/imagine again"])
async def test_again_makes_the_newest_picture_of_that_place_once_more(story: Story, said: str) -> None:
    dm = story.ann.dm
    for prompt, where in (("a hen", dm), ("a fox", dm), ("/imagine a cat", "C1")):
        story.clock.tick(1)
        await story.ann.says(prompt, where)
        await story.settled()
    fox = story.messages(dm)[-1]
    await story.ann.says(said, dm)
    await story.settled()
    assert [order.prompt for order in story.model.orders] == ["a hen", "a fox", "a cat", "a fox"]
    newest = story.messages(dm)[-1]
    assert newest.ref.thread == fox.ref.id
    assert (await story.job(newest.job)).version == 2
    assert story.ann.told() == ["reply.of_newest"]


async def test_undo_shows_the_version_before_and_costs_nothing(story: Story) -> None:
    await story.ann.says("/imagine a fox")
    await story.settled()
    first = story.messages()[-1]
    story.clock.tick(1)
    await story.ann.replies("make it night", first)
    await story.settled()
    await story.ann.says("/imagine undo")
    await story.settled()
    shown = story.messages()[-1]
    assert (await story.job(shown.job)).kind is JobKind.UNDO
    assert story.pictures(shown) == story.pictures(first)
    assert story.model.paid == 2


async def test_a_mention_means_them_too_and_never_somebody_elses(story: Story) -> None:
    await story.ann.says("/imagine a fox")
    await story.settled()
    await story.bob.writes("again", mentioned=True)
    await story.settled()
    assert (story.bob.told(), story.model.paid) == (["reply.none_here"], 1)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("undo", "reply.none_here"),
        ("again", "reply.none_here"),
        ("cancel", "say.buttons"),
        ("settings", "say.settings"),
    ],
)
async def test_where_nothing_is_meant_nothing_is_painted(story: Story, said: str, key: str) -> None:
    await story.ann.says(said, story.ann.dm)
    await story.ann.says(f"/imagine {said}")
    await story.settled()
    assert (story.ann.told(), story.model.paid) == ([key, key], 0)


async def test_undo_of_a_first_version_says_that_there_is_none_before(story: Story) -> None:
    await story.ann.says("/imagine a fox")
    await story.settled()
    await story.ann.says("/imagine undo")
    assert story.ann.told() == ["reply.nothing_to_undo"]
    assert len(story.messages()) == 1
