"""Fetches a picture that a server answered with as a URL, without letting it send us into our own network.

Allowed: the configured server's own origin, and public https addresses. The address that was checked is the
one connected to. Redirects are not followed.
"""

import ipaddress
import socket
import ssl
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.providers.answers import MOST_PICTURE

_ATTEMPTS = 2
"""A GET is safe to repeat, and its picture is already paid for."""
_PIECE = 1 << 18
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class FetchRefusedError(Exception):
    """The address may not be fetched, or what is there is not what was promised."""


class FetchFailedError(Exception):
    """The address could not be reached."""


class PublicOnly(AbstractResolver):
    """Resolves names, and refuses those that lead anywhere but the public internet."""

    def __init__(self, inner: AbstractResolver) -> None:
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if not found or not all(is_public(one["host"]) for one in found):
            raise FetchRefusedError("the address leads into a private network")
        return found

    async def close(self) -> None:
        await self._inner.close()


def is_public(address: str) -> bool:
    """Whether an IP address is one anybody on the internet could be asked at."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _inner(ip) if isinstance(ip, ipaddress.IPv6Address) else None
    return (inner or ip).is_global and not ip.is_multicast


def _inner(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to, where it carries one."""
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of an address. Raises ``ValueError`` for a port that is none."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def allowed(url: str, base: str) -> tuple[str, bool]:
    """The whole address of a URL in an answer, and whether it is the server's own.

    Raises ``FetchRefusedError``.
    """
    try:
        whole = urljoin(base, url)
        own = origin(whole) == origin(base)
    except ValueError as error:
        raise FetchRefusedError("not an address") from error
    parts = urlsplit(whole)
    if own:
        return whole, True
    if parts.scheme != "https" or not parts.hostname:
        raise FetchRefusedError("only https addresses are fetched from elsewhere")
    try:
        literal = ipaddress.ip_address(parts.hostname)
    except ValueError:
        return whole, False  # a name: the resolver looks where it leads
    if not is_public(str(literal)):
        raise FetchRefusedError("the address is in a private network")
    return whole, False


class Fetcher:
    """Fetches the pictures of one server's answers; sessions are made when first needed."""

    def __init__(self, base: str, key: str | None, seconds: float) -> None:
        self._base = base
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._timeout = aiohttp.ClientTimeout(total=seconds)
        self._own: aiohttp.ClientSession | None = None
        self._elsewhere: aiohttp.ClientSession | None = None

    async def get(self, url: str) -> bytes:
        """The bytes at the address. Raises ``FetchRefusedError`` or ``FetchFailedError``."""
        whole, own = allowed(url, self._base)
        session = self._session(own=own)
        for _ in range(_ATTEMPTS - 1):
            try:
                return await self._once(session, whole, own=own)
            except FetchFailedError:
                continue
        return await self._once(session, whole, own=own)

    async def _once(self, session: aiohttp.ClientSession, url: str, *, own: bool) -> bytes:
        headers = self._headers if own else {}  # our key is for the server alone
        try:
            async with session.get(url, headers=headers, allow_redirects=False) as response:
                if response.status >= 500:
                    raise FetchFailedError(f"status {response.status}")
                if response.status != 200:
                    raise FetchRefusedError(f"status {response.status}")
                return await _bounded(response)
        except (aiohttp.ClientError, ssl.SSLError, TimeoutError, OSError) as error:
            raise FetchFailedError(type(error).__name__) from error

    def _session(self, *, own: bool) -> aiohttp.ClientSession:
        if own:
            if self._own is None:
                self._own = aiohttp.ClientSession(timeout=self._timeout, trust_env=True)
            return self._own
        if self._elsewhere is None:
            # No proxy here: behind one, nobody could say where a name leads.
            connector = aiohttp.TCPConnector(resolver=PublicOnly(aiohttp.ThreadedResolver()))
            self._elsewhere = aiohttp.ClientSession(connector=connector, timeout=self._timeout)
        return self._elsewhere

    async def close(self) -> None:
        """Close what was opened."""
        for session in (self._own, self._elsewhere):
            if session is not None:
                await session.close()


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    data = bytearray()
    async for piece in response.content.iter_chunked(_PIECE):
        data += piece
        if len(data) > MOST_PICTURE:
            raise FetchRefusedError(f"more than {MOST_PICTURE} bytes")
    return bytes(data)
