"""Where the app is installed, on both databases: whose token a workspace gets, renewal, and the end of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import MetaData, Table, select

from bot.chat import LEAVING
from bot.chat.slack.calls import Access
from bot.chat.slack.departures import departure
from bot.chat.slack.installs import Installs
from bot.chat.slack.safe import BOTS, INSTALLATIONS, STATES, Safe
from bot.errors import ChatError
from bot.jobs import tables
from bot.jobs.async_database import AsyncDatabase
from bot.jobs.database import Database
from bot.jobs.ledger import SqlLedger
from tests.fakes import Clock

CLIENT = "111.222"


class TokenDesk:
    """Slack's oauth.v2.access for refresh tokens: each is good for once."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.good = {"xoxe-1-first"}
        self.down = False
        self.endless = False
        """Whether every refresh token is good."""
        app = web.Application()
        app.add_routes([web.post("/api/oauth.v2.access", self._answer)])
        self.server = TestServer(app)

    async def _answer(self, request: web.Request) -> web.Response:
        token = str((await request.post())["refresh_token"])
        self.asked.append(token)
        number = len(self.asked) + 1
        await asyncio.sleep(0)  # others may come meanwhile
        if self.down or not (self.endless or token in self.good):
            return web.json_response({"ok": False, "error": "invalid_refresh_token"})
        self.good = {f"xoxe-1-{number}"}
        body = {"ok": True, "token_type": "bot", "expires_in": 43_200}
        tokens = {"access_token": f"xoxe.xoxb-{number}", "refresh_token": f"xoxe-1-{number}"}
        return web.json_response(body | tokens)


class World:
    """One database, a clock, a desk that renews tokens; processes as many as are wanted."""

    def __init__(self, database: Database, stack: AsyncExitStack) -> None:
        self.database = database
        self.clock = Clock()
        self.desk = TokenDesk()
        self._stack = stack

    def process(self, *keys: str) -> Installs:
        """What one process knows of the installations."""
        beside = AsyncDatabase(self.database)
        self._stack.push_async_callback(beside.close)
        self.facts = SqlLedger(self.database, self.clock)
        safe = Safe(engine=beside.engine, alone=beside.alone, facts=self.facts, keys=keys or ("a key",))
        client = AsyncWebClient(base_url=str(self.desk.server.make_url("/api/")))
        return Installs(safe, client=client, client_id=CLIENT, client_secret="s", now=self.clock)

    def rows(self, table: Table) -> list[Any]:
        with self.database.engine.connect() as connection:
            return list(connection.execute(select(table)).mappings())

    def installed(
        self, team: str | None = "T1", *, token: str = "", enterprise: str | None = None, **more: Any
    ) -> Installation:
        return Installation(
            app_id="A1",
            team_id=team,
            enterprise_id=enterprise,
            is_enterprise_install=team is None,
            bot_token=token or "xoxb-1",
            bot_id="B1",
            bot_user_id="U0BOT",
            user_id="U1",
            installed_at=self.clock().timestamp(),
            **more,
        )

    def rotating(self, *, minutes: int, team: str = "T1") -> Installation:
        until = int((self.clock() + timedelta(minutes=minutes)).timestamp())
        return self.installed(team, bot_refresh_token="xoxe-1-first", bot_token_expires_at=until)


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        made = World(database, stack)
        await stack.enter_async_context(made.desk.server)
        yield made


def gone(kind: str, team: str | None = "T1", *, at: float, **inside: Any) -> Any:
    where = {"enterprise_id": "E1", "team_id": team, "is_enterprise_install": team is None}
    body = {"type": "event_callback", "event": {"type": kind, **inside}, "event_time": at}
    return body | {"authorizations": [where]}


async def leave(world: World, installs: Installs, kind: str, team: str | None = "T1", **inside: Any) -> None:
    left = departure(gone(kind, team, at=world.clock().timestamp(), **inside), world.clock())
    assert left
    await installs.leave(left)


async def token(access: Awaitable[Access]) -> str:
    return (await access).token


# -- whose token


async def test_each_workspace_has_its_own_token(world: World) -> None:
    installs = world.process()
    await installs.async_save(world.installed("T1", token="xoxb-1"))
    await installs.async_save(world.installed("T2", token="xoxb-2"))
    assert [await token(installs.of("T1")), await token(installs.of("T2"))] == ["xoxb-1", "xoxb-2"]


async def test_a_workspace_that_never_installed_has_none(world: World) -> None:
    installs = world.process()
    await installs.async_save(world.installed("T1"))
    with pytest.raises(ChatError, match="not_installed"):
        await token(installs.of("T2"))


