"""The playground as a process: what is kept is there again, and what it cannot do is said."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.errors import ConfigError
from bot.playground.slack.state import Json
from bot.settings import Settings
from bot.tryout import playground
from tests.wire.whole_bot import ROOT


@asynccontextmanager
async def playing(folder: Path) -> AsyncIterator[aiohttp.ClientSession]:
    """A session with the page's server of a playground that is kept in this folder."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "playground", "--port", "0", "--painting", "0", "--keep", str(folder / "kept")),
        env={"PYTHONPATH": str(ROOT), "PATH": os.defpath},
        cwd=folder,  # where no .env is
        stdout=PIPE,
    )
    assert process.stdout
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
        async with aiohttp.ClientSession(line.split()[-1]) as session:
            yield session
    finally:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 35) == 0


async def did(session: aiohttp.ClientSession, **wanted: str) -> None:
    """Do something as Ann."""
    async with session.post("playground/do", json={"user": "ann", **wanted}) as answer:
        assert (await answer.json())["ok"], await answer.text()


async def until(session: aiohttp.ClientSession, look: Callable[[Json], str]) -> str:
    """What ``look`` sees in #general as soon as it sees something."""
    async with asyncio.timeout(20):
        while True:
            async with session.get("playground/state") as answer:
                if seen := look((await answer.json())["channels"][0]):
                    return seen
            await asyncio.sleep(0.1)


def result(channel: Json) -> str:
    """The ts of a message with the button "Again"."""
    return next((str(one["ts"]) for one in channel["messages"] if "'again'" in str(one.get("blocks"))), "")


def command(channel: Json) -> str:
    """A private answer that gives the command back."""
    return next((str(one) for one in channel["ephemerals"] if "/imagine a lighthouse" in str(one)), "")


async def test_a_kept_playground_goes_on_where_it_was(tmp_path: Path) -> None:
    async with playing(tmp_path) as session:
        await did(session, do="command", channel="general", text="a lighthouse")
        first = await until(session, result)
    async with playing(tmp_path) as session:
        assert await until(session, result) == first
        await did(session, do="press", message=first, action_id="copy")
        assert await until(session, command)  # the bot knows the job still


async def test_a_port_that_is_taken_is_said_in_one_line(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where no .env is; ``settings`` cleared the environment
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError) as refused:
            await playground(port, 0, tmp_path / "kept")
    assert len(refused.value.faults) == 1
    assert refused.value.faults[0].startswith(f"--port {port} cannot be used")
