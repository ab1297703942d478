"""A stateful Teams on 127.0.0.1 that speaks the Bot Connector's protocol: for the tests and the playground.

``async with serve() as teams``: give the bot ``teams.base_url`` and ``teams.app_id``, tell ``teams.tenant``
where the bot listens, and let its people speak.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.playground.background import running
from bot.playground.here import only_from_here
from bot.playground.teams import saving
from bot.playground.teams.connector import Connector
from bot.playground.teams.faults import Trouble
from bot.playground.teams.keys import Keys
from bot.playground.teams.page import Page
from bot.playground.teams.people import Tenant
from bot.playground.teams.state import Conversation, Message, Person, State

__all__ = [
    "Conversation",
    "Keys",
    "Message",
    "Page",
    "Person",
    "StandIn",
    "State",
    "Tenant",
    "Trouble",
    "serve",
]

_LARGEST_BODY = 16 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class StandIn:
    """A running one."""

    base_url: str
    app_id: str
    state: State
    tenant: Tenant
    keys: Keys


@asynccontextmanager
async def serve(
    *,
    port: int = 0,
    app_id: str = "28a1b2c3-0000-4000-8000-00000000cafe",
    folder: Path | None = None,
    signed: bool = True,
) -> AsyncIterator[StandIn]:
    """Run the stand-in on loopback. ``port`` 0: any free one.

    ``folder``: where everything is kept for the next time; without one it is gone. ``signed``: False for a
    bot that does not check who calls.
    """
    state, keys = State(app_id=app_id), Keys(app_id)
    server = web.Application(client_max_size=_LARGEST_BODY, middlewares=[only_from_here])
    server.add_routes([*Connector(state).routes(), *keys.routes()])
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=1)
    await runner.setup()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        if folder is not None:
            await asyncio.to_thread(saving.restore, state, folder)
            await stack.enter_async_context(running(saving.keep(state, folder)))
        await web.TCPSite(runner, "127.0.0.1", port).start()
        base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        session = await stack.enter_async_context(aiohttp.ClientSession())
        tenant = Tenant(state, keys if signed else None, session, base)
        yield StandIn(base_url=base, app_id=app_id, state=state, tenant=tenant, keys=keys)
