"""The picture of the benchmark: a valid PNG of about 2 MB that cannot be pressed smaller."""

import os
from pathlib import Path

from PIL import Image

_SIDE = 1024
_GRAIN = bytes(value & 31 for value in range(256))
"""Keeps five bits of each byte of noise: five eighths of 3 MB."""


def write(file: Path) -> None:
    """Make it; slow."""
    noise = os.urandom(3 * _SIDE * _SIDE).translate(_GRAIN)
    Image.frombytes("RGB", (_SIDE, _SIDE), noise).save(file, "PNG")
