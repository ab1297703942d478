"""What every payload of Slack's has in common: strings that may be missing, places, people. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.types import MessageId, Place, PlaceKind, Platform

Json = Mapping[str, Any]

_KINDS = {
    "im": PlaceKind.DM,
    "mpim": PlaceKind.GROUP,
    "group": PlaceKind.PRIVATE,
    "channel": PlaceKind.CHANNEL,
}
"""By the ``channel_type`` of message events."""


def text_of(table: Json, key: str) -> str:
    """A string, or an empty one."""
    value = table.get(key)
    return value if isinstance(value, str) else ""


def table_of(table: Json, key: str) -> Json:
    """An object, or an empty one."""
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def tables_of(table: Json, key: str) -> list[Json]:
    """A list's objects, or an empty list."""
    value = table.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def team_of(body: Json) -> str:
    """The workspace whose installation a payload is for, as Bolt finds it (``slack_bolt.request.internals``).

    In a channel shared between companies that is not always the workspace it names first, and with an
    organisation's installation some of the places are empty.
    """
    first = next(iter(tables_of(body, "authorizations")), {})
    view = table_of(body, "view")
    return (
        text_of(view, "app_installed_team_id")
        or text_of(table_of(body, "team"), "id")
        or text_of(first, "team_id")
        or text_of(body, "team_id")
        or text_of(table_of(body, "user"), "team_id")
        or text_of(view, "team_id")
    )


def place(team: str, channel: str, kind: PlaceKind, thread: str = "") -> Place:
    """A conversation, or the thread of it whose first message this is."""
    return Place(
        platform=Platform.SLACK,
        workspace=team,
        channel=channel,
        kind=kind,
        thread=MessageId(thread) if thread else None,
    )


def kind_by_name(channel: str, name: str) -> PlaceKind:
    """What commands and presses say about a conversation: its id, and its name as far as we may know it."""
    if name == "directmessage" or channel.startswith("D"):
        return PlaceKind.DM
    if name.startswith("mpdm-"):
        return PlaceKind.GROUP
    return PlaceKind.PRIVATE if name == "privategroup" or channel.startswith("G") else PlaceKind.CHANNEL


def kind_by_type(channel: str, channel_type: str) -> PlaceKind:
    """What events say about a conversation, as far as they do."""
    return _KINDS.get(channel_type) or kind_by_name(channel, "")
