"""Reading answers of megabytes: in pieces, two at a time, parsed and decoded off the event loop.

A body is left in the socket until there is room for it, so a burst of answers does not fill the memory; and
the room is used again and again, since memory that is new takes the system as long as what is done in it.
"""

import asyncio
import binascii
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from mmap import mmap
from typing import Any, TypeVar

import pybase64

from bot import pixels
from bot.providers.lifting import Sheet, parsed
from bot.types import Usage

AT_ONCE = 2
"""Answers read, parsed, checked and kept at once, over all services of this process."""
STALLED = 0.5
"""Seconds after which a body that hardly grew gives its place to another."""
_HARDLY = 64 << 10
"""Bytes; who brings fewer in that time keeps nobody waiting who could be read at once."""
MOST_PICTURE = 64 << 20
"""Bytes of one picture."""

_PEEK = 1 << 12
_SHEET = 4 << 20
"""Bytes of memory that wait for the next answer at each desk: enough for a picture of 3 MB."""
_Work = TypeVar("_Work")
_Done = TypeVar("_Done")
_EVENT_STARTS = (b"event:", b"data:", b":", b"id:", b"retry:")


class CutOffError(Exception):
    """The answer began well and broke off."""


class NotAnAnswerError(Exception):
    """The answer is nothing an image service says."""


class Desks:
    """Where answers are worked on, shared by all services: a few places, and as many threads.

    Threads of their own, since every thread that once held megabytes keeps some of that memory for good.
    """

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="answers")
        self._sheets: list[Sheet] = []

    async def take(self) -> None:
        """Wait for a place."""
        await self._places.acquire()

    def leave(self) -> None:
        """Make room for another."""
        self._places.release()

    async def work(self, task: Callable[[_Work], _Done], on: _Work) -> _Done:
        """Do something slow, off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, task, on)

    def lend(self) -> Sheet:
        """Memory for an answer, with what an earlier one left in it."""
        return self._sheets.pop() if self._sheets else mmap(-1, _SHEET)  # it takes what is written in it

    def take_back(self, sheet: Sheet) -> None:
        """Keep it for the next one. A cancelled task may still read in it; what it finds is for nobody."""
        if len(sheet) == _SHEET and len(self._sheets) < AT_ONCE:
            self._sheets.append(sheet)

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False)


class Body:
    """One answer's bytes as they arrive. Holds a desk from its first piece on, until ``rest``.

    ``ready``: it should come in one go, so the first piece too is left in the socket until there is a desk.
    """

    def __init__(self, pieces: AsyncIterator[bytes], desks: Desks, most: int, *, ready: bool = False) -> None:
        self.data = bytearray()
        self._ready = ready
        self._pieces = pieces
        self._desks = desks
        self._most = most
        self._held = False
        self._waiting = False
        self._arrived = 0
        """Bytes that have come."""
        self._size = 0
        """Bytes that have come and are not taken yet."""
        self._watch: asyncio.TimerHandle | None = None
        self._sheet: Sheet | None = None

    async def more(self) -> bool:
        """Wait for the next piece; False at the end."""
        piece = await self._next()
        self.data += piece
        return bool(piece)

    async def _next(self) -> bytes:
        """The next piece, at a desk; empty at the end."""
        if self._ready:
            await self._sit_down()
            self._ready = False
        self._waiting = True
        piece = await anext(self._pieces, b"")
        self._waiting = False
        if not piece:
            return b""
        self._arrived += len(piece)
        self._size += len(piece)
        if self._size > self._most:
            raise NotAnAnswerError(f"more than {self._most} bytes")
        await self._sit_down()
        return piece

    async def _sit_down(self) -> None:
        if not self._held:
            await self._desks.take()
            self._held = True
            self._look_again()

    def rest(self) -> None:
        """Give the desk back until more arrives."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        if self._held:
            self._held = False
            self._desks.leave()

    def done(self) -> None:
        """Give back everything: nobody looks at what was found any more."""
        self.rest()
        if self._sheet is not None:
            self._desks.take_back(self._sheet)
            self._sheet = None

    def _look_again(self) -> None:
        loop = asyncio.get_running_loop()
        self._watch = loop.call_later(STALLED, self._rest_if_stalled, self._arrived)

    def _rest_if_stalled(self, arrived: int) -> None:
        if self._waiting and self._arrived - arrived < _HARDLY:
            self.rest()
        else:
            self._look_again()

    async def is_stream(self) -> bool:
        """Whether the answer is events rather than one document; decided by what it is, not by its label."""
        while len(self.data.lstrip()) < len("event:") and await self.more():
            pass
        return bytes(self.data[:_PEEK].lstrip()).startswith(_EVENT_STARTS)

    async def document(self) -> dict[str, Any]:
        """The whole body as a JSON object, its pictures as views that last until ``done``.

        Raises ``CutOffError`` or ``NotAnAnswerError``.
        """
        piece: bytes | bytearray = self.data
        sheet, end = self._desks.lend(), 0
        self._sheet = sheet
        while piece:
            if end + len(piece) > len(sheet):
                self._sheet = sheet = _larger(sheet, end + len(piece))
            memoryview(sheet)[end : end + len(piece)] = piece
            end += len(piece)
            self.data = bytearray()
            piece = await self._next()
        return await self._desks.work(_document, (sheet, end))

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
            seen = 0
            event = await self._desks.work(_event, self._taken(end, width))
            if event is not None:
                yield event
                del event
            if not self.data:
                self.rest()

    def _taken(self, end: int, width: int) -> bytearray:
        """The bytes up to ``end``, not copied; what follows the ``width`` bytes after them stays."""
        taken, self.data = self.data, self.data[end + width :]
        self._size = len(self.data)
        del taken[end:]
        return taken


