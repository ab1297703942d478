"""A copy that somebody drew on, as phones make it: saved anew, made smaller, or a screenshot of it."""

import random

import pytest
from PIL import Image, ImageChops, ImageDraw

from bot.pixels.aligning import colours, has_colours
from bot.pixels.markup import Marks, marks
from bot.pixels.regions import area_of
from tests.photos import exif, opened, photo, saved

SIZE = (640, 480)
RING = (200, 150, 380, 330)
"""Where the closed stroke lies; its middle is (290, 240)."""


def drawn_on(image: Image.Image, *, gap: int = 0, line: bool = False) -> Image.Image:
    image = image.copy()
    pen = ImageDraw.Draw(image)
    if line:
        pen.line((120, 400, 320, 390, 540, 420), fill=(255, 230, 0), width=7, joint="curve")
    else:
        pen.arc(RING, gap, 360, fill=(255, 59, 48), width=7)
    return image


def screenshot(image: Image.Image, *, scale: float, crop: float = 0, buttons: bool = True) -> Image.Image:
    """The picture between two bars, with a few buttons in them."""
    left, top = int(image.width * crop), int(image.height * crop / 2)
    cut = image.crop((left, top, int(image.width * (1 - crop / 3)), int(image.height * (1 - crop))))
    cut = cut.resize((round(cut.width * scale), round(cut.height * scale)), Image.Resampling.LANCZOS)
    screen = Image.new("RGB", (cut.width, cut.height + 260), "black")
    screen.paste(cut, (0, 110))
    dice, pen = random.Random(4), ImageDraw.Draw(screen)
    for x in range(20, cut.width - 40, 90) if buttons else ():
        pen.ellipse((x, 30, x + 40, 70), fill=(dice.randrange(256), 120, 200))
        pen.rectangle((x, screen.height - 80, x + 30, screen.height - 40), fill="white")
    return screen


def found(copy: Image.Image, original: bytes | None = None) -> Marks | None:
    return marks(original or saved("JPEG", photo(SIZE), quality=92), saved("JPEG", copy, quality=75))


def area(copy: Image.Image) -> Image.Image:
    drawing = found(copy)
    assert drawing
    return area_of(drawing.mask)


COPIES = {
    "saved anew": drawn_on(photo(SIZE)),
    "made smaller": drawn_on(photo(SIZE)).resize((500, 375)),
    "made larger": drawn_on(photo(SIZE)).resize((900, 675)),
    "a screenshot": screenshot(drawn_on(photo(SIZE)), scale=0.8, buttons=False),
    "a screenshot with buttons": screenshot(drawn_on(photo(SIZE)), scale=0.7),
    "a cropped screenshot": screenshot(drawn_on(photo(SIZE)), scale=0.9, crop=0.1),
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES.keys())
def test_a_ring_means_what_is_in_it(copy: Image.Image) -> None:
    region = area(copy)
    assert region.size == SIZE
    assert region.getpixel((290, 240)) == 255
    box = region.getbbox()
    assert box
    assert max(abs(one - other) for one, other in zip(box, RING, strict=True)) <= 14


def test_a_ring_with_a_small_gap_is_closed() -> None:
    assert area(drawn_on(photo(SIZE), gap=12)).getpixel((290, 240)) == 255


def test_half_a_ring_is_a_line() -> None:
    assert area(drawn_on(photo(SIZE), gap=150)).getpixel((290, 240)) == 0


def test_a_line_is_widened() -> None:
    region = area(drawn_on(photo(SIZE), line=True))
    assert [region.getpixel(at) for at in [(320, 390), (320, 398), (320, 410), (320, 375)]] == [
        255,
        255,
        0,
        0,
    ]


def test_the_strokes_come_alone_in_their_colour() -> None:
    drawing = found(drawn_on(photo(SIZE)))
    assert drawing
    strokes = opened(drawing.strokes)
    assert (strokes.mode, strokes.size) == ("RGBA", SIZE)
    red, green, blue, alpha = strokes.getpixel((203, 240))  # type: ignore[misc]  # RGBA: four numbers
    assert alpha == 255
    assert red > 200 > 120 > max(green, blue)
    assert strokes.getchannel("A").getpixel((290, 240)) == 0


def test_a_turned_original_and_its_upright_copy_fit() -> None:
    original = saved("JPEG", photo(SIZE).transpose(Image.Transpose.ROTATE_90), exif=exif(6), quality=92)
    drawing = found(drawn_on(photo(SIZE)), original)
    assert drawing
    assert area_of(drawing.mask).getpixel((290, 240)) == 255


def test_a_large_original_gets_a_large_mask() -> None:
    large = photo(SIZE).resize((2400, 1800), Image.Resampling.BICUBIC)
    drawing = found(drawn_on(photo(SIZE)), saved("JPEG", large))
    assert drawing
    assert area_of(drawing.mask).size == (2400, 1800)
    assert 0.05 < drawing.share < 0.15


def other_photo() -> Image.Image:
    return ImageChops.invert(photo(SIZE, seed=7)).transpose(Image.Transpose.ROTATE_180)


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES.keys())
def test_a_copy_has_the_pictures_colours(copy: Image.Image) -> None:
    assert has_colours(colours(photo(SIZE)), colours(copy))


def test_a_copy_on_a_screen_of_wider_colours_has_them_too() -> None:
    wide = (0.8225, 0.1774, 0, 0, 0.0332, 0.9669, 0, 0, 0.0171, 0.0724, 0.9108, 0)  # sRGB in P3, roughly
    copy = screenshot(drawn_on(photo(SIZE)).convert("RGB", wide), scale=0.8)
    assert has_colours(colours(photo(SIZE)), colours(copy))


@pytest.mark.parametrize("level", [62, 63, 64, 65, 31, 32])
def test_a_plain_colour_that_changed_a_little_is_the_same(level: int) -> None:
    plain, copy = (Image.new("RGB", SIZE, (value, 200, 128)) for value in (level, level + 1))
    assert has_colours(colours(plain), colours(copy))


def test_a_photo_in_other_colours_is_not_searched_through() -> None:
    assert not has_colours(colours(photo(SIZE)), colours(other_photo()))


def test_two_pale_pictures_are_not_taken_for_one() -> None:
    grey = Image.new("RGB", SIZE, "#808080")
    pale, other = (Image.blend(grey, picture, 0.25) for picture in (photo(SIZE), other_photo()))
    assert found(drawn_on(other), saved("JPEG", pale, quality=95)) is None
    assert found(drawn_on(pale), saved("JPEG", pale, quality=95))


@pytest.mark.parametrize(
    "copy",
    [photo(SIZE), screenshot(photo(SIZE), scale=0.8, buttons=False), drawn_on(other_photo())],
    ids=["nothing drawn", "a screenshot with nothing drawn", "another photo"],
)
def test_what_is_no_scribbled_copy_is_none(copy: Image.Image) -> None:
    assert found(copy) is None
