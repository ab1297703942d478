"""Where the app is installed: the SDK's store with sealed tokens, each workspace's token, and its renewal.

A job knows its workspace (``T…``), so that is what a token is looked up by. An org-wide installation has only
the organisation's row; which workspaces use it is learnt from the payloads they send.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.sqlalchemy import (
    AsyncSQLAlchemyInstallationStore,
    SQLAlchemyInstallationStore,
)
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import ColumnElement, Table, false

from bot.chat import LEAVING
from bot.chat.slack.calls import Access
from bot.chat.slack.departures import ENTERPRISE, Departure
from bot.chat.slack.logs import quiet
from bot.chat.slack.safe import BOTS, INSTALLATIONS, Safe
from bot.chat.slack.seal import Seal, Unreadable
from bot.errors import ChatError

log = structlog.get_logger()

_BELIEVED = 300.0
"""Seconds until a token is looked up again: another process may know better."""
_EARLY = 120
"""Minutes before its end in which a token is renewed; it lives 12 hours.

https://docs.slack.dev/authentication/using-token-rotation
"""
_SKEW = 5.0
"""Seconds that Slack's clock and ours may differ."""

_SECRETS = ("bot_token", "bot_refresh_token", "user_token", "user_refresh_token", "incoming_webhook_url")


class Installs(AsyncInstallationStore):
    """The app's installations; see ``bot.chat.slack.calls.Tokens`` too."""

    def __init__(
        self,
        safe: Safe,
        *,
        client: AsyncWebClient,
        client_id: str,
        client_secret: str,
        now: Callable[[], datetime],
    ) -> None:
        self._store = AsyncSQLAlchemyInstallationStore(
            client_id, safe.engine, BOTS, INSTALLATIONS, logger=quiet()
        )
        self._client_id = client_id
        self._alone = safe.alone
        self._facts = safe.facts
        self._seal = Seal(safe.keys)
        self._client, self._client_secret = client, client_secret
        self._now = now
        self._known: dict[tuple[str | None, str | None], tuple[float, Bot]] = {}

    # -- the SDK's store, as its OAuth flow uses it

    async def async_save(self, installation: Installation) -> None:
        """Keep what somebody just installed."""
        sealed = Installation(**self._sealed(installation.to_dict_for_copying()))
        await self._store.async_save(sealed)
        self._known.clear()
        for workspace in await self._covered(installation.enterprise_id, installation.team_id):
            await self._facts.learn(workspace, LEAVING, "")
        log.info("the app was installed", org_wide=installation.is_enterprise_install)

    # -- who we are there

    async def bot(self, team: str | None, enterprise: str | None) -> Bot:
        """The newest installation of a team, or of the organisation that it belongs to.

        Raises ``ChatError`` where there is none.
        """
        until, known = self._known.get((team, enterprise), (0.0, None))
        if known and self._now().timestamp() < until:
            return known
        return await self._look_up(team, enterprise)

    async def belongs(self, workspace: str, enterprise: str) -> None:
        """A workspace wrote that an organisation's installation serves it."""
        if await self._facts.fact(workspace, ENTERPRISE) != enterprise:
            await self._facts.learn(workspace, ENTERPRISE, enterprise)

    async def of(self, workspace: str) -> Access:
        enterprise = await self._facts.fact(workspace, ENTERPRISE) or None
        bot = await self.bot(workspace, enterprise)
        if self._ends_within(bot, minutes=_EARLY):
            bot = await self._renew(workspace, enterprise)
        return Access(token=str(bot.bot_token), team="" if bot.team_id else workspace)

    async def renewed(self, workspace: str, refused: str) -> bool:
        for key in [one for one in self._known if one[0] == workspace]:
            del self._known[key]
        try:
            return (await self.of(workspace)).token != refused
        except ChatError:
            return False

    async def _look_up(self, team: str | None, enterprise: str | None) -> Bot:
        sealed = await self._newest(team, enterprise)
        if sealed is None:
            raise ChatError("token", "not_installed")
        bot = self._opened(sealed)
        self._known[team, enterprise] = (self._now().timestamp() + _BELIEVED, bot)
        return bot

    async def _newest(self, team: str | None, enterprise: str | None) -> Bot | None:
        """The newest installation of a team or of its organisation, as it is kept."""
        bots = self._store.bots
        query = bots.select().where(self._of(bots, team, enterprise), bots.c.bot_token.is_not(None))
        async with self._store.engine.connect() as connection:
            rows = await connection.execute(query.order_by(bots.c.installed_at.desc()).limit(1))
            row = rows.mappings().first()
        return SQLAlchemyInstallationStore.build_bot_entity(row) if row else None

    def _of(self, table: Table, team: str | None, enterprise: str | None) -> ColumnElement[bool]:
        columns = table.c
        its = columns.team_id == team if team else false()
        orgs = columns.team_id.is_(None) & (columns.enterprise_id == enterprise) if enterprise else false()
        return (columns.client_id == self._client_id) & (its | orgs)

    # -- token rotation

    def _ends_within(self, bot: Bot, *, minutes: float) -> bool:
        ends = bot.bot_token_expires_at
        return ends is not None and ends <= self._now().timestamp() + minutes * 60

    async def _renew(self, team: str, enterprise: str | None) -> Bot:
        """A refresh token is good for once: one process at a time asks, the others find what it got."""
        async with self._alone(f"slack token {enterprise or team}"):
            bot = await self._look_up(team, enterprise)
            if not self._ends_within(bot, minutes=_EARLY):
                return bot
            try:
                new = await self._refreshed(bot)
            except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
                return self._old_one(bot, error)
            await self._store.async_save_bot(Bot(**self._sealed(new.to_dict_for_copying())))
            return await self._look_up(team, enterprise)

    async def _refreshed(self, bot: Bot) -> Bot:
        # Not the SDK's rotator, which is this call and decides by a clock of its own.
        answer = await self._client.oauth_v2_access(
            client_id=self._client_id,
            client_secret=self._client_secret,
            grant_type="refresh_token",
            refresh_token=bot.bot_refresh_token,
        )
        ends = self._now().timestamp() + float(answer["expires_in"])
        fresh = {"bot_token": answer["access_token"], "bot_refresh_token": answer["refresh_token"]}
        return Bot(**{**bot.to_dict_for_copying(), **fresh, "bot_token_expires_at": int(ends)})

    def _old_one(self, bot: Bot, error: Exception) -> Bot:
        """Renewal failed: the token does while it lives. Raises ``ChatError`` when it does not."""
        code = _code(error)
        log.error("a token could not be renewed", cause=code, cure="install the app there again")
        if self._ends_within(bot, minutes=0):
            raise ChatError("oauth.v2.access", code) from error
        return bot

    # -- the end of an installation

    async def leave(self, departure: Departure) -> None:
        """Forget the tokens that Slack took back; after an uninstall, mark the data that has to go."""
        team, enterprise = await self._whose(departure)
        row = await self._newest(team, enterprise)
        if departure.installed_again(row.installed_at if row else None, within=_SKEW):
            log.info("an old uninstall was heard of", cause="the app was installed again since")
            return
        covered = departure.lost or await self._covered(enterprise, team)
        if departure.uninstalled:
            for workspace in covered:
                await self._facts.learn(workspace, LEAVING, departure.at.isoformat())
        if departure.lost:  # the organisation goes on using the app, without these
            for workspace in departure.lost:
                await self._facts.learn(workspace, ENTERPRISE, "")
        else:
            await self._delete(team, enterprise)
        self._known.clear()
        log.info("the app was uninstalled", workspaces=len(covered), cause=departure.why)

    async def _whose(self, departure: Departure) -> tuple[str | None, str | None]:
        """The team or the organisation whose installation ended; the event does not always say which."""
        team, enterprise = departure.team, departure.enterprise
        if team is None:
            return None, enterprise
        if await self._newest(team, None) is None and await self._facts.fact(team, ENTERPRISE) == enterprise:
            return (None, enterprise) if enterprise else (team, None)
        return team, None

    async def _delete(self, team: str | None, enterprise: str | None) -> None:
        async with self._store.engine.begin() as connection:
            for table in (self._store.bots, self._store.installations):
                await connection.execute(table.delete().where(self._of(table, team, enterprise)))

    async def _covered(self, enterprise: str | None, team: str | None) -> list[str]:
        """The workspaces that one installation serves."""
        if team:
            return [team]
        known = await self._facts.facts(ENTERPRISE)
        return [workspace for workspace, its in known.items() if its == enterprise]

    # -- sealed and open

    async def seal_anew(self) -> None:
        """Close with the newest key what older ones closed, so that those can be taken away."""
        async with self._store.engine.begin() as connection:
            for table in (self._store.bots, self._store.installations):
                secrets = [name for name in _SECRETS if name in table.c]
                for row in (await connection.execute(table.select())).mappings().all():
                    kept = {name: row[name] for name in secrets if not self._seal.is_newest(row[name])}
                    if kept and (anew := self._closed_anew(kept)):
                        await connection.execute(table.update().where(table.c.id == row["id"]).values(**anew))

    def _closed_anew(self, kept: Mapping[str, str]) -> dict[str, str | None]:
        try:
            return {name: self._seal.close(self._seal.open(value)) for name, value in kept.items()}
        except Unreadable:
            log.error("a token cannot be read with the keys there are", cure=_CURE)  # noqa: TRY400 -- says it all
            return {}

    def _sealed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**values, **{name: self._seal.close(values[name]) for name in _SECRETS if name in values}}

    def _opened(self, bot: Bot) -> Bot:
        values = bot.to_dict_for_copying()
        try:
            values |= {name: self._seal.open(values[name]) for name in _SECRETS if name in values}
            return Bot(**values)
        except Unreadable as error:
            log.error("a token cannot be read with the keys there are", cure=_CURE)  # noqa: TRY400 -- says it all
            raise ChatError("token", "unreadable") from error


_CURE = "add the key that sealed it to IMAGINE_SECRET_KEY, or have the app installed there again"


def _code(error: Exception) -> str:
    """Slack's word for why a renewal failed, or the kind of the failure."""
    if isinstance(error, SlackApiError):
        return str(error.response.get("error"))
    return type(error).__name__
