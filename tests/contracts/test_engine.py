"""What the engine's own records keep of a person, on every database."""

import asyncio

from sqlalchemy import Connection, MetaData, select

from bot.jobs.database import Database
from bot.jobs.engine import DbosEngine
from bot.types import JobId
from tests.a_job import ANN

JOB = JobId("k3f9aaaaaaaaaaaa")
OURS = "imagine_"
"""How the names of the bot's own tables begin."""


def said(db: Connection) -> str:
    """Everything that stands in the engine's tables."""
    schema = "dbos" if db.dialect.name == "postgresql" else None
    found = MetaData()
    found.reflect(db, schema=schema)
    tables = [table for table in found.tables.values() if not table.name.startswith(OURS)]
    return str([row for table in tables for row in db.execute(select(table)).all()])


async def test_what_was_cancelled_learns_of_it_though_its_record_names_nobody(database: Database) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()
    engine = DbosEngine(database, concurrency=2, per_person=2)

    async def at_the_brush() -> str:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return ""

    async def paint(_job: JobId, _round: int, _parts: int, _so_far: str) -> None:
        await engine.step("paint", at_the_brush, stoppable=True)

    async with engine.at_work({"paint": paint}, drain=1), asyncio.timeout(60):
        await engine.enqueue("paint", JOB, 0, 1, person=ANN)
        await begun.wait()
        assert ANN.id in await database.read(said)
        await engine.cancel(JOB, 0)
        await engine.forget([JOB])
        known = await database.read(said)
        await ended.wait()
    assert ANN.id not in known
    assert JOB in known
