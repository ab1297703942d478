"""Picture bytes by obstore: a folder, S3, Azure Blob or Google Cloud Storage, by the URL alone."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from bot.pixels import ENDINGS
from bot.types import BlobKey


class ObjectBlobs:
    """See ``bot.jobs.Blobs``."""

    def __init__(self, url: str) -> None:
        self._store = _open(url)

    async def put(self, data: bytes, media_type: str) -> BlobKey:
        name = uuid4().hex  # not the hash: two jobs may make the same bytes, and one may be deleted
        key = BlobKey(f"{name[:2]}/{name}.{ENDINGS.get(media_type, 'bin')}")
        await self._store.put_async(key, data)
        return key

    async def get(self, key: BlobKey) -> bytes:
        try:
            found = await self._store.get_async(key)
        except NotFoundError as error:
            raise FileNotFoundError(key) from error
        return bytes(await found.bytes_async())

    async def delete(self, keys: Sequence[BlobKey]) -> None:
        for key in keys:
            try:
                await self._store.delete_async(key)
            except (FileNotFoundError, NotFoundError):
                continue

    async def ping(self) -> None:
        """Raises when the store cannot be written to."""
        await self._store.put_async("ping", b"ping")


def _open(url: str) -> ObjectStore:
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        folder.mkdir(parents=True, exist_ok=True)
        return LocalStore(folder)
    return from_url(url)
