"""What Slack says about our tokens, for ``imagine-bot check``; nothing is posted."""

from slack_sdk.errors import SlackApiError

from bot.chat.slack import OPTIONAL_SCOPES, SCOPES
from bot.chat.slack.connection import Slack
from bot.errors import ChatError


async def identity(slack: Slack) -> str:
    """Who we are, in a few words."""
    answer = await slack.calls.make("auth.test", {}, slack.identity.team_id or "")
    return f"@{answer.get('user', '?')} in {answer.get('team', '?')} ({slack.identity.team_id})"


async def missing_scopes(slack: Slack) -> tuple[list[str], list[str]]:
    """What the installed app was not given of the manifest: needed, and optional. Raises ``ChatError``."""
    try:
        answer = await slack.client.auth_test(token=slack.identity.bot_token)
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
