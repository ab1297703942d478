"""Finds one picture in another: at which scale and where, though scribbled on, cropped, framed or compressed.

A search from coarse to fine over scale and place. What is compared is the relief, how much lighter or darker
a pixel is than those around it, clipped, so that neither plain areas nor bold strokes decide. With Pillow
alone: numpy would cost 30 MB. Slow: call it in a thread.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest
from operator import mul

from PIL import Image, ImageChops, ImageFilter

_COARSE = 36
"""The picture's longer side where the search begins; it is doubled until the other one is whole."""
_SCALES = [0.6 * 1.05**step for step in range(20)]
"""Of the size at which the picture just fits: from 0.6 (a screenshot with much around) to 1.5 (cropped)."""
_LEAST_SEEN = 0.6
"""Of each side of the picture that is in the other one."""
_RADIUS, _CLIPPED = 3, 48
"""Of the relief: how far around, in pixels, and how high, in levels of grey."""
_HIDDEN = 0.8
"""What a pixel outside the other picture costs: less than a wrong one, more than a right one."""
_STRIDE = 2
"""Pixels from one place to the next at first: the relief is wider, and the best ones are improved."""
_KEPT = 3
"""Places to look at more closely, at each scale."""
_THUMB_SIDE, _BANDS = 96, 4
"""Where colours are compared: the side of a small copy, and how many parts red, green and blue each have."""
_SHIFTS = (0, 32)
"""Of the parts' borders: a plain colour on a border would fall on either side of it in a copy."""
_THERE, _LEAST_COLOURS = 0.15, 0.6
"""What the other one must have of each colour's share of the picture; share of the picture so found again.

Whole copies have 0.9 and more, also from a screen of wider colours, cropped ones 0.75; other pictures, unless
they are in the same colours, less than 0.5.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Pixel (u, v) of the picture is at (scale · u + x, scale · v + y) in the other."""

    scale: float
    x: float
    y: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Guess:
    """A scale relative to the size that fits, and the middle as a share of the other picture's sides."""

    cost: float
    scale: float
    across: float
    down: float


Colours = tuple[list[int], ...]
"""How many pixels of a small copy have each of a few colours, counted with two ways of dividing them."""


def colours(image: Image.Image) -> Colours:
    """Of a picture in RGB."""
    return tuple(_colours(image, shift) for shift in _SHIFTS)


def has_colours(picture: Colours, other: Colours) -> bool:
    """Whether the other has the picture's colours: if not, a search for it there is in vain."""
    return any(_shared(*both) for both in zip(picture, other, strict=True))


def _shared(wanted: list[int], there: list[int]) -> bool:
    found = sum(many for many, too in zip(wanted, there, strict=True) if too >= many * _THERE)
    return found >= sum(wanted) * _LEAST_COLOURS


