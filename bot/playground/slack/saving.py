"""The workspaces on disk: everything that people would miss after a restart, saved as it changes."""

from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.playground import keeping
from bot.playground.slack.cloud import Cloud
from bot.playground.slack.payloads import Team
from bot.playground.slack.people import Workspace
from bot.playground.slack.state import Channel, File, User, View
from bot.playground.slack.tokens import Grant

_NAME = "workspaces.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedWorkspace:
    """One workspace; open forms and what only one person saw are gone after a restart, as in Slack."""

    team: Team
    installed: bool
    bot_token: str
    scopes: set[str]
    users: dict[str, User]
    channels: dict[str, Channel]
    files: dict[str, File]
    homes: dict[str, View]


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """All of them, the app's secrets and the tokens it was given."""

    signing_secret: str
    client_secret: str
    grants: list[Grant]
    workspaces: list[SavedWorkspace]


_JSON = TypeAdapter(Saved)


def restore(cloud: Cloud, folder: Path) -> bool:
    """Read what was saved into a fresh cloud. Whether there was anything; slow: call it in a thread.

    What cannot be read, of another version perhaps, is put aside.
    """
    file = folder / _NAME
    if not file.exists():
        return False
    try:
        saved = _JSON.validate_json(file.read_bytes())
    except ValidationError:
        file.replace(folder / f"{_NAME}.unreadable")
        return False
    cloud.app.signing_secret, cloud.app.client_secret = saved.signing_secret, saved.client_secret
    for grant in saved.grants:
        cloud.tokens.add(grant)
    for number, one in enumerate(saved.workspaces):
        _put(cloud.add(one.team.domain) if number else cloud.first, one, folder)
    return True


async def keep(cloud: Cloud, folder: Path) -> None:
    """Save after every change until cancelled, and once more then."""
    await keeping.keep(cloud, folder / _NAME, lambda: _JSON.dump_json(_saved(cloud)))


def _saved(cloud: Cloud) -> Saved:
    return Saved(
        signing_secret=cloud.app.signing_secret,
        client_secret=cloud.app.client_secret,
        grants=cloud.tokens.all(),
        workspaces=[_taken(workspace) for workspace in cloud],
    )


def _taken(workspace: Workspace) -> SavedWorkspace:
    return SavedWorkspace(
        team=workspace.team,
        installed=workspace.installed,
        bot_token=workspace.bot_token,
        scopes=workspace.scopes,
        users=workspace.users,
        channels={name: replace(one, ephemerals=[]) for name, one in workspace.channels.items()},
        files=workspace.files,
        homes=workspace.homes,
    )


def _put(workspace: Workspace, saved: SavedWorkspace, folder: Path) -> None:
    workspace.team = saved.team
    workspace.installed = saved.installed
    workspace.bot_token = saved.bot_token
    workspace.scopes = saved.scopes
    workspace.users = saved.users
    workspace.channels = saved.channels
    workspace.files = {name: replace(file, path=folder / name) for name, file in saved.files.items()}
    workspace.homes = saved.homes
