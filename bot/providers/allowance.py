"""How much one deployment's image service allows, and how much of it one call takes; pure."""

import re
from collections.abc import Mapping

from bot.providers import Offer, Order, Service


def per_minute(offer: Offer, told: int | None) -> int:
    """The operator's figure; without one the catalogue's, which knows Azure's lowest tier. 0: no limit."""
    return offer.card.requests_per_minute if told is None else told


def even(offer: Offer) -> bool:
    """Whether the service looks at short windows: Azure at 1 to 10 seconds, so 6 a minute is 1 in 10 s."""
    return offer.service is Service.AZURE


def taken(order: Order) -> int:
    """What one call counts for: Azure counts calls, the others pictures."""
    return 1 if order.offer.service is Service.AZURE else order.options.n


_REMAINING = "x-ratelimit-remaining-"
_RESET = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhd]?)")
_SECONDS = {"ms": 0.001, "": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST = 300.0
"""Seconds; a day's allowance that is used up is better met as the 429 it is, which people are told of."""


def rest(headers: Mapping[str, str]) -> float:
    """Seconds for which the service takes no further call, by what it says of its own limits; 0: none.

    It names requests, images and tokens apart, with resets such as ``1s`` or ``6m0s``. Names are lower-case.
    """
    used_up = [name for name, left in headers.items() if name.startswith(_REMAINING) and left.strip() == "0"]
    resets = [headers.get(f"x-ratelimit-reset-{name.removeprefix(_REMAINING)}", "") for name in used_up]
    return min(_LONGEST, max((_duration(reset) for reset in resets), default=0.0))


def _duration(text: str) -> float:
    return sum(float(number) * _SECONDS[unit] for number, unit in _RESET.findall(text))
