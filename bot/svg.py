"""SVG without trust: its size, a copy with nothing active or outside in it, and a PNG of that copy.

Drawing runs in a process of its own with bounds on time and memory: a small SVG can ask for endless work.
``python -m bot.svg SIDE`` is that process: SVG on standard input, PNG on standard output.
"""

import re
import subprocess
import sys
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

MOST_BYTES = 8_000_000
MOST_ELEMENTS = 100_000
SECONDS = 20
MEMORY = 1 << 30

_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE|svg[\s>/])", re.IGNORECASE)
_XLINK = "http://www.w3.org/1999/xlink"
_LENGTH = re.compile(
    r"\+?([0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(e[+-]?[0-9]+)?\s*(px|in|cm|mm|q|pt|pc)?", re.IGNORECASE | re.ASCII
)
_MOST_LENGTH = 40
"""Characters of a length: what is longer is none, and would be searched for long."""
_DOTS = 96
"""Pixels of an inch."""
_INCH = {"px": 96, "in": 1, "cm": 2.54, "mm": 25.4, "q": 101.6, "pt": 72, "pc": 6}
"""How many of each unit; https://www.w3.org/TR/css-values-4/#absolute-lengths"""
_UNSIZED = (300, 150)
"""Pixels of an SVG that says no size of its own; https://www.w3.org/TR/CSS22/visudet.html#inline-replaced-width"""
_PARTS = re.compile(r"[\s,]+")
_ACTIVE = frozenset({"script", "foreignobject", "iframe", "object", "embed", "audio", "video", "handler"})
_INLINE_IMAGE = re.compile(r"\s*data:image/(?:png|jpeg|gif|webp);base64,", re.IGNORECASE)
_OUTSIDE = re.compile(r"url\(\s*+['\"]?\s*+(?!#)[^)'\"\s]|@import|\\", re.IGNORECASE)


class SvgError(Exception):
    """The bytes are not an SVG that may be shown; the message says why, for the operator."""


def looks_like(data: bytes) -> bool:
    """Whether the bytes begin as an SVG does."""
    return _ROOT.match(data[:512]) is not None and b"<svg" in data[:4096].lower()


def size(data: bytes) -> tuple[int, int]:
    """Its width and height in pixels, from the view box, else from its own sides, else what browsers give it.

    Raises ``SvgError`` for what is not well-formed, is not SVG, or declares entities.
    """
    return _Reader(data).size


def cleaned(data: bytes) -> str:
    """The same picture without scripts, handlers, or anything that refers to the outside."""
    return "".join(_Reader(data).kept)


def render(data: bytes, side: int) -> bytes:
    """A PNG whose longer side has ``side`` pixels. Raises ``SvgError``."""
    command = [sys.executable, "-m", "bot.svg", str(side)]
    try:
        done = subprocess.run(  # noqa: S603 -- our own module; the SVG goes in as data
            command, input=cleaned(data).encode(), capture_output=True, timeout=SECONDS, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise SvgError(f"SVG takes more than {SECONDS} s to draw") from error
    except subprocess.CalledProcessError as error:
        raise SvgError(f"SVG cannot be drawn (exit {error.returncode})") from error
    return done.stdout


class _Reader:
    """One pass over the document: its root's size, and the parts that may be kept."""

    def __init__(self, data: bytes) -> None:
        if len(data) > MOST_BYTES:
            raise SvgError(f"SVG has {len(data)} bytes, more than {MOST_BYTES}")
        self.kept: list[str] = []
        self.size = _UNSIZED
        self._sized = False
        self._elements = 0
        self._dropped = 0
        """How many open elements are inside one that is left out."""
        self._style: list[str] | None = None
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._entity
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, ValueError, LookupError) as error:  # of an encoding that nobody knows
            raise SvgError("SVG is not well-formed") from error
        if self._elements == 1 and not self._sized:
            raise SvgError("SVG is empty")

    def _entity(self, *_declaration: object) -> None:
        raise SvgError("SVG declares entities")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements == 1:
            if _local(name) != "svg":
                raise SvgError("XML is not SVG")
            if found := _size_of(attributes):
                self.size, self._sized = found, True
            attributes["width"], attributes["height"] = map(str, self.size)  # so that it is drawn as we say
            attributes.setdefault("xmlns:xlink", _XLINK)  # as often forgotten as used
        if self._elements > MOST_ELEMENTS:
            raise SvgError(f"SVG has more than {MOST_ELEMENTS} elements")
        if self._dropped or _local(name) in _ACTIVE:
            self._dropped += 1
            return
        kept = {key: value for key, value in attributes.items() if _harmless(key, value)}
        self.kept.append(f"<{name}{''.join(f' {key}={quoteattr(value)}' for key, value in kept.items())}>")
        if _local(name) == "style":
            self._style = []

    def _end(self, name: str) -> None:
        if self._dropped:
            self._dropped -= 1
            return
        if self._style is not None:
            style = "".join(self._style)
            self.kept.append("" if _OUTSIDE.search(style) else escape(style))
            self._style = None
        self.kept.append(f"</{name}>")

    def _text(self, text: str) -> None:
        if self._dropped:
            return
        if self._style is not None:
            self._style.append(text)
        else:
            self.kept.append(escape(text))


def _local(name: str) -> str:
    return name.rpartition(":")[2].casefold()


def _harmless(name: str, value: str) -> bool:
    local = _local(name)
    if local.startswith("on") or name.casefold() == "xml:base":
        return False
    if local in ("href", "src"):
        return value.lstrip().startswith("#") or _INLINE_IMAGE.match(value) is not None
    return _OUTSIDE.search(value) is None


def _size_of(root: dict[str, str]) -> tuple[int, int] | None:
    """What it says; None where that is nothing, or a share of what it stands in."""
    box = _PARTS.split(root.get("viewBox", "").strip())
    for sides in (box[2:] if len(box) == 4 else [], [root.get("width", ""), root.get("height", "")]):
        found = [_pixels(side) for side in sides]
        if len(found) == 2 and all(0 < one < 1_000_000 for one in found):
            return max(1, round(found[0])), max(1, round(found[1]))
    return None


def _pixels(length: str) -> float:
    found = _LENGTH.fullmatch(length.strip()) if len(length) <= _MOST_LENGTH else None
    if found is None:
        return 0.0
    number, power, unit = found.groups()
    return float(number + (power or "")) * _DOTS / _INCH[(unit or "px").lower()]


def _draw(data: bytes, side: int) -> bytes:
    import resvg_py  # here: only the drawing process carries the renderer

    width, height = size(data)
    scale = side / max(width, height)
    return resvg_py.svg_to_bytes(
        svg_string=data.decode(),
        width=max(1, round(width * scale)),
        height=max(1, round(height * scale)),
        dpi=_DOTS,
    )


def _main() -> None:
    import resource  # here: the bot's own process must never be limited so

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout.buffer.write(_draw(sys.stdin.buffer.read(), int(sys.argv[1])))


if __name__ == "__main__":
    _main()
