"""What is sent for an order, decided by the model's card alone; pure."""

from typing import Any

from bot.providers import ModelCard, Order
from bot.providers.catalogue import UNNAMED

MINIMAL_SIZE = "1024x1024"
"""Compatible servers disagree about ``auto`` and about no size at all, so one is always named."""
_STREAMED = (None, "png", "jpeg", "webp")
_COMPRESSED = ("jpeg", "webp")
_NOT_IN_EDITS = frozenset({"moderation"})
"""What the multipart form of edits does not know."""


def streams(order: Order) -> bool:
    """Whether partial images are asked for; they may be billed, so never for the cheapest quality."""
    options = order.options
    return (
        order.previews > 0
        and order.offer.card.streams
        and options.n == 1
        and options.format in _STREAMED
        and options.quality != "low"
    )


def sent(order: Order, *, names_model: bool = True) -> dict[str, Any]:
    """The arguments of the SDK's ``images.generate``, and those of ``images.edit`` that are no files.

    ``names_model`` is False where the address says it.
    """
    card = order.offer.card
    model = order.offer.name if names_model and not (card.minimal and card.name == UNNAMED) else None
    said = _minimal(order) if card.minimal else {**_by_card(order), **_animation(order), **_streaming(order)}
    if card.response_format:
        said["response_format"] = "b64_json"
    if order.sources:
        said = {name: value for name, value in said.items() if name not in _NOT_IN_EDITS}
        if card.fidelity:
            said["input_fidelity"] = "high"
    said |= {"prompt": order.prompt, "model": model}
    return {name: value for name, value in said.items() if value is not None}


def _minimal(order: Order) -> dict[str, Any]:
    size = order.options.size
    return {"size": size if size and size != "auto" else MINIMAL_SIZE, "n": order.options.n}


def _by_card(order: Order) -> dict[str, Any]:
    card, options = order.offer.card, order.options
    said: dict[str, Any] = {
        "size": options.size,
        "n": options.n,
        "quality": _one_of(options.quality, card.qualities),
        "background": _one_of(options.background, card.backgrounds),
        "moderation": _one_of(options.moderation, card.moderations),
        "complexity": _one_of(options.complexity, card.complexities),
        "output_format": _format(options.format, card),
    }
    if card.compression and options.format in _COMPRESSED:
        said["output_compression"] = options.compression
    if card.person_field:
        said[card.person_field] = order.person or None
    return said


def _one_of(value: str | None, allowed: tuple[str, ...]) -> str | None:
    return value if value in allowed else None


def _format(value: str | None, card: ModelCard) -> str | None:
    """A model with one format has no parameter for it."""
    return _one_of(value, card.formats) if len(card.formats) > 1 else None


def _animation(order: Order) -> dict[str, Any]:
    options = order.options
    if not (order.offer.card.frames and options.format == "gif"):
        return {}
    return {"frame_count": options.frames, "frame_duration_ms": options.delay}


def _streaming(order: Order) -> dict[str, Any]:
    return {"stream": True, "partial_images": order.previews} if streams(order) else {}
