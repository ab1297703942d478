"""Photographs for tests: drawn, always the same, and saved as phones, cameras and programs save them."""

import io
import random
from functools import cache

from PIL import Image, ImageDraw, TiffImagePlugin

PLACE = b"41.40338"
"""Bytes that a file with its place in it holds."""


@cache
def _grain(seed: int) -> Image.Image:
    return Image.frombytes("L", (257, 257), random.Random(seed).randbytes(257 * 257))


def photo(size: tuple[int, int] = (160, 120), mode: str = "RGB", seed: int = 1) -> Image.Image:
    """Sky, ground, a house and grain: no two places of it look the same."""
    width, height = size
    small = Image.new("RGB", (8, 8))
    shades = random.Random(seed)
    small.putdata(
        [
            (90 + 10 * x + shades.randrange(40), 100 + 9 * y + shades.randrange(30), 200 - 12 * y)
            for y in range(8)
            for x in range(8)
        ]
    )
    image = small.resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(24):
        x, y = shades.randrange(width), shades.randrange(height)
        wide, high = 1 + shades.randrange(1 + width // 6), 1 + shades.randrange(1 + height // 6)
        colour = tuple(shades.randrange(256) for _ in range(3))
        shape = draw.ellipse if shades.random() < 0.5 else draw.rectangle
        shape((x, y, x + wide, y + high), fill=colour)
    grain = _grain(seed).resize(size, Image.Resampling.BICUBIC)
    image = Image.blend(image, Image.merge("RGB", (grain, grain, grain)), 0.12)
    if mode == "P":
        return image.quantize(64)
    if mode in ("LA", "RGBA"):
        image = image.convert("RGBA")
        image.putalpha(grain.point(lambda value: min(255, value * 2)))
    return image.convert(mode)


def exif(turn: int = 1, *, place: bool = False) -> Image.Exif:
    """What a phone writes: how it was held, and where it was."""
    tags = Image.Exif()
    tags[0x0112] = turn
    tags[0x010F] = "A phone"
    if place:
        tags[0x010E] = PLACE.decode()
        degrees = tuple(TiffImagePlugin.IFDRational(number) for number in (41, 24, 12))
        tags.get_ifd(0x8825).update({1: "N", 2: degrees, 3: "E", 4: degrees})
    return tags


def saved(kind: str, image: Image.Image | None = None, **options: object) -> bytes:
    """The picture as a file of that format (HEIF: where the extra is installed)."""
    out = io.BytesIO()
    (image or photo()).save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    """The picture as a plain reader sees it."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
