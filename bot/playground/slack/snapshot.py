"""The workspace as one JSON object, for the page and for tests in another process; pure."""

from dataclasses import asdict

from bot.playground.slack.people import Workspace
from bot.playground.slack.state import Call, Channel, File, Json, Message, View

_MESSAGES = 300
_CALLS = 60


def snapshot(workspace: Workspace) -> Json:
    """Everything a visitor may look at; the latest of what grows."""
    team = workspace.team
    return {
        "version": workspace.version,
        "team": team.domain,
        "bot": team.bot_user,
        "connected": workspace.wire.connected,
        "users": [asdict(user) for user in workspace.users.values()],
        "channels": [_channel(channel) for channel in workspace.channels.values()],
        "unread": {
            user.id: {
                channel.id: workspace.unread(user.id, channel)
                for channel in workspace.channels.values()
                if user.id in channel.members
            }
            for user in workspace.users.values()
            if not user.is_bot
        },
        "files": {file.id: _file(workspace, file) for file in workspace.files.values()},
        "views": [_view(workspace, view) for view in workspace.views.values()],
        "homes": [_view(workspace, view) for view in workspace.homes.values()],
        "calls": [_call(call) for call in list(workspace.calls)[-_CALLS:]],
        "deliveries": [asdict(one) for one in list(workspace.deliveries)[-_CALLS:]],
        "refusals": [_call(call) for call in workspace.refusals[-_CALLS:]],
        "faults": [asdict(fault) for fault in workspace.faults],
        "flags": {
            "updated_blocks_vanish": workspace.updated_blocks_vanish,
            "slack_file_refused_for_good": workspace.slack_file_refused_for_good,
            "history_unreadable": workspace.history_unreadable,
        },
    }


def _channel(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind.value,
        "members": sorted(channel.members),
        "messages": [_message(message) for message in channel.messages[-_MESSAGES:]],
        "ephemerals": [_message(message) for message in channel.ephemerals[-_MESSAGES:]],
        "deleted": len(channel.deleted),
    }


def _message(message: Message) -> Json:
    return message.payload(with_metadata=True) | {
        "channel": message.channel,
        "files": message.files,
        "seen_by": message.seen_by,
        "broadcast": message.broadcast,
        "revision": message.revision,
    }


def _file(workspace: Workspace, file: File) -> Json:
    return {
        "name": file.name,
        "media_type": file.media_type,
        "size": file.length,
        "deleted": file.deleted,
        "ready": workspace.processed(file),
        "alt": file.alt_txt,
        "width": file.width,
        "height": file.height,
    }


def _view(workspace: Workspace, view: View) -> Json:
    team = workspace.team
    return view.payload(team.id, team.app, team.bot) | {"user": view.user, "errors": view.errors}


def _call(call: Call) -> Json:
    return {
        "at": call.at,
        "method": call.method,
        "ok": call.ok,
        "error": call.error,
        "messages": call.messages,
        "status": call.status,
    }
