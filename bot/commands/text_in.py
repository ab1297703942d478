"""What the platform sends, turned back into what the person typed."""

import re

_LINK = re.compile(r"<([^<>\n]*)>")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}

# Controls and lone surrogates mean nothing to a model and break what stores them; marks of writing
# direction and emoji joiners are part of the text and stay.
_DROPPED: dict[int, str | None] = dict.fromkeys([*range(32), *range(0x7F, 0xA0), *range(0xD800, 0xE000)])
_DROPPED |= {ord("\t"): "\t", ord("\n"): "\n", 0x0B: "\n", 0x0C: "\n", 0x85: "\n"}


def plain(text: str) -> str:
    """Text that was never escaped (a form's), without what cannot be seen or stored."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_DROPPED).strip()


def clean(text: str) -> str:
    """A command's or a message's text: mentions and links as they were typed, entities decoded once."""
    typed = _LINK.sub(_as_typed, text)
    return plain(_ENTITY.sub(lambda found: _ENTITIES[found[1]], typed))


def _as_typed(link: re.Match[str]) -> str:
    target, bar, label = link[1].partition("|")
    sign = target[:1]
    if sign in ("@", "#"):
        return sign + label.removeprefix(sign) if label else target
    if sign == "!":
        return label or "@" + target[1:]
    if _SCHEME.match(target):
        return label if bar and label else target.removeprefix("mailto:")
    return link[0]
