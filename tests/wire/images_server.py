"""A small image server on loopback that answers what a test tells it to and remembers what was asked."""

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from PIL import Image

from tests.wire.serving import served


def picture(kind: str = "PNG", size: tuple[int, int] = (32, 16)) -> bytes:
    """The bytes of a small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


USAGE = {
    "input_tokens": 60,
    "input_tokens_details": {"text_tokens": 50, "image_tokens": 10},
    "output_tokens": 1000,
    "total_tokens": 1060,
}


def document(*pictures: bytes, **more: Any) -> dict[str, Any]:
    """What the Images API answers."""
    return {"created": 1, "data": [{"b64_json": b64(one)} for one in pictures], "usage": USAGE, **more}


def sse(*events: dict[str, Any], end: str = "\n\n") -> bytes:
    """Events as they go over the wire."""
    line = end[: len(end) // 2]
    return b"".join(f"event: {one['type']}{line}data: {json.dumps(one)}{end}".encode() for one in events)


def partial(data: bytes, index: int = 0) -> dict[str, Any]:
    return {"type": "image_generation.partial_image", "b64_json": b64(data), "partial_image_index": index}


def completed(data: bytes, **more: Any) -> dict[str, Any]:
    return {"type": "image_generation.completed", "b64_json": b64(data), "usage": USAGE, **more}


@dataclass(frozen=True)
class Part:
    """One file of a form."""

    name: str
    filename: str
    media_type: str
    data: bytes


@dataclass
class Form:
    """A multipart form as it arrived."""

    fields: dict[str, str]
    files: list[Part]


@dataclass
class Call:
    """One request as it arrived; ``body`` is parsed JSON, or a ``Form``."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class ImagesServer:
    """``answer`` may be changed at any time; every request ends up in ``calls``."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    answer: Answer | None = None

    def says(self, body: object, status: int = 200, **headers: str) -> None:
        """Answer every request so: bytes and text as they are, anything else as JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def answer(_request: web.Request) -> web.StreamResponse:
            if isinstance(body, bytes):
                return web.Response(body=body, status=status, headers=named)
            if isinstance(body, str):
                return web.Response(text=body, status=status, headers=named, content_type="text/html")
            return web.json_response(body, status=status, headers=named)

        self.answer = answer

    def streams(self, *pieces: bytes | asyncio.Event, broken: bool = False) -> None:
        """Answer in pieces, waiting where an event stands; ``broken`` drops the connection after them."""

        async def answer(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(request)
            for piece in pieces:
                if isinstance(piece, asyncio.Event):
                    await piece.wait()
                else:
                    await response.write(piece)
            if broken and request.transport is not None:
                request.transport.abort()
            return response

        self.answer = answer

    async def handle(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await _body(request)
        self.calls.append(Call(request.method, request.path, dict(request.query), headers, body))
        if self.answer is None:
            return web.json_response({"error": {"message": "no answer set"}}, status=500)
        return await self.answer(request)


async def _body(request: web.Request) -> Any:
    if request.content_type != "multipart/form-data":
        raw = await request.read()
        return json.loads(raw) if raw else None
    form = Form({}, [])
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            with value.file as file:
                form.files.append(Part(name, value.filename, value.content_type, file.read()))
        else:
            form.fields[name] = str(value)
    return form


@asynccontextmanager
async def serving() -> AsyncIterator[ImagesServer]:
    """Run it on a free port."""
    server = ImagesServer()
    app = web.Application(client_max_size=1 << 30)
    app.router.add_route("*", "/{path:.*}", server.handle)
    async with served(app) as server.url:
        yield server
