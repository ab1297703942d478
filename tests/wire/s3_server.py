"""A bucket on loopback that speaks as much of S3 as obstore does, and fails when a test tells it to."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from xml.sax.saxutils import escape, unescape

from aiohttp import web

from bot.playground import faults
from tests.wire.serving import served

BUCKET = "pictures"
_KEY = "AKIALOOPBACK"


class Trouble(StrEnum):
    """A way a call can go wrong."""

    SLOW_DOWN = "slow_down"  # 503, nothing done
    RESET = "reset"  # the connection is cut, nothing done
    LOST_REPLY = "lost_reply"  # done, and the connection is cut before the answer
    BROKEN = "broken"  # cut in the middle of the answer
    SHORT = "short"  # 200 and only the first half, as if that were all
    OTHER = "other"  # 200 and as many bytes, but others
    PAGE = "page"  # 200 and a page of HTML, as a proxy may answer
    SLOW = "slow"  # ``value`` seconds later, then as usual


@dataclass(kw_only=True, slots=True)
class Fault(faults.Fault[Trouble]):
    """A trouble with one method."""

    method: str


@dataclass
class Bucket:
    """``objects`` is what is kept; every request ends up in ``calls``, and is done unless a fault hits it."""

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    troubles: faults.Switchboard[Fault] = field(default_factory=faults.Switchboard)

    @property
    def environment(self) -> Mapping[str, str]:
        """S3's own variables, by which obstore finds this bucket."""
        return {
            "AWS_ACCESS_KEY_ID": _KEY,
            "AWS_SECRET_ACCESS_KEY": "of-the-tests",
            "AWS_REGION": "eu-central-1",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ALLOW_HTTP": "true",
        }

    def on(self, method: str, trouble: Trouble, *, times: int = 1, value: float = 0) -> None:
        """The next such calls go wrong."""
        self.troubles.add(Fault(method=method, trouble=trouble, times=times, value=value))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call, with what is to go wrong with it."""
        key, body = request.match_info.get("key", ""), await request.read()
        self.calls.append((request.method, key))
        if f"Credential={_KEY}/" not in request.headers.get("Authorization", ""):
            return _refused(403, "AccessDenied")
        fault = self.troubles.hit(lambda fault: fault.method == request.method)
        match fault.trouble if fault else None:
            case Trouble.SLOW_DOWN:
                return _refused(503, "SlowDown")
            case Trouble.RESET:
                return _cut(request)
            case Trouble.SLOW:
                await asyncio.sleep(fault.value if fault else 0)
            case _:
                pass
        answer = await self._done(request, key, body)
        return await _spoilt(request, answer, fault.trouble) if fault else answer

    async def _done(self, request: web.Request, key: str, body: bytes) -> web.Response:
        match request.method:
            case "PUT":
                self.objects[key] = body
                return web.Response(headers={"ETag": _etag(body)})
            case "POST" if "delete" in request.query:
                return self._deleted(body.decode())
            case "DELETE":
                self.objects.pop(key, None)
                return web.Response(status=204)
            case "GET" if not key:
                return self._listed(request.query.get("prefix", ""))
            case "GET" | "HEAD" if key in self.objects:
                data = self.objects[key]
                headers = {"ETag": _etag(data), "Last-Modified": "Sat, 21 Nov 2026 12:00:00 GMT"}
                return web.Response(body=data, headers=headers)
        return _refused(404, "NoSuchKey")

    def _listed(self, prefix: str) -> web.Response:
        found = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>2026-11-21T12:00:00.000Z</LastModified>"
            f"<ETag>{escape(_etag(data))}</ETag><Size>{len(data)}</Size></Contents>"
            for key, data in sorted(self.objects.items())
            if key.startswith(prefix)
        )
        return _xml(f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>")

    def _deleted(self, asked: str) -> web.Response:
        keys = re.findall("<Key>(.*?)</Key>", asked)
        for key in keys:
            self.objects.pop(unescape(key), None)
        gone = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        return _xml(f"<DeleteResult>{gone}</DeleteResult>")


def _etag(data: bytes) -> str:
    return f'"{len(data):x}"'


def _xml(text: str, status: int = 200) -> web.Response:
    return web.Response(text=f'<?xml version="1.0"?>{text}', status=status, content_type="application/xml")


def _refused(status: int, code: str) -> web.Response:
    return _xml(f"<Error><Code>{code}</Code><Message>{code}</Message></Error>", status)


def _cut(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.abort()
    return web.Response()


async def _spoilt(request: web.Request, answer: web.Response, trouble: Trouble) -> web.StreamResponse:
    """What was to be answered, as it arrives when that goes wrong."""
    data = answer.body if isinstance(answer.body, bytes) else b""
    headers = {name: value for name, value in answer.headers.items() if name in ("ETag", "Last-Modified")}
    match trouble:
        case Trouble.LOST_REPLY:
            return _cut(request)
        case Trouble.BROKEN:
            broken = web.StreamResponse(headers={**headers, "Content-Length": str(len(data) + 1)})
            await broken.prepare(request)
            await broken.write(data[: len(data) // 2])
            return _cut(request)
        case Trouble.SHORT:
            return web.Response(body=data[: len(data) // 2], headers=headers)
        case Trouble.OTHER:
            return web.Response(body=data[::-1], headers=headers)
        case Trouble.PAGE:
            return web.Response(text="<html>Sign in</html>", content_type="text/html")
        case _:
            return answer


@asynccontextmanager
async def serving() -> AsyncIterator[Bucket]:
    """Run it on a free port."""
    bucket = Bucket()
    app = web.Application(client_max_size=1 << 30)
    app.router.add_route("*", f"/{BUCKET}", bucket.handle)
    app.router.add_route("*", f"/{BUCKET}/{{key:.*}}", bucket.handle)
    async with served(app) as bucket.url:
        yield bucket
