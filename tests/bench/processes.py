"""The processes of a measurement: the stand-ins, the bot, the floor; and what Linux says of them."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import aiohttp

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
_TICKS = os.sysconf("SC_CLK_TCK")
_START_SECONDS = 30.0
_STOP_SECONDS = 35.0
_LINE_LIMIT = 16 * 1024 * 1024
_LAST_WORDS = 4000
"""Characters of what a process said, shown when the measurement fails."""


class BenchError(Exception):
    """A process did not do what was measured; the figure would be worth nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """One process."""

    process: asyncio.subprocess.Process

    def memory(self) -> float:
        """Resident MB now."""
        return self._status("VmRSS")

    def most_memory(self) -> float:
        """The most resident MB since it started."""
        return self._status("VmHWM")

    def processor(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    async def line(self) -> Any:
        """The next line it says, read as JSON."""
        assert self.process.stdout
        line = await asyncio.wait_for(self.process.stdout.readline(), 600)
        if not line:
            raise BenchError("a process ended before it answered")
        return json.loads(line)

    async def ask(self, **question: Any) -> Any:
        """Say a line of JSON to it; what it answers."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(question).encode() + b"\n")
        await self.process.stdin.drain()
        return await self.line()

    def _status(self, name: str) -> float:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
        raise BenchError(f"no {name} of process {self.process.pid}")


@asynccontextmanager
async def run(
    *command: str, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> AsyncIterator[Running]:
    """A Python module as a process, until the block ends; only the variables given reach it."""
    with tempfile.TemporaryFile() as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), **(env or {})},
            cwd=cwd,
            limit=_LINE_LIMIT,
        )
        async with _stopped(process):
            try:
                yield Running(process=process)
            except BenchError:
                errors.seek(0)
                sys.stderr.write(errors.read().decode(errors="replace")[-_LAST_WORDS:])
                raise


@asynccontextmanager
async def _stopped(process: asyncio.subprocess.Process) -> AsyncIterator[None]:
    try:
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """The two stand-ins."""

    slack: Running
    about: Mapping[str, str]
    """``api_url``, ``bot_token``, ``app_token``, ``signing_secret``."""
    openai_url: str
    folder: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Bot:
    """The bot of production, ready."""

    process: Running
    url: str
    ready_after: float
    """Seconds from its start until ``/readyz`` said yes."""
    holds: Path
    """What ``watched`` writes, where it is asked for."""

    async def metrics(self) -> str:
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/metrics") as response:
            return await response.text()

    def longest_hold(self, after: int) -> float:
        """Seconds for which the event loop stood still at most, after so many lines of the watch's."""
        return max((float(line) for line in self.hold_lines()[after:]), default=0.0)

    def hold_lines(self) -> list[str]:
        return self.holds.read_text().split() if self.holds.exists() else []


@asynccontextmanager
async def world(folder: Path, picture: Path, *, seconds: float = 0) -> AsyncIterator[World]:
    """Fresh stand-ins; the painter sends ``picture`` after ``seconds``."""
    async with AsyncExitStack() as stack:
        # Its files go with the measurement's folder: it is ended without a chance to clear them away.
        slack = await stack.enter_async_context(run("tests.bench.slack_side", env={"TMPDIR": str(folder)}))
        painting = ("--port", "0", "--seconds", str(seconds), "--picture", str(picture))
        painter = await stack.enter_async_context(run("bot.playground.painter", *painting))
        assert painter.process.stdout
        url = (await painter.process.stdout.readline()).decode().strip()
        yield World(slack=slack, about=await slack.line(), openai_url=url, folder=folder)


@asynccontextmanager
async def bot(world: World, module: str = "bot", /, **more: str) -> AsyncIterator[Bot]:
    """The bot between the stand-ins, ready. ``module``: what starts it; ``more``: settings."""
    port, holds = free_port(), world.folder / "holds"
    env = {
        "SLACK_API_URL": world.about["api_url"],
        "SLACK_BOT_TOKEN": world.about["bot_token"],
        "SLACK_APP_TOKEN": world.about["app_token"],
        "OPENAI_API_KEY": "sk-bench",
        "OPENAI_BASE_URL": world.openai_url,
        "IMAGINE_DATA_DIR": str(world.folder),
        "IMAGINE_CONCURRENCY": "50",
        "IMAGINE_PER_USER": "2000",  # a few people ask for everything here
        "IMAGINE_QUEUE_DEPTH": "2000",
        "IMAGINE_PREVIEWS": "0",  # the floor has none
        "IMAGINE_LOG_LEVEL": "warning",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    began = perf_counter()
    async with run(module, "serve", env=env | more, cwd=world.folder) as process:
        url = f"http://127.0.0.1:{port}"
        await asyncio.wait_for(_ready(process, url), _START_SECONDS)
        yield Bot(process=process, url=url, ready_after=perf_counter() - began, holds=holds)


async def _ready(process: Running, url: str) -> None:
    async with aiohttp.ClientSession() as session:
        while True:
            if process.process.returncode is not None:
                raise BenchError(f"the bot ended with {process.process.returncode} before it was ready")
            try:
                async with session.get(f"{url}/readyz") as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass  # not listening yet
            await asyncio.sleep(0.01)
