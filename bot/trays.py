"""Pictures as files while they are worked on, in the temporary folder; a crash leaves them a day at most."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot.aside import aside

_PREFIX = "imagine-tray-"
_LEFT = 24 * 3600.0
"""Seconds after which whoever used a tray is dead: no painting takes so long."""


@contextmanager
def tray() -> Iterator[Path]:
    """A folder nobody else can read, which goes with the block."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name:
        yield Path(name)


async def clear(now: Callable[[], datetime]) -> None:
    """Take away the trays of processes that were killed: what is in them is people's."""
    await aside(_clear, Path(tempfile.gettempdir()), now().timestamp() - _LEFT)


def _clear(folder: Path, before: float) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(_PREFIX) and _is_left(entry, before):
                shutil.rmtree(entry.path, ignore_errors=True)


def _is_left(entry: "os.DirEntry[str]", before: float) -> bool:
    try:
        known = entry.stat(follow_symlinks=False)
    except FileNotFoundError:  # its process has just finished
        return False
    return entry.is_dir(follow_symlinks=False) and known.st_uid == os.getuid() and known.st_mtime < before
