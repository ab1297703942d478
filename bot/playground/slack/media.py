"""What an uploaded file is: its type by its first bytes, Slack's names for it, its size and thumbnails."""

from contextlib import suppress
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

THUMBNAILS = (64, 80, 160, 360, 480, 720, 800, 960, 1024)
"""Sides in pixels; those up to 160 are square cuts (https://docs.slack.dev/reference/objects/file-object)."""
SQUARE = 160

_NAMES = {
    "image/png": ("png", "PNG"),
    "image/jpeg": ("jpg", "JPEG"),
    "image/gif": ("gif", "GIF"),
    "image/webp": ("webp", "WebP"),
    "image/heic": ("heic", "HEIC"),
    "image/avif": ("avif", "AVIF"),
    "image/bmp": ("bmp", "Bitmap"),
    "image/tiff": ("tiff", "TIFF"),
    "image/svg+xml": ("svg", "SVG"),
    "application/pdf": ("pdf", "PDF"),
    "text/plain": ("text", "Plain Text"),
}


def names(media_type: str) -> tuple[str, str]:
    """Slack's ``filetype`` and ``pretty_type``."""
    return _NAMES.get(media_type, ("binary", "Binary"))


def media_type_of(head: bytes) -> str:
    """By the first bytes: Slack does not believe names either."""
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if b"<svg" in head[:512]:
        return "image/svg+xml"
    return "text/plain" if _is_text(head) else "application/octet-stream"


_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
)
_BRANDS = dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1"), "image/heic") | {
    b"avif": "image/avif"
}
"""The major brand of an ISO media file (ISO/IEC 23008-12, AV1 image format)."""


def _is_text(head: bytes) -> bool:
    try:
        # The cut may fall inside a character: the last three bytes do not decide.
        head[:-3].decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in head


def _learn_heic() -> None:
    """Let Pillow open photos of phones, where the extra for that is installed."""
    with suppress(ImportError):
        from pillow_heif import register_heif_opener

        register_heif_opener(thumbnails=False)


def size(path: Path) -> tuple[int, int]:
    """Width and height as a viewer shows it; zeros where this machine cannot tell. Reads from disk."""
    _learn_heic()
    try:
        with Image.open(path) as picture:
            width, height = picture.size
            # Pillow decodes a whole PNG to look behind its pixels; none that a camera made is one.
            turned = picture.format != "PNG" and picture.getexif().get(0x0112, 1) >= 5
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return 0, 0
    return (height, width) if turned else (width, height)


def fitted(width: int, height: int, side: int) -> tuple[int, int]:
    """How large a thumbnail of that side is."""
    if side <= SQUARE:
        return side, side
    scale = side / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def sides(width: int, height: int) -> list[int]:
    """The thumbnails there are: the squares always, and of the others those that make it smaller."""
    return [side for side in THUMBNAILS if side <= SQUARE or side < max(width, height)] if width else []


def thumbnail(path: Path, side: int) -> bytes:
    """A PNG of that side. Slow, and raises ``OSError`` for what is no picture: call it in a thread."""
    with Image.open(path) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGBA")
    out = BytesIO()
    ImageOps.fit(picture, fitted(*picture.size, side)).save(out, "PNG", compress_level=1)
    return out.getvalue()
