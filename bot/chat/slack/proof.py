"""What Slack says about our tokens, for ``imagine-bot check``; nothing is posted."""

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.slack import OPTIONAL_SCOPES, SCOPES
from bot.chat.slack.connection import Slack
from bot.chat.slack.logs import quiet
from bot.errors import ChatError
from bot.settings import Settings


async def identity(slack: Slack) -> str:
    """Who we are, in a few words."""
    answer = await slack.calls.make("auth.test", {}, slack.team)
    return f"@{answer.get('user', '?')} in {answer.get('team', '?')} ({slack.team})"


async def client_secret(settings: Settings) -> None:
    """Ask Slack about a code that nobody was given: what it refuses is the code, if it knows the app.

    Raises ``ChatError`` when it does not.
    """
    client = AsyncWebClient(base_url=settings.slack_api_url, retry_handlers=[], logger=quiet())
    secret = settings.slack_client_secret
    try:
        await client.oauth_v2_access(
            client_id=settings.slack_client_id or "",
            client_secret=secret.get_secret_value() if secret else "",
            code="imagine-bot-check",
        )
    except SlackApiError as error:
        code = str(error.response.get("error"))
        if code not in ("invalid_code", "code_already_used"):
            raise ChatError("oauth.v2.access", code) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise ChatError("oauth.v2.access", type(error).__name__) from error


async def missing_scopes(slack: Slack) -> tuple[list[str], list[str]]:
    """What the installed app was not given of the manifest: needed, and optional. Raises ``ChatError``."""
    try:
        answer = await slack.client.auth_test(token=slack.token)
    except SlackApiError as error:
        raise ChatError("auth.test", str(error.response.get("error"))) from error
    headers = {str(name).lower(): str(value) for name, value in answer.headers.items()}
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    return sorted(set(SCOPES) - granted), sorted(set(OPTIONAL_SCOPES) - granted)


async def open_socket(slack: Slack, app_token: str) -> None:
    """Ask for a socket's address, and leave it unused. Raises ``ChatError``."""
    try:
        await slack.client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        raise ChatError("apps.connections.open", str(error.response.get("error"))) from error
