"""What can be made to go wrong at the painter, by the words of a prompt."""

from dataclasses import dataclass
from enum import StrEnum

from bot.playground import faults
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


@dataclass(kw_only=True, slots=True)
class Fault(faults.Fault[Trouble]):
    """A trouble with some prompts, or with all of them."""

    containing: str = ""
    """Hits only prompts with these words."""


class Switchboard(faults.Switchboard[Fault]):
    """The painter's."""

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
        fault = Fault(trouble=trouble, value=value, containing=containing, times=times, skip=skip)
        self.add(fault)

    def take(self, prompt: str) -> Fault | None:
        """The fault that hits this call, counted."""
        return self.hit(lambda fault: fault.containing in prompt)


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
