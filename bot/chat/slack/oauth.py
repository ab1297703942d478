"""Installing the app into a workspace, by Bolt's OAuth flow; and who we are where a payload comes from."""

from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncEngine
from yarl import URL

from bot.chat.slack import INSTALL_PATH, OPTIONAL_SCOPES, REDIRECT_PATH, SCOPES
from bot.chat.slack.installs import Installs
from bot.chat.slack.logs import quiet
from bot.chat.slack.safe import STATES
from bot.errors import ChatError
from bot.settings import Settings

_STATE_SECONDS = 600
"""How long somebody may take between the button and their consent."""


class Installer:
    """Bolt's OAuth flow on our stores, and its two pages."""

    def __init__(
        self, settings: Settings, *, installs: Installs, engine: AsyncEngine, client: AsyncWebClient
    ) -> None:
        states = _States(expiration_seconds=_STATE_SECONDS, engine=engine, logger=quiet(), table_name=STATES)
        secret = settings.slack_client_secret
        self.flow = AsyncOAuthFlow(
            client=client,
            logger=quiet(),
            settings=AsyncOAuthSettings(
                client_id=settings.slack_client_id,
                client_secret=secret.get_secret_value() if secret else None,
                scopes=(*SCOPES, *OPTIONAL_SCOPES),
                user_scopes=(),
                redirect_uri=f"{(settings.imagine_public_url or '').rstrip('/')}{REDIRECT_PATH}",
                install_path=INSTALL_PATH,
                redirect_uri_path=REDIRECT_PATH,
                # Where people consent is beside the Web API: a stand-in or another Slack has its own.
                authorization_url=str(URL(settings.slack_api_url).origin() / "oauth/v2/authorize"),
                installation_store=installs,
                state_store=states,
                state_expiration_seconds=_STATE_SECONDS,
                logger=quiet(),
            ),
        )

    def routes(self) -> list[web.RouteDef]:
        """For the bot's own server."""
        return [web.get(INSTALL_PATH, self._install), web.get(REDIRECT_PATH, self._redirected)]

    async def _install(self, request: web.Request) -> web.Response:
        return await to_aiohttp_response(await self.flow.handle_installation(await to_bolt_request(request)))

    async def _redirected(self, request: web.Request) -> web.Response:
        return await to_aiohttp_response(await self.flow.handle_callback(await to_bolt_request(request)))


class _States(AsyncSQLAlchemyOAuthStateStore):
    """The SDK's store, without the states that nobody came back with."""

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        old = self.oauth_states.c.expire_at < datetime.now(UTC).replace(tzinfo=None)
        async with self.engine.begin() as connection:
            await connection.execute(self.oauth_states.delete().where(old))
        return await super().async_issue(*args, **kwargs)


class Authorize(AsyncAuthorize):
    """Who we are in the workspace a payload comes from, as the store knows it: Slack is not asked."""

    def __init__(self, installs: Installs) -> None:
        self._installs = installs

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_: str | None,
    ) -> AuthorizeResult | None:
        organisation = enterprise_id if context.is_enterprise_install else None
        try:
            bot = await self._installs.bot(team_id, organisation)
        except ChatError:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_id=bot.bot_id,
            bot_user_id=bot.bot_user_id,
            bot_token=bot.bot_token,
        )
