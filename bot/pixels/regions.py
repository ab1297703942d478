"""Draws where a picture may change: the mask for the model, and what people see of it (grid, tinted region).

A mask is a PNG as the Images API wants it: as large as the upright picture, alpha 0 where it may be painted.
Slow: call it in a thread.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFont

from bot.pixels.opening import look, on_white, upright
from bot.pixels.shapes import grown, shrunk
from bot.types import Box, Length, Region, Zone

CELLS_A_SIDE = 8
SHOWN_SIDE = 1536
"""The longer side of what is shown, in pixels."""
DERIVED = b"Derived from the original file to show it; not the original."

_TINT = (255, 0, 102)
_TINT_STRENGTH = 115  # of 255
_EDGE = "#ff0066"
_LINE, _SHADE = (255, 255, 255, 150), (0, 0, 0, 70)
_THIRD = 100 / 3
_ZONES: dict[Zone, tuple[float, float, float, float]] = {
    Zone.BACKGROUND: (12.5, 12.5, 87.5, 87.5),
    Zone.LEFT: (0, 0, _THIRD, 100),
    Zone.CENTRE_COLUMN: (_THIRD, 0, 2 * _THIRD, 100),
    Zone.RIGHT: (2 * _THIRD, 0, 100, 100),
    Zone.TOP: (0, 0, 100, _THIRD),
    Zone.MIDDLE_ROW: (0, _THIRD, 100, 2 * _THIRD),
    Zone.BOTTOM: (0, 2 * _THIRD, 100, 100),
    Zone.CENTRE: (25, 25, 75, 75),
    Zone.BORDER: (12.5, 12.5, 87.5, 87.5),
}
"""Edges in percent; of the background and the border it is what stays."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """A mask and how much of the picture it opens."""

    mask: bytes
    share: float
    """0: nothing was chosen; 1: everything."""


# -- masks ------------------------------------------------------------------------------------------


def draw(region: Region, *, width: int, height: int, painted: bytes | None = None) -> Drawn:
    """The region's mask for a picture of this size; ``painted`` are the bytes of ``region.mask``.

    Raises ``Unusable`` where the painted mask cannot be opened.
    """
    area = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(area)
    for left, top, right, bottom in _rectangles(region, width, height):
        if right > left and bottom > top:
            pen.rectangle((left, top, right - 1, bottom - 1), fill=255)
    for zone in region.zones:
        area = ImageChops.lighter(area, _zone(zone, width, height))
    if painted is not None:
        given = area_of(painted)
        fitted = given if given.size == area.size else given.resize(area.size, Image.Resampling.NEAREST)
        area = ImageChops.lighter(area, fitted)
    return from_area(ImageChops.invert(area) if region.invert else area)


def from_area(area: Image.Image) -> Drawn:
    """The mask of an area: L, 255 where it may be painted, 0 elsewhere."""
    # Under the alpha it is white where it may be painted: so do servers read it that know only grey masks.
    mask = Image.merge("RGBA", [area] * 3 + [ImageChops.invert(area)])
    out = io.BytesIO()
    mask.save(out, "PNG", compress_level=2)
    return Drawn(mask=out.getvalue(), share=area.histogram()[255] / (area.width * area.height))


def area_of(mask: bytes) -> Image.Image:
    """The way back: L, 255 where the mask lets paint, 0 elsewhere. Raises ``Unusable``."""
    image = upright(look(mask))
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else Image.new("L", image.size, 255)
    return alpha.point([255] * 128 + [0] * 128)


def feather_pixels(length: Length, *, width: int, height: int) -> int:
    """A soft edge in pixels of a picture of this size; at most half its shorter side."""
    shorter = min(width, height)
    pixels = length.amount * shorter / 100 if length.percent else length.amount
    return min(round(pixels), shorter // 2)


def _rectangles(region: Region, width: int, height: int) -> Iterator[tuple[int, int, int, int]]:
    """Edges in pixels, the right and lower one outside."""
    step = 100 / CELLS_A_SIDE
    for cell in region.cells:
        column, row = ord(cell[0]) - ord("A"), int(cell[1:]) - 1
        yield _edges((column * step, row * step, (column + 1) * step, (row + 1) * step), width, height)
    if region.box:
        yield _box(region.box, width, height)


def _edges(percent: tuple[float, float, float, float], width: int, height: int) -> tuple[int, int, int, int]:
    left, top, right, bottom = percent
    return (
        round(left * width / 100),
        round(top * height / 100),
        round(right * width / 100),
        round(bottom * height / 100),
    )


def _box(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    edges = (box.left, box.top, box.right, box.bottom)
    left, top, right, bottom = (
        _edges(edges, width, height) if box.percent else (round(edge) for edge in edges)
    )
    return max(left, 0), max(top, 0), min(right, width), min(bottom, height)


def _zone(zone: Zone, width: int, height: int) -> Image.Image:
    outside = zone in (Zone.BACKGROUND, Zone.BORDER)
    area = Image.new("L", (width, height), 255 if outside else 0)
    left, top, right, bottom = _edges(_ZONES[zone], width, height)
    if right > left and bottom > top:
        pen = ImageDraw.Draw(area)
        shape = pen.ellipse if zone is Zone.BACKGROUND else pen.rectangle
        shape((left, top, right - 1, bottom - 1), fill=0 if outside else 255)
    return area


# -- what people see --------------------------------------------------------------------------------


def grid(picture: bytes) -> bytes:
    """A JPEG of the picture under a light grid with its letters and numbers. Raises ``Unusable``."""
    return jpeg(_gridded(shown(picture)))


def overlay(picture: bytes, mask: bytes, *, with_grid: bool = True) -> bytes:
    """A JPEG of the picture with the region tinted, its edge drawn, and the grid. Raises ``Unusable``."""
    image = shown(picture)
    area = area_of(mask).resize(image.size, Image.Resampling.BILINEAR)
    tint = Image.new("RGB", image.size, _TINT)
    image.paste(tint, mask=area.point([level * _TINT_STRENGTH // 255 for level in range(256)]))
    image = _gridded(image) if with_grid else image
    image.paste(_EDGE, mask=_edge(area))
    return jpeg(image)


def shown(picture: bytes, side: int = SHOWN_SIDE) -> Image.Image:
    """The picture the right way up, small enough to show, on white where it is clear. Raises ``Unusable``."""
    return on_white(upright(look(picture), max_side=side))


def jpeg(image: Image.Image) -> bytes:
    """A file to show, which says that it is derived."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88, comment=DERIVED)
    return out.getvalue()


