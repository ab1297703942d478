"""The Teams tab's own server side: the state as JSON, live changes, what a visitor does, and pictures."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.playground.backstage import Backstage, Side
from bot.playground.live import Live
from bot.playground.teams import saving
from bot.playground.teams.faults import Fault, Trouble
from bot.playground.teams.people import Reply, Tenant
from bot.playground.teams.snapshot import snapshot
from bot.playground.teams.state import Json, State
from bot.playground.teams.visitors import Impossible, Place, Unheard, Visitors

_TROUBLES: Mapping[str, Fault] = {
    "rate_limited": Fault(method="*", trouble=Trouble.STATUS, value=429, retry_after="2", times=None),
    "slow": Fault(method="*", trouble=Trouble.SLOW, value=3, times=None),
    "down": Fault(method="*", trouble=Trouble.STATUS, value=503, times=None),
    "lost_reply": Fault(method="POST", trouble=Trouble.LOST_REPLY),
}
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox",
    "Cache-Control": "no-store",
}


class Page:
    """``/teams/…``, beside the files of the page."""

    def __init__(
        self, state: State, tenant: Tenant, backstage: Backstage, folder: Path | None = None
    ) -> None:
        """``folder``: where pictures are kept for the next time."""
        self._state = state
        self._folder = folder
        self._visitors = Visitors(state, tenant)
        self._backstage = backstage
        self._live = Live(state)
        backstage.workspaces["teams"] = Side(faults=state.faults, kinds=_TROUBLES)
        backstage.watchers.append(state.touch)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/teams/state", self._seen),
            web.get("/teams/events", self._live.handle),
            web.get("/teams/files/{file}", self._file),
            web.post("/teams/upload", self._upload),
            web.post("/teams/do", self._do),
        ]

    async def close(self) -> None:
        """End the live streams."""
        await self._live.close()

    async def _seen(self, request: web.Request) -> web.Response:
        bot = self._backstage.bot
        more = {"connected": bot.connected if bot else True}
        return web.json_response(snapshot(self._state) | self._backstage.seen() | more, headers=_SAFE)

    async def _file(self, request: web.Request) -> web.Response:
        """A picture that somebody pasted, for the page, which has no token."""
        found = self._state.files.get(request.match_info["file"])
        if found is None:
            return web.Response(status=404)
        return web.Response(body=found[0], content_type=found[1], headers=_SAFE)

    async def _upload(self, request: web.Request) -> web.Response:
        kind = request.content_type if request.content_type in _PICTURES else "application/octet-stream"
        data = await request.read()
        name = self._state.keep_file(data, kind)
        if self._folder:
            await asyncio.to_thread(saving.put, self._folder, name, data)
        return web.json_response({"ok": True, "file": name})

    async def _do(self, request: web.Request) -> web.Response:
        """What a visitor types and presses, as JSON; the answer has what the bot said to it."""
        try:
            reply = await self._deed(await request.json())
        except Unheard as unheard:
            return _no(str(unheard), 200)
        except Impossible as impossible:
            return _no(str(impossible), 409)
        except (KeyError, TypeError) as error:
            return _no(f"not understood: {error}", 400)
        return web.json_response({"ok": True, "answer": reply.body})

    async def _deed(self, wanted: Json) -> Reply:
        deeds = self._visitors
        match wanted:
            case {"do": "say", "user": user, "text": str(text)}:
                more = {name: wanted[name] for name in ("files", "uploads", "quoting") if name in wanted}
                return await deeds.say(user, _place(wanted), text, **more)
            case {"do": "edit", "user": user, "message": message, "text": str(text)}:
                return await deeds.edit(user, message, text)
            case {"do": "delete", "user": user, "message": message}:
                return await deeds.delete(user, message)
            case {"do": "react", "user": user, "message": message, "sign": sign}:
                return await deeds.react(user, message, sign)
            case {"do": "press", "user": user, "message": message, "action": {"data": _} as action}:
                return await deeds.press(user, message, action)
            case {"do": "extension", "user": user, "command": command}:
                return await deeds.extension(user, _place(wanted), command, message=_about(wanted))
            case {"do": "submit", "user": user, "data": data}:
                command = wanted.get("command") or ""
                return await deeds.submit(user, _place(wanted), data, command=command, message=_about(wanted))
            case _:
                raise KeyError("do")


def _place(wanted: Json) -> Place:
    return Place(conversation=wanted["conversation"], thread=wanted.get("thread") or "")


def _about(wanted: Json) -> str:
    return str(wanted.get("message") or "")


def _no(why: str, status: int) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error": why}
    return web.json_response(body, status=status)
