"""Copies small enough for a chat's card; what fits already stays as it is, byte for byte.

Everything here takes processor time: call it in a thread, never on the event loop.
"""

import io

from PIL import Image, PngImagePlugin

from bot.pixels import DERIVED, PixelError, check

# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages: "1024×1024 pixels
# and 1 MB in PNG, JPEG, or GIF format".
CARD_SIDE = 1024
CARD_BYTES = 1_000_000
_SHOWN = ("image/png", "image/jpeg", "image/gif")
_SMALLER = 3
"""Times the side of a picture with transparency is cut by a third, until it fits."""
_JPEG_QUALITY = 88


def for_card(data: bytes) -> tuple[bytes, str]:
    """The picture as a card takes it, and its media type; a copy says that it is one.

    Raises ``PixelError``.
    """
    facts = check(data)
    fits = max(facts.width, facts.height) <= CARD_SIDE and len(data) <= CARD_BYTES
    if fits and facts.media_type in _SHOWN:
        return data, facts.media_type
    with Image.open(io.BytesIO(data)) as image:
        try:
            image.load()
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise PixelError(f"does not decode: {type(error).__name__}") from error
        if _is_clear(image):
            return _clear_copy(image), "image/png"
        return _copy(image), "image/jpeg"


def _is_clear(image: Image.Image) -> bool:
    """Whether something shines through."""
    if not image.has_transparency_data:
        return False
    lowest, _ = image.convert("RGBA").getchannel("A").getextrema()
    return bool(lowest != 255)


def _copy(image: Image.Image) -> bytes:
    small = image.convert("RGB")
    small.thumbnail((CARD_SIDE, CARD_SIDE))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=_JPEG_QUALITY, comment=DERIVED)
    return out.getvalue()


def _clear_copy(image: Image.Image) -> bytes:
    side, note = CARD_SIDE, PngImagePlugin.PngInfo()
    note.add_text("Description", DERIVED)
    for _ in range(_SMALLER):
        small, out = image.convert("RGBA"), io.BytesIO()
        small.thumbnail((side, side))
        small.save(out, "PNG", pnginfo=note, compress_level=6)
        if out.tell() <= CARD_BYTES:
            break
        side = side * 2 // 3
    return out.getvalue()
