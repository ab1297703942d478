"""A local painter that answers the real Images API over HTTP: for the playground, tests and benchmark.

It draws a landscape with the prompt on it and says that it is a sample. ``async with serve() as painter``:
give the bot ``painter.openai_url`` or ``painter.azure_url``, look at ``painter.calls``, switch
``painter.faults`` on.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

from bot.playground.painter.faults import Trouble
from bot.playground.painter.painting import Signs
from bot.playground.painter.requests import Offers
from bot.playground.painter.server import BLOCK_WORD, Call, Painter, only_from_here

__all__ = ["BLOCK_WORD", "Call", "Painter", "Trouble", "serve"]

_LARGEST_BODY = 1024 * 1024 * 1024


@asynccontextmanager
async def serve(
    *,
    port: int = 0,
    seconds: float = 0,
    per_minute: int = 0,
    key: str | None = None,
    deployments: Mapping[str, str] | None = None,
    retired: bool = False,
    signed: bool = True,
    fixed_picture: bytes | None = None,
) -> AsyncIterator[Painter]:
    """Run the painter on loopback; ``port`` 0: any free one.

    ``seconds``: pretended work for each call. ``per_minute``: what one model may be asked for, as the
    services limit it. ``deployments``: Azure's names → models. ``retired``: models that are switched off
    answer too. ``fixed_picture``: sent for every call instead of a drawing.
    """
    painter = Painter(
        offers=Offers(deployments=deployments or {}, retired=retired),
        key=key,
        seconds=seconds,
        per_minute=per_minute,
        signer=await asyncio.to_thread(_signer) if signed and fixed_picture is None else None,
        fixed_picture=fixed_picture,
    )
    app = web.Application(client_max_size=_LARGEST_BODY, middlewares=[only_from_here])
    app.router.add_routes(painter.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        painter.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield painter
    finally:
        await runner.cleanup()


def _signer() -> Signs:
    from bot.playground.painter.signing import Signer  # large, and only in the playground's extra

    return Signer()
