"""Teams' activities as ``Incoming``. Pure; decides nothing, and only here do Teams' dicts have names."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.chat.teams import COMMAND
from bot.chat.teams.address import Address, parted
from bot.chat.teams.pictures import REFERENCE, attached
from bot.types import (
    Action,
    Command,
    FormChanged,
    FormKind,
    FormSent,
    FormWanted,
    Incoming,
    JobId,
    MessageId,
    Person,
    Place,
    PlaceKind,
    Platform,
    Pointed,
    Pressed,
    Reacted,
    Rewritten,
    Said,
    Sign,
    Whisper,
    Withdrawn,
    Words,
)

Table = Mapping[str, Any]

_KINDS = {"personal": PlaceKind.DM, "groupChat": PlaceKind.PRIVATE, "channel": PlaceKind.CHANNEL}
_MENTION = re.compile(r"<at[^>]*>(.*?)</at>", re.DOTALL)
_QUOTED = re.compile(r"<quoted\b[^>]*/?>(?:\s*</quoted>)?")
_QUOTE = re.compile(r"<blockquote\b[^>]*schema\.skype\.com/Reply[^>]*itemid=\"(\d+)\"")
# A Japanese keyboard's slash is a wide one.
_SLASHED = re.compile(rf"[/／]{COMMAND}\b", re.IGNORECASE)
_LISTED = re.compile(rf"[/／]?{COMMAND}\b", re.IGNORECASE)
# Teams names its six classic reactions; any other is its code point, an underscore and a name.
_SIGNS = {"274c": Sign.DELETE, "2709": Sign.TO_ME, "1f501": Sign.AGAIN}


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What came with an activity beside what was said, for whoever answers it."""

    incoming: Incoming
    name: str
    """The person's."""


def read(activity: Table, at: datetime) -> Heard | None:
    """What a person did; None for everything the bot has no ear for."""
    sender, conversation = _table(activity, "from"), _table(activity, "conversation")
    known = _str(activity, "serviceUrl") and _str(conversation, "id") and _str(sender, "id")
    if not known or activity.get("channelId", "msteams") != "msteams" or _is_ours(activity):
        return None
    said = _said(activity)
    if said is None:
        return None
    place = _place(activity)
    person = Person(workspace=place.workspace, id=_str(sender, "id"))
    incoming = Incoming(
        key=_key(activity, said, place, person),
        said=said,
        whisper=Whisper(person=person, place=place),
        locale=_locale(activity),
        trigger=_str(activity, "id"),
        at=at,
    )
    return Heard(incoming=incoming, name=_str(sender, "name"))


def _is_ours(activity: Table) -> bool:
    sender, us = _table(activity, "from"), _table(activity, "recipient")
    return sender.get("role") == "bot" or (bool(us) and _str(sender, "id") == _str(us, "id"))


# -- where and who


def _place(activity: Table) -> Place:
    conversation = _table(activity, "conversation")
    bare, root = parted(_str(conversation, "id"))
    kind = _KINDS.get(_str(conversation, "conversationType"))
    if kind is None:
        kind = PlaceKind.PRIVATE if conversation.get("isGroup") else PlaceKind.DM
    service = _str(activity, "serviceUrl").rstrip("/")
    address = Address(conversation=bare, service=service, threads=kind is PlaceKind.CHANNEL)
    tenant = _table(_table(activity, "channelData"), "tenant")
    return Place(
        platform=Platform.TEAMS,
        workspace=_str(tenant, "id") or _str(conversation, "tenantId"),
        channel=str(address),
        kind=kind,
        thread=root if kind is PlaceKind.CHANNEL else _quoted(activity),
    )


def _is_personal(activity: Table) -> bool:
    return _table(activity, "conversation").get("conversationType") == "personal"


def _quoted(activity: Table) -> MessageId | None:
    """Chats have no threads: what a message quotes is what it is about."""
    for entity in _tables(activity, "entities"):
        if entity.get("type") == "quotedReply":
            return MessageId(_str(_table(entity, "quotedReply"), "messageId")) or None
    parts = _tables(activity, "attachments")
    found = next((quote for part in parts if (quote := _QUOTE.search(_str(part, "content")))), None)
    if found:
        return MessageId(found[1])
    named = (_str(part, "id") for part in parts if part.get("contentType") == REFERENCE)
    return MessageId(next(named, "") or _replied(activity)) or None


def _replied(activity: Table) -> str:
    """What words reply to, where no quote says it; a button that comes as a message only stands there."""
    spoken = activity.get("type") in ("message", "messageUpdate") and not activity.get("value")
    return _str(activity, "replyToId") if spoken else ""


def _locale(activity: Table) -> str:
    info = next((one for one in _tables(activity, "entities") if one.get("type") == "clientInfo"), {})
    return _str(activity, "locale") or _str(info, "locale")


def _key(activity: Table, said: Said, place: Place, person: Person) -> str:
    """What is delivered again has its id again; a double click has two, and is known by what it presses."""
    # What is changed or taken back is known by the name of what was said.
    parts: tuple[str, ...] = ("said", place.channel, _str(activity, "id"))
    if isinstance(said, Reacted):
        parts = ("sign", place.channel, said.message, said.sign.value, _str(activity, "timestamp"))
    if isinstance(said, Pressed):
        parts = ("press", said.action.value, said.job, str(said.choice), said.message, person.id)
    if isinstance(said, FormSent):
        parts = ("form", _str(_data(activity), "sheet") or _str(activity, "id"), person.id)
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f"teams:{place.workspace}:{digest}"


# -- what they said


