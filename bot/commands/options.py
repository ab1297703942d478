"""The one table of options: it drives the parser, the help, the form and the way back to a command line."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum, auto
from typing import Any

from bot.providers import ModelCard
from bot.types import Options, Text

MOST_PICTURES = 10
"""Pictures one request may make, however they come about."""

SIZE_NAMES = {"square": "1:1", "landscape": "3:2", "portrait": "2:3"}
"""Sizes by name, as the ratio they stand for; the model's row says the pixels."""

Value = str | int | bool


class Kind(Enum):
    """How an option's value is read."""

    SIZE = auto()
    RATIO = auto()
    CHOICE = auto()
    NUMBER = auto()
    MODEL = auto()
    SWITCH = auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One option: a field of ``types.Options`` and every way to say it."""

    name: str
    flags: tuple[str, ...]
    """Without dashes; the first is the one we write, single letters also go with one dash."""
    kind: Kind
    label: str
    help: str
    choices: Callable[[ModelCard], tuple[str, ...]] = lambda _: ()
    offered: Callable[[ModelCard], bool] = lambda _: True
    synonyms: dict[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    """Values that some model has; what else is said may be a word of the prompt."""
    least: int = 0
    most: int = 0

    @property
    def shown(self) -> str:
        """The flags as help shows them: ``--size, -s``."""
        return ", ".join(
            ("-" if len(flag) == 1 and flag != self.name else "--") + flag for flag in self.flags
        )


def _choice(
    name: str, *more: str, known: str, get: Callable[[ModelCard], tuple[str, ...]], **synonyms: str
) -> Row:
    return Row(
        name=name,
        flags=(name, *more),
        kind=Kind.CHOICE,
        label=f"option.{name}.label",
        help=f"option.{name}.help",
        choices=get,
        offered=lambda card: bool(get(card)),
        synonyms=synonyms,
        known=frozenset(known.split()),
    )


def _number(
    name: str, *more: str, least: int, most: int, offered: Callable[[ModelCard], bool] = lambda _: True
) -> Row:
    return Row(
        name=name,
        flags=(name, *more),
        kind=Kind.NUMBER,
        label=f"option.{name}.label",
        help=f"option.{name}.help",
        offered=offered,
        least=least,
        most=most,
    )


def _other(name: str, *more: str, kind: Kind) -> Row:
    return Row(
        name=name, flags=(name, *more), kind=kind, label=f"option.{name}.label", help=f"option.{name}.help"
    )


ROWS: tuple[Row, ...] = (
    _other("size", "s", kind=Kind.SIZE),
    _other("ar", "a", "aspect", "aspect-ratio", "ratio", kind=Kind.RATIO),
    _choice(
        "quality",
        "q",
        known="auto low medium high xhigh max standard hd",
        get=lambda card: card.qualities,
        med="medium",
    ),
    _choice(
        "format",
        "f",
        "output-format",
        known="png jpeg webp gif svg",
        get=lambda card: card.formats,
        jpg="jpeg",
    ),
    _number(
        "compression", "c", "output-compression", least=0, most=100, offered=lambda card: card.compression
    ),
    _choice("background", "b", "bg", known="auto transparent opaque", get=lambda card: card.backgrounds),
    _choice("moderation", known="auto low", get=lambda card: card.moderations),
    _number("n", "count", "number", least=1, most=MOST_PICTURES),
    _other("model", "m", kind=Kind.MODEL),
    _choice("complexity", known="low medium high", get=lambda card: card.complexities),
    _number("frames", "frame-count", least=2, most=16, offered=lambda card: card.frames),
    _number(
        "delay",
        "frame-duration",
        least=10,
        most=655_350,
        offered=lambda card: card.frames,
    ),
    _other("private", "p", kind=Kind.SWITCH),
)

BY_NAME = {row.name: row for row in ROWS}
BY_FLAG = {flag: row for row in ROWS for flag in row.flags}

SHORTHANDS = {"transparent": ("background", "transparent")}
"""Flags without a value that stand for another option and its value."""

_WORDS = [flag for flag in (*BY_FLAG, *SHORTHANDS) if len(flag) > 1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Misfit:
    """What is wrong with one option, for the person; ``option`` is a field's name, or empty."""

    option: str
    text: Text


