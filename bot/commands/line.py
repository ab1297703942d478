"""A command line, both ways: ``split`` reads what people type, ``join`` writes what reads back the same."""

import re
import unicodedata
from dataclasses import dataclass

from bot.commands import keywords, options
from bot.commands.options import BY_FLAG, SHORTHANDS, Kind, Misfit, Row
from bot.types import ImageRequest, Options, Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What a command line says; in ``options``, those at fault are left out or set right."""

    prompt: str
    options: Options
    misfits: tuple[Misfit, ...] = ()


# Phones and word processors turn "--" into one long dash; Japanese keyboards have dashes of their own.
_DASHES = "—–―‒−－ー-"
_MARKS = "\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"  # of writing direction: invisible before a dash
_QUOTED = (
    r"""(?<!\S)(?:"[^"\n]*"|“[^“”\n]*”|„[^„“\n]*“|«[^«»\n]*»)(?=[\s.,;:!?)]|$)"""
    r"""|「[^「」\n]*」|『[^『』\n]*』"""
)
_FLAG = re.compile(
    rf"(?P<quoted>{_QUOTED})|(?<!\S)[{_MARKS}]*(?P<dashes>[{_DASHES}]{{1,3}})(?P<name>[^\W\d_ー][\w-]*)"
)
_SIGN = re.compile(r"[=:＝：]")
_VALUE = re.compile(r'"[^"\n]*"|“[^“”\n]*”|\S+')
_WIDE_VALUE = {  # what people write with blanks inside
    Kind.SIZE: re.compile(r"\d{1,5}[^\S\n]?[xX×*][^\S\n]?\d{1,5}(?![^\s,.;)])"),
    Kind.RATIO: re.compile(r"[\d.]{1,9}[^\S\n]?[:：/][^\S\n]?[\d.]{1,9}(?![^\s,;)])"),
}
_BLANKS = re.compile(r"[^\S\n]*")
_TAIL = re.compile(r"\S*")
_NUMBER = re.compile(r"[^\S\n]+\d[\d.:x/%]*(?!\S)")
_PROMPT_FOLLOWS = re.compile(rf"\s*[{_DASHES}]{{1,2}}(?=\s|$)")
_CALL = re.compile(r"\s*/imagine(?=\s|$)")
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "„": "“", "«": "»", "「": "」", "『": "』"}
_MOST_MISFITS = 5
_MOST_GUESSES = 30
"""Unknown options looked up by likeness in one line, which takes time; after that they are only unknown."""


def split(text: str) -> Line:
    """The prompt and the options of a line. Never raises; linear in the text's length."""
    called = _CALL.match(text)
    return _Reader(_unquoted(text[called.end() :] if called else text)).line()


