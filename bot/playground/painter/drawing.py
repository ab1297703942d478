"""Draws a scene with Pillow: the landscape, the prompt on a card, and the words that say it is a sample.

Slow: call it in a thread.
"""

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from bot.playground.painter import fonts
from bot.playground.painter.scene import Hill, Scene, mixed

SAMPLE = "sample — painted locally, no AI"
_FINE = 2
"""Drawn this many times larger and made smaller, for smooth edges."""
_LARGEST = 2_000_000
"""Pixels above which edges are left as they are: it would take seconds."""
_INK = (255, 255, 255, 255)
_FAINT = (206, 210, 224, 255)


@dataclass(frozen=True, kw_only=True, slots=True)
class Caption:
    """What is written on the picture."""

    prompt: str
    facts: str
    """Model, size, quality."""
    mark: str = SAMPLE


def landscape(
    scene: Scene, width: int, height: int, *, phase: float = 0, transparent: bool = False
) -> Image.Image:
    """The scene without words. ``phase`` 0 to 1 moves the clouds and birds once through a GIF."""
    fine = _FINE if width * height <= _LARGEST else 1
    big = (width * fine, height * fine)
    picture = Image.new("RGBA", big) if transparent else _sky(scene, big)
    if not transparent:
        _sun(picture, scene)
        _clouds(picture, scene, phase)
    draw = ImageDraw.Draw(picture, "RGBA")
    for x, y, size in scene.birds:
        _bird(draw, big, ((x + phase * 0.25) % 1, y), size)
    for hill in scene.hills:
        _hill(draw, scene, hill, big)
    return picture.resize((width, height), Image.Resampling.BOX) if fine > 1 else picture


def _sky(scene: Scene, big: tuple[int, int]) -> Image.Image:
    palette = scene.palette
    strip = Image.new("RGB", (1, 64))
    for row in range(64):
        strip.putpixel((0, row), mixed(palette.high, palette.low, min(1.0, row / 40)))
    picture = strip.resize(big, Image.Resampling.BICUBIC).convert("RGBA")
    draw = ImageDraw.Draw(picture, "RGBA")
    for x, y, size in scene.stars:
        radius = max(1.0, size * big[1] / 900)
        at = (x * big[0], y * big[1])
        draw.ellipse((at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius), (236, 236, 226, 255))
    return picture


def _sun(picture: Image.Image, scene: Scene) -> None:
    """A disc in a soft glow."""
    side = min(picture.size)
    x, y = round(scene.sun[0] * picture.width), round(scene.sun[1] * picture.height)
    reach = round(scene.sun_size * side * 5)
    glow = ImageOps.invert(Image.radial_gradient("L")).resize((2 * reach, 2 * reach))
    # The gradient ends at the corners; the glow has to end at the sides.
    glow = glow.point([round((max(0, value - 76) / 179) ** 2 * 170) for value in range(256)])
    picture.paste(scene.palette.light, (x - reach, y - reach), glow)
    radius = scene.sun_size * side
    ImageDraw.Draw(picture).ellipse((x - radius, y - radius, x + radius, y + radius), scene.palette.light)


