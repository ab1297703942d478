"""The pace of a conversation in Teams, on a clock that leaps: hours of calls in a moment."""

import asyncio
import selectors
from collections.abc import Coroutine, Sequence
from typing import Any

import httpx
import pytest

from bot.chat.teams.address import Address
from bot.chat.teams.calls import Calls, path
from bot.errors import NoAnswer
from bot.playground.teams.state import WINDOWS

GROUP = Address(conversation="19:group@thread.v2", service="https://teams", threads=False)
OTHER = Address(conversation="19:other@thread.v2", service="https://teams", threads=False)


class Leaps(selectors.DefaultSelector):
    """Never waits: the time that would have passed has passed, and a microsecond with each look."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += (timeout or 0.0) + 1e-6
        return super().select(0)


class LeapingLoop(asyncio.SelectorEventLoop):
    """An event loop with that clock."""

    def __init__(self) -> None:
        self._leaps = Leaps()
        super().__init__(self._leaps)

    def time(self) -> float:
        return self._leaps.now


class Teams:
    """Notes when it is called, and refuses what it was told to."""

    def __init__(self, *refusals: str) -> None:
        """``refusals``: what the first answers say under ``Retry-After``."""
        self.refusals = list(refusals)
        self.times: dict[str, list[float]] = {}

    async def request(self, method: str, url: str, **_: Any) -> httpx.Response:
        self.times.setdefault(url, []).append(asyncio.get_running_loop().time())
        refusal = self.refusals.pop(0) if self.refusals else None
        await asyncio.sleep(0.2)
        if refusal is None:
            return httpx.Response(200, json={"id": "1"})
        answer = httpx.Response(429, headers={"Retry-After": refusal})
        raise httpx.HTTPStatusError("busy", request=httpx.Request(method, url), response=answer)

    def heard(self, address: Address) -> list[float]:
        """When something came for this conversation."""
        return self.times.get(f"{address.service}/v3/{where(address)}", [])


def where(address: Address) -> str:
    return path(address.conversation, "activities")


def calls_of(teams: Teams) -> Calls:
    return Calls(teams, on_error=lambda _: None)  # type: ignore[arg-type] # has of the SDK's client what calls use


def played(story: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=LeapingLoop) as runner:
        runner.run(story)


def most_within(seconds: float, times: Sequence[float]) -> int:
    """The most of them that any window of this length holds."""
    return max(sum(start <= one < start + seconds for one in times[n:]) for n, start in enumerate(times))


def test_no_window_of_any_length_holds_more_than_teams_documents() -> None:
    teams = Teams()

    async def story() -> None:
        calls = calls_of(teams)
        await asyncio.gather(*(calls.make("PUT", GROUP, where(GROUP), {}) for _ in range(2000)))

    played(story())
    times = teams.heard(GROUP)
    assert len(times) == 2000
    for most, seconds in WINDOWS:
        assert most_within(seconds, times) <= most


def test_a_refusal_holds_the_whole_conversation_back_and_no_other() -> None:
    teams = Teams("20")

    async def story() -> None:
        calls = calls_of(teams)
        async with asyncio.TaskGroup() as group:
            group.create_task(calls.make("PUT", GROUP, where(GROUP), {}))
            await asyncio.sleep(1)
            for _ in range(9):
                group.create_task(calls.make("PUT", GROUP, where(GROUP), {}))
            group.create_task(calls.make("PUT", OTHER, where(OTHER), {}))

    played(story())
    refused, *rest = teams.heard(GROUP)
    assert (round(refused), len(rest), min(rest) >= 20) == (0, 10, True)
    for most, seconds in WINDOWS:
        assert most_within(seconds, rest) <= most
    assert teams.heard(OTHER) == [pytest.approx(1, abs=0.1)]


def test_calls_that_wait_for_their_turn_are_held_back_too() -> None:
    teams = Teams(*["30"] * 4)

    async def story() -> None:
        calls = calls_of(teams)
        await asyncio.gather(*(calls.make("PUT", GROUP, where(GROUP), {}) for _ in range(20)))

    played(story())
    first, later = teams.heard(GROUP)[:4], teams.heard(GROUP)[4:]
    assert (round(max(first)), len(later), min(later) >= 30) == (0, 20, True)


def test_who_is_told_to_wait_longer_than_anybody_waits_gives_up_and_the_next_one_asks() -> None:
    teams = Teams("86400")

    async def story() -> None:
        calls = calls_of(teams)
        with pytest.raises(NoAnswer):
            await calls.make("PUT", GROUP, where(GROUP), {})
        await asyncio.sleep(1)
        await calls.make("PUT", GROUP, where(GROUP), {})

    played(story())
    assert [round(one) for one in teams.heard(GROUP)] == [0, 600]


def test_nobody_stays_in_a_line_that_is_held_back_for_too_long() -> None:
    teams = Teams(*["500"] * 8)

    async def story() -> None:
        calls = calls_of(teams)
        six = (calls.make("PUT", GROUP, where(GROUP), {}) for _ in range(6))
        ends = await asyncio.gather(*six, return_exceptions=True)
        assert [type(end) for end in ends] == [NoAnswer] * 6

    played(story())
    assert [round(one) for one in teams.heard(GROUP)] == [0] * 4 + [500] * 4
