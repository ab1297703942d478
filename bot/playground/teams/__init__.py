"""A stateful Teams on 127.0.0.1 that speaks the Bot Connector's protocol: for the tests and the playground.

``async with serve() as teams``: give the bot ``teams.base_url`` and ``teams.app_id``, tell ``teams.tenant``
where the bot listens, and let its people speak.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from bot.playground.teams.connector import Connector
from bot.playground.teams.faults import Trouble
from bot.playground.teams.keys import Keys
from bot.playground.teams.people import Tenant
from bot.playground.teams.state import Conversation, Message, Person, State

__all__ = ["Conversation", "Keys", "Message", "Person", "StandIn", "State", "Tenant", "Trouble", "serve"]

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
    *, port: int = 0, app_id: str = "28a1b2c3-0000-4000-8000-00000000cafe"
) -> AsyncIterator[StandIn]:
    """Run the stand-in on loopback. ``port`` 0: any free one."""
    state, keys = State(app_id=app_id), Keys(app_id)
    server = web.Application(client_max_size=_LARGEST_BODY)
    server.add_routes([*Connector(state).routes(), *keys.routes()])
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession() as session:
            tenant = Tenant(state, keys, session, base)
            yield StandIn(base_url=base, app_id=app_id, state=state, tenant=tenant, keys=keys)
    finally:
        await runner.cleanup()
