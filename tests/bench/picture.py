"""The pictures of the benchmark: one of about 2 MB that comes out, and photographs that go in."""

import os
from pathlib import Path

from PIL import Image

from tests.photos import photo

_SIDE = 1024
_GRAIN = bytes(value & 31 for value in range(256))
"""Keeps five bits of each byte of noise: five eighths of 3 MB."""
_TWELVE_MEGAPIXELS = (4000, 3000)


def write(file: Path) -> None:
    """A valid PNG that cannot be pressed smaller; slow."""
    noise = os.urandom(3 * _SIDE * _SIDE).translate(_GRAIN)
    Image.frombytes("RGB", (_SIDE, _SIDE), noise).save(file, "PNG")


def snapshot(file: Path) -> None:
    """A photograph of 2 MB, as a chat's own app makes them of larger ones; slow."""
    _taken(0.12).save(file, "JPEG", quality=78)


def photograph(file: Path) -> None:
    """Twelve megapixels from a phone, 5 MB; slow."""
    _taken(0.2).save(file, "JPEG", quality=90)


def heavy(file: Path) -> None:
    """Twelve megapixels in 20 MB, which have to be inflated whole to be looked at; slow."""
    _taken(0.15).save(file, "PNG", compress_level=1)


def _taken(grain: float) -> Image.Image:
    noise = Image.effect_noise(_TWELVE_MEGAPIXELS, 64)
    return Image.blend(photo(_TWELVE_MEGAPIXELS), Image.merge("RGB", (noise, noise, noise)), grain)