async def test_the_newest_installation_counts(world: World) -> None:
    installs = world.process()
    await installs.async_save(world.installed(token="xoxb-old"))
    world.clock.tick(60)
    await installs.async_save(world.installed(token="xoxb-new"))
    assert await token(installs.of("T1")) == "xoxb-new"


async def test_an_organisations_installation_serves_the_workspaces_that_wrote_from_it(world: World) -> None:
    installs = world.process()
    await installs.async_save(world.installed(None, enterprise="E1", token="xoxb-org"))
    assert (await installs.bot("T7", "E1")).bot_token == "xoxb-org"
    await installs.belongs("T7", "E1")
    access = await world.process().of("T7")  # a worker elsewhere, which saw no payload
    assert access == Access(token="xoxb-org", team="T7")


async def test_an_organisations_token_is_no_other_organisations(world: World) -> None:
    installs = world.process()
    await installs.async_save(world.installed(None, enterprise="E1", token="xoxb-org"))
    for team, enterprise in (("T8", "E2"), (None, "E2"), ("T8", None), (None, None)):
        with pytest.raises(ChatError, match="not_installed"):
            await installs.bot(team, enterprise)
    await installs.async_save(world.installed(None, enterprise="E2", token="xoxb-org-2"))
    await leave(world, installs, "app_uninstalled", None)
    assert (await installs.bot(None, "E2")).bot_token == "xoxb-org-2"
    with pytest.raises(ChatError, match="not_installed"):
        await installs.bot(None, "E1")


async def test_a_token_is_not_looked_up_for_every_call(world: World) -> None:
    installs = world.process()
    await installs.async_save(world.installed(token="xoxb-1"))
    await token(installs.of("T1"))
    with world.database.engine.begin() as connection:
        connection.execute(tables.slack_bots.delete())
    assert await token(installs.of("T1")) == "xoxb-1"
    world.clock.tick(301)
    with pytest.raises(ChatError, match="not_installed"):
        await token(installs.of("T1"))


async def test_after_a_refusal_the_token_of_a_new_installation_is_found(world: World) -> None:
    here, elsewhere = world.process(), world.process()
    await elsewhere.async_save(world.installed(token="xoxb-old"))
    assert await token(here.of("T1")) == "xoxb-old"
    world.clock.tick(1)
    await elsewhere.async_save(world.installed(token="xoxb-new"))
    assert await here.renewed("T1", refused="xoxb-old")
    assert await token(here.of("T1")) == "xoxb-new"
    assert not await here.renewed("T1", refused="xoxb-new")


# -- at rest


async def test_no_token_lies_in_the_database_as_it_is(world: World) -> None:
    await world.process().async_save(world.rotating(minutes=720))
    kept = [*world.rows(tables.slack_bots), *world.rows(tables.slack_installations)]
    assert len(kept) == 2
    assert not any("xox" in str(value) for row in kept for value in row.values())


async def test_keys_can_be_changed_without_a_new_installation(world: World) -> None:
    await world.process("old").async_save(world.installed(token="xoxb-1"))
    await world.process("new", "old").seal_anew()
    assert await token(world.process("new").of("T1")) == "xoxb-1"


async def test_a_token_under_a_lost_key_is_told_and_not_guessed(world: World) -> None:
    await world.process("lost").async_save(world.installed())
    installs = world.process("another")
    await installs.seal_anew()
    with pytest.raises(ChatError, match="unreadable"):
        await token(installs.of("T1"))
    assert await token(world.process("lost").of("T1")) == "xoxb-1"  # nothing was spoilt


async def test_the_tables_are_those_the_sdk_writes() -> None:
    theirs = MetaData()
    SQLAlchemyInstallationStore.build_bots_table(theirs, BOTS)
    SQLAlchemyInstallationStore.build_installations_table(theirs, INSTALLATIONS)
    SQLAlchemyOAuthStateStore.build_oauth_states_table(theirs, STATES)
    for name, table in theirs.tables.items():
        ours = tables.metadata.tables[name]
        assert {c.name: c.nullable for c in table.c} == {c.name: c.nullable for c in ours.c}


# -- renewal


async def test_a_token_near_its_end_is_renewed_once_over_all_processes(world: World) -> None:
    many = 1 if world.database.engine.dialect.name == "sqlite" else 3  # a SQLite file has one process
    processes = [world.process() for _ in range(many)]
    await processes[0].async_save(world.rotating(minutes=100))
    tokens = await asyncio.gather(*[token(one.of("T1")) for one in processes for _ in range(4)])
    assert set(tokens) == {"xoxe.xoxb-2"}
    assert world.desk.asked == ["xoxe-1-first"]


