"""Contact sheets, before and after, and grown canvases."""

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.pixels.canvas import grown
from bot.pixels.compare import side_by_side
from bot.pixels.opening import Unusable
from bot.pixels.regions import DERIVED, area_of
from bot.pixels.sheet import sheet
from bot.types import Box
from tests.photos import exif, opened, photo, saved


def plain(colour: str, size: tuple[int, int] = (400, 300)) -> bytes:
    return saved("PNG", Image.new("RGB", size, colour))


def close(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    there = image.convert("RGB").crop((at[0], at[1], at[0] + 8, at[1] + 8))
    return all(
        abs(mean - wanted) < 12 for mean, wanted in zip(ImageStat.Stat(there).mean, colour, strict=True)
    )


@pytest.mark.parametrize(
    ("number", "columns", "rows"), [(2, 2, 1), (3, 2, 2), (5, 3, 2), (10, 4, 3), (16, 4, 4)]
)
def test_a_sheet_has_room_for_every_picture(number: int, columns: int, rows: int) -> None:
    made = opened(sheet([plain("red")] * number))
    assert made.size == (columns * 332 + 12, rows * 332 + 12)
    assert made.info["comment"] == DERIVED


def test_a_sheet_keeps_the_order() -> None:
    made = opened(sheet([plain("red"), plain("lime"), plain("blue")]))
    assert close(made, (172, 172), (255, 0, 0))
    assert close(made, (504, 172), (0, 255, 0))
    assert close(made, (172, 504), (0, 0, 255))


def test_the_pictures_of_a_sheet_are_numbered() -> None:
    one, other = (opened(sheet([plain("red")] * number)).crop((332, 0, 664, 332)) for number in (2, 3))
    first = opened(sheet([plain("red")] * 2)).crop((0, 0, 332, 332))
    assert ImageChops.difference(one, other).getbbox() is None
    assert ImageChops.difference(one, first).getbbox()


def test_a_turned_photo_stands_upright_on_the_sheet() -> None:
    made = opened(sheet([saved("JPEG", Image.new("RGB", (400, 100), "red"), exif=exif(6)), plain("blue")]))
    assert close(made, (168, 20), (255, 0, 0))
    assert close(made, (30, 168), (0xF2, 0xF2, 0xF2))


def test_before_and_after_stand_beside_each_other_in_one_height() -> None:
    made = opened(side_by_side(plain("red"), plain("blue", (200, 200)), labels=("v1", "v2")))
    assert made.size == (400 + 16 + 300, 300)
    assert close(made, (200, 150), (255, 0, 0))
    assert close(made, (600, 150), (0, 0, 255))


def test_labels_are_written_on_the_pictures() -> None:
    pair = [opened(side_by_side(plain("red"), plain("red"), labels=("v1", name))) for name in ("v2", "v3")]
    box = ImageChops.difference(*pair).convert("L").point([0] * 60 + [255] * 196).getbbox()
    assert box
    assert box[0] > 400
    assert box[3] < 60


def test_a_canvas_grows_around_the_picture() -> None:
    picture = photo((1200, 900))
    made = grown(saved("PNG", picture), width=1600, height=900)
    canvas = opened(made.data)
    assert made.inside == Box(left=200, top=0, right=1400, bottom=900)
    assert canvas.crop((200, 0, 1400, 900)).convert("RGB").tobytes() == picture.tobytes()
    assert canvas.getchannel("A").getbbox() == (200, 0, 1400, 900)
    area = area_of(made.mask)
    opened_at = [(0, 0), (208, 450), (1391, 450), (1599, 899)]
    kept_at = [(209, 450), (800, 0), (800, 899), (1390, 450)]
    assert {area.getpixel(at) for at in opened_at} == {255}
    assert {area.getpixel(at) for at in kept_at} == {0}


def test_a_picture_is_scaled_into_the_canvas() -> None:
    made = grown(saved("JPEG", photo((800, 400)), exif=exif(8)), width=1024, height=1024)
    assert made.inside == Box(left=256, top=0, right=768, bottom=1024)


def test_a_canvas_of_the_pictures_own_shape_opens_nothing() -> None:
    assert area_of(grown(plain("red"), width=800, height=600).mask).getbbox() is None


def test_broken_pictures_are_told() -> None:
    with pytest.raises(Unusable):
        sheet([plain("red"), b"<html>"])
