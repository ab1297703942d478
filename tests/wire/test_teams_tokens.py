"""Who may speak to the bot in Teams: the real SDK's check, with the keys of a stand-in."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.chat.teams import proof
from bot.chat.teams.connection import open_teams
from bot.chat.teams.sdk import PUBLIC, CloudEnvironment
from bot.errors import ConfigError
from bot.outcome import Outcome
from bot.playground import teams
from bot.playground.teams import StandIn
from bot.playground.teams.keys import WELL_KNOWN
from bot.settings import Settings
from bot.types import Incoming, JobId, Note
from tests.ports import free_port
from tests.wire.teams_town import ANN, CHAT


class Ear:
    """A bot that only listens."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []

    async def take(self, incoming: Incoming) -> Outcome:
        self.heard.append(incoming)
        return Outcome()

    async def act(self, _incoming: Incoming, _outcome: Outcome) -> Note | None:
        return None

    async def take_back(self, _job: JobId, *, anew: bool) -> bool:
        raise AssertionError(anew)


@asynccontextmanager
async def listening(
    stand_in: StandIn, cloud: CloudEnvironment | None = None, **values: object
) -> AsyncIterator[Ear]:
    """The door of production on a server of its own."""
    ear = Ear()
    settings = Settings(_env_file=None).model_copy(
        update={"teams_client_id": stand_in.app_id, "teams_client_secret": SecretStr("s"), **values}
    )
    cloud = cloud or replace(PUBLIC, openid_metadata_url=f"{stand_in.base_url}{WELL_KNOWN}")
    server = web.Application()
    runner = web.AppRunner(server)
    async with (
        open_teams(settings, lambda _: None, None, cloud=cloud) as door,
        door.listen(take=ear.take, act=ear.act, take_back=ear.take_back) as hears,
    ):
        server.add_routes([web.post("/api/messages", hears.handle_http)])
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            stand_in.tenant.listening = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
            yield ear
        finally:
            await runner.cleanup()


@pytest.fixture
async def stand_in() -> AsyncIterator[StandIn]:
    async with teams.serve() as running:
        yield running


async def test_a_signed_request_is_heard(stand_in: StandIn) -> None:
    async with listening(stand_in) as ear:
        reply = await stand_in.tenant.say(ANN, CHAT, "a fox")
    assert (reply.status, len(ear.heard)) == (200, 1)


