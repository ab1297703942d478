"""Makes a picture that somebody sent fit for a model: as it is if possible, else turned, cleaned, converted.

Slow: call it in a thread, one picture after the other; it holds one decoded picture in memory.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image

from bot.pixels.opening import Look, Reason, Unusable, look, on_white, upright

_LOSSLESS = ("PNG", "GIF", "BMP", "TIFF")
_PLAIN_MODES = ("L", "LA", "RGB", "RGBA")
_ATTEMPTS = 8
"""How often a picture is made smaller to get under a number of bytes."""


class Change(StrEnum):
    """What was done to a picture before the model saw it."""

    CONVERTED = "converted"  # another format, or fewer bits
    TURNED = "turned"  # as its Exif says
    CLEANED = "cleaned"  # place, camera, names and other private metadata are out
    SHRUNK = "shrunk"  # fewer pixels, or fewer bytes
    FIRST_FRAME = "first_frame"  # of several
    TRIMMED = "trimmed"  # something came after the picture's end
    FLATTENED = "flattened"  # onto white: the model takes nothing transparent


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A picture as the model gets it."""

    data: bytes
    media_type: str
    width: int
    height: int
    changes: frozenset[Change]


def prepare(
    data: bytes, *, accepts: frozenset[str], max_bytes: int, max_pixels: int, max_side: int
) -> Prepared:
    """The picture in an accepted media type, within the bounds; the same bytes where nothing is to do.

    JPEG, PNG and WebP lose their private metadata without being painted anew. Raises ``Unusable``.
    """
    seen = look(data)
    width, height = seen.upright
    fits = len(seen.data) <= max_bytes and width * height <= max_pixels and max(width, height) <= max_side
    if fits and seen.media_type in accepts and _is_plain(seen):
        _prove(seen)
        return Prepared(
            data=seen.data,
            media_type=seen.media_type,
            width=width,
            height=height,
            changes=frozenset(_around(seen)),
        )
    return _painted_anew(seen, accepts, max_bytes, (max_side, max_pixels))


def _is_plain(seen: Look) -> bool:
    """Whether every model takes these pixels as they are stored: upright, eight bits, no palette, no film."""
    still = seen.frames == 1 or seen.kind in ("PNG", "JPEG")  # their further frames are cut off already
    return still and seen.turn == 1 and not seen.deep and seen.mode in _PLAIN_MODES


def _prove(seen: Look) -> None:
    """Decode it, so that a picture cut off on its way is found here and not by a paid call.

    JPEG at an eighth: every coefficient is still read. Raises ``Unusable``.
    """
    side = max(1, max(seen.width, seen.height) // 8) if seen.kind == "JPEG" else None
    upright(seen, max_side=side)


def _around(seen: Look) -> Iterator[Change]:
    if seen.private:
        yield Change.CLEANED
    if seen.trailing:
        yield Change.TRIMMED
    if seen.frames > 1 and seen.kind != "JPEG":  # a phone's JPEG holds depth and the like, not a film
        yield Change.FIRST_FRAME


def _painted_anew(seen: Look, accepts: frozenset[str], max_bytes: int, bounds: tuple[int, int]) -> Prepared:
    image = upright(seen, max_side=bounds[0], max_pixels=bounds[1])
    changes = set(_around(seen))
    if seen.turn != 1:
        changes.add(Change.TURNED)
    if image.mode in ("LA", "RGBA"):
        image, flat = _without_needless_alpha(image, accepts)
        changes.update({Change.FLATTENED} if flat else ())
    data, media_type, size = _saved(image, accepts, max_bytes, lossless=seen.kind in _LOSSLESS)
    if size != seen.upright or len(seen.data) > max_bytes:
        changes.add(Change.SHRUNK)
    if media_type != seen.media_type or seen.deep or seen.mode not in _PLAIN_MODES:
        changes.add(Change.CONVERTED)
    return Prepared(
        data=data, media_type=media_type, width=size[0], height=size[1], changes=frozenset(changes)
    )


def _without_needless_alpha(image: Image.Image, accepts: frozenset[str]) -> tuple[Image.Image, bool]:
    """The picture without an alpha channel that hides nothing or nobody takes; whether it was flattened."""
    colours = image.mode.removesuffix("A")
    if image.getchannel("A").getextrema() == (255, 255):
        return _with_profile(image.convert(colours), image), False
    if accepts & {"image/png", "image/webp"}:
        return image, False
    return _with_profile(on_white(image), image), True


def _with_profile(image: Image.Image, other: Image.Image) -> Image.Image:
    image.info = other.info
    return image


# -- saving -----------------------------------------------------------------------------------------


def _saved(
    image: Image.Image, accepts: frozenset[str], max_bytes: int, *, lossless: bool
) -> tuple[bytes, str, tuple[int, int]]:
    """The bytes, their media type and the size: the best way of saving that stays under the bytes allowed."""
    for attempt in range(_ATTEMPTS):
        for media_type in _ways(image, accepts, lossless=lossless and attempt == 0):
            data = _encoded(image, media_type)
            if len(data) <= max_bytes:
                return data, media_type, image.size
        scale = min(0.9, (max_bytes / len(data)) ** 0.5)
        smaller = (max(1, int(image.width * scale)), max(1, int(image.height * scale)))
        image = _with_profile(image.resize(smaller, Image.Resampling.LANCZOS, reducing_gap=3.0), image)
    raise Unusable(Reason.TOO_HEAVY, f"over {max_bytes} bytes")


def _ways(image: Image.Image, accepts: frozenset[str], *, lossless: bool) -> list[str]:
    """Media types to try, best first."""
    clear = image.mode in ("LA", "RGBA")
    lossy = ["image/webp"] if clear else ["image/jpeg", "image/webp"]
    order = ["image/png", *lossy] if lossless or clear else [*lossy, "image/png"]
    ways = [media_type for media_type in order if media_type in accepts]
    if not ways:
        raise Unusable(Reason.UNKNOWN, f"nothing of {sorted(accepts)} can be saved")
    return ways


def _encoded(image: Image.Image, media_type: str) -> bytes:
    out = io.BytesIO()
    profile = image.info.get("icc_profile")
    match media_type:
        case "image/png":
            image.save(out, "PNG", icc_profile=profile, compress_level=2)
        case "image/jpeg":
            image.save(out, "JPEG", icc_profile=profile, quality=95, subsampling=0)
        case _:
            image.save(out, "WEBP", icc_profile=profile or b"", quality=92, method=2)
    return out.getvalue()
