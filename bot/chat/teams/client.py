"""Teams as a ``Chat``: our posts, pictures and private notes as calls of the Bot Connector."""

import asyncio
import base64
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import structlog

from bot.aside import aside
from bot.chat import Found, Known, Manner, Showing, Upload
from bot.chat.teams import address as addresses
from bot.chat.teams import cards
from bot.chat.teams.address import Address
from bot.chat.teams.calls import Calls, path
from bot.chat.teams.pieces import Card
from bot.errors import ChatError, MessageGone, NotWelcome
from bot.pixels import small
from bot.types import (
    Attached,
    BlobKey,
    FileId,
    Job,
    MessageId,
    MessageRef,
    Note,
    Person,
    Place,
    PlaceKind,
    Platform,
    Post,
    Whisper,
    carried_by,
    carrier,
)

log = structlog.get_logger()

K = TypeVar("K")

_ACQUAINTANCES = 10_000
_NAME_WITHIN = 2.0
"""Seconds a message waits for a person's name."""


class Gallery(Protocol):
    """Where pictures stand that messages show by link."""

    async def keep(self, data: bytes, media_type: str) -> FileId: ...

    def link(self, picture: BlobKey | FileId) -> str: ...

    async def drop(self, file: FileId) -> None: ...


class Fetcher(Protocol):
    """Gets people's files."""

    async def fetch(self, attached: Attached, service: str, to: Path, most: int) -> None: ...


