"""What can be made to go wrong at the painter: a switchboard of troubles, for the next calls or for ever."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.playground.painter import refusals
from bot.playground.painter.refusals import Answer


class Trouble(StrEnum):
    """A way a call can go wrong. Only those after the painting are counted as paid."""

    # answered at once, nothing painted
    RATE_LIMITED = "rate_limited"  # 429 with Retry-After: ``value`` seconds
    NO_QUOTA = "no_quota"  # 429 insufficient_quota
    BLOCKED = "blocked"  # moderation_blocked; contentFilter on Azure's routes
    POLICY = "policy"  # Azure's older body, with the categories
    ACCOUNT_BLOCKED = "account_blocked"  # 403 for the whole resource
    ERROR = "error"  # 5xx JSON, status ``value`` (default 500)
    PROXY = "proxy"  # HTML with status ``value`` (default 503)
    DROP = "drop"  # the connection is cut, nothing done
    SLOW = "slow"  # ``value`` seconds later, then as usual
    # painted and paid, then
    LOST_REPLY = "lost_reply"  # the connection is cut before the answer
    BROKEN = "broken"  # cut in the middle of the answer or stream
    STREAM_ERROR = "stream_error"  # an error event in the stream; 500 without one
    NOT_A_PICTURE = "not_a_picture"  # base64 of something else
    TRUNCATED = "truncated"  # a picture cut short
    EMPTY = "empty"  # no pictures in the answer
    HTML = "html"  # status 200 and a page
    WRONG_SIZE = "wrong_size"  # a picture of half the size


PAID = frozenset(
    {
        Trouble.LOST_REPLY,
        Trouble.BROKEN,
        Trouble.STREAM_ERROR,
        Trouble.NOT_A_PICTURE,
        Trouble.TRUNCATED,
        Trouble.EMPTY,
        Trouble.HTML,
        Trouble.WRONG_SIZE,
        Trouble.SLOW,
    }
)


@dataclass(kw_only=True, slots=True)
class Fault:
    """One switch that is on."""

    trouble: Trouble
    value: float = 0
    containing: str = ""
    """Hits only prompts with these words."""
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
        trouble: Trouble,
        *,
        value: float = 0,
        containing: str = "",
        times: int | None = 1,
        skip: int = 0,
    ) -> None:
        """Switch a fault on."""
        self._faults.append(
            Fault(trouble=trouble, value=value, containing=containing, times=times, skip=skip)
        )

    def clear(self) -> None:
        """Everything works again."""
        self._faults.clear()

    def take(self, prompt: str) -> Fault | None:
        """The fault that hits this call, counted."""
        for fault in self._faults:
            if fault.containing not in prompt:
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


def answer(fault: Fault, *, azure: bool) -> Answer | None:
    """What is answered in place of painting; None where the trouble is another one."""
    match fault.trouble:
        case Trouble.RATE_LIMITED:
            return refusals.rate_limited(fault.value or 1)
        case Trouble.NO_QUOTA:
            return refusals.out_of_quota()
        case Trouble.BLOCKED:
            return refusals.blocked(azure=azure)
        case Trouble.POLICY:
            return refusals.policy_violation()
        case Trouble.ACCOUNT_BLOCKED:
            return refusals.account_blocked()
        case Trouble.ERROR:
            return refusals.server_error(int(fault.value) or 500)
        case Trouble.PROXY:
            return refusals.proxy_page(int(fault.value) or 503)
        case _:
            return None
