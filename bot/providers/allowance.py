"""How much one deployment's image service allows, and how much of it one call takes; pure."""

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
