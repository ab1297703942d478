"""Who may ask a stand-in: this machine, by its own name."""

from collections.abc import Awaitable, Callable

from aiohttp import web


@web.middleware
async def only_from_here(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse other names for this address and other sites' scripts: a browser is listening here too."""
    port = request.url.port
    ours = {f"127.0.0.1:{port}", f"localhost:{port}"}
    origin = request.headers.get("Origin")
    if request.host not in ours or (origin and origin.removeprefix("http://") not in ours):
        return web.Response(status=403, text="This stand-in answers on 127.0.0.1 only.")
    return await handler(request)
