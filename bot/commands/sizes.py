"""From what people call a size to pixels that a model can make."""

from collections.abc import Iterator
from fractions import Fraction
from math import log

from bot.providers import ModelCard, SizeRule

USUAL = ("1024x1024", "1536x1024", "1024x1536")
"""Every model of the service's own default family makes these."""

RATIOS = ("1:1", "3:2", "2:3", "4:3", "3:4", "16:9", "9:16", "21:9")
"""Ratios that forms and help offer; any other may be typed."""

TOLERANCE = 0.05
"""How far a fixed size may be from the ratio that was asked for: the eye does not see a twentieth."""

_LEAST_WANTED, _MOST_WANTED, _LONG_SIDE = 1_000_000, 1_600_000, 1536
# A server we know nothing about: what Stable Diffusion and its kin accept.
_ANY = SizeRule(multiple=16, longest=3840, least_pixels=65_536, most_pixels=8_294_400, steepest=3)


def sides(size: str) -> tuple[int, int]:
    """Width and height of ``WxH``."""
    width, _, height = size.partition("x")
    return int(width), int(height)


def ratio(text: str) -> Fraction:
    """``16:9`` as a number."""
    width, _, height = text.partition(":")
    return Fraction(width) / Fraction(height)


def ratio_of(size: str) -> str:
    """The ratio a size has, in small numbers: ``3:2``."""
    shape = Fraction(*sides(size))
    return f"{shape.numerator}:{shape.denominator}"


def listed(card: ModelCard) -> tuple[str, ...]:
    """The model's fixed sizes, without ``auto``; none where a rule allows any."""
    return () if card.rule else tuple(size for size in card.sizes if size != "auto")


def ratios(card: ModelCard) -> tuple[str, ...]:
    """The ratios a form can offer for this model."""
    if fixed := listed(card):
        return tuple(dict.fromkeys(ratio_of(size) for size in fixed))
    steepest = (card.rule or _ANY).steepest
    return tuple(name for name in RATIOS if Fraction(1, steepest) <= ratio(name) <= steepest)


def legal(size: str, card: ModelCard) -> bool:
    """Whether the model makes exactly this size; any is tried where nothing is known about the model."""
    if size == "auto":
        return card.rule is not None or "auto" in card.sizes
    if card.rule is None:
        return not card.sizes or size in card.sizes
    return _obeys(*sides(size), card.rule)


def nearest(size: str, card: ModelCard) -> str:
    """The legal size most like this one, in shape first and then in pixels."""
    width, height = sides(size)
    shape, pixels = Fraction(width, height), width * height
    if fixed := listed(card):
        return min(fixed, key=lambda one: (_off(one, shape), abs(_area(one) - pixels)))
    rule = card.rule or _ANY
    pixels = min(max(pixels, rule.least_pixels), rule.most_pixels)
    around = _shaped(_clamped(shape, rule), rule)
    return min(around, key=lambda one: _off(one, shape) + abs(log(_area(one) / pixels)))


def for_ratio(wanted: str, card: ModelCard) -> str | None:
    """The size to ask for when a ratio is wanted; None where the model has none near enough.

    Where any size goes: a usual size, else the best fit of 1.0 to 1.6 megapixels, about 1536 pixels long.
    """
    shape = ratio(wanted)
    if fixed := listed(card):
        best = nearest_in_shape(wanted, card)
        return best if best in fixed and _off(best, shape) <= TOLERANCE else None
    rule = card.rule or _ANY
    if not Fraction(1, rule.steepest) <= shape <= rule.steepest:
        return None
    return nearest_in_shape(wanted, card)


def nearest_in_shape(wanted: str, card: ModelCard) -> str:
    """The model's size whose shape is most like a ratio."""
    rule, shape = card.rule or _ANY, ratio(wanted)
    if fixed := listed(card):
        return min(fixed, key=lambda one: (_off(one, shape), abs(_area(one) - _area(USUAL[0]))))
    shape = _clamped(shape, rule)
    for usual in USUAL:
        if Fraction(*sides(usual)) == shape and _obeys(*sides(usual), rule):
            return usual
    fitting = [one for one in _shaped(shape, rule) if _LEAST_WANTED <= _area(one) <= _MOST_WANTED]
    return min(
        fitting or list(_shaped(shape, rule)),
        key=lambda one: (round(_off(one, shape), 6), abs(max(sides(one)) - _LONG_SIDE)),
    )


def of_edit(width: int, height: int, card: ModelCard) -> str:
    """The size of an edited picture, for models that do not take it from the picture themselves."""
    size = f"{width}x{height}"
    if legal(size, card) and _area(size) <= _MOST_WANTED:
        return size
    return nearest_in_shape(f"{width}:{height}", card)


def larger(size: str, card: ModelCard) -> str | None:
    """The model's size of the same shape, up to twice as long; None when it makes no larger one."""
    width, height = sides(size)
    shape = Fraction(width, height)
    if fixed := listed(card):
        alike = [one for one in fixed if _off(one, shape) <= TOLERANCE]
    else:
        alike = list(_shaped(_clamped(shape, card.rule or _ANY), card.rule or _ANY))
    bigger = [one for one in alike if width * 1.1 < sides(one)[0] <= width * 2]
    return min(bigger, key=lambda one: (round(_off(one, shape), 3), -_area(one)), default=None)


def _shaped(shape: Fraction, rule: SizeRule) -> Iterator[str]:
    """The legal sizes of about this shape: for each width, the heights on both sides of the exact one."""
    step = rule.multiple
    for width in range(step, rule.longest + 1, step):
        below = int(width / shape) // step * step
        for height in (below, below + step):
            if _obeys(width, height, rule):
                yield f"{width}x{height}"


def _obeys(width: int, height: int, rule: SizeRule) -> bool:
    short, long = sorted((width, height))
    return (
        short > 0
        and width % rule.multiple == 0
        and height % rule.multiple == 0
        and long <= rule.longest
        and long <= short * rule.steepest
        and rule.least_pixels <= width * height <= rule.most_pixels
    )


def _clamped(shape: Fraction, rule: SizeRule) -> Fraction:
    return min(max(shape, Fraction(1, rule.steepest)), Fraction(rule.steepest))


def _off(size: str, shape: Fraction) -> float:
    """How far a size is from a shape; the same for lying and standing."""
    return abs(log(Fraction(*sides(size)) / shape))


def _area(size: str) -> int:
    width, height = sides(size)
    return width * height
