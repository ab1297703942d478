"""Changing one place of a picture, by form, mask or scribbled copy; the rest comes back as it was."""

import asyncio
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageDraw

from bot.commands.plan import Form
from bot.types import Action, FormKind, JobState
from tests.fakes import Message, Mishap, photo
from tests.story import Story


async def painted(story: Story) -> Message:
    """A result with a photograph in it."""
    story.model.paints.append(photo(size=(192, 128)))
    await story.ann.says("/imagine a fox")
    await story.settled()
    return story.messages()[-1]


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB")


def png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def changed_box(before: bytes, after: bytes) -> tuple[int, int, int, int] | None:
    """Where two pictures of the same size differ."""
    return ImageChops.difference(opened(before), opened(after)).getbbox()


async def edited_by_form(story: Story, first: Message, **fields: str) -> None:
    await story.ann.presses(Action.REGION, first)
    await story.ann.sends({"prompt": "a hat", "cells": "C3-E5", "feather": "0px", **fields})
    await story.ann.presses_told(Action.RUN)
    await story.settled()


async def test_a_marked_region_is_seen_before_anything_is_paid(story: Story) -> None:
    first = await painted(story)
    await story.ann.presses(Action.REGION, first)
    assert story.ann.form
    assert story.ann.form.kind is FormKind.REGION
    assert story.ann.form.picture in story.chat.files
    await story.ann.sends({"prompt": "a hat", "cells": "C3-E5"})
    await story.settled()
    note = story.ann.notes[-1].note
    assert note.text.key == "ask.region"
    assert [button.action for button in note.buttons] == [Action.RUN, Action.ADJUST, Action.CANCEL]
    assert note.pictures[0].file in story.chat.files
    assert story.model.paid == 1


async def test_drawings_that_are_made_at_once_all_leave_with_their_picture(story: Story) -> None:
    first = await painted(story)
    story.chat.uploads.close()
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(story.ann.presses(Action.REGION, first))
            group.create_task(story.bob.presses(Action.REGION, first))
        await story.until(lambda: story.chat.uploads.waiting == 8)
        story.chat.uploads.open()
    assert len(story.chat.files) == 9
    await story.ann.presses(Action.DELETE, first)
    assert story.chat.files == {}


async def test_a_kill_while_a_drawing_is_uploaded_leaves_nothing_behind(story: Story) -> None:
    first = await painted(story)
    story.chat.uploads.close()
    pressing = asyncio.create_task(story.ann.presses(Action.REGION, first))  # ended by the kill
    await story.until(lambda: story.chat.uploads.waiting == 1)
    await story.kill(pressing)
    await story.start()
    await story.ann.presses(Action.DELETE, first)
    assert story.chat.files == {}


async def test_outside_the_region_every_pixel_comes_back(story: Story) -> None:
    first = await painted(story)
    original = story.pictures(first)[0]
    await edited_by_form(story, first)
    (result,) = story.pictures(story.messages()[-1])
    assert changed_box(original, result) == (48, 32, 120, 80)  # C3 to E5 of cells 24 by 16
    mask = story.model.masks[-1]
    assert mask
    assert Image.open(BytesIO(mask)).size == opened(original).size


async def test_the_models_own_file_is_kept_and_attached_on_request(story: Story) -> None:
    first = await painted(story)
    await edited_by_form(story, first)
    result = story.messages()[-1]
    await story.ann.presses(Action.MODEL_FILE, result)
    (file,) = result.files
    assert story.chat.files[file].data == story.model.painted[-1]


async def test_free_blend_shows_the_models_own_picture_for_nothing(story: Story) -> None:
    first = await painted(story)
    await edited_by_form(story, first)
    await story.ann.presses(Action.FREE, story.messages()[-1])
    await story.settled()
    assert story.model.paid == 2
    assert story.pictures(story.messages()[-1]) == [story.model.painted[-1]]


async def test_a_wider_soft_edge_costs_nothing(story: Story) -> None:
    first = await painted(story)
    original = story.pictures(first)[0]
    await edited_by_form(story, first)
    await story.ann.presses(Action.SOFTER, story.messages()[-1])
    await story.settled()
    assert story.model.paid == 2
    softer = await story.job(story.messages()[-1].job)
    assert softer.request.region
    assert softer.request.region.feather.amount > 0
    left, top, right, bottom = changed_box(original, story.pictures(story.messages()[-1])[0]) or (0,) * 4
    assert left >= 48
    assert top >= 32
    assert right <= 120
    assert bottom <= 80


async def test_the_same_region_takes_new_words(story: Story) -> None:
    first = await painted(story)
    await edited_by_form(story, first)
    region = (await story.job(story.messages()[-1].job)).request.region
    await story.ann.presses(Action.SAME_REGION, story.messages()[-1])
    await story.ann.sends({"prompt": "a crown"})
    await story.settled()
    newest = await story.job(story.messages()[-1].job)
    assert (newest.request.prompt, newest.request.region) == ("a crown", region)
    assert story.model.masks[-1]