def _colours(image: Image.Image, shift: int) -> list[int]:
    numbers = Image.new("L", (_THUMB_SIDE, _THUMB_SIDE))
    for band in image.resize(numbers.size, Image.Resampling.BOX).split():
        numbers = ImageChops.add(
            numbers.point([min(one * _BANDS, 255) for one in range(256)]),
            band.point([min((one + shift) * _BANDS // 256, _BANDS - 1) for one in range(256)]),
        )
    return numbers.histogram()


def find(picture: Image.Image, other: Image.Image) -> Place:
    """Where the picture most likely is in the other, both in grey; whether it is there is not judged."""
    fit = min(other.width / picture.width, other.height / picture.height)
    share = min(1.0, _COARSE / (fit * max(picture.size)))
    guesses = list(_everywhere(_level(picture, other, share)))
    while share < 1:
        share = min(1.0, 2 * share)
        level = _level(picture, other, share)
        guesses = sorted((_improved(level, guess) for guess in guesses), key=_cost)
        guesses = guesses[: max(1, len(guesses) // 3)]
    best = guesses[0]
    scale = best.scale * fit
    return Place(
        scale=scale,
        x=best.across * other.width - scale * picture.width / 2,
        y=best.down * other.height - scale * picture.height / 2,
    )


def as_a_copy(picture: Image.Image, other: Image.Image) -> Place | None:
    """The place if the other is the same picture, whole, in any size; None where its shape is another."""
    across, down = other.width / picture.width, other.height / picture.height
    return Place(scale=across, x=0, y=0) if abs(across / down - 1) < 0.01 else None


def _cost(guess: _Guess) -> float:
    return guess.cost


_LEVELS = [min(max(level, 128 - _CLIPPED), 128 + _CLIPPED) for level in range(256)]
_APART = range(2 * _CLIPPED + 1)
_STRENGTHS = [abs(step - _CLIPPED) for step in _APART]


def _relief(image: Image.Image) -> Image.Image:
    """Grey less its surroundings: 128 is level."""
    around = image.filter(ImageFilter.BoxBlur(_RADIUS))
    return ImageChops.subtract(image, around, scale=1, offset=128).point(_LEVELS)


def _strength(relief: Image.Image) -> int:
    """How far from level a relief is, over all pixels."""
    return sum(map(mul, _STRENGTHS, relief.histogram()[128 - _CLIPPED :]))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Level:
    """One step of the search, from coarse to fine."""

    picture: Image.Image
    """In grey, not much larger than it is looked for."""
    relief: Image.Image
    """Of the other one."""


def _level(picture: Image.Image, other: Image.Image, share: float) -> _Level:
    size = (max(1, round(other.width * share)), max(1, round(other.height * share)))
    relief = _relief(other.resize(size, Image.Resampling.BOX))
    largest = _SCALES[-1] * min(size[0] / picture.width, size[1] / picture.height)
    return _Level(picture=picture.reduce(max(1, int(0.5 / largest))), relief=relief)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Small:
    """The picture's relief at one scale."""

    relief: Image.Image
    strength: int


def _scaled(level: _Level, scale: float) -> _Small:
    picture, other = level.picture, level.relief
    scale *= min(other.width / picture.width, other.height / picture.height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    relief = _relief(picture.resize(size, Image.Resampling.BILINEAR))
    return _Small(relief=relief, strength=_strength(relief))


def _everywhere(level: _Level) -> Iterator[_Guess]:
    """The best places at each scale: of all together the small scales had most, fitting most often."""
    for scale in _SCALES:
        small = _scaled(level, scale)
        down = _offsets(small.relief.height, level.relief.height)
        across = _offsets(small.relief.width, level.relief.width)
        places = (_guess(small, level, scale, (x, y)) for y in down for x in across)
        yield from nsmallest(_KEPT, places, key=_cost)


def _offsets(length: int, room: int) -> range:
    """Where a side may begin, so that enough of it is in the room."""
    hidden = int(length * (1 - _LEAST_SEEN))
    return range(-hidden, max(room - length + hidden, -hidden) + 1, _STRIDE)


def _improved(level: _Level, guess: _Guess) -> _Guess:
    """Steps of one pixel, in place and in size, as long as they help."""
    best = min(_near(level, guess), key=_cost)
    while (better := min(_near(level, best), key=_cost)).cost < best.cost:
        best = better
    return best


def _near(level: _Level, guess: _Guess) -> Iterator[_Guess]:
    """The guess and those a pixel away from it."""
    width, height = level.relief.size
    for grow in (-1, 0, 1):
        scale = guess.scale * (1 + grow / max(width, height))
        small = _scaled(level, scale)
        left = round(guess.across * width - small.relief.width / 2)
        top = round(guess.down * height - small.relief.height / 2)
        for x in (left - 1, left, left + 1):
            for y in (top - 1, top, top + 1):
                yield _guess(small, level, scale, (x, y))


def _guess(small: _Small, level: _Level, scale: float, at: tuple[int, int]) -> _Guess:
    x, y = at
    return _Guess(
        cost=_difference(small, level.relief, x, y),
        scale=scale,
        across=(x + small.relief.width / 2) / level.relief.width,
        down=(y + small.relief.height / 2) / level.relief.height,
    )


def _difference(small: _Small, other: Image.Image, x: int, y: int) -> float:
    """0 for the same relief, about 1 for any other; what is not in the other picture costs a little."""
    width, height = small.relief.size
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + width, other.width), min(y + height, other.height)
    seen = max(0, right - left) * max(0, bottom - top) / (width * height)
    if seen < _LEAST_SEEN**2:
        return 1.0
    there, here, strength = other.crop((left, top, right, bottom)), small.relief, small.strength
    if seen < 1:
        here = here.crop((left - x, top - y, right - x, bottom - y))
        strength = _strength(here)
    apart = sum(map(mul, _APART, ImageChops.difference(there, here).histogram()))
    both = strength + _strength(there)
    return seen * (apart / both if both else 1.0) + (1 - seen) * _HIDDEN
