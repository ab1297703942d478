"""Words in pictures: which installed font can draw which character, and what is written where none can.

Nothing is shipped: Pillow's own font has Latin letters; other scripts and emoji need a font of the machine's.
Where there is none the picture says so in words, never in empty boxes.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageFont

_INSTALLED = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "Arial.ttf",
    "segoeui.ttf",
    # Japanese, Chinese, Korean: Linux, macOS, Windows
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKjp-Regular.otf",
    "NotoSansJP-Regular.otf",
    "ipaexg.ttf",
    "ipag.ttf",
    "fonts-japanese-gothic.ttf",
    "DroidSansFallbackFull.ttf",
    "wqy-microhei.ttc",
    "ヒラギノ角ゴシック W3.ttc",
    "Hiragino Sans GB.ttc",
    "YuGothR.ttc",
    "YuGothM.ttc",
    "msgothic.ttc",
    # emoji without colour, and other scripts
    "NotoEmoji-Regular.ttf",
    "Symbola.ttf",
    "seguiemj.ttf",
    "Arial Unicode.ttf",
)
_COLOURED = (("NotoColorEmoji.ttf", 109), ("Apple Color Emoji.ttc", 160))
"""Emoji fonts made of pictures, each with the only size it has."""
_NO_CHARACTER = "\U0010fffe"
"""Belongs to no font: what is drawn for it is a font's empty box."""
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
"""Only change the emoji before them; they are left out when it is named."""

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Characters that one font draws."""

    text: str
    font: Font | None
    """None: an emoji in colour."""
    width: float


@cache
def _emoji_font() -> ImageFont.FreeTypeFont | None:
    for name, size in _COLOURED:
        try:
            return ImageFont.truetype(name, size)
        except OSError:  # not on this machine
            continue
    return None


@cache
def _emoji(character: str, size: int) -> Image.Image | None:
    """The character's picture, as tall as the letters around it; None where there is none."""
    font = _emoji_font()
    if font is None or not _has(font, character):
        return None
    left, top, right, bottom = font.getbbox(character)
    picture = Image.new("RGBA", (round(right - left), round(bottom - top)))
    ImageDraw.Draw(picture).text((-left, -top), character, font=font, embedded_color=True)
    return picture.resize((round(size * picture.width / picture.height), size), Image.Resampling.LANCZOS)


def _has(font: Font, character: str) -> bool:
    return bytes(font.getmask(character)) != bytes(font.getmask(_NO_CHARACTER))


@cache
def _fonts(size: int) -> tuple[Font, ...]:
    found: list[Font] = [ImageFont.load_default(size)]
    for name in _INSTALLED:
        try:
            found.append(ImageFont.truetype(name, size))
        except OSError:  # not on this machine
            continue
    return tuple(found)


@cache
def _font_for(character: str, size: int) -> Font | None:
    """The first font that has the character."""
    for font in _fonts(size):
        if character.isspace() or _has(font, character):
            return font
    return None


def drawable(text: str, size: int) -> str:
    """The text with what no font can draw put into words: ``🦊`` becomes ``(fox face)``."""
    parts: list[str] = []
    missing = ""
    for character in text:
        if character in _JOINERS:
            continue
        if _font_for(character, size) or _emoji(character, size):
            parts += [_in_words(missing), character]
            missing = ""
        else:
            missing += character
    return "".join([*parts, _in_words(missing)])


def _in_words(missing: str) -> str:
    """Symbols by their names; of letters only what script they are."""
    if not missing:
        return ""
    letters = [one for one in missing if unicodedata.category(one)[0] == "L"]
    if len(letters) * 2 > len(missing):
        scripts = sorted({unicodedata.name(one, "?").split()[0].lower() for one in letters})
        named = "Japanese or Chinese" if "cjk" in scripts or "hiragana" in scripts else scripts[0].title()
        return f" ({named} words that no font on this machine can draw) "
    return "".join(f" ({unicodedata.name(one, 'a symbol').lower()}) " for one in missing)


def runs(text: str, size: int) -> list[Run]:
    """A line of drawable text as pieces of one font each."""
    pieces: list[tuple[str, Font | None]] = []
    for character in text:
        font = None if _emoji_wanted(character, size) else _font_for(character, size) or _fonts(size)[0]
        if font and pieces and pieces[-1][1] is font:
            pieces[-1] = (pieces[-1][0] + character, font)
        else:
            pieces.append((character, font))
    return [
        Run(text=text, font=font, width=font.getlength(text) if font else size * 1.2) for text, font in pieces
    ]


def _emoji_wanted(character: str, size: int) -> bool:
    """In colour where there is a choice; what is also an ordinary sign (digits, ©) stays one."""
    return ord(character) > 0x2600 and _emoji(character, size) is not None


def width(text: str, size: int) -> float:
    """Pixels a line takes."""
    return sum(run.width for run in runs(text, size))


def wrap(text: str, size: int, room: float, most: int) -> list[str]:
    """At most ``most`` lines of that many pixels; the last ends in ``…`` when there was more."""
    lines = [""]
    for word in _words(text):
        if word == "\n":
            lines.append("")
        elif width((lines[-1] + word).rstrip(), size) <= room:
            lines[-1] += word
        else:
            broken = _broken(word.lstrip(), size, room)
            lines[-1:] = [lines[-1], *broken] if lines[-1].strip() else broken
        if len(lines) > most:
            return [*lines[: most - 1], _ended(lines[most - 1], size, room)]
    return lines


def _words(text: str) -> list[str]:
    """Pieces between which a line may break: words with the space before them, single wide characters."""
    pieces: list[str] = []
    fresh = True
    for character in text:
        if character == "\n":
            pieces.append(character)
            fresh = True
        elif character.isspace():
            pieces.append(" ")
            fresh = False
        elif fresh or unicodedata.east_asian_width(character) in "WF":
            pieces.append(character)
            fresh = unicodedata.east_asian_width(character) in "WF"
        else:
            pieces[-1] += character
    return pieces


def _broken(word: str, size: int, room: float) -> list[str]:
    """A word on lines of its own, cut where it is wider than a line."""
    lines = [""]
    for character in word:
        if lines[-1] and width(lines[-1] + character, size) > room:
            lines.append("")
        lines[-1] += character
    return lines


def _ended(line: str, size: int, room: float) -> str:
    while line and width(line.rstrip() + "…", size) > room:
        line = line[:-1]
    return line.rstrip() + "…"


def write(picture: Image.Image, at: tuple[float, float], text: str, size: int, fill: tuple[int, ...]) -> None:
    """Draw one line, its letters standing on one base line."""
    draw = ImageDraw.Draw(picture)
    x, y = at
    for run in runs(text, size):
        if run.font:
            draw.text((x, y + size), run.text, font=run.font, fill=fill, anchor="ls")
        elif emoji := _emoji(run.text, size):
            picture.alpha_composite(emoji, (round(x), round(y + size * 0.14)))
        x += run.width
