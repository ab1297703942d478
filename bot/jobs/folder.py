"""A picture into a folder, so that a power cut leaves it: on the disk before it counts as painted.

obstore gives a folder's files to the system's memory, and says that they are kept.
"""

import asyncio
import errno
import mmap
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

BEGUN = "#"
"""In the name of what is still being written; with digits after it, obstore lists no such file."""
_PAST_THE_CACHE = getattr(os, "O_DIRECT", 0)
"""From our memory to the disk: the picture is in hand until it is posted, and hardly ever read again."""
_AT_ONCE = 4
"""Files written at once."""
_PIECE = 1 << 20
"""Bytes written by one call."""
_BLOCK = 4096
"""What goes past the cache is a multiple of so many bytes, and begins in memory at one."""


class Folder:
    """Writes files, in threads of its own: it waits for no drawing, and no drawing for a disk that hangs."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="folder")
        self._sheets: list[mmap.mmap] = []

    async def write(self, key: str, data: bytes) -> None:
        """Make the file, whole and on the disk. Raises ``OSError``, and leaves no half of it then."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self._make, self._path / key, data)

    def begun(self, under: str) -> list[str]:
        """What a process died over while it wrote there; obstore never lists such names."""
        found = (self._path / under).glob(f"*{BEGUN}*")
        return [path.relative_to(self._path).as_posix() for path in found]

    def drop(self, begun: str) -> None:
        """Take away one of these; obstore takes no such name."""
        (self._path / begun).unlink(missing_ok=True)

    def _make(self, file: Path, data: bytes) -> None:
        new = not file.parent.exists()
        file.parent.mkdir(parents=True, exist_ok=True)
        begun = file.with_name(f"{file.name}{BEGUN}{uuid4().int}")  # an earlier try may hang, and end later
        try:
            self._fill(begun, data)
            begun.replace(file)
        except FileNotFoundError as error:  # by itself it would say that a picture which goes in is gone
            raise OSError(errno.EIO, f"{file.name} was taken away while it was written") from error
        except BaseException:  # whatever it was, no half of a picture stays
            begun.unlink(missing_ok=True)
            raise
        for folder in (file.parent, *([file.parent.parent, self._path] if new else ())):
            _keep(folder)

    def _fill(self, file: Path, data: bytes) -> None:
        try:
            self._write(file, data, _PAST_THE_CACHE)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            self._write(file, data, 0)  # a file system that has no such way

    def _write(self, file: Path, data: bytes, past: int) -> None:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | past, 0o666)
        try:
            with self._sheet() as sheet, memoryview(sheet) as space, memoryview(data) as whole:
                for start in range(0, len(data), _PIECE):
                    piece = whole[start : start + _PIECE]
                    space[: len(piece)] = piece
                    _put(descriptor, space[: -(-len(piece) // _BLOCK) * _BLOCK])
            os.ftruncate(descriptor, len(data))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def _sheet(self) -> Iterator[mmap.mmap]:
        """Memory that begins at a page, used again and again: new pages take longer than the writing."""
        sheet = self._sheets.pop() if self._sheets else mmap.mmap(-1, _PIECE)
        try:
            yield sheet
        finally:
            self._sheets.append(sheet)


def _keep(folder: Path) -> None:
    """Its names too are on the disk, where the file system can be asked for that."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)


def _put(descriptor: int, space: memoryview) -> None:
    if os.write(descriptor, space) != len(space):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # the disk ended within this piece
