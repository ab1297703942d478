"""What the SDK speaks through: httpx2's transport on aiohttp, which reads megabytes with far less work.

The SDK brings such a transport too, but it takes every lost connection for one that was never made, and a
call whose reply was lost would be paid again.
"""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import aiohttp
import httpx2

from bot.aside import aside

_KEPT_ALIVE = 5.0
"""Seconds an idle connection is kept, as httpx2 does: a longer one may be closed just when a call is sent."""

_PIECE = 256 * 1024
"""Bytes read from the disk at once."""


class AiohttpTransport(httpx2.AsyncBaseTransport):
    """One request in, its response out; the body is read as it is asked for."""

    def __init__(self, *, proxied: bool) -> None:
        self._proxied = proxied
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        limits = request.extensions.get("timeout", {})
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=limits.get("connect"), sock_read=limits.get("read")
        )
        with _as_httpx2():
            response = await self._opened().request(
                request.method,
                str(request.url),
                headers=request.headers.multi_items(),
                data=_body(request),
                allow_redirects=False,
                timeout=timeout,
            )
        return httpx2.Response(response.status, headers=response.raw_headers, stream=_Stream(response))

    def _opened(self) -> aiohttp.ClientSession:
        """The session, opened at the first call: it belongs to the loop that runs then."""
        if self._session is None:
            # On Linux Python finds the system's certificates, as for Slack; httpx2's way to them, which the
            # others need, takes 0.1 s of the first job.
            ssl = True if sys.platform == "linux" else httpx2.create_ssl_context()
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEPT_ALIVE, ssl=ssl)
            self._session = aiohttp.ClientSession(
                connector=connector, auto_decompress=False, trust_env=self._proxied
            )
        return self._session

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()


def _body(request: httpx2.Request) -> bytes | AsyncIterator[bytes] | None:
    """What is sent: small bodies as they are; files from the disk, piece by piece, never all in memory."""
    stream = request.stream
    if isinstance(stream, httpx2.ByteStream):
        return b"".join(stream) or None
    if isinstance(stream, httpx2.SyncByteStream):
        return _from_disk(stream)
    raise TypeError(type(stream))  # the SDK sends nothing else


async def _from_disk(stream: httpx2.SyncByteStream) -> AsyncIterator[bytes]:
    pieces = iter(stream)
    while piece := await aside(_next, pieces):
        yield piece


def _next(pieces: Iterator[bytes]) -> bytes:
    """The next 256 kB or so: each hop to a thread and back costs as much as reading them."""
    taken, size = [], 0
    for piece in pieces:
        taken.append(piece)
        size += len(piece)
        if size >= _PIECE:
            break
    return b"".join(taken)


class _Stream(httpx2.AsyncByteStream):
    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx2():
            async for piece in self._response.content.iter_chunked(_PIECE):
                yield piece

    async def aclose(self) -> None:
        if self._response.content.at_eof():
            self._response.release()
        else:
            self._response.close()


@contextmanager
def _as_httpx2() -> Iterator[None]:
    """Each error as the SDK knows it. What says "never sent" has to be certain."""
    try:
        yield
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
        raise httpx2.UnsupportedProtocol(str(error)) from error
    except aiohttp.ClientConnectorError as error:
        raise httpx2.ConnectError(str(error)) from error
    except aiohttp.ConnectionTimeoutError as error:
        raise httpx2.ConnectTimeout(str(error)) from error
    except aiohttp.SocketTimeoutError as error:
        raise httpx2.ReadTimeout(str(error)) from error
    except (aiohttp.ClientError, OSError) as error:
        raise httpx2.ReadError(str(error)) from error
