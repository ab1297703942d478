"""The chat.* and conversations.* methods and the response_urls: arguments in, Slack's answer out."""

import json
import re
from typing import Any

from bot.playground.slack import blocks as block_kit
from bot.playground.slack import events
from bot.playground.slack.people import Workspace
from bot.playground.slack.state import Channel, ChannelKind, Json, Message, Refused

_METADATA_BYTES = 8 * 1024
_POST_CHARACTERS = 40_000
_UPDATE_CHARACTERS = 4_000


def is_true(value: Any) -> bool:
    """Slack takes booleans as JSON or as words."""
    return value in (True, "1", "true", "True")


def post_message(workspace: Workspace, args: Json) -> Json:
    channel = workspace.writable_by_bot(str(args.get("channel", "")))
    message = _new(workspace, channel, args)
    message.metadata = _metadata(args)
    workspace.add(channel, message)
    workspace.echo(channel, events.message(workspace.team, channel, workspace.told(channel, message)))
    return {
        "ok": True,
        "channel": channel.id,
        "ts": message.ts,
        "message": message.payload(with_metadata=True),
    }


def post_ephemeral(workspace: Workspace, args: Json) -> Json:
    channel = workspace.joined_by_bot(str(args.get("channel", "")))
    if channel.archived:
        raise Refused("is_archived")
    user = str(args.get("user", ""))
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    message = _new(workspace, channel, args)
    message.seen_by = user
    # Slack says yes, and shows it in a thread only where somebody has replied already.
    if not message.is_reply or channel.replies(message.thread_ts):
        workspace.add(channel, message)
    return {"ok": True, "message_ts": message.ts}


def update(workspace: Workspace, args: Json) -> Json:
    channel, message = _own(workspace, args, "cant_update_message")
    if channel.archived:
        raise Refused("is_inactive")
    if workspace.edit_window is not None and workspace.now() - float(message.ts) > workspace.edit_window:
        raise Refused("edit_window_closed")
    before = workspace.told(channel, message)
    text, blocks = _content(workspace, args, _UPDATE_CHARACTERS)
    if text is not None and blocks is None:
        blocks = []
    if text is None and blocks is None:
        raise Refused("no_text")
    if workspace.updated_blocks_vanish and blocks:
        blocks = [block for block in blocks if not _brings_new_file(workspace, block)]
    workspace.redraw(message, text=text, blocks=blocks)
    if "metadata" in args:
        message.metadata = _metadata(args)
    if not blocks:
        message.edited = {"user": message.user, "ts": workspace.new_ts()}
    after = workspace.told(channel, message)
    workspace.echo(channel, events.changed(channel, before, after, workspace.new_ts()))
    return {
        "ok": True,
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": message.payload(),
    }


def _brings_new_file(workspace: Workspace, block: Json) -> bool:
    files = [workspace.named_file(wanted) for wanted in block_kit.files_in(block)]
    return any(file is not None and not file.shown for file in files)


def delete(workspace: Workspace, args: Json) -> Json:
    channel, message = _own(workspace, args, "cant_delete_message")
    for inner in workspace.take_away(channel, message, workspace.told(channel, message)):
        workspace.echo(channel, inner)
    return {"ok": True, "channel": channel.id, "ts": message.ts}


def _own(workspace: Workspace, args: Json, otherwise: str) -> tuple[Channel, Message]:
    channel = workspace.seen_by_bot(str(args.get("channel", "")))
    message = channel.by_ts.get(str(args.get("ts", "")))
    if message is None or message.is_stone:
        raise Refused("message_not_found")
    if message.user != workspace.team.bot_user:
        raise Refused(otherwise)
    return channel, message


def _new(workspace: Workspace, channel: Channel, args: Json) -> Message:
    text, blocks = _content(workspace, args, _POST_CHARACTERS)
    if not text and not blocks:
        raise Refused("no_text")
    return Message(
        channel=channel.id,
        ts=workspace.new_ts(),
        user=workspace.team.bot_user,
        bot_id=workspace.team.bot,
        text=text or "",
        blocks=blocks or [],
        thread_ts=str(args.get("thread_ts") or ""),
        broadcast=is_true(args.get("reply_broadcast")),
    )


