"""Words in pictures: which installed font can draw which character, and what is written where none can.

Nothing is shipped: Pillow's own font has Latin letters; other scripts and emoji need a font of the machine's.
Where there is none the picture says so in words, never in empty boxes.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache

from PIL import ImageDraw, ImageFont

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
    # emoji and other scripts
    "NotoEmoji-Regular.ttf",
    "Symbola.ttf",
    "seguiemj.ttf",
    "Arial Unicode.ttf",
)
_NO_CHARACTER = "\U0010fffe"
"""Belongs to no font: what is drawn for it is a font's empty box."""
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
"""Only change the emoji before them; they are left out when it is named."""

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Characters that one font draws."""

    text: str
    font: Font
    width: float


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
        if character.isspace() or bytes(font.getmask(character)) != bytes(font.getmask(_NO_CHARACTER)):
            return font
    return None


def drawable(text: str, size: int) -> str:
    """The text with what no font can draw put into words: ``🦊`` becomes ``(fox face)``."""
    parts: list[str] = []
    missing = ""
    for character in text:
        if character in _JOINERS:
            continue
        if _font_for(character, size):
            parts += [_in_words(missing), character]
            missing = ""
        else:
            missing += character
    return "".join([*parts, _in_words(missing)])


def _in_words(missing: str) -> str:
    """Symbols by their names; of letters only what script they are and how many."""
    if not missing:
        return ""
    letters = [one for one in missing if unicodedata.category(one)[0] == "L"]
    if len(letters) * 2 > len(missing):
        scripts = sorted({unicodedata.name(one, "?").split()[0].lower() for one in letters})
        named = "Japanese or Chinese" if "cjk" in scripts or "hiragana" in scripts else scripts[0].title()
        return f" ({len(missing)} {named} characters; this machine has no font for them) "
    return "".join(f" ({unicodedata.name(one, 'a symbol').lower()}) " for one in missing)


def runs(text: str, size: int) -> list[Run]:
    """A line of drawable text as pieces of one font each."""
    pieces: list[tuple[str, Font]] = []
    for character in text:
        font = _font_for(character, size) or _fonts(size)[0]
        if pieces and pieces[-1][1] is font:
            pieces[-1] = (pieces[-1][0] + character, font)
        else:
            pieces.append((character, font))
    return [Run(text=text, font=font, width=font.getlength(text)) for text, font in pieces]


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
            lines += _broken(word.lstrip(), size, room)
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


def write(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, fill: tuple[int, ...]
) -> None:
    """Draw one line, its letters standing on one base line."""
    x, y = at
    for run in runs(text, size):
        draw.text((x, y + size), run.text, font=run.font, fill=fill, anchor="ls")
        x += run.width