def names(form: Form | None) -> list[str]:
    assert form
    return [field.name for field in form.fields]


async def test_a_preview_draws_the_form_again_and_says_what_it_cannot_read(story: Story) -> None:
    first = await painted(story)
    await story.ann.presses(Action.REGION, first)
    before = story.ann.form
    assert before
    assert names(story.ann.form)[0] == "picture"
    await story.ann.previews({"cells": "C3-E5"})
    assert names(story.ann.form)[-4:] == ["preview", "picture", "prompt", "free"]
    assert story.ann.form
    assert story.ann.form.picture not in (None, before.picture)
    await story.ann.previews({"cells": "K9"})
    hints = {field.name: field.hint for field in story.ann.form.fields}
    assert hints["cells"]
    assert hints["cells"].key == "region.cells_unread"
    assert story.model.paid == 1


async def test_nothing_marked_is_said_in_the_form(story: Story) -> None:
    first = await painted(story)
    await story.ann.presses(Action.REGION, first)
    await story.ann.sends({"prompt": "a hat"})
    assert set(story.ann.faults) == {"cells"}


async def test_adjusting_changes_the_region_that_waits(story: Story) -> None:
    first = await painted(story)
    await story.ann.presses(Action.REGION, first)
    await story.ann.sends({"prompt": "a hat", "cells": "A1"})
    await story.ann.presses_told(Action.ADJUST)
    await story.ann.sends({"cells": "B2", "feather": "0px"})
    await story.ann.presses_told(Action.RUN)
    await story.settled()
    assert story.model.paid == 2
    original, result = story.pictures(first)[0], story.pictures(story.messages()[-1])[0]
    assert changed_box(original, result) == (24, 16, 48, 32)


async def test_a_region_that_is_cancelled_costs_nothing(story: Story) -> None:
    first = await painted(story)
    await story.ann.presses(Action.REGION, first)
    await story.ann.sends({"prompt": "a hat", "cells": "A1"})
    await story.ann.presses_told(Action.CANCEL)
    await story.settled()
    assert story.model.paid == 1
    assert len(story.messages()) == 1


def mask_of(size: tuple[int, int], box: tuple[int, int, int, int]) -> bytes:
    """A mask as the API wants it: clear where it may be painted."""
    image = Image.new("RGBA", size, (0, 0, 0, 255))
    image.paste((0, 0, 0, 0), box)
    return png(image)


@pytest.mark.parametrize("with_picture", [True, False])
async def test_an_attached_mask_runs_unasked(story: Story, with_picture: bool) -> None:
    first = await painted(story)
    original = story.pictures(first)[0]
    mask = story.chat.gives(mask_of((192, 128), (10, 20, 50, 60)), "mask.png")
    files = [story.chat.gives(original, "fox.png"), mask] if with_picture else [mask]
    await story.ann.replies("a hat", first, files=files)
    await story.settled()
    assert story.model.paid == 2
    assert story.model.sent[-1] == [original]
    assert changed_box(original, story.pictures(story.messages()[-1])[0]) == (10, 20, 50, 60)


def inverted() -> bytes:
    """A mask that leaves nearly everything to the model."""
    image = Image.new("RGBA", (192, 128), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (60, 40, 120, 90))
    return png(image)


