"""Getting people's files: from the connector with the bot's token, from elsewhere by the address alone."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import aiohttp
from yarl import URL

from bot.chat.downloads import Downloads, unavailable
from bot.errors import FileFault, FileUnavailable
from bot.types import Attached

Token = Callable[[], Awaitable[str]]
Origin = tuple[str, str | None, int | None]
"""Scheme, host and port."""

_CONNECTOR = "smba.trafficmanager.net"
_SHAREPOINT = ".sharepoint.com"
# The connector refuses some pictures and gives them a moment later (botbuilder-js#4887).
_FICKLE = (FileFault.LOGIN, FileFault.DENIED)
_SOON = 0.5
_LOCAL = ("127.0.0.1", "::1", "localhost")


class Files:
    """What hangs on people's messages. Their payloads are not signed, so each address is looked at first."""

    def __init__(self, session: aiohttp.ClientSession, token: Token, *, local: bool) -> None:
        """``local``: an emulator on this machine stands in for Teams."""
        self._session = session
        self._token = token
        self._local = local
        self._open = Downloads(session, ours=self._is_known)

    async def fetch(self, attached: Attached, service: str, to: Path, most: int) -> None:
        """Put the file at ``to``. Raises ``FileUnavailable``, and then leaves nothing there.

        ``service``: as it was proven; it alone is shown the token.
        """
        if attached.trouble:
            raise unavailable(attached, FileFault(attached.trouble.value))
        origin = _origin(service)
        if attached.signed or origin is None or _origin(attached.url) != origin:
            await self._open.fetch(attached, "", to, most)
            return
        connector = Downloads(self._session, ours=partial(self._is_connector, origin))
        try:
            await connector.fetch(attached, await self._token(), to, most)
        except FileUnavailable as error:
            if error.why not in _FICKLE:
                raise
            await asyncio.sleep(_SOON)
            await connector.fetch(attached, await self._token(), to, most)

    def _is_connector(self, origin: Origin, asked: URL) -> bool:
        return self._is_known(asked) and _parts(asked) == origin

    def _is_known(self, asked: URL) -> bool:
        if asked.user is not None:
            return False
        host = asked.host or ""
        https = asked.scheme == "https" and asked.port == 443
        stored = https and (host == _CONNECTOR or host.endswith(_SHAREPOINT))
        return stored or (self._local and host in _LOCAL)


def _origin(url: str) -> Origin | None:
    try:
        return _parts(URL(url))
    except ValueError:
        return None


def _parts(url: URL) -> Origin:
    return url.scheme, url.host, url.port
