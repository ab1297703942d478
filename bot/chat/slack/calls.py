"""One Web API call, made well: paced, patient with 429, repeated only where that cannot do a thing twice."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import aiohttp
from aiolimiter import AsyncLimiter
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat import Sure, always_sure
from bot.errors import ChatError, FileRefused, LostReply, MessageGone, NoAnswer, NotWelcome, Overslept, Shut
from bot.traces import OFF, Traces

# Slack gives rates as "50+ a minute" and allows bursts, so we begin generously; a 429 has the last word, and
# from then on the documented rate holds for a while. https://docs.slack.dev/apis/web-api/rate-limits
_BURST = 600
_SLOW = {"chat.postMessage": 60, "chat.update": 50, "chat.delete": 50, "files.delete": 50}
_SLOW_FOR = 60.0
_SLOW_ELSE = 100
"""Calls a minute after a 429, for one method (and channel, for posts)."""

_TRIES = 5
PATIENCE = 600.0
"""Seconds a call waits for a platform that says it is too busy, in all."""
_NOT_WELCOME = {
    "not_in_channel": Shut.STRANGER,
    "channel_not_found": Shut.STRANGER,
    "is_archived": Shut.ARCHIVED,
    "restricted_action": Shut.RESTRICTED,
    "restricted_action_non_threadable_channel": Shut.RESTRICTED,
    "restricted_action_read_only_channel": Shut.RESTRICTED,
    "restricted_action_thread_locked": Shut.RESTRICTED,
    "restricted_action_thread_only_channel": Shut.RESTRICTED,
}
_UNCLEAR = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "not_json"}
_GONE = {"message_not_found", "cant_update_message", "edit_window_closed"}
_BAD_BLOCKS = {"invalid_blocks", "invalid_arguments"}  # of messages; of forms
_LASTING = {
    *("access_denied", "cant_delete_message", "exchanged_trigger_id", "expired_trigger_id", "file_deleted"),
    *(
        "file_not_found",
        "hash_conflict",
        "invalid_trigger_id",
        "missing_scope",
        "msg_too_long",
        "no_permission",
    ),
    *("no_text", "not_found", "thread_not_found", "unknown_method", "user_not_found", "user_not_visible"),
}
"""Refusals that are as true a moment later, beside those that have a meaning of their own."""
_STRANGE_WAIT = 0.5
"""Seconds before the one further try after a refusal of which nobody knows what it means."""

TOKEN_FAULTS = {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
"""How Slack says that a token is not good (any more)."""
_KNOWN = {*TOKEN_FAULTS, *_NOT_WELCOME, *_GONE, *_BAD_BLOCKS, *_LASTING}

OnError = Callable[[ChatError], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """What a call in a workspace is made with."""

    token: str
    team: str = ""
    """The workspace, where the token is an organisation's and every call has to say it."""


class Tokens(Protocol):
    """The bot's token in each workspace."""

    async def of(self, workspace: str) -> Access:
        """What to call with now. Raises ``ChatError`` where the app is not installed."""

    async def renewed(self, workspace: str, refused: str) -> bool:
        """Slack does not take this token any more; whether there is another by now."""


class OneToken:
    """See ``Tokens``: an app with one workspace and one token from the settings."""

    def __init__(self, token: str) -> None:
        self._access = Access(token=token)

    async def of(self, _workspace: str) -> Access:
        return self._access

    async def renewed(self, _workspace: str, _refused: str) -> bool:
        return False


