"""Socket Mode: the websockets a bot opens, envelopes with acknowledgements, disconnects.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import json
import secrets
import time
import uuid

from aiohttp import WSMessage, WSMsgType, web

from bot.playground.slack.cloud import Cloud
from bot.playground.slack.delivery import ACK_SECONDS, Ack, Kind, Retry, Thing
from bot.playground.slack.state import Json

MOST_SOCKETS = 10
"""https://docs.slack.dev/apis/events-api/using-socket-mode"""


class Sockets:
    """Every open connection; each thing goes to one of them."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._deaf: set[web.WebSocketResponse] = set()
        self._lines: dict[web.WebSocketResponse, asyncio.Transport] = {}

    @property
    def connected(self) -> bool:
        return bool(self._open)

    def new_url(self) -> str:
        """A websocket address that is good once."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        base = self._cloud.base_url.replace("http://", "ws://", 1)
        return f"{base}/link/?ticket={ticket}&app_id={self._cloud.app.id}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection, for as long as it is open."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="invalid ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        if len(self._open) >= MOST_SOCKETS:
            await socket.send_json(_goodbye("too_many_websockets"))
            await socket.close()
            return socket
        await socket.send_json(self._hello())
        self._open.append(socket)
        if request.transport is not None:
            self._lines[socket] = request.transport
        self._cloud.touch()
        try:
            async for message in socket:
                if socket not in self._deaf:
                    await self._take(socket, message)
        finally:
            self._forget(socket)
        return socket

    async def _take(self, socket: web.WebSocketResponse, message: WSMessage) -> None:
        if message.type is WSMsgType.PING:
            await socket.pong(message.data)
        elif message.type is WSMsgType.TEXT:
            self._hear(message.data)

    def _hello(self) -> Json:
        info = {"host": "applink-playground", "approximate_connection_time": 18_060}
        return {
            "type": "hello",
            "num_connections": len(self._open) + 1,
            "debug_info": info,
            "connection_info": {"app_id": self._cloud.app.id},
        }

    def _forget(self, socket: web.WebSocketResponse) -> None:
        if socket in self._open:
            self._open.remove(socket)
        self._deaf.discard(socket)
        self._lines.pop(socket, None)
        self._cloud.touch()

    def _hear(self, text: str) -> None:
        said: Json = json.loads(text)
        waiting = self._waiting.pop(said.get("envelope_id", ""), None)
        # An acknowledgement after 3 seconds finds nobody waiting, as in Slack.
        if waiting is not None and not waiting.done():
            waiting.set_result(said)

    async def deliver(self, thing: Thing, retry: Retry | None = None) -> Ack:
        """To one of the open connections, in turn."""
        if not self._open:
            return Ack(ok=False, error="dispatch_failed", thing=thing)
        socket = self._open.pop(0)
        self._open.append(socket)
        envelope = _envelope(thing, retry)
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = answer
        start = time.perf_counter()
        try:
            async with asyncio.timeout(ACK_SECONDS):
                if socket not in self._deaf:
                    await socket.send_json(envelope)
                said = await answer
        except (TimeoutError, ConnectionError):
            return Ack(ok=False, error="operation_timeout", thing=thing, seconds=time.perf_counter() - start)
        finally:
            self._waiting.pop(envelope["envelope_id"], None)
        payload = said.get("payload") or None
        return Ack(ok=True, payload=payload, seconds=time.perf_counter() - start, thing=thing)

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Tell every connection to come again, then close it, as Slack does every few hours."""
        for socket in list(self._open):
            await socket.send_json(_goodbye(reason))
            await socket.close()

    def cut(self) -> None:
        """End every connection without a word, as a broken line does."""
        for transport in self._lines.values():
            transport.abort()

    def go_deaf(self) -> None:
        """The connections there are stay open, but nothing goes through them any more, not even a pong."""
        self._deaf |= set(self._open)

    async def close(self) -> None:
        """Let go of every connection."""
        for socket in list(self._open):
            await socket.close(code=1001)


def _goodbye(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-playground"}}


def _envelope(thing: Thing, retry: Retry | None) -> Json:
    envelope: Json = {
        "envelope_id": str(uuid.uuid4()),
        "type": thing.kind.value,
        "payload": thing.payload,
        "accepts_response_payload": thing.kind is not Kind.EVENT,
    }
    if thing.kind is Kind.EVENT:
        number, reason = (retry.number, retry.reason) if retry else (0, "")
        envelope |= {"retry_attempt": number, "retry_reason": reason}
    return envelope
