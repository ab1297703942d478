"""Hands partial images on while the next is painted: one at a time, and never in the picture's way."""

import asyncio

import structlog

from bot.providers import Preview, answers
from bot.providers.answers import Desks

_log = structlog.get_logger(__name__)


class Previews:
    """The partial images of one call."""

    def __init__(self, preview: Preview | None, desks: Desks) -> None:
        self._preview = preview
        self._desks = desks
        self._showing: asyncio.Task[None] | None = None

    async def offer(self, encoded: object) -> None:
        """Show a partial image, unless an earlier one is still on its way or this is not a picture."""
        if self._preview is None or not isinstance(encoded, (str, memoryview)):
            return
        if self._showing is not None and not self._showing.done():
            return
        data = await self._desks.work(answers.glimpsed, encoded)
        if data is not None:
            self._showing = asyncio.create_task(_shown(self._preview, data))

    async def settle(self) -> None:
        """Wait for the one on its way, so that it cannot overtake the result."""
        if self._showing is not None:
            await asyncio.wait({self._showing})

    async def stop(self) -> None:
        """Drop the one on its way, when the call failed or was cancelled."""
        if self._showing is not None and not self._showing.done():
            self._showing.cancel()
            await asyncio.wait({self._showing})


async def _shown(preview: Preview, data: bytes) -> None:
    try:
        await preview(data)
    except Exception as error:  # noqa: BLE001 -- a picture that is being paid for outweighs any preview
        _log.warning("preview_failed", error=type(error).__name__)
