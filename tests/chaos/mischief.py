"""What goes wrong at random: processes that die, leave or freeze, sockets that close, services that fail."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.playground.painter import Trouble as PainterTrouble
from bot.playground.slack import Trouble as SlackTrouble
from tests.chaos.pictures import Pictures
from tests.postgres import Postgres
from tests.wire.whole_bot import BotProcess, Town

_PAUSE = (0.3, 1.6)
"""Seconds between two mischiefs."""
_START = 120.0
"""Seconds in which a process has to start, however often that fails."""
_SLACK = (
    *(SlackTrouble.RATE_LIMITED, SlackTrouble.STATUS, SlackTrouble.SLOW),
    *(SlackTrouble.LOST_REPLY, SlackTrouble.DROP, SlackTrouble.GARBAGE),
)
_METHODS = (
    *("chat.postMessage", "chat.postMessage", "chat.update", "chat.delete", "conversations.history"),
    *("files.getUploadURLExternal", "upload", "files.completeUploadExternal", "users.info"),
)
_PAINTER = (
    *(PainterTrouble.RATE_LIMITED, PainterTrouble.ERROR, PainterTrouble.PROXY, PainterTrouble.DROP),
    *(PainterTrouble.SLOW, PainterTrouble.LOST_REPLY, PainterTrouble.BROKEN, PainterTrouble.BLOCKED),
)


@dataclass(kw_only=True)
class Mischief:
    """Does one thing after the other; each process has a supervisor that starts it again."""

    town: Town
    bots: tuple[BotProcess, ...]
    chance: random.Random
    postgres: Postgres | None
    pictures: Pictures
    done: Counter[str] = field(default_factory=Counter)
    deaths: list[datetime] = field(default_factory=list)
    """When a process, or the database of all, was disturbed."""

    async def live(self, seconds: float) -> None:
        """Until the time is over; then everything works again and every process runs."""
        until = asyncio.get_running_loop().time() + seconds
        hands = [self._against(bot, until) for bot in self.bots]
        await asyncio.gather(*hands, self._outside(until))
        self.town.slack.workspace.faults.clear()
        self.town.painter.faults.clear()

    async def _against(self, bot: BotProcess, until: float) -> None:
        """One process dies, leaves or freezes, again and again."""
        acts: dict[str, tuple[int, Callable[[BotProcess], Awaitable[None]]]] = {
            "kill -9": (5, self._kill),
            "SIGTERM": (2, self._ask_to_leave),
            "frozen a moment": (2, self._freeze),
            "frozen for long": (1 if self.postgres else 0, self._freeze_for_long),
        }
        weights = [weight for weight, _ in acts.values()]
        while asyncio.get_running_loop().time() < until:
            await asyncio.sleep(self.chance.uniform(1, 8))
            [what] = self.chance.choices(list(acts), weights)
            self.done[what] += 1
            self.deaths.append(datetime.now(UTC))
            await acts[what][1](bot)
            await start(bot)

    async def _kill(self, bot: BotProcess) -> None:
        assert bot._process
        bot._process.kill()
        await bot.wait()

    async def _ask_to_leave(self, bot: BotProcess) -> None:
        bot.terminate()
        code = await bot.wait(40)
        assert code == 0, f"exit {code} after SIGTERM"

    async def _freeze(self, bot: BotProcess) -> None:
        bot.freeze()
        await asyncio.sleep(self.chance.uniform(0.3, 3))
        bot.thaw()

    async def _freeze_for_long(self, bot: BotProcess) -> None:
        """Longer than its session in the database lives: it is taken for dead, and wakes up."""
        bot.freeze()
        await asyncio.sleep(self.chance.uniform(11, 14))
        bot.thaw()

    async def _outside(self, until: float) -> None:
        acts: dict[str, tuple[int, Callable[[], Awaitable[None]]]] = {
            "Slack fails": (10, self._slack),
            "the painter fails": (6, self._painter),
            "the socket closes": (2, self._sockets),
            "the pictures' place fails": (4, self._pictures),
            "Postgres restarts": (1 if self.postgres else 0, self._database),
        }
        weights = [weight for weight, _ in acts.values()]
        while asyncio.get_running_loop().time() < until:
            await asyncio.sleep(self.chance.uniform(*_PAUSE))
            [what] = self.chance.choices(list(acts), weights)
            self.done[what] += 1
            await acts[what][1]()

    async def _slack(self) -> None:
        trouble, method = self.chance.choice(_SLACK), self.chance.choice(_METHODS)
        value = {SlackTrouble.STATUS: 503.0, SlackTrouble.RATE_LIMITED: 1.0, SlackTrouble.SLOW: 2.0}
        self.town.slack.workspace.faults.on(method, trouble, value=value.get(trouble, 0))

    async def _painter(self) -> None:
        trouble = self.chance.choice(_PAINTER)
        value = {PainterTrouble.SLOW: 2.0, PainterTrouble.RATE_LIMITED: 3.0}
        self.town.painter.faults.on(trouble, value=value.get(trouble, 0))

    async def _pictures(self) -> None:
        await self.pictures.fail(self.chance)

    async def _sockets(self) -> None:
        await self.town.slack.sockets.refresh()

    async def _database(self) -> None:
        assert self.postgres
        self.deaths.append(datetime.now(UTC))
        await asyncio.to_thread(self.postgres.restart)


async def start(bot: BotProcess) -> None:
    """As a supervisor does: start it, and again when it could not start."""
    first = len(bot.lines)
    try:
        async with asyncio.timeout(_START):
            while bot.ended:
                before = len(bot.lines)
                await bot.launch()
                while not bot.ended and not any("is ready" in line for line in bot.lines[before:]):  # noqa: ASYNC110 -- output tells nobody
                    await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise AssertionError("it does not start:\n" + "".join(bot.lines[first:])) from error
