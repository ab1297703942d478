"""Opens a picture that somebody sent, distrusting it: what it is, how large, and its pixels the right way up.

Sizes are read from the header before anything is decoded, and one picture is decoded at a time.
Slow: call it in a thread.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image, ImageCms

from bot import svg
from bot.pixels import PixelError
from bot.pixels.wrapping import bare

MOST_PIXELS = 50_000_000
"""The largest picture that is decoded whole (a phone's 48 megapixels): 200 MB of memory."""
MOST_JPEG_PIXELS = 89_000_000
"""A JPEG can be decoded at an eighth of its size; beyond this Pillow itself warns of a bomb."""

_BY_BEGINNING = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG"),
    (re.compile(rb"\xff\xd8\xff"), "JPEG"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "WEBP"),
    (re.compile(rb"GIF8[79]a"), "GIF"),
    (re.compile(rb"BM"), "BMP"),
    (re.compile(rb"II[*+]\0|MM\0[*+]"), "TIFF"),
    (re.compile(rb".{4}ftyp", re.DOTALL), "HEIF"),
)
_MEDIA_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
    "HEIF": "image/heic",
}
_AVIF_BRANDS = (b"avif", b"avis")
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_PAGE = re.compile(rb"\s*(?:<!doctype\s+html|<html|<head|<body|<!--|\{\s*\")", re.IGNORECASE)
_MARK = "﻿".encode()
_ORIENTATION = 0x0112
_TURNED_BY_PILLOW = ("TIFF", "HEIF")
_WIDE = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")
"""Modes with more than eight bits a pixel."""


class Reason(StrEnum):
    """Why a file cannot be used."""

    EMPTY = "empty"
    PAGE = "page"  # a web page or an error message instead of a file
    SVG = "svg"
    UNKNOWN = "unknown"  # no kind of picture we open
    BROKEN = "broken"  # cut off or damaged
    TOO_LARGE = "too_large"  # more pixels than anybody photographs: a bomb
    NO_HEIC = "no_heic"  # the extra that opens HEIC is not installed
    TOO_HEAVY = "too_heavy"  # too many bytes, however it is saved


class Unusable(PixelError):
    """Not a picture we can take."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What a file's header and pieces say."""

    data: bytes
    """The file without its private parts and what follows its end."""
    kind: str
    """Pillow's name of the format."""
    mode: str
    """As stored; ``P`` for a palette, and the like."""
    deep: bool
    """More than eight bits a channel."""
    width: int
    height: int
    """As stored, before the turn."""
    turn: int
    """The Exif orientation, 1 to 8."""
    frames: int
    private: bool
    trailing: bool

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self.kind]

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height as people see it."""
        turned = self.turn >= 5  # the four that lie on their side
        return (self.height, self.width) if turned else (self.width, self.height)


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height as people see it, from the header alone. Raises ``Unusable``."""
    return look(data).upright


def look(data: bytes) -> Look:
    """Read the header and refuse what cannot be a picture of sane size. Raises ``Unusable``."""
    kind = _kind(data)
    with _distrusted():
        around = bare(data, _MEDIA_TYPES[kind]) if kind in ("PNG", "JPEG", "WEBP") else None
        kept = around.data if around else data
        with _opened(kept, kind) as image:
            most = MOST_JPEG_PIXELS if kind == "JPEG" else MOST_PIXELS
            if image.width * image.height > most:
                raise Unusable(Reason.TOO_LARGE, f"{image.width}x{image.height}")
            exif = _exif(around.exif) if around else image.getexif()
            return Look(
                data=kept,
                kind=kind,
                mode=image.mode,
                deep=image.mode in _WIDE or (kind == "PNG" and kept[24] > 8),
                width=image.width,
                height=image.height,
                turn=1 if kind in _TURNED_BY_PILLOW else _turn(exif),
                frames=2 if around and around.moving else getattr(image, "n_frames", 1),
                private=around.private if around else bool(exif) or "xmp" in image.info,
                trailing=around.trailing if around else False,
            )


def upright(seen: Look, *, max_side: int | None = None, max_pixels: int | None = None) -> Image.Image:
    """The pixels the right way up, in L, LA, RGB or RGBA, no larger than asked; ``info`` holds the profile.

    CMYK goes through its colour profile, sixteen bits lose their lower eight. Raises ``Unusable``.
    """
    with _distrusted(), _opened(seen.data, seen.kind) as image:
        size = fitting(seen.width, seen.height, max_side=max_side, max_pixels=max_pixels)
        if seen.kind == "JPEG" and size != image.size:
            image.draft(image.mode, size)  # decodes a half, a quarter or an eighth, never below this size
        image.load()
        eight = _eight_bits(image)
        if eight.size != size:
            eight = eight.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        profile = image.info.get("icc_profile") if eight.mode == image.mode or image.mode == "P" else None
        eight.info = {"icc_profile": profile} if profile else {}
        return _turned(eight, seen.turn)


