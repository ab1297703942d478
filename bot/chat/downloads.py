"""People's files from a chat platform: streamed, bounded, and the token to nobody but the platform."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

import aiohttp
import structlog
from yarl import URL

from bot.aside import aside
from bot.errors import ChatError, FileFault, FileUnavailable
from bot.types import Attached, FileId

log = structlog.get_logger()

_HOPS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_PIECE = 128 * 1024
_TEXT_BYTES = 256 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=300, sock_connect=5, sock_read=30)
_WAITS = (0.5, 2.0)
"""Seconds after each failed download; one more try for each."""
_MEANT = {401: FileFault.LOGIN, 403: FileFault.DENIED, 404: FileFault.GONE, 410: FileFault.GONE}
_PAGES = (b"<!doctype html", b"<html")


Ours = Callable[[URL], bool]
"""Whether an address is the platform's, so that it may be asked, and with the token."""


class Downloads:
    """Files of one or more workspaces, over one HTTP session."""

    def __init__(self, session: aiohttp.ClientSession, *, ours: Ours) -> None:
        self._session = session
        self._ours = ours

    async def fetch(self, attached: Attached, token: str, to: Path, most: int) -> None:
        """Put the file at ``to``; an empty ``token`` is not sent.

        Raises ``FileUnavailable``, and then leaves nothing there.
        """
        if attached.size > most:
            _refuse(attached, FileFault.TOO_BIG)
        for wait in (*_WAITS, None):
            try:
                return await self._once(attached, token, to, most)
            except (aiohttp.ClientError, TimeoutError) as error:
                log.warning("a download failed", cause=type(error).__name__)
                await aside(to.unlink, missing_ok=True)
            except BaseException:  # a cancel too: no half of a file stays
                await aside(to.unlink, missing_ok=True)
                raise
            if wait is not None:
                await asyncio.sleep(wait)
        raise unavailable(attached, FileFault.BROKEN)

    async def _once(self, attached: Attached, token: str, to: Path, most: int) -> None:
        async with self._answer(attached, attached.url, token) as answer:
            if (answer.content_length or 0) > most:
                _refuse(attached, FileFault.TOO_BIG)
            first, taken = True, 0
            async for piece in answer.content.iter_chunked(_PIECE):
                if first and _is_login(attached, answer, piece):
                    _refuse(attached, FileFault.LOGIN)
                taken += len(piece)
                if taken > most:
                    _refuse(attached, FileFault.TOO_BIG)
                await aside(_write, to, piece, first)
                first = False
            if first:
                await aside(_write, to, b"", True)

    @asynccontextmanager
    async def _answer(
        self, attached: Attached, url: str, token: str
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """What stands at an address. Redirects are followed by hand: each may lead elsewhere."""
        for _ in range(_HOPS + 1):
            if not self._is_ours(url):
                _refuse(attached, FileFault.ELSEWHERE)
            headers = {"Accept-Encoding": "identity"}
            if token:
                headers["Authorization"] = f"Bearer {token}"
            get = self._session.get(url, headers=headers, allow_redirects=False, timeout=_TIMEOUT)
            async with get as answer:
                if answer.status not in _REDIRECTS:
                    if fault := _MEANT.get(answer.status):
                        _refuse(attached, fault)
                    answer.raise_for_status()
                    yield answer
                    return
                url = _joined(answer)
        _refuse(attached, FileFault.BROKEN)

    async def text(self, url: str, token: str) -> str:
        """A small text file that a person gave in a form. Raises ``ChatError``."""
        given, data = Attached(file=FileId(""), url=url), bytearray()
        try:
            async with self._answer(given, url, token) as answer:
                if answer.content_type == "text/html":
                    _refuse(given, FileFault.LOGIN)
                async for piece in answer.content.iter_chunked(_PIECE):
                    data += piece
                    if len(data) >= _TEXT_BYTES:
                        break
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ChatError("read_text", type(error).__name__) from error
        return bytes(data[:_TEXT_BYTES]).decode("utf-8", errors="replace").removeprefix("\ufeff")

    def _is_ours(self, url: str) -> bool:
        try:
            return self._ours(URL(url))
        except ValueError:  # no whole address
            return False


def _is_login(attached: Attached, answer: aiohttp.ClientResponse, start: bytes) -> bool:
    """Without files:read Slack answers 200 with a page to log in (vercel/eve#1531, bolt-js#2585)."""
    if attached.media_type == "text/html":
        return False  # a page is what they posted
    return answer.content_type == "text/html" or start.lstrip()[:20].lower().startswith(_PAGES)


def _joined(answer: aiohttp.ClientResponse) -> str:
    try:
        return str(answer.url.join(URL(answer.headers.get("Location", ""))))
    except ValueError:  # no address at all
        return ""


def _write(to: Path, piece: bytes, first: bool) -> None:
    with to.open("wb" if first else "ab") as file:
        file.write(piece)


def unavailable(attached: Attached, why: FileFault) -> FileUnavailable:
    """Why a file cannot be had, with the name that the person knows it by."""
    return FileUnavailable("fetch", why.value, why, attached.name or attached.file)


def _refuse(attached: Attached, why: FileFault) -> NoReturn:
    raise unavailable(attached, why)
