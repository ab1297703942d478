"""Whose end is noticed: everybody's who has something in hand that others have to go on with."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.jobs import database
from bot.jobs.database import Database, migrate
from bot.jobs.ledger import SqlLedger
from bot.jobs.presence import Presence, Work
from bot.jobs.unshown import release
from bot.types import JobState
from tests.a_job import a_job
from tests.fakes import Clock
from tests.postgres import Postgres

_GRACE = 10.5
"""Seconds after a start of the server in which nobody is judged, and a little."""


@pytest.fixture
async def shared(postgres: Postgres) -> AsyncIterator[Database]:
    """A database of several processes, with as much of the engine's schema as is looked at."""
    database = Database(postgres.database())
    await asyncio.to_thread(migrate, database)
    with database.engine.begin() as db:
        db.execute(text("CREATE SCHEMA dbos"))
        columns = "workflow_uuid text, executor_id text, status text"
        db.execute(text(f"CREATE TABLE dbos.workflow_status ({columns})"))
    await asyncio.sleep(postgres.too_young(_GRACE))
    yield database
    database.close()


async def test_a_transaction_that_stands_still_keeps_nobody_from_taking_its_jobs_over(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "IDLE", 1.0)
    frozen = Database(postgres.database())
    alive = Database(frozen.url)
    await asyncio.to_thread(migrate, alive)
    await SqlLedger(alive, Clock()).add(a_job(), key="k")
    connection = frozen.engine.connect()
    connection.execute(text("UPDATE imagine_jobs SET keeper = 'frozen'"))  # and here the process stops
    async with asyncio.timeout(10):
        await alive.write(release)
    connection.invalidate()
    connection.close()
    frozen.close()
    alive.close()


@pytest.mark.parametrize("state", [JobState.WAITING, JobState.HELD])
async def test_who_died_before_they_showed_or_asked_is_missed(shared: Database, state: JobState) -> None:
    await SqlLedger(shared, Clock()).add(a_job(state), key="k")
    missed: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def recover(executor: str) -> None:
        loop.call_soon_threadsafe(missed.put_nowait, executor)

    work = Work(running=frozenset, drop=lambda _: None, recover=recover)
    alive = Presence(shared.url, "alive")
    await alive.open()
    watch = asyncio.create_task(alive.watch(work))
    try:
        async with asyncio.timeout(5):
            assert await missed.get() == shared.process
    finally:
        watch.cancel()
        await alive.close()
