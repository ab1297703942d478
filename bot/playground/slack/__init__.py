"""A stateful Slack on 127.0.0.1 with Slack's own protocols: for the playground, the tests, the benchmark.

``async with serve() as slack``: give the bot ``slack.api_url`` and the tokens, drive ``slack.workspace``.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.playground.background import running
from bot.playground.backstage import Backstage
from bot.playground.here import only_from_here
from bot.playground.slack import saving
from bot.playground.slack.app import App
from bot.playground.slack.cloud import Cloud
from bot.playground.slack.delivery import Ack
from bot.playground.slack.faults import Trouble
from bot.playground.slack.hearing import SLACKS_RETRIES
from bot.playground.slack.http_events import SignedPosts
from bot.playground.slack.oauth import OAuth
from bot.playground.slack.page import Page
from bot.playground.slack.people import Workspace
from bot.playground.slack.socket_mode import Sockets
from bot.playground.slack.state import Impossible
from bot.playground.slack.web_api import WebApi

__all__ = ["SLACKS_RETRIES", "Ack", "Backstage", "Impossible", "StandIn", "Trouble", "Workspace", "serve"]

_LARGEST_BODY = 256 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class StandIn:
    """A running one."""

    cloud: Cloud
    oauth: OAuth
    sockets: Sockets
    session: aiohttp.ClientSession

    @property
    def workspace(self) -> Workspace:
        """The first one, where the app is installed from the start."""
        return self.cloud.first

    @property
    def base_url(self) -> str:
        return self.cloud.base_url

    @property
    def api_url(self) -> str:
        """``SLACK_API_URL`` for the bot."""
        return f"{self.base_url}/api/"

    @property
    def bot_token(self) -> str:
        return self.workspace.bot_token

    @property
    def app_token(self) -> str:
        return self.cloud.app.app_token

    @property
    def signing_secret(self) -> str:
        return self.cloud.app.signing_secret

    def deliver_to(self, url: str) -> SignedPosts:
        """HTTP mode from now on: everything goes to ``url``, signed."""
        posts = SignedPosts(self.cloud, self.session, url)
        self.cloud.deliver_by(posts)
        return posts

    async def connected(self, seconds: float = 10) -> None:
        """Wait until a bot has a socket open. Raises ``TimeoutError``."""
        await self.workspace.until(lambda: self.workspace.wire.connected, seconds)


@asynccontextmanager
async def serve(
    *,
    port: int = 0,
    file_delay: float = 0,
    event_retries: tuple[float, ...] = (),
    now: Callable[[], float] = time.time,
    page: bool = True,
    backstage: Backstage | None = None,
    app: App | None = None,
    folder: Path | None = None,
    beside: Sequence[web.RouteDef] = (),
) -> AsyncIterator[StandIn]:
    """Run the stand-in on loopback; Socket Mode until ``deliver_to``. ``port`` 0: any free one.

    ``file_delay``: seconds until an upload may be shown, 0.3 feels like Slack. ``backstage``: what the page
    shows beside the workspace. ``app``: another than the bot's own manifest describes.
    ``event_retries``: seconds until an event that nobody acknowledged is sent again, each time.
    ``folder``: where everything is kept for the next time; without one it is gone. ``beside``: what else
    the page's server answers.
    """
    async with AsyncExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="imagine-slack-")))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        cloud = Cloud(place, app=app, file_delay=file_delay, event_retries=event_retries, now=now)
        if folder is not None:
            await asyncio.to_thread(saving.restore, cloud, folder)
            await stack.enter_async_context(running(saving.keep(cloud, folder)))
        sockets, oauth = Sockets(cloud), OAuth(cloud)
        cloud.deliver_by(sockets)
        server = web.Application(client_max_size=_LARGEST_BODY, middlewares=[only_from_here])
        api = WebApi(cloud, oauth, sockets)
        server.router.add_routes([*api.routes(), *oauth.routes(), web.get("/link/", sockets.handle), *beside])
        pages = Page(cloud.first, backstage or Backstage(), session)
        if page:
            server.router.add_routes(pages.routes())
        cloud.listen_at(await stack.enter_async_context(_listening(server, port)))
        stack.push_async_callback(sockets.close)
        stack.push_async_callback(pages.close)
        await stack.enter_async_context(running(cloud.send()))
        yield StandIn(cloud=cloud, oauth=oauth, sockets=sockets, session=session)


@asynccontextmanager
async def _listening(server: web.Application, port: int) -> AsyncIterator[str]:
    """Its address."""
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