def label(pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: float) -> None:
    """White letters with a dark rim, readable on anything; ``at`` is their middle. Latin letters only."""
    font = ImageFont.load_default(size)
    pen.text(at, text, fill="white", font=font, anchor="mm", stroke_width=size / 9, stroke_fill="#202020")


def _edge(area: Image.Image) -> Image.Image:
    """A line three pixels wide, half inside and half outside."""
    sharp = area.point([0] * 128 + [255] * 128)
    return ImageChops.subtract(grown(sharp, 1), shrunk(sharp, 1))


def _gridded(image: Image.Image) -> Image.Image:
    pen = ImageDraw.Draw(image, "RGBA")
    width, height = image.size
    columns = [round(width * number / CELLS_A_SIDE) for number in range(CELLS_A_SIDE + 1)]
    rows = [round(height * number / CELLS_A_SIDE) for number in range(CELLS_A_SIDE + 1)]
    thick = max(1, min(width, height) // 400)  # a phone shows it a third as large
    for x in columns[1:-1]:
        pen.line((x + thick, 0, x + thick, height), fill=_SHADE, width=thick)
        pen.line((x, 0, x, height), fill=_LINE, width=thick)
    for y in rows[1:-1]:
        pen.line((0, y + thick, width, y + thick), fill=_SHADE, width=thick)
        pen.line((0, y, width, y), fill=_LINE, width=thick)
    size = max(10.0, min(width, height) / CELLS_A_SIDE / 3)
    for number in range(CELLS_A_SIDE):
        across, down = (columns[number] + columns[number + 1]) / 2, (rows[number] + rows[number + 1]) / 2
        label(pen, (across, size * 0.8), chr(ord("A") + number), size)
        label(pen, (size * 0.7, down), str(number + 1), size)
    return image
