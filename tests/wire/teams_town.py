"""The whole bot between Teams' stand-in and a painter, in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot import app
from bot.app import Bot
from bot.playground.painter import Painter
from bot.playground.teams import Message, StandIn, Tenant
from bot.settings import Settings
from tests.wire.whole_bot import KEY, QUICK

ANN, BOB, YUMI = "29:ann", "29:bob", "29:yumi"
CHAT, GROUP, GENERAL, CLOSED = (
    "a:1ann",
    "19:group@thread.v2",
    "19:general@thread.tacv2",
    "19:closed@thread.tacv2",
)
SCOPES = (CHAT, GROUP, GENERAL)


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamsTown:
    """Teams and a painter."""

    teams: StandIn
    painter: Painter
    folder: Path

    @property
    def tenant(self) -> Tenant:
        return self.teams.tenant

    async def result(self, conversation: str, count: int = 1, seconds: float = 15) -> Message:
        """Wait until so many messages there show a picture; the newest."""

        def look() -> list[Message]:
            shown = [m for m in self.teams.state.in_conversation(conversation) if _is_result(m)]
            return shown if len(shown) >= count else []

        return (await self.teams.state.until(look, seconds))[-1]

    async def imagine(
        self, text: str, *, person: str = ANN, conversation: str = CHAT, **more: Any
    ) -> Message:
        """Ask for a picture and wait for it."""
        before = len([m for m in self.teams.state.in_conversation(conversation) if _is_result(m)])
        reply = await self.tenant.say(person, conversation, text, **more)
        assert reply.status == 200, reply
        return await self.result(conversation, before + 1)

    async def told(self, words: str, seconds: float = 10) -> Message:
        """Wait for a message that says this."""

        def look() -> list[Message]:
            return [one for one in self.teams.state.messages.values() if words in one.words]

        return (await self.teams.state.until(look, seconds))[-1]


def _is_result(message: Message) -> bool:
    return any(one.get("title") in ("Again", "もう一度") for one in message.actions)


def settings_for(town: TeamsTown, **values: Any) -> Settings:
    """Settings of a bot in this town; ``values`` win."""
    own: dict[str, Any] = {
        "teams_unauthenticated": True,
        "openai_api_key": SecretStr(KEY),
        "openai_base_url": town.painter.openai_url,
        "imagine_data_dir": town.folder / "data",
        "host": "127.0.0.1",
        "port": 0,
    }
    return Settings(_env_file=None).model_copy(update=own | values)


@asynccontextmanager
async def running_bot(town: TeamsTown, **values: Any) -> AsyncIterator[Bot]:
    """The bot of production in this process."""
    async with app.build(settings_for(town, **values), patience=QUICK) as bot:
        town.tenant.listening = f"{bot.address}/api/messages"
        yield bot


async def settled(bot: Bot, seconds: float = 10) -> None:
    """Wait until no job is on its way. Raises ``TimeoutError``."""
    async with asyncio.timeout(seconds):
        while await bot.doors.ledger.counts():  # noqa: ASYNC110 -- the ledger tells nobody
            await asyncio.sleep(0.02)


async def fetched(url: str) -> tuple[bytes, aiohttp.ClientResponse]:
    """What a client gets there, without any credentials."""
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.read(), answer


async def gone(url: str, seconds: float = 5) -> None:
    """Wait until nothing is there any more. Raises ``TimeoutError``."""
    async with asyncio.timeout(seconds):
        while (await fetched(url))[1].status != 404:  # noqa: ASYNC110 -- a server tells nobody either
            await asyncio.sleep(0.02)
