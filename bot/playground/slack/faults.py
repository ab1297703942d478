"""What can be made to go wrong: a switchboard of faults for each method, for the next calls or for ever."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """A way a call can go wrong."""

    RATE_LIMITED = "rate_limited"  # 429 with Retry-After: ``value`` seconds
    STATUS = "status"  # an HTTP status, ``value`` (500, 503, …), nothing done
    SLOW = "slow"  # ``value`` seconds later, then as usual
    LOST_REPLY = "lost_reply"  # done, but the connection is cut before the answer
    DROP = "drop"  # the connection is cut before anything is done
    REDIRECT = "redirect"  # sent on to the address ``error``, nothing done
    REFUSE = "refuse"  # {"ok": false, "error": ``error``}


@dataclass(kw_only=True, slots=True)
class Fault:
    """One switch that is on."""

    method: str
    """A Web API method, ``upload``, ``download``, ``response_url``, or ``*`` for all of them."""
    trouble: Trouble
    value: float = 0
    error: str = ""
    skip: int = 0
    """Calls that still go well first."""
    times: int | None = 1
    """How many calls it hits; None: for ever."""


class Switchboard:
    """Every fault that is on, in the order it was switched on."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

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
        self._faults.append(
            Fault(method=method, trouble=trouble, value=value, error=error, times=times, skip=skip)
        )

    def clear(self) -> None:
        """Everything works again."""
        self._faults.clear()

    def take(self, method: str) -> Fault | None:
        """The fault that hits this call, counted."""
        for fault in self._faults:
            if fault.method not in (method, "*"):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
            return fault
        return None
