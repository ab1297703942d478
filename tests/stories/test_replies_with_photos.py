"""A reply with photos: they are what is changed, unless the words put them into the thread's picture."""

import asyncio

import pytest

from bot.types import Action, JobState
from tests.fakes import Message, photo
from tests.story import Story

HAT, SCARF = photo(number=2), photo(number=3)


async def painted(story: Story, text: str = "/imagine a fox") -> Message:
    await story.ann.says(text)
    await story.settled()
    return story.messages()[-1]


@pytest.mark.parametrize("words", ["make it night", "use this one instead", "この写真を夜にして"])
async def test_a_photo_is_what_is_changed(story: Story, words: str) -> None:
    first = await painted(story)
    await story.ann.replies(words, first, files=[story.chat.gives(HAT)])
    await story.settled()
    assert story.model.sent[-1] == [HAT]


@pytest.mark.parametrize("words", ["put this hat on her", "この帽子をかぶせて"])
async def test_a_photo_that_is_to_go_into_the_picture_does(story: Story, words: str) -> None:
    first = await painted(story)
    await story.ann.replies(words, first, files=[story.chat.gives(HAT), story.chat.gives(SCARF)])
    await story.settled()
    assert story.model.sent[-1] == [*story.pictures(first), HAT, SCARF]
    job = await story.job(story.messages()[-1].job)
    assert (job.version, job.from_version, job.parent) == (2, 1, first.job)


async def test_a_picture_that_is_named_is_meant_and_not_the_newest(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("make it night", first)
    await story.settled()
    await story.ann.replies("a hat like that for v1", first, files=[story.chat.gives(HAT)])
    await story.settled()
    assert story.model.sent[-1] == [*story.pictures(first), HAT]


async def test_which_of_several_it_goes_into_is_asked(story: Story) -> None:
    first = await painted(story, "/imagine a fox --n 4")
    await story.ann.replies("put this hat on her", first, files=[story.chat.gives(HAT)])
    told = await story.ann.is_told("ask.which")
    assert (len(told.note.pictures), story.model.paid) == (4, 1)
    await story.ann.presses_told(Action.CHOOSE, choice=2)
    await story.settled()
    assert story.model.sent[-1] == [story.pictures(first)[2], HAT]


async def test_numbers_count_the_photos_where_there_are_several(story: Story) -> None:
    first = await painted(story, "/imagine a fox --n 4")
    photos = [story.chat.gives(HAT), story.chat.gives(SCARF)]
    await story.ann.replies("the hat of the first beside the scarf of the second", first, files=photos)
    await story.settled()
    assert story.model.sent[-1] == [HAT, SCARF]
    await story.ann.replies("put this on the second one", first, files=photos[:1])
    await story.settled()
    assert story.model.sent[-1] == [story.pictures(first)[1], HAT]


async def test_a_name_that_no_picture_has_is_asked_about(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("the hat for #zz77", first, files=[story.chat.gives(HAT)])
    assert (story.ann.told(), story.model.paid) == (["ask.unknown_name"], 1)


async def test_with_the_picture_of_the_thread_fifteen_photos_go_in(story: Story) -> None:
    first = await painted(story)
    photos = [photo(number=number) for number in range(16)]
    await story.ann.replies("add these to v1", first, files=[story.chat.gives(one) for one in photos])
    await story.settled()
    assert story.model.sent[-1] == [*story.pictures(first), *photos[:15]]
    assert "reply.too_many_beside" in story.ann.told()


@pytest.mark.parametrize("mention_first", [True, False])
async def test_the_question_waits_for_the_photos_that_the_other_telling_brings(
    story: Story, mention_first: bool
) -> None:
    first = await painted(story, "/imagine a fox --n 2")
    file = story.chat.gives(HAT)
    bare = story.ann.replies("put this hat on her", first, mentioned=True, twin=True, as_message="m9")
    whole = story.ann.replies("put this hat on her", first, files=[file], mentioned=True, as_message="m9")
    await asyncio.gather(*((bare, whole) if mention_first else (whole, bare)))
    await story.ann.is_told("ask.which")
    assert story.ann.told() == ["ask.which"]
    await story.ann.presses_told(Action.CHOOSE, choice=1)
    await story.settled()
    assert story.model.sent[-1] == [story.pictures(first)[1], HAT]
    assert await story.state(story.messages()[-1].job) is JobState.DONE