async def test_many_workspaces_renew_at_once_without_waiting_for_each_other_for_ever(world: World) -> None:
    installs = world.process()
    world.desk.endless = True
    teams = [f"T{number}" for number in range(24)]
    for team in teams:
        await installs.async_save(world.rotating(team=team, minutes=100))
    async with asyncio.timeout(20):
        tokens = await asyncio.gather(*[token(installs.of(team)) for team in teams])
    assert len(set(tokens)) == 24


async def test_a_token_with_time_left_is_left_alone(world: World) -> None:
    installs = world.process()
    await installs.async_save(world.rotating(minutes=600))
    assert await token(installs.of("T1")) == "xoxb-1"
    assert world.desk.asked == []


async def test_while_renewal_fails_the_old_token_does_until_its_end(world: World) -> None:
    world.desk.down = True
    installs = world.process()
    await installs.async_save(world.rotating(minutes=100))
    assert await token(installs.of("T1")) == "xoxb-1"
    world.clock.tick(101 * 60)
    with pytest.raises(ChatError, match="invalid_refresh_token"):
        await token(installs.of("T1"))


# -- the end


async def test_after_an_uninstall_the_token_is_gone_and_the_data_is_marked(world: World) -> None:
    installs = world.process()
    await installs.async_save(world.installed("T1"))
    await installs.async_save(world.installed("T2", token="xoxb-2"))
    await leave(world, installs, "app_uninstalled")
    with pytest.raises(ChatError, match="not_installed"):
        await token(installs.of("T1"))
    assert [workspace for workspace, since in (await world.facts.facts(LEAVING)).items() if since] == ["T1"]
    assert await token(installs.of("T2")) == "xoxb-2"
    assert len(world.rows(tables.slack_installations)) == 1


async def test_a_revoked_token_is_forgotten_and_the_data_stays(world: World) -> None:
    installs = world.process()
    await installs.async_save(world.installed())
    await leave(world, installs, "tokens_revoked", tokens={"bot": ["U0BOT"]})
    with pytest.raises(ChatError, match="not_installed"):
        await token(installs.of("T1"))
    assert not any((await world.facts.facts(LEAVING)).values())


async def test_the_same_end_told_twice_is_one(world: World) -> None:
    installs = world.process()
    await installs.async_save(world.installed())
    await leave(world, installs, "tokens_revoked", tokens={"bot": ["U0BOT"]})
    await leave(world, installs, "app_uninstalled")
    await leave(world, installs, "app_uninstalled")
    assert list((await world.facts.facts(LEAVING)).keys()) == ["T1"]
    assert all((await world.facts.facts(LEAVING)).values())


async def test_who_installs_again_is_not_thrown_out_by_late_news(world: World) -> None:
    installs = world.process()
    await installs.async_save(world.installed(token="xoxb-old"))
    left = departure(gone("app_uninstalled", at=world.clock().timestamp()), world.clock())
    assert left
    await installs.leave(left)
    world.clock.tick(60)
    await installs.async_save(world.installed(token="xoxb-new"))
    assert not any((await world.facts.facts(LEAVING)).values())
    await installs.leave(left)  # Slack repeats it
    assert await token(installs.of("T1")) == "xoxb-new"
    assert not any((await world.facts.facts(LEAVING)).values())


async def test_an_organisation_that_leaves_takes_its_workspaces_along(world: World) -> None:
    installs = world.process()
    await installs.async_save(world.installed(None, enterprise="E1", token="xoxb-org"))
    await installs.async_save(world.installed("T9", token="xoxb-9"))
    for workspace in ("T1", "T2"):
        await installs.belongs(workspace, "E1")
    await leave(world, installs, "app_uninstalled", None)
    assert sorted(await world.facts.facts(LEAVING)) == ["T1", "T2", "T9"]
    assert sorted(ws for ws, since in (await world.facts.facts(LEAVING)).items() if since) == ["T1", "T2"]
    with pytest.raises(ChatError, match="not_installed"):
        await token(installs.of("T1"))
    assert await token(installs.of("T9")) == "xoxb-9"


async def test_a_workspace_that_an_organisation_takes_out_leaves_alone(world: World) -> None:
    installs = world.process()
    await installs.async_save(world.installed(None, enterprise="E1", token="xoxb-org"))
    for workspace in ("T1", "T2"):
        await installs.belongs(workspace, "E1")
    await leave(world, installs, "team_access_revoked", None, team_ids=["T1"])
    with pytest.raises(ChatError, match="not_installed"):
        await token(installs.of("T1"))
    assert await token(installs.of("T2")) == "xoxb-org"
