"""Boards: what one process knows of the placeholders, though others paint and finish the jobs too."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.faces import Faces
from bot.jobs.database import Database, migrate
from bot.jobs.ledger import SqlLedger
from bot.types import Job, JobId, JobState, Painting, Platform, Post, Queued, Role
from tests.a_job import a_job
from tests.fakes import Clock, FakeChat, Message


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    database = Database(f"sqlite:///{tmp_path / 'imagine.sqlite3'}")
    migrate(database)
    yield SqlLedger(database, Clock())
    database.close()


def faces_of(ledger: SqlLedger, chat: FakeChat, settled: list[JobId]) -> Faces:
    async def settle(job: JobId) -> None:
        settled.append(job)

    chats = {Platform.SLACK: chat}
    return Faces(ledger, chats, concurrency=1, per_person=1, clock=lambda: 0.0, settle=settle)


async def shown(ledger: SqlLedger, chat: FakeChat) -> tuple[Job, Message]:
    """A job with its placeholder."""
    job = a_job()
    await ledger.add(job, key=job.id)
    post = Post(job=job, role=Role.PLACEHOLDER, face=Queued())
    await ledger.intend(job, Role.PLACEHOLDER, job.created_at)
    await ledger.posted(job.id, Role.PLACEHOLDER, await chat.post(post, job.place))
    return job, next(iter(chat.messages.values()))


async def test_progress_on_its_way_when_another_process_cancels_has_not_the_last_word(
    ledger: SqlLedger,
) -> None:
    chat, settled = FakeChat(), list[JobId]()
    faces = faces_of(ledger, chat, settled)
    job, _ = await shown(ledger, chat)
    chat.updates.close()
    faces.want(job, Painting(done=0))
    update = asyncio.ensure_future(faces._update(faces._boards[job.id]))  # awaited below
    while not chat.updates.waiting:  # noqa: ASYNC110 -- a gate has no event for who comes to stand at it
        await asyncio.sleep(0)
    await ledger.move(job.id, JobState.CANCELLED, only_from=[JobState.WAITING])
    chat.updates.open()
    await update
    assert settled == [job.id]


async def test_no_progress_is_shown_of_a_job_that_another_process_cancelled(ledger: SqlLedger) -> None:
    chat, settled = FakeChat(), list[JobId]()
    faces = faces_of(ledger, chat, settled)
    job, message = await shown(ledger, chat)
    await ledger.move(job.id, JobState.CANCELLED, only_from=[JobState.WAITING])
    faces.want(job, Painting(done=0))
    await faces._update(faces._boards[job.id])
    assert message.face == Queued()


async def test_a_job_that_another_process_finished_is_not_ahead_of_anybody(ledger: SqlLedger) -> None:
    faces = faces_of(ledger, FakeChat(), [])
    done, going, new = a_job(), a_job(), a_job()
    for job in (done, going):
        await ledger.add(job, key=job.id)
        faces.opened(job, Queued())
    assert faces.at_the_end_of_the_line(new).ahead == 2
    await ledger.move(done.id, JobState.DONE, only_from=[JobState.WAITING])
    await faces._line()
    assert faces.at_the_end_of_the_line(new).ahead == 1
