"""Slack as a ``Chat``: our posts, files and private notes as Web API calls."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from yarl import URL

from bot.chat import Found, Known, Manner, Showing, Upload
from bot.chat.downloads import Downloads, Ours, unavailable
from bot.chat.slack import METADATA, cards, files, history, home, pieces
from bot.chat.slack.calls import PATIENCE, Calls, Tokens
from bot.chat.slack.whispers import Whispers
from bot.chat.wording import cut
from bot.errors import ChatError, FileFault, MessageGone
from bot.types import (
    Attached,
    FileId,
    Home,
    MessageId,
    MessageRef,
    Note,
    Painting,
    Person,
    Place,
    PlaceKind,
    Platform,
    Post,
    Whisper,
)

log = structlog.get_logger()

_HOSTS = (".slack.com", ".slack-edge.com", ".slack-files.com")

_REMEMBERED = 1000
"""Messages that we took away; Slack tells of each a moment later."""
_LOCALE_HOURS = 24
_LOCALE_WITHIN = 0.5
_FILE_FAULTS = {
    "file_not_found": FileFault.GONE,
    "file_deleted": FileFault.DELETED,
    "access_denied": FileFault.DENIED,
    "missing_scope": FileFault.LOGIN,
}
_NO_FILE = ("file_not_found", "file_deleted")
_SHARED_WAITS = (0.5, 1.5)
"""Seconds between looks where a file is shared: Slack notes that a moment after the message."""
_UPLOADS_AT_ONCE = 4
_PIECE = 256 * 1024
_COMPLETION_WAITS = (0.5, 2.0, 5.0)
"""Seconds after each upload that Slack said it took and does not know; one more try for each."""
_UPLOAD_WAITS = (0.3, 1.0, 3.0, 5.0)
"""Seconds after each failed upload; one more try for each."""
OPENED_ALREADY = "exchanged_trigger_id"
"""How Slack says that a trigger has opened its form."""
_SKEW = timedelta(seconds=60)
"""Slack's clock and ours may differ; a look-up begins this much earlier."""