async def test_a_mask_that_looks_inverted_is_asked_about(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("a hat", first, files=[story.chat.gives(inverted(), "mask.png")])
    await story.ann.is_told("ask.mask_inverted")
    assert story.model.paid == 1
    assert len(story.messages()) == 1
    await story.ann.presses_told(Action.RUN)
    await story.settled()
    assert story.model.paid == 2


async def test_a_question_about_a_mask_that_a_crash_swallowed_is_asked_after_it(story: Story) -> None:
    first = await painted(story)
    mask = story.chat.gives(inverted(), "mask.png")
    story.chat.mishaps.append(Mishap("tell", RuntimeError("died here")))
    await story.ann.replies("a hat", first, files=[mask])
    await story.until(lambda: not story.chat.mishaps)
    await story.settled()
    assert story.ann.told() == []
    await story.restart()
    await story.ann.is_told("ask.mask_inverted")
    await story.ann.presses_told(Action.RUN)
    await story.settled()
    assert story.model.paid == 2
    await story.restart()
    assert story.ann.told() == ["ask.mask_inverted"]


async def test_a_mask_of_another_picture_is_said_so(story: Story) -> None:
    first = await painted(story)
    mask = story.chat.gives(mask_of((100, 100), (10, 20, 50, 60)), "mask.png")
    await story.ann.replies("a hat", first, files=[mask])
    await story.ann.is_told("reply.mask_of_another")
    assert story.model.paid == 1


async def test_a_scribbled_copy_is_a_region_that_is_shown_first(story: Story) -> None:
    story.model.paints.append(photo(size=(640, 480)))
    await story.ann.says("/imagine a fox")
    await story.settled()
    first = story.messages()[-1]
    copy = opened(story.pictures(first)[0])
    ImageDraw.Draw(copy).ellipse((250, 150, 400, 300), outline=(255, 0, 0), width=8)
    await story.ann.replies("a hat", first, files=[story.chat.gives(png(copy))])
    await story.ann.is_told("ask.marked_region")
    assert story.model.paid == 1
    await story.ann.presses_told(Action.RUN)
    await story.settled()
    assert story.model.sent[-1] == story.pictures(first)
    original, result = story.pictures(first)[0], story.pictures(story.messages()[-1])[0]
    left, top, right, bottom = changed_box(original, result) or (0, 0, 0, 0)
    assert 220 < left < 270
    assert 380 < right < 430
    assert 120 < top < 170
    assert 280 < bottom < 330


def scribbled(data: bytes) -> bytes:
    copy = opened(data)
    ImageDraw.Draw(copy).ellipse((250, 150, 400, 300), outline=(255, 0, 0), width=8)
    return png(copy)


def with_a_moon(data: bytes, at: int) -> bytes:
    """The picture with something new in one place, as an edit makes it."""
    image = opened(data)
    ImageDraw.Draw(image).ellipse((at, 20, at + 70, 90), fill=(250, 250, 210))
    return png(image)


@pytest.mark.parametrize("drawn_on", [0, 1, 2, 3])
async def test_a_scribbled_copy_of_any_version_changes_that_one(story: Story, drawn_on: int) -> None:
    first = photo(size=(640, 480))
    versions = [first]
    for at in (20, 250, 500):
        versions.append(with_a_moon(versions[-1], at))
    story.model.paints += versions
    await story.ann.says("/imagine a fox")
    await story.settled()
    for _ in versions[1:]:
        await story.ann.replies("add a moon", story.messages()[0])
        await story.settled()
    file = story.chat.gives(scribbled(versions[drawn_on]))
    await story.ann.replies("a hat", story.messages()[0], files=[file])
    await story.ann.is_told("ask.marked_region")
    await story.ann.presses_told(Action.RUN)
    await story.settled()
    assert story.model.sent[-1] == [versions[drawn_on]]
    job = await story.job(story.messages()[-1].job)
    assert (job.version, job.from_version) == (5, drawn_on + 1)
    assert job.parent == story.messages()[drawn_on].job


async def test_a_photo_that_is_no_copy_of_any_version_is_a_picture_to_use(story: Story) -> None:
    story.model.paints += [photo(size=(640, 480)), photo(number=3, size=(640, 480))]
    await story.ann.says("/imagine a fox")
    await story.settled()
    await story.ann.replies("again", story.messages()[0])
    await story.settled()
    other = png(Image.effect_noise((640, 480), 80).convert("RGB"))
    await story.ann.replies("a hat", story.messages()[0], files=[story.chat.gives(other)])
    await story.settled()
    assert story.model.sent[-1] == [other]


async def test_the_marks_themselves_can_be_shown_to_a_model_that_reads_them(story: Story) -> None:
    story.model.paints.append(photo(size=(640, 480)))
    await story.ann.says("/imagine a fox")
    await story.settled()
    first = story.messages()[-1]
    copy = opened(story.pictures(first)[0])
    ImageDraw.Draw(copy).ellipse((250, 150, 400, 300), outline=(255, 0, 0), width=8)
    await story.ann.replies("a hat", first, files=[story.chat.gives(png(copy))])
    await story.ann.is_told("ask.marked_region")
    await story.ann.presses_told(Action.MARKUP)
    await story.settled()
    assert story.model.masks[-1] is None
    strokes = story.model.markups[-1]
    assert strokes
    assert Image.open(BytesIO(strokes)).size == (640, 480)
    assert story.pictures(story.messages()[-1]) == [story.model.painted[-1]]


async def test_extending_paints_only_the_new_part(story: Story) -> None:
    first = await painted(story)
    await story.ann.presses(Action.EXTEND, first)
    await story.ann.sends({"ar": "16:9"})
    await story.settled()
    assert story.model.paid == 2
    assert story.model.masks[-1]
    job = await story.job(story.messages()[-1].job)
    assert job.state is JobState.DONE
    (source,), (result,) = story.model.sent[-1], story.pictures(story.messages()[-1])
    assert opened(source).size == opened(result).size
    width, height = opened(source).size
    middle = (width // 2, height // 2)
    assert opened(source).getpixel(middle) == opened(result).getpixel(middle)
