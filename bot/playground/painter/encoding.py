"""Puts a drawing into the format asked for: PNG, JPEG, WebP, GIF by Pillow, SVG as shapes and text.

Slow: call it in a thread.
"""

from html import escape
from io import BytesIO

from PIL import Image

from bot.playground.painter import editing, fonts
from bot.playground.painter.drawing import Caption
from bot.playground.painter.scene import Colour, Scene


def still(picture: Image.Image, file_format: str, compression: int) -> bytes:
    """One picture; ``compression`` is the quality of JPEG and WebP, 0 to 100."""
    out = BytesIO()
    match file_format:
        case "jpeg":
            picture.convert("RGB").save(out, "JPEG", quality=max(1, min(95, compression)))
        case "webp":
            picture.save(out, "WEBP", quality=compression, method=2)
        case _:
            plain = picture if editing.see_through(picture) else picture.convert("RGB")
            plain.save(out, "PNG", compress_level=4)
    return out.getvalue()


def moving(frames: list[Image.Image], frame_ms: int) -> bytes:
    """A GIF that repeats for ever; delays are whole hundredths of a second."""
    delay = min(655_350, max(10, round(frame_ms / 10) * 10))
    out = BytesIO()
    first, *others = [frame.convert("RGB").quantize(128) for frame in frames]
    first.save(out, "GIF", save_all=True, append_images=others, duration=delay, loop=0)
    return out.getvalue()


_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">
<title>{title}</title>
<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="0.65">
<stop stop-color="{high}"/><stop offset="1" stop-color="{low}"/>
</linearGradient></defs>
<rect width="{width}" height="{height}" fill="url(#sky)"/>
<circle cx="{sun_x:.1f}" cy="{sun_y:.1f}" r="{sun_size:.1f}" fill="{light}"/>
{hills}
{card}
</svg>
"""
_FONTS = "Helvetica, Arial, DejaVu Sans, Noto Sans, Noto Sans CJK JP, sans-serif"


def vector(scene: Scene, width: int, height: int, caption: Caption) -> bytes:
    """The same scene as shapes and real text."""
    palette = scene.palette
    return _SVG.format(
        width=width,
        height=height,
        title=escape(caption.mark),
        high=_hex(palette.high),
        low=_hex(palette.low),
        light=_hex(palette.light),
        sun_x=scene.sun[0] * width,
        sun_y=scene.sun[1] * height,
        sun_size=scene.sun_size * min(width, height),
        hills="\n".join(_hill(hill.ridge, hill.colour, width, height) for hill in scene.hills),
        card="\n".join(_card(width, height, caption)),
    ).encode("utf-8", "replace")


def _hill(ridge: tuple[tuple[float, float], ...], colour: Colour, width: int, height: int) -> str:
    points = " ".join(f"{x * width:.1f},{y * height:.1f}" for x, y in ridge)
    return f'<polygon points="{points} {width},{height} 0,{height}" fill="{_hex(colour)}"/>'


def _card(width: int, height: int, caption: Caption) -> list[str]:
    side = min(width, height)
    size, small, pad = side // 24, side // 42, side // 26
    lines = fonts.wrap(caption.prompt, size, width - 4 * pad, most=int(height * 0.5 / (size * 1.32)))
    rows = [(line, size) for line in lines] + [(caption.mark, small), (caption.facts, small)]
    y = height - sum(one * 1.4 for _, one in rows) - 1.8 * pad
    box = f'x="{pad}" y="{y - pad * 0.5:.1f}" width="{width - 2 * pad}" height="{height - y - pad * 0.5:.1f}"'
    parts = [f'<rect {box} rx="{pad // 2}" fill="#0e1220" fill-opacity="0.72"/>']
    for line, tall in rows:
        y += tall * 1.4
        where = f'x="{2 * pad}" y="{y:.1f}" font-size="{tall}" font-family="{_FONTS}"'
        text = escape("".join(one for one in line if one.isprintable()))
        parts.append(f'<text {where} fill="#fff">{text}</text>')
    return parts


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
