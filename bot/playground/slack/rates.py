"""Slack's limits on how often each method may be called, where a test wants them to hold.

https://docs.slack.dev/apis/web-api/rate-limits
"""

import math
from collections import defaultdict, deque
from collections.abc import Callable

from bot.playground.slack.state import Json

MINUTE = 60.0
_PER_MINUTE = {
    "apps.connections.open": 1,
    "conversations.open": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "conversations.info": 50,
    "chat.update": 50,
    "chat.delete": 50,
    "files.delete": 50,
    "reactions.add": 50,
    "reactions.remove": 20,
    "chat.postMessage": 60,
    "auth.test": 600,
}
"""Calls in a minute, for one method of one app in one workspace."""
_TIER_4 = 100
_EACH_CHANNEL = ("chat.postMessage",)
"""Counted for each conversation."""
HISTORY = ("conversations.history", "conversations.replies")
HISTORY_MESSAGES = 15
"""The most messages at once that a commercial app gets, once a minute."""


class Rates:
    """What was called within the last minute."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._calls: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self.hold = False
        """Whether anything is limited at all; a burst is then all of a minute at once."""
        self.commercial = False
        """An app that is sold outside Slack's Marketplace may hardly read histories."""
        self.page = 1000
        """The most messages of a history in one answer; Slack may always give fewer than were asked for."""

    def wait(self, method: str, args: Json) -> int:
        """Seconds until the call may be made; 0: now, and it is counted."""
        most = self._most(method)
        if most is None:
            return 0
        channel = str(args.get("channel", "")) if method in _EACH_CHANNEL else ""
        made, now = self._calls[method, channel], self._now()
        while made and made[0] <= now - MINUTE:
            made.popleft()
        if len(made) >= most:
            return max(1, math.ceil(made[0] + MINUTE - now))
        made.append(now)
        return 0

    def most_messages(self) -> int:
        """How many messages a history may bring at once."""
        return HISTORY_MESSAGES if self.commercial else self.page

    def _most(self, method: str) -> int | None:
        if self.commercial and method in HISTORY:
            return 1
        return _PER_MINUTE.get(method, _TIER_4) if self.hold else None