class Calls:
    """Makes calls on one shared HTTP session; holds the pace for every workspace, method and channel."""

    def __init__(
        self,
        client: AsyncWebClient,
        tokens: Tokens,
        *,
        on_error: OnError,
        sure: Sure = always_sure,
        traces: Traces = OFF,
    ) -> None:
        """``sure``: asked before each call that people see."""
        self._client = client
        self._sure = sure
        self._tokens = tokens
        self._on_error = on_error
        self._traces = traces
        self._pace: dict[str, AsyncLimiter] = {}
        self._slow_until: dict[str, float] = {}
        self._open_at: dict[str, float] = {}

    async def make(
        self,
        method: str,
        args: Mapping[str, Any],
        workspace: str,
        *,
        repeatable: bool = True,
        patience: float = PATIENCE,
    ) -> dict[str, Any]:
        """Call ``method`` in a workspace; arguments travel as JSON in the body, never in the address.

        ``repeatable``: doing it twice is as good as once. If not, an unclear end raises ``LostReply``.
        ``patience``: seconds it waits while Slack says that it is too busy; then ``NoAnswer``.
        Raises ``ChatError`` and its kinds.
        """
        loop, lane = asyncio.get_running_loop(), _lane(method, args, workspace)
        attempt, until = 0, loop.time() + patience
        while True:
            if not patience and self._closed_for(lane):
                raise NoAnswer(method, "ratelimited")
            await self._turn(lane)
            access = await self._tokens.of(workspace)
            if method in _SEEN and not await self._sure() and not repeatable:
                raise Overslept(method, "overslept")  # whoever had the job meanwhile may have made it
            try:
                return await self._once(method, args, access)
            except SlackApiError as error:
                if self._was_busy(method, lane, error) and loop.time() < until:
                    continue  # refused before anything was done: no try was spent
                stale = _code(error.response) in TOKEN_FAULTS
                if stale and await self._tokens.renewed(workspace, access.token):
                    continue  # the same
                wait = self._after_refusal(method, error, attempt, repeatable)
            except (
                aiohttp.ClientConnectorError,
                aiohttp.ConnectionTimeoutError,
            ) as error:  # nothing was sent
                wait = self._after_break(method, error, attempt, repeatable=True)
            except (aiohttp.ClientError, TimeoutError, json.JSONDecodeError) as error:
                wait = self._after_break(method, error, attempt, repeatable)
            attempt += 1
            await asyncio.sleep(wait)

    async def _once(self, method: str, args: Mapping[str, Any], access: Access) -> dict[str, Any]:
        with self._traces.span(f"slack {method}"):
            return await self._sent(method, args, access)

    async def _sent(self, method: str, args: Mapping[str, Any], access: Access) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {access.token}"}
        call = partial(self._client.api_call, method, headers=headers)
        if access.team:
            args = {"team_id": access.team, **args}
        if method in _READS:
            response = await call(http_verb="GET", params=_form(args))
        elif method in _FORM_ONLY:
            response = await call(data=_form(args))
        else:
            response = await call(json=dict(args))
        data = response.data
        return data if isinstance(data, dict) else {}

    async def _turn(self, lane: str) -> None:
        """Wait until the method may be called again."""
        if closed := self._closed_for(lane):
            await asyncio.sleep(closed)
        if lane in self._slow_until and asyncio.get_running_loop().time() > self._slow_until[lane]:
            del self._slow_until[lane], self._pace[lane]
        await self._pace.setdefault(lane, AsyncLimiter(_BURST, 60)).acquire()

    def _closed_for(self, lane: str) -> float:
        """Seconds for which Slack wants no such call."""
        return max(0.0, self._open_at.get(lane, 0.0) - asyncio.get_running_loop().time())

    def _was_busy(self, method: str, lane: str, error: SlackApiError) -> bool:
        """After a 429: close the lane for as long as Slack says, and keep the documented rate then."""
        if _status(error.response) != 429 and _code(error.response) != "ratelimited":
            return False
        self._on_error(ChatError(method, "ratelimited"))
        now = asyncio.get_running_loop().time()
        self._open_at[lane] = now + _retry_after(error.response)
        self._slow_until[lane] = self._open_at[lane] + _SLOW_FOR
        self._pace[lane] = AsyncLimiter(1, 60 / _SLOW.get(method, _SLOW_ELSE))
        return True

    def _after_refusal(self, method: str, error: SlackApiError, attempt: int, repeatable: bool) -> float:
        """Seconds to wait before the next try, or raises what the refusal means."""
        response: Any = error.response
        status, code = _status(response), _code(response)
        called = code if status < 500 else f"http_{status}"
        self._on_error(ChatError(method, called))
        if is_unclear(error):
            return self._again_or_lost(method, called, attempt, repeatable)
        if attempt == 0 and code not in _KNOWN:
            return _STRANGE_WAIT  # nothing was done, and nobody says why: a moment later it may be
        raise _meaning(method, code, response) from error

    def _after_break(self, method: str, error: Exception, attempt: int, repeatable: bool) -> float:
        self._on_error(ChatError(method, type(error).__name__))
        return self._again_or_lost(method, type(error).__name__, attempt, repeatable)

    def _again_or_lost(self, method: str, code: str, attempt: int, repeatable: bool) -> float:
        if not repeatable:
            raise LostReply(method, code)
        if attempt + 1 >= _TRIES:
            raise NoAnswer(method, code)
        return float(min(0.3 * 2**attempt, 5.0))


# People see what these do.
_SEEN = {"chat.delete", "chat.postMessage", "chat.update", "files.completeUploadExternal"}
# These only read, and nothing that a person wrote is in their arguments.
_READS = {"chat.getPermalink", "conversations.history", "conversations.replies", "files.info", "users.info"}
# These take no JSON.
_FORM_ONLY = {"auth.test", "files.completeUploadExternal", "files.delete", "files.getUploadURLExternal"}


def _lane(method: str, args: Mapping[str, Any], workspace: str) -> str:
    """Slack counts posts by channel, everything else by method, and each workspace for itself."""
    channel = args.get("channel") if method == "chat.postMessage" else ""
    return f"{workspace} {method} {channel}"


def _form(args: Mapping[str, Any]) -> dict[str, str]:
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in args.items()}


def _status(response: Any) -> int:
    # The SDK's own response has status_code; where the body was not JSON it hands over aiohttp's.
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 200)


def _code(response: Any) -> str:
    data = getattr(response, "data", None)
    return str(data.get("error", "unknown")) if isinstance(data, dict) and data else "not_json"


def is_unclear(error: SlackApiError) -> bool:
    """Whether Slack only failed, and said nothing of what was asked."""
    return _status(error.response) >= 500 or _code(error.response) in _UNCLEAR


def _retry_after(response: Any) -> float:
    headers = {str(k).lower(): v for k, v in dict(getattr(response, "headers", {}) or {}).items()}
    try:
        value = headers.get("retry-after", "1")
        return max(0.0, float(value[0] if isinstance(value, list) else value))
    except ValueError:
        return 1.0


def _meaning(method: str, code: str, response: Any) -> ChatError:
    if code == "ratelimited":
        return NoAnswer(method, code)
    if code in _NOT_WELCOME:
        return NotWelcome(method, code, _NOT_WELCOME[code])
    if code in _GONE:
        return MessageGone(method, code)
    if code in _BAD_BLOCKS and _about_a_file(response):
        return FileRefused(method, code)
    return ChatError(method, code)


def _about_a_file(response: Any) -> bool:
    data = response.data if isinstance(response.data, dict) else {}
    notes = [*data.get("errors", ()), *(data.get("response_metadata") or {}).get("messages", ())]
    return any("slack file" in str(note).lower() or "slack_file" in str(note).lower() for note in notes)
