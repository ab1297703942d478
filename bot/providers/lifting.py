"""Parses answers without touching their pictures: base64 is lifted out first, and stays where it arrived.

As text each picture would be copied, and the memory for that cost more time than all parsing.
"""

import re
from mmap import mmap

from pydantic_core import from_json

Sheet = bytearray | mmap
"""Memory that an answer is in."""

_PICTURE = re.compile(rb'("b64_json"\s*:\s*)"(?:data:[^",\\]{0,100},)?')
"""Up to where base64 begins; some servers answer with a data URL."""


def parsed(text: Sheet, end: int) -> object:
    """The JSON up to ``end``; what ``b64_json`` says, in it or in its ``data``, as views of ``text``.

    Raises ``ValueError`` or ``RecursionError``.
    """
    rest, pictures = _lifted(text, end)
    found = from_json(rest)
    if isinstance(found, dict):
        data = found.get("data")
        _put_back([found, *(data if isinstance(data, list) else ())], pictures)
    return found


def _lifted(text: Sheet, end: int) -> tuple[bytearray, list[memoryview]]:
    """The JSON with a number for each picture, and the pictures."""
    whole, rest, pictures, at = memoryview(text), bytearray(), list[memoryview](), 0
    while key := _PICTURE.search(text, at, end):  # not within a string: there its quotes have backslashes
        start, stop = key.end(), text.find(b'"', key.end(), end)
        if stop < 0 or text.find(b"\\", start, stop) >= 0:
            break  # cut off or escaped: that is for the parser
        rest += whole[at : key.end(1)]
        rest += b"%d" % len(pictures)
        pictures.append(whole[start:stop])
        at = stop + 1
    rest += whole[at:end]
    return rest, pictures


def _put_back(items: list[object], pictures: list[memoryview]) -> None:
    for item in items:
        number = item.get("b64_json") if isinstance(item, dict) else None
        if isinstance(item, dict) and type(number) is int and 0 <= number < len(pictures):  # true is none
            item["b64_json"] = pictures[number]
