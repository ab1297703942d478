"""The views.* methods, and the small ones about tokens and people: arguments in, Slack's answer out."""

import json
from typing import Any

from bot.playground.slack import blocks as block_kit
from bot.playground.slack import payloads
from bot.playground.slack.chat import is_true
from bot.playground.slack.people import Workspace
from bot.playground.slack.state import Json, Refused, View

_DEEPEST = 3
_LARGEST = 250_000


def open_view(workspace: Workspace, args: Json) -> Json:
    body = _body(workspace, args)
    _refuse_external_id(workspace, body)
    trigger = workspace.exchange(str(args.get("trigger_id", "")))
    return _shown(workspace, workspace.open_view(trigger.user, body))


def push(workspace: Workspace, args: Json) -> Json:
    body = _body(workspace, args)
    _refuse_external_id(workspace, body)
    trigger = workspace.exchange(str(args.get("trigger_id", "")))
    under = workspace.views.get(trigger.view)
    if under is None:
        raise Refused("not_found")
    if len([view for view in workspace.views.values() if view.root == under.root]) >= _DEEPEST:
        raise Refused("push_limit_reached")
    return _shown(workspace, workspace.open_view(trigger.user, body, under=under))


def update(workspace: Workspace, args: Json) -> Json:
    body = _body(workspace, args)
    view = _wanted(workspace, args)
    _refuse_stale(view, args)
    _refuse_external_id(workspace, body, but=view)
    view.errors = {}
    workspace.draw(view, body)
    return _shown(workspace, view)


def publish(workspace: Workspace, args: Json) -> Json:
    user = str(args.get("user_id", ""))
    if not workspace.app.has_home:
        raise Refused("not_enabled")
    if user not in workspace.users:
        raise Refused("user_not_found")
    body = _body(workspace, args, "home")
    if user in workspace.homes:
        _refuse_stale(workspace.homes[user], args)
    name = workspace.new_id("V")
    view = workspace.homes.setdefault(user, View(id=name, user=user, body=body, hash="", root=name))
    workspace.draw(view, body)
    return _shown(workspace, view)


def _body(workspace: Workspace, args: Json, kind: str = "modal") -> Json:
    body: Any = args.get("view")
    if len(json.dumps(body)) > _LARGEST:
        raise Refused("view_too_large")
    if faults := block_kit.view_faults(body, workspace.showable):
        raise Refused("invalid_arguments", *faults)
    if body["type"] != kind:
        raise Refused("invalid_arguments", f"unsupported type: {body['type']} [json-pointer:/view/type]")
    checked: Json = body
    return checked


def _refuse_stale(view: View, args: Json) -> None:
    if args.get("hash") and args["hash"] != view.hash:
        raise Refused("hash_conflict")


def _refuse_external_id(workspace: Workspace, body: Json, but: View | None = None) -> None:
    """Each name of the app's own is good for one form in the workspace."""
    wanted = body.get("external_id")
    if wanted and any(
        view.body.get("external_id") == wanted for view in workspace.views.values() if view is not but
    ):
        raise Refused("duplicate_external_id")


def _wanted(workspace: Workspace, args: Json) -> View:
    for view in workspace.views.values():
        external = view.body.get("external_id")
        if view.id == args.get("view_id") or (external and external == args.get("external_id")):
            return view
    raise Refused("not_found")


def _shown(workspace: Workspace, view: View) -> Json:
    return {"ok": True, "view": payloads.view_json(workspace.team, view)}


def user_info(workspace: Workspace, args: Json) -> Json:
    user = workspace.users.get(str(args.get("user", "")))
    if user is None:
        raise Refused("user_not_found")
    with_locale = is_true(args.get("include_locale"))
    return {"ok": True, "user": user.payload(workspace.team.id, with_locale=with_locale)}


def auth_test(workspace: Workspace, args: Json) -> Json:
    team = workspace.team
    org = {"enterprise_id": team.enterprise.id} if team.enterprise else {}
    return org | {
        "ok": True,
        "url": f"{workspace.base_url}/",
        "team": team.domain,
        "user": workspace.users[team.bot_user].name,
        "team_id": team.id,
        "user_id": team.bot_user,
        "bot_id": team.bot,
        "is_enterprise_install": team.org_wide,
    }


METHODS = {
    "views.open": (open_view, ""),
    "views.push": (push, ""),
    "views.update": (update, ""),
    "views.publish": (publish, ""),
    "users.info": (user_info, "users:read"),
    "auth.test": (auth_test, ""),
}
