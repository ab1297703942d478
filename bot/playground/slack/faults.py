"""What can be made to go wrong at Slack, by method."""

from dataclasses import dataclass
from enum import StrEnum

from bot.playground import faults


class Trouble(StrEnum):
    """A way a call can go wrong."""

    RATE_LIMITED = "rate_limited"  # 429 with Retry-After: ``value`` seconds
    STATUS = "status"  # an HTTP status, ``value`` (500, 503, …), nothing done
    SLOW = "slow"  # ``value`` seconds later, then as usual
    LOST_REPLY = "lost_reply"  # done, but the connection is cut before the answer
    DROP = "drop"  # the connection is cut before anything is done
    GARBAGE = "garbage"  # status 200 and a page of HTML, nothing done
    REDIRECT = "redirect"  # sent on to the address ``error``, nothing done
    REFUSE = "refuse"  # {"ok": false, "error": ``error``}


@dataclass(kw_only=True, slots=True)
class Fault(faults.Fault[Trouble]):
    """A trouble with one method, or with all of them."""

    method: str
    """A Web API method, ``upload``, ``download``, ``response_url``, or ``*`` for all of them."""
    error: str = ""


class Switchboard(faults.Switchboard[Fault]):
    """Slack's."""

    def on(
        self,
        method: str,
        trouble: Trouble,
        *,
        value: float = 0,
        error: str = "",
        times: int | None = 1,
        skip: int = 0,
    ) -> None:
        """Switch a fault on."""
        fault = Fault(method=method, trouble=trouble, value=value, error=error, times=times, skip=skip)
        self.add(fault)

    def take(self, method: str) -> Fault | None:
        """The fault that hits this call, counted."""
        return self.hit(lambda fault: fault.method in (method, "*"))
