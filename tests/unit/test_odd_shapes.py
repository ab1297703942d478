"""Pictures of one pixel, of one line, and of one colour only: no step stumbles over them, or grows them."""

import pytest
from PIL import Image

from bot.pixels import masks
from bot.pixels.arriving import prepare
from bot.pixels.canvas import grown
from bot.pixels.compare import side_by_side
from bot.pixels.composite import composite
from bot.pixels.markup import marks
from bot.pixels.regions import draw, feather_pixels, grid, overlay
from bot.pixels.sheet import sheet
from bot.types import Box, Length, Region, Zone
from tests.photos import opened, photo, saved

SHAPES = [(1, 1), (2, 1), (1, 300), (2500, 2), (7, 5)]
REGIONS = [
    Region(zones=tuple(Zone)),
    Region(cells=("A1", "H8"), invert=True),
    Region(box=Box(left=0.2, top=0.2, right=0.4, bottom=0.4)),
    Region(box=Box(left=40, top=40, right=60, bottom=60, percent=True)),
]


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("region", REGIONS, ids=["zones", "cells", "a speck", "percent"])
def test_any_region_of_any_picture_is_drawn_shown_and_put_back(size: tuple[int, int], region: Region) -> None:
    picture, edited = saved("PNG", photo(size)), saved("PNG", photo((64, 64), seed=2))
    drawn = draw(region, width=size[0], height=size[1])
    feather = feather_pixels(Length(amount=50, percent=True), width=size[0], height=size[1])
    done = composite(picture, edited, drawn.mask, feather=feather)
    assert 0 <= drawn.share <= 1
    assert opened(done.data).size == size
    assert done.outside_kept
    assert max(opened(overlay(picture, drawn.mask)).size) <= 1536
    assert isinstance(masks.read(drawn.mask, width=size[0], height=size[1]), masks.Given)


@pytest.mark.parametrize("size", SHAPES)
def test_any_picture_is_prepared_shown_and_grown(size: tuple[int, int]) -> None:
    picture = saved("PNG", photo(size))
    got = prepare(picture, accepts=frozenset({"image/jpeg"}), max_bytes=10_000, max_pixels=100, max_side=1000)
    assert got.width * got.height <= 100 or 1 in (got.width, got.height)
    assert max(opened(grid(picture)).size) <= 1536
    assert opened(sheet([picture, picture])).size == (676, 344)
    wide, high = opened(side_by_side(picture, saved("PNG", photo()), labels=("v1", "v2"))).size
    assert wide * high < 8_000_000
    assert opened(grown(picture, width=96, height=64).data).size == (96, 64)


@pytest.mark.parametrize("size", SHAPES)
def test_nothing_is_read_from_a_copy_of_nothing(size: tuple[int, int]) -> None:
    blank = saved("PNG", Image.new("RGB", size, "navy"))
    assert marks(blank, saved("JPEG", Image.new("RGB", size, "navy"))) is None
    assert marks(blank, saved("PNG", photo((40, 30)))) is None
