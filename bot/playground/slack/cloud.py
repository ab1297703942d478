"""All workspaces of the stand-in's Slack and the one app that they may install."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from bot.playground.slack.app import App, from_manifest
from bot.playground.slack.delivery import Ack, Post, Retry, Wire
from bot.playground.slack.hearing import Outbox
from bot.playground.slack.payloads import Enterprise, Team
from bot.playground.slack.people import Workspace
from bot.playground.slack.state import Json, Refused
from bot.playground.slack.tokens import Grant, Tokens


class Cloud:
    """What every workspace shares."""

    def __init__(
        self,
        folder: Path,
        *,
        app: App | None = None,
        file_delay: float = 0,
        event_retries: tuple[float, ...] = (),
        now: Callable[[], float] = time.time,
    ) -> None:
        self.app = app or from_manifest()
        self.now = now
        self.tokens = Tokens(now)
        self.base_url = ""
        self._folder = folder
        self._file_delay = file_delay
        self._event_retries = event_retries
        self._workspaces: dict[str, Workspace] = {}
        self._wire: Wire | None = None
        self._outbox: Outbox = asyncio.Queue()
        self.first = self._added(Team())
        self.tokens.add(
            Grant(
                token=self.first.bot_token,
                team=self.first.team.id,
                bot_user=self.first.team.bot_user,
                scopes=self.app.scopes,
            )
        )

    def __iter__(self) -> Iterator[Workspace]:
        return iter(self._workspaces.values())

    def add(self, name: str, *, enterprise: Enterprise | None = None, installed: bool = False) -> Workspace:
        """One workspace more, its people under other ids; ``installed``: with the app, as the first."""
        number = len(self._workspaces)
        # The workspaces of an organisation know the bot by one name.
        known = next((one.team for one in self if enterprise and one.team.enterprise == enterprise), None)
        team = Team(
            id=f"T{number}PLAYGRND",
            domain=name,
            bot=known.bot if known else f"B{number}PLAYGRND",
            bot_user=known.bot_user if known else f"U{number}IMAGINEB",
            enterprise=enterprise,
        )
        workspace = self._added(team, number)
        if installed:
            self.install(workspace, self.app.scopes, org_wide=False)
            workspace.channel("general").members.add(team.bot_user)
        return workspace

    def _added(self, team: Team, number: int = 0) -> Workspace:
        workspace = Workspace(
            self._folder,
            app=self.app,
            team=team,
            number=number,
            file_delay=self._file_delay,
            now=self.now,
            outbox=self._outbox,
        )
        workspace.installed = number == 0
        workspace.event_retries = self._event_retries
        workspace.base_url = self.base_url
        if self._wire is not None:
            workspace.wire = self._wire
        self._workspaces[team.id] = workspace
        return workspace

    def listen_at(self, base_url: str) -> None:
        """The address is known now."""
        self.base_url = base_url
        for workspace in self:
            workspace.base_url = base_url

    def deliver_by(self, wire: Wire) -> None:
        """Everything from everywhere goes this way."""
        self._wire = wire
        for workspace in self:
            workspace.wire = wire

    async def send(self) -> None:
        """Deliver what nobody waits for, in order and each in its time, as long as the stand-in lives."""
        async with asyncio.TaskGroup() as group:
            while True:
                post = await self._outbox.get()
                if post.wait:
                    group.create_task(self._send(post))
                else:
                    await self._send(post)

    async def _send(self, post: Post) -> None:
        await asyncio.sleep(post.wait)
        if self._wire is None:
            return
        ack = await self._wire.deliver(post.thing, post.retry)
        if not ack.ok:
            number = post.retry.number + 1 if post.retry else 1
            self.first.send_again(post.thing, Retry(number=number, reason=ack.reason))

    def touch(self) -> None:
        """Somebody may want to look again, everywhere."""
        for workspace in self:
            workspace.touch()

    async def change(self) -> None:
        """Wait for the next change anywhere."""
        waiting = [asyncio.create_task(workspace.change()) for workspace in self]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()

    # -- looking up ----------------------------------------------------------------------------------

    def team(self, name: str) -> Workspace:
        """By id or domain. Raises ``KeyError``."""
        return self._workspaces.get(name) or next(one for one in self if one.team.domain == name)

    def called(self, token: str, args: Json) -> Workspace:
        """Whose token it is; for an organisation's, what the arguments speak of. Raises ``Refused``."""
        if not token:
            raise Refused("not_authed")
        if token == self.app.app_token:
            raise Refused("not_allowed_token_type")
        grant = self.tokens.of(token)
        if not grant.org_wide:
            return self._workspaces[grant.team]
        mine = [one for one in self if one.team.enterprise and one.team.enterprise.id == grant.enterprise]
        named = [one for one in mine if one.team.id == args.get("team_id") or one.knows(args)]
        return (named or mine)[0]

    def refuse_app_token(self, token: str) -> None:
        """Raises ``Refused`` unless it is the app's own token."""
        if not token:
            raise Refused("not_authed")
        if token != self.app.app_token:
            raise Refused("not_allowed_token_type" if token.startswith("xoxb-") else "invalid_auth")

    def may_read(self, token: str, workspace: Workspace) -> bool:
        """Whether a token is good for a workspace's files."""
        try:
            return self.called(token, {"team_id": workspace.team.id}) is workspace
        except Refused:
            return False

    def with_file(self, name: str) -> Workspace:
        """The workspace that a file was uploaded to; the first for a file that is nowhere."""
        return next((one for one in self if name in one.files), self.first)

    # -- coming and going ----------------------------------------------------------------------------

    def install(self, workspace: Workspace, scopes: frozenset[str], *, org_wide: bool) -> Grant:
        """The app is allowed in one workspace, or in all of its organisation."""
        enterprise = workspace.team.enterprise
        where = [one for one in self if org_wide and one.team.enterprise == enterprise] or [workspace]
        bot_user = where[0].team.bot_user
        grant = self.tokens.issue(
            team="" if org_wide else workspace.team.id,
            enterprise=enterprise.id if enterprise else "",
            bot_user=bot_user,
            scopes=scopes,
            rotates=self.app.rotates_tokens,
        )
        for one in where:
            one.team = replace(one.team, org_wide=org_wide)
            one.bot_token, one.installed, one.scopes = grant.token, True, set(grant.scopes)
            one.touch()
        return grant

    async def uninstall(self, workspace: Workspace) -> list[Ack]:
        """The app is removed: its tokens end, and both events tell of it, in no fixed order."""
        bots = self._end(workspace, "account_inactive")
        tokens: Json = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": bots}}
        told: list[Json] = [tokens, {"type": "app_uninstalled"}]
        return [await workspace.tell(one) for one in told if one["type"] in workspace.subscriptions]

    async def revoke(self, workspace: Workspace) -> list[Ack]:
        """The token alone is revoked."""
        bots = self._end(workspace, "token_revoked")
        inner = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": bots}}
        return [await workspace.tell(inner)] if "tokens_revoked" in workspace.subscriptions else []

    def _end(self, workspace: Workspace, why: str) -> list[str]:
        team = workspace.team
        enterprise = team.enterprise.id if team.enterprise else ""
        ended = self.tokens.live("" if team.org_wide else team.id, enterprise)
        for grant in ended:
            grant.ended = why
        for one in self:
            if one is workspace or (team.org_wide and one.team.enterprise == team.enterprise):
                one.installed = False
                one.touch()
        return sorted({grant.bot_user for grant in ended})
