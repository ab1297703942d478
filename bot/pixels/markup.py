"""Reads what somebody drew on a copy of a picture: laid over the original, the difference is the region.

Slow: call it in a thread.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from bot.pixels.aligning import Colours, Place, as_a_copy, colours, find, has_colours
from bot.pixels.opening import fitting, look, on_white, upright
from bot.pixels.regions import from_area
from bot.pixels.shapes import grown, shrunk

_COMPARED_SIDE = 1024
_GLANCE_SIDE = 192
_FILLED_SIDE = 320
"""Filling walks pixel by pixel, so it is done on a small copy."""
_DRAWN = 36
"""How far a colour is outside what the original has around there, when it is drawn and not compression."""
_LEAST_DRAWN, _MOST_DRAWN = 0.0004, 0.45
"""Share of the picture: less is a speck, more is another picture."""
_WIDER = 0.012
"""By how much strokes are widened on each side, of the shorter side: a line means what it crosses."""
_GAP = 0.025
"""Half of the widest gap in a stroke that still counts as closed, of the shorter side."""
_RIM = 3
"""Pixels at the edge of the picture or the copy, where a frame shows through."""
_LEAST_LEFT = 0.1
"""Of a screenshot, when its bars are cut off."""
_DETAIL_SIDE = 256
_GLIMPSE_SIDE = 48
_LEAST_DETAIL, _LEAST_ALIKE = 0.02, 0.75
"""Share of the picture that has details; share of them that the copy has too (by chance a third)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Marks:
    """What was drawn on the copy, in the original's upright size."""

    mask: bytes
    """The region: strokes widened, closed ones filled."""
    strokes: bytes
    """A PNG of the strokes alone, clear elsewhere: the form of the Images API's ``markup``."""
    share: float
    """Of the picture that may be painted, 0 to 1."""
    drawn: float
    """Of the picture that differs from the copy, 0 to 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Glimpse:
    """So little of a picture, or of a screenshot of it, that many are soon compared."""

    grey: Image.Image
    """Without a screenshot's bars."""
    whole: Colours
    bare: Colours
    """Without the bars too."""


def glimpse(data: bytes) -> Glimpse:
    """Take one; to decode the picture is all its work. Raises ``Unusable``."""
    whole = on_white(upright(look(data), max_side=_GLANCE_SIDE))
    bare = _without_bars(whole)
    grey = bare.convert("L").resize((_GLIMPSE_SIDE, _GLIMPSE_SIDE), Image.Resampling.BOX)
    return Glimpse(grey=grey, whole=colours(whole), bare=colours(bare))


def apart(one: Glimpse, other: Glimpse) -> float:
    """How different two pictures are at a glance, 0 to 1."""
    return ImageStat.Stat(ImageChops.difference(one.grey, other.grey)).mean[0] / 255


def may_be_a_copy(picture: Glimpse, copy: Glimpse) -> bool:
    """Told at a glance: most photos in a reply have nothing to do with the picture, and to decode them
    any larger takes longer than all the rest; a search would take a second."""
    return has_colours(picture.whole, copy.bare)


def marks(original: bytes, scribbled: bytes) -> Marks | None:
    """The drawing; None where the copy shows another picture or nothing is drawn. Raises ``Unusable``."""
    if not may_be_a_copy(glimpse(original), glimpse(scribbled)):
        return None
    seen, copied = look(original), look(scribbled)
    picture = on_white(upright(seen, max_side=_COMPARED_SIDE))
    copy = on_white(upright(copied, max_side=_COMPARED_SIDE))
    trimmed = _without_bars(copy)
    laid = (
        _laid_over(picture, copy, as_a_copy(picture, copy))
        or _laid_over(picture, trimmed, as_a_copy(picture, trimmed))
        or _laid_over(picture, trimmed, find(picture.convert("L"), trimmed.convert("L")))
    )
    return _marks(laid, seen.upright) if laid and laid.share >= _LEAST_DRAWN else None


def _without_bars(copy: Image.Image) -> Image.Image:
    """Without the plain bars that a screenshot has around a picture of another shape."""
    for end in (0, 1):
        corner = ((copy.width - 1) * end, (copy.height - 1) * end)
        plain = Image.new("RGB", copy.size, copy.getpixel(corner))
        box = ImageChops.difference(copy, plain).convert("L").point([0] * 16 + [255] * 240).getbbox()
        if box and (box[2] - box[0]) * (box[3] - box[1]) > _LEAST_LEFT * copy.width * copy.height:
            copy = copy.crop(box)
    return copy


@dataclass(frozen=True, kw_only=True, slots=True)
class _Laid:
    """The copy in the original's frame, and where it was drawn on (L, 255)."""

    copy: Image.Image
    drawn: Image.Image
    share: float
    """Of what both show, that is drawn on."""


