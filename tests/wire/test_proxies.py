"""``HTTPS_PROXY`` and ``NO_PROXY``, as every client heeds them."""

import pytest

from tests.ports import free_port
from tests.wire.whole_bot import Town, running_bot


async def test_what_needs_no_proxy_is_reached_without_one(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with running_bot(town):
        message = await town.imagine("a red fox")
        assert town.shown(message)
