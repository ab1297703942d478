"""Slack's socket, watched: it answers what it heard before it closes, and is opened anew when deaf."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.chat.slack.calls import is_unclear

log = structlog.get_logger()

_PING = 5.0
"""Seconds between two pings; the SDK calls a socket failing after four without an answer."""
_LOOK = 2.0
_PATIENCE = 30.0
"""Seconds the SDK gets to reconnect by itself before we begin again from the start."""
_STRANGE_WAIT = 0.5
"""Seconds before Slack is asked once more after a refusal."""
_LAST_ANSWERS = 2.0
"""Seconds for what was heard just before a stop: Slack waits three for its acknowledgement."""
_LAST_WORD = 1.0
"""Seconds more for what came at the end of these."""

Unheard = Callable[[dict[str, Any]], Awaitable[None]]
"""Told of a payload that was taken, and whose acknowledgement did not reach Slack."""


class Socket:
    """One Socket Mode connection, over all reconnects."""

    def __init__(
        self,
        app: AsyncApp,
        token: str,
        logger: logging.Logger,
        *,
        unheard: Unheard,
        patience: float = _PATIENCE,
    ) -> None:
        self._app = app
        self._unheard = unheard
        self._token = token
        self._logger = logger
        self._patience = patience
        self._handler = self._new()

    async def open(self) -> None:
        """Connect. Raises ``SlackApiError`` when Slack refuses to open one."""
        try:
            self._handler.client.wss_uri = await self._address()
        except SlackApiError:
            await self._let_go()
            raise
        await self._handler.connect_async()  # type: ignore[no-untyped-call] # Bolt leaves it so

    async def _address(self, tries: int = 2) -> str | None:
        """Where to connect; None where Slack only fails: the SDK asks on, for ever, also when refused."""
        try:
            return await self._handler.client.issue_new_wss_url()
        except (aiohttp.ClientError, TimeoutError):
            return None
        except SlackApiError as error:
            if is_unclear(error):
                return None
            if tries < 2:
                raise
        await asyncio.sleep(_STRANGE_WAIT)
        return await self._address(tries - 1)

    async def is_open(self) -> bool:
        """Whether Slack answers on it."""
        return await self._handler.client.is_connected()

    async def watch(self) -> None:
        """Until cancelled: begin again where the SDK does not find back, as has been seen.

        https://github.com/slackapi/bolt-python/issues/1529, https://github.com/slackapi/python-slack-sdk/issues/1446
        """
        deaf_since: float | None = None
        while True:
            await asyncio.sleep(min(_LOOK, self._patience))
            if await self.is_open():
                deaf_since = None
                continue
            deaf_since = deaf_since or monotonic()
            if monotonic() - deaf_since >= self._patience:
                deaf_since = None
                await self._begin_again()

    async def _begin_again(self) -> None:
        log.warning("the socket went deaf; opening another")
        try:
            await self._let_go()
            self._handler = self._new()
            await self.open()
        except Exception as error:  # noqa: BLE001 -- the SDK raises several kinds; the next look tries again
            log.warning("Slack opens no socket", cause=type(error).__name__)

    async def close(self) -> None:
        """Answer what was heard, and what comes meanwhile; then stop hearing.

        What is taken while the socket closes could not be acknowledged: Slack would tell its person that it
        failed, they would ask again, and both would be painted.
        """
        until = monotonic() + _LAST_ANSWERS
        while self._handler.in_hand and monotonic() < until:
            await self._handler.answered(until - monotonic())
        self._handler.deaf = True
        await self._handler.answered(_LAST_WORD)
        await self._let_go()

    async def _let_go(self) -> None:
        await self._handler.close_async()  # type: ignore[no-untyped-call] # Bolt leaves it so

    def _new(self) -> "_Handler":
        return _Handler(self._app, self._token, self._logger, self._unheard)


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler, that knows what was heard and is not answered yet."""

    def __init__(self, app: AsyncApp, token: str, logger: logging.Logger, unheard: Unheard) -> None:
        super().__init__(app, token, logger=logger, ping_interval=_PING)
        self.client.proxy = app.client.proxy  # or none, where the SDK would look for one by itself
        self.in_hand: set[asyncio.Task[Any]] = set()
        self.deaf = False
        self._unheard = unheard

    async def handle(self, client: Any, req: Any) -> None:
        if self.deaf:
            return
        task = asyncio.ensure_future(self._answer(client, req))
        self.in_hand.add(task)
        try:
            await task
        finally:
            self.in_hand.discard(task)

    async def answered(self, seconds: float) -> None:
        """Wait so long at most for what is in hand now."""
        if self.in_hand:
            await asyncio.wait(self.in_hand, timeout=seconds)

    async def _answer(self, client: Any, req: Any) -> None:
        try:
            await super().handle(client, req)
        except ConnectionError as error:
            log.warning("an acknowledgement found no way to Slack", cause=type(error).__name__)
            await self._unheard(req.payload)
