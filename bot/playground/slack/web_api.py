"""The Web API's shell: arguments in every encoding Slack takes, tokens, scopes, faults, a record."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.playground.slack import chat, files, views
from bot.playground.slack.faults import Fault, Trouble
from bot.playground.slack.people import Workspace
from bot.playground.slack.socket_mode import Sockets
from bot.playground.slack.state import Call, Json, Refused

Method = Callable[[Workspace, Json], Json]
METHODS: dict[str, tuple[Method, str]] = {**chat.METHODS, **files.METHODS, **views.METHODS}
"""Method name → what it does, and the scope it needs."""

_JSON_ARGUMENTS = {
    "blocks": "invalid_blocks_format",
    "attachments": "invalid_attachments",
    "metadata": "invalid_metadata_format",
    "view": "invalid_arguments",
    "files": "invalid_arguments",
}


class WebApi:
    """``/api/METHOD``, upload and download addresses, response_urls."""

    def __init__(self, workspace: Workspace, sockets: Sockets) -> None:
        self._workspace = workspace
        self._sockets = sockets

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/{method}", self._api),
            web.get("/api/{method}", self._api),
            web.post("/upload/v1/{file}/{ticket}", self._upload),
            web.put("/upload/v1/{file}/{ticket}", self._upload),
            web.get(r"/files/{team:\w+}-{file:\w+}/{name:.+}", self._download),
            web.get(r"/files-tmb/{team:\w+}-{file:\w+}/{side:\d+}.png", self._thumbnail),
            web.post("/response/{team}/{name}", self._reply),
        ]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            args, token = await _arguments(request)
        except Refused as refused:
            return self._told(method, {}, refused)
        return await self._troubled(method, request, args, lambda: self._answer(method, args, token))

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        args = {"file": request.match_info["file"]}
        return await self._troubled("upload", request, args, lambda: files.upload(self._workspace, request))

    async def _download(self, request: web.Request) -> web.StreamResponse:
        args = {"file": request.match_info["file"]}
        return await self._troubled(
            "download", request, args, lambda: files.download(self._workspace, request)
        )

    async def _thumbnail(self, request: web.Request) -> web.StreamResponse:
        args = {"file": request.match_info["file"], "side": request.match_info["side"]}
        return await self._troubled(
            "download", request, args, lambda: files.thumbnail(self._workspace, request)
        )

    async def _reply(self, request: web.Request) -> web.StreamResponse:
        args, _ = await _arguments(request)

        async def answer() -> web.Response:
            try:
                chat.reply(self._workspace, request.match_info["name"], args)
            except Refused as refused:
                self._record("response_url", args, refused.body(), 404)
                return web.json_response(refused.body(), status=404)
            self._record("response_url", args, {"ok": True}, 200)
            return web.Response(text="ok")

        return await self._troubled("response_url", request, args, answer)

    async def _answer(self, method: str, args: Json, token: str) -> web.Response:
        try:
            body = self._do(method, args, token)
        except Refused as refused:
            return self._told(method, args, refused)
        self._record(method, args, body, 200)
        return web.json_response(body, headers=self._headers())

    def _do(self, method: str, args: Json, token: str) -> Json:
        workspace = self._workspace
        if method == "apps.connections.open":
            _refuse_token(token, workspace.app.app_token, workspace.bot_token)
            return {"ok": True, "url": self._sockets.new_url()}
        if method not in METHODS:
            raise Refused("unknown_method", req_method=method)
        _refuse_token(token, workspace.bot_token, workspace.app.app_token)
        do, scope = METHODS[method]
        if scope:
            workspace.need_scope(scope)
        return do(workspace, args)

    def _told(self, method: str, args: Json, refused: Refused) -> web.Response:
        self._record(method, args, refused.body(), 200, refused.messages)
        return web.json_response(refused.body(), headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return {"X-OAuth-Scopes": ",".join(sorted(self._workspace.scopes))}

    def _record(
        self, method: str, args: Json, body: Json, status: int, messages: tuple[str, ...] = ()
    ) -> None:
        self._workspace.calls.append(
            Call(
                at=self._workspace.now(),
                method=method,
                args=args,
                ok=body["ok"],
                error=body.get("error", ""),
                messages=messages,
                status=status,
            )
        )
        if not body["ok"]:
            self._workspace.touch()

    # -- faults ------------------------------------------------------------------------------------------

    async def _troubled(
        self,
        method: str,
        request: web.Request,
        args: Json,
        do: Callable[[], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        fault = self._workspace.faults.take(method)
        if fault is None:
            return await do()
        match fault.trouble:
            case Trouble.SLOW:
                await asyncio.sleep(fault.value)
                return await do()
            case Trouble.LOST_REPLY:
                await do()
                return _cut(request)
            case Trouble.DROP:
                self._record(method, args, {"ok": False, "error": "dropped"}, 0)
                return _cut(request)
            case _:
                return self._refusal(method, args, fault)

    def _refusal(self, method: str, args: Json, fault: Fault) -> web.Response:
        if fault.trouble is Trouble.RATE_LIMITED:
            body, status = {"ok": False, "error": "ratelimited"}, 429
            headers = {"Retry-After": str(int(fault.value))}
        elif fault.trouble is Trouble.STATUS:
            body, status = {"ok": False, "error": f"http_{int(fault.value)}"}, int(fault.value)
            headers = {}
        else:
            body, status, headers = {"ok": False, "error": fault.error}, 200, self._headers()
        self._record(method, args, body, status)
        if fault.trouble is Trouble.STATUS:
            return web.Response(status=status, text="Something went wrong", content_type="text/html")
        return web.json_response(body, status=status, headers=headers)


def _cut(request: web.Request) -> web.Response:
    """Close the connection with nothing said."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _arguments(request: web.Request) -> tuple[Json, str]:
    """Query, form and JSON together, and the token. Raises ``Refused``."""
    args: Json = dict(request.query)
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if request.method == "POST":
        args |= await _body(request)
    token = token or str(args.get("token", ""))
    args.pop("token", None)
    for name, error in _JSON_ARGUMENTS.items():
        if isinstance(args.get(name), str):
            args[name] = _parsed(args[name], error)
    return args, token


async def _body(request: web.Request) -> Json:
    text = (await request.read()).decode()
    if request.content_type == "application/json" or text.startswith("{"):
        body = _parsed(text, "invalid_json")
        if not isinstance(body, dict):
            raise Refused("json_not_object")
        return body
    return dict(parse_qsl(text, keep_blank_values=True))


def _parsed(text: str, error: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise Refused(error) from None


def _refuse_token(token: str, wanted: str, other: str) -> None:
    if not token:
        raise Refused("not_authed")
    if token == other:
        raise Refused("not_allowed_token_type")
    if token != wanted:
        raise Refused("invalid_auth")
