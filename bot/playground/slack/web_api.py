"""The Web API's shell: arguments in every encoding Slack takes, tokens, scopes, faults, a record."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.playground.slack import chat, files, views
from bot.playground.slack.cloud import Cloud
from bot.playground.slack.faults import Fault, Trouble
from bot.playground.slack.oauth import OAuth
from bot.playground.slack.people import Workspace
from bot.playground.slack.socket_mode import Sockets
from bot.playground.slack.state import Call, Json, Refused

Method = Callable[[Workspace, Json], Json]
METHODS: dict[str, tuple[Method, str]] = {**chat.METHODS, **files.METHODS, **views.METHODS}
"""Method name → what it does, and the scope it needs."""
Fetch = Callable[[Workspace, web.Request, bool], Awaitable[web.StreamResponse]]

_JSON_ARGUMENTS = {
    "blocks": "invalid_blocks_format",
    "attachments": "invalid_attachments",
    "metadata": "invalid_metadata_format",
    "view": "invalid_arguments",
    "files": "invalid_arguments",
}


class WebApi:
    """``/api/METHOD``, upload and download addresses, response_urls; each for the workspace it is about."""

    def __init__(self, cloud: Cloud, oauth: OAuth, sockets: Sockets) -> None:
        self._cloud = cloud
        self._oauth = oauth
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
        method, workspace = request.match_info["method"], self._cloud.first
        args: Json = {}
        try:
            args, token = await _arguments(request)
            if method not in _APP_METHODS:
                workspace = self._cloud.called(token, args)
        except Refused as refused:
            return _told(workspace, method, args, refused)
        if seconds := workspace.rates.wait(method, args):
            limited = Fault(method=method, trouble=Trouble.RATE_LIMITED, value=seconds)
            return _refusal(workspace, method, args, limited)
        return await _troubled(
            workspace, method, request, args, lambda: self._answer(workspace, method, args, token)
        )

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["file"]
        workspace = self._cloud.with_file(name)
        return await _troubled(
            workspace, "upload", request, {"file": name}, lambda: files.upload(workspace, request)
        )

    async def _download(self, request: web.Request) -> web.StreamResponse:
        return await self._fetched(request, files.download)

    async def _thumbnail(self, request: web.Request) -> web.StreamResponse:
        return await self._fetched(request, files.thumbnail)

    async def _fetched(self, request: web.Request, fetch: Fetch) -> web.StreamResponse:
        """A file's bytes, for a token that is good for its workspace."""
        name = request.match_info["file"]
        workspace = self._cloud.with_file(name)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        allowed = self._cloud.may_read(bearer, workspace)
        return await _troubled(
            workspace, "download", request, {"file": name}, lambda: fetch(workspace, request, allowed)
        )

    async def _reply(self, request: web.Request) -> web.StreamResponse:
        args, _ = await _arguments(request)
        workspace = self._cloud.team(request.match_info["team"])

        async def answer() -> web.Response:
            try:
                chat.reply(workspace, request.match_info["name"], args)
            except Refused as refused:
                _record(workspace, "response_url", args, refused.body(), 404)
                return web.json_response(refused.body(), status=404)
            _record(workspace, "response_url", args, {"ok": True}, 200)
            return web.Response(text="ok")

        return await _troubled(workspace, "response_url", request, args, answer)

    async def _answer(self, workspace: Workspace, method: str, args: Json, token: str) -> web.Response:
        try:
            body = await self._do(workspace, method, args, token)
        except Refused as refused:
            return _told(workspace, method, args, refused)
        _record(workspace, method, args, body, 200)
        return web.json_response(body, headers=_headers(workspace))

    async def _do(self, workspace: Workspace, method: str, args: Json, token: str) -> Json:
        if method == "apps.connections.open":
            self._cloud.refuse_app_token(token)
            return {"ok": True, "url": self._sockets.new_url()}
        if method == "oauth.v2.access":
            return self._oauth.access(args)
        if method == "auth.revoke":
            return await self._revoke(workspace, only_tested=chat.is_true(args.get("test")))
        if method not in METHODS:
            raise Refused("unknown_method", req_method=method)
        do, scope = METHODS[method]
        if scope:
            workspace.need_scope(scope)
        return do(workspace, args)

    async def _revoke(self, workspace: Workspace, *, only_tested: bool) -> Json:
        if not only_tested:
            await self._cloud.revoke(workspace)
        return {"ok": True, "revoked": not only_tested}


_APP_METHODS = ("apps.connections.open", "oauth.v2.access")
"""Called without a bot token."""


def _told(workspace: Workspace, method: str, args: Json, refused: Refused) -> web.Response:
    _record(workspace, method, args, refused.body(), 200, refused.messages)
    return web.json_response(refused.body(), headers=_headers(workspace))


def _headers(workspace: Workspace) -> dict[str, str]:
    return {"X-OAuth-Scopes": ",".join(sorted(workspace.scopes))}


_SECRET = ("client_secret", "code", "refresh_token")


def _record(
    workspace: Workspace, method: str, args: Json, body: Json, status: int, messages: tuple[str, ...] = ()
) -> None:
    workspace.calls.append(
        Call(
            at=workspace.now(),
            method=method,
            args={key: value for key, value in args.items() if key not in _SECRET},
            ok=body["ok"],
            error=body.get("error", ""),
            messages=messages,
            status=status,
        )
    )
    if not body["ok"]:
        workspace.touch()


# -- faults --------------------------------------------------------------------------------------------


async def _troubled(
    workspace: Workspace,
    method: str,
    request: web.Request,
    args: Json,
    do: Callable[[], Awaitable[web.StreamResponse]],
) -> web.StreamResponse:
    fault = workspace.faults.take(method)
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
            _record(workspace, method, args, {"ok": False, "error": "dropped"}, 0)
            return _cut(request)
        case Trouble.GARBAGE:
            _record(workspace, method, args, {"ok": False, "error": "garbage"}, 200)
            return web.Response(text="<html><body>Welcome</body></html>", content_type="text/html")
        case Trouble.REDIRECT:
            return web.Response(status=302, headers={"Location": fault.error})
        case _:
            return _refusal(workspace, method, args, fault)


def _refusal(workspace: Workspace, method: str, args: Json, fault: Fault) -> web.Response:
    if fault.trouble is Trouble.RATE_LIMITED:
        body, status = {"ok": False, "error": "ratelimited"}, 429
        headers = {"Retry-After": str(int(fault.value))}
    elif fault.trouble is Trouble.STATUS:
        body, status = {"ok": False, "error": f"http_{int(fault.value)}"}, int(fault.value)
        headers = {}
    else:
        body, status, headers = {"ok": False, "error": fault.error}, 200, _headers(workspace)
    _record(workspace, method, args, body, status)
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
    authorization = request.headers.get("Authorization", "")
    token = authorization.removeprefix("Bearer ").strip() if not authorization.startswith("Basic ") else ""
    if request.method == "POST":
        args |= await _body(request)
    if authorization.startswith("Basic "):
        args |= _basic(authorization)
    token = token or str(args.get("token", ""))
    args.pop("token", None)
    for name, error in _JSON_ARGUMENTS.items():
        if isinstance(args.get(name), str):
            args[name] = _parsed(args[name], error)
    return args, token


def _basic(authorization: str) -> Json:
    """The app's own name and secret, as oauth.v2.access is called with."""
    try:
        name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
    except ValueError:
        raise Refused("invalid_client_id") from None
    return {"client_id": name, "client_secret": secret}


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
