"""What can be made to go wrong at the connector, by a call's HTTP method."""

from dataclasses import dataclass
from enum import StrEnum

from bot.playground import faults


class Trouble(StrEnum):
    """A way a call can go wrong."""

    STATUS = "status"  # answered with the status ``value``, nothing done
    SLOW = "slow"  # ``value`` seconds later, then as usual
    DROP = "drop"  # the connection is cut before anything is done
    LOST_REPLY = "lost_reply"  # done, but the connection is cut before the answer


@dataclass(kw_only=True, slots=True)
class Fault(faults.Fault[Trouble]):
    """A trouble with the calls of one method, or with all of them."""

    method: str
    """An HTTP method, or ``*`` for all of them."""
    retry_after: str = ""
    """A header of the answer."""


class Switchboard(faults.Switchboard[Fault]):
    """The connector's."""

    def on(
        self, method: str, trouble: Trouble, *, value: float = 0, retry_after: str = "", times: int | None = 1
    ) -> None:
        """Switch a fault on."""
        self.add(Fault(method=method, trouble=trouble, value=value, retry_after=retry_after, times=times))
