"""Picture bytes by obstore: a folder, S3, Azure Blob or Google Cloud Storage, by the URL alone."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TypeVar
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import structlog
from isal.isal_zlib import crc32  # on the event loop: 40 µs for 2 MB, where zlib takes 400
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from bot.aside import aside
from bot.errors import StoreError
from bot.jobs.folder import BEGUN, Folder
from bot.pixels import ENDINGS
from bot.types import BlobKey, JobId

T = TypeVar("T")

log = structlog.get_logger()

_TRIES = 6
"""So many of them for one that is read or deleted: somebody may be waiting for it."""
_NOT_THERE = (FileNotFoundError, NotFoundError)
"""obstore raises the former in place of its own."""
_SECONDS = 40.0
"""What one try may take before a store that hangs is asked anew; obstore's own clients give up after 30."""
_IN_HAND = 8 << 20
"""Bytes of new pictures kept in memory too: most are asked for once, at once, to be posted."""
_HELD = 30.0
"""Seconds after which a picture that nobody asked for makes room."""
_PIECE = 1 << 20
"""Bytes that pass through memory at once on their way to a file."""
_SUM = re.compile(r"-([0-9a-f]{8})\.\w+$")
"""The checksum at the end of a key; those of earlier releases have none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Held:
    data: bytes
    since: float
    """By the clock."""


class ObjectBlobs:
    """See ``bot.jobs.Blobs``."""

    def __init__(
        self,
        url: str,
        pauses: Sequence[float] = (),
        clock: Callable[[], float] = monotonic,
        seconds: float = _SECONDS,
    ) -> None:
        """``pauses``: seconds between tries to keep a picture; ``seconds``: what each may take."""
        folder = _folder_at(url)
        self._store = LocalStore(folder, mkdir=True) if folder else _remote(url)
        self._disk = Folder(folder) if folder else None
        self._seconds = seconds
        self._pauses = pauses
        self._clock = clock
        self._in_hand: dict[BlobKey, _Held] = {}
        self._room = _IN_HAND

    async def put(self, data: bytes, media_type: str, of: JobId | None = None) -> BlobKey:
        name = uuid4().hex  # the sum would not do: two jobs may make the same bytes, and one may be deleted
        folder = _folder(of) if of else name[:2]
        key = BlobKey(f"{folder}/{name}-{crc32(data):08x}.{ENDINGS.get(media_type, 'bin')}")
        await self._patiently(lambda: self._put(key, data), self._pauses)
        self._hold(key, data)
        return key

    async def _put(self, key: BlobKey, data: bytes) -> None:
        if self._disk:
            await self._disk.write(key, data)
        else:  # in one piece: of an upload in parts that a death cuts off, the parts stay and cost
            await self._store.put_async(key, data, use_multipart=False)

    async def _patiently(
        self,
        act: Callable[[], Awaitable[T]],
        pauses: Sequence[float],
        final: tuple[type[Exception], ...] = (),
    ) -> T:
        """Through a full disk, or a store that restarts; ``final`` is raised at once."""
        for pause in pauses:
            try:
                async with asyncio.timeout(self._seconds):
                    return await act()
            except final:
                raise
            except (BaseError, OSError) as error:
                log.warning("the blob store does not answer; trying again", cause=type(error).__name__)
                await asyncio.sleep(pause)
        async with asyncio.timeout(self._seconds):
            return await act()

    async def _tried(self, key: str, act: Callable[[], Awaitable[T]]) -> T:
        try:
            return await self._patiently(act, self._pauses[:_TRIES], final=_NOT_THERE)
        except _NOT_THERE as error:
            raise FileNotFoundError(key) from error
        except (BaseError, OSError) as error:
            raise StoreError(f"{key} cannot be reached: {type(error).__name__}") from error

    def _hold(self, key: BlobKey, data: bytes) -> None:
        """Have it in hand until it is asked for, if there is room: what waits longest is asked for first."""
        now = self._clock()
        for old in [old for old, held in self._in_hand.items() if now - held.since > _HELD]:
            self._let_go(old)
        if len(data) <= self._room:
            self._in_hand[key] = _Held(data=data, since=now)
            self._room -= len(data)

    def _let_go(self, key: BlobKey) -> bytes | None:
        held = self._in_hand.pop(key, None)
        if held is None:
            return None
        self._room += len(held.data)
        return held.data

    async def get(self, key: BlobKey) -> bytes:
        if data := self._let_go(key):
            return data

        async def whole() -> bytes:
            found = bytes(await (await self._store.get_async(key)).bytes_async())
            _check(key, crc32(found))
            return found

        return await self._tried(key, whole)

    async def save(self, key: BlobKey, to: Path) -> None:
        async def pieces() -> None:
            found, sum_ = await self._store.get_async(key), 0
            with await aside(to.open, "wb") as file:
                async for piece in found.stream(min_chunk_size=_PIECE):
                    sum_ = crc32(piece, sum_)
                    await aside(file.write, piece)
            _check(key, sum_)

        await self._tried(key, pieces)

    async def delete(self, keys: Sequence[BlobKey]) -> None:
        for key in keys:
            self._let_go(key)
            if self._disk and BEGUN in key:
                await aside(self._disk.drop, key)
                continue
            with suppress(FileNotFoundError):
                await self._tried(key, partial(self._store.delete_async, key))

    async def of(self, job: JobId) -> list[BlobKey]:
        async def listed() -> list[BlobKey]:
            found = await self._store.list(prefix=_folder(job)).collect_async()
            return [BlobKey(one["path"]) for one in found]

        begun = await aside(self._disk.begun, _folder(job)) if self._disk else []
        return [*await self._tried(_folder(job), listed), *map(BlobKey, begun)]

    async def ping(self) -> None:
        """Raises when the store cannot be written to."""
        # In a thread of ours: obstore's lets go of its future after the answer, and a process that ends in
        # that moment, as `check` may, is aborted (one in five that end at once).
        await aside(self._store.put, "ping", b"ping")


def _check(key: BlobKey, sum_: int) -> None:
    """Raises ``OSError`` for other bytes than were kept: half of them, a proxy's page, a rotten disk's."""
    kept = _SUM.search(key)
    if kept and int(kept[1], 16) != sum_:
        raise OSError(f"{key} is not what was kept")


def _folder(job: JobId) -> str:
    return f"{job[:2]}/{job}"


def _folder_at(url: str) -> Path | None:
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def _remote(url: str) -> ObjectStore:
    return from_url(url, retry_config={"max_retries": 0})  # we are patient ourselves, in every kind of store