def nearest(word: str) -> str:
    """The option (as we write it) that an unknown word was probably meant to be; empty when none is near."""
    found = get_close_matches(word, _WORDS, n=1, cutoff=0.7)
    if not found:
        return ""
    return found[0] if found[0] in SHORTHANDS else BY_FLAG[found[0]].name


def put(options: Options, name: str, value: Value | None) -> Options:
    """The same options with one of them said (or, with None, not said)."""
    unsaid: dict[str, Any] = {name: value if value is not None else getattr(Options(), name)}
    return replace(options, **unsaid)


# -- values ------------------------------------------------------------------------------------------

_SIZE = re.compile(r"(\d{1,5})\s?[x*]\s?(\d{1,5})")
_RATIO = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)\s?[:/x]\s?(\d{1,5}(?:\.\d{1,3})?)")
_DIGITS = re.compile(r"\d{1,7}")
_YES = {
    "yes": True,
    "true": True,
    "on": True,
    "1": True,
    "no": False,
    "false": False,
    "off": False,
    "0": False,
}


def tidy(word: str) -> str:
    """A value as it was meant: without quotes, full-width forms, and the comma of the sentence around it."""
    plain = unicodedata.normalize("NFKC", word).replace("×", "x").strip()
    return plain.rstrip(",.;)").strip("\"'“”‘’„«»`").rstrip(",.;)").strip()


def read(row: Row, word: str) -> Value | None:
    """The value a word says for this option; None when it says none."""
    plain = tidy(word)
    lower = plain.casefold()
    match row.kind:
        case Kind.SIZE:
            return _size(lower)
        case Kind.RATIO:
            return _ratio(lower)
        case Kind.CHOICE:
            return row.synonyms.get(lower, lower) or None
        case Kind.NUMBER:
            return _number_in(lower, row.least, row.most)
        case Kind.MODEL:
            return plain or None
        case Kind.SWITCH:
            return _YES.get(lower)


def _size(word: str) -> str | None:
    if word == "auto" or word in SIZE_NAMES:
        return word
    found = _SIZE.fullmatch(word)
    if not found or not (int(found[1]) and int(found[2])):
        return None
    return f"{int(found[1])}x{int(found[2])}"


def _ratio(word: str) -> str | None:
    found = _RATIO.fullmatch(word)
    if not found or not (float(found[1]) and float(found[2])):
        return None
    return ":".join(format(Decimal(side).normalize(), "f") for side in found.groups())


def _number_in(word: str, least: int, most: int) -> int | None:
    number = int(word) if _DIGITS.fullmatch(word) else -1
    return number if least <= number <= most else None


def nearest_legal(row: Row, word: str) -> Value | None:
    """For a number outside its bounds, the bound; None for whatever else is wrong."""
    plain = tidy(word)
    if row.kind is not Kind.NUMBER or not _DIGITS.fullmatch(plain):
        return None
    return min(max(int(plain), row.least), row.most)


def bad_value(row: Row, word: str) -> Text:
    """Why a word is no value of this option, and what would be."""
    blanks: dict[str, str | int] = {"option": row.name, "value": tidy(word)[:60]}
    if not blanks["value"]:
        return Text(key="refuse.missing", values={"option": row.name})
    match row.kind:
        case Kind.SIZE:
            return Text(key="refuse.size_form", values=blanks)
        case Kind.RATIO:
            return Text(key="refuse.ratio_form", values=blanks)
        case Kind.NUMBER:
            return Text(key="refuse.number", values=blanks | {"least": row.least, "most": row.most})
        case Kind.SWITCH:
            return Text(key="refuse.switch", values=blanks)
        case Kind.CHOICE | Kind.MODEL:  # what they may be is the models' business: fit.py
            return Text(key="refuse.missing", values={"option": row.name})
