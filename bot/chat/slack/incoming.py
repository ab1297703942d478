"""Slack's payloads as ``Incoming``. Pure; decides nothing, and only here do Slack's dicts have names."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.chat.slack import COMMAND, SHORTCUT, forms
from bot.types import (
    Action,
    Command,
    FormChanged,
    FormSent,
    FormWanted,
    Incoming,
    JobId,
    MessageId,
    Person,
    Place,
    PlaceKind,
    Platform,
    Pressed,
    Said,
    Whisper,
    Words,
)

_REPLY_MINUTES = 29
"""A response_url lives 30 minutes (https://docs.slack.dev/interactivity/handling-user-interaction)."""


def read(body: Mapping[str, Any], at: datetime) -> Incoming | None:
    """What a person did; None for everything the bot has no ear for."""
    if body.get("command") == COMMAND:
        return _command(body, at)
    match body.get("type"):
        case "event_callback":
            return _event(body, at)
        case "block_actions":
            return _block_action(body, at)
        case "shortcut" if body.get("callback_id") == SHORTCUT:
            return _shortcut(body, at)
        case "view_submission":
            return _form_sent(body, at)
        case _:
            return None


def place_json(place: Place) -> str:
    """A place as a form carries it from the command to its submission."""
    return json.dumps(
        {"channel": place.channel, "kind": place.kind.value, "thread": place.thread, "team": place.workspace}
    )


def _command(body: Mapping[str, Any], at: datetime) -> Incoming:
    team, channel = _str(body, "team_id"), _str(body, "channel_id")
    kind = _kind(channel, _str(body, "channel_name"))
    place = _place(team, channel, kind, None)
    key = _str(body, "trigger_id") or f"{channel}:{_str(body, 'user_id')}:{at.timestamp()}"
    return Incoming(
        key=f"slack:{team}:command:{key}",
        said=Command(text=_str(body, "text")),
        whisper=_whisper(team, _str(body, "user_id"), place, body, at),
        trigger=_str(body, "trigger_id"),
        at=at,
    )


def _event(body: Mapping[str, Any], at: datetime) -> Incoming | None:
    """A message typed in the bot's own DM; not its own, not an edit, not another bot's."""
    event = body.get("event") or {}
    if event.get("type") != "message" or event.get("channel_type") != "im":
        return None
    if event.get("bot_id") or event.get("subtype") or not event.get("user"):
        return None
    team, channel = _str(body, "team_id"), _str(event, "channel")
    thread = MessageId(event["thread_ts"]) if event.get("thread_ts") else None
    place = _place(team, channel, PlaceKind.DM, thread)
    return Incoming(
        key=f"slack:{team}:message:{channel}:{_str(event, 'ts')}",
        said=Words(text=_str(event, "text")),
        whisper=Whisper(person=Person(workspace=team, id=_str(event, "user")), place=place),
        at=at,
    )


def _block_action(body: Mapping[str, Any], at: datetime) -> Incoming | None:
    action = (body.get("actions") or [{}])[0]
    if body.get("view"):
        return _form_changed(body, at)
    name = _str(action, "action_id").split(":", maxsplit=1)[0]
    if name not in {known.value for known in Action}:
        return None
    message, container = body.get("message") or {}, body.get("container") or {}
    ts = _str(message, "ts") or _str(container, "message_ts")
    thread = _str(message, "thread_ts") or _str(container, "thread_ts")
    place = _where(body, MessageId(thread) if thread else None)
    said = Pressed(
        action=Action(name),
        job=JobId(_str(action, "value")),
        message=MessageId(ts),
        private=container.get("is_ephemeral") is True,
    )
    team, user = place.workspace, _str(body.get("user") or {}, "id")
    return _interaction(body, said, team, user, place, at, f"press:{name}:{said.job}:{ts}:{user}")


def _form_changed(body: Mapping[str, Any], at: datetime) -> Incoming | None:
    view = body["view"]
    if view.get("callback_id") != SHORTCUT:
        return None
    carried = json.loads(view.get("private_metadata") or "{}")
    place = _carried_place(body, carried)
    draft = JobId(carried["draft"]) if carried.get("draft") else None
    said = FormChanged(view=_str(view, "id"), fields=forms.values(view), draft=draft)
    user = _str(body.get("user") or {}, "id")
    return _interaction(body, said, place.workspace, user, place, at, f"form:{_str(view, 'hash')}")


def _form_sent(body: Mapping[str, Any], at: datetime) -> Incoming | None:
    view = body.get("view") or {}
    if view.get("callback_id") != SHORTCUT:
        return None
    carried = json.loads(view.get("private_metadata") or "{}")
    place = _carried_place(body, carried)
    draft = JobId(carried["draft"]) if carried.get("draft") else None
    said = FormSent(fields=forms.values(view), draft=draft, text_file=forms.file_url(view))
    user = _str(body.get("user") or {}, "id")
    return _interaction(body, said, place.workspace, user, place, at, f"view:{_str(view, 'id')}")


def _shortcut(body: Mapping[str, Any], at: datetime) -> Incoming:
    user = _str(body.get("user") or {}, "id")
    team = _str(body.get("team") or {}, "id")
    place = _place(team, user, PlaceKind.DM, None)  # no channel goes with it; the form asks the DM
    key = f"shortcut:{_str(body, 'trigger_id')}"
    return _interaction(body, FormWanted(), team, user, place, at, key)


def _interaction(
    body: Mapping[str, Any], said: Said, team: str, user: str, place: Place, at: datetime, key: str
) -> Incoming:
    return Incoming(
        key=f"slack:{team}:{key}",
        said=said,
        whisper=_whisper(team, user, place, body, at),
        trigger=_str(body, "trigger_id"),
        at=at,
    )


def _whisper(team: str, user: str, place: Place, body: Mapping[str, Any], at: datetime) -> Whisper:
    reply_to = _str(body, "response_url")
    until = at + timedelta(minutes=_REPLY_MINUTES) if reply_to else None
    person = Person(workspace=team, id=user)
    return Whisper(person=person, place=place, reply_to=reply_to, reply_until=until)


def _where(body: Mapping[str, Any], thread: MessageId | None) -> Place:
    channel = body.get("channel") or {}
    id_ = _str(channel, "id") or _str(body.get("container") or {}, "channel_id")
    team = _str(body.get("team") or {}, "id") or _str(body.get("user") or {}, "team_id")
    return _place(team, id_, _kind(id_, _str(channel, "name")), thread)


def _carried_place(body: Mapping[str, Any], carried: Mapping[str, Any]) -> Place:
    user = _str(body.get("user") or {}, "id")
    team = str(carried.get("team") or _str(body.get("team") or {}, "id"))
    thread = MessageId(carried["thread"]) if carried.get("thread") else None
    kind = PlaceKind(carried.get("kind", PlaceKind.DM.value))
    return _place(team, str(carried.get("channel") or user), kind, thread)


def _place(team: str, channel: str, kind: PlaceKind, thread: MessageId | None) -> Place:
    return Place(platform=Platform.SLACK, workspace=team, channel=channel, kind=kind, thread=thread)


def _kind(channel: str, name: str) -> PlaceKind:
    if name == "directmessage" or channel.startswith("D"):
        return PlaceKind.DM
    return PlaceKind.PRIVATE if name == "privategroup" or channel.startswith("G") else PlaceKind.CHANNEL


def _str(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""
