"""Before and after, side by side in one picture. Slow: call it in a thread."""

from PIL import Image, ImageDraw

from bot.pixels.regions import jpeg, label, shown

_SIDE = 1024
_WIDEST = 3 * _SIDE
_GAP = 16


def side_by_side(before: bytes, after: bytes, *, labels: tuple[str, str]) -> bytes:
    """A JPEG of both in the same height, each with its label (Latin letters: ``v2``). Raises ``Unusable``."""
    pair = [shown(before, _SIDE), shown(after, _SIDE)]
    height = max(image.height for image in pair)
    pair = [_as_high(image, height) for image in pair]
    canvas = Image.new("RGB", (pair[0].width + _GAP + pair[1].width, height), "white")
    pen = ImageDraw.Draw(canvas)
    size = max(14.0, height / 22)
    left = 0
    for image, words in zip(pair, labels, strict=True):
        canvas.paste(image, (left, 0))
        label(pen, (left + size * (0.6 + 0.3 * len(words)), size), words, size)
        left += image.width + _GAP
    return jpeg(canvas)


def _as_high(image: Image.Image, height: int) -> Image.Image:
    """Scaled to a height, unless it would be far too wide: then it stands in the middle of that height."""
    scale = min(height / image.height, _WIDEST / image.width)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    framed = Image.new("RGB", (size[0], height), "white")
    framed.paste(image.resize(size), (0, (height - size[1]) // 2))
    return framed
