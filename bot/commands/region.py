"""Where in a picture, as people type it: cells (``C3-E5, G2``), a box, a soft edge; from text and back.

Nothing here is drawn, and no cell or box is looked for in a picture.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize

from bot.types import Box, Length, Region, Zone

COLUMNS = "ABCDEFGH"
ROWS = "12345678"

_SPAN = re.compile(r"([A-H])([1-8])(?:-([A-H])([1-8]))?")
# Whatever means "as far as": full-width signs and dashes come from phones, から from Japanese speech.
_TO = re.compile(r"\s*(?:[-‐‑–—−ー~〜:]|\.\.+|…|\bTO\b|から)\s*")
_BETWEEN = re.compile(r"[,;、,\s]+")
_NUMBER = r"(\d{1,6}(?:\.\d{1,6})?)\s*(%|PX)?"
_EDGES = re.compile(r"(?:\s*[,、]\s*|\s+)".join([_NUMBER] * 4))
_CORNER_AND_SIZE = re.compile(
    rf"{_NUMBER}(?:\s*[,、]\s*|\s+){_NUMBER}(?:\s*[,、]\s*|\s+){_NUMBER}\s*[X×]\s*{_NUMBER}"
)
_LENGTH = re.compile(_NUMBER)


class Field(StrEnum):
    """What a person fills in."""

    CELLS = "cells"
    BOX = "box"
    FEATHER = "feather"


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """What was not understood, and in which field."""

    field: Field
    part: str


def region(
    *, cells: str = "", zones: Iterable[Zone] = (), box: str = "", feather: str = "", invert: bool = False
) -> Region | Unread:
    """The fields of a form as one region, or the first part that was not understood."""
    chosen, edges, soft = cells_in(cells), box_in(box), length_in(feather)
    if isinstance(chosen, Unread):
        return chosen
    if isinstance(edges, Unread):
        return edges
    if isinstance(soft, Unread):
        return soft
    kept = tuple(zone for zone in Zone if zone in set(zones))
    return Region(cells=chosen, zones=kept, box=edges, feather=soft, invert=invert)


# -- cells ------------------------------------------------------------------------------------------


def cells_in(text: str) -> tuple[str, ...] | Unread:
    """Every cell that is named, alone or between two corners, in order and once."""
    found: set[str] = set()
    for part in _BETWEEN.split(_TO.sub("-", _plain(text))):
        span = _SPAN.fullmatch(part)
        if span:
            found.update(_between(*span.groups()))
        elif part:
            return Unread(field=Field.CELLS, part=part)
    return tuple(sorted(found))


def written_cells(cells: Iterable[str]) -> str:
    """The shortest of the plain ways to type these cells: rectangles, from the top left on."""
    left = set(cells)
    parts = []
    for row in ROWS:
        for column in COLUMNS:
            if column + row in left:
                last = _largest(column, row, left)
                left.difference_update(_between(column, row, *last))
                parts.append(column + row if last == column + row else f"{column}{row}-{last}")
    return ", ".join(parts)


def _between(column: str, row: str, other_column: str | None, other_row: str | None) -> list[str]:
    """The cells of the rectangle with these corners, whichever corners they are."""
    columns = _span(COLUMNS, column, other_column or column)
    return [c + r for c in columns for r in _span(ROWS, row, other_row or row)]


def _span(names: str, one: str, other: str) -> str:
    first, last = sorted((names.index(one), names.index(other)))
    return names[first : last + 1]


def _largest(column: str, row: str, cells: set[str]) -> str:
    """The lower right corner of a rectangle of cells: as wide as it goes, then as high."""
    wide = column
    while (after := COLUMNS[COLUMNS.index(wide) + 1 :][:1]) and after + row in cells:
        wide = after
    high = row
    while (below := ROWS[ROWS.index(high) + 1 :][:1]) and cells.issuperset(
        name + below for name in _span(COLUMNS, column, wide)
    ):
        high = below
    return wide + high


# -- boxes and lengths ------------------------------------------------------------------------------


def box_in(text: str) -> Box | Unread | None:
    """``left, top, right, bottom`` or ``left, top WxH``, in pixels or percent; None where nothing is said."""
    plain = _plain(text)
    if not plain:
        return None
    unread = Unread(field=Field.BOX, part=text.strip())
    sized = _CORNER_AND_SIZE.fullmatch(plain)
    match = sized or _EDGES.fullmatch(plain)
    if not match:
        return unread
    left, top, right, bottom = (float(number) for number in match.groups()[::2])
    units = set(match.groups()[1::2]) - {None}
    if sized:
        right, bottom = left + right, top + bottom
    if len(units) > 1 or right <= left or bottom <= top:
        return unread
    return Box(left=left, top=top, right=right, bottom=bottom, percent=units == {"%"})


def written_box(box: Box) -> str:
    """Its four edges, each with its unit."""
    edges = (box.left, box.top, box.right, box.bottom)
    return ", ".join(_written(edge, percent=box.percent) for edge in edges)


def length_in(text: str) -> Length | Unread:
    """``12``, ``12 px`` or ``2 %``; nothing said is none."""
    plain = _plain(text)
    match = _LENGTH.fullmatch(plain)
    if match:
        return Length(amount=float(match[1]), percent=match[2] == "%")
    return Unread(field=Field.FEATHER, part=text.strip()) if plain else Length(amount=0)


def written_length(length: Length) -> str:
    """The number with its unit."""
    return _written(length.amount, percent=length.percent)


def _written(number: float, *, percent: bool) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".") + ("%" if percent else "px")


def _plain(text: str) -> str:
    """Without the width and the case that a phone's keyboard chose."""
    return normalize("NFKC", text).upper().strip()
