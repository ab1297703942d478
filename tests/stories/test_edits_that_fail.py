"""Edits whose pictures, models or processes go away on the way: nothing lost, nothing paid twice."""

import asyncio
from io import BytesIO

import pytest
from PIL import Image, ImageChops
from pydantic import SecretStr

from bot.errors import Fault, ImageServiceError
from bot.providers import Service
from bot.types import Action, Finished, JobState
from tests.fakes import Message, photo
from tests.story import Story

HAT = (48, 32, 120, 80)
"""C3 to E5 of a picture of 192 by 128: where the hat goes."""
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 6'><rect width='8' height='6'/></svg>"


async def painted(story: Story, text: str = "/imagine a fox") -> Message:
    """The result of a command, with a photograph in it."""
    story.model.paints.append(photo(size=(192, 128)))
    await story.ann.says(text)
    await story.settled()
    return newest(story)


def newest(story: Story) -> Message:
    return story.messages()[-1]


def plain(size: tuple[int, int]) -> bytes:
    """A picture of one colour, which no photograph here has anywhere."""
    file = BytesIO()
    Image.new("RGB", size, (255, 0, 255)).save(file, "PNG")
    return file.getvalue()


def changed(before: bytes, after: bytes) -> tuple[int, int, int, int] | None:
    """Where two pictures of the same size differ."""
    old, new = (Image.open(BytesIO(data)).convert("RGB") for data in (before, after))
    return ImageChops.difference(old, new).getbbox()


async def marked(story: Story, first: Message) -> None:
    """An edit of one region, seen and run."""
    await story.ann.presses(Action.REGION, first)
    await story.ann.sends({"prompt": "a hat", "cells": "C3-E5", "feather": "0px"})
    await story.ann.presses_told(Action.RUN)


async def one_edit(story: Story, first: Message) -> Message:
    """The only other message of the bot, which shows the edit."""
    await story.settled()
    (edit,) = [message for message in story.messages() if message.ref.id != first.ref.id]
    assert isinstance(edit.face, Finished)
    return edit


# -- killed at each step


async def test_a_kill_while_its_picture_is_fetched_paints_the_edit_once(story: Story) -> None:
    first = await painted(story)
    story.chat.fetches.close()
    await story.ann.replies("put this on it", first, files=[story.chat.gives(photo(number=3))])
    await story.until(lambda: story.chat.fetches.waiting == 1)
    await story.kill()
    await story.start()
    await one_edit(story, first)
    assert story.model.sent[1:] == [[*story.pictures(first), photo(number=3)]]


async def test_a_kill_while_an_edit_is_painted_sends_the_same_picture_again(story: Story) -> None:
    first = await painted(story)
    story.model.brush.close()
    await story.ann.replies("make it night", first)
    await story.painting()
    await story.kill()
    await story.start()
    await one_edit(story, first)
    assert story.model.sent[1:] == [story.pictures(first)] * 2


async def test_a_kill_between_painting_and_putting_together_pays_once(story: Story) -> None:
    first = await painted(story)
    story.model.brush.close()
    await marked(story, first)
    await story.painting()
    edit = newest(story).job
    async with story.bot.answers._easel._darkroom._hands:  # whoever puts together waits here
        story.model.brush.open()

        async def there() -> bool:
            return bool(await story.bot.doors.ledger.painted(edit))

        await story.until(there)
        killing = asyncio.create_task(story.kill())
        await story.until(lambda: story.is_cut)
    await killing
    await story.start()
    assert changed(story.pictures(first)[0], story.pictures(await one_edit(story, first))[0]) == HAT
    assert story.model.paid == 2


async def test_a_kill_while_a_composite_is_uploaded_shows_it_once(story: Story) -> None:
    first = await painted(story)
    story.model.brush.close()
    await marked(story, first)
    await story.painting()
    story.chat.uploads.close()
    story.model.brush.open()
    await story.until(lambda: story.chat.uploads.waiting == 1)
    await story.kill()
    await story.start()
    edit = await one_edit(story, first)
    assert changed(story.pictures(first)[0], story.pictures(edit)[0]) == HAT
    assert story.model.paid == 2


# -- what goes in


async def test_a_broken_call_is_made_again_with_the_whole_pictures(story: Story) -> None:
    first = await painted(story)
    story.model.will_fail(ImageServiceError(Fault.BROKEN, "openai", "503"))
    await marked(story, first)
    await one_edit(story, first)
    assert story.model.sent[1:] == [story.pictures(first)] * 2
    assert story.model.masks[1] == story.model.masks[2] is not None