def _laid_over(picture: Image.Image, copy: Image.Image, place: Place | None) -> _Laid | None:
    """None where the two are not alike there."""
    if place is None:
        return None
    scale = min(1.0, place.scale)  # the sharper of the two is made as soft as the other
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    picture = picture.resize(size, Image.Resampling.BOX) if size != picture.size else picture
    across = place.scale / scale
    if across > 1:
        copy = copy.resize((max(1, round(copy.width / across)), max(1, round(copy.height / across))))
    shift = (1, 0, place.x / across, 0, 1, place.y / across)
    moved = copy.transform(size, Image.Transform.AFFINE, shift, Image.Resampling.BILINEAR)
    inside = Image.new("L", copy.size, 255).transform(size, Image.Transform.AFFINE, shift)
    drawn = _drawn(picture, moved)
    inside = _without_strips(ImageChops.lighter(drawn, ImageChops.invert(inside)))
    if not inside.getbbox():
        return None
    drawn = ImageChops.multiply(drawn, inside)
    share = ImageStat.Stat(drawn, inside).mean[0] / 255
    if share > _MOST_DRAWN or not _alike(picture, moved, ImageChops.subtract(inside, grown(drawn, 2))):
        return None
    return _Laid(copy=moved, drawn=drawn, share=share)


def _drawn(picture: Image.Image, copy: Image.Image) -> Image.Image:
    """Where the copy's colour is none that the original has within two pixels; specks are left out."""
    above = ImageChops.subtract(copy, grown(picture, 2))
    below = ImageChops.subtract(shrunk(picture, 2), copy)
    red, green, blue = ImageChops.lighter(above, below).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point([0] * _DRAWN + [255] * (256 - _DRAWN)).filter(ImageFilter.MedianFilter(3))


def _without_strips(other: Image.Image) -> Image.Image:
    """All but the edge's rows and columns that are mostly other: the screen around a cropped copy."""
    width, height = other.size
    rows = other.resize((1, height), Image.Resampling.BOX).tobytes()
    columns = other.resize((width, 1), Image.Resampling.BOX).tobytes()
    box = (_strip(columns), _strip(rows), width - _strip(columns[::-1]), height - _strip(rows[::-1]))
    kept = Image.new("L", other.size, 0)
    if box[2] > box[0] and box[3] > box[1]:
        kept.paste(255, box)
    return kept


def _strip(shares: bytes) -> int:
    """How many of these lines, from the first on, are no part of the picture, with a rim."""
    inner = range(_RIM, len(shares))
    return next((number for number in inner if shares[number] < 128), len(shares)) + _RIM


def _alike(picture: Image.Image, copy: Image.Image, undrawn: Image.Image) -> bool:
    """Whether the copy is lighter and darker where the original is; a plain sky is like any other."""
    size = fitting(*picture.size, max_side=_DETAIL_SIDE)
    where = undrawn.resize(size, Image.Resampling.BOX).point([0] * 255 + [255])
    light, dark = _relief(picture.resize(size, Image.Resampling.BOX))
    light_too, dark_too = _relief(copy.resize(size, Image.Resampling.BOX))
    detail = ImageChops.multiply(ImageChops.lighter(light, dark), where)
    if ImageStat.Stat(detail).mean[0] / 255 < _LEAST_DETAIL:
        return True
    same = ImageChops.lighter(ImageChops.multiply(light, light_too), ImageChops.multiply(dark, dark_too))
    return ImageStat.Stat(same, detail).mean[0] / 255 >= _LEAST_ALIKE


def _relief(image: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Where the image is lighter, and where it is darker, than around there."""
    grey = image.convert("L").filter(ImageFilter.BoxBlur(1))
    around = grey.filter(ImageFilter.BoxBlur(6))
    step = [0] * 4 + [255] * 252
    return ImageChops.subtract(grey, around).point(step), ImageChops.subtract(around, grey).point(step)


# -- from strokes to a region -----------------------------------------------------------------------


def _marks(laid: _Laid, size: tuple[int, int]) -> Marks:
    area = _filled(laid.drawn)
    wide = grown(laid.drawn, max(1, round(min(laid.drawn.size) * _WIDER)))
    area = ImageChops.lighter(area, wide).resize(size, Image.Resampling.BICUBIC)
    drawn = from_area(area.point([0] * 128 + [255] * 128))
    strokes = laid.copy.convert("RGBA")
    strokes.putalpha(grown(laid.drawn, 1))
    out = io.BytesIO()
    strokes.resize(size, Image.Resampling.BILINEAR).save(out, "PNG", compress_level=2)
    return Marks(mask=drawn.mask, strokes=out.getvalue(), share=drawn.share, drawn=laid.share)


def _filled(drawn: Image.Image) -> Image.Image:
    """What closed strokes enclose, with them: all that cannot be reached from outside."""
    scale = min(1.0, _FILLED_SIDE / max(drawn.size))
    size = (max(1, round(drawn.width * scale)), max(1, round(drawn.height * scale)))
    small = drawn.resize(size, Image.Resampling.BOX).point([0] * 48 + [255] * 208)
    gap = max(1, round(min(size) * _GAP))
    margin = gap + 1
    field = Image.new("L", (size[0] + 2 * margin, size[1] + 2 * margin), 0)
    field.paste(small, (margin, margin))
    field = grown(field, gap)
    ImageDraw.floodfill(field, (0, 0), 128)
    enclosed = field.point([255] * 128 + [0] + [255] * 127)
    enclosed = shrunk(enclosed, gap)  # back to the line, on its outer side
    area = enclosed.crop((margin, margin, margin + size[0], margin + size[1]))
    return area.resize(drawn.size, Image.Resampling.BILINEAR).point([0] * 128 + [255] * 128)
