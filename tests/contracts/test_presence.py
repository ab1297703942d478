"""Whose end is noticed: everybody's who has something in hand that others have to go on with."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.jobs.database import Database, migrate
from bot.jobs.ledger import SqlLedger
from bot.jobs.presence import Presence, Work
from bot.types import (
    ImageRequest,
    Job,
    JobId,
    JobKind,
    JobState,
    Options,
    Person,
    Place,
    PlaceKind,
    Platform,
    Whisper,
)
from tests.fakes import Clock
from tests.postgres import Postgres

_GRACE = 10.5
"""Seconds after a start of the server in which nobody is judged, and a little."""
ANN = Person(workspace="T1", id="U1")
HERE = Place(platform=Platform.SLACK, workspace="T1", channel="C1", kind=PlaceKind.CHANNEL)
JOB = Job(
    id=JobId("0123456789abcdef"),
    kind=JobKind.IMAGINE,
    state=JobState.WAITING,
    request=ImageRequest(prompt="a fox", options=Options(), prompts=("a fox",)),
    by=ANN,
    place=HERE,
    whisper=Whisper(person=ANN, place=HERE),
    created_at=datetime(2026, 11, 21, tzinfo=UTC),
)


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


@pytest.mark.parametrize("state", [JobState.WAITING, JobState.HELD])
async def test_who_died_before_they_showed_or_asked_is_missed(shared: Database, state: JobState) -> None:
    await SqlLedger(shared, Clock()).add(replace(JOB, state=state), key=JOB.id)
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
