"""What the browser tests share: one playground as a process, one Chromium, a window for each test."""

import asyncio
import os
import re
import shutil
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.browser.window import PATIENCE, Opened, Window

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first that is there; the shell draws no window of its own, which takes the others half their time."""
_START = 30.0
_PAINTING = "0.6"
"""Seconds: long enough to see a placeholder, short enough to wait for."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def address(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Where the page of a playground is; nothing of this machine's environment reaches it."""
    env = {"PYTHONPATH": str(ROOT), "PATH": os.defpath}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "playground", "--port", "0", "--painting", _PAINTING),
        env=env,
        cwd=tmp_path_factory.mktemp("playground"),  # where no .env is
        stdout=PIPE,
    )
    assert process.stdout
    try:
        line = await asyncio.wait_for(process.stdout.readline(), _START)
        found = re.search(rb"http://127\.0\.0\.1:\d+/", line)
        assert found, f"the playground said {line!r}"
        yield found[0].decode()
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 40)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Opened]:
    playwright = pytest.importorskip("playwright.async_api")  # each test module has said that it is skipped
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.skip("the browser tests need Chromium (Debian: apt-get install chromium-headless-shell)")
    playwright.expect.set_options(timeout=PATIENCE)
    async with playwright.async_playwright() as driver:
        # No sandbox: as root, in a container, Chromium does not start with one; it sees only our own page.
        browser = await driver.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield Opened(browser=browser)
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def window(chromium: Opened, address: str) -> AsyncIterator[Window]:
    """Ann's, in #general; the guide is out of the way."""
    opened = await chromium.window(address, "ann/general")
    yield opened
    await opened.close()
