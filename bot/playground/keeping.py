"""A stand-in's file on disk, written anew after every change."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

_BREATH = 0.5
"""Seconds between two savings, so that a burst is one."""


class Changing(Protocol):
    """Something that changes."""

    async def change(self) -> None:
        """Wait for the next change."""


async def keep(changing: Changing, file: Path, taken: Callable[[], bytes]) -> None:
    """Save what ``taken`` gives after every change until cancelled, and once more then."""
    try:
        while True:
            await changing.change()
            await asyncio.sleep(_BREATH)
            await asyncio.to_thread(write, file, taken())
    finally:
        write(file, taken())


def write(file: Path, data: bytes) -> None:
    """A crash in between leaves what was there. Slow: call it in a thread."""
    unfinished = file.with_name(f"{file.name}.new")
    unfinished.write_bytes(data)
    unfinished.replace(file)
