"""The whole bot between both stand-ins: in this process, or as one that can be killed."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pydantic import SecretStr

from bot import app
from bot.app import Bot
from bot.playground.painter import Painter
from bot.playground.slack import StandIn
from bot.playground.slack.state import File, Json, Message
from bot.posting import Patience
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
QUICK = Patience(look=0.1, files=0.6, file_first=0.05, file_most=0.2, store=(0.1,) * 99)
KEY = "sk-a-key-of-the-tests"


def a_picture() -> bytes:
    """A PNG that no re-encoding leaves as it is."""
    remark, out = PngInfo(), BytesIO()
    remark.add_text("remark", "only here while nobody saves this picture again")
    Image.new("RGB", (1024, 1024), "teal").save(out, "PNG", pnginfo=remark)
    return out.getvalue()


@dataclass(frozen=True, kw_only=True, slots=True)
class Town:
    """Slack and a painter, and what stands in the channels there."""

    slack: StandIn
    painter: Painter
    folder: Path

    def roles(self, role: str, channel: str = "general") -> list[Message]:
        """The bot's messages of one role, oldest first."""
        return [
            one for one in self.slack.workspace.channel(channel).messages if payload(one).get("role") == role
        ]

    def shown(self, message: Message) -> list[File]:
        """The files in a message's image blocks."""
        ids = [block["slack_file"]["id"] for block in message.blocks if "slack_file" in block]
        return [self.slack.workspace.files[one] for one in ids]

    def settled(self, channel: str, count: int) -> list[Message]:
        """The results, once there are so many and no placeholder stands any more."""
        results = self.roles("result", channel)
        return results if len(results) >= count and not self.roles("placeholder", channel) else []

    async def results(self, count: int = 1, channel: str = "general", seconds: float = 15) -> list[Message]:
        """Wait for so many results. Raises ``TimeoutError``."""
        return await self.slack.workspace.until(lambda: self.settled(channel, count), seconds)

    async def imagine(self, text: str, *, user: str = "ann", channel: str = "general") -> Message:
        """Type the command and wait for its result."""
        before = len(self.roles("result", channel))
        ack = await self.slack.workspace.command(user, channel, text)
        assert ack.ok, ack.error
        return (await self.results(before + 1, channel))[-1]

    async def imagine_privately(self, text: str, *, user: str = "ann") -> Message:
        """Ask for a picture that only the person sees, and wait for it in their DM."""
        await self.slack.workspace.command(user, "general", f"{text} --private")
        return (await self.results(channel=f"dm:{user}"))[-1]

    async def whisper(self, words: str, seconds: float = 10) -> Message:
        """Wait for a private note that says this."""

        def look() -> list[Message]:
            dms = [m for m in self.slack.workspace.messages if not payload(m)]
            return [one for one in [*self.slack.workspace.ephemerals, *dms] if words in said(one)]

        return (await self.slack.workspace.until(look, seconds))[-1]

    async def view(self, user: str = "ann") -> Any:
        """Wait for the form on a person's screen."""
        return await self.slack.workspace.until(lambda: self.slack.workspace.view_of(user), 3)


def payload(message: Message) -> Json:
    """What stands in a message's metadata about its job."""
    found: Json = (message.metadata or {}).get("event_payload", {})
    return found


def said(message: Message) -> str:
    """Every word of a message."""
    return f"{message.text} {message.blocks}"


async def soon(look: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for what no workspace tells about. Raises ``TimeoutError``."""
    async with asyncio.timeout(seconds):
        while not look():  # noqa: ASYNC110 -- a subprocess's output and the painter's calls tell nobody
            await asyncio.sleep(0.01)


def settings_for(town: Town, **values: Any) -> Settings:
    """Settings of a bot in this town; ``values`` win."""
    own: dict[str, Any] = {
        "slack_bot_token": SecretStr(town.slack.bot_token),
        "slack_app_token": SecretStr(town.slack.app_token),
        "slack_api_url": town.slack.api_url,
        "openai_api_key": SecretStr(KEY),
        "openai_base_url": town.painter.openai_url,
        "imagine_data_dir": town.folder / "data",
        "host": "127.0.0.1",
        "port": 0,
    }
    return Settings(_env_file=None).model_copy(update=own | values)


@asynccontextmanager
async def running_bot(town: Town, *, patience: Patience = QUICK, **values: Any) -> AsyncIterator[Bot]:
    """The bot of production in this process, connected."""
    settings = settings_for(town, **values)
    async with app.build(settings, patience=patience) as bot:
        if settings.slack_app_token:
            await town.slack.connected()
        else:
            town.slack.deliver_to(f"{bot.address}/slack/events")
        yield bot


@dataclass(kw_only=True)
class BotProcess:
    """``python -m bot serve`` on one data folder; may be killed and started again."""

    town: Town
    env: dict[str, str] = field(default_factory=dict)
    """More of the environment; an empty value takes a variable away."""
    lines: list[str] = field(default_factory=list)
    """Everything it wrote, over all its lives."""
    _process: Process | None = None
    _reader: asyncio.Task[None] | None = None

    def environment(self) -> dict[str, str]:
        """All that it gets to see."""
        own = {
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": self.town.slack.bot_token,
            "SLACK_APP_TOKEN": self.town.slack.app_token,
            "SLACK_API_URL": self.town.slack.api_url,
            "OPENAI_API_KEY": KEY,
            "OPENAI_BASE_URL": self.town.painter.openai_url,
            "IMAGINE_DATA_DIR": str(self.town.folder / "data"),
            "IMAGINE_LOG_LEVEL": "debug",
            "HOST": "127.0.0.1",
            "PORT": "0",
        }
        return {name: value for name, value in (own | self.env).items() if value}

    async def launch(self) -> None:
        """Start it, and do not wait until it is ready."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "serve"),
            env=self.environment(),
            cwd=self.town.folder,  # where no .env is
            stdout=PIPE,
            stderr=STDOUT,
        )
        self._reader = asyncio.create_task(self._read(self._process))

    async def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        before = len(self.lines)
        await self.launch()
        await soon(lambda: any("is ready" in line for line in self.lines[before:]) or self.ended, 40)
        assert not self.ended, self.output
        await self.town.slack.connected()

    async def _read(self, process: Process) -> None:
        assert process.stdout
        async for line in process.stdout:
            self.lines.append(line.decode())

    @property
    def ended(self) -> bool:
        return self._process is None or self._process.returncode is not None

    @property
    def output(self) -> str:
        return "".join(self.lines)

    async def kill(self) -> None:
        """As the power going: kill -9."""
        assert self._process
        sockets = self.town.slack.sockets
        before = len(sockets._open)
        self._process.kill()
        await self.wait()
        # What was sent before the death is still heard; then nobody is there.
        await self.town.slack.workspace.until(lambda: len(sockets._open) < before or not before, 5)

    def freeze(self) -> None:
        """As a machine that hangs: it does nothing, and every connection stays open."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on as if nothing had been."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def terminate(self) -> None:
        """Ask it to leave."""
        assert self._process
        self._process.send_signal(signal.SIGTERM)

    async def wait(self, seconds: float = 30) -> int:
        """Its exit code. Raises ``TimeoutError``."""
        assert self._process
        assert self._reader
        async with asyncio.timeout(seconds):
            code = await self._process.wait()
            await self._reader
        return code

    async def close(self) -> None:
        """Let nothing of it outlive the test."""
        if not self.ended:
            assert self._process
            self._process.kill()
            await self.wait()