def _larger(sheet: Sheet, least: int) -> Sheet:
    larger = mmap(-1, max(2 * len(sheet), least))
    memoryview(larger)[: len(sheet)] = sheet
    return larger


def _document(read: tuple[Sheet, int]) -> dict[str, Any]:
    """The JSON object that the first so many bytes are."""
    data, end = read
    begun = data[: min(end, _PEEK)].lstrip()[:1] == b"{"
    try:
        found = parsed(data, end)
    except (ValueError, RecursionError) as error:
        raise (CutOffError("JSON breaks off") if begun else NotAnAnswerError("not JSON")) from error
    if not isinstance(found, dict):
        raise NotAnAnswerError("not a JSON object")
    return found


def _event_end(data: bytearray, start: int) -> tuple[int, int]:
    """Where the first blank line begins and how long it is; -1 when none has come yet."""
    if data.find(b"\n", start) < 0 and data.find(b"\r", start) < 0:
        return -1, 0  # the usual case, megabytes of base64: one byte is looked for much faster than two
    ends = [(data.find(blank, start), len(blank)) for blank in (b"\n\n", b"\r\n\r\n", b"\r\r")]
    return min((end for end in ends if end[0] >= 0), default=(-1, 0))


def _event(block: bytearray) -> dict[str, Any] | None:
    """The JSON of an event, its name as ``type`` where the JSON has none; None for comments and [DONE]."""
    name, parts = b"", []
    for line in block.splitlines():
        key, _, value = line.partition(b":")
        if key == b"data":
            parts.append(value.removeprefix(b" "))
        elif key == b"event":
            name = bytes(value.strip())
        del line, value
    block.clear()
    joined = parts.pop() if len(parts) == 1 else bytearray(b"\n").join(parts)
    if not joined or joined.startswith(b"[DONE]"):
        return None
    found = _document((joined, len(joined)))
    found.setdefault("type", name.decode("ascii", "replace"))
    return found


# -- what is in it ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """A picture's bytes, proven to decode."""

    data: bytes
    facts: pixels.PictureFacts


Encoded = str | memoryview
"""Base64: a view where it is what the answer says, else a string."""


def checked(encoded: Encoded | bytes) -> Checked:
    """Decode base64 (bytes are taken as they are) and check the picture; for a thread.

    Raises ``NotAnAnswerError``.
    """
    try:
        data = encoded if isinstance(encoded, bytes) else _decoded(encoded)
        return Checked(data=data, facts=pixels.check(data))
    except (binascii.Error, ValueError, pixels.PixelError) as error:
        raise NotAnAnswerError(f"not a picture: {error}") from error


def glimpsed(encoded: Encoded) -> bytes | None:
    """The bytes of a partial image, None where they are no picture; for a thread.

    Only its header is read: a spoilt preview harms nobody, and decoding it would cost as much as the picture.
    """
    try:
        data = _decoded(encoded)
    except (binascii.Error, ValueError):
        return None
    return data if pixels.begins_well(data) else None


def _decoded(encoded: Encoded) -> bytes:
    if isinstance(encoded, str) and encoded.startswith("data:"):
        encoded = encoded.partition(",")[2]
    return pybase64.b64decode(encoded, validate=True)


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
