"""Teams, connected: who we are there, one HTTP client for every call, and the ear on the bot's own server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import structlog

from bot.chat import Sure, always_sure
from bot.chat.hearing import Act, Take, TakeBack
from bot.chat.teams.calls import Calls
from bot.chat.teams.client import Gallery, TeamsChat
from bot.chat.teams.files import Files
from bot.chat.teams.sdk import PUBLIC, SERVICE, CloudEnvironment, Sdk, open_sdk
from bot.chat.teams.server import TeamsServer
from bot.errors import ChatError
from bot.settings import Settings

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Teams:
    """The bot as it is registered; ``listen`` makes it hear."""

    settings: Settings
    sdk: Sdk
    chat: TeamsChat

    async def known(self) -> None:
        """Raises ``ChatError`` while Microsoft gives us no token: nobody would hear what we say."""
        await self.sdk.token()

    async def _introduced(self) -> None:
        """The first answer shall not wait for a token, nor the operator for the first answer."""
        try:
            await self.known()
        except ChatError as error:
            log.warning("Teams cannot be answered", cause=str(error), cure="imagine-bot check")

    @asynccontextmanager
    async def listen(self, *, take: Take, act: Act, take_back: TakeBack) -> AsyncIterator[TeamsServer]:
        """Hear until the block ends; errands that are under way are finished then."""
        async with asyncio.TaskGroup() as errands:
            errands.create_task(self._introduced())
            yield TeamsServer(
                self.settings,
                self.sdk,
                chat=self.chat,
                take=take,
                act=act,
                take_back=take_back,
                errands=errands,
            )


@asynccontextmanager
async def open_teams(
    settings: Settings,
    on_error: Callable[[ChatError], None],
    gallery: Gallery | None,
    sure: Sure = always_sure,
    cloud: CloudEnvironment = PUBLIC,
) -> AsyncIterator[Teams]:
    """Ready to speak. ``gallery`` None: pictures travel in messages; ``sure``: see ``Calls``."""
    sdk = open_sdk(settings, cloud)
    service = (settings.teams_service_url_override or SERVICE).rstrip("/")
    try:
        async with aiohttp.ClientSession(trust_env=True) as session:
            calls = Calls(sdk.http, on_error=on_error, sure=sure)
            files = Files(session, sdk.token, local=settings.emulated)
            chat = TeamsChat(calls, gallery, files, app_id=sdk.app_id, service=service)
            yield Teams(settings=settings, sdk=sdk, chat=chat)
    finally:
        await sdk.close()
