"""One Web API call, made well: paced, patient with 429, repeated only where that cannot do a thing twice."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
from aiolimiter import AsyncLimiter
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChatError, FileRefused, LostReply, MessageGone, NotWelcome

# Calls a minute that we start with no pause between them, by method; https://docs.slack.dev/apis/web-api/rate-limits
# gives tiers as "50+" or "100+" and allows bursts, so these are bursts, and 429 has the last word.
_PER_MINUTE = {
    "chat.update": 100,
    "chat.delete": 120,
    "files.delete": 100,
    "conversations.history": 60,
    "conversations.replies": 60,
    "conversations.open": 60,
}
_PER_MINUTE_ELSE = 200
_POSTS_PER_CHANNEL = 120

_TRIES = 5
_LONGEST_WAIT = 60.0
_NOT_WELCOME = {"not_in_channel", "channel_not_found", "restricted_action", "is_archived"}
_UNCLEAR = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "not_json"}
_GONE = {"message_not_found", "cant_update_message", "cant_delete_message", "edit_window_closed"}

OnError = Callable[[ChatError], None]


class Calls:
    """Makes calls on one shared HTTP session; holds the pace for every method and channel."""

    def __init__(self, client: AsyncWebClient, *, on_error: OnError) -> None:
        self._client = client
        self._on_error = on_error
        self._methods: dict[str, AsyncLimiter] = {}
        self._channels: dict[str, AsyncLimiter] = {}
        self._open_at: dict[str, float] = {}

    async def make(self, method: str, args: Mapping[str, Any], *, repeatable: bool = True) -> dict[str, Any]:
        """Call ``method``; arguments travel as JSON in the body, never in the address.

        ``repeatable``: doing it twice is as good as once. If not, an unclear end raises ``LostReply``.
        Raises ``ChatError`` and its kinds.
        """
        for attempt in range(_TRIES):
            await self._pace(method, args)
            try:
                return await self._once(method, args)
            except SlackApiError as error:
                wait = self._after_refusal(method, error, attempt, repeatable)
            except aiohttp.ClientConnectorError as error:  # nothing was sent
                wait = self._after_break(method, error, attempt, repeatable=True)
            except (aiohttp.ClientError, TimeoutError, json.JSONDecodeError) as error:
                wait = self._after_break(method, error, attempt, repeatable)
            await asyncio.sleep(wait)
        raise ChatError(method, "gave_up")

    async def _once(self, method: str, args: Mapping[str, Any]) -> dict[str, Any]:
        if method in _FORM_ONLY:
            response = await self._client.api_call(method, data=_form(args))
        else:
            response = await self._client.api_call(method, json=dict(args))
        data = response.data
        return data if isinstance(data, dict) else {}

    async def _pace(self, method: str, args: Mapping[str, Any]) -> None:
        loop = asyncio.get_running_loop()
        closed = self._open_at.get(method, 0.0) - loop.time()
        if closed > 0:
            await asyncio.sleep(closed)
        if method == "chat.postMessage":
            channel = str(args.get("channel"))
            limiter = self._channels.setdefault(channel, AsyncLimiter(_POSTS_PER_CHANNEL, 60))
        else:
            rate = _PER_MINUTE.get(method, _PER_MINUTE_ELSE)
            limiter = self._methods.setdefault(method, AsyncLimiter(rate, 60))
        await limiter.acquire()

    def _after_refusal(self, method: str, error: SlackApiError, attempt: int, repeatable: bool) -> float:
        """Seconds to wait before the next try, or raises what the refusal means."""
        response: Any = error.response
        status, code = _status(response), _code(response)
        self._on_error(ChatError(method, code if status < 500 else f"http_{status}"))
        if status == 429 or code == "ratelimited":
            wait = min(_retry_after(response), _LONGEST_WAIT)
            self._open_at[method] = asyncio.get_running_loop().time() + wait
            if attempt + 1 < _TRIES:
                return wait
        if status >= 500 or code in _UNCLEAR:
            return self._again_or_lost(
                method, f"http_{status}" if status >= 500 else code, attempt, repeatable
            )
        raise _meaning(method, code, response) from error

    def _after_break(self, method: str, error: Exception, attempt: int, repeatable: bool) -> float:
        self._on_error(ChatError(method, type(error).__name__))
        return self._again_or_lost(method, type(error).__name__, attempt, repeatable)

    def _again_or_lost(self, method: str, code: str, attempt: int, repeatable: bool) -> float:
        if not repeatable:
            raise LostReply(method, code)
        if attempt + 1 >= _TRIES:
            raise ChatError(method, code)
        return float(min(0.3 * 2**attempt, 5.0))


# These read their arguments from a form only.
_FORM_ONLY = {
    "auth.test",
    "conversations.history",
    "conversations.replies",
    "files.completeUploadExternal",
    "files.delete",
    "files.getUploadURLExternal",
    "files.info",
    "users.info",
}


def _form(args: Mapping[str, Any]) -> dict[str, str]:
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in args.items()}


def _status(response: Any) -> int:
    # The SDK's own response has status_code; where the body was not JSON it hands over aiohttp's.
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 200)


def _code(response: Any) -> str:
    data = getattr(response, "data", None)
    return str(data.get("error", "unknown")) if isinstance(data, dict) and data else "not_json"


def _retry_after(response: Any) -> float:
    headers = {str(k).lower(): v for k, v in dict(getattr(response, "headers", {}) or {}).items()}
    try:
        value = headers.get("retry-after", "1")
        return max(0.0, float(value[0] if isinstance(value, list) else value))
    except ValueError:
        return 1.0


def _meaning(method: str, code: str, response: Any) -> ChatError:
    if code in _NOT_WELCOME:
        return NotWelcome(method, code)
    if code in _GONE:
        return MessageGone(method, code)
    if code == "invalid_blocks" and _about_a_file(response):
        return FileRefused(method, code)
    return ChatError(method, code)


def _about_a_file(response: Any) -> bool:
    data = response.data if isinstance(response.data, dict) else {}
    notes = [*data.get("errors", ()), *(data.get("response_metadata") or {}).get("messages", ())]
    return any("slack file" in str(note).lower() or "slack_file" in str(note).lower() for note in notes)
