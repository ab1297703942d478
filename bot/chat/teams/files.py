"""Getting people's files: from the connector with the bot's token, from SharePoint by the address alone."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
from yarl import URL

from bot.chat.downloads import Downloads, unavailable
from bot.errors import FileFault
from bot.types import Attached

Token = Callable[[], Awaitable[str]]

_CONNECTOR = "smba.trafficmanager.net"
_SHAREPOINT = ".sharepoint.com"
_LOCAL = ("127.0.0.1", "::1", "localhost")


class Files:
    """What hangs on people's messages. Their payloads are not signed, so each address is looked at first."""

    def __init__(self, session: aiohttp.ClientSession, token: Token, *, local: bool) -> None:
        """``local``: an emulator on this machine stands in for Teams."""
        self._token = token
        self._local = local
        self._ours = Downloads(session, ours=self._is_connector)
        self._stored = Downloads(session, ours=self._is_stored)

    async def fetch(self, attached: Attached, service: str, to: Path, most: int) -> None:
        """Put the file at ``to``. Raises ``FileUnavailable``, and then leaves nothing there."""
        if attached.trouble:
            raise unavailable(attached, FileFault(attached.trouble.value))
        if _host(attached.url) == _host(service) or not _host(attached.url).endswith(_SHAREPOINT):
            await self._ours.fetch(attached, await self._token(), to, most)
        else:  # a token of ours would take the place of the one in the address
            await self._stored.fetch(attached, "", to, most)

    def _is_connector(self, asked: URL) -> bool:
        return self._is_safe(asked) and (asked.host == _CONNECTOR or self._is_emulator(asked))

    def _is_stored(self, asked: URL) -> bool:
        return self._is_safe(asked) and (asked.host or "").endswith(_SHAREPOINT)

    def _is_safe(self, asked: URL) -> bool:
        https = asked.scheme == "https" and asked.port == 443
        return asked.user is None and (https or self._is_emulator(asked))

    def _is_emulator(self, asked: URL) -> bool:
        return self._local and asked.host in _LOCAL


def _host(url: str) -> str:
    try:
        return URL(url).host or ""
    except ValueError:
        return ""