@pytest.mark.parametrize("kind", ["webp", "gif", "jpeg"])
async def test_a_result_of_any_kind_can_be_edited(story: Story, kind: str) -> None:
    await story.ann.says(f"/imagine a fox --format {kind}")
    await story.settled()
    first = newest(story)
    await story.ann.replies("make it night", first)
    await story.settled()
    (sent,) = story.model.sent[-1]
    assert Image.open(BytesIO(sent)).format in ("PNG", "JPEG", "WEBP")
    assert isinstance(newest(story).face, Finished)
    assert newest(story).job != first.job


async def drawing(story: Story) -> Message:
    """A result made of lines."""
    story.model.paints.append(DRAWING)
    await story.ann.says("/imagine a fox --format svg")
    await story.settled()
    return newest(story)


async def test_a_drawing_of_lines_is_edited_as_a_picture(story: Story) -> None:
    first = await drawing(story)
    await story.ann.replies("make it night", first)
    await one_edit(story, first)
    (sent,) = story.model.sent[-1]
    assert Image.open(BytesIO(sent)).format == "PNG"


async def test_a_region_of_a_drawing_is_seen_painted_and_compared(story: Story) -> None:
    first = await drawing(story)
    await marked(story, first)
    edit = await one_edit(story, first)
    assert story.ann.form
    assert story.ann.form.picture in story.chat.files
    before = story.model.sent[-1][0]
    left, top, right, bottom = changed(before, story.pictures(edit)[0]) or (0,) * 4
    assert (left, top, right, bottom) == (384, 288, 960, 720)  # C3 to E5 of 1536 by 1152
    await story.ann.presses(Action.COMPARE, edit)
    assert story.ann.notes[-1].note.pictures


async def test_a_picture_that_is_deleted_before_its_edit_is_painted_costs_nothing(story: Story) -> None:
    await story.restart(imagine_concurrency=1)
    first = await painted(story)
    story.model.brush.close()
    await story.bob.says("/imagine a cat")
    await story.painting()
    await story.ann.replies("make it night", first)
    await story.ann.presses(Action.DELETE, first)
    story.model.brush.open()
    await story.ann.is_told("reply.picture_gone")
    assert [order.prompt for order in story.model.orders] == ["a fox", "a cat"]


async def test_what_the_model_made_in_another_size_is_put_where_it_belongs(story: Story) -> None:
    first = await painted(story)
    story.model.paints.append(plain((96, 64)))
    await marked(story, first)
    edit = await one_edit(story, first)
    assert Image.open(BytesIO(story.pictures(edit)[0])).size == (192, 128)
    assert changed(story.pictures(first)[0], story.pictures(edit)[0]) == HAT


# -- who paints


async def test_a_model_that_takes_one_picture_says_who_takes_two(story: Story) -> None:
    await story.restart(imagine_models="dall-e-2,gpt-image-2", imagine_model="dall-e-2")
    files = [story.chat.gives(photo()), story.chat.gives(photo(number=2))]
    await story.ann.writes("put a hat on it --model dall-e-2", files=files, mentioned=True)
    await story.settled()
    assert story.ann.notes[-1].note.text.key == "refuse.edits"
    assert story.ann.notes[-1].note.text.values["near"] == "gpt-image-2"
    assert story.model.paid == 0


@pytest.mark.parametrize(("files", "key"), [(1, "refuse.edits_nowhere"), (2, "refuse.sources_nowhere")])
async def test_where_nobody_edits_so_many_it_is_said_so(story: Story, files: int, key: str) -> None:
    await story.restart(imagine_models="dall-e-3" if files == 1 else "dall-e-2")
    given = [story.chat.gives(photo(number=number)) for number in range(files)]
    await story.ann.writes("put a hat on it", files=given, mentioned=True)
    await story.ann.is_told(key)
    assert story.model.paid == 0


@pytest.mark.parametrize(
    ("changes", "service"),
    [
        (
            {"azure_openai_endpoint": "https://x.example", "imagine_models": "wall=gpt-image-1.5"},
            Service.AZURE,
        ),
        ({"imagine_server_url": "http://127.0.0.1:9/v1", "imagine_models": "sd-turbo"}, Service.SERVER),
    ],
)
async def test_other_services_get_what_they_take(
    story: Story, changes: dict[str, str], service: Service
) -> None:
    await story.restart(
        openai_api_key=None, azure_openai_api_key=SecretStr("x"), imagine_images_per_minute=0, **changes
    )
    first = await painted(story)
    await story.ann.replies("make it night", first, files=[story.chat.gives(photo("webp"))])
    await one_edit(story, first)
    assert story.model.orders[-1].offer.service is service
    (sent,) = story.model.sent[-1]
    assert Image.open(BytesIO(sent)).format in ("PNG", "JPEG")
    await marked(story, newest(story))
    await story.settled()
    assert story.model.masks[-1]


