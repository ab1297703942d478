"""Cells, boxes and soft edges as people type them, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.region import (
    COLUMNS,
    ROWS,
    Field,
    Unread,
    box_in,
    cells_in,
    length_in,
    region,
    written_box,
    written_cells,
    written_length,
)
from bot.types import Box, Length, Region, Zone

CELLS = [column + row for column in COLUMNS for row in ROWS]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", ()),
        ("g2", ("G2",)),
        ("C3-D4, G2", ("C3", "C4", "D3", "D4", "G2")),
        ("D4 - C3 G2", ("C3", "C4", "D3", "D4", "G2")),
        ("c4:d3;g2", ("C3", "C4", "D3", "D4", "G2")),
        ("C3 to D4, G2", ("C3", "C4", "D3", "D4", "G2")),
        ("C3–D4、Ｇ２", ("C3", "C4", "D3", "D4", "G2")),
        ("Ｃ３〜Ｄ４", ("C3", "C4", "D3", "D4")),
        ("c3からd3", ("C3", "D3")),
        ("A1, A1-A2, A2", ("A1", "A2")),
    ],
)
def test_cells_are_read_as_people_type_them(text: str, cells: tuple[str, ...]) -> None:
    assert cells_in(text) == cells


@pytest.mark.parametrize(
    ("text", "part"), [("C3, I2", "I2"), ("C9", "C9"), ("the cat", "THE"), ("C3-", "C3-"), ("A1 11", "11")]
)
def test_the_cell_that_was_not_understood_is_named(text: str, part: str) -> None:
    assert cells_in(text) == Unread(field=Field.CELLS, part=part)


def test_cells_are_written_as_rectangles() -> None:
    assert written_cells(["G2", "C3", "C4", "D3", "D4", "E3"]) == "G2, C3-E3, C4-D4"
    assert written_cells(CELLS) == "A1-H8"


@given(st.sets(st.sampled_from(CELLS)))
def test_written_cells_are_read_as_the_same_cells(cells: set[str]) -> None:
    assert cells_in(written_cells(cells)) == tuple(sorted(cells))


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("10, 20, 110, 220", Box(left=10, top=20, right=110, bottom=220)),
        ("10 20 110 220px", Box(left=10, top=20, right=110, bottom=220)),
        ("10%, 20%, 60%, 80.5%", Box(left=10, top=20, right=60, bottom=80.5, percent=True)),
        ("１０、２０、６０、８０％", Box(left=10, top=20, right=60, bottom=80, percent=True)),
        ("10, 20 100x200", Box(left=10, top=20, right=110, bottom=220)),
        ("10% 20% 50% × 60%", Box(left=10, top=20, right=60, bottom=80, percent=True)),
        ("  ", None),
    ],
)
def test_a_box_is_two_corners_or_a_corner_and_a_size(text: str, box: Box | None) -> None:
    assert box_in(text) == box


@pytest.mark.parametrize(
    "text", ["10,20,30", "30,0,10,10", "0,30,10,10", "1,2,3%,4px", "a,b,c,d", "-1,0,5,5", "1 2 0x9"]
)
def test_a_box_that_is_none_is_named(text: str) -> None:
    assert box_in(text) == Unread(field=Field.BOX, part=text)


NUMBERS = st.integers(0, 99_999_999).map(lambda number: number / 1000)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.booleans())
def test_a_written_box_is_read_as_the_same_box(
    x: float, y: float, wide: float, high: float, percent: bool
) -> None:
    box = Box(
        left=min(x, wide),
        top=min(y, high),
        right=round(max(x, wide) + 1, 3),
        bottom=round(max(y, high) + 1, 3),
        percent=percent,
    )
    assert box_in(written_box(box)) == box


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", Length(amount=0)),
        ("12", Length(amount=12)),
        ("12 px", Length(amount=12)),
        ("2.5％", Length(amount=2.5, percent=True)),
        ("soft", Unread(field=Field.FEATHER, part="soft")),
    ],
)
def test_a_soft_edge_is_pixels_or_percent(text: str, length: Length | Unread) -> None:
    assert length_in(text) == length


@given(NUMBERS, st.booleans())
def test_a_written_length_is_read_as_the_same_length(amount: float, percent: bool) -> None:
    assert length_in(written_length(Length(amount=amount, percent=percent))) == Length(
        amount=amount, percent=percent
    )


def test_the_fields_of_a_form_make_one_region() -> None:
    wanted = Region(
        cells=("C3",),
        zones=(Zone.LEFT, Zone.BORDER),
        box=Box(left=1, top=2, right=3, bottom=4),
        feather=Length(amount=8),
        invert=True,
    )
    zones = [Zone.BORDER, Zone.LEFT]
    assert region(cells="c3", zones=zones, box="1,2,3,4", feather="8", invert=True) == wanted


@pytest.mark.parametrize(
    ("cells", "box", "feather", "field"),
    [("Z1", "x", "y", Field.CELLS), ("", "x", "y", Field.BOX), ("", "", "y", Field.FEATHER)],
)
def test_the_first_field_that_was_not_understood_is_told(
    cells: str, box: str, feather: str, field: Field
) -> None:
    unread = region(cells=cells, box=box, feather=feather)
    assert isinstance(unread, Unread)
    assert unread.field is field
