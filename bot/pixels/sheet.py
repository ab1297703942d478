"""A contact sheet: the pictures of one request, small, in order and numbered. Slow: call it in a thread."""

from collections.abc import Sequence
from math import ceil

from PIL import Image, ImageDraw, ImageOps

from bot.pixels.regions import jpeg, label, shown

_CELL, _GAP = 320, 12
_BACKGROUND = "#f2f2f2"
_WIDEST = 4
"""Pictures in a row."""


def sheet(pictures: Sequence[bytes]) -> bytes:
    """A JPEG of all of them, whole, numbered from 1; one is open at a time. Raises ``Unusable``."""
    columns = min(_WIDEST, ceil(len(pictures) ** 0.5))
    rows = ceil(len(pictures) / columns)
    step = _CELL + _GAP
    canvas = Image.new("RGB", (columns * step + _GAP, rows * step + _GAP), _BACKGROUND)
    pen = ImageDraw.Draw(canvas)
    for number, picture in enumerate(pictures):
        left, top = _GAP + number % columns * step, _GAP + number // columns * step
        small = ImageOps.contain(shown(picture, _CELL), (_CELL, _CELL))
        canvas.paste(small, (left + (_CELL - small.width) // 2, top + (_CELL - small.height) // 2))
        pen.ellipse((left + 8, top + 8, left + 60, top + 60), fill="#202020", outline="white", width=3)
        label(pen, (left + 34, top + 34), str(number + 1), 30)
    return jpeg(canvas)