# -- versions


async def test_undo_of_an_edit_of_one_of_three_shows_the_three(story: Story) -> None:
    await story.ann.says("/imagine a fox --n 3")
    await story.settled()
    first = newest(story)
    await story.ann.replies("make the second one blue --n 3", first)
    await story.settled()
    assert len(story.pictures(newest(story))) == 3
    await story.ann.replies("undo", first)
    await story.settled()
    assert story.pictures(newest(story)) == story.pictures(first)
    assert story.model.paid == 2


async def test_undo_goes_past_a_version_that_was_deleted(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("make it night", first)
    await story.settled()
    second = newest(story)
    await story.ann.replies("add stars", first)
    await story.settled()
    third = newest(story)
    await story.ann.presses(Action.DELETE, second)
    await story.ann.replies("undo", first)
    await story.settled()
    assert story.model.paid == 3
    assert newest(story).job != third.job
    assert story.pictures(newest(story)) == story.pictures(first)


async def test_undo_after_the_newest_was_deleted_goes_back_from_what_is_left(story: Story) -> None:
    first = await painted(story)
    for words in ("make it night", "add stars"):
        await story.ann.replies(words, first)
        await story.settled()
    await story.ann.presses(Action.DELETE, newest(story))
    await story.ann.replies("undo", first)
    await story.settled()
    assert story.pictures(newest(story)) == story.pictures(first)


async def test_the_same_region_outlives_the_picture_it_was_marked_on(story: Story) -> None:
    first = await painted(story)
    mask = Image.new("RGBA", (192, 128), (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), HAT)
    file = BytesIO()
    mask.save(file, "PNG")
    await story.ann.replies("a hat", first, files=[story.chat.gives(file.getvalue(), "mask.png")])
    await story.settled()
    second = newest(story)
    await story.ann.presses(Action.SAME_REGION, second)
    await story.ann.sends({"prompt": "a crown"})
    await story.settled()
    third = newest(story)
    for gone in (first, second):
        await story.ann.presses(Action.DELETE, gone)
    await story.ann.presses(Action.SAME_REGION, third)
    await story.ann.sends({"prompt": "a bow"})
    await story.settled()
    fourth = newest(story)
    assert changed(story.pictures(third)[0], story.pictures(fourth)[0]) == HAT


# -- asked for in many ways


async def test_a_full_queue_takes_no_edit_and_says_so(story: Story) -> None:
    first = await painted(story)
    await story.restart(imagine_concurrency=1, imagine_queue_depth=1)
    story.model.brush.close()
    await story.bob.says("/imagine a cat")
    await story.painting()
    await story.bob.says("/imagine a dog")
    await story.ann.replies("make it night", first)
    assert story.ann.told() == ["say.queue_full"]
    assert story.ann.notes[-1].note.quote == "make it night"
    story.model.brush.open()
    await story.settled()
    assert story.model.paid == 3


async def test_an_edit_in_several_ways_is_asked_about_and_starts_from_the_same_picture(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("make it {night,winter}", first)
    await story.settled()
    assert story.model.paid == 1
    await story.ann.presses_told(Action.RUN)
    edit = await one_edit(story, first)
    assert len(story.pictures(edit)) == 2
    assert [order.prompt for order in story.model.orders[1:]] == ["make it night", "make it winter"]
    assert story.model.sent[1:] == [story.pictures(first)] * 2


async def test_of_an_edit_in_several_ways_one_may_fail(story: Story) -> None:
    first = await painted(story)
    story.model.will_fail(ImageServiceError(Fault.BLOCKED, "openai", "no"), prompt="make it winter")
    await story.ann.replies("make it {night,winter}", first)
    await story.settled()
    await story.ann.presses_told(Action.RUN)
    edit = await one_edit(story, first)
    assert len(story.pictures(edit)) == 1
    assert story.ann.told()[-1] == "fault.blocked"
    assert await story.state(edit.job) is JobState.DONE


async def test_an_edit_of_what_its_store_spoils_waits_for_retry_and_costs_nothing(story: Story) -> None:
    first = await painted(story)
    (file,) = (story.settings.imagine_data_dir / "pictures").rglob("*.png")
    whole = file.read_bytes()
    file.write_bytes(bytes(len(whole)))
    await story.ann.replies("make it blue", first)
    await story.ann.is_told("say.not_read")
    assert story.model.paid == 1
    file.write_bytes(whole)
    await story.ann.presses_told(Action.RETRY)
    await one_edit(story, first)
    assert story.model.sent[-1] == [whole]
    assert story.model.paid == 2
