"""Pictures coming in: from phones and cameras, too many, too odd, or not there at all."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from bot.errors import FileFault, FileUnavailable
from bot.types import Action, SourceRole, Trouble
from tests.fakes import Mishap, photo
from tests.story import Story


def as_format(name: str, **how: object) -> bytes:
    image, file = Image.open(BytesIO(photo())), BytesIO()
    image.save(file, name, **how)
    return file.getvalue()


async def asked_with(
    story: Story, *files: bytes, name: str = "photo.png", text: str = "put a hat on it"
) -> None:
    """A mention with pictures in it."""
    given = [story.chat.gives(data, name) for data in files]
    await story.bob.writes(text, files=given, mentioned=True)
    await story.settled()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_what_the_model_takes_goes_in_as_it_is(story: Story, kind: str) -> None:
    data = as_format(kind)
    await asked_with(story, data)
    assert story.model.sent[-1] == [data]
    assert story.bob.told() == []


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "GIF", "AVIF"])
async def test_other_kinds_are_converted(story: Story, kind: str) -> None:
    await asked_with(story, as_format(kind), name=f"photo.{kind.lower()}")
    (sent,) = story.model.sent[-1]
    assert Image.open(BytesIO(sent)).format in ("PNG", "JPEG", "WEBP")


async def test_a_turned_photo_stands_upright_and_says_nothing_of_where_it_was_taken(story: Story) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    await asked_with(story, as_format("JPEG", exif=exif))
    (sent,) = story.model.sent[-1]
    image = Image.open(BytesIO(sent))
    assert image.size == (48, 64)
    assert dict(image.getexif()) == {}


async def test_sixteen_pictures_go_in_as_they_were_posted(story: Story) -> None:
    data = [photo(number=number) for number in range(16)]
    await asked_with(story, *data)
    assert story.model.sent[-1] == data


async def test_of_seventeen_the_first_sixteen_are_used_and_it_is_said(story: Story) -> None:
    data = [photo(number=number) for number in range(17)]
    await asked_with(story, *data)
    assert story.model.sent[-1] == data[:16]
    assert "reply.too_many_sources" in story.bob.told()


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "unusable.empty"),
        (b"<!DOCTYPE html><html><title>Sign in</title></html>", "unusable.page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "unusable.svg"),
        (b"\x00\x01\x02 no picture at all", "unusable.unknown"),
        (photo()[:120], "unusable.broken"),
    ],
)
async def test_what_is_no_picture_is_said_and_costs_nothing(story: Story, data: bytes, key: str) -> None:
    await asked_with(story, data)
    assert story.bob.told() == [key]
    assert story.model.paid == 0


@pytest.mark.parametrize("trouble", list(Trouble))
async def test_a_file_that_cannot_be_had_is_said(story: Story, trouble: Trouble) -> None:
    file = replace(story.chat.gives(photo()), trouble=trouble)
    await story.bob.writes("put a hat on it", files=[file], mentioned=True)
    await story.settled()
    assert story.bob.told() == [f"file.{trouble.value}"]
    assert story.model.paid == 0


async def test_a_login_page_names_the_missing_right(story: Story) -> None:
    story.chat.mishaps.append(login_page())
    await asked_with(story, photo())
    assert story.bob.told() == ["file.login"]
    assert story.model.paid == 0


def login_page() -> Mishap:
    return Mishap("fetch", FileUnavailable("fetch", "login", FileFault.LOGIN, "photo.png"))


async def test_a_retry_fetches_what_failed_the_first_time(story: Story) -> None:
    story.chat.mishaps.append(login_page())
    data = photo()
    await asked_with(story, data)
    await story.bob.presses_told(Action.RETRY)
    await story.settled()
    assert story.model.sent[-1] == [data]


async def test_several_pictures_are_laid_out_with_numbers_while_painting_begins(story: Story) -> None:
    await asked_with(story, photo(), photo(number=2))
    note = story.bob.notes[-1].note
    assert note.text.key == "easel.sheet_text"
    sheet = Image.open(BytesIO(story.chat.files[note.pictures[0].file].data))
    assert sheet.width > 600
    assert story.model.paid == 1


async def test_a_role_offers_to_run_again_with_it(story: Story) -> None:
    await asked_with(story, photo(), photo(number=2))
    assert story.model.orders[-1].prompt == "put a hat on it"
    await story.bob.presses_told(Action.ROLES)
    await story.bob.sends({"role-1": SourceRole.SUBJECT, "role-2": SourceRole.STYLE})
    await story.settled()
    assert story.model.paid == 2
    roles = "Image 1 shows the subject. Image 2 gives the style."
    assert story.model.orders[-1].prompt == f"{roles} put a hat on it"


async def test_files_without_words_ask_what_to_change(story: Story) -> None:
    data = photo()
    await asked_with(story, data, text="")
    assert story.bob.told() == ["ask.what_to_change"]
    assert story.model.paid == 0
    await story.bob.presses_told(Action.CHANGE)
    await story.bob.sends({"prompt": "a hat"})
    await story.settled()
    assert story.model.sent[-1] == [data]


async def test_deleting_the_result_deletes_what_went_in(story: Story) -> None:
    await asked_with(story, as_format("BMP"), name="photo.bmp")
    folder = story.settings.imagine_data_dir / "pictures"
    assert len([one for one in folder.rglob("*") if one.is_file() and one.name != "ping"]) == 3
    await story.bob.presses(Action.DELETE, story.message())
    assert [one for one in folder.rglob("*") if one.is_file() and one.name != "ping"] == []


async def test_a_crash_while_painting_fetches_nothing_twice(story: Story) -> None:
    story.model.brush.close()
    given = story.chat.gives(photo())
    await story.bob.writes("put a hat on it", files=[given], mentioned=True)
    await story.painting()
    await story.kill()
    await story.start()
    await story.settled()
    assert story.chat.calls["fetch"] == 1
    assert story.model.sent[-1] == [photo()]
