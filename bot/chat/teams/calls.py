"""One call of the Bot Connector, made well: paced, patient, repeated where that can do no harm."""

import asyncio
import random
from collections import OrderedDict
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
from aiolimiter import AsyncLimiter

from bot.chat import Sure, always_sure
from bot.chat.teams.address import Address
from bot.chat.teams.sdk import Client
from bot.errors import ChatError, LostReply, MessageGone, NoAnswer, NotWelcome

# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit: for one bot in one conversation
# 7 in a second, 8 in two, 60 in half a minute and 1800 in an hour, for one bot in one tenant 30 in a second.
# Beside what flows, a limiter lets a burst as large through: any window holds up to twice its number.
_PACES = ((4, 2), (30, 30), (900, 3600))
_ALL_A_SECOND = 15
_LANES = 1_000
"""Conversations whose pace is kept; who has not been written to for longest is forgotten."""

# The same page names these as worth repeating. The first two are refused before anything is done.
_TOO_MANY = 429
_BUSY = {412, _TOO_MANY, 502, 503, 504}
_TRIES = 5
_PATIENCE = 600.0
"""Seconds a call waits in all for a platform that is too busy, or to which nothing could be sent: a request
that was acknowledged outlives a short outage, and a secret that has to be renewed."""
_LONGEST = 10.0

OnError = Callable[[ChatError], None]


class _Lane:
    """One conversation's calls, one after the other, so that those in the line can still be held back."""

    def __init__(self) -> None:
        self._paces = tuple(AsyncLimiter(most, seconds) for most, seconds in _PACES)
        self._first = asyncio.Lock()
        self._open_at = 0.0

    async def turn(self, until: float) -> bool:
        """Wait until the conversation may be written to; False: not before ``until``."""
        loop = asyncio.get_running_loop()
        async with self._first:
            while self._open_at <= until:
                await asyncio.sleep(max(0.0, self._open_at - loop.time()))
                for pace in self._paces:
                    await pace.acquire()
                if self._open_at <= loop.time():
                    return True
        return False

    def close(self, seconds: float) -> None:
        """Nothing goes for so long, but never for longer than a call waits."""
        closed = asyncio.get_running_loop().time() + min(seconds, _PATIENCE)
        self._open_at = max(self._open_at, closed)


class Calls:
    """Makes calls with the SDK's client, which sends the bot's token along."""

    def __init__(self, http: Client, *, on_error: OnError, sure: Sure = always_sure) -> None:
        """``sure``: asked before each call that people see."""
        self._http = http
        self._sure = sure
        self._on_error = on_error
        self._all = AsyncLimiter(_ALL_A_SECOND, 1)
        self._lanes: OrderedDict[str, _Lane] = OrderedDict()

    async def make(
        self,
        method: str,
        address: Address,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        repeatable: bool = True,
    ) -> dict[str, Any]:
        """Call ``path`` below the connector's ``/v3/``.

        ``repeatable``: doing it twice is as good as once. If not, an unclear end raises ``LostReply``.
        Raises ``ChatError`` and its kinds.
        """
        loop, lane = asyncio.get_running_loop(), self._lane(address)
        url, until, attempt = f"{address.service}/v3/{path}", loop.time() + _PATIENCE, 0
        while True:
            if not await lane.turn(until):
                raise NoAnswer(method, f"http_{_TOO_MANY}")
            await self._all.acquire()
            if method != "GET" and not await self._sure() and not repeatable:
                raise LostReply(method, "asleep")  # whoever had the job meanwhile may have made it
            try:
                return _json(await self._http.request(method, url, json=body))
            except httpx.HTTPStatusError as error:
                wait = self._after_refusal(method, error.response, attempt, repeatable)
                cause = ChatError(method, f"http_{error.response.status_code}")
                if error.response.status_code == _TOO_MANY:
                    lane.close(wait)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
                wait, cause = _backoff(attempt), _break(method, error)
                self._on_error(cause)
            except httpx.HTTPError as error:
                cause = _break(method, error)
                wait = self._after_break(cause, attempt, repeatable)
            except httpx.InvalidURL as error:
                raise ChatError(method, "InvalidURL") from error
            except ChatError as error:  # there is no token
                wait, cause = _backoff(attempt), error
                self._on_error(cause)
            if loop.time() + wait > until:
                raise NoAnswer(cause.call, cause.code)
            attempt += 1
            await asyncio.sleep(wait)

    def _lane(self, address: Address) -> _Lane:
        lane = self._lanes.setdefault(str(address), _Lane())
        self._lanes.move_to_end(str(address))
        if len(self._lanes) > _LANES:
            self._lanes.popitem(last=False)
        return lane

    def _after_refusal(self, method: str, response: httpx.Response, attempt: int, repeatable: bool) -> float:
        """Seconds to wait before the next try, or raises what the refusal means."""
        status, code = response.status_code, _code(response)
        self._on_error(ChatError(method, code))
        if status in _BUSY:
            return _asked(response) or _backoff(attempt)
        if status >= 500:
            return _again_or_lost(method, code, attempt, repeatable)
        raise _meaning(method, status, code)

    def _after_break(self, error: ChatError, attempt: int, repeatable: bool) -> float:
        self._on_error(error)
        return _again_or_lost(error.call, error.code, attempt, repeatable)


def path(conversation: str, *more: str) -> str:
    """A path below ``conversations/``; what Teams puts into its ids stays as it is there."""
    return "/".join(["conversations", *(quote(part, safe=":;@=,!") for part in (conversation, *more))])


def _break(method: str, error: httpx.HTTPError) -> ChatError:
    return ChatError(method, type(error).__name__)


def _again_or_lost(method: str, code: str, attempt: int, repeatable: bool) -> float:
    if not repeatable:
        raise LostReply(method, code)
    if attempt + 1 >= _TRIES:
        raise NoAnswer(method, code)
    return _backoff(attempt)


def _backoff(attempt: int) -> float:
    longest = min(0.5 * 2**attempt, _LONGEST)
    return float(longest * random.uniform(0.5, 1))  # noqa: S311 -- jitter, not a secret


def _asked(response: httpx.Response) -> float | None:
    """Seconds to wait, as the answer says them."""
    try:
        return max(0.0, float(response.headers.get("Retry-After", "")))
    except ValueError:
        return None


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        data = response.json() if response.content else {}
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _code(response: httpx.Response) -> str:
    error = _json(response).get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return str(code) if code else f"http_{response.status_code}"


def _meaning(method: str, status: int, code: str) -> ChatError:
    if status == 404:
        return NotWelcome(method, code) if method == "POST" else MessageGone(method, code)
    return NotWelcome(method, code) if status == 403 else ChatError(method, code)
