"""Boards: what one process knows of the placeholders, though others paint and finish the jobs too."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.faces import Faces
from bot.jobs.database import Database, migrate
from bot.jobs.ledger import SqlLedger
from bot.types import JobState, Platform, Queued
from tests.a_job import a_job
from tests.fakes import Clock, FakeChat


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    database = Database(f"sqlite:///{tmp_path / 'imagine.sqlite3'}")
    migrate(database)
    yield SqlLedger(database, Clock())
    database.close()


async def test_a_job_that_another_process_finished_is_not_ahead_of_anybody(ledger: SqlLedger) -> None:
    chats = {Platform.SLACK: FakeChat()}
    faces = Faces(ledger, chats, concurrency=1, per_person=1, clock=lambda: 0.0)
    done, going, new = a_job(), a_job(), a_job()
    for job in (done, going):
        await ledger.add(job, key=job.id)
        faces.opened(job, Queued())
    assert faces.at_the_end_of_the_line(new).ahead == 2
    await ledger.move(done.id, JobState.DONE, only_from=[JobState.WAITING])
    await faces._line()
    assert faces.at_the_end_of_the_line(new).ahead == 1