async def test_keys_that_are_known_are_not_missed_for_hours(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(stand_in) as ear:
        await stand_in.tenant.say(ANN, CHAT, "a fox")
        later = SimpleNamespace(monotonic=lambda: time.monotonic() + 20 * 3600)
        monkeypatch.setattr("jwt.jwk_set_cache.time", later)
        reply = await stand_in.tenant.say(ANN, CHAT, "an owl")
    assert (reply.status, len(ear.heard), stand_in.keys.looked_up) == (200, 2, 1)


async def test_the_name_of_the_scheme_may_be_written_in_any_way(stand_in: StandIn) -> None:
    activity, token = stand_in.tenant.message(ANN, CHAT, "a fox"), stand_in.keys.token(stand_in.base_url)
    async with listening(stand_in) as ear:
        reply = await stand_in.tenant.deliver(activity, f"bearer {token}")
    assert (reply.status, len(ear.heard)) == (200, 1)


@pytest.mark.parametrize(("tenants", "heard"), [("", 1), ("another", 0), ("another, {OWN},", 1)])
async def test_only_those_who_are_named_are_heard(stand_in: StandIn, tenants: str, heard: int) -> None:
    activity = stand_in.tenant.message(ANN, CHAT, "a fox")
    own = activity["channelData"]["tenant"]["id"].upper()
    async with listening(stand_in, teams_tenants=tenants.replace("{OWN}", own)) as ear:
        reply = await stand_in.tenant.deliver(activity)
    assert (reply.status, len(ear.heard)) == (200, heard)


FOREVER = 4_000_000_000
BAD: dict[str, dict[str, Any]] = {
    "another key": {"forged": True},
    "an unknown key": {"kid": "k2"},
    "another issuer": {"iss": "https://login.example.com"},
    "another bot's": {"aud": "28a1b2c3-0000-4000-8000-00000000beef"},
    "an old one": {"exp": int(time.time()) - 3600},
    "one without an end": {"exp": None},
    "one of tomorrow": {"nbf": FOREVER, "exp": FOREVER + 1},
    "another service": {"serviceurl": "https://evil.example.com/"},
    "no service": {"serviceurl": None},
    "one of Entra's": {"iss": "https://sts.windows.net/7a2d0e1c/", "tid": "7a2d0e1c"},
}


@pytest.mark.parametrize("kind", BAD)
async def test_a_bad_token_is_refused(stand_in: StandIn, kind: str) -> None:
    activity = stand_in.tenant.message(ANN, CHAT, "a fox")
    token = stand_in.keys.token(stand_in.base_url, **BAD[kind])
    async with listening(stand_in) as ear:
        reply = await stand_in.tenant.deliver(activity, f"Bearer {token}")
    assert (reply.status, ear.heard) == (401, [])


async def test_what_is_no_token_is_refused(stand_in: StandIn) -> None:
    activity = stand_in.tenant.message(ANN, CHAT, "a fox")
    claims = {"iss": "https://api.botframework.com", "aud": stand_in.app_id, "serviceurl": stand_in.base_url}
    claims["exp"] = str(FOREVER)
    unsigned = jwt.encode(claims, "", "none", headers={"kid": "k1"})
    own_secret = jwt.encode(claims, "s" * 32, "HS256", headers={"kid": "k1"})
    good = stand_in.keys.token(stand_in.base_url)
    bad = ["", "Bearer", "Bearer x.y.z", f"Bearer {unsigned}", f"Bearer {own_secret}", good, f"Basic {good}"]
    async with listening(stand_in) as ear:
        statuses = [(await stand_in.tenant.deliver(activity, one)).status for one in bad]
    assert (statuses, ear.heard) == ([401] * len(bad), [])


async def test_an_activity_that_names_no_service_is_refused(stand_in: StandIn) -> None:
    activity = {**stand_in.tenant.message(ANN, CHAT, "a fox"), "serviceUrl": ""}
    async with listening(stand_in) as ear:
        reply = await stand_in.tenant.deliver(activity)
    assert (reply.status, ear.heard) == (401, [])


async def test_slow_keys_do_not_hold_the_bot(stand_in: StandIn) -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(1.5)
        return web.json_response({"keys": []})

    server = web.Application()
    server.add_routes([web.get("/keys", slow)])
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    cloud = replace(PUBLIC, openid_metadata_url=f"http://127.0.0.1:{runner.addresses[0][1]}/keys")
    async with listening(stand_in, cloud):
        waiting = asyncio.create_task(stand_in.tenant.say(ANN, CHAT, "a fox"))
        longest, before = 0.0, time.monotonic()
        while not waiting.done():
            await asyncio.sleep(0.01)
            longest, before = max(longest, time.monotonic() - before), time.monotonic()
        assert (await waiting).status == 401
    await runner.cleanup()
    assert longest < 1


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{}", "text/plain", 415),
        ("not json", "application/json", 400),
        ("[]", "application/json", 400),
        ('{"id": 3, "type": "message"}', "application/json", 400),
        (b'{"text": "\xff"}', "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ("{}", "application/json; charset=none", 401),
    ],
)
async def test_what_is_no_activity_is_refused(
    stand_in: StandIn, body: str | bytes, kind: str, status: int
) -> None:
    async with listening(stand_in):
        session = stand_in.tenant._session
        headers = {"Content-Type": kind}
        async with session.post(stand_in.tenant.listening, data=body, headers=headers) as answer:
            assert answer.status == status


async def test_an_activity_of_an_unknown_kind_is_ignored(stand_in: StandIn) -> None:
    activity = {**stand_in.tenant.message(ANN, CHAT, "a fox"), "type": "somethingNew"}
    async with listening(stand_in) as ear:
        reply = await stand_in.tenant.deliver(activity)
    assert (reply.status, reply.body, ear.heard) == (200, None, [])


# -- imagine-bot check


async def test_check_finds_the_keys_and_the_bots_own_address(stand_in: StandIn) -> None:
    cloud = replace(PUBLIC, openid_metadata_url=f"{stand_in.base_url}{WELL_KNOWN}")
    async with listening(stand_in):
        address = stand_in.tenant.listening.removesuffix("/api/messages")
        assert await proof.keys(cloud) == "1 keys to check requests with"
        assert stand_in.tenant.listening in await proof.address(address)


async def test_check_says_what_is_wrong_with_them(stand_in: StandIn) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    for wrong in (nowhere, stand_in.base_url):
        with pytest.raises(ConfigError, match="IMAGINE_PUBLIC_URL"):
            await proof.address(wrong)
        with pytest.raises(ConfigError, match="no request from Teams could be proven"):
            await proof.keys(replace(PUBLIC, openid_metadata_url=f"{wrong}/v1/openidconfiguration"))
