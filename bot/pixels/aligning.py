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


def find(picture: Image.Image, other: Image.Image) -> Place:
    """Where the picture most likely is in the other, both in grey; whether it is there is not judged."""
    fit = min(other.width / picture.width, other.height / picture.height)
    share = min(1.0, _COARSE / (fit * max(picture.size)))
    guesses = list(_everywhere(picture, _relief(_sized(other, share))))
    while share < 1:
        share = min(1.0, 2 * share)
        level = _relief(_sized(other, share))
        guesses = sorted((_improved(picture, level, guess) for guess in guesses), key=_cost)
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


def _sized(image: Image.Image, share: float) -> Image.Image:
    size = (max(1, round(image.width * share)), max(1, round(image.height * share)))
    return image.resize(size, Image.Resampling.BOX)


_LEVELS = [min(max(level, 128 - _CLIPPED), 128 + _CLIPPED) for level in range(256)]
_STRENGTHS = [abs(level - 128) for level in range(256)]


def _relief(image: Image.Image) -> Image.Image:
    """Grey less its surroundings: 128 is level."""
    around = image.filter(ImageFilter.BoxBlur(_RADIUS))
    return ImageChops.subtract(image, around, scale=1, offset=128).point(_LEVELS)


def _everywhere(picture: Image.Image, level: Image.Image) -> Iterator[_Guess]:
    """The best places at each scale: of all together the small scales had most, fitting most often."""
    for scale in _SCALES:
        small = _scaled(picture, level, scale)
        down, across = _offsets(small.height, level.height), _offsets(small.width, level.width)
        places = (_guess(small, level, scale, (x, y)) for y in down for x in across)
        yield from nsmallest(_KEPT, places, key=_cost)


def _offsets(length: int, room: int) -> range:
    """Where a side may begin, so that enough of it is in the room."""
    hidden = int(length * (1 - _LEAST_SEEN))
    return range(-hidden, max(room - length + hidden, -hidden) + 1, _STRIDE)


def _improved(picture: Image.Image, level: Image.Image, guess: _Guess) -> _Guess:
    """Steps of one pixel, in place and in size, as long as they help."""
    best = min(_near(picture, level, guess), key=_cost)
    while (better := min(_near(picture, level, best), key=_cost)).cost < best.cost:
        best = better
    return best


def _near(picture: Image.Image, level: Image.Image, guess: _Guess) -> Iterator[_Guess]:
    """The guess and those a pixel away from it."""
    for grow in (-1, 0, 1):
        scale = guess.scale * (1 + grow / max(level.size))
        small = _scaled(picture, level, scale)
        left = round(guess.across * level.width - small.width / 2)
        top = round(guess.down * level.height - small.height / 2)
        for x in (left - 1, left, left + 1):
            for y in (top - 1, top, top + 1):
                yield _guess(small, level, scale, (x, y))


def _guess(small: Image.Image, level: Image.Image, scale: float, at: tuple[int, int]) -> _Guess:
    x, y = at
    return _Guess(
        cost=_difference(small, level, x, y),
        scale=scale,
        across=(x + small.width / 2) / level.width,
        down=(y + small.height / 2) / level.height,
    )


def _scaled(picture: Image.Image, level: Image.Image, scale: float) -> Image.Image:
    scale *= min(level.width / picture.width, level.height / picture.height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return _relief(picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0))


def _difference(small: Image.Image, level: Image.Image, x: int, y: int) -> float:
    """0 for the same relief, about 1 for any other; what is not in the other picture costs a little."""
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + small.width, level.width), min(y + small.height, level.height)
    seen = max(0, right - left) * max(0, bottom - top) / (small.width * small.height)
    if seen < _LEAST_SEEN**2:
        return 1.0
    there = level.crop((left, top, right, bottom))
    here = small if seen == 1 else small.crop((left - x, top - y, right - x, bottom - y))
    apart = sum(map(mul, range(256), ImageChops.difference(there, here).histogram()))
    both = sum(map(mul, _STRENGTHS, there.histogram())) + sum(map(mul, _STRENGTHS, here.histogram()))
    return seen * (apart / both if both else 1.0) + (1 - seen) * _HIDDEN
