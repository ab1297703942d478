"""A landscape out of a prompt: the same words give the same sky, sun, hills and trees; pure."""

import hashlib
import math
import random
from dataclasses import dataclass

Colour = tuple[int, int, int]
Point = tuple[float, float]
"""0 to 1 across and down."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Palette:
    """A time of day."""

    high: Colour
    low: Colour
    light: Colour
    far: Colour
    near: Colour
    night: bool = False


_PALETTES = (
    Palette(
        high=(58, 96, 156), low=(253, 222, 176), light=(255, 241, 205), far=(164, 168, 190), near=(38, 60, 74)
    ),
    Palette(
        high=(70, 62, 118), low=(250, 166, 118), light=(255, 214, 150), far=(172, 108, 128), near=(48, 34, 62)
    ),
    Palette(
        high=(46, 132, 178),
        low=(214, 238, 228),
        light=(255, 252, 226),
        far=(142, 188, 178),
        near=(24, 76, 72),
    ),
    Palette(
        high=(14, 22, 58),
        low=(84, 92, 154),
        light=(240, 240, 222),
        far=(66, 76, 128),
        near=(10, 16, 36),
        night=True,
    ),
    Palette(
        high=(122, 158, 196),
        low=(248, 232, 220),
        light=(255, 250, 240),
        far=(186, 176, 190),
        near=(82, 68, 96),
    ),
    Palette(
        high=(24, 74, 92), low=(246, 206, 130), light=(255, 232, 168), far=(128, 150, 128), near=(20, 46, 44)
    ),
    Palette(
        high=(190, 92, 92), low=(255, 214, 160), light=(255, 240, 200), far=(202, 128, 116), near=(74, 32, 48)
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hill:
    """One ridge, from far to near."""

    ridge: tuple[Point, ...]
    colour: Colour
    trees: tuple[tuple[float, float, float], ...] = ()
    """Where one stands and its height."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """Everything in the picture but its words."""

    palette: Palette
    sun: Point
    sun_size: float
    stars: tuple[tuple[float, float, float], ...]
    clouds: tuple[tuple[float, float, float], ...]
    """Where, and how wide."""
    birds: tuple[tuple[float, float, float], ...]
    hills: tuple[Hill, ...]


def imagined(prompt: str, variant: int = 0) -> Scene:
    """The landscape of a prompt; every variant (of ``n``) is another one."""
    seed = hashlib.sha256(f"{variant}:{prompt}".encode("utf-8", "replace")).digest()
    dice = random.Random(seed)  # noqa: S311 -- chooses hills, not secrets
    palette = dice.choice(_PALETTES)
    stars = [(dice.random(), dice.random() * 0.55, dice.uniform(0.5, 1.3)) for _ in range(90)]
    return Scene(
        palette=palette,
        sun=(dice.uniform(0.2, 0.8), dice.uniform(0.16, 0.4)),
        sun_size=dice.uniform(0.045, 0.085),
        stars=tuple(stars) if palette.night else (),
        clouds=tuple(
            (dice.uniform(0, 1), dice.uniform(0.08, 0.42), dice.uniform(0.12, 0.3))
            for _ in range(dice.randint(2, 5))
        ),
        birds=()
        if palette.night
        else tuple(
            (dice.uniform(0.15, 0.85), dice.uniform(0.12, 0.4), dice.uniform(0.008, 0.016))
            for _ in range(dice.randint(3, 7))
        ),
        hills=tuple(_hills(dice, palette)),
    )


def _hills(dice: random.Random, palette: Palette) -> list[Hill]:
    count = dice.randint(4, 6)
    made = []
    for index in range(count):
        nearness = index / (count - 1)
        top = 0.46 + 0.4 * nearness + dice.uniform(-0.02, 0.02)
        ridge = _ridge(dice, top, 0.09 - 0.04 * nearness, jagged=1 - nearness)
        trees = _trees(dice, ridge, nearness) if nearness > 0.55 else ()
        made.append(Hill(ridge=ridge, colour=mixed(palette.far, palette.near, nearness), trees=trees))
    return made


def _ridge(dice: random.Random, top: float, swing: float, *, jagged: float) -> tuple[Point, ...]:
    """A sum of waves; far ridges have more small ones."""
    waves = [
        (dice.uniform(0.6, 1.4) * 2**octave, dice.uniform(0, math.tau), (0.5 + 0.16 * jagged) ** octave)
        for octave in range(6)
    ]
    points = []
    for step in range(129):
        x = step / 128
        y = sum(height * math.sin(x * speed * math.tau + shift) for speed, shift, height in waves)
        points.append((x, top + swing * y * 0.6))
    return tuple(points)


def _trees(
    dice: random.Random, ridge: tuple[Point, ...], nearness: float
) -> tuple[tuple[float, float, float], ...]:
    middle, spread = dice.random(), dice.uniform(0.08, 0.3)
    trees = []
    for _ in range(dice.randint(8, 26)):
        at = min(128, max(0, round(128 * dice.gauss(middle, spread))))
        x, y = ridge[at]
        trees.append((x, y + 0.006, dice.uniform(0.03, 0.065) * (0.5 + nearness)))
    return tuple(sorted(trees, key=lambda tree: tree[1]))


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """A colour between two."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
