"""A bot that takes what it hears when the test lets it, and what it is told to undo."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from bot.outcome import Outcome
from bot.types import Home, Incoming, JobId
from tests.wire.whole_bot import soon


@dataclass
class Desk:
    """Behind one address."""

    address: str = ""
    runner: web.AppRunner = field(
        default_factory=lambda: web.AppRunner(web.Application(), shutdown_timeout=5)
    )
    taken: list[Incoming] = field(default_factory=list)
    undone: list[tuple[JobId, bool]] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    free: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, incoming: Incoming) -> Outcome:
        self.heard.set()
        async with asyncio.timeout(1.5):  # before the ear gives up on it
            await self.free.wait()
        self.taken.append(incoming)
        return Outcome()

    async def act(self, _: Incoming, __: Outcome) -> None:
        self.over.set()

    async def at_home(self, _: object) -> Home:
        raise AssertionError("nobody looked at the home tab")

    async def take_back(self, job: JobId, *, anew: bool) -> bool:
        self.undone.append((job, anew))
        return False

    async def asked(self, ask: Awaitable[int]) -> asyncio.Future[int]:
        """Somebody waits for an answer, and the bot has heard them."""
        asking = asyncio.ensure_future(ask)  # awaited by the test, or cancelled in left()
        await soon(self.heard.is_set)
        return asking

    async def left(self, asking: asyncio.Future[int]) -> None:
        """They do not wait any longer, and our end of the line knows."""
        asking.cancel()
        await asyncio.wait([asking])
        server = self.runner.server
        assert server
        await soon(lambda: all(one.transport is None for one in server.connections))

    @asynccontextmanager
    async def at(
        self, path: str, handle: Callable[[web.Request], Awaitable[web.Response]]
    ) -> AsyncIterator[None]:
        """Its ear listens there."""
        self.runner.app.add_routes([web.post(path, handle)])
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self.runner.addresses[0][1]}{path}"
        try:
            yield
        finally:
            await self.runner.cleanup()