def _content(workspace: Workspace, args: Json, most: int) -> tuple[str | None, list[Json] | None]:
    text, blocks = args.get("text"), args.get("blocks")
    if text is not None and len(text) > most:
        raise Refused("msg_too_long")
    if blocks is not None:
        if faults := block_kit.message_faults(blocks, workspace.showable):
            raise Refused("invalid_blocks", *faults)
        if block_kit.too_long(blocks):
            raise Refused("msg_blocks_too_long")
    return text, blocks


def _metadata(args: Json) -> Json | None:
    metadata = args.get("metadata")
    if not metadata:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise Refused("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_format")
    if len(json.dumps(metadata)) > _METADATA_BYTES:
        raise Refused("metadata_too_large")
    return metadata


# -- conversations -------------------------------------------------------------------------------------


_HISTORY_SCOPES = {
    ChannelKind.PUBLIC: "channels:history",
    ChannelKind.PRIVATE: "groups:history",
    ChannelKind.DM: "im:history",
    ChannelKind.GROUP_DM: "mpim:history",
}


def history(workspace: Workspace, args: Json) -> Json:
    channel = _readable(workspace, args)
    shown = [one for one in reversed(channel.messages) if one.broadcast or not one.is_reply]
    return _page(workspace, channel, shown, args)


def replies(workspace: Workspace, args: Json) -> Json:
    channel = _readable(workspace, args)
    named = channel.by_ts.get(str(args.get("ts", "")))
    parent = channel.by_ts.get(named.thread_ts) if named and named.is_reply else named
    if parent is None:
        raise Refused("thread_not_found")
    return _page(workspace, channel, [parent, *channel.replies(parent.ts)], args)


def _readable(workspace: Workspace, args: Json) -> Channel:
    channel = workspace.joined_by_bot(str(args.get("channel", "")))
    if workspace.history_unreadable:
        raise Refused("missing_scope", needed=_HISTORY_SCOPES[channel.kind], provided="chat:write")
    workspace.need_scope(_HISTORY_SCOPES[channel.kind])
    return channel


def _page(workspace: Workspace, channel: Channel, messages: list[Message], args: Json) -> Json:
    oldest, latest = str(args.get("oldest") or "0"), str(args.get("latest") or "9999999999.999999")
    inclusive = is_true(args.get("inclusive"))
    told = [message for message in messages if _between(message.ts, oldest, latest, inclusive=inclusive)]
    start, limit = _start(args), int(args.get("limit") or 100)
    if not 1 <= limit <= 1000:
        raise Refused("invalid_limit")
    limit = min(limit, workspace.rates.most_messages())
    more = len(told) > start + limit
    with_metadata = is_true(args.get("include_all_metadata"))
    return {
        "ok": True,
        "messages": [
            workspace.told(channel, message, with_metadata=with_metadata)
            for message in told[start : start + limit]
        ],
        "has_more": more,
        "response_metadata": {"next_cursor": f"next:{start + limit}" if more else ""},
    }


def _start(args: Json) -> int:
    cursor = str(args.get("cursor") or "next:0")
    number = cursor.removeprefix("next:")
    if not cursor.startswith("next:") or not number.isdecimal():
        raise Refused("invalid_cursor")
    return int(number)


def _between(ts: str, oldest: str, latest: str, *, inclusive: bool) -> bool:
    at, least, most = float(ts), float(oldest), float(latest)
    return least <= at <= most if inclusive else least < at < most


_INFO_SCOPES = {
    ChannelKind.PUBLIC: "channels:read",
    ChannelKind.PRIVATE: "groups:read",
    ChannelKind.DM: "im:read",
    ChannelKind.GROUP_DM: "mpim:read",
}


