"""Slack's payloads as ``Incoming``. Pure; decides nothing, and only here do Slack's dicts have names."""

import json
from datetime import datetime, timedelta

from bot.chat.slack import COMMAND, POINT, SHORTCUT, events, files, forms, home
from bot.chat.slack.reading import Json, kind_by_name, place, table_of, team_of, text_of
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
    Pointed,
    Pressed,
    Said,
    Whisper,
)

_REPLY_MINUTES = 29
"""A response_url lives 30 minutes (https://docs.slack.dev/interactivity/handling-user-interaction)."""


def read(body: Json, at: datetime, bot_user: str) -> Incoming | None:
    """What a person did; None for everything the bot has no ear for. ``bot_user``: how mentions name us."""
    if body.get("command") == COMMAND:
        return _command(body, at)
    match body.get("type"):
        case "event_callback":
            return events.read(body, at, bot_user)
        case "block_actions" if home.asks_for_the_form(body):
            return _shortcut(body, at)
        case "block_actions":
            return _block_action(body, at)
        case "shortcut" if body.get("callback_id") == SHORTCUT:
            return _shortcut(body, at)
        case "message_action" if body.get("callback_id") == POINT:
            return _pointed(body, at)
        case "view_submission":
            return _form_sent(body, at)
        case _:
            return None


def place_json(place: Place) -> str:
    """A place as a form carries it from the command to its submission."""
    return json.dumps(
        {"channel": place.channel, "kind": place.kind.value, "thread": place.thread, "team": place.workspace}
    )


def _command(body: Json, at: datetime) -> Incoming:
    team, channel = team_of(body), text_of(body, "channel_id")
    user, trigger = text_of(body, "user_id"), text_of(body, "trigger_id")
    where = place(team, channel, kind_by_name(channel, text_of(body, "channel_name")))
    key = trigger or f"{channel}:{user}:{at.timestamp()}"
    return _interaction(body, Command(text=text_of(body, "text")), user, where, at, f"command:{key}")


# -- buttons and menus


def _block_action(body: Json, at: datetime) -> Incoming | None:
    actions = body.get("actions") or [{}]
    if body.get("view"):
        return _form_changed(body, actions[0], at)
    name, job, choice = _meant(actions[0])
    if name not in {known.value for known in Action}:
        return None
    message, container = table_of(body, "message"), table_of(body, "container")
    ts = text_of(message, "ts") or text_of(container, "message_ts")
    thread = text_of(message, "thread_ts") or text_of(container, "thread_ts")
    said = Pressed(
        action=Action(name),
        job=JobId(job),
        message=MessageId(ts),
        choice=choice,
        private=container.get("is_ephemeral") is True,
    )
    user = _user(body)
    which = f"{job}:{choice}" if choice else job
    return _interaction(body, said, user, _where(body, thread), at, f"press:{name}:{which}:{ts}:{user}")


def _meant(action: Json) -> tuple[str, str, int]:
    """Action, job and choice: a button's value has the last two, a menu's chosen one has all three."""
    option = table_of(action, "selected_option")
    if option:
        name, _, value = text_of(option, "value").partition(":")
    else:
        name, value = text_of(action, "action_id").split(":", maxsplit=1)[0], text_of(action, "value")
    job, _, choice = value.partition(":")
    return name, job, int(choice) if choice.isascii() and choice.isdigit() else 0


# -- forms and shortcuts


def _form_changed(body: Json, action: Json, at: datetime) -> Incoming | None:
    view = table_of(body, "view")
    kind = forms.kind_of(view)
    if kind is None or forms.opens_a_page(action):
        return None
    carried = _carried(view)
    said = FormChanged(
        view=text_of(view, "id"),
        fields=forms.values(view) | forms.pressed(action),
        kind=kind,
        draft=_draft(carried),
        choice=_choice(carried),
    )
    where = _carried_place(body, carried)
    return _interaction(body, said, _user(body), where, at, f"form:{text_of(view, 'hash')}")


def _form_sent(body: Json, at: datetime) -> Incoming | None:
    view = table_of(body, "view")
    kind = forms.kind_of(view)
    if kind is None:
        return None
    carried = _carried(view)
    said = FormSent(
        fields=forms.values(view),
        kind=kind,
        choice=_choice(carried),
        files=forms.given(view),
        draft=_draft(carried),
        text_file=forms.file_url(view),
    )
    where = _carried_place(body, carried)
    return _interaction(body, said, _user(body), where, at, f"view:{text_of(view, 'id')}")


def _shortcut(body: Json, at: datetime) -> Incoming:
    user, team = _user(body), team_of(body)
    where = place(team, user, PlaceKind.DM)  # no channel goes with it; the form asks the DM
    return _interaction(body, FormWanted(), user, where, at, f"shortcut:{text_of(body, 'trigger_id')}")


def _pointed(body: Json, at: datetime) -> Incoming:
    """The message shortcut, also on messages in conversations that we are not in."""
    message = table_of(body, "message")
    ts = text_of(message, "ts") or text_of(body, "message_ts")
    given = files.shown_in(message)
    where = _where(body, text_of(message, "thread_ts"))
    said = Pointed(message=MessageId(ts), files=given)
    return _interaction(body, said, _user(body), where, at, f"pointed:{text_of(body, 'trigger_id')}")


# -- pieces


def _interaction(body: Json, said: Said, user: str, where: Place, at: datetime, key: str) -> Incoming:
    return Incoming(
        key=f"slack:{where.workspace}:{key}",
        said=said,
        whisper=_whisper(user, where, body, at),
        trigger=text_of(body, "trigger_id"),
        at=at,
    )


def _whisper(user: str, where: Place, body: Json, at: datetime) -> Whisper:
    reply_to = text_of(body, "response_url")
    until = at + timedelta(minutes=_REPLY_MINUTES) if reply_to else None
    person = Person(workspace=where.workspace, id=user)
    return Whisper(person=person, place=where, reply_to=reply_to, reply_until=until)


def _user(body: Json) -> str:
    return text_of(table_of(body, "user"), "id")


def _where(body: Json, thread: str) -> Place:
    channel = table_of(body, "channel")
    id_ = text_of(channel, "id") or text_of(table_of(body, "container"), "channel_id")
    return place(team_of(body), id_, kind_by_name(id_, text_of(channel, "name")), thread)


def _carried(view: Json) -> Json:
    """What a form brings back from where it was opened."""
    carried = json.loads(text_of(view, "private_metadata") or "{}")
    return carried if isinstance(carried, dict) else {}


def _carried_place(body: Json, carried: Json) -> Place:
    """Where a form was opened, if that was in the workspace that sends it; else the person's DM."""
    team = team_of(body)
    if text_of(carried, "team") not in ("", team):
        return place(team, _user(body), PlaceKind.DM)
    kind = PlaceKind(text_of(carried, "kind") or PlaceKind.DM.value)
    return place(team, text_of(carried, "channel") or _user(body), kind, text_of(carried, "thread"))


def _draft(carried: Json) -> JobId | None:
    return JobId(text_of(carried, "draft")) if carried.get("draft") else None


def _choice(carried: Json) -> int:
    choice = carried.get("choice")
    return choice if isinstance(choice, int) else 0
