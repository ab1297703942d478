"""The files.* methods, the upload addresses and the downloads; bytes go to disk, off the loop."""

import asyncio
import hmac
import secrets
from html import escape

from aiohttp import BodyPartReader, web

from bot.playground.slack import blocks as block_kit
from bot.playground.slack import events, media
from bot.playground.slack.people import Workspace
from bot.playground.slack.state import File, Json, Keeping, Message, Refused

_ALT_CHARACTERS = 1000
_MOST_FILES = 14
"""More in one completion came back as internal_error (python-slack-sdk issue 1653)."""


def get_upload_url(workspace: Workspace, args: Json) -> Json:
    name, length = str(args.get("filename") or ""), str(args.get("length") or "0")
    if not name or not length.isdecimal() or int(length) == 0:
        raise Refused("invalid_arguments", "missing required field: length")
    if len(str(args.get("alt_txt") or "")) > _ALT_CHARACTERS:
        raise Refused("alt_txt_too_large")
    file_id = workspace.new_id("F")
    file = File(
        id=file_id,
        name=name.replace("/", "_"),
        owner=workspace.team.bot_user,
        path=workspace.folder / file_id,
        alt_txt=str(args.get("alt_txt") or ""),
        ticket=secrets.token_hex(16),
    )
    workspace.files[file_id] = file
    url = f"{workspace.base_url}/upload/v1/{file_id}/{file.ticket}"
    return {"ok": True, "upload_url": url, "file_id": file_id}


async def upload(workspace: Workspace, request: web.Request) -> web.Response:
    """Take the bytes, raw or as a form."""
    file = workspace.files.get(request.match_info["file"])
    if file is None or not hmac.compare_digest(file.ticket, request.match_info["ticket"]):
        return web.Response(status=404, text="not found")
    data = await _body(request)
    await asyncio.to_thread(file.path.write_bytes, data)
    file.length, file.media_type = len(data), media.media_type_of(data[:512])
    file.width, file.height = await asyncio.to_thread(media.size, file.path)
    file.uploaded = True
    return web.Response(text=f"OK - {len(data)}")


async def _body(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    part = await (await request.multipart()).next()
    return bytes(await part.read()) if isinstance(part, BodyPartReader) else b""


def complete_upload(workspace: Workspace, args: Json) -> Json:
    wanted = args.get("files")
    if not isinstance(wanted, list) or not wanted:
        raise Refused("invalid_arguments", "missing required field: files")
    if len(wanted) > _MOST_FILES:
        raise Refused("internal_error")
    files = [_uploaded(workspace, one) for one in wanted]
    channels = [one for one in str(args.get("channel_id") or args.get("channels") or "").split(",") if one]
    places = [workspace.joined_by_bot(channel) for channel in channels]
    if any(place.archived for place in places):
        raise Refused("is_archived")
    blocks = args.get("blocks") if not args.get("initial_comment") else None
    if places and blocks:
        _refuse_blocks(workspace, blocks)
    for file, one in zip(files, wanted, strict=True):
        file.title = str(one.get("title") or file.name)
        file.completed_at = workspace.now()
    for place in places:
        _share(workspace, place.id, files, args, blocks or [])
    workspace.touch()
    return {"ok": True, "files": [workspace.file_payload(file) for file in files]}


def _uploaded(workspace: Workspace, one: object) -> File:
    file = workspace.file(str(one.get("id", "")) if isinstance(one, dict) else "")
    if not file.uploaded:
        raise Refused("file_not_found")
    return file


def _refuse_blocks(workspace: Workspace, blocks: list[Json]) -> None:
    if faults := block_kit.message_faults(blocks, workspace.showable):
        raise Refused("invalid_blocks", *faults)
    if any(block.get("type") == "markdown" for block in blocks):
        raise Refused("internal_error")  # python-slack-sdk issue 1756


def _share(workspace: Workspace, channel_id: str, files: list[File], args: Json, blocks: list[Json]) -> None:
    if any(file.alt_txt for file in files):
        return  # ok, yet never shared: python-slack-sdk issue 1818
    channel = workspace.channels[channel_id]
    message = Message(
        channel=channel.id,
        ts=workspace.new_ts(),
        user=workspace.team.bot_user,
        bot_id=workspace.team.bot,
        text=str(args.get("initial_comment") or ""),
        blocks=blocks,
        thread_ts=str(args.get("thread_ts") or ""),
        subtype="file_share",
        files=[file.id for file in files],
    )
    workspace.add(channel, message)
    for file in files:
        workspace.share(file, channel, message)
    workspace.echo(channel, events.message(workspace.team, channel, workspace.told(channel, message)))


def info(workspace: Workspace, args: Json) -> Json:
    file = workspace.file(str(args.get("file", "")))
    return {"ok": True, "file": workspace.file_payload(file), "comments": []}


def delete(workspace: Workspace, args: Json) -> Json:
    file = workspace.file(str(args.get("file", "")))
    if file.owner != workspace.team.bot_user:
        raise Refused("cant_delete_file")
    file.deleted = True
    workspace.touch()
    return {"ok": True}


async def download(workspace: Workspace, request: web.Request, allowed: bool) -> web.StreamResponse:
    """The bytes; who may not have them gets the login page, with status 200 as from Slack."""
    file = _readable(workspace, request) if allowed else None
    if file is None:
        return _login(workspace)
    if not file.uploaded or file.keeping in _NO_BYTES:
        return web.Response(status=404, text="not found")
    return web.FileResponse(file.path, headers={"Content-Type": file.media_type})


async def thumbnail(workspace: Workspace, request: web.Request, allowed: bool) -> web.StreamResponse:
    """A smaller copy as PNG, under the same rules."""
    file, side = _readable(workspace, request) if allowed else None, int(request.match_info["side"])
    if file is None:
        return _login(workspace)
    if side not in media.sides(file.width, file.height):
        return web.Response(status=404, text="not found")
    data = await asyncio.to_thread(media.thumbnail, file.path, side)
    return web.Response(body=data, content_type="image/png")


def _readable(workspace: Workspace, request: web.Request) -> File | None:
    """The file, when the app may read it."""
    if "files:read" not in workspace.scopes:
        return None
    try:
        return workspace.file(request.match_info["file"])
    except Refused:
        return None


def _login(workspace: Workspace) -> web.Response:
    page = _LOGIN.format(team=escape(workspace.team.domain))
    return web.Response(text=page, content_type="text/html")


_NO_BYTES = (Keeping.DENIED, Keeping.HIDDEN, Keeping.EXTERNAL)

_LOGIN = (
    "<!DOCTYPE html><html><head><title>Sign in to {team} | Slack</title></head><body>Sign in</body></html>"
)

METHODS = {
    "files.getUploadURLExternal": (get_upload_url, "files:write"),
    "files.completeUploadExternal": (complete_upload, "files:write"),
    "files.info": (info, "files:read"),
    "files.delete": (delete, "files:write"),
}
