"""Slack's events as ``Incoming``: what people write, change, take back and react with. Pure; decides nothing.

One message with a mention comes twice, as ``message`` and as ``app_mention``, in either order, with one key.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from bot.chat.slack import files
from bot.chat.slack.reading import Json, kind_by_type, place, table_of, team_of, text_of
from bot.types import (
    Attached,
    Incoming,
    MessageId,
    Person,
    PlaceKind,
    Reacted,
    Rewritten,
    Said,
    Sign,
    Whisper,
    Withdrawn,
    Words,
)

_SIGNS = {
    "x": Sign.DELETE,
    "envelope": Sign.TO_ME,
    "email": Sign.TO_ME,
    "repeat": Sign.AGAIN,
}
_SPOKEN = ("", "file_share", "thread_broadcast")
"""Subtypes of messages that people write; the others tell of joins, topics, and what apps do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Heard:
    """One event, and what reading it needs."""

    event: Json
    team: str
    channel: str
    kind: PlaceKind
    bot_user: str
    at: datetime

    def incoming(self, said: Said, who: str, key: str, *, thread: str = "", alias: str = "") -> Incoming:
        where = place(self.team, self.channel, self.kind, thread)
        return Incoming(
            key=f"slack:{self.team}:{key}",
            alias=f"slack:{self.team}:{alias}" if alias else "",
            said=said,
            whisper=Whisper(person=Person(workspace=self.team, id=who), place=where),
            at=self.at,
        )

    def is_persons(self, message: Json) -> bool:
        """Not ours, no other bot's, and not what an app says in a person's name."""
        user = text_of(message, "user")
        return user not in ("", "USLACKBOT", self.bot_user) and not message.get("bot_id")

    def words(self, message: Json) -> tuple[str, bool]:
        """A message's text without our name in it, and whether it was there."""
        text = text_of(message, "text")
        if not self.bot_user or f"<@{self.bot_user}" not in text:
            return text, False
        name = re.compile(rf"[^\S\n]*<@{re.escape(self.bot_user)}(?:\|[^>]*)?>[^\S\n]*")
        return name.sub(" ", text).strip(), bool(name.search(text))

    def concerns_us(self, message: Json) -> bool:
        """Whether it may: in our DM, naming us, in a thread, or with files."""
        thread = message.get("thread_ts") or message.get("files") or message.get("attachments")
        return self.kind is PlaceKind.DM or bool(thread) or self.words(message)[1]


def read(body: Json, at: datetime, bot_user: str) -> Incoming | None:
    """What a person did; None for everything that is not meant for the bot."""
    event = table_of(body, "event")
    channel = text_of(event, "channel")
    heard = _Heard(
        event=event,
        team=team_of(body),
        channel=channel,
        kind=kind_by_type(channel, text_of(event, "channel_type")),
        bot_user=bot_user,
        at=at,
    )
    match text_of(event, "type"), text_of(event, "subtype"):
        case "message", subtype if subtype in _SPOKEN:
            return _said(heard)
        case "message", "message_changed":
            return _changed(heard)
        case "message", "message_deleted":
            return _withdrawn(heard, text_of(event, "deleted_ts"))
        case "app_mention", _:
            return _mentioned(heard)
        case "reaction_added", _:
            return _reacted(heard)
        case _:
            return None


def _said(heard: _Heard) -> Incoming | None:
    event = heard.event
    if not heard.is_persons(event):
        return None
    text, mentioned = heard.words(event)
    given = files.in_message(event)
    if heard.kind is not PlaceKind.DM and not (mentioned or given or _thread(event)):
        return None
    return _message(heard, Words(text=text, files=given, mentioned=mentioned, message=_ts(event)))


def _mentioned(heard: _Heard) -> Incoming | None:
    """The mention may come without the files: in its blocks, or in its twin."""
    event = heard.event
    if not heard.is_persons(event):
        return None
    text, _ = heard.words(event)
    given = files.in_message(event) or files.in_blocks(event, within=heard.channel)
    said = Words(text=text, files=given, mentioned=True, message=_ts(event), twin=not given)
    return _message(heard, said)


def _message(heard: _Heard, said: Words) -> Incoming:
    event = heard.event
    client = text_of(event, "client_msg_id")  # the same post was seen with another ts (typeclaw#49)
    return heard.incoming(
        said,
        text_of(event, "user"),
        _key(heard, _ts(event)),
        thread=_thread(event),
        alias=f"client:{client}" if client else "",
    )


def _changed(heard: _Heard) -> Incoming | None:
    """An edit by a person; an unfurled link, a finished upload or a new reply change a message too."""
    now, before = table_of(heard.event, "message"), table_of(heard.event, "previous_message")
    if text_of(now, "subtype") == "tombstone":  # deleted, with replies under it
        return _withdrawn(heard, text_of(now, "ts"))
    if not heard.is_persons(now) or not (heard.concerns_us(now) or heard.concerns_us(before)):
        return None
    given = files.in_message(now)
    text, mentioned = heard.words(now)
    if text_of(now, "text") == text_of(before, "text") and _same(given, files.in_message(before)):
        return None
    said = Rewritten(message=_ts(now), text=text, files=given, mentioned=mentioned)
    return heard.incoming(said, text_of(now, "user"), _key(heard, said.message), thread=_thread(now))


def _withdrawn(heard: _Heard, ts: str) -> Incoming | None:
    before = table_of(heard.event, "previous_message")
    theirs = heard.is_persons(before) and heard.concerns_us(before)
    ours = bool(heard.bot_user) and text_of(before, "user") == heard.bot_user
    if not ts or not (theirs or ours):
        return None
    said = Withdrawn(message=MessageId(ts))
    return heard.incoming(said, text_of(before, "user"), _key(heard, said.message), thread=_thread(before))


def _reacted(heard: _Heard) -> Incoming | None:
    """Only under our own messages. The key has the time: a sign taken back may be given again."""
    event, item = heard.event, table_of(heard.event, "item")
    sign, user = _SIGNS.get(text_of(event, "reaction")), text_of(event, "user")
    ours = bool(heard.bot_user) and text_of(event, "item_user") == heard.bot_user
    if sign is None or not ours or text_of(item, "type") != "message" or user in ("", heard.bot_user):
        return None
    channel, ts = text_of(item, "channel"), text_of(item, "ts")
    there = _Heard(
        event=event,
        team=heard.team,
        channel=channel,
        kind=kind_by_type(channel, ""),
        bot_user=heard.bot_user,
        at=heard.at,
    )
    key = f"reaction:{sign.value}:{channel}:{ts}:{user}:{text_of(event, 'event_ts')}"
    return there.incoming(Reacted(sign=sign, message=MessageId(ts)), user, key)


def _key(heard: _Heard, message: MessageId) -> str:
    """A message's own key: by it, what becomes of the message finds the job that it asked for."""
    return f"message:{heard.channel}:{message}"


def _same(now: tuple[Attached, ...], before: tuple[Attached, ...]) -> bool:
    """Whether the same files hang there; one that was deleted meanwhile does not."""
    return {(one.file, one.trouble) for one in now} == {(one.file, one.trouble) for one in before}


def _ts(message: Json) -> MessageId:
    return MessageId(text_of(message, "ts"))


def _thread(message: Json) -> str:
    """The thread a reply stands in; a thread's first message is no reply."""
    thread = text_of(message, "thread_ts")
    return "" if thread == text_of(message, "ts") else thread
