"""Masks that people send with a picture: recognised, checked against it, brought into the API's form.

Slow: call it in a thread.
"""

import re
from dataclasses import dataclass

from PIL import Image, ImageChops

from bot.pixels.opening import Unusable, fitting, look, upright
from bot.pixels.regions import area_of, from_area

_NAMED = re.compile(r"mask|マスク", re.IGNORECASE)
_LOOKED_AT = 256
_TWO_COLOURED = 0.98
"""Share of black and white pixels from which a picture is a mask; the rest is the edge's smoothing."""
_SHAPE_TOLERANCE = 0.01
_INVERTED = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A mask in the API's form, as large as its picture."""

    mask: bytes
    share: float
    """Of the picture that may be painted, 0 to 1."""
    inverted: bool
    """It opens most of the picture and touches nearly all of its rim: it may be meant the other way round."""
    fitted: bool
    """It had another size of the same shape."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WrongShape:
    """A mask for some other picture; its size, upright."""

    width: int
    height: int


def is_mask(data: bytes, name: str = "") -> bool:
    """Whether a file is a mask and no picture: a PNG that has holes and is called so, or has two colours."""
    try:
        seen = look(data)
        if seen.kind != "PNG":
            return False
        image = upright(seen, max_side=_LOOKED_AT)
    except Unusable:
        return False
    if _has_holes(image):
        return bool(_NAMED.search(name)) or _has_one_background(image)
    return _is_two_coloured(image)


def read(data: bytes, *, width: int, height: int) -> Given | WrongShape:
    """The mask for a picture of this upright size: by its holes, else white where it may be painted.

    Raises ``Unusable``.
    """
    image = upright(look(data))
    if abs(image.width / image.height * height / width - 1) > _SHAPE_TOLERANCE:
        return WrongShape(width=image.width, height=image.height)
    fitted = image.size != (width, height)
    area = _area(image)
    if fitted:
        area = area.resize((width, height), Image.Resampling.NEAREST)
    drawn = from_area(area)
    return Given(
        mask=drawn.mask, share=drawn.share, inverted=_looks_inverted(area, drawn.share), fitted=fitted
    )


def inverted(mask: bytes) -> bytes:
    """The mask the other way round. Raises ``Unusable``."""
    return from_area(ImageChops.invert(area_of(mask))).mask


def _has_holes(image: Image.Image) -> bool:
    return image.mode in ("LA", "RGBA") and image.getchannel("A").getextrema()[0] < 128  # type: ignore[operator]  # one band: two numbers


def _has_one_background(image: Image.Image) -> bool:
    """Whether what is not clear is one flat colour: a drawing with a clear background is a picture."""
    colours = image.convert("RGB")
    colours.paste(0, mask=image.getchannel("A").point([255] * 128 + [0] * 128))
    solid = image.getchannel("A").point([0] * 128 + [255] * 128)
    low_high = colours.split()
    return all(_spread(band, solid) <= 16 for band in low_high)


def _spread(band: Image.Image, where: Image.Image) -> int:
    levels = [level for level, count in enumerate(band.histogram(where)) if count]
    return levels[-1] - levels[0] if levels else 0


def _is_two_coloured(image: Image.Image) -> bool:
    red, green, blue = image.convert("RGB").split()
    grey = ImageChops.lighter(ImageChops.difference(red, green), ImageChops.difference(green, blue))
    levels = image.convert("L").histogram()
    dark, light = sum(levels[:16]), sum(levels[240:])
    both = dark and light and dark + light >= _TWO_COLOURED * image.width * image.height
    return bool(both) and grey.getextrema()[1] < 32  # type: ignore[operator]  # one band: two numbers


def _area(image: Image.Image) -> Image.Image:
    """255 where it may be painted."""
    if _has_holes(image):
        return image.getchannel("A").point([255] * 128 + [0] * 128)
    return image.convert("L").point([0] * 128 + [255] * 128)


def _looks_inverted(area: Image.Image, share: float) -> bool:
    """People mark a thing, seldom all around it: more than half is open, and so is nearly all of the rim."""
    small = area.resize(fitting(*area.size, max_side=_LOOKED_AT), Image.Resampling.NEAREST)
    rim = Image.new("L", small.size, 255)
    if min(small.size) > 2:
        rim.paste(0, (1, 1, small.width - 1, small.height - 1))
    counts = small.histogram(rim)
    return share > _INVERTED and counts[255] > 0.9 * sum(counts)