class _Reader:
    """One pass over one line. Methods that read an option return where it ends."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.options = Options()
        self.misfits: dict[str, Misfit] = {}
        self.guesses = _MOST_GUESSES

    def line(self) -> Line:
        kept: list[str] = []
        at = seen = 0  # everything before ``at`` was kept or is an option; before ``seen``, looked at
        verbatim = self._verbatim(at)
        while verbatim is None and (found := _FLAG.search(self.text, seen)):
            after = None if found["quoted"] else self._option(found)
            seen = after or found.end()
            if after:
                kept.append(self.text[at : found.start()])
                at = after
                if not kept[0].strip():
                    kept.clear()
                    verbatim = self._verbatim(at)
        prompt = _unquoted(_joined([*kept, self.text[at:]])) if verbatim is None else verbatim
        return Line(prompt=prompt, options=self.options, misfits=tuple(self.misfits.values()))

    def _verbatim(self, at: int) -> str | None:
        """All the rest as the prompt, when a lone ``--`` says so before any word of it."""
        found = _PROMPT_FOLLOWS.match(self.text, at)
        if not found or found[0].strip() in ("-", "ー"):
            return None
        return self.text[found.end() :].strip()

    def _option(self, found: re.Match[str]) -> int | None:
        """Read one option; None when the dash belongs to the prompt's words."""
        name = unicodedata.normalize("NFKC", found["name"]).casefold().replace("_", "-")
        dashes = found["dashes"].replace("－", "-").replace("−", "-")
        if dashes in ("---", "ー"):
            return None
        if dashes == "-":
            return self._short(name, found.end())
        if name in SHORTHANDS:
            return self._say(*SHORTHANDS[name], self._tail(found.end()))
        if row := BY_FLAG.get(name):
            return self._long(row, found.end())
        near = self._guess(name)
        return self._unknown(name, near, found.end()) if near or dashes == "--" else None

    def _short(self, name: str, end: int) -> int | None:
        """One dash makes an option only where nothing else can be meant: a known name, a legal value."""
        row = BY_FLAG.get(name)
        if row is None:
            row, word, after = BY_FLAG.get(name[0]), name[1:], end  # -n4
            if row is None or row.kind is not Kind.NUMBER:
                return None
        elif row.kind is Kind.SWITCH:
            return self._say(row.name, True, end) if not self.text[end : end + 1].strip() else None
        else:
            word, after = self._word(row, end)
        value = options.read(row, word)
        if value is None or (row.known and value not in row.known):
            return None
        return self._say(row.name, value, after)

    def _long(self, row: Row, end: int) -> int:
        if row.kind is Kind.SWITCH and not _SIGN.match(self.text, end):
            return self._say(row.name, True, self._tail(end))
        word, after = self._word(row, end)
        value = options.read(row, word)
        if value is not None:
            return self._say(row.name, value, after)
        if (near := options.nearest_legal(row, word)) is not None:
            self._say(row.name, near, after)
        return self._wrong(Misfit(option=row.name, text=options.bad_value(row, word)), after)

    def _word(self, row: Row, end: int) -> tuple[str, int]:
        """The word that is an option's value and where it ends; empty when there is none."""
        sign = _SIGN.match(self.text, end)
        if not sign and self.text[end : end + 1].strip():
            return "", self._tail(end)
        start = _after(_BLANKS, self.text, sign.end() if sign else end)
        following = _FLAG.match(self.text, start)
        if following and not following["quoted"] and following["dashes"] != "-":
            return "", end
        wide = _WIDE_VALUE[row.kind].match(self.text, start) if row.kind in _WIDE_VALUE else None
        found = wide or _VALUE.match(self.text, start)
        return (found[0], found.end()) if found else ("", self._tail(end))

    def _unknown(self, name: str, near: str, end: int) -> int:
        after = _after(_NUMBER, self.text, self._tail(end))  # --seed 42
        row = BY_FLAG.get(near)
        if row and row.kind is not Kind.SWITCH:
            word, past = self._word(row, end)
            after = after if options.read(row, word) is None else past
        said = "--" + name[:40]
        text = Text(key="refuse.unknown", values={"said": said})
        if near:
            text = Text(key="refuse.unknown_near", values={"said": said, "near": "--" + near})
        return self._wrong(Misfit(option="", text=text), after)

    def _guess(self, name: str) -> str:
        self.guesses -= 1
        return options.nearest(name) if self.guesses >= 0 else ""

    def _tail(self, end: int) -> int:
        return _after(_TAIL, self.text, end)

    def _say(self, name: str, value: options.Value, after: int) -> int:
        self.options = options.put(self.options, name, value)
        return after

    def _wrong(self, misfit: Misfit, after: int) -> int:
        if len(self.misfits) < _MOST_MISFITS:
            self.misfits.setdefault(misfit.option or str(misfit.text.values["said"]), misfit)
        return after


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _joined(pieces: list[str]) -> str:
    """What is left when the options are taken out, with one blank or line break where each was."""
    words: list[str] = []
    gap = ""
    for piece in pieces:
        bare = piece.strip()
        if not bare:
            gap += piece
            continue
        gap += piece[: len(piece) - len(piece.lstrip())]
        words += ["\n" if "\n" in gap else " ", bare] if words else [bare]
        gap = piece[len(piece.rstrip()) :]
    return "".join(words)


def _unquoted(text: str) -> str:
    """A text without the quotes around all of it; as it is when they are around less of it."""
    bare = text.strip()
    if len(bare) < 3 or _QUOTES.get(bare[0]) != bare[-1]:
        return text
    inner = bare[1:-1]
    return text if bare[0] in inner or bare[-1] in inner or not inner.strip() else inner.strip()


# -- and back ----------------------------------------------------------------------------------------


def join(request: ImageRequest) -> str:
    """The command line that asks for this again; a prompt that could be misread follows a lone ``--``."""
    wanted = unsettled(request.options)
    said = flags(wanted)
    line = f"{request.prompt} {said}".strip()
    plain = keywords.command(line) is None and not keywords.begins_with_help(line) and not _CALL.match(line)
    if plain and split(line) == Line(prompt=request.prompt, options=wanted):
        return f"/imagine {line}".strip()
    return " ".join(word for word in ("/imagine", said, "--", request.prompt) if word)


def flags(said: Options) -> str:
    """The options as they are typed."""
    said = unsettled(said)
    silent = Options()
    values = [(row, getattr(said, row.name)) for row in options.ROWS]
    return " ".join(_typed(row, value) for row, value in values if value != getattr(silent, row.name))


def unsettled(said: Options) -> Options:
    """The options as the person said them: a size that only follows from the ratio is not one of them."""
    return options.put(said, "size", None) if said.ar else said


def _typed(row: Row, value: options.Value) -> str:
    if row.kind is Kind.SWITCH:
        return f"--{row.flags[0]}"
    word = str(value)
    return f'--{row.flags[0]} "{word}"' if re.search(r"\s", word) else f"--{row.flags[0]} {word}"