class SlackChat:
    """See ``bot.chat.Chat``."""

    manner = Manner(showing=Showing.POST, links=False)

    def __init__(
        self,
        calls: Calls,
        session: aiohttp.ClientSession,
        *,
        api_url: str,
        tokens: Tokens,
        now: Callable[[], datetime],
    ) -> None:
        self._calls = calls
        self._downloads = Downloads(session, ours=slacks(api_url))
        self._whispers = Whispers(calls, session, open_dm=self.open_dm, now=now)
        self._tokens = tokens
        self._session = session
        self._now = now
        self._people: dict[Person, tuple[datetime, dict[str, Any]]] = {}
        self._taken_away: deque[tuple[str, MessageId]] = deque(maxlen=_REMEMBERED)

    # -- messages

    async def post(self, post: Post, to: Place) -> MessageRef:
        text, blocks = cards.draw(post)
        args: dict[str, Any] = {
            "channel": to.channel,
            "text": text,
            "blocks": blocks,
            "metadata": _metadata(post),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if to.thread:
            args["thread_ts"] = to.thread
        answer = await self._calls.make("chat.postMessage", args, to.workspace, repeatable=False)
        return MessageRef(
            channel=str(answer.get("channel") or to.channel),
            id=MessageId(str(answer["ts"])),
            thread=to.thread,
        )

    async def find(self, post: Post, to: Place, since: datetime) -> MessageRef | Found:
        wanted = _metadata(post)["event_payload"]

        def ours(message: Mapping[str, Any]) -> bool:
            return bool((message.get("metadata") or {}).get("event_payload") == wanted)

        try:
            there = await history.first(self._calls, to, (since - _SKEW).timestamp(), ours)
        except ChatError as error:
            log.info("nobody can say whether a message is there", cause=str(error))
            return Found.CANNOT_LOOK
        if there:
            return MessageRef(channel=to.channel, id=MessageId(str(there["ts"])), thread=to.thread)
        return Found.NOT_THERE

    async def update(self, message: MessageRef, post: Post) -> None:
        text, blocks = cards.draw(post)
        args: dict[str, Any] = {
            "channel": message.channel,
            "ts": message.id,
            "text": text,
            "blocks": blocks,
        }
        args["metadata"] = _metadata(post)
        # Progress that comes late is none, and the result would have to wait for it.
        patience = 0.0 if isinstance(post.face, Painting) else PATIENCE
        await self._calls.make("chat.update", args, post.job.place.workspace, patience=patience)

    async def delete(self, message: MessageRef, workspace: str) -> None:
        args = {"channel": message.channel, "ts": message.id}
        self._taken_away.append((message.channel, message.id))  # before: Slack tells of it at once
        try:
            await self._calls.make("chat.delete", args, workspace)
        except MessageGone:
            return
        except ChatError:
            with suppress(ValueError):
                self._taken_away.remove((message.channel, message.id))
            raise

    def took_away(self, channel: str, message: MessageId) -> bool:
        """Whether it was this process that deleted it, a moment ago."""
        return (channel, message) in self._taken_away

    async def has_replies(self, message: MessageRef, workspace: str) -> bool:
        if message.thread:
            return False
        args = {"channel": message.channel, "ts": message.id, "limit": "2"}
        try:  # a courtesy that a result does not wait for: some apps may look once a minute
            answer = await self._calls.make("conversations.replies", args, workspace, patience=0)
        except ChatError:
            return False
        return len(answer.get("messages", ())) > 1

    # -- files

    async def upload(
        self, files: Sequence[Upload], workspace: str, known: Known | None = None
    ) -> tuple[FileId, ...]:
        for wait in _COMPLETION_WAITS:
            ids = await self._send(files, workspace, with_alt=True, known=known)
            args = {"files": _titles(ids, files)}
            try:
                await self._calls.make("files.completeUploadExternal", args, workspace)
            except ChatError as error:
                if error.code != "file_not_found":
                    raise
                log.warning("an upload was taken and is not there", cause=str(error))
                await asyncio.sleep(wait)
                continue
            return ids
        raise ChatError("upload", "file_not_found")

    async def share(
        self, files: Sequence[Upload], under: MessageRef, workspace: str, known: Known | None = None
    ) -> tuple[FileId, ...]:
        # No alt_txt: with it a share silently does not happen, python-slack-sdk#1818.
        ids = await self._send(files, workspace, with_alt=False, known=known)
        args = {
            "files": _titles(ids, files),
            "channel_id": under.channel,
            "thread_ts": under.thread or under.id,
        }
        await self._calls.make("files.completeUploadExternal", args, workspace, repeatable=False)
        return ids

    async def is_shared(self, files: Sequence[FileId], under: MessageRef, workspace: str) -> bool:
        for wait in (0, *_SHARED_WAITS):
            await asyncio.sleep(wait)
            for file in files:  # one that stands there is enough; those of failed uploads never do
                if await self._brought_by(file, under, workspace):
                    return True
        return False

    async def _brought_by(self, file: FileId, under: MessageRef, workspace: str) -> tuple[MessageId, ...]:
        """The messages that hold a file in a message's thread."""
        try:
            answer = await self._calls.make("files.info", {"file": file}, workspace)
        except ChatError as error:
            if error.code in _NO_FILE:
                return ()
            raise
        return files.messages_under(under.channel, under.thread or under.id, answer.get("file") or {})

    async def _send(
        self, files: Sequence[Upload], workspace: str, *, with_alt: bool, known: Known | None
    ) -> tuple[FileId, ...]:
        gate = asyncio.Semaphore(_UPLOADS_AT_ONCE)

        async def one(file: Upload) -> FileId:
            async with gate:
                return await self._send_one(file, workspace, with_alt=with_alt, known=known)

        return tuple(await asyncio.gather(*[one(file) for file in files]))

    async def _send_one(self, file: Upload, workspace: str, *, with_alt: bool, known: Known | None) -> FileId:
        """With a new ticket after each failure: an upload that nobody completes is nothing."""
        args = {"filename": file.name, "length": str(len(file.data))}
        if with_alt:
            args["alt_txt"] = cut(file.alt, pieces.FILE_ALT_LIMIT)
        for wait in _UPLOAD_WAITS:
            ticket = await self._calls.make("files.getUploadURLExternal", args, workspace)
            id_ = FileId(str(ticket["file_id"]))
            if known:
                await known(id_)
            if await self._sent(str(ticket["upload_url"]), file.data):
                return id_
            await asyncio.sleep(wait)
        raise ChatError("upload", "not_taken")

    async def _sent(self, url: str, data: bytes) -> bool:
        try:
            size = {"Content-Length": str(len(data))}
            async with self._session.post(url, data=_pieces(data), headers=size) as answer:
                code = "" if answer.status == 200 else f"http_{answer.status}"
        except (aiohttp.ClientError, TimeoutError) as error:
            code = type(error).__name__
        if code:
            log.warning("an upload failed", cause=code)
        return not code

    async def unshare(self, file: FileId, under: MessageRef, workspace: str) -> None:
        for id_ in await self._brought_by(file, under, workspace):  # first: else "a file was deleted" stays
            await self.delete(MessageRef(channel=under.channel, id=id_), workspace)
        await self.delete_file(file, workspace)

    async def delete_file(self, file: FileId, workspace: str) -> None:
        try:
            await self._calls.make("files.delete", {"file": file}, workspace)
        except ChatError as error:
            if error.code not in _NO_FILE:
                raise

    async def fetch(self, attached: Attached, workspace: str, to: Path, most: int) -> None:
        if attached.stub and attached.trouble is None:
            attached = await self._asked_about(attached, workspace)
        if attached.trouble:
            raise unavailable(attached, FileFault(attached.trouble.value))
        if not attached.url:
            raise unavailable(attached, FileFault.GONE)
        await self._downloads.fetch(attached, (await self._tokens.of(workspace)).token, to, most)

    async def _asked_about(self, stub: Attached, workspace: str) -> Attached:
        """A file of which only the id is known. Raises ``FileUnavailable``."""
        for wait in (*_SHARED_WAITS, None):
            file = await self._info(stub, workspace)
            if not stub.within or files.stands_in(stub.within, file):
                return files.completed(stub, file)
            if wait is not None:
                await asyncio.sleep(wait)
        raise unavailable(stub, FileFault.DENIED)

    async def _info(self, stub: Attached, workspace: str) -> Mapping[str, Any]:
        try:
            answer = await self._calls.make("files.info", {"file": stub.file}, workspace)
        except ChatError as error:
            if error.code in _FILE_FAULTS:
                raise unavailable(stub, _FILE_FAULTS[error.code]) from error
            raise
        return answer.get("file") or {}

    async def posted(self, place: Place) -> tuple[Attached, ...]:
        if not place.thread:
            return ()
        messages = await history.thread(self._calls, place)
        of_people = [message for message in messages if not message.get("bot_id")]
        found = [one for message in of_people for one in files.in_message(message)]
        return tuple(one for one in found if one.may_be_picture)

    # -- people

    async def tell(self, note: Note, whisper: Whisper, locale: str, *, instead: bool = False) -> None:
        """``instead``: in place of the note whose button was pressed, where that still works."""
        await self._whispers.tell(note, whisper, locale, instead=instead)

    async def clear(self, whisper: Whisper) -> None:
        """Take away the private note whose button was pressed, where that still works."""
        await self._whispers.clear(whisper)

    async def locale(self, person: Person) -> str:
        try:  # the person waits for a message: in English rather than late
            async with asyncio.timeout(_LOCALE_WITHIN):
                return str((await self._person(person)).get("locale") or "")
        except TimeoutError:
            self._people[person] = (self._now() + timedelta(minutes=1), {})
            return ""

    async def is_admin(self, person: Person) -> bool:
        user = await self._person(person)
        return bool(user.get("is_admin") or user.get("is_owner"))

    async def _person(self, person: Person) -> dict[str, Any]:
        """users.info, kept for a day; what fails is asked again after a minute."""
        known = self._people.get(person)
        if known and known[0] > self._now():
            return known[1]
        try:
            args = {"user": person.id, "include_locale": "1"}
            answer = await self._calls.make("users.info", args, person.workspace)
            user, keep = dict(answer.get("user") or {}), timedelta(hours=_LOCALE_HOURS)
        except ChatError:
            user, keep = {}, timedelta(minutes=1)
        facts = {key: user.get(key) for key in ("locale", "is_admin", "is_owner")}
        self._people[person] = (self._now() + keep, facts)
        return facts

    async def open_dm(self, person: Person) -> Place:
        answer = await self._calls.make("conversations.open", {"users": person.id}, person.workspace)
        return Place(
            platform=Platform.SLACK,
            workspace=person.workspace,
            channel=str(answer["channel"]["id"]),
            kind=PlaceKind.DM,
        )

    async def address(self, place: Place, message: MessageId | None = None) -> str:
        if message is None:
            return f"https://app.slack.com/client/{place.workspace}/{place.channel}"
        args = {"channel": place.channel, "message_ts": message}
        answer = await self._calls.make("chat.getPermalink", args, place.workspace)
        return str(answer.get("permalink") or "")

    async def welcome(self, person: Person, own: Home) -> None:
        """Draw the app's home tab as one person sees it."""
        view = home.view(own, await self.locale(person))
        await self._calls.make("views.publish", {"user_id": person.id, "view": view}, person.workspace)

    # -- forms

    async def read_text(self, url: str, workspace: str) -> str:
        """A small text file that a person gave in a form. Raises ``ChatError``."""
        return await self._downloads.text(url, (await self._tokens.of(workspace)).token)

    async def open_view(self, trigger: str, view: dict[str, Any], workspace: str) -> str:
        """Show a form; which one. The trigger is good for 3 seconds and once. Raises ``FileRefused``.

        So a repeat opens no second form: after a lost reply it raises ``ChatError`` with ``OPENED_ALREADY``.
        """
        args = {"trigger_id": trigger, "view": view}
        answer = await self._calls.make("views.open", args, workspace)
        return str((answer.get("view") or {}).get("id") or "")

    async def update_view(self, view_id: str, view: dict[str, Any], workspace: str) -> None:
        """Draw an open form again; one that was closed meanwhile needs no drawing. Raises ``FileRefused``."""
        try:
            await self._calls.make("views.update", {"view_id": view_id, "view": view}, workspace)
        except ChatError as error:
            if error.code != "not_found":
                raise


async def _pieces(data: bytes) -> AsyncIterator[memoryview]:
    """A file as the socket takes it: whole, it would be copied twice on its way there."""
    whole = memoryview(data)
    for start in range(0, len(data), _PIECE):
        yield whole[start : start + _PIECE]


def _metadata(post: Post) -> dict[str, Any]:
    return {"event_type": METADATA, "event_payload": {"job": post.job.id, "role": post.role.value}}


def _titles(ids: Sequence[FileId], files: Sequence[Upload]) -> list[dict[str, str]]:
    return [{"id": id_, "title": file.name} for id_, file in zip(ids, files, strict=True)]


def slacks(api_url: str) -> Ours:
    """The token goes to Slack's own hosts and to nobody else."""
    own = URL(api_url).origin()

    def ours(asked: URL) -> bool:
        if asked.origin() == own:
            return True
        host = asked.host or ""
        known = host == "slack.com" or host.endswith(_HOSTS)
        return known and asked.scheme == "https" and asked.port == 443 and asked.user is None

    return ours
