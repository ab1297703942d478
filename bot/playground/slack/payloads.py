"""What Slack sends of commands, buttons, shortcuts and forms, field for field; pure builders."""

from dataclasses import dataclass
from typing import Any

from bot.playground.slack.state import Channel, Impossible, Json, Message, User, View


@dataclass(frozen=True, kw_only=True, slots=True)
class Enterprise:
    """An organisation of several workspaces."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """The names everything in one workspace carries."""

    id: str = "T0PLAYGRND"
    domain: str = "playground"
    app: str = "A0PLAYGRND"
    bot: str = "B0PLAYGRND"
    bot_user: str = "U0IMAGINEB"
    verification: str = "playground-verification-token"
    enterprise: Enterprise | None = None
    org_wide: bool = False
    """Whether the app came with the organisation."""

    @property
    def installed_at(self) -> str:
        """The id of who installed the app."""
        return self.enterprise.id if self.org_wide and self.enterprise else self.id


def _who(team: Team, user: User) -> Json:
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": team.id}


def _common(team: Team, user: User, kind: str, trigger: str) -> Json:
    org = team.enterprise
    more = {"enterprise_id": org.id, "enterprise_name": org.name} if org else {}
    return {
        "type": kind,
        "team": {"id": team.id, "domain": team.domain, **more},
        "user": _who(team, user),
        "api_app_id": team.app,
        "token": team.verification,
        "trigger_id": trigger,
        "enterprise": {"id": org.id, "name": org.name} if org else None,
        "is_enterprise_install": team.org_wide,
    }


def command(
    team: Team, user: User, channel: Channel, *, name: str, text: str, trigger: str, reply_url: str
) -> Json:
    """A slash command: flat, every value a string, as the form Slack posts."""
    return {
        "token": team.verification,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel.wire_name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": team.app,
        "is_enterprise_install": "true" if team.org_wide else "false",
        "response_url": reply_url,
        "trigger_id": trigger,
    } | (
        {"enterprise_id": team.enterprise.id, "enterprise_name": team.enterprise.name}
        if team.enterprise
        else {}
    )


def pressed(
    team: Team,
    user: User,
    channel: Channel,
    message: Message,
    *,
    action: Json,
    chosen: Json,
    trigger: str,
    reply_url: str,
) -> Json:
    """``block_actions`` of a message; an ephemeral one is not in it, as in Slack."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": bool(message.seen_by),
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    body = _common(team, user, "block_actions", trigger) | {
        "container": container,
        "channel": {"id": channel.id, "name": channel.wire_name},
        "state": {"values": chosen},
        "response_url": reply_url,
        "actions": [action],
    }
    return body if message.seen_by else body | {"message": message.payload()}


def changed(team: Team, user: User, view: View, *, action: Json, trigger: str) -> Json:
    """``block_actions`` of an open form."""
    return _common(team, user, "block_actions", trigger) | {
        "container": {"type": "view", "view_id": view.id},
        "view": view_json(team, view),
        "actions": [action],
    }


def shortcut(team: Team, user: User, callback_id: str, *, ts: str, trigger: str) -> Json:
    """A global shortcut."""
    return _common(team, user, "shortcut", trigger) | {"callback_id": callback_id, "action_ts": ts}


def view_json(team: Team, view: View) -> Json:
    """A form or home tab, as Slack tells of it."""
    return view.payload(team.id, team.app, team.bot) | {"app_installed_team_id": team.installed_at}


def message_shortcut(
    team: Team,
    user: User,
    channel: Channel,
    message: Json,
    callback_id: str,
    *,
    ts: str,
    trigger: str,
    reply_url: str,
) -> Json:
    """``message_action``: an entry of a message's own menu, with all of that message."""
    return _common(team, user, "message_action", trigger) | {
        "callback_id": callback_id,
        "action_ts": ts,
        "channel": {"id": channel.id, "name": channel.wire_name},
        "message_ts": message["ts"],
        "message": message,
        "response_url": reply_url,
    }


def sent(team: Team, user: User, view: View, *, trigger: str) -> Json:
    """``view_submission``."""
    return _common(team, user, "view_submission", trigger) | {
        "view": view_json(team, view),
        "response_urls": [],
    }


def closed(team: Team, user: User, view: View, *, all_of_them: bool) -> Json:
    """``view_closed``, for forms that asked for it."""
    body = _common(team, user, "view_closed", "")
    del body["trigger_id"]
    return body | {"view": view_json(team, view), "is_cleared": all_of_them}


def action(element: Json, block_id: str, ts: str, value: Any = None) -> Json:
    """What a pressed or changed element says about itself."""
    kept = ("action_id", "type", "text", "value", "style", "confirm", "placeholder")
    said = {key: element[key] for key in kept if key in element}
    if element["type"] != "button":
        said |= answer(element, value)
    return said | {"block_id": block_id, "action_ts": ts}


def answer(element: Json, value: Any) -> Json:
    """One input's entry in ``state.values``; ``value`` as a person would give it, None for nothing.

    Raises ``Impossible`` for an option that is not there.
    """
    kind: str = element["type"]
    if kind in ("static_select", "radio_buttons", "overflow"):
        return {"type": kind, "selected_option": _option(element, value) if value else None}
    if kind in ("checkboxes", "multi_static_select"):
        return {"type": kind, "selected_options": [_option(element, one) for one in value or ()]}
    if kind == "file_input":
        return {"type": kind, "files": list(value or ())}
    if kind.endswith("_select"):
        return {"type": kind, f"selected_{kind.removesuffix('s_select')}": value or None}
    return {"type": kind, "value": value or None}


def untouched(element: Json) -> Any:
    """What an input holds before anybody touches it."""
    if "initial_options" in element:
        return [option["value"] for option in element["initial_options"]]
    if "initial_option" in element:
        return element["initial_option"]["value"]
    return element.get("initial_value")


def option_values(element: Json) -> list[str]:
    """What can be chosen."""
    return [option["value"] for option in _options(element)]


def _options(element: Json) -> list[Json]:
    groups = [group["options"] for group in element.get("option_groups", ())]
    return [option for options in (element.get("options", ()), *groups) for option in options]


def _option(element: Json, value: str) -> Json:
    for option in _options(element):
        if option["value"] == value:
            return {"text": option["text"], "value": option["value"]}
    raise Impossible(f"{element.get('action_id')} has no option {value!r}")
