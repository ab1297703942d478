"""Which picture of a thread a person means: the one they name, or the newest; pure."""

import re
from dataclasses import dataclass

from bot.types import Own, Version

_SHORT = re.compile(r"#([a-z0-9]{4})(?![a-z0-9])", re.IGNORECASE)
_VERSION = re.compile(r"(?<![\w-])v(?:ersion )?(\d{1,3})(?![\w.])", re.IGNORECASE | re.ASCII)
_FIRST_OF_ALL = re.compile(
    r"\bthe original\b|\boriginal (?:one|picture|image|version)\b|(?:最初|元"
    r"|オリジナル)の(?:画像|絵|写真|もの|バージョン)?",
    re.IGNORECASE,
)
_COUNTED = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_SHORTER = ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th")
_WORDS = {word: place for words in (_COUNTED, _SHORTER) for place, word in enumerate(words, 1)} | {
    ("last"): -1
}
_ORDINAL = re.compile(rf"\b(?:the|your) ({'|'.join(_WORDS)})\b", re.IGNORECASE)
_COUNTED_PICTURE = re.compile(
    rf"\b(?:the|your) ({'|'.join((*_COUNTED, *_SHORTER))})"
    r"(?: (?:one|picture|image|photo|pic|version|result)\b|[\s.!]*$)",
    re.IGNORECASE,
)
"""An ordinal that counts pictures; "the second fox" is one in the picture."""
_NUMBERED = re.compile(
    r"\b(?:picture|image|photo|number|no\.?|pic) ?#?(\d{1,2})\b|(\d{1,2}) ?(?:枚目|番目|番)(?:の)?",
    re.IGNORECASE,
)
_SEVERAL = 2
_KANJI = re.compile(r"([一二三四五六七八九十])(?:枚目|番目)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """What is meant: one picture, or several that may be."""

    chosen: Own | None = None
    candidates: tuple[Own, ...] = ()
    named: bool = False
    """The person said which."""


def find(text: str, versions: tuple[Version, ...], photos: int = 0) -> Target:
    """The picture that words under these results are about; nothing where there is none.

    ``photos``: posted with the words. Where there are several, it is them that a number counts.
    """
    if not versions:
        return Target()
    named = _named(text, versions)
    version = named or versions[-1]
    pictures = tuple(Own(job=version.job.id, number=number) for number in range(len(version.pictures)))
    counts = photos < _SEVERAL
    number = _number(text, len(pictures)) if counts and len(pictures) >= _SEVERAL else None
    if number is not None:
        return Target(chosen=pictures[number], named=True)
    if counts and named is None and (earlier := _counted(text, versions)):
        return Target(chosen=earlier, named=True)
    if len(pictures) >= _SEVERAL:
        return Target(candidates=pictures, named=named is not None)
    return Target(chosen=pictures[0], named=named is not None) if pictures else Target()


def _named(text: str, versions: tuple[Version, ...]) -> Version | None:
    """The version that is named by its short id, its number, or as the first of all."""
    for found in _SHORT.finditer(text):
        for version in versions:
            if version.job.short == f"#{found[1].lower()}":
                return version
    for found in _VERSION.finditer(text):
        for version in reversed(versions):
            if version.job.version == int(found[1]):
                return version
    return versions[0] if _FIRST_OF_ALL.search(text) else None


def unknown(text: str, versions: tuple[Version, ...]) -> str:
    """What looks like a picture's short id and is none of these; empty where there is nothing of the kind."""
    known = {version.job.short for version in versions}
    names = [f"#{found[1].lower()}" for found in _SHORT.finditer(text)]
    return names[0] if names and not known.intersection(names) else ""


def _counted(text: str, versions: tuple[Version, ...]) -> Own | None:
    """The one that is counted where the newest result has not so many: of an earlier set, else a version."""
    found = _COUNTED_PICTURE.search(text)
    if found is None:
        return None
    number = _WORDS[found[1].lower()]
    for version in reversed(versions):
        if len(version.pictures) >= _SEVERAL and len(version.pictures) >= number:
            return Own(job=version.job.id, number=number - 1)
    for version in reversed(versions):
        if version.job.version == number and version.pictures:
            return Own(job=version.job.id)
    return None


def _number(text: str, count: int) -> int | None:
    """Which of several pictures is named, counted from 0."""
    for found in _ORDINAL.finditer(text):
        number = _WORDS[found[1].lower()]
        if number <= count:
            return number - 1 if number > 0 else count - 1
    for found in _NUMBERED.finditer(text):
        number = int(found[1] or found[2])
        if 1 <= number <= count:
            return number - 1
    for found in _KANJI.finditer(text):
        number = "一二三四五六七八九十".index(found[1])
        if number < count:
            return number
    return None
