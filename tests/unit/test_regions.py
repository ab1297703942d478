"""Regions as masks, and what people see of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from bot.commands.region import COLUMNS, ROWS
from bot.pixels import regions
from bot.pixels.opening import Reason, Unusable
from bot.pixels.regions import area_of, draw, feather_pixels, grid, overlay
from bot.types import BlobKey, Box, Length, Region, Zone
from tests.photos import exif, opened, photo, saved

CELLS = [column + row for column in COLUMNS for row in ROWS]


def area(region: Region, width: int = 160, height: int = 80, painted: bytes | None = None) -> Image.Image:
    return area_of(draw(region, width=width, height=height, painted=painted).mask)


def test_a_mask_is_clear_where_it_may_be_painted() -> None:
    drawn = draw(Region(cells=("B1", "B2")), width=160, height=80)
    mask = opened(drawn.mask)
    assert (mask.format, mask.mode, mask.size) == ("PNG", "RGBA", (160, 80))
    alpha = mask.getchannel("A")
    assert [alpha.getpixel(at) for at in [(19, 0), (20, 0), (39, 19), (40, 0), (20, 20)]] == [
        255,
        0,
        0,
        255,
        255,
    ]
    assert drawn.share == pytest.approx(2 / 64)


@pytest.mark.parametrize(
    ("region", "box"),
    [
        (Region(cells=("A1",)), (0, 0, 20, 10)),
        (Region(cells=("H8",)), (140, 70, 160, 80)),
        (Region(box=Box(left=5, top=6, right=70, bottom=33)), (5, 6, 70, 33)),
        (Region(box=Box(left=150, top=70, right=999, bottom=999)), (150, 70, 160, 80)),
        (Region(box=Box(left=25, top=50, right=75, bottom=100, percent=True)), (40, 40, 120, 80)),
        (Region(zones=(Zone.LEFT,)), (0, 0, 53, 80)),
        (Region(zones=(Zone.CENTRE_COLUMN,)), (53, 0, 107, 80)),
        (Region(zones=(Zone.RIGHT,)), (107, 0, 160, 80)),
        (Region(zones=(Zone.TOP,)), (0, 0, 160, 27)),
        (Region(zones=(Zone.MIDDLE_ROW,)), (0, 27, 160, 53)),
        (Region(zones=(Zone.BOTTOM,)), (0, 53, 160, 80)),
        (Region(zones=(Zone.CENTRE,)), (40, 20, 120, 60)),
        (Region(zones=(Zone.LEFT, Zone.RIGHT), invert=True), (53, 0, 107, 80)),
        (Region(zones=(Zone.BORDER,), invert=True), (20, 10, 140, 70)),
        (Region(zones=(Zone.BACKGROUND,), invert=True), (20, 10, 140, 70)),
    ],
)
def test_every_part_has_its_place(region: Region, box: tuple[int, int, int, int]) -> None:
    assert area(region).getbbox() == box


def test_the_background_leaves_an_ellipse() -> None:
    background = area(Region(zones=(Zone.BACKGROUND,)))
    assert [background.getpixel(at) for at in [(80, 40), (22, 40), (22, 12)]] == [0, 0, 255]


def test_parts_are_taken_together() -> None:
    parts = [
        Region(cells=("A1",)),
        Region(box=Box(left=50, top=50, right=60, bottom=60)),
        Region(zones=(Zone.TOP,)),
    ]
    together = Region(cells=("A1",), box=parts[1].box, zones=(Zone.TOP,))
    both = Image.new("L", (160, 80), 0)
    for part in parts:
        both = ImageChops.lighter(both, area(part))
    assert area(together).tobytes() == both.tobytes()


def test_a_painted_mask_is_part_of_the_region_in_any_size() -> None:
    painted = draw(Region(cells=("H8",)), width=80, height=40).mask
    region = Region(cells=("A1",), mask=BlobKey("painted"))
    assert area(region, painted=painted).tobytes() == area(Region(cells=("A1", "H8"))).tobytes()


@pytest.mark.parametrize(
    ("region", "share"),
    [
        (Region(), 0),
        (Region(invert=True), 1),
        (Region(cells=tuple(CELLS)), 1),
        (Region(box=Box(left=200, top=0, right=300, bottom=50)), 0),
    ],
)
def test_nothing_and_everything_are_told(region: Region, share: float) -> None:
    assert draw(region, width=160, height=80).share == share


@settings(max_examples=60, deadline=None)
@given(
    st.sets(st.sampled_from(CELLS)),
    st.sets(st.sampled_from(Zone)),
    st.booleans(),
    st.integers(1, 90),
    st.integers(1, 90),
)
def test_a_mask_read_back_is_the_same_area_in_any_size(
    cells: set[str], zones: set[Zone], invert: bool, width: int, height: int
) -> None:
    region = Region(cells=tuple(sorted(cells)), zones=tuple(zones), invert=invert)
    drawn = draw(region, width=width, height=height)
    again = regions.from_area(area_of(drawn.mask))
    assert again == drawn
    assert drawn.share + draw(
        Region(cells=region.cells, zones=region.zones, invert=not invert), width=width, height=height
    ).share == pytest.approx(1)


@pytest.mark.parametrize(
    ("length", "pixels"),
    [
        (Length(amount=12), 12),
        (Length(amount=5, percent=True), 4),
        (Length(amount=500), 40),
        (Length(amount=0), 0),
    ],
)
def test_a_soft_edge_is_never_wider_than_half_the_picture(length: Length, pixels: int) -> None:
    assert feather_pixels(length, width=160, height=80) == pixels


# -- what people see --------------------------------------------------------------------------------


def test_the_grid_lies_over_the_upright_picture() -> None:
    shown = opened(grid(saved("JPEG", photo((400, 300)), exif=exif(6))))
    assert (shown.format, shown.size) == ("JPEG", (300, 400))
    assert shown.info["comment"] == regions.DERIVED


def test_what_is_shown_is_no_larger_than_it_needs() -> None:
    assert opened(grid(saved("JPEG", photo((3200, 2000))))).size == (regions.SHOWN_SIDE, 960)


def test_the_region_is_tinted_and_the_rest_is_not() -> None:
    grey = saved("PNG", Image.new("RGB", (160, 80), "#808080"))
    mask = draw(Region(cells=("D4", "D5", "E4", "E5")), width=160, height=80).mask
    shown = opened(overlay(grey, mask, with_grid=False)).convert("RGB")
    red, green, _ = shown.getpixel((80, 40))  # type: ignore[misc]  # RGB: three numbers
    assert red > green + 60
    red, green, _ = shown.getpixel((20, 40))  # type: ignore[misc]  # the same
    assert abs(red - green) < 12


def test_the_grid_can_be_seen_under_the_tint() -> None:
    picture = saved("PNG", photo())
    mask = draw(Region(zones=(Zone.LEFT,)), width=160, height=120).mask
    assert overlay(picture, mask) != overlay(picture, mask, with_grid=False)


def test_what_is_no_picture_is_not_shown() -> None:
    with pytest.raises(Unusable) as told:
        grid(b"<html>")
    assert told.value.reason is Reason.PAGE
