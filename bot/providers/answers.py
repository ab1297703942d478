"""Reading answers of megabytes: in pieces, two at a time, parsed and decoded off the event loop.

A body is left in the socket until there is room for it, so a burst of answers does not fill the memory.
"""

import asyncio
import base64
import binascii
import json
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import Any

from bot import pixels
from bot.types import Usage

DESKS = 2
"""Answers read, parsed, checked and kept at once, over all services of this process."""
STALLED = 0.5
"""Seconds without a byte after which a body gives its place to another."""
MOST_PICTURE = 64 << 20
"""Bytes of one picture."""

_EVENT_STARTS = (b"event:", b"data:", b":", b"id:", b"retry:")


class CutOffError(Exception):
    """The answer began well and broke off."""


class NotAnAnswerError(Exception):
    """The answer is nothing an image service says."""


class Body:
    """One answer's bytes as they arrive. Holds a desk from its second piece on, until ``rest``."""

    def __init__(self, pieces: AsyncIterator[bytes], desks: asyncio.Semaphore, most: int) -> None:
        self.data = bytearray()
        self._pieces = pieces
        self._desks = desks
        self._most = most
        self._held = False

    async def more(self) -> bool:
        """Wait for the next piece; False at the end."""
        piece = await self._next()
        if piece is None:
            return False
        if len(self.data) + len(piece) > self._most:
            raise NotAnAnswerError(f"more than {self._most} bytes")
        self.data += piece
        if not self._held:
            await self._desks.acquire()
            self._held = True
        return True

    async def _next(self) -> bytes | None:
        if not self._held:
            return await anext(self._pieces, None)
        coming = asyncio.ensure_future(_value(anext(self._pieces, None)))
        try:
            done, _ = await asyncio.wait({coming}, timeout=STALLED)
            if not done:
                self.rest()
            return await coming
        finally:
            if not coming.done():
                coming.cancel()
                await asyncio.wait({coming})

    def rest(self) -> None:
        """Give the desk back until more arrives."""
        if self._held:
            self._held = False
            self._desks.release()

    async def is_stream(self) -> bool:
        """Whether the answer is events rather than one document; decided by what it is, not by its label."""
        while len(self.data.lstrip()) < len("event:") and await self.more():
            pass
        return bytes(self.data.lstrip()).startswith(_EVENT_STARTS)

    async def document(self) -> dict[str, Any]:
        """The whole body as a JSON object. Raises ``CutOffError`` or ``NotAnAnswerError``."""
        while await self.more():
            pass
        data, self.data = self.data, bytearray()
        return await asyncio.to_thread(_object, data)

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """Each event's data; the desk is given back while the next one is painted."""
        seen = 0
        while True:
            end, width = _event_end(self.data, seen)
            if end < 0:
                seen = max(0, len(self.data) - 3)
                if not await self.more():
                    return
                continue
            block = bytes(self.data[:end])
            del self.data[: end + width]
            seen = 0
            event = await asyncio.to_thread(_event, block)
            if event is not None:
                yield event
                del event, block
            if not self.data:
                self.rest()


async def _value(coming: Awaitable[bytes | None]) -> bytes | None:
    return await coming


def _object(data: bytearray) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        begun = data.lstrip()[:1] == b"{"
        raise (CutOffError("JSON breaks off") if begun else NotAnAnswerError("not JSON")) from error
    if not isinstance(found, dict):
        raise NotAnAnswerError("not a JSON object")
    return found


def _event_end(data: bytearray, start: int) -> tuple[int, int]:
    """Where the first blank line begins and how long it is; -1 when none has come yet."""
    ends = [(data.find(blank, start), len(blank)) for blank in (b"\n\n", b"\r\n\r\n", b"\r\r")]
    return min((end for end in ends if end[0] >= 0), default=(-1, 0))


def _event(block: bytes) -> dict[str, Any] | None:
    """The JSON of an event, its name as ``type`` where the JSON has none; None for comments and [DONE]."""
    name, parts = b"", []
    for line in block.splitlines():
        key, _, value = line.partition(b":")
        if key == b"data":
            parts.append(value.removeprefix(b" "))
        elif key == b"event":
            name = value.strip()
    joined = b"\n".join(parts)
    if not joined or joined.startswith(b"[DONE]"):
        return None
    found = _object(bytearray(joined))
    found.setdefault("type", name.decode("ascii", "replace"))
    return found


# -- what is in it ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """A picture's bytes, proven to decode."""

    data: bytes
    facts: pixels.PictureFacts


def checked(encoded: str | bytes) -> Checked:
    """Decode base64 (bytes are taken as they are) and check the picture; for a thread.

    Raises ``NotAnAnswerError``.
    """
    try:
        data = encoded if isinstance(encoded, bytes) else base64.b64decode(_bare(encoded), validate=True)
        return Checked(data=data, facts=pixels.check(data))
    except (binascii.Error, ValueError, pixels.PixelError) as error:
        raise NotAnAnswerError(f"not a picture: {error}") from error


def _bare(encoded: str) -> str:
    """Some servers answer with a data URL."""
    return encoded.partition(",")[2] if encoded.startswith("data:") else encoded


def usage_of(answer: dict[str, Any]) -> Usage:
    """The tokens an answer counts; zeros where it says nothing."""
    usage = answer.get("usage")
    if not isinstance(usage, dict):
        return Usage()
    total_in = _count(usage.get("input_tokens", usage.get("prompt_tokens")))
    details = usage.get("input_tokens_details")
    image_in = _count(details.get("image_tokens")) if isinstance(details, dict) else 0
    out = _count(usage.get("output_tokens", usage.get("completion_tokens")))
    return Usage(text_in=max(0, total_in - image_in), image_in=image_in, out=out)


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def word(answer: dict[str, Any], key: str) -> str:
    """A string of the answer; empty where it is missing or something else."""
    value = answer.get(key)
    return value if isinstance(value, str) else ""
