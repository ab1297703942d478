"""Whether a failed call may be made again and after how long, and what a block is told as; pure.

A call that may have been paid is repeated once at most, and only after a 5xx or a broken stream.
"""

from dataclasses import dataclass, replace
from typing import assert_never

from bot.errors import Fault, ImageServiceError
from bot.types import Text

LONGEST_WAIT = 60.0
PATIENCE = 15 * 60.0
"""Seconds a job waits for a busy or unreachable service in all."""
_FIRST_WAIT = 1.0
_LEAST_WAIT = 0.25


@dataclass(frozen=True, kw_only=True, slots=True)
class Tries:
    """Failed calls of one picture so far, by fault, and the seconds waited between them."""

    busy: int = 0
    unreached: int = 0
    broken: int = 0
    waited: float = 0.0

    def plus(self, error: ImageServiceError, waited: float) -> "Tries":
        """One more failure, followed by a wait."""
        name = error.fault.value
        counts = {name: getattr(self, name) + 1} if name in ("busy", "unreached", "broken") else {}
        return replace(self, waited=self.waited + waited, **counts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """Make the call again after so many seconds."""

    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveUp:
    """Only the person may try again, if anybody."""


def after(error: ImageServiceError, tries: Tries, chance: float) -> Wait | GiveUp:
    """What to do about a failure; ``tries`` are the failures before it, ``chance`` is random in 0 to 1."""
    match error.fault:
        case Fault.BUSY | Fault.UNREACHED:
            seconds = _pause(error.retry_after, tries.busy + tries.unreached, chance)
            return GiveUp() if tries.waited + seconds > PATIENCE else Wait(seconds=seconds)
        case Fault.BROKEN:
            seconds = _pause(error.retry_after, 0, chance)
            return GiveUp() if tries.broken or tries.waited + seconds > PATIENCE else Wait(seconds=seconds)
        case (
            Fault.TIMEOUT
            | Fault.BLOCKED
            | Fault.ACCOUNT_BLOCKED
            | Fault.QUOTA
            | Fault.REFUSED
            | Fault.GARBAGE
        ):
            return GiveUp()
    assert_never(error.fault)


def _pause(asked: float | None, before: int, chance: float) -> float:
    """What the service asked for and up to a second more, lest all come back at once; else full jitter."""
    if asked is not None:
        return asked + chance
    longest = min(LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(before, 10))
    return _LEAST_WAIT + chance * (longest - _LEAST_WAIT)


CATEGORIES = frozenset(
    {"blocklist", "copyright", "harassment", "hate", "jailbreak", "likeness", "minors"}
    | {"profanity", "self_harm", "sexual", "violence"}
)
"""The categories there are words for (``category.*``)."""
_SAME = {
    "sexual_minors": "minors",
    "sexual/minors": "minors",
    "hate/threatening": "hate",
    "violence/graphic": "violence",
    "similarity": "copyright",
    "public_figure": "likeness",
    "custom_blocklists": "blocklist",
}


def reasons(error: ImageServiceError) -> tuple[Text, ...]:
    """A sentence for each content-filter category the service named, for the lines under the error's text."""
    words = (_SAME.get(name, name.split("/", maxsplit=1)[0]) for name in error.categories)
    return tuple(_reason(name) for name in dict.fromkeys(words))


def _reason(name: str) -> Text:
    return (
        Text(key=f"category.{name}")
        if name in CATEGORIES
        else Text(key="category.other", values={"name": name})
    )
