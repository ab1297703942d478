"""Masks that people send: recognised, fitted, and doubted when they look inverted."""

import pytest
from PIL import Image, ImageDraw

from bot.pixels import masks
from bot.pixels.masks import Given, WrongShape, is_mask
from bot.pixels.opening import Unusable
from bot.pixels.regions import area_of, draw
from bot.types import Region, Zone
from tests.photos import exif, photo, saved

SIZE = (160, 120)


def spot(ground: int = 0, thing: int = 255) -> Image.Image:
    """A disc in the middle of nothing."""
    image = Image.new("L", (SIZE[0] * 4, SIZE[1] * 4), ground)
    ImageDraw.Draw(image).ellipse((200, 120, 440, 360), fill=thing)
    return image.resize(SIZE)


def holes(around: str | Image.Image = "black") -> Image.Image:
    image = Image.new("RGB", SIZE, around) if isinstance(around, str) else around.convert("RGB")
    image.putalpha(spot(255, 0))
    return image


@pytest.mark.parametrize(
    ("data", "name", "wanted"),
    [
        (saved("PNG", spot()), "a.png", True),
        (saved("PNG", spot().convert("1")), "", True),
        (saved("PNG", spot(255, 0).convert("RGB")), "", True),
        (saved("PNG", holes()), "", True),
        (saved("PNG", holes(photo(SIZE))), "fox-mask.png", True),
        (saved("PNG", holes(photo(SIZE))), "狐マスク.png", True),
        (saved("PNG", holes(photo(SIZE))), "sticker.png", False),
        (saved("PNG", photo(SIZE)), "mask.png", False),
        (saved("PNG", photo(SIZE, "L")), "", False),
        (saved("PNG", Image.new("L", SIZE, 255)), "", False),
        (saved("PNG", Image.merge("RGB", (spot(), spot(), Image.new("L", SIZE, 0)))), "", False),
        (saved("PNG", Image.merge("RGB", (spot(), spot(), spot(0, 190)))), "", False),
        (saved("JPEG", spot()), "mask.jpg", False),
        (b"<html>", "mask.png", False),
    ],
)
def test_a_mask_is_told_from_a_picture(data: bytes, name: str, wanted: bool) -> None:
    assert is_mask(data, name) is wanted


@pytest.mark.parametrize(
    "data",
    [
        saved("PNG", spot()),
        saved("PNG", holes()),
        saved("PNG", holes(photo(SIZE))),
        saved("PNG", spot().convert("1")),
    ],
    ids=["white", "holes", "holes in the picture", "two colours"],
)
def test_every_kind_of_mask_opens_the_same_spot(data: bytes) -> None:
    given = masks.read(data, width=160, height=120)
    assert isinstance(given, Given)
    area = area_of(given.mask)
    assert [area.getpixel(at) for at in [(80, 60), (52, 60), (48, 60), (2, 2)]] == [255, 255, 0, 0]
    assert given.share == pytest.approx(0.147, abs=0.01)
    assert (given.inverted, given.fitted) == (False, False)


def test_another_size_of_the_same_shape_is_fitted() -> None:
    given = masks.read(saved("PNG", spot()), width=1600, height=1198)
    assert isinstance(given, Given)
    assert given.fitted
    assert area_of(given.mask).size == (1600, 1198)


@pytest.mark.parametrize("size", [(120, 160), (160, 130), (100, 100)])
def test_a_mask_for_another_picture_is_told(size: tuple[int, int]) -> None:
    assert masks.read(saved("PNG", spot()), width=size[0], height=size[1]) == WrongShape(
        width=160, height=120
    )


def test_a_turned_mask_is_read_upright() -> None:
    given = masks.read(saved("PNG", spot(), exif=exif(6)), width=120, height=160)
    assert isinstance(given, Given)
    assert area_of(given.mask).getpixel((60, 80)) == 255


@pytest.mark.parametrize(
    ("region", "wanted"),
    [
        (Region(zones=(Zone.CENTRE,)), False),
        (Region(zones=(Zone.CENTRE,), invert=True), True),
        (Region(zones=(Zone.LEFT,)), False),
        (Region(zones=(Zone.LEFT, Zone.CENTRE_COLUMN)), False),
        (Region(zones=(Zone.BORDER,)), False),
    ],
)
def test_a_mask_that_opens_all_around_looks_inverted(region: Region, wanted: bool) -> None:
    given = masks.read(draw(region, width=160, height=120).mask, width=160, height=120)
    assert isinstance(given, Given)
    assert given.inverted is wanted


def test_a_mask_turned_round_twice_is_itself() -> None:
    mask = draw(Region(cells=("B2",)), width=160, height=120).mask
    assert masks.inverted(mask) == draw(Region(cells=("B2",), invert=True), width=160, height=120).mask
    assert masks.inverted(masks.inverted(mask)) == mask


def test_no_picture_is_no_mask() -> None:
    with pytest.raises(Unusable):
        masks.read(b"", width=1, height=1)