def fitting(
    width: int, height: int, *, max_side: int | None = None, max_pixels: int | None = None
) -> tuple[int, int]:
    """The largest size of this shape within the bounds; the size itself where it is."""
    scale = min(
        1.0,
        max_side / max(width, height) if max_side else 1.0,
        (max_pixels / (width * height)) ** 0.5 if max_pixels else 1.0,
    )
    if scale == 1.0:
        return width, height
    return max(1, int(width * scale)), max(1, int(height * scale))


def on_white(image: Image.Image) -> Image.Image:
    """The picture in RGB, with white where it is clear."""
    if image.mode not in ("LA", "RGBA"):
        return image.convert("RGB")
    flat = Image.new("RGB", image.size, "white")
    flat.paste(image.convert("RGB"), mask=image.getchannel("A"))
    return flat


# -- what it is -------------------------------------------------------------------------------------


def _kind(data: bytes) -> str:
    if not data:
        raise Unusable(Reason.EMPTY)
    kind = next((kind for beginning, kind in _BY_BEGINNING if beginning.match(data)), "")
    if kind == "HEIF":
        kind = _kind_of_box(data)
    if kind:
        return kind
    if svg.looks_like(data):
        raise Unusable(Reason.SVG)
    if _PAGE.match(data.removeprefix(_MARK)):
        raise Unusable(Reason.PAGE)
    raise Unusable(Reason.UNKNOWN, f"{len(data)} bytes")


def _kind_of_box(data: bytes) -> str:
    """AVIF, HEIC and films begin with the same box; its brands tell them apart."""
    brands = data[8 : min(int.from_bytes(data[:4]), 256)]
    names = {brands[at : at + 4] for at in range(0, len(brands), 4)}
    if names & set(_AVIF_BRANDS):
        return "AVIF"
    return "HEIF" if names & set(_HEIF_BRANDS) else ""


@contextmanager
def _distrusted() -> Iterator[None]:
    try:
        yield
    except Unusable:
        raise
    except Exception as error:
        raise Unusable(Reason.BROKEN, type(error).__name__) from error


def _opened(data: bytes, kind: str) -> Image.Image:
    if kind == "HEIF":
        _learn_heic()
    try:
        return Image.open(io.BytesIO(data), formats=(kind,))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unusable(Reason.TOO_LARGE) from error


def _learn_heic() -> None:
    try:
        import pillow_heif
    except ImportError as error:
        raise Unusable(Reason.NO_HEIC, "install the extra `heic`") from error
    pillow_heif.register_heif_opener(thumbnails=False)


def _exif(payload: bytes) -> Image.Exif:
    exif = Image.Exif()
    exif.load(payload)
    return exif


def _turn(exif: Image.Exif) -> int:
    turn = exif.get(_ORIENTATION, 1)
    return turn if isinstance(turn, int) and 1 <= turn <= 8 else 1


# -- its pixels -------------------------------------------------------------------------------------

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each Exif orientation."""


def _turned(image: Image.Image, turn: int) -> Image.Image:
    if turn == 1:
        return image
    turned = image.transpose(_TURNS[turn])
    turned.info = image.info
    return turned


def _eight_bits(image: Image.Image) -> Image.Image:
    """The same picture in L, LA, RGB or RGBA."""
    if image.mode in _WIDE:
        return _narrowed(image)
    if image.has_transparency_data:
        grey = image.mode in ("LA", "La") or (image.mode in ("1", "L") and "transparency" in image.info)
        return image if image.mode in ("LA", "RGBA") else image.convert("LA" if grey else "RGBA")
    if image.mode in ("L", "RGB"):
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.mode == "CMYK":
        return _from_cmyk(image)
    return image.convert("RGB")


def _narrowed(image: Image.Image) -> Image.Image:
    """Sixteen bits by their upper eight; wider numbers by their own range, since they name none."""
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    low, high = (float(value) for value in image.getextrema())  # type: ignore[arg-type]  # one band: two numbers
    scale = 255 / (high - low) if high > low else 1.0
    wide = image.convert("F")
    return wide.point(lambda value: value * scale - low * scale).convert("L")


def _from_cmyk(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            changed = ImageCms.profileToProfile(
                image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError):
            return image.convert("RGB")  # a broken profile: Pillow's plain formula is near enough
        if changed:
            return changed
    return image.convert("RGB")
