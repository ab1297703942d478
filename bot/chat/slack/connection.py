"""Slack, connected: one HTTP session for every call, who we are, and the ear in the mode that was set."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.slack.calls import TOKEN_FAULTS, Calls, OneToken, Sure, always_sure
from bot.chat.slack.client import SlackChat
from bot.chat.slack.server import Act, SlackServer, Take, TakeBack, quiet
from bot.errors import ChatError, ConfigError
from bot.settings import Settings, SlackMode

_TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Slack:
    """One workspace the bot can speak in; ``listen`` makes it hear."""

    settings: Settings
    chat: SlackChat
    calls: Calls
    client: AsyncWebClient
    """Without a token of its own: each call brings the one of its workspace."""
    identity: AuthorizeResult

    @asynccontextmanager
    async def listen(self, *, take: Take, act: Act, take_back: TakeBack) -> AsyncIterator[SlackServer]:
        """Hear until the block ends; errands that are under way are finished then."""
        secret = self.settings.slack_signing_secret
        async with asyncio.TaskGroup() as errands:
            server = SlackServer(
                client=self.client,
                signing_secret=secret.get_secret_value() if secret else None,
                identity=self.identity,
                chat=self.chat,
                take=take,
                act=act,
                take_back=take_back,
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
    except Exception as error:  # the SDK raises several kinds; the cure is one, and the cause is chained
        fault = (
            "SLACK_APP_TOKEN: Slack did not open a socket with it. It needs connections:write,"
            " and Socket Mode must be on in the app's settings."
        )
        raise ConfigError([fault]) from error


@asynccontextmanager
async def open_slack(
    settings: Settings,
    on_error: Callable[[ChatError], None],
    now: Callable[[], datetime],
    sure: Sure = always_sure,
) -> AsyncIterator[Slack]:
    """Ask Slack who we are. ``sure``: see ``Calls``. Raises ``ConfigError`` when it does not know us."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    async with aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=settings.proxied) as session:
        client, tokens = _client(settings, session), OneToken(token)
        calls = Calls(client, tokens, on_error=on_error, sure=sure)
        chat = SlackChat(calls, session, api_url=settings.slack_api_url, tokens=tokens, now=now)
        yield Slack(
            settings=settings,
            chat=chat,
            calls=calls,
            client=client,
            identity=await _identity(calls, token),
        )


def _client(settings: Settings, session: aiohttp.ClientSession) -> AsyncWebClient:
    return AsyncWebClient(
        base_url=settings.slack_api_url,
        session=session,
        retry_handlers=[],  # a repeated post is a second message: repeating is ours to decide
        logger=quiet(),
    )


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