def info(workspace: Workspace, args: Json) -> Json:
    channel = workspace.seen_by_bot(str(args.get("channel", "")))
    workspace.need_scope(_INFO_SCOPES[channel.kind])
    return {"ok": True, "channel": _described(workspace, channel)}


def _described(workspace: Workspace, channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": channel.kind is ChannelKind.PUBLIC,
        "is_im": channel.kind is ChannelKind.DM,
        "is_mpim": channel.kind is ChannelKind.GROUP_DM,
        "is_private": channel.kind is not ChannelKind.PUBLIC,
        "is_archived": channel.archived,
        "is_member": workspace.team.bot_user in channel.members,
    }


def open_conversation(workspace: Workspace, args: Json) -> Json:
    users = str(args.get("users", "")).split(",")
    if len(users) != 1 or users[0] not in workspace.users:
        raise Refused("user_not_found")
    channel = workspace.dm(users[0])
    return {"ok": True, "channel": {"id": channel.id}}


# -- reactions -------------------------------------------------------------------------------------------

_EMOJI = re.compile(r"[a-z0-9_+\-]+(::skin-tone-[2-6])?")


def add_reaction(workspace: Workspace, args: Json) -> Json:
    return _reaction(workspace, args, add=True)


def remove_reaction(workspace: Workspace, args: Json) -> Json:
    return _reaction(workspace, args, add=False)


def _reaction(workspace: Workspace, args: Json, *, add: bool) -> Json:
    channel, name = workspace.joined_by_bot(str(args.get("channel", ""))), str(args.get("name", ""))
    message = channel.by_ts.get(str(args.get("timestamp", "")))
    if message is None or message.is_stone:
        raise Refused("message_not_found")
    if not _EMOJI.fullmatch(name):
        raise Refused("invalid_name")
    bot = workspace.users[workspace.team.bot_user]
    if (bot.id in message.reactions.get(name, ())) is add:
        raise Refused("already_reacted" if add else "no_reaction")
    workspace.put_reaction(message, name, bot, add=add)
    return {"ok": True}


# -- response_urls ---------------------------------------------------------------------------------------


def reply(workspace: Workspace, name: str, args: Json) -> None:
    """What is posted to a response_url. Raises ``Refused``."""
    answer = workspace.take_reply_url(name)
    channel, original = workspace.channels[answer.channel], answer.original
    # An original of somebody else cannot be the app's to change; a command has none.
    if is_true(args.get("delete_original")):
        if original is None:
            raise Refused("no_text")
        workspace.remove(channel, original)
        return
    text, blocks = _content(workspace, args, _POST_CHARACTERS)
    if not text and not blocks:
        raise Refused("no_text")
    if original is not None and is_true(args.get("replace_original")):
        workspace.redraw(original, text=text or "", blocks=blocks or [])
        return
    message = _new(workspace, channel, args)
    everybody = args.get("response_type") == "in_channel"
    message.seen_by = "" if everybody else answer.user
    workspace.add(channel, message)


def permalink(workspace: Workspace, args: Json) -> Json:
    channel = workspace.seen_by_bot(str(args.get("channel", "")))
    message = channel.by_ts.get(str(args.get("message_ts", "")))
    if message is None:
        raise Refused("message_not_found")
    url = f"https://{workspace.team.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        url += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"ok": True, "channel": channel.id, "permalink": url}


METHODS = {
    "chat.getPermalink": (permalink, ""),
    "chat.postMessage": (post_message, "chat:write"),
    "chat.postEphemeral": (post_ephemeral, "chat:write"),
    "chat.update": (update, "chat:write"),
    "chat.delete": (delete, "chat:write"),
    "conversations.history": (history, ""),
    "conversations.replies": (replies, ""),
    "conversations.info": (info, ""),
    "reactions.add": (add_reaction, "reactions:write"),
    "reactions.remove": (remove_reaction, "reactions:write"),
    "conversations.open": (open_conversation, "im:write"),
}