def _clouds(picture: Image.Image, scene: Scene, phase: float) -> None:
    """Soft banks, drawn small and blurred because nothing in them is sharp."""
    small = (max(1, picture.width // 8), max(1, picture.height // 8))
    mask = Image.new("L", small)
    draw = ImageDraw.Draw(mask)
    for x, y, wide in scene.clouds:
        for part in range(7):
            across = ((x + phase + (part - 3) * wide / 9) % 1.2 - 0.1) * small[0]
            foot, radius = y * small[1], wide * small[0] * (0.05 + 0.035 * (3 - abs(part - 3)))
            draw.ellipse((across - radius * 1.3, foot - radius * 0.9, across + radius * 1.3, foot + 2), 150)
    mask = mask.filter(ImageFilter.GaussianBlur(max(1, small[0] / 90)))
    picture.paste((255, 255, 255), (0, 0), mask.resize(picture.size, Image.Resampling.BICUBIC))


def _bird(draw: ImageDraw.ImageDraw, big: tuple[int, int], at: tuple[float, float], size: float) -> None:
    x, y, wing = at[0] * big[0], at[1] * big[1], size * min(big)
    width = max(2, round(wing / 7))
    for side in (-1, 1):
        left, right = sorted((x, x + side * 2 * wing))
        draw.arc((left, y - wing * 0.5, right, y + wing * 0.9), 200, 340, fill=(46, 50, 68, 255), width=width)


def _hill(draw: ImageDraw.ImageDraw, scene: Scene, hill: Hill, big: tuple[int, int]) -> None:
    outline = [(x * big[0], y * big[1]) for x, y in hill.ridge]
    draw.polygon([*outline, (big[0], big[1]), (0, big[1])], hill.colour)
    dark = mixed(hill.colour, scene.palette.near, 0.55)
    for x, y, size in hill.trees:
        _pine(draw, (x * big[0], y * big[1]), size * big[1], dark)


def _pine(
    draw: ImageDraw.ImageDraw, foot: tuple[float, float], tall: float, colour: tuple[int, int, int]
) -> None:
    x, y = foot
    for tier in range(3):
        top = y - tall * (1 - tier * 0.24)
        wide = tall * (0.13 + 0.07 * tier)
        draw.polygon([(x, top), (x - wide, top + tall * 0.48), (x + wide, top + tall * 0.48)], colour)


# -- words ------------------------------------------------------------------------------------------


def captioned(picture: Image.Image, caption: Caption) -> Image.Image:
    """The picture with its card: the prompt, then what it is."""
    side = min(picture.size)
    size, small, pad = max(14, side // 24), max(11, side // 42), max(10, side // 26)
    room = picture.width - 4 * pad
    lines = fonts.wrap(fonts.drawable(caption.prompt, size), size, room, most=_lines_for(picture, size))
    notes = [note for text in (caption.mark, caption.facts) for note in fonts.wrap(text, small, room, most=2)]
    step, small_step = round(size * 1.32), round(small * 1.4)
    tall = len(lines) * step + len(notes) * small_step + round(pad * 1.9)
    top = picture.height - tall - pad
    card = (pad, top, picture.width - pad, picture.height - pad)
    picture = _with_card(picture, card, radius=pad // 2)
    y = top + pad * 0.7
    for line in lines:
        fonts.write(picture, (2 * pad, y), line, size, _INK)
        y += step
    y += pad * 0.4
    for note in notes:
        fonts.write(picture, (2 * pad, y), note, small, _FAINT)
        y += small_step
    return picture


def _lines_for(picture: Image.Image, size: int) -> int:
    """At most about half of the picture."""
    return max(2, int(picture.height * 0.5 / (size * 1.32)))


def _with_card(picture: Image.Image, card: tuple[int, int, int, int], *, radius: int) -> Image.Image:
    """A dark glass pane: what is behind it is blurred, so that words stay legible on anything."""
    alpha = picture.getchannel("A")
    pane = Image.new("L", picture.size)
    ImageDraw.Draw(pane).rounded_rectangle(card, radius, 255)
    behind = picture.crop(card).filter(ImageFilter.GaussianBlur(max(2, radius)))
    glass = Image.blend(behind.convert("RGB"), Image.new("RGB", behind.size, (14, 18, 32)), 0.62)
    picture.paste(glass.convert("RGBA"), card[:2], pane.crop(card))
    picture.putalpha(ImageChops.lighter(alpha, pane))
    return picture


def unfinished(picture: Image.Image, share: float) -> Image.Image:
    """How the picture looks when that share of it is painted: blurred, coarse, still pale."""
    side = min(picture.size)
    blurred = picture.filter(ImageFilter.GaussianBlur(side / 14 * (1.05 - share)))
    veil = Image.new("RGBA", picture.size, (236, 238, 244, 255))
    return Image.blend(blurred, veil, 0.45 * (1 - share))
