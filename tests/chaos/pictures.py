"""Where the bot's pictures lie, and how that place fails for a moment: a folder, or S3."""

import asyncio
import ctypes
import os
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.wire.s3_server import BUCKET, Bucket, Trouble

_EXCHANGE = 2
"""renameat2's flag: both names, in one moment."""
_HERE = -100
"""Its sign for paths as they are."""
_ANY = (Trouble.SLOW_DOWN, Trouble.RESET, Trouble.LOST_REPLY, Trouble.PAGE, Trouble.SLOW)
_READING = (*_ANY, Trouble.BROKEN, Trouble.SHORT, Trouble.OTHER)
_PREFIX = "imagine/"


class Pictures(Protocol):
    """A blob store that can be looked into."""

    @property
    def environment(self) -> Mapping[str, str]:
        """How the bot finds it."""

    def there(self) -> set[str]:
        """The keys of all that is kept."""

    async def fail(self, chance: random.Random) -> None:
        """Something goes wrong with it."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that is away for a moment, with a file in its place."""

    path: Path

    @property
    def environment(self) -> Mapping[str, str]:
        return {"IMAGINE_BLOB_URL": self.path.as_uri()}

    def there(self) -> set[str]:
        found = {path.relative_to(self.path).as_posix() for path in self.path.rglob("*") if path.is_file()}
        return {name for name in found if "#" not in name}  # half-written ones go with their job

    async def fail(self, chance: random.Random) -> None:
        other = self.path.with_name("in-its-place")
        other.touch()
        await asyncio.to_thread(_exchange, self.path, other)
        await asyncio.sleep(chance.uniform(0.2, 1.5))
        await asyncio.to_thread(_exchange, self.path, other)


@dataclass(frozen=True, slots=True)
class InS3:
    """A bucket whose calls fail."""

    bucket: Bucket

    @property
    def environment(self) -> Mapping[str, str]:
        return {"IMAGINE_BLOB_URL": f"s3://{BUCKET}/{_PREFIX}", **self.bucket.environment}

    def there(self) -> set[str]:
        return {key.removeprefix(_PREFIX) for key in self.bucket.objects}

    async def fail(self, chance: random.Random) -> None:
        method = chance.choice(["PUT", "PUT", "GET", "POST"])
        trouble = chance.choice(_READING if method == "GET" else _ANY)
        self.bucket.on(method, trouble, value=1.0)


def _exchange(one: Path, other: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE):
        raise OSError(ctypes.get_errno(), "renameat2")