class TeamsChat:
    """See ``bot.chat.Chat``. A message has one card and no text: Teams would make two messages of both."""

    def __init__(
        self, calls: Calls, gallery: Gallery | None, fetcher: Fetcher, *, app_id: str, service: str
    ) -> None:
        """``gallery`` None: nobody outside reaches the bot's server, so pictures travel in messages.

        ``service``: the connector's address for conversations that nobody has spoken in yet.
        """
        self._calls = calls
        self._fetcher = fetcher
        self._gallery = gallery
        self._app_id = app_id
        self._service = service
        self._names: OrderedDict[Person, str] = OrderedDict()
        self._chats: OrderedDict[Person, str] = OrderedDict()
        self._services: OrderedDict[str, str] = OrderedDict()

    @property
    def manner(self) -> Manner:
        if self._gallery:
            return Manner(showing=Showing.UPDATE, links=True)
        return Manner(showing=Showing.SHARE, links=False)

    def met(self, person: Person, name: str, place: Place) -> None:
        """Somebody spoke: what later answers need to know of them."""
        if name:
            _remember(self._names, person, name)
        _remember(self._services, person.workspace, addresses.read(place.channel).service)
        if place.kind is PlaceKind.DM:
            _remember(self._chats, person, place.channel)

    # -- messages

    async def post(self, post: Post, to: Place) -> MessageRef:
        sent = await self._send(addresses.read(to.channel), to.thread, await self._drawn(post, to))
        return MessageRef(channel=to.channel, id=sent, thread=to.thread)

    async def find(self, post: Post, to: Place, since: datetime) -> MessageRef | Found:
        """A bot may not read what was said, not even by itself."""
        return Found.CANNOT_LOOK

    async def update(self, message: MessageRef, post: Post) -> None:
        activity = {**await self._drawn(post, post.job.place), "id": message.id}
        await self._calls.make("PUT", addresses.read(message.channel), _where(message), activity)

    async def delete(self, message: MessageRef, workspace: str) -> None:
        try:
            await self._calls.make("DELETE", addresses.read(message.channel), _where(message))
        except MessageGone:
            return

    async def has_replies(self, message: MessageRef, workspace: str) -> bool:
        return False

    async def _drawn(self, post: Post, place: Place) -> dict[str, Any]:
        look = cards.Look(link=self.link, person=await self._name(post.job, place))
        return _activity(cards.draw(post, look), cards.summary(post))

    async def _send(
        self,
        address: Address,
        thread: MessageId | None,
        activity: dict[str, Any],
        to: Person | None = None,
    ) -> MessageId:
        """``to``: only this person sees it."""
        where = path(address.at(thread), "activities")
        if to:
            where += "?isTargetedActivity=true"
            activity = {**activity, "recipient": {"id": to.id}}
        answer = await self._calls.make("POST", address, where, activity, repeatable=False)
        return MessageId(str(answer.get("id") or ""))

    # -- pictures

    def link(self, picture: BlobKey | FileId) -> str:
        """Where Teams fetches it. Raises ``ChatError``."""
        if self._gallery is None:
            raise ChatError("link", "nobody reaches the bot's server")
        return self._gallery.link(picture)

    async def upload(
        self, files: Sequence[Upload], workspace: str, known: Known | None = None
    ) -> tuple[FileId, ...]:
        """Copies of a card's size; Teams fetches them when it draws the card."""
        if self._gallery is None:
            raise ChatError("upload", "nobody reaches the bot's server")
        kept = []
        for file in files:
            data, media_type = await aside(small.for_card, file.data)
            kept.append(await self._gallery.keep(data, media_type))
            if known:
                await known(kept[-1])
        return tuple(kept)

    async def share(
        self, files: Sequence[Upload], under: MessageRef, workspace: str, known: Known | None = None
    ) -> tuple[FileId, ...]:
        """Each picture as a message of its own, as large as Teams takes one inside a message."""
        address = addresses.read(under.channel)
        sent = []
        for file in files:
            data, media_type = await aside(small.for_card, file.data)
            url = await aside(_data_url, data, media_type)
            attachment = {"contentType": media_type, "contentUrl": url, "name": file.name}
            activity = {"type": "message", "attachments": [attachment], "summary": file.alt}
            message = await self._send(address, under.thread, activity)
            thread = under.thread if address.threads else None  # in a chat: what its request quoted
            sent.append(carried_by(MessageRef(channel=under.channel, id=message, thread=thread)))
            if known:  # now only: a message has no name before it is there
                await known(sent[-1])
        return tuple(sent)

    async def is_shared(self, files: Sequence[FileId], under: MessageRef, workspace: str) -> bool:
        return False  # a message has no id before it is there, and a bot cannot look

    async def unshare(self, file: FileId, under: MessageRef, workspace: str) -> None:
        await self.delete_file(file, workspace)

    async def delete_file(self, file: FileId, workspace: str) -> None:
        if message := carrier(file):
            await self.delete(message, workspace)
        elif self._gallery:
            await self._gallery.drop(file)

    async def fetch(self, attached: Attached, workspace: str, to: Path, most: int) -> None:
        service = self._services.get(workspace, self._service)
        await self._fetcher.fetch(attached, service, to, most)

    async def posted(self, place: Place) -> tuple[Attached, ...]:
        return ()  # a bot is not shown what others wrote

    # -- people

    async def locale(self, person: Person) -> str:
        return ""  # it comes with everything they say

    async def address(self, place: Place, message: MessageId | None = None) -> str:
        return ""  # the bot's own chat has no link before somebody looked it up

    async def is_admin(self, person: Person) -> bool:
        return False  # only Graph knows

    async def open_dm(self, person: Person) -> Place:
        known = self._chats.get(person)
        if known is None:
            address = Address(
                conversation="", service=self._services.get(person.workspace, self._service), threads=False
            )
            body = {
                "bot": {"id": self._app_id},
                "isGroup": False,
                "members": [{"id": person.id}],
                "tenantId": person.workspace,
                "channelData": {"tenant": {"id": person.workspace}},
            }
            answer = await self._calls.make("POST", address, "conversations", body)
            known = str(replace(address, conversation=str(answer.get("id") or "")))
            _remember(self._chats, person, known)
        return Place(platform=Platform.TEAMS, workspace=person.workspace, channel=known, kind=PlaceKind.DM)

    async def tell(self, note: Note, whisper: Whisper, locale: str) -> None:
        for card in cards.note(note, locale, self.link):
            await self.whisper(card, whisper)

    async def whisper(self, card: Card, whisper: Whisper) -> None:
        """A card for one person's eyes: where they are, if Teams does that there, else in their chat."""
        place, activity = whisper.place, _activity(card, "")
        if place.kind is not PlaceKind.DM:
            try:
                await self._send(addresses.read(place.channel), place.thread, activity, to=whisper.person)
            except ChatError as error:
                log.info("not told in the conversation", cause=str(error))
                place = await self.open_dm(whisper.person)
            else:
                return
        await self._send(addresses.read(place.channel), None, activity)

    async def clear(self, whisper: Whisper, message: MessageId) -> None:
        """Take away the private note whose button was pressed."""
        place = whisper.place
        ref = MessageRef(channel=place.channel, id=message, thread=place.thread)
        targeted = "" if place.kind is PlaceKind.DM else "?isTargetedActivity=true"
        try:
            await self._calls.make("DELETE", addresses.read(place.channel), _where(ref) + targeted)
        except (MessageGone, NotWelcome):
            return

    async def _name(self, job: Job, place: Place) -> str:
        """The requester's name where others are around; asked for where it is not known any more."""
        if place.kind is PlaceKind.DM:
            return ""
        if job.by not in self._names:
            address = addresses.read(place.channel)
            try:
                async with asyncio.timeout(_NAME_WITHIN):
                    member = path(address.conversation, "members", job.by.id)
                    answer = await self._calls.make("GET", address, member)
            except (ChatError, TimeoutError):
                answer = {}
            _remember(self._names, job.by, str(answer.get("name") or ""))
        return self._names[job.by]


def _remember(table: OrderedDict[K, str], key: K, value: str) -> None:
    table[key] = value
    table.move_to_end(key)
    if len(table) > _ACQUAINTANCES:
        table.popitem(last=False)


def _activity(card: Card, summary: str) -> dict[str, Any]:
    activity = {"type": "message", "attachments": [{"contentType": cards.ADAPTIVE, "content": card}]}
    return {**activity, "summary": summary} if summary else activity


def _where(message: MessageRef) -> str:
    return path(addresses.read(message.channel).at(message.thread), "activities", message.id)


def _data_url(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
