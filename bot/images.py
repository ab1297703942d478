"""Pictures by link, for who cannot send our token: signed, expiring, one blob each, and nothing else."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

import structlog
from aiohttp import web
from itsdangerous import BadData, URLSafeSerializer

from bot.errors import StoreError
from bot.pixels import ENDINGS
from bot.types import BlobKey, FileId

log = structlog.get_logger()

PATH = "/images/{token}"
LIFETIME = timedelta(hours=1)
"""Longer than any painting: a chat platform fetches a preview at once and keeps its own copy."""

KEPT = timedelta(days=3650)
"""Messages with pictures by link are read for years; such a link ends when its picture is deleted."""
_CACHED = int(LIFETIME.total_seconds())
"""Seconds a copy outlives the picture, at most."""

_SALT = "imagine.images.1"
"""Keeps these signatures apart from whatever else the secret key signs."""
_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    # An SVG opened by itself is a page: it may run nothing, fetch nothing, and belongs to no origin.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


class _Reads(Protocol):
    async def get(self, key: BlobKey) -> bytes: ...


class _Keeps(Protocol):
    async def put(self, data: bytes, media_type: str) -> BlobKey: ...

    async def delete(self, keys: Sequence[BlobKey]) -> None: ...


class Links:
    """Makes links to blobs, and answers who follows them."""

    def __init__(self, *, keys: Sequence[str], base: str, blobs: _Reads, now: Callable[[], datetime]) -> None:
        self.base = base.rstrip("/")
        """Where our server is reached; known late, where any free port will do."""
        self._blobs = blobs
        self._now = now
        digest = {"digest_method": sha256, "key_derivation": "hmac"}
        self._signers = [URLSafeSerializer(key, salt=_SALT, signer_kwargs=digest) for key in keys]

    def to(self, blob: BlobKey, media_type: str, lifetime: timedelta = LIFETIME) -> str:
        """An address that shows this blob to anybody who has it, until it expires or the blob is gone."""
        until = int((self._now() + lifetime).timestamp())
        return self.base + PATH.format(token=self._signers[0].dumps([blob, media_type, until]))

    async def serve(self, request: web.Request) -> web.Response:
        """The picture; 404 for whatever is wrong with the link, and no word about what; 503: not just now."""
        blob, media_type = self._read(request.match_info["token"])
        try:
            data = await self._blobs.get(blob)
        except FileNotFoundError as error:
            raise web.HTTPNotFound from error
        except StoreError as error:
            log.warning("a picture could not be shown", cause=str(error))
            raise web.HTTPServiceUnavailable from error
        name = f"imagine.{ENDINGS[media_type]}"
        shown = "attachment" if media_type == "image/svg+xml" else "inline"
        headers = {
            **_HEADERS,
            "Content-Disposition": f'{shown}; filename="{name}"',
            "Cache-Control": f"private, max-age={_CACHED}, immutable",
        }
        return web.Response(body=data, content_type=media_type, headers=headers)

    def _read(self, token: str) -> tuple[BlobKey, str]:
        blob, media_type, until = self._known(token)
        if media_type not in ENDINGS or self._now().timestamp() >= until:
            raise web.HTTPNotFound
        return BlobKey(blob), media_type

    def _known(self, token: str) -> tuple[str, str, int]:
        """What one of our keys signed; the newest is not the only one that is believed."""
        for signer in self._signers:
            try:
                blob, media_type, until = known = signer.loads(token)
            except BadData:
                continue
            if signer.dumps(known) == token:  # base64 has several spellings for the same bytes
                return blob, media_type, until
        raise web.HTTPNotFound


class Gallery:
    """Pictures that a platform's messages show by link, for as long as they are kept."""

    def __init__(self, blobs: _Keeps, links: Links) -> None:
        self._blobs = blobs
        self._links = links

    async def keep(self, data: bytes, media_type: str) -> FileId:
        """Hang a picture up."""
        return FileId(await self._blobs.put(data, media_type))

    def link(self, picture: BlobKey | FileId) -> str:
        """Where the outside sees it, or the original that the blob store has."""
        return self._links.to(BlobKey(picture), _KINDS[picture.rpartition(".")[2]], KEPT)

    async def drop(self, file: FileId) -> None:
        """Take it down; its links are dead then."""
        await self._blobs.delete([BlobKey(file)])


_KINDS = {ending: media_type for media_type, ending in ENDINGS.items()}
