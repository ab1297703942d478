"""Telling one person something: where their request came with an address, else in the channel, else by DM."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any

import aiohttp

from bot.chat.slack import notes
from bot.chat.slack.calls import Calls
from bot.chat.slack.pieces import Page
from bot.errors import ChatError, FileRefused
from bot.types import FileId, Note, Person, Place, PlaceKind, Whisper

_READY_WAITS = (0.2, 0.4, 0.8, 1.6, 3.2, 3.2)
"""Seconds between two looks whether Slack has processed a file."""
_REFUSED_WAITS = (0.5, 2.0)
"""Seconds after Slack refused a picture that it had processed; few, since an address lives for 5 uses."""

OpenDm = Callable[[Person], Awaitable[Place]]


class Whispers:
    """Private notes in every workspace."""

    def __init__(
        self,
        calls: Calls,
        session: aiohttp.ClientSession,
        *,
        open_dm: OpenDm,
        now: Callable[[], datetime],
    ) -> None:
        self._calls = calls
        self._session = session
        self._open_dm = open_dm
        self._now = now

    async def tell(self, note: Note, whisper: Whisper, locale: str, *, instead: bool) -> None:
        """``instead``: in place of the note whose button was pressed, where that still works."""
        if note.pictures:
            await self._processed([one.file for one in note.pictures], whisper.place.workspace)
        for page in notes.pages(note, locale):
            await self._page(page, whisper, instead=instead)
            instead = False  # the pages that follow stand beside the first

    async def clear(self, whisper: Whisper) -> None:
        """Take away the private note whose button was pressed, where that still works."""
        await self._reply(whisper, {"delete_original": True})

    async def _processed(self, files: Iterable[FileId], workspace: str) -> None:
        """Wait for pictures that were just uploaded; a file has a type once Slack has looked at it."""
        waits = iter(_READY_WAITS)
        for file in files:
            while not await self._is_processed(file, workspace):
                wait = next(waits, None)
                if wait is None:
                    return
                await asyncio.sleep(wait)

    async def _is_processed(self, file: FileId, workspace: str) -> bool:
        try:
            answer = await self._calls.make("files.info", {"file": file}, workspace)
        except ChatError:
            return True  # nobody can say: try
        return bool((answer.get("file") or {}).get("mimetype"))

    async def _page(self, page: Page, whisper: Whisper, *, instead: bool) -> None:
        """In words alone, when Slack goes on refusing the pictures."""
        for wait in _REFUSED_WAITS if notes.has_pictures(page) else ():
            try:
                return await self._tell(page, whisper, instead=instead)
            except FileRefused:
                await asyncio.sleep(wait)
        return await self._tell(notes.without_pictures(page), whisper, instead=instead)

    async def _tell(self, page: Page, whisper: Whisper, *, instead: bool) -> None:
        text, blocks = page
        body: dict[str, Any] = {"response_type": "ephemeral", "text": text, "blocks": blocks}
        if await self._reply(whisper, {**body, "replace_original": instead}):
            return
        place = whisper.place
        words = {"channel": place.channel, "text": text, "blocks": blocks}
        thread = {"thread_ts": place.thread} if place.thread else {}
        if place.kind is not PlaceKind.DM:
            try:
                args = {**words, **thread, "user": whisper.person.id}
                await self._calls.make("chat.postEphemeral", args, place.workspace)
            except FileRefused:
                raise
            except ChatError:
                place = await self._open_dm(whisper.person)
                words["channel"] = place.channel
            else:
                return
        await self._calls.make("chat.postMessage", words, place.workspace, repeatable=False)

    async def _reply(self, whisper: Whisper, body: dict[str, Any]) -> bool:
        """Answer at the reply address; False when there is none or it no longer works."""
        if not whisper.reply_to or (whisper.reply_until and self._now() > whisper.reply_until):
            return False
        if whisper.place.thread:
            body = {**body, "thread_ts": whisper.place.thread}
        try:
            async with self._session.post(whisper.reply_to, json=body) as answer:
                said = await answer.text()
        except (aiohttp.ClientError, TimeoutError):
            return False
        if answer.status != 200 and "invalid_blocks" in said:
            raise FileRefused("response_url", "invalid_blocks")
        # Slack says ok, as a word or in JSON; a page is a proxy's, and nobody saw the note.
        return answer.status == 200 and not said.lstrip().startswith("<")
