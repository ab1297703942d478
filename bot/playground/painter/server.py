"""The painter's routes: OpenAI's, both of Azure's, and its own for faults and the list of calls."""

import asyncio
import dataclasses
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.playground.painter import answers, faults, painting, refusals, requests, rules
from bot.playground.painter.faults import Fault, Switchboard, Trouble
from bot.playground.painter.limits import Limit
from bot.playground.painter.models import known
from bot.playground.painter.painting import Signs
from bot.playground.painter.refusals import Answer, RefusalError
from bot.playground.painter.requests import Offers
from bot.playground.painter.rules import Wanted

BLOCK_WORD = "BLOCKME"
"""A prompt with it is refused by the safety system."""
_BASES = ("/v1", "/openai/v1", "/openai/deployments/{deployment}")


@dataclass(kw_only=True, slots=True)
class Call:
    """One call that came in. ``status`` and ``paid`` are filled in while it is answered."""

    method: str
    path: str
    params: dict[str, Any]
    """Without picture bytes."""
    headers: dict[str, str]
    """The client's own account of itself, never its key."""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    status: int = 0
    """0: no answer (yet)."""
    paid: bool = False
    finished: bool = False
    left: dict[str, str] = field(default_factory=dict)
    """What the service says of its limit."""


class Painter:
    """A running painter, as tests see it."""

    def __init__(
        self,
        *,
        offers: Offers,
        key: str | None = None,
        seconds: float = 0,
        per_minute: int = 0,
        signer: Signs | None = None,
        fixed_picture: bytes | None = None,
    ) -> None:
        self.offers = offers
        self.key = key
        """The only key accepted; None: any."""
        self.seconds = seconds
        """Pretended work for each call."""
        self.per_minute = per_minute
        """Calls (Azure) or pictures (OpenAI) of one model a minute; 0: as many as come."""
        self._limits: dict[str, Limit] = {}
        self.faults = Switchboard()
        self.calls: list[Call] = []
        """Calls to paint, in the order they came; looks at ``/models`` are not among them."""
        self.base_url = ""
        self._signer = signer
        self.fixed_picture = fixed_picture
        self._ready: dict[tuple[object, ...], bytes] = {}
        self._pictures: dict[str, tuple[bytes, str]] = {}

    @property
    def openai_url(self) -> str:
        """``OPENAI_BASE_URL`` for the bot."""
        return f"{self.base_url}/v1"

    @property
    def azure_url(self) -> str:
        """``AZURE_OPENAI_ENDPOINT`` for the bot."""
        return self.base_url

    @property
    def paid(self) -> list[Call]:
        """The calls that a real service would have billed."""
        return [call for call in self.calls if call.paid]

    def routes(self) -> list[web.RouteDef]:
        """Everything it answers."""
        found = []
        for base in _BASES:
            found += [
                web.post(f"{base}/images/generations", self._generate),
                web.post(f"{base}/images/edits", self._edit),
            ]
        for base in ("/v1", "/openai/v1", "/openai"):
            found += [
                web.get(f"{base}/models", self._models),
                web.get(f"{base}/models/{{model}}", self._model),
            ]
        return [
            *found,
            web.get("/painter/pictures/{name}", self._picture),
            web.get("/painter/calls", self._list_calls),
            web.get("/painter/faults", self._list_faults),
            web.post("/painter/faults", self._add_fault),
            web.delete("/painter/faults", self._clear_faults),
        ]

    # -- painting -----------------------------------------------------------------------------------

    async def _generate(self, request: web.Request) -> web.StreamResponse:
        return await self._answered(request, editing=False)

    async def _edit(self, request: web.Request) -> web.StreamResponse:
        return await self._answered(request, editing=True)

    async def _answered(self, request: web.Request, *, editing: bool) -> web.StreamResponse:
        azure = requests.on_azure(request)
        with self._recorded(request) as call:
            try:
                self._admit(request)
                wanted = await self._wanted(request, call, editing=editing)
                fault = self.faults.take(wanted.prompt)
                response = await self._painted(request, call, wanted, fault, azure=azure)
            except RefusalError as refused:
                response = respond(refused.answer)
            call.status = response.status
            return response

    @contextmanager
    def _recorded(self, request: web.Request) -> Iterator[Call]:
        kept = ("User-Agent", "x-stainless-retry-count", "Content-Type")
        headers = {name.lower(): request.headers[name] for name in kept if name in request.headers}
        call = Call(method=request.method, path=request.path, params={}, headers=headers)
        self.calls.append(call)
        try:
            yield call
        finally:
            call.finished = True

    def _admit(self, request: web.Request) -> None:
        azure, key = requests.on_azure(request), requests.key_of(request)
        if not key or (self.key is not None and key != self.key):
            raise RefusalError(refusals.wrong_key(key, azure=azure))
        if "deployment" in request.match_info and not request.query.get("api-version"):
            raise RefusalError(refusals.no_resource())

    async def _wanted(self, request: web.Request, call: Call, *, editing: bool) -> Wanted:
        asked = await requests.asked(request)
        call.params = asked.described()
        azure = requests.on_azure(request)
        model = requests.model_for(request, asked.params, self.offers)
        return rules.wanted(
            rules.checked(asked.params, editing=editing, azure=azure),
            model,
            azure=azure,
            editing=editing,
            sources=asked.sources,
            mask=asked.mask,
            markup=asked.markup,
        )

    def _count(self, call: Call, wanted: Wanted, *, azure: bool) -> None:
        """Raises ``RefusalError`` when it is too much for this minute."""
        if not self.per_minute:
            return
        limit = self._limits.setdefault(wanted.model.name, Limit(self.per_minute, time.monotonic))
        seconds = limit.take(1 if azure else wanted.n)
        call.left = limit.headers()
        if seconds:
            refusal = refusals.rate_limited(seconds)
            raise RefusalError(replace(refusal, headers=refusal.headers | call.left))

    async def _painted(
        self, request: web.Request, call: Call, wanted: Wanted, fault: Fault | None, *, azure: bool
    ) -> web.StreamResponse:
        self._count(call, wanted, azure=azure)
        refusal = faults.answer(fault, azure=azure) if fault else None
        if refusal is None and BLOCK_WORD in wanted.prompt:
            refusal = refusals.blocked(azure=azure)
        if refusal:
            raise RefusalError(refusal)
        if fault and fault.trouble is Trouble.DROP:
            return _cut(request)
        image_in = 0
        if wanted.editing:
            # The benchmark's picture comes at once: decoding what it sent would only be in its way.
            wanted, image_in = await asyncio.to_thread(
                painting.looked_at, wanted, thoroughly=self.fixed_picture is None
            )
        if fault and fault.trouble is Trouble.SLOW:
            await asyncio.sleep(fault.value)
        if wanted.stream:
            return await self._streamed(request, call, wanted, fault, image_in)
        return await self._whole(request, call, wanted, fault, image_in)

    async def _whole(
        self, request: web.Request, call: Call, wanted: Wanted, fault: Fault | None, image_in: int
    ) -> web.StreamResponse:
        await asyncio.sleep(self.seconds)
        body = await self._body(wanted, fault, image_in)
        call.paid = True
        trouble = fault.trouble if fault else None
        if trouble is Trouble.LOST_REPLY:
            return _cut(request)
        if trouble is Trouble.STREAM_ERROR:
            return respond(refusals.server_error(500))
        if trouble is Trouble.HTML:
            return respond(refusals.proxy_page(200))
        if trouble is Trouble.BROKEN:
            return await _half(request, call, body)
        return web.Response(body=body, content_type="application/json", headers=_headers(call))

    async def _body(self, wanted: Wanted, fault: Fault | None, image_in: int) -> bytes:
        created = int(time.time())
        if self.fixed_picture is None or fault or wanted.as_url:
            pictures = answers.spoiled(await self._pictures_of(wanted, fault), fault)
            if wanted.as_url:
                return json.dumps({"created": created, "data": self._addresses(wanted, pictures)}).encode()
            return await asyncio.to_thread(answers.body, wanted, pictures, image_in, created=created)
        # The benchmark's picture is encoded once for each kind of call: that must cost next to nothing.
        kind = ("body", wanted.model.name, wanted.n, wanted.size, wanted.quality, wanted.format)
        if kind not in self._ready:
            pictures = [self.fixed_picture] * wanted.n
            self._ready[kind] = await asyncio.to_thread(
                answers.body, wanted, pictures, image_in, created=created
            )
        return self._ready[kind]

    async def _pictures_of(self, wanted: Wanted, fault: Fault | None) -> list[bytes]:
        if self.fixed_picture is not None:
            return [self.fixed_picture] * wanted.n
        if fault and fault.trouble is Trouble.WRONG_SIZE:
            wanted = painting.halved(wanted)
        return await asyncio.to_thread(painting.painted, wanted, self._signer)

    def _addresses(self, wanted: Wanted, pictures: list[bytes]) -> list[dict[str, str]]:
        found = []
        for picture in pictures:
            name = f"{len(self._pictures)}.{wanted.format}"
            self._pictures[name] = (picture, wanted.media_type)
            found.append({"url": f"{self.base_url}/painter/pictures/{name}"})
        return found

    # -- streaming ----------------------------------------------------------------------------------

    async def _streamed(
        self, request: web.Request, call: Call, wanted: Wanted, fault: Fault | None, image_in: int
    ) -> web.StreamResponse:
        trouble = fault.trouble if fault else None
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **_headers(call)})
        await response.prepare(request)
        pause = self.seconds / (wanted.partial_images + 1)
        for event in await self._preview_events(wanted):
            await asyncio.sleep(pause)
            await response.write(event)
        await asyncio.sleep(pause)
        events = await self._final_events(wanted, fault, image_in)
        call.paid = True
        if trouble is Trouble.STREAM_ERROR:
            await response.write(answers.failed())
        elif trouble is Trouble.HTML:
            await response.write(str(refusals.proxy_page(200).body).encode())
        elif trouble is Trouble.LOST_REPLY:
            _cut(request)
        elif trouble is Trouble.BROKEN:
            await response.write(events[0][: len(events[0]) // 2])
            _cut(request)
        else:
            for event in events:
                await response.write(event)
        return response

    async def _preview_events(self, wanted: Wanted) -> list[bytes]:
        count, created = wanted.partial_images, int(time.time())
        if self.fixed_picture is not None:
            pictures = [self.fixed_picture] * count
        else:
            pictures = await asyncio.to_thread(painting.previews, wanted, count)
        return [
            await asyncio.to_thread(answers.partial, wanted, picture, index, created=created)
            for index, picture in enumerate(pictures)
        ]

    async def _final_events(self, wanted: Wanted, fault: Fault | None, image_in: int) -> list[bytes]:
        created = int(time.time())
        pictures = answers.spoiled(await self._pictures_of(wanted, fault), fault)
        return [
            await asyncio.to_thread(answers.completed, wanted, picture, image_in, created=created)
            for picture in pictures
        ]

    # -- models -------------------------------------------------------------------------------------

    async def _models(self, request: web.Request) -> web.StreamResponse:
        try:
            self._admit(request)
        except RefusalError as refused:
            return respond(refused.answer)
        names = self.offers.names(azure=requests.on_azure(request))
        return web.json_response({"object": "list", "data": [_model_row(name) for name in names]})

    async def _model(self, request: web.Request) -> web.StreamResponse:
        name, azure = request.match_info["model"], requests.on_azure(request)
        try:
            self._admit(request)
            if azure:
                self.offers.deployed(name)
            else:
                self.offers.at_openai(name)
        except RefusalError as refused:
            return respond(refused.answer)
        return web.json_response(_model_row(name))

    # -- its own ------------------------------------------------------------------------------------

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        data, media_type = self._pictures.get(request.match_info["name"], (b"", ""))
        if not media_type:
            return web.Response(status=404, text="No such picture.")
        return web.Response(body=data, content_type=media_type)

    async def _list_calls(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(
            [dataclasses.asdict(call) | {"at": call.at.isoformat()} for call in self.calls]
        )

    async def _list_faults(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response([dataclasses.asdict(fault) for fault in self.faults])

    async def _add_fault(self, request: web.Request) -> web.StreamResponse:
        try:
            switch = await request.json()
            self.faults.on(Trouble(switch.pop("trouble")), **switch)
        except (ValueError, KeyError, TypeError, AttributeError):
            troubles = ", ".join(Trouble)
            return web.Response(
                status=400, text=f"Send trouble ({troubles}) and any of value, containing, times, skip."
            )
        return web.Response(status=204)

    async def _clear_faults(self, _request: web.Request) -> web.StreamResponse:
        self.faults.clear()
        return web.Response(status=204)


def respond(answer: Answer) -> web.Response:
    """An answer that is not a picture, on the wire."""
    headers = {"x-request-id": refusals.request_id(), **answer.headers}
    if isinstance(answer.body, str):
        return web.Response(status=answer.status, text=answer.body, content_type="text/html", headers=headers)
    return web.json_response(answer.body, status=answer.status, headers=headers)


def _headers(call: Call) -> dict[str, str]:
    return {"x-request-id": refusals.request_id(), "openai-processing-ms": "1", **call.left}


def _model_row(name: str) -> dict[str, Any]:
    model = known(name)
    row = {"id": name, "object": "model", "created": 1_790_000_000, "owned_by": "system"}
    return row | ({"shutdown_date": model.shutdown} if model and model.shutdown else {})


def _cut(request: web.Request) -> web.Response:
    """End the connection with nothing more said; the returned answer goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)


async def _half(request: web.Request, call: Call, body: bytes) -> web.StreamResponse:
    """Promise the whole and send half."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", **_headers(call)})
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    _cut(request)
    return response


@web.middleware
async def only_from_here(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse other names for this address: a web page must not reach the painter by a name of its own."""
    port = request.url.port
    if request.host not in (f"127.0.0.1:{port}", f"localhost:{port}"):
        return web.Response(status=403, text="The local painter answers on 127.0.0.1 only.")
    try:
        return await handler(request)
    except web.HTTPNotFound:
        if requests.on_azure(request):
            return respond(refusals.no_resource())
        message = f"Invalid URL ({request.method} {request.path})"
        return respond(refusals.envelope(404, message, code=None))
