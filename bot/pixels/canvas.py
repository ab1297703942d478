"""A picture on a larger canvas, so that a model can paint what is around it. Slow: call it in a thread."""

import io
from dataclasses import dataclass

from PIL import Image

from bot.pixels.opening import look, upright
from bot.pixels.regions import from_area
from bot.types import Box

_OVERLAP = 0.01
"""How far the new part reaches into the picture, of its shorter side: no line is left between them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grown:
    """The canvas, and the mask that lets its new part be painted."""

    data: bytes
    """A PNG; the new part is clear."""
    mask: bytes
    inside: Box
    """Where the picture lies on the canvas, in pixels."""


def grown(picture: bytes, *, width: int, height: int) -> Grown:
    """The picture, as large as it fits, in the middle of a canvas of this size. Raises ``Unusable``."""
    image = upright(look(picture))
    scale = min(width / image.width, height / image.height)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if size != image.size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    canvas = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    canvas.paste(image.convert("RGBA"), (left, top))
    out = io.BytesIO()
    canvas.save(out, "PNG", compress_level=2)
    right, bottom = left + size[0], top + size[1]
    return Grown(
        data=out.getvalue(),
        mask=from_area(_around((left, top, right, bottom), (width, height))).mask,
        inside=Box(left=left, top=top, right=right, bottom=bottom),
    )


def _around(box: tuple[int, int, int, int], canvas: tuple[int, int]) -> Image.Image:
    """Everything but the picture, less a little of it at the edges that got something new beside them."""
    left, top, right, bottom = box
    overlap = max(1, round(min(right - left, bottom - top) * _OVERLAP))
    kept = (
        left + overlap * (left > 0),
        top + overlap * (top > 0),
        right - overlap * (right < canvas[0]),
        bottom - overlap * (bottom < canvas[1]),
    )
    area = Image.new("L", canvas, 255)
    if kept[2] > kept[0] and kept[3] > kept[1]:
        area.paste(0, kept)
    return area
