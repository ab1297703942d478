"""Picture bytes by obstore: a folder, S3, Azure Blob or Google Cloud Storage, by the URL alone."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import structlog
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from bot.pixels import ENDINGS
from bot.types import BlobKey, JobId

if TYPE_CHECKING:
    from obstore import GetResult  # a name for type checkers only

T = TypeVar("T")

log = structlog.get_logger()

_PAUSES = (0.2, 1.0, 3.0, 5.0, *[10.0] * 29)
"""Seconds between the tries to keep a picture: it is paid for, and waits five minutes for its place."""
_READS = 6
"""So many of them for one that is read: somebody may be waiting for it."""
_NOT_THERE = (FileNotFoundError, NotFoundError)
"""obstore raises the former in place of its own."""
_IN_HAND = 8 << 20
"""Bytes of new pictures kept in memory too: most are asked for once, at once, to be posted."""
_HELD = 30.0
"""Seconds after which a picture that nobody asked for makes room."""
_PIECE = 1 << 20
"""Bytes that pass through memory at once on their way to a file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Held:
    data: bytes
    since: float
    """By the clock."""


class ObjectBlobs:
    """See ``bot.jobs.Blobs``."""

    def __init__(
        self, url: str, pauses: Sequence[float] = _PAUSES, clock: Callable[[], float] = monotonic
    ) -> None:
        """``pauses``: seconds between tries."""
        self._store = _open(url)
        self._pauses = pauses
        self._clock = clock
        self._in_hand: dict[BlobKey, _Held] = {}
        self._room = _IN_HAND

    async def put(self, data: bytes, media_type: str, of: JobId | None = None) -> BlobKey:
        name = uuid4().hex  # not the hash: two jobs may make the same bytes, and one may be deleted
        folder = _folder(of) if of else name[:2]
        key = BlobKey(f"{folder}/{name}.{ENDINGS.get(media_type, 'bin')}")
        await self._patiently(lambda: self._store.put_async(key, data), self._pauses)
        self._hold(key, data)
        return key

    async def _patiently(
        self,
        act: Callable[[], Awaitable[T]],
        pauses: Sequence[float],
        final: tuple[type[Exception], ...] = (),
    ) -> T:
        """Through a full disk, or a store that restarts; ``final`` is raised at once."""
        for pause in pauses:
            try:
                return await act()
            except final:
                raise
            except (BaseError, OSError) as error:
                log.warning("the blob store does not answer; trying again", cause=type(error).__name__)
                await asyncio.sleep(pause)
        return await act()

    async def _found(self, key: BlobKey) -> "GetResult":
        try:
            return await self._patiently(
                lambda: self._store.get_async(key), self._pauses[:_READS], final=_NOT_THERE
            )
        except _NOT_THERE as error:
            raise FileNotFoundError(key) from error

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
        return bytes(await (await self._found(key)).bytes_async())

    async def save(self, key: BlobKey, to: Path) -> None:
        found = await self._found(key)
        with await asyncio.to_thread(to.open, "wb") as file:
            async for piece in found.stream(min_chunk_size=_PIECE):
                await asyncio.to_thread(file.write, piece)

    async def delete(self, keys: Sequence[BlobKey]) -> None:
        for key in keys:
            self._let_go(key)
            try:
                await self._store.delete_async(key)
            except _NOT_THERE:
                continue

    async def of(self, job: JobId) -> list[BlobKey]:
        found = await self._store.list(prefix=_folder(job)).collect_async()
        return [BlobKey(one["path"]) for one in found]

    async def ping(self) -> None:
        """Raises when the store cannot be written to."""
        # In a thread of ours: obstore's lets go of its future after the answer, and a process that ends in
        # that moment, as `check` may, is aborted (one in five that end at once).
        await asyncio.to_thread(self._store.put, "ping", b"ping")


def _folder(job: JobId) -> str:
    return f"{job[:2]}/{job}"


def _open(url: str) -> ObjectStore:
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        folder.mkdir(parents=True, exist_ok=True)
        return LocalStore(folder)
    return from_url(url)
