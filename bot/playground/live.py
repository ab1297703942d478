"""Telling a page that something changed, so that it asks for the state again."""

import asyncio
from typing import Protocol

from aiohttp import web

_BREATH = 0.05
"""Seconds between two notices of change, so that a burst is one redraw."""


class Watched(Protocol):
    """Something that changes."""

    version: int

    def touch(self) -> None:
        """Say that it did."""

    async def change(self) -> None:
        """Wait for the next change."""


class Changing:
    """Counts its changes and wakes who waits for the next: a ``Watched`` to build on."""

    def __init__(self) -> None:
        self.version = 0
        self._changed = asyncio.Event()

    def touch(self) -> None:
        """Wake who waits: somebody may want to look again."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def change(self) -> None:
        """Wait for the next change."""
        await self._changed.wait()


class Live:
    """Server-Sent Events: only that something changed, and how often."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self._closing = False

    async def close(self) -> None:
        """End the streams."""
        self._closing = True
        self._watched.touch()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One window's stream."""
        stream = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await stream.prepare(request)
        seen = -1
        while not self._closing:
            if seen == self._watched.version:
                await self._watched.change()
                await asyncio.sleep(_BREATH)
            seen = self._watched.version
            try:
                await stream.write(f"data: {seen}\n\n".encode())
            except ConnectionError:
                break
        return stream
