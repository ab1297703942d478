"""The page's own server side: files, the state as JSON, live changes, what a visitor does, and the faults."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from importlib import resources
from typing import Any

import aiohttp
from aiohttp import web

from bot.playground.backstage import Backstage, NotUnderstood, Side
from bot.playground.live import Live
from bot.playground.slack import media
from bot.playground.slack.delivery import Ack, Kind
from bot.playground.slack.faults import Fault, Trouble
from bot.playground.slack.forms import Unsendable
from bot.playground.slack.people import Workspace
from bot.playground.slack.snapshot import snapshot
from bot.playground.slack.state import File, Impossible, Json, View

_TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_TROUBLES: Mapping[str, Fault] = {
    "rate_limited": Fault(method="*", trouble=Trouble.RATE_LIMITED, value=2, times=None),
    "slow": Fault(method="*", trouble=Trouble.SLOW, value=3, times=None),
    "down": Fault(method="*", trouble=Trouble.STATUS, value=503, times=None),
    "lost_reply": Fault(method="chat.postMessage", trouble=Trouble.LOST_REPLY),
}


class Page:
    """``/`` and ``/playground/…``."""

    def __init__(self, workspace: Workspace, backstage: Backstage, session: aiohttp.ClientSession) -> None:
        self._workspace = workspace
        self._backstage = backstage
        self._session = session
        self._last: Ack | None = None
        self._live = Live(workspace)
        backstage.workspaces["slack"] = Side(faults=workspace.faults, kinds=_TROUBLES)
        backstage.watchers.append(workspace.touch)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._static),
            web.get(r"/{name:((vendor|teams)/)?\w+\.(html|js|css|svg)}", self._static),
            web.get("/playground/about", self._about),
            web.get("/playground/state", self._state),
            web.get("/playground/events", self._live.handle),
            web.get("/playground/files/{file}", self._file),
            web.get("/playground/image", self._image),
            web.post("/playground/do", self._do),
            web.post("/playground/faults", self._faults),
            web.post("/playground/backstage", self._behind),
            web.post("/playground/upload", self._upload),
        ]

    async def close(self) -> None:
        """End the live streams."""
        await self._live.close()

    async def _static(self, request: web.Request) -> web.Response:
        name = request.match_info.get("name", "index.html")
        file = resources.files("bot.playground").joinpath("page", *name.split("/"))
        try:
            text = await asyncio.to_thread(file.read_text, encoding="utf-8")
        except FileNotFoundError:
            return web.Response(status=404)
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache", **_SAFE}
        return web.Response(text=text, content_type=_TYPES[name.rpartition(".")[2]], headers=headers)

    async def _about(self, request: web.Request) -> web.Response:
        nothing: Json = {
            "app": "the app",
            "commands": [],
            "shortcuts": [],
            "hints": {},
            "banner": "",
            "region": "",
        }
        return web.json_response(nothing | self._backstage.about, headers=_SAFE)

    async def _state(self, request: web.Request) -> web.Response:
        return web.json_response(snapshot(self._workspace) | self._backstage.seen(), headers=_SAFE)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A picture for the page, which has no token; other sites cannot read it (see the host check)."""
        file = self._workspace.files.get(request.match_info["file"])
        if file is None or file.deleted or not file.uploaded:
            return web.Response(status=404)
        # A drawing may hold scripts; a sandbox without scripts shows it all the same.
        headers = {"Content-Security-Policy": "sandbox", **_SAFE}
        if "drawn" in request.query:
            return await _drawn(file, headers)
        return web.FileResponse(file.path, headers=headers | {"Content-Type": file.media_type})

    async def _image(self, request: web.Request) -> web.Response:
        """A picture of the bot's own server, fetched for the page as Slack fetches an ``image_url``."""
        url = request.query.get("url", "")
        allowed = self._backstage.pictures
        if not allowed or not url.startswith(allowed):
            return web.Response(status=404)
        try:
            async with self._session.get(url, allow_redirects=False) as answer:
                if answer.status != 200 or not answer.content_type.startswith("image/"):
                    return web.Response(status=404)
                data, kind = await answer.read(), answer.content_type
        except aiohttp.ClientError:  # the bot is not running
            return web.Response(status=404)
        headers = {"Content-Security-Policy": "sandbox", **_SAFE}
        return web.Response(body=data, content_type=kind, headers=headers)

    async def _behind(self, request: web.Request) -> web.Response:
        """See ``Backstage.do``."""
        try:
            await self._backstage.do(await request.json())
        except KeyError as error:
            return _no(f"there is no trouble {error}", 404)
        except NotUnderstood:
            return _no("not understood", 400)
        return web.json_response({"ok": True})

    async def _do(self, request: web.Request) -> web.Response:
        """What a visitor types and presses, as JSON."""
        wanted: Json = await request.json()
        deed = self._deeds().get(str(wanted.pop("do", "")))
        if deed is None:
            return _no("unknown deed", 404)
        try:
            ack = await deed(**wanted)
        except Impossible as impossible:
            return _no(str(impossible), 409)
        except (KeyError, TypeError) as error:
            return _no(f"not understood: {error}", 400)
        self._last = ack if ack.thing else self._last
        # What people say stands there, whether or not the bot has heard it.
        done = ack.ok or (ack.thing is not None and ack.thing.kind is Kind.EVENT)
        said = {"ok": done, "payload": ack.payload, "seconds": ack.seconds, "error": ack.error}
        return web.json_response(said | {"ts": ack.message.ts if ack.message else ""})

    def _deeds(self) -> dict[str, Callable[..., Awaitable[Ack]]]:
        workspace = self._workspace
        return {
            "command": workspace.command,
            "press": workspace.press,
            "shortcut": workspace.shortcut,
            "message_shortcut": workspace.message_shortcut,
            "say": workspace.say,
            "edit": workspace.edit,
            "delete": workspace.delete,
            "react": workspace.react,
            "invite": self._invite,
            "open_home": workspace.open_home,
            "press_home": self._press_home,
            "read": self._read,
            "dismiss": self._dismiss,
            "submit": self._submit,
            "change": self._change,
            "close": self._close,
            "redeliver": self._redeliver,
        }

    async def _read(self, user: str, channel: str) -> Ack:
        self._workspace.mark_read(user, channel)
        return Ack(ok=True)

    async def _invite(self, user: str, channel: str, who: str) -> Ack:
        """Bring somebody, or the app, into a channel that one is in."""
        where = self._workspace.channel(channel)
        if self._workspace.user(user).id not in where.members:
            raise Impossible(f"one must be in {where.name} to invite somebody there")
        return await self._workspace.join(who, channel)

    async def _dismiss(self, user: str, message: str) -> Ack:
        self._workspace.dismiss(user, message)
        return Ack(ok=True)

    async def _press_home(self, user: str, action_id: str, block_id: str = "", value: Any = None) -> Ack:
        home = self._workspace.homes.get(user)
        if home is None:
            raise Impossible("the app has no home tab")
        return await self._workspace.change_view(user, home, action_id, value, block_id=block_id)

    async def _submit(self, user: str, view: str, values: Json) -> Ack:
        shown = self._view(view)
        try:
            return await self._workspace.submit_view(user, shown, self._with_files(values))
        except Unsendable as unsent:  # told beside the fields; the app hears nothing
            shown.errors = dict(unsent.faults)
            self._workspace.touch()
            return Ack(ok=True)

    async def _change(
        self,
        user: str,
        view: str,
        action_id: str,
        value: Any = None,
        values: Json | None = None,
        block_id: str = "",
    ) -> Ack:
        shown = self._view(view)
        return await self._workspace.change_view(
            user, shown, action_id, value, block_id=block_id, values=self._with_files(values or {})
        )

    def _with_files(self, values: Json) -> Json:
        """Answers with the files that a file input names as Slack gives them to the app."""
        files = self._workspace.files

        def given(value: Any) -> Any:
            named = isinstance(value, list) and bool(value) and all(one in files for one in value)
            return [self._workspace.file_payload(files[one]) for one in value] if named else value

        return {name: given(value) for name, value in values.items()}

    async def _close(self, user: str, view: str, *, all_of_them: bool = False) -> Ack:
        return await self._workspace.close_view(user, self._view(view), all_of_them=all_of_them)

    async def _redeliver(self) -> Ack:
        if self._last is None:
            raise Impossible("nothing was delivered yet")
        return await self._workspace.redeliver(self._last)

    def _view(self, name: str) -> View:
        view = self._workspace.views.get(name)
        if view is None:
            raise Impossible("that form is not open any more")
        return view

    async def _faults(self, request: web.Request) -> web.Response:
        """``{"clear": true}``, ``{"flags": {…}}``, or one fault as ``Switchboard.on`` takes it."""
        wanted: Json = await request.json()
        workspace = self._workspace
        try:
            if wanted.pop("clear", False):
                workspace.faults.clear()
            for name, on in wanted.pop("flags", {}).items():
                _set_flag(workspace, name, on=bool(on))
            if wanted:
                workspace.faults.on(trouble=Trouble(wanted.pop("trouble")), **wanted)
        except (KeyError, TypeError, ValueError) as error:
            return _no(f"not understood: {error}", 400)
        workspace.touch()
        return web.json_response({"ok": True})

    async def _upload(self, request: web.Request) -> web.Response:
        data = await request.read()
        user, name = request.query["user"], request.query["name"]
        file = await asyncio.to_thread(self._workspace.person_uploads, user, name, data)
        return web.json_response({"ok": True, "file": file.id})


async def _drawn(file: File, headers: Mapping[str, str]) -> web.Response:
    """A copy that every browser shows, of a phone's HEIC or a TIFF."""
    side = min(max(file.width, file.height, media.SQUARE + 1), media.THUMBNAILS[-1])
    try:
        copy = await asyncio.to_thread(media.thumbnail, file.path, side)
    except OSError:
        return web.Response(status=404)
    return web.Response(body=copy, content_type="image/png", headers=headers)


FLAGS = ("updated_blocks_vanish", "slack_file_refused_for_good", "history_unreadable")


def _set_flag(workspace: Workspace, name: str, *, on: bool) -> None:
    if name not in FLAGS:
        raise KeyError(name)
    setattr(workspace, name, on)


def _no(why: str, status: int) -> web.Response:
    return web.json_response({"ok": False, "error": why}, status=status)
