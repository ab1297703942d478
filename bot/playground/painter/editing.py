"""Edits: the sources as they were, the scene where the mask or the strokes say, and as soft as a model's.

Slow: call it in a thread.
"""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from bot.playground.painter import drawing, fonts
from bot.playground.painter.drawing import Caption
from bot.playground.painter.scene import Scene

_SHINES_THROUGH = {"high": 0.16, "low": 0.36}
"""How much of the scene an edit without a region gets, by input_fidelity."""
_SOFT = 48
"""The mask's edge is blurred over this share of the shorter side: models do not keep to the pixel."""
_DRIFT = (4, 2, 5)
"""How far red, green and blue are off where nothing was to change: models paint everything anew."""
_PRINTS_IN_A_ROW = 5
_LEAST_CARD = 150
"""Pixels across a region below which words would not be legible in it."""
_READABLE = {"1", "L", "LA", "P", "PA", "RGB", "RGBA"}
_FORMATS = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What there is to edit, as it is meant to be seen."""

    sources: list[Image.Image]
    mask: Image.Image | None = None
    markup: Image.Image | None = None
    fidelity: str = "low"


def edited(scene: Scene, size: tuple[int, int], given: Given) -> Image.Image:
    """The first source changed, with the others as small prints on it."""
    base = ImageOps.fit(given.sources[0], size).convert("RGBA")
    new = drawing.landscape(scene, *size)
    region = region_of(given, size)
    if region is None:
        base = Image.blend(base, new, _SHINES_THROUGH[given.fidelity])
    else:
        base = Image.composite(new, _drifted(base), region)
    if given.markup is not None:
        strokes = ImageOps.fit(given.markup, size)
        strokes.putalpha(strokes.getchannel("A").point([value // 3 for value in range(256)]))
        base.alpha_composite(strokes)
    for index, source in enumerate(given.sources[1:]):
        _print(base, source, index)
    return base


def region_of(given: Given, size: tuple[int, int]) -> Image.Image | None:
    """Where to paint, 0 to 255 and soft at the edge; None: everywhere a little."""
    blur = ImageFilter.GaussianBlur(min(size) / _SOFT)
    if given.mask is not None:
        hole = ImageOps.invert(ImageOps.fit(given.mask.getchannel("A"), size))
        return hole.filter(blur)
    if given.markup is not None:
        strokes = ImageOps.fit(given.markup.getchannel("A"), (size[0] // 8, size[1] // 8))
        near = strokes.point([0] + [255] * 255).filter(ImageFilter.MaxFilter(9))
        return near.resize(size).filter(blur)
    return None


def captioned(picture: Image.Image, caption: Caption, region: Image.Image | None) -> Image.Image:
    """The card on what was painted only: in a region too small for words there are none."""
    box = region.point([0] * 128 + [255] * 128).getbbox() if region else (0, 0, *picture.size)
    if region is None or box is None or min(box[2] - box[0], box[3] - box[1]) < _LEAST_CARD:
        return picture if region else drawing.captioned(picture, caption)
    part = drawing.captioned(picture.crop(box), caption)
    picture.paste(part, box[:2], region.crop(box))
    return picture


def unfinished(picture: Image.Image, share: float, region: Image.Image | None) -> Image.Image:
    """A preview: only the region is still a haze."""
    haze = drawing.unfinished(picture, share)
    return Image.composite(haze, picture, region) if region else haze


def _drifted(picture: Image.Image) -> Image.Image:
    """The same to the eye, and no pixel quite as it was."""
    *colours, alpha = picture.split()
    moved = [
        ImageChops.subtract(one, Image.new("L", one.size, by))
        if index % 2
        else ImageChops.add(one, Image.new("L", one.size, by))
        for index, (one, by) in enumerate(zip(colours, _DRIFT, strict=True))
    ]
    return Image.merge("RGBA", (*moved, alpha))


def _print(base: Image.Image, source: Image.Image, index: int) -> None:
    """A small numbered print, five to a row from the top right corner."""
    side = min(base.size) // 8
    border = max(2, side // 24)
    small = ImageOps.expand(ImageOps.fit(source.convert("RGB"), (side, side)), border, (255, 255, 255))
    row, column = divmod(index, _PRINTS_IN_A_ROW)
    step = side + 3 * border
    at = (base.width - step * (column + 1), 3 * border + row * step)
    base.paste(small, at)
    tall = max(11, side // 4)
    ImageDraw.Draw(base).rectangle(
        (at[0] + border, at[1] + border, at[0] + border + 1.6 * tall, at[1] + border + 1.3 * tall),
        (14, 18, 32, 255),
    )
    fonts.write(base, (at[0] + 2 * border, at[1] + border), str(index + 2), tall, (255, 255, 255, 255))


# -- what was sent --------------------------------------------------------------------------------


def opened(data: bytes) -> Image.Image:
    """A source as it is meant to be seen. Raises ``OSError`` where it is no picture the service reads."""
    with Image.open(BytesIO(data)) as picture:
        _refuse(picture)
        return ImageOps.exif_transpose(picture).convert("RGBA")


def looked_at(data: bytes) -> tuple[int, int]:
    """Its size upright, from the header alone. Raises ``OSError`` as ``opened``."""
    with Image.open(BytesIO(data)) as picture:
        _refuse(picture)
        width, height = picture.size
        return (height, width) if picture.getexif().get(0x0112, 1) >= 5 else (width, height)


def _refuse(picture: Image.Image) -> None:
    if picture.format not in _FORMATS or picture.mode not in _READABLE:
        message = f"{picture.format} in mode {picture.mode}"
        raise OSError(message)


def see_through(picture: Image.Image) -> bool:
    """Whether any pixel is not opaque."""
    return picture.getchannel("A").histogram()[255] < picture.width * picture.height
