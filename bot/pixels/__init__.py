"""Bytes to facts and bytes to bytes: what a picture is, whether it decodes, and previews of odd formats.

Everything here takes processor time: call it in a thread, never on the event loop.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from isal import isal_zlib  # inflates in half the time of zlib
from PIL import Image, ImageDraw, PngImagePlugin

from bot import svg

MOST_PIXELS = 8_294_400 * 11 // 10
"""The largest picture any service makes (3840x2160), and a tenth for sizes it chooses itself."""
MOST_FRAMES = 64
PREVIEW_SIDE = 1536
"""The longer side of a preview, in pixels."""
DERIVED = "Preview derived from the original file; not the original."

ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/svg+xml": "svg",
}
"""What a file of each kind is called."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_SPOILT: tuple[type[Exception], ...] = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    isal_zlib.error,  # type: ignore[assignment] # a class, which its stub takes for an instance
)
"""What a decoder may say of bytes that are no picture."""
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_BITE = 120 << 10
"""Bytes inflated at once; twice as many come out, and memory that is used again has room for them."""


class PixelError(Exception):
    """The bytes are not a whole picture; the message says why, for the operator."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureFacts:
    """What the bytes themselves say."""

    media_type: str
    width: int
    height: int


def sample_png(words: str) -> bytes:
    """A small picture that says in itself what it is: a test, painted by no model."""
    image = Image.new("RGB", (512, 288), "#f4ead6")
    draw = ImageDraw.Draw(image)
    draw.ellipse((330, 30, 440, 140), fill="#e0a63a")
    draw.polygon([(0, 288), (150, 120), (290, 288)], fill="#5b7f6a")
    draw.polygon([(170, 288), (350, 160), (512, 288)], fill="#3f5f57")
    draw.text((24, 20), words, fill="#2b2b2b", font_size=28)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def check(data: bytes) -> PictureFacts:
    """Prove that the bytes decode to a picture of sane size.

    Raises ``PixelError`` for what is not a picture, is cut off, or has too many pixels.
    """
    if svg.looks_like(data):
        try:
            width, height = svg.size(data)
        except svg.SvgError as error:
            raise PixelError(str(error)) from error
        return PictureFacts(media_type="image/svg+xml", width=width, height=height)
    with _opened(data) as image:
        facts = PictureFacts(
            media_type=Image.MIME[image.format or ""], width=image.width, height=image.height
        )
        _bounded(image.width * image.height)
        try:
            _decode(image, data)
        except _SPOILT as error:
            raise PixelError(f"does not decode: {type(error).__name__}") from error
    return facts


def begins_well(data: bytes) -> bool:
    """Whether the bytes begin as a picture of sane size does; the rest of them is not looked at."""
    try:
        with _opened(data) as image:
            _bounded(image.width * image.height)
    except PixelError:
        return False
    return True


def kind(data: bytes) -> str:
    """The media type, by how the bytes begin. Raises ``PixelError`` for what is no picture of pixels."""
    with _opened(data) as image:
        return Image.MIME[image.format or ""]


def _opened(data: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data), formats=_FORMATS)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, *_BOMBS) as error:
        raise PixelError(f"is not a picture: {len(data)} bytes") from error


def _bounded(pixels: int) -> None:
    if pixels > MOST_PIXELS:
        raise PixelError(f"has {pixels} pixels, more than {MOST_PIXELS}")


def _decode(image: Image.Image, data: bytes) -> None:
    if image.format == "PNG" and not image.info.get("interlace") and data.startswith(_PNG_MAGIC):
        _inflate_png(data)
    elif image.format == "JPEG":
        # Every coefficient is still read; only the arithmetic for full-size pixels is saved.
        image.draft(image.mode, (image.width // 8, image.height // 8))
        image.load()
    elif getattr(image, "is_animated", False):
        _every_frame(image)
    else:
        image.load()


def _every_frame(image: Image.Image) -> None:
    frames = 0
    while True:
        image.load()
        frames += 1
        if frames > MOST_FRAMES or frames * image.width * image.height > 2 * MOST_PIXELS:
            raise PixelError("has too many frames")
        try:
            image.seek(frames)
        except EOFError:
            return


# -- PNG: a sixth of the time of a full decode ------------------------------------------------------


def _inflate_png(data: bytes) -> None:
    """Check every checksum, and that the pixel stream inflates to exactly the rows the header promises."""
    width, height, depth, colour = struct.unpack_from(">IIBB", data, 16)
    row = 1 + (width * depth * _PNG_CHANNELS[colour] + 7) // 8
    wanted, got = row * height, 0
    inflate = isal_zlib.decompressobj()
    for kind, body in _png_chunks(data):
        if kind == b"IDAT":
            got += _inflated(inflate, body, wanted - got)
    got += len(inflate.flush())
    if got != wanted or not inflate.eof:
        raise PixelError(f"is cut off: {got} of {wanted} bytes of pixels")


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    whole, at = memoryview(data), len(_PNG_MAGIC)
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        body = whole[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, at + 8 + length)
        if isal_zlib.crc32(body, isal_zlib.crc32(kind)) != checksum:
            raise PixelError(f"has a broken {kind!r} chunk")
        yield kind, body
        if kind == b"IEND":
            return
        at += 12 + length


def _inflated(inflate: isal_zlib.Decompress, body: memoryview, most: int) -> int:
    """How many bytes come out, a bite at a time; more than ``most`` is refused before it is made."""
    got = 0
    for start in range(0, len(body), _BITE):
        waiting: bytes | memoryview = body[start : start + _BITE]
        while waiting:
            got += len(inflate.decompress(waiting, _BITE * 2))
            if got > most:
                raise PixelError("has more pixels than its header says")
            waiting = inflate.unconsumed_tail
    return got


# -- previews ---------------------------------------------------------------------------------------


def preview_png(data: bytes, media_type: str) -> bytes:
    """A PNG to show where the format itself (WebP, SVG) cannot be shown; it says that it is derived.

    Raises ``PixelError``.
    """
    if media_type == "image/svg+xml":
        try:
            return _marked(svg.render(data, PREVIEW_SIDE))
        except svg.SvgError as error:
            raise PixelError(str(error)) from error
    return _marked(data)


def preview_or_card(data: bytes, media_type: str) -> bytes:
    """The same, or a card with the name of its kind where it cannot be drawn: what is paid for is shown."""
    try:
        return preview_png(data, media_type)
    except PixelError:
        image = Image.new("RGB", (512, 288), "#e8e8e8")
        words = ENDINGS[media_type].upper()
        ImageDraw.Draw(image).text((256, 144), words, fill="#5a5a5a", font_size=48, anchor="mm")
        out = io.BytesIO()
        image.save(out, "PNG")
        return out.getvalue()


def rastered(data: bytes, media_type: str) -> bytes:
    """A picture that can be drawn on and sent to a model: an SVG as a PNG. Raises ``PixelError``."""
    return preview_png(data, media_type) if media_type == "image/svg+xml" else data


def _marked(data: bytes) -> bytes:
    with _opened(data) as image:
        _bounded(image.width * image.height)
        try:
            image.load()
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise PixelError(f"does not decode: {type(error).__name__}") from error
        small = image if image.mode in ("L", "LA", "RGB", "RGBA") else image.convert("RGBA")
        small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
        note = PngImagePlugin.PngInfo()
        note.add_text("Description", DERIVED)
        out = io.BytesIO()
        small.save(out, "PNG", pnginfo=note, compress_level=1)
    return out.getvalue()
