"""What a picture costs: token formulas, the price of counted tokens, and an estimate before the call; pure.

The formulas are estimates from published prices and measurements; ``usage`` in the answer settles the bill.
"""

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from bot.providers import ModelCard, Offer
from bot.types import ImageRequest, Usage

MILLION = Decimal(1_000_000)
PREVIEW_TOKENS = 100
"""Output tokens of one partial image (https://platform.openai.com/docs/guides/image-generation)."""
USUAL_SIZE = "1024x1024"
"""Taken for ``auto``: of the usual sizes the one with the most tokens."""
USUAL_FRAMES = 9

OutTokens = Callable[[str, int, int], int]

_SERIES_ONE = {  # square, portrait, landscape
    "low": (272, 408, 400),
    "medium": (1056, 1584, 1568),
    "high": (4160, 6240, 6208),
}
_FACTORS_2 = {"low": 16, "medium": 48, "high": 96}
_FACTORS_2_5 = {"low": 16, "medium": 24, "high": 48, "xhigh": 64, "max": 96}
_DEARER_2_6 = Fraction(17, 4)  # measured: low and medium cost up to 4.2 times 2.5's


def series_one(quality: str, width: int, height: int) -> int:
    """Output tokens of gpt-image-1, -1-mini, -1.5; quality left to the model counts as high."""
    square, portrait, landscape = _SERIES_ONE.get(quality, _SERIES_ONE["high"])
    if width == height:
        return square
    return portrait if height > width else landscape


def _by_grid(factor: int, width: int, height: int) -> int:
    short, long = sorted((width, height))
    side = round(factor * short / long)
    return math.ceil(Fraction(factor * side * (2_000_000 + width * height), 4_000_000))


def series_two(quality: str, width: int, height: int) -> int:
    """Output tokens of gpt-image-2."""
    return _by_grid(_FACTORS_2.get(quality, _FACTORS_2["high"]), width, height)


def series_two_five(quality: str, width: int, height: int) -> int:
    """Output tokens of gpt-image-2.5."""
    return _by_grid(_FACTORS_2_5.get(quality, _FACTORS_2_5["high"]), width, height)


def series_two_six(quality: str, width: int, height: int) -> int:
    """Output tokens of gpt-image-2.6: no formula is known, so an upper bound from what was measured.

    Quality left to the model has been seen to use as much as ``max`` does.
    """
    high = series_two_five("high", width, height)
    if quality in ("low", "medium"):
        return min(high, math.ceil(_DEARER_2_6 * series_two_five(quality, width, height)))
    return series_two_five(quality if quality in _FACTORS_2_5 else "max", width, height)


def cost(card: ModelCard, usage: Usage, *, quality: str, size: str, count: int) -> Decimal | None:
    """USD of one answered call; None where the catalogue has no price or the service counted nothing."""
    if card.price_each:
        each = card.price_each.get(f"{quality or 'standard'} {size}")
        return None if each is None else each * count
    if card.prices is None or usage.total == 0:
        return None
    prices = card.prices
    return (
        usage.text_in * prices.text_in + usage.image_in * prices.image_in + usage.out * prices.out
    ) / MILLION


def estimate(request: ImageRequest, offer: Offer, *, previews: int = 0) -> Decimal | None:
    """About how much a request will cost in USD, rather too much than too little; None where nobody knows.

    ``previews`` counts partial images for each call.
    """
    card, options = offer.card, request.options
    size = options.size if options.size and "x" in options.size else USUAL_SIZE
    if card.price_each:
        each = card.price_each.get(f"{options.quality or 'standard'} {size}")
        return None if each is None else each * options.n * len(request.prompts)
    if card.prices is None or card.out_tokens is None or options.format == "svg":
        return None  # an SVG's author is another model, whose price is not known here
    width, height = _drawn(size, options.frames if options.format == "gif" else None, options.format)
    out = card.out_tokens(options.quality or "auto", width, height) * options.n + PREVIEW_TOKENS * previews
    text = sum(_text_tokens(prompt) for prompt in request.prompts)
    return (text * card.prices.text_in + out * len(request.prompts) * card.prices.out) / MILLION


def _text_tokens(prompt: str) -> int:
    """Four bytes a token is near the truth for English and high for other scripts."""
    return math.ceil(len(prompt.encode("utf-8", "replace")) / 4)


def _drawn(size: str, frames: int | None, file_format: str | None) -> tuple[int, int]:
    """The pixels that are billed: all frames of a GIF are drawn on one sheet."""
    width, height = (int(side) for side in size.split("x"))
    if file_format != "gif":
        return width, height
    frames = frames or USUAL_FRAMES
    grids = ((8, 4, 2), (9, 3, 3), (12, 4, 3), (16, 4, 4))
    across, down = next(((a, d) for most, a, d in grids if frames <= most), (4, 4))
    return width * across, height * down
