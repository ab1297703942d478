"""``{red,blue} fox``: one prompt that stands for several.

A pair of braces is a list when it holds at least two words or phrases between commas and nothing that code
has: no braces, quotes, colons, semicolons inside, no sign of a formula before. Every other brace is a word of
the prompt, and ``\\{`` makes any brace one.
"""

import re
from dataclasses import dataclass
from itertools import product
from math import prod

from bot.commands.options import MOST_PICTURES

_BRACE = re.compile(r"\\[{}]|[{}]")
_COMMA = re.compile(r"[,，、]")
_CODE = re.compile(r"""["“”`:;=<>\\]|(?:^|,)\s*'""")
_FORMULA = re.compile(r"(?:[_^$@#\\]|\\[A-Za-z]{1,20})$")
_ESCAPED = re.compile(r"\\([{}])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pattern:
    """A prompt as a row of choices; a part without a choice has one."""

    parts: tuple[tuple[str, ...], ...]

    @property
    def count(self) -> int:
        """Prompts it stands for; cheap however many they are."""
        return prod(len(part) for part in self.parts)

    def prompts(self) -> tuple[str, ...]:
        """All of them, in the order in which they are written; call it for a small ``count`` only."""
        return tuple("".join(words).strip() for words in product(*self.parts))


def read(prompt: str) -> Pattern:
    """The choices in a prompt."""
    parts: list[tuple[str, ...]] = []
    at = 0
    for start, end in _groups(prompt):
        choices = _choices(prompt[start + 1 : end - 1])
        if len(choices) > 1 and not _FORMULA.search(prompt[max(0, start - 21) : start]):
            parts += [(_plain(prompt[at:start]),), choices]
            at = end
    return Pattern(parts=(*parts, (_plain(prompt[at:]),)))


def expand(prompt: str) -> tuple[str, ...]:
    """The prompts to paint; the prompt itself where its braces are words or make more than may be painted."""
    pattern = read(prompt)
    return pattern.prompts() if pattern.count <= MOST_PICTURES else (prompt,)


def _groups(prompt: str) -> list[tuple[int, int]]:
    """Where each outermost pair of braces starts and ends; braces without a partner belong to none."""
    groups: list[tuple[int, int]] = []
    open_at: list[int] = []
    for found in _BRACE.finditer(prompt):
        if found[0] == "{":
            open_at.append(found.start())
        elif found[0] == "}" and open_at:
            start = open_at.pop()
            while groups and groups[-1][0] > start:
                groups.pop()
            groups.append((start, found.end()))
    return groups


def _choices(inside: str) -> tuple[str, ...]:
    if _CODE.search(inside) or "{" in inside or "\n" in inside:
        return ()
    return tuple(word for part in _COMMA.split(inside) if (word := part.strip()))


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
