"""Slack, connected: one HTTP session for every call, who we are, and the ear in the mode that was set."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import aiohttp
from aiohttp import web
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat import Sure, always_sure
from bot.chat.hearing import Act, Take, TakeBack
from bot.chat.slack.calls import TOKEN_FAULTS, Calls, OneToken, Tokens
from bot.chat.slack.client import SlackChat
from bot.chat.slack.logs import quiet
from bot.chat.slack.safe import Safe
from bot.chat.slack.server import AtHome, Membership, SlackServer
from bot.errors import ChatError, ConfigError
from bot.settings import Settings, SlackMode
from bot.traces import OFF, Traces

_TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=5)

MakeCalls = Callable[[AsyncWebClient, Tokens], Calls]


@dataclass(frozen=True, kw_only=True, slots=True)
class Slack:
    """The workspaces the bot can speak in; ``listen`` makes it hear."""

    settings: Settings
    chat: SlackChat
    calls: Calls
    client: AsyncWebClient
    """Without a token of its own: each call brings the one of its workspace."""
    member: Membership
    team: str = ""
    """The one workspace; empty for an app that is installed into many."""
    token: str = ""
    """The same of its token."""
    routes: Sequence[web.RouteDef] = ()
    """Pages of the bot's own server, for people who install the app."""

    @asynccontextmanager
    async def listen(
        self, *, take: Take, act: Act, take_back: TakeBack, at_home: AtHome
    ) -> AsyncIterator[SlackServer]:
        """Hear until the block ends; errands that are under way are finished then."""
        secret = self.settings.slack_signing_secret
        async with asyncio.TaskGroup() as errands:
            server = SlackServer(
                client=self.client,
                signing_secret=secret.get_secret_value() if secret else None,
                member=self.member,
                chat=self.chat,
                take=take,
                act=act,
                take_back=take_back,
                at_home=at_home,
                errands=errands,
            )
            token = self.settings.slack_app_token
            if self.settings.slack_mode is SlackMode.SOCKET and token:
                await _connect(server, token.get_secret_value())
            try:
                yield server
            finally:
                await server.disconnect()


async def _connect(server: SlackServer, token: str) -> None:
    try:
        await server.connect(token)
    except SlackApiError as error:
        fault = (
            f"SLACK_APP_TOKEN: Slack opened no socket with it ({error.response.get('error')}). It starts with"
            " xapp- and needs connections:write, and Socket Mode must be on in the app's settings."
        )
        raise ConfigError([fault]) from error


@asynccontextmanager
async def open_slack(
    settings: Settings,
    on_error: Callable[[ChatError], None],
    now: Callable[[], datetime],
    sure: Sure = always_sure,
    safe: Safe | None = None,
    traces: Traces = OFF,
) -> AsyncIterator[Slack]:
    """Speak in the workspace of the bot token, or with ``safe`` in all that installed the app.

    ``sure``: see ``Calls``. Raises ``ConfigError`` when Slack does not know us.
    """
    calls = partial(Calls, on_error=on_error, sure=sure, traces=traces)
    async with aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=settings.proxied) as session:
        if safe:
            yield await _many(settings, session, calls, now, safe)
        else:
            yield await _one(settings, session, calls, now)


async def _one(
    settings: Settings, session: aiohttp.ClientSession, make: MakeCalls, now: Callable[[], datetime]
) -> Slack:
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    client, tokens = _client(settings, session), OneToken(token)
    calls = make(client, tokens)
    identity = await _identity(calls, token)
    return Slack(
        settings=settings,
        chat=SlackChat(calls, session, api_url=settings.slack_api_url, tokens=tokens, now=now),
        calls=calls,
        client=client,
        member=Membership(authorize=_Always(identity)),
        team=identity.team_id or "",
        token=token,
    )


async def _many(
    settings: Settings,
    session: aiohttp.ClientSession,
    make: MakeCalls,
    now: Callable[[], datetime],
    safe: Safe,
) -> Slack:
    # Heavy (the SDK's stores, cryptography), and only wanted here.
    from bot.chat.slack.installs import Installs
    from bot.chat.slack.oauth import Authorize, Installer

    client, secret = _client(settings, session), settings.slack_client_secret
    installs = Installs(
        safe,
        client=client,
        client_id=settings.slack_client_id or "",
        client_secret=secret.get_secret_value() if secret else "",
        now=now,
    )
    await installs.seal_anew()
    calls = make(client, installs)
    installer = Installer(settings, installs=installs, engine=safe.engine, client=client)
    return Slack(
        settings=settings,
        chat=SlackChat(calls, session, api_url=settings.slack_api_url, tokens=installs, now=now),
        calls=calls,
        client=client,
        member=Membership(
            authorize=Authorize(installs),
            flow=installer.flow,
            leave=installs.leave,
            belongs=installs.belongs,
        ),
        routes=installer.routes(),
    )


class _Always(AsyncAuthorize):
    """The same identity for every payload: who we are was asked once, at the start."""

    def __init__(self, identity: AuthorizeResult) -> None:
        self._identity = identity

    async def __call__(self, **_: object) -> AuthorizeResult:
        return self._identity


def _client(settings: Settings, session: aiohttp.ClientSession) -> AsyncWebClient:
    client = AsyncWebClient(
        base_url=settings.slack_api_url,
        session=session,
        retry_handlers=[],  # a repeated post is a second message: repeating is ours to decide
        logger=quiet(),
    )
    if settings.slack_direct:  # the SDK takes any HTTPS_PROXY, and knows no NO_PROXY
        client.proxy = None
    return client


async def _identity(calls: Calls, token: str) -> AuthorizeResult:
    try:
        answer = await calls.make("auth.test", {}, "")
    except ChatError as error:
        if error.code in TOKEN_FAULTS:
            fault = f"SLACK_BOT_TOKEN is refused by Slack ({error.code}). Copy it again from the OAuth page."
        else:
            fault = (
                f"SLACK_API_URL: Slack cannot be reached ({error.code}). Check the network and the address."
            )
        raise ConfigError([fault]) from error
    return AuthorizeResult(
        enterprise_id=answer.get("enterprise_id"),
        team_id=answer.get("team_id"),
        bot_user_id=answer.get("user_id"),
        bot_id=answer.get("bot_id"),
        bot_token=token,
    )
