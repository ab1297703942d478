"""What people say: messages with files, replies, edits, deletions, reactions; and how the bot is told."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape

from bot.playground.slack import events
from bot.playground.slack.delivery import Ack
from bot.playground.slack.events import MentionFiles
from bot.playground.slack.form_acts import FormActs
from bot.playground.slack.state import Channel, ChannelKind, File, Impossible, Json, Message, User

_ENCODED = re.compile(r"&lt;(@U[A-Z0-9]+|#C[A-Z0-9]+)&gt;")
_NAME = re.compile(r"(?<![\w<&])[@#][\w-]+")
_LINK = re.compile(r"https?://[^\s<>]+")

Bring = str | File | tuple[str, bytes]
"""A file that was uploaded already, or its name and bytes."""


class Talking(FormActs):
    """Conversations, on top of forms."""

    async def say(
        self,
        user: str,
        channel: str,
        text: str = "",
        *,
        thread: str = "",
        files: Sequence[Bring] = (),
        broadcast: bool = False,
        mention_first: bool = False,
        mention_with_files: bool = True,
        mention_names_files: bool = False,
        gap: float = 0,
    ) -> Ack:
        """Post a message; it reaches the bot where it is and asked for such messages.

        ``@imagine`` in the text mentions the bot, which then hears of the message twice: ``message`` and
        ``app_mention``, in either order, ``gap`` seconds apart, the mention perhaps without the files, or
        with their ids in its blocks alone.
        ``broadcast``: a reply shown in the channel too. Raises ``Impossible``.
        """
        who, where = self._there(user, channel)
        brought = [await self._brought(who, one) for one in files]
        message = self._typed(who, where, text, thread, brought, broadcast=broadcast)
        for file in brought:
            self.share(file, where, message)
        had: MentionFiles = "named" if mention_names_files else "whole" if mention_with_files else "none"
        return await self._post(where, message, mention_first=mention_first, files=had, gap=gap)

    async def _post(
        self,
        where: Channel,
        message: Message,
        *,
        mention_first: bool = False,
        files: MentionFiles = "whole",
        gap: float = 0,
    ) -> Ack:
        """Show what was said, and tell the bot of it."""
        self.add(where, message)
        self.mark_read(message.user, where)
        body = self.told(where, message)
        heard = self._as_message(where, body)
        mentioned = self._as_mention(where, body, files)
        acks = await self.tell_all([mentioned, heard] if mention_first else [heard, mentioned], gap)
        return replace(worst(acks), message=message)

    async def forward(
        self, user: str, message: Message | str, channel: str, text: str = "", *, thread: str = ""
    ) -> Ack:
        """Share a message elsewhere; its files hang on what is forwarded. Raises ``Impossible``."""
        _, there, found = self._on_screen(user, message)
        who, where = self._there(user, channel)
        shared = self.told(there, found)
        attachment = {
            "is_msg_unfurl": True,
            "is_share": True,
            "channel_id": there.id,
            "author_id": found.user,
            "ts": found.ts,
            "text": found.text,
            "files": shared.get("files", []),
        }
        posted = self._typed(who, where, text, thread, [], broadcast=False, attachments=[attachment])
        for name in found.files:
            self.share(self.files[name], where, posted)
        return await self._post(where, posted)

    async def unfurl(self, message: Message | str) -> Ack:
        """Slack shows what a link in a message leads to: the message changes, and nobody edited it."""
        found = self.find(message)
        where = self.channels[found.channel]
        before = self.told(where, found)
        shown = {"id": 1, "title": "Example", "title_link": "https://example.com/"}
        found.attachments = [*found.attachments, shown]
        self.touch()
        heard = self._if_heard(where, events.changed(where, before, self.told(where, found), self.new_ts()))
        return replace(worst(await self.tell_all([heard])), message=found)

    async def phantom(self, ack: Ack) -> Ack:
        """Deliver a message as a new one with another ts; only ``client_msg_id`` is the same."""
        if ack.thing is None:
            raise Impossible("nothing was delivered")
        ts = self.new_ts()
        return await self.tell(ack.thing.payload["event"] | {"ts": ts, "event_ts": ts})

    async def edit(self, user: str, message: Message | str, text: str) -> Ack:
        """Change one's own message; a mention in it is told anew, with ``edited``. Raises ``Impossible``."""
        who, where, found = self._on_screen(user, message)
        if found.user != who.id or found.is_stone:
            raise Impossible(f"{who.name} cannot change that message")
        if self.edit_window is not None and self.now() - float(found.ts) > self.edit_window:
            raise Impossible("it is too late to change that message")
        before = self.told(where, found)
        self.redraw(found, text=self.encoded(text), blocks=None)
        found.edited = {"user": who.id, "ts": self.new_ts()}
        after = self.told(where, found)
        heard = self._if_heard(where, events.changed(where, before, after, self.new_ts()))
        return replace(
            worst(await self.tell_all([heard, self._as_mention(where, after, "whole")])),
            message=found,
        )

    async def delete(self, user: str, message: Message | str) -> Ack:
        """Delete one's own message with its files, or as an admin anybody's. Raises ``Impossible``."""
        who, where, found = self._on_screen(user, message)
        if found.is_stone or (found.user != who.id and not who.is_admin):
            raise Impossible(f"{who.name} cannot delete that message")
        before = self.told(where, found)
        if found.user == who.id:
            for name in found.files:
                self.files[name].deleted = True
        acks = await self.tell_all(
            [self._if_heard(where, one) for one in self.take_away(where, found, before)], 0
        )
        return replace(worst(acks), message=found)

    async def delete_file(self, user: str, file: File | str) -> Ack:
        """Delete one's own file and leave the message; what held it shows a stone. Raises ``Impossible``."""
        who, found = self.user(user), self.files[file] if isinstance(file, str) else file
        if found.owner != who.id and not who.is_admin:
            raise Impossible(f"{who.name} cannot delete that file")
        found.deleted = True
        self.touch()
        seen = any(self.team.bot_user in self.channels[one].members for one in found.shares)
        if not seen or not self.hears("file_deleted"):
            return Ack(ok=True)
        return await self.tell({"type": "file_deleted", "file_id": found.id, "event_ts": self.new_ts()})

    def take_away(self, channel: Channel, message: Message, before: Json) -> list[Json]:
        """Delete a message; the events that tell of it."""
        stone = self.remove(channel, message)
        if stone:
            return [events.changed(channel, before, self.told(channel, stone), self.new_ts())]
        told = [events.deleted(channel, before, self.new_ts())]
        root = channel.by_ts.get(message.thread_ts)
        if root and root.is_stone and not channel.replies(root.ts):
            last = self.told(channel, root)
            self.remove(channel, root)
            told.append(events.deleted(channel, last, self.new_ts()))
        return told

    async def react(self, user: str, message: Message | str, emoji: str, *, add: bool = True) -> Ack:
        """Put an emoji (by name, as ``x``) under a message, or take it away. Raises ``Impossible``."""
        who, where, found = self._on_screen(user, message)
        if found.seen_by or (who.id in found.reactions.get(emoji, ())) is add:
            raise Impossible(f"{who.name} cannot do that there")
        self.put_reaction(found, emoji, who, add=add)
        body = events.reaction(who, found, emoji, self.new_ts(), added=add)
        heard = body if self.hears(str(body["type"]), where) else None
        return replace(worst(await self.tell_all([heard])), message=found)

    def put_reaction(self, message: Message, emoji: str, user: User, *, add: bool) -> None:
        """Note a reaction, or its end."""
        others = [one for one in message.reactions.get(emoji, ()) if one != user.id]
        message.reactions[emoji] = [*others, user.id] if add else others
        if not message.reactions[emoji]:
            del message.reactions[emoji]
        self.touch()

    # -- what one has read -----------------------------------------------------------------------------

    def mark_read(self, user: str, channel: str | Channel) -> None:
        """The person has seen everything there."""
        where = self.channel(channel)
        where.read[self.user(user).id] = max(where.by_ts, default="")
        self.touch()

    def unread(self, user: str, channel: str | Channel) -> int:
        """How many messages of others are new to the person, as the channel itself shows them."""
        who, where = self.user(user), self.channel(channel)
        seen = where.read.get(who.id, "")
        shown = [one for one in where.messages if one.broadcast or not one.is_reply]
        return sum(one.ts > seen and one.user != who.id for one in shown)

    # -- how it is told --------------------------------------------------------------------------------

    async def _brought(self, who: User, one: Bring) -> File:
        if isinstance(one, tuple):
            return await asyncio.to_thread(self.person_uploads, who.name, *one)
        return self.files[one] if isinstance(one, str) else one

    def _typed(
        self,
        who: User,
        where: Channel,
        text: str,
        thread: str,
        files: list[File],
        *,
        broadcast: bool,
        attachments: Sequence[Json] = (),
    ) -> Message:
        if thread and thread not in where.by_ts:
            raise Impossible("that thread is not there any more")
        if not text and not files and not attachments:
            raise Impossible("there is nothing to say")
        subtype = "file_share" if files else "thread_broadcast" if broadcast else ""
        return Message(
            channel=where.id,
            ts=self.new_ts(),
            user=who.id,
            bot_id=who.bot_id,
            text=self.encoded(text),
            thread_ts=thread,
            broadcast=broadcast,
            client_msg_id="" if who.is_bot else self.new_id(""),
            subtype=subtype,
            files=[file.id for file in files],
            attachments=list(attachments),
        )

    def encoded(self, text: str, *, labelled: bool = False) -> str:
        """What Slack makes of typed text: names and addresses in angle brackets, the rest escaped.

        ``labelled``: with the names as they were typed, as in a command that asks for that.
        """
        signs = {f"@{user.name}": f"@{user.id}" for user in self.users.values()} | {
            f"#{channel.name}": f"#{channel.id}"
            for channel in self.channels.values()
            if channel.kind in (ChannelKind.PUBLIC, ChannelKind.PRIVATE)
        }

        def encode(found: re.Match[str]) -> str:
            if found[0] not in signs:
                return found[0]
            return f"<{signs[found[0]]}{'|' + found[0][1:] if labelled else ''}>"

        linked = _LINK.sub(lambda found: f"<{found[0]}>", _ENCODED.sub(r"<\1>", escape(text, quote=False)))
        return _NAME.sub(encode, linked)

    def _as_message(self, where: Channel, body: Json) -> Json | None:
        return self._if_heard(where, events.message(self.team, where, body))

    def _if_heard(self, where: Channel, inner: Json) -> Json | None:
        return inner if self.hears_messages(where) else None

    def _as_mention(self, where: Channel, body: Json, files: MentionFiles) -> Json | None:
        """In a conversation with the bot itself there are no mentions."""
        named = f"<@{self.team.bot_user}>" in body["text"] and body["user"] != self.team.bot_user
        if not named or where.members == {body["user"], self.team.bot_user}:
            return None
        inner = events.mention(self.team, where, body, files=files)
        return inner if self.hears("app_mention", where) else None

    async def tell_all(self, inners: Sequence[Json | None], gap: float = 0) -> list[Ack]:
        """Deliver one after the other, not waiting for the first acknowledgement, as Slack does."""
        async with asyncio.TaskGroup() as group:
            tasks: list[asyncio.Task[Ack]] = []
            for inner in filter(None, inners):
                if tasks:
                    await asyncio.sleep(gap)
                tasks.append(group.create_task(self.tell(inner)))
        return [task.result() for task in tasks]

    # -- who is where ----------------------------------------------------------------------------------

    def find(self, message: Message | str) -> Message:
        """A message on somebody's screen, by its ts. Raises ``Impossible``."""
        if isinstance(message, Message):
            return message
        for one in [*self.messages, *self.ephemerals]:
            if one.ts == message:
                return one
        raise Impossible("that message is not there any more")

    def _on_screen(self, user: str, message: Message | str) -> tuple[User, Channel, Message]:
        """Who, where and what, when they see it."""
        who, found = self.user(user), self.find(message)
        where = self.channels[found.channel]
        if who.id not in where.members or found.seen_by not in ("", who.id):
            raise Impossible(f"{who.name} does not see that message")
        return who, where, found

    def _there(self, user: str, channel: str) -> tuple[User, Channel]:
        who, where = self.user(user), self.channel(channel)
        if who.id not in where.members:
            raise Impossible(f"{who.name} is not in {where.name}")
        if where.archived:
            raise Impossible(f"{where.name} is archived")
        return who, where


def worst(acks: Sequence[Ack]) -> Ack:
    """The one that failed, else the first; a good one where the bot heard nothing."""
    return next((ack for ack in acks if not ack.ok), acks[0] if acks else Ack(ok=True))
