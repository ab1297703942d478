"""Who the bot is to Microsoft: MSAL against a login over TLS, and what is told when there is no token."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.chat.teams import proof
from bot.chat.teams.sdk import Sdk, open_sdk
from bot.errors import ChatError, ConfigError
from bot.playground import painter, teams
from bot.settings import Settings
from tests.ports import free_port
from tests.wire.login_town import TENANT, Login, microsofts_login
from tests.wire.teams_town import TeamsTown, running_bot

APP = "28a1b2c3-0000-4000-8000-00000000cafe"


@pytest.fixture
async def login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Login]:
    async with microsofts_login(tmp_path) as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(running.certificate))
        yield running


def settings(**values: Any) -> Settings:
    known = {"teams_client_id": APP, "teams_client_secret": SecretStr("ours"), "teams_tenant_id": TENANT}
    return Settings(_env_file=None).model_copy(update=known | values)


@pytest.fixture
async def sdk(login: Login) -> AsyncIterator[Sdk]:
    opened = open_sdk(settings(), login.cloud)
    yield opened
    await opened.close()


async def test_a_secret_becomes_a_token_past_a_certificate_that_only_the_environment_knows(
    login: Login, sdk: Sdk
) -> None:
    assert [await sdk.token() for _ in range(2)] == ["a-token"] * 2
    [asked] = login.asked
    assert (asked["client_id"], asked["client_secret"], asked["tenant"]) == (APP, "ours", TENANT)
    assert asked["scope"] == "https://api.botframework.com/.default"


async def test_the_environments_variables_for_others_are_not_ours(
    login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CLIENT_ID", "CLIENT_SECRET", "TENANT_ID", "MANAGED_IDENTITY_CLIENT_ID"):
        monkeypatch.setenv(name, "of another program")
    monkeypatch.setenv("DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS", "true")
    sdk = open_sdk(settings(teams_tenant_id=None), login.cloud)
    await sdk.token()
    reply = await sdk.handle({"body": {"type": "message", "serviceUrl": "https://x"}, "headers": {}})
    await sdk.close()
    [asked] = login.asked
    assert (asked["client_id"], asked["client_secret"]) == (APP, "ours")
    assert (asked["tenant"], reply["status"]) == ("botframework.com", 401)


async def test_who_asks_meanwhile_waits_for_one_answer_and_nothing_else_does(login: Login, sdk: Sdk) -> None:
    login.delay = 0.8
    asking = asyncio.gather(*(sdk.token() for _ in range(8)))
    longest, before = 0.0, time.monotonic()
    while not asking.done():
        await asyncio.sleep(0.01)
        longest, before = max(longest, time.monotonic() - before), time.monotonic()
    assert (set(await asking), len(login.asked)) == ({"a-token"}, 1)
    assert longest < 0.6


async def test_a_refusal_is_told_by_microsofts_number(login: Login, sdk: Sdk) -> None:
    login.status = 401
    login.answer = {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid secret. Trace 1"}
    with pytest.raises(ChatError, match="token: AADSTS7000215"):
        await sdk.token()
    with pytest.raises(ConfigError) as refused:
        await proof.token(settings(), login.cloud)
    assert "(AADSTS7000215). Compare it, TEAMS_CLIENT_SECRET and TEAMS_TENANT_ID" in refused.value.faults[0]


async def test_a_login_that_is_down_is_no_fault_of_the_secret(login: Login, sdk: Sdk) -> None:
    login.status = 503
    with pytest.raises(ChatError, match="login: "):
        await sdk.token()


async def test_check_tells_an_unreachable_login_from_a_wrong_secret(login: Login) -> None:
    assert await proof.token(settings(), login.cloud) == "Microsoft knows the bot"
    login.url = f"https://localhost:{free_port()}"
    with pytest.raises(ConfigError) as unreached:
        await proof.token(settings(), login.cloud)
    assert "login.microsoftonline.com did not answer" in unreached.value.faults[0]


# -- what the operator sees of it


async def readiness(address: str) -> tuple[int, dict[str, str]]:
    async with aiohttp.ClientSession(trust_env=False) as session, session.get(f"{address}/readyz") as answer:
        return answer.status, (await answer.json())["checks"]


async def test_readyz_says_that_teams_is_there_and_why_it_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with teams.serve() as stand_in, painter.serve() as local:
        town = TeamsTown(teams=stand_in, painter=local, folder=tmp_path)
        async with running_bot(town) as bot, aiohttp.ClientSession() as session:
            async with session.get(bot.address) as about:  # where the package's links lead
                assert "forget me" in await about.text()
            assert await readiness(bot.address) == (200, {"database": "ok", "pictures": "ok", "teams": "ok"})
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")  # nothing leaves this machine
        known = {"teams_client_id": APP, "teams_client_secret": SecretStr("s"), "teams_tenant_id": TENANT}
        async with running_bot(town, teams_unauthenticated=False, **known) as bot:
            status, checks = await readiness(bot.address)
    assert (status, checks["teams"], checks["database"]) == (503, "ChatError: login: ProxyError", "ok")
