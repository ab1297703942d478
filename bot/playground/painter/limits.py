"""The service's own limit: so many a minute, and no bursts, with the headers that say how much is left.

Azure counts calls, OpenAI pictures; both look at short windows too, so that two calls of six a minute in the
same second are one too many.
"""

import math
from collections import deque
from collections.abc import Callable

_MINUTE = 60.0
_WINDOW = 10.0
"""https://learn.microsoft.com/azure/ai-foundry/openai/how-to/quota"""


class Limit:
    """What was asked for within the last minute, refused calls included."""

    def __init__(self, per_minute: int, now: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._per_window = max(1, math.ceil(per_minute * _WINDOW / _MINUTE))
        self._now = now
        self._taken: deque[tuple[float, int]] = deque()

    def take(self, count: int) -> float:
        """Count a call; the seconds until it would be let in, 0 when it is."""
        now = self._now()
        while self._taken and self._taken[0][0] <= now - _MINUTE:
            self._taken.popleft()
        wait = max(
            self._wait(now, count, _MINUTE, self._per_minute),
            self._wait(now, count, _WINDOW, self._per_window),
        )
        self._taken.append((now, count))
        return wait

    def _wait(self, now: float, count: int, window: float, most: int) -> float:
        """Until enough of what was taken is out of the window; a call larger than it goes alone."""
        inside = [(at, one) for at, one in self._taken if at > now - window]
        room = max(0, most - count)
        used = sum(one for _, one in inside)
        for at, one in inside:
            if used <= room:
                return 0
            used -= one
            if used <= room:
                return at + window - now
        return 0

    def headers(self) -> dict[str, str]:
        """How much is left, as every answer says."""
        used = sum(one for _, one in self._taken)
        first = self._taken[0][0] + _MINUTE - self._now() if self._taken else 0
        return {
            "x-ratelimit-limit-requests": str(self._per_minute),
            "x-ratelimit-remaining-requests": str(max(0, self._per_minute - used)),
            "x-ratelimit-reset-requests": f"{max(0.0, first):.3f}s",
        }
