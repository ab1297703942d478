"""What a PNG, JPEG or WebP file holds around its pixels: cut out without touching them.

Kept is what changes how the pixels look (palette, transparency, colour profile); the rest may tell where
and by whom a photo was made. Sources: PNG 3rd edition; ITU-T T.81 annex B, JFIF, Exif, MPF; RFC 9649 (WebP).
"""

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from bot.pixels import PixelError


class Kind(Enum):
    """What a piece of a file is for."""

    NEEDED = auto()
    PRIVATE = auto()
    CREDENTIALS = auto()  # C2PA: true of the untouched file only
    MOTION = auto()  # further frames


@dataclass(frozen=True, kw_only=True, slots=True)
class Bare:
    """A file without what it does not need; the very same bytes where there was nothing of the kind."""

    data: bytes
    exif: bytes
    """The payload of its Exif block: the turn is in there."""
    private: bool
    moving: bool
    trailing: bool
    """Something came after the picture's end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Piece:
    kind: Kind
    start: int
    end: int
    exif: int = 0
    """Where an Exif payload begins; 0: it is none."""


def bare(data: bytes, media_type: str) -> Bare:
    """Cut a PNG, JPEG or WebP down to its pixels. Raises ``PixelError`` where its pieces do not fit."""
    try:
        pieces = list(_WALKS[media_type](data))
    except (struct.error, IndexError) as error:
        raise PixelError("is cut off between its pieces") from error
    kinds = {piece.kind for piece in pieces}
    trailing = pieces[-1].end < len(data)
    exif = next((data[piece.exif : piece.end] for piece in pieces if piece.exif), b"")
    if trailing or kinds & {Kind.PRIVATE, Kind.MOTION}:
        kept = b"".join(data[piece.start : piece.end] for piece in pieces if piece.kind is Kind.NEEDED)
        data = _closed(kept) if media_type == "image/webp" else kept
    return Bare(
        data=data,
        exif=exif,
        private=Kind.PRIVATE in kinds,
        moving=Kind.MOTION in kinds,
        trailing=trailing,
    )


# -- PNG --------------------------------------------------------------------------------------------

_PNG_SIGNATURE = 8
_PNG_NEEDED = frozenset(
    [
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"iCCP",
        b"sBIT",
        b"bKGD",
        b"pHYs",
        b"cICP",
    ]
)
_PNG_OTHERS = {b"caBX": Kind.CREDENTIALS, b"acTL": Kind.MOTION, b"fcTL": Kind.MOTION, b"fdAT": Kind.MOTION}


def _png(data: bytes) -> Iterator[_Piece]:
    yield _Piece(kind=Kind.NEEDED, start=0, end=_PNG_SIGNATURE)
    at, name = _PNG_SIGNATURE, b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise PixelError(f"is cut off in a {name!r} chunk")
        kind = Kind.NEEDED if name in _PNG_NEEDED else _PNG_OTHERS.get(name, Kind.PRIVATE)
        yield _Piece(kind=kind, start=at, end=end, exif=at + 8 if name == b"eXIf" else 0)
        at = end


# -- JPEG -------------------------------------------------------------------------------------------

_APP0, _APP1, _APP2, _APP11, _APP14, _APP15, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEB, 0xEE, 0xEF, 0xFE
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_EXIF, _ICC = b"Exif\0\0", b"ICC_PROFILE\0"
# In the pixels a marker is FF and neither a stuffed 00, nor a restart, nor padding.
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _jpeg(data: bytes) -> Iterator[_Piece]:
    yield _Piece(kind=Kind.NEEDED, start=0, end=2)
    at = 2
    while True:
        if data[at] != 0xFF:
            raise PixelError("has something else where a JPEG marker should be")
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        end = at + 2 if marker == _EOI else _jpeg_end(data, at, marker)
        body = at + 4
        is_exif = marker == _APP1 and data.startswith(_EXIF, body)
        kind = _jpeg_kind(data, marker, body)
        yield _Piece(kind=kind, start=at, end=end, exif=body + len(_EXIF) if is_exif else 0)
        if marker == _EOI:
            return
        at = end


def _jpeg_end(data: bytes, at: int, marker: int) -> int:
    """Where a segment ends; a scan's reaches to the next marker."""
    (length,) = struct.unpack_from(">H", data, at + 2)
    end: int = at + 2 + length
    if end > len(data):
        raise PixelError("is cut off in a JPEG segment")
    if marker != _SOS:
        return end
    following = _NEXT_MARKER.search(data, end)
    if not following:
        raise PixelError("is cut off in its pixels")
    return following.start()


def _jpeg_kind(data: bytes, marker: int, body: int) -> Kind:
    if marker == _APP11:
        return Kind.CREDENTIALS
    if marker == _APP2 and data.startswith(_ICC, body):
        return Kind.NEEDED
    if marker in (_APP0, _APP14):
        return Kind.NEEDED
    return Kind.PRIVATE if _APP0 <= marker <= _APP15 or marker == _COMMENT else Kind.NEEDED


# -- WebP -------------------------------------------------------------------------------------------

_WEBP_NEEDED = frozenset([b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP", b"ANIM", b"ANMF"])
_WEBP_OTHERS = {b"C2PA": Kind.CREDENTIALS}
_HAS_EXIF_OR_XMP = 0x08 | 0x04


def _webp(data: bytes) -> Iterator[_Piece]:
    (size,) = struct.unpack_from("<I", data, 4)
    whole = 8 + size
    if whole > len(data):
        raise PixelError("is cut off: shorter than it says")
    yield _Piece(kind=Kind.NEEDED, start=0, end=12)
    at = 12
    while at < whole:
        name, length = struct.unpack_from("<4sI", data, at)
        end = min(at + 8 + length + length % 2, whole)
        kind = Kind.NEEDED if name in _WEBP_NEEDED else _WEBP_OTHERS.get(name, Kind.PRIVATE)
        yield _Piece(kind=kind, start=at, end=end, exif=at + 8 if name == b"EXIF" else 0)
        at = end


def _closed(kept: bytes) -> bytes:
    """The remaining chunks with a header that is true again."""
    data = bytearray(kept)
    struct.pack_into("<I", data, 4, len(data) - 8)
    if data[12:16] == b"VP8X":
        data[20] &= ~_HAS_EXIF_OR_XMP & 0xFF
    return bytes(data)


_WALKS: dict[str, Callable[[bytes], Iterator[_Piece]]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
}
