"""The events Slack sends, field for field, and what an app must have to hear each; pure builders.

https://docs.slack.dev/reference/events
"""

import re
from collections.abc import Iterable
from typing import Literal

from bot.playground.slack.payloads import Team, view_json
from bot.playground.slack.state import Channel, ChannelKind, Json, Message, User, View

_CHANNEL_TYPES = {
    ChannelKind.DM: "im",
    ChannelKind.GROUP_DM: "mpim",
    ChannelKind.PRIVATE: "group",
    ChannelKind.PUBLIC: "channel",
}
SUBSCRIPTIONS = {
    ChannelKind.GROUP_DM: "message.mpim",
    ChannelKind.DM: "message.im",
    ChannelKind.PRIVATE: "message.groups",
    ChannelKind.PUBLIC: "message.channels",
}
"""The name by which an app asks for the messages of such a channel."""

SCOPES = {
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "message.groups": "groups:history",
    "message.channels": "channels:history",
    "app_mention": "app_mentions:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "file_deleted": "files:read",
}
"""Event → the scope without which it is not sent; the others need none, or none that the bot has."""


MentionFiles = Literal["whole", "named", "none"]
"""What an ``app_mention`` has of a message's files: all of them, their ids in the blocks, or nothing."""


def envelope(team: Team, inner: Json, *, event_id: str, at: float) -> Json:
    """The envelope of the Events API around one event."""
    org = team.enterprise.id if team.enterprise else None
    authorization = {
        "enterprise_id": org,
        "team_id": None if team.org_wide else team.id,
        "user_id": team.bot_user,
        "is_bot": True,
        "is_enterprise_install": team.org_wide,
    }
    more = {"enterprise_id": org} if org else {}
    return more | {
        "token": team.verification,
        "team_id": team.id,
        "context_team_id": team.id,
        "context_enterprise_id": org,
        "api_app_id": team.app,
        "event": inner,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(at),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }


# -- messages -----------------------------------------------------------------------------------------


def told(
    channel: Channel, message: Message, files: Iterable[Json] = (), *, with_metadata: bool = False
) -> Json:
    """A message as histories and events have it: with its files, and its place in a thread."""
    body = message.payload(with_metadata=with_metadata)
    if message.client_msg_id and "blocks" not in body:
        body["blocks"] = [rich_text(message.text)]
    if shown := list(files):
        body |= {"files": shown, "upload": False, "display_as_bot": False}
    if message.is_reply and (root := channel.by_ts.get(message.thread_ts)):
        body["parent_user_id"] = root.user
        if message.broadcast:
            body["root"] = told(channel, root)
    elif replies := channel.replies(message.ts):
        body |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": sorted({one.user for one in replies}),
            "reply_users_count": len({one.user for one in replies}),
            "latest_reply": replies[-1].ts,
            "is_locked": False,
        }
    return body | ({"hidden": True} if message.is_stone else {})


def message(team: Team, channel: Channel, body: Json) -> Json:
    """``message``, as said by a person or a bot; ``body`` by ``told``."""
    return body | {
        "team": team.id,
        "channel": channel.id,
        "event_ts": body["ts"],
        "channel_type": _CHANNEL_TYPES[channel.kind],
    }


def mention(team: Team, channel: Channel, body: Json, *, files: MentionFiles) -> Json:
    """``app_mention``: the same message, but it has no channel type and not always its files."""
    left_out = () if files == "whole" else ("files", "upload", "display_as_bot", "subtype")
    kept = {key: value for key, value in body.items() if key not in left_out}
    if files == "named" and body.get("files"):
        named = [{"type": "file", "file_id": file["id"]} for file in body["files"]]
        section = {"type": "rich_text_section", "elements": named}
        kept["blocks"] = [*body["blocks"], {"type": "rich_text", "block_id": "named", "elements": [section]}]
    return kept | {"type": "app_mention", "team": team.id, "channel": channel.id, "event_ts": body["ts"]}


def changed(channel: Channel, before: Json, after: Json, ts: str) -> Json:
    """``message_changed``: it has no user at the top. A deleted root with replies comes as one, too."""
    return _hidden(channel, "message_changed", before, ts) | {"message": after}


def deleted(channel: Channel, before: Json, ts: str) -> Json:
    """``message_deleted``."""
    return _hidden(channel, "message_deleted", before, ts) | {"deleted_ts": before["ts"]}


def _hidden(channel: Channel, subtype: str, before: Json, ts: str) -> Json:
    return {
        "type": "message",
        "subtype": subtype,
        "channel": channel.id,
        "channel_type": _CHANNEL_TYPES[channel.kind],
        "ts": ts,
        "event_ts": ts,
        "hidden": True,
        "previous_message": before,
    }


# -- the rest -----------------------------------------------------------------------------------------


def reaction(user: User, message: Message, emoji: str, ts: str, *, added: bool) -> Json:
    """``reaction_added`` or ``reaction_removed``."""
    return {
        "type": "reaction_added" if added else "reaction_removed",
        "user": user.id,
        "reaction": emoji,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "item_user": message.user,
        "event_ts": ts,
    }


def home_opened(team: Team, user: User, dm: Channel, tab: str, view: View | None, ts: str) -> Json:
    """``app_home_opened``; ``tab`` is ``home`` or ``messages``."""
    body: Json = {"type": "app_home_opened", "user": user.id, "channel": dm.id, "tab": tab, "event_ts": ts}
    return body | ({"view": view_json(team, view)} if view and tab == "home" else {})


def membership(kind: str, team: Team, user: str, channel: Channel, ts: str) -> Json:
    """``member_joined_channel`` or ``member_left_channel``."""
    letter = "G" if channel.kind is ChannelKind.PRIVATE else "C"
    return {
        "type": kind,
        "user": user,
        "channel": channel.id,
        "channel_type": letter,
        "team": team.id,
        "event_ts": ts,
    }


_MENTION = re.compile(r"<@(U[A-Z0-9]+)>")


def rich_text(text: str) -> Json:
    """The block that Slack makes of what a person typed."""
    elements: list[Json] = []
    for index, part in enumerate(_MENTION.split(text)):
        if index % 2:
            elements.append({"type": "user", "user_id": part})
        elif part:
            elements.append({"type": "text", "text": _unescaped(part)})
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "block_id": "typed", "elements": [section]}


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
