"""Puts an edited region back into the original, so that outside it every pixel is the original's.

"The original" is the picture as it is decoded and turned upright: what its bytes say for RGB, RGBA, L and LA,
the colours of the palette for P, the upper eight bits of sixteen, and CMYK by its profile.
Slow: call it in a thread.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter, ImageStat

from bot.pixels.opening import fitting, look, on_white, upright
from bot.pixels.regions import area_of

POOR_SEAM = 0.05
"""A seam above this can be seen: the model has changed the colours or moved things around the region."""

_BAND = 0.015
"""How wide a band outside the region is compared, of the shorter side."""
_COMPARED_SIDE = 768
_STRIP = 512
"""Rows painted at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Composite:
    """The original with the region of the edited picture in it."""

    data: bytes
    """A PNG of the original's upright size."""
    width: int
    height: int
    outside_kept: bool
    """Whether every pixel outside the region has been found equal to the original's."""
    seam: float
    """Mean difference of the two pictures just outside the region, 0 to 1: what the seam has to hide."""


def composite(original: bytes, edited: bytes, mask: bytes, *, feather: int = 0) -> Composite:
    """Outside the mask's region the original, inside it the edited picture, scaled where its size differs.

    ``feather``: pixels over which the edge is blended, inside the region. Raises ``Unusable``.
    """
    whole, new, area = upright(look(original)), upright(look(edited)), area_of(mask)
    if area.size != whole.size:
        area = area.resize(whole.size, Image.Resampling.NEAREST)
    seam = _seam(whole, new, area)
    whole = _able_to_hold(whole, new)
    kept = [_put_back(whole, new, area, strip, feather) for strip in _strips(area, feather)]
    return Composite(
        data=_png(whole),
        width=whole.width,
        height=whole.height,
        outside_kept=all(kept),
        seam=seam,
    )


def weights(area: Image.Image, feather: int) -> Image.Image:
    """What each pixel takes of the edited picture: 0 outside the area, 255 from ``feather`` pixels inside on.

    Parts too narrow for so soft an edge get a harder one, so that none of them disappears.
    """
    total = Image.new("L", area.size, 0)
    left, radius = area, feather
    while radius >= 1 and left.getbbox():
        # Half of the window is inside at a straight edge, all of it from one radius on.
        ramp = area.filter(ImageFilter.BoxBlur(radius)).point(
            [max(0, 2 * level - 255) for level in range(256)]
        )
        core = ramp.point([0] * 255 + [255])
        near = core.filter(ImageFilter.BoxBlur(2 * radius)).point([0] + [255] * 255)
        reached = ImageChops.multiply(near, left)
        total = ImageChops.lighter(total, ImageChops.multiply(ramp, reached))
        left = ImageChops.subtract(left, reached)
        radius //= 2
    return ImageChops.lighter(total, left)


_Box = tuple[int, int, int, int]


def _put_back(whole: Image.Image, new: Image.Image, area: Image.Image, strip: _Box, feather: int) -> bool:
    """Paint one strip of the original; whether all outside the area is as it was."""
    left, top, right, bottom = strip
    reach = 3 * feather + 1  # from there on no pixel of the area has a part in the weights
    above, below = max(top - reach, 0), min(bottom + reach, area.height)
    soft = weights(area.crop((left, above, right, below)), feather)
    before = whole.crop(strip)
    whole.paste(_piece(new, strip, whole), strip, soft.crop((0, top - above, right - left, bottom - above)))
    return same_outside(before, whole.crop(strip), area.crop(strip))


def _strips(area: Image.Image, feather: int) -> Iterator[_Box]:
    """The area's box in strips, so that a large photo is in memory once and not four times."""
    left, top, right, bottom = _around(area, feather)
    for y in range(top, bottom, _STRIP):
        yield left, y, right, min(y + _STRIP, bottom)


def _around(area: Image.Image, feather: int) -> _Box:
    """The area's box with a margin, so that its edge is seen; the picture's own edges need no blending."""
    left, top, right, bottom = area.getbbox() or (0, 0, 0, 0)
    margin = feather + 1
    return (
        max(left - margin, 0),
        max(top - margin, 0),
        min(right + margin, area.width),
        min(bottom + margin, area.height),
    )


def _able_to_hold(image: Image.Image, other: Image.Image) -> Image.Image:
    """The same pixels in a mode that also holds the other picture's colours and transparency."""
    clear = image.mode in ("LA", "RGBA") or (
        other.mode in ("LA", "RGBA") and other.getchannel("A").getextrema() != (255, 255)
    )
    mode = "RGBA" if clear else "RGB"
    if image.mode == mode:
        return image
    changed = image.convert(mode)
    changed.info = image.info
    return changed


def _piece(new: Image.Image, box: _Box, whole: Image.Image) -> Image.Image:
    """What the edited picture has in this box of the whole one."""
    left, top, right, bottom = box
    if new.size == whole.size:
        return new.crop(box).convert(whole.mode)
    across, down = new.width / whole.width, new.height / whole.height
    source = (left * across, top * down, min(right * across, new.width), min(bottom * down, new.height))
    size = (right - left, bottom - top)
    return new.resize(size, Image.Resampling.LANCZOS, box=source).convert(whole.mode)


def same_outside(before: Image.Image, after: Image.Image, area: Image.Image) -> bool:
    """Whether no pixel outside the area differs, not even in its alpha."""
    changed = ImageChops.difference(before, after)
    changed.paste(0, mask=area)
    return changed.getbbox(alpha_only=False) is None


def _seam(original: Image.Image, edited: Image.Image, area: Image.Image) -> float:
    """How much the model changed the surroundings; grain is blurred away, since new grain is no seam."""
    size = fitting(*original.size, max_side=_COMPARED_SIDE)
    inside = area.resize(size, Image.Resampling.BOX).point([0] + [255] * 255)
    near = inside.filter(ImageFilter.BoxBlur(max(2, round(min(size) * _BAND))))
    band = ImageChops.subtract(near.point([0] + [255] * 255), inside)
    if not band.getbbox():
        return 0.0
    one, other = (on_white(image.resize(size, Image.Resampling.BOX)) for image in (original, edited))
    other.paste(one, mask=inside)  # what is new inside is wanted, and must not bleed into the band
    blur = ImageFilter.BoxBlur(2)
    red, green, blue = ImageChops.difference(one.filter(blur), other.filter(blur)).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return ImageStat.Stat(most, mask=band).mean[0] / 255


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", icc_profile=image.info.get("icc_profile"), compress_level=2)
    return out.getvalue()