def _said(activity: Table) -> Said | None:
    match activity.get("type"):
        case "message":
            return _message(activity)
        case "invoke":
            return _invoked(activity)
        case "messageUpdate" if _event(activity) == "editMessage":
            return _rewritten(activity)
        case "messageDelete" if _event(activity) == "softDeleteMessage":
            return Withdrawn(message=_message_id(activity))
        case "messageReaction":
            return _reacted(activity)
        case "installationUpdate":
            return _met(activity)
        case _:
            return None


def _met(activity: Table) -> Said | None:
    """A chat with the bot that just began is empty: who begins it is greeted as if they had."""
    new = activity.get("action") == "add" and _is_personal(activity)
    return Words(text="hello", mentioned=True, message=_message_id(activity), alone=True) if new else None


def _event(activity: Table) -> str:
    return _str(_table(activity, "channelData"), "eventType")


def _message_id(activity: Table) -> MessageId:
    return MessageId(_str(activity, "id"))


def _message(activity: Table) -> Said | None:
    data = _data(activity)
    if data and not _str(activity, "text"):
        return _answered(data, activity)
    text, mentioned = _text(activity)
    if _table(activity, "recipient").get("isTargeted"):  # from the list of slash commands: to nobody else
        text, mentioned = text.removeprefix("/"), True
    files = attached(activity)
    if slashed := _command(activity, text, mentioned).match(text):
        text, mentioned = text[slashed.end() :].strip(), True
        if not files:
            return Command(text=text)
    if not text and not files:
        return Command(text="") if mentioned else None
    return Words(text=text, files=files, mentioned=mentioned, message=_message_id(activity), alone=True)


def _command(activity: Table, text: str, mentioned: bool) -> re.Pattern[str]:
    """Without its slash it is surely one from the list of slash commands, or alone, as other lists do."""
    alone = text.casefold() == COMMAND and (mentioned or _is_personal(activity))
    return _LISTED if alone or _table(activity, "recipient").get("isTargeted") else _SLASHED


def _text(activity: Table) -> tuple[str, bool]:
    """What was typed, without the bot's name; and whether the bot was named."""
    text, us = _str(activity, "text"), _str(_table(activity, "recipient"), "id")
    text, mentioned = text.replace("&nbsp;", " ").replace("\xa0", " "), False
    for entity in _tables(activity, "entities"):
        named = _table(entity, "mentioned")
        if entity.get("type") != "mention" or _str(named, "id") != us:
            continue
        mentioned = True
        written = _str(entity, "text") or f"<at>{_str(named, 'name')}</at>"
        tag = re.escape(written).replace("<at>", "<at[^>]*>")
        text = re.sub(rf" *{tag} *", " ", text, flags=re.IGNORECASE)
    text = _MENTION.sub(lambda found: f"@{found[1]}", _QUOTED.sub(" ", text))
    return text.strip(), mentioned


def _rewritten(activity: Table) -> Said:
    text, mentioned = _text(activity)
    return Rewritten(
        message=_message_id(activity),
        text=text,
        files=attached(activity),
        mentioned=mentioned,
        alone=True,
    )


def _reacted(activity: Table) -> Said | None:
    for one in _tables(activity, "reactionsAdded"):
        sign = _SIGNS.get(_str(one, "type").split("_", maxsplit=1)[0])
        if sign:
            return Reacted(sign=sign, message=MessageId(_str(activity, "replyToId")))
    return None


# -- cards and dialogs


def _invoked(activity: Table) -> Said | None:
    match activity.get("name"):
        case "adaptiveCard/action" | "task/fetch" | "task/submit":
            return _answered(_data(activity), activity)
        case "composeExtension/fetchTask":
            return _extension(activity)
        case "composeExtension/submitAction":
            return _answered(_data(activity), activity)
        case _:
            return None


def _extension(activity: Table) -> Said:
    """One of the extension's two commands: the one under a message brings that along."""
    pointed = _table(_table(activity, "value"), "messagePayload")
    if not pointed:
        return FormWanted()
    return Pointed(message=MessageId(_str(pointed, "id")), files=attached(pointed))


def _data(activity: Table) -> Table:
    """What a button or a dialog of ours sent: hidden values and, from a dialog, the answers beside them."""
    value = _table(activity, "value")
    action = _table(value, "action")
    return _table(action, "data") or _table(value, "data") or value


def _answered(data: Table, activity: Table) -> Said | None:
    if _str(data, "form") in {kind.value for kind in FormKind}:
        return _form(data)
    if _str(data, "action") not in {action.value for action in Action}:
        return None
    choice = data.get("choice")
    return Pressed(
        action=Action(data["action"]),
        job=JobId(_str(data, "job")),
        message=MessageId(_str(activity, "replyToId")),
        choice=choice if isinstance(choice, int) else 0,
        private=data.get("private") is True,
    )


def sheet_of(activity: Table) -> str:
    """The name of the form that is open; empty while none is."""
    return _str(_data(activity), "sheet")


_HIDDEN = {"form", "draft", "choice", "sheet", "turn", "msteams"}


def _form(data: Table) -> Said:
    kind = FormKind(data["form"])
    fields = {name: _entered(value) for name, value in data.items() if name not in _HIDDEN}
    draft = JobId(_str(data, "draft")) if data.get("draft") else None
    choice = data.get("choice")
    number = choice if isinstance(choice, int) else 0
    if data.get("turn") == "redraw":
        return FormChanged(view=_str(data, "sheet"), fields=fields, kind=kind, draft=draft, choice=number)
    return FormSent(fields=fields, kind=kind, draft=draft, choice=number)


def _entered(value: object) -> str:
    return str(value) if isinstance(value, str | int | float) else ""


# -- Teams' tables


def _table(table: Table, key: str) -> Table:
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def _tables(table: Table, key: str) -> list[Table]:
    value = table.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _str(table: Table, key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""
