"""What leaves takes every row along, and nothing of anybody else's."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.jobs import FORGET, LINKED
from bot.jobs.archive import SqlArchive
from bot.jobs.database import Database
from bot.jobs.ledger import SqlLedger
from bot.jobs.tables import metadata
from bot.types import BlobKey, FileId, Job, JobId, JobState, MessageId, MessageRef, Person, Role
from tests.a_job import ANN, a_job, a_painting
from tests.fakes import Clock

BOB = Person(workspace="T1", id="UBOB")
STRANGER = Person(workspace="T2", id="UANN")
REF = MessageRef(channel="C1", id=MessageId("1.0"))
BLOBS = (BlobKey("ab/abc.png"), BlobKey("cd/link.png"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(database: Database, clock: Clock) -> SqlLedger:
    return SqlLedger(database, clock)


@pytest.fixture
def archive(database: Database) -> SqlArchive:
    return SqlArchive(database)


async def kept(ledger: SqlLedger, by: Person = ANN, state: JobState = JobState.DONE) -> Job:
    """A job with a row in every table that knows jobs."""
    job = a_job(by=by)
    await ledger.add(job, key=f"key-{job.id}")
    begun = await ledger.begin_part(job.id, 0)
    assert begun
    await ledger.save_painted(job.id, 0, a_painting(), call=begun.call)
    await ledger.intend(job, Role.RESULT, job.created_at)
    await ledger.posted(job.id, Role.RESULT, REF)
    await ledger.save_files(job.id, "shown", [FileId("F1")])
    await ledger.save_files(job.id, LINKED, [FileId("cd/link.png")])
    await ledger.move(job.id, state, only_from=[JobState.PAINTING])
    return job


def jobs_with_rows(database: Database) -> dict[str, set[str]]:
    """By table, the jobs that have rows there."""
    with database.engine.connect() as connection:
        return {
            table.name: {row.job for row in connection.execute(select(table))}
            for table in metadata.sorted_tables
            if "job" in table.c and connection.execute(select(table)).first()
        }


async def test_a_workspace_leaves_with_every_row_and_names_its_blobs(
    ledger: SqlLedger, archive: SqlArchive, database: Database
) -> None:
    mine, theirs = await kept(ledger), await kept(ledger, STRANGER)
    assert await archive.of_workspace("T1", 10) == {mine.id: BLOBS}
    await archive.forget([mine.id])
    assert await archive.of_workspace("T1", 10) == {}
    assert await ledger.get(theirs.id)
    left = jobs_with_rows(database)
    assert set(left) >= {
        "imagine_calls",
        "imagine_files",
        "imagine_keys",
        "imagine_messages",
        "imagine_painted",
    }
    assert set.union(*left.values()) == {theirs.id}


async def test_the_oldest_at_rest_leave_first_and_a_few_at_a_time(
    ledger: SqlLedger, archive: SqlArchive, clock: Clock
) -> None:
    old: list[JobId] = []
    for state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED):
        old.append((await kept(ledger, state=state)).id)
        clock.tick(60)
    then = clock()
    await kept(ledger)
    assert list(await archive.older(then, 2)) == old[:2]
    await archive.forget(old[:2])
    assert list(await archive.older(then, 2)) == old[2:]


async def test_a_call_that_never_ended_is_found_once_its_job_is_long_over(
    ledger: SqlLedger, archive: SqlArchive, clock: Clock
) -> None:
    cancelled, going = a_job(), a_job()
    for job in (cancelled, going):
        await ledger.add(job, key=f"key-{job.id}")
        await ledger.begin_part(job.id, 0)
    await ledger.move(cancelled.id, JobState.CANCELLED, only_from=[JobState.PAINTING])
    assert await archive.dead_calls(clock()) == []
    clock.tick(1)
    assert await archive.dead_calls(clock()) == [cancelled.id]
    assert await ledger.calls(cancelled.id) == [(0, "cleared")]
    assert await ledger.calls(going.id) == [(0, "started")]
    assert await archive.dead_calls(clock()) == []


async def test_a_call_that_was_made_again_is_found_too_and_keeps_nothing_afterwards(
    ledger: SqlLedger, archive: SqlArchive, clock: Clock
) -> None:
    job = a_job()
    await ledger.add(job, key="key")
    frozen, second = await ledger.begin_part(job.id, 0), await ledger.begin_part(job.id, 0)
    assert frozen
    assert second
    await ledger.end_call(second.call, "refused")
    await ledger.move(job.id, JobState.FAILED, only_from=[JobState.PAINTING])
    clock.tick(1)
    assert await archive.dead_calls(clock()) == [job.id]
    assert not await ledger.save_painted(job.id, 0, a_painting(), call=frozen.call)
    assert await ledger.painted(job.id) == {}


@pytest.mark.parametrize("state", [JobState.WAITING, JobState.PAINTING, JobState.PAINTED])
async def test_what_is_on_its_way_is_never_too_old(
    ledger: SqlLedger, archive: SqlArchive, clock: Clock, state: JobState
) -> None:
    await ledger.add(a_job(state), key="k")
    assert await archive.older(clock() + timedelta(days=1000), 10) == {}
    assert await archive.of_person(ANN, clock() + timedelta(days=1000), 10) == []


async def test_a_person_leaves_with_what_they_asked_for_until_then(
    ledger: SqlLedger, archive: SqlArchive, clock: Clock
) -> None:
    mine = await kept(ledger)
    await kept(ledger, BOB)
    await kept(ledger, STRANGER)
    later = a_job(JobState.DONE, at=clock() + timedelta(seconds=2))
    await ledger.add(later, key="later")
    found = await archive.of_person(ANN, clock() + timedelta(seconds=1), 10)
    assert [job.id for job in found] == [mine.id]


async def test_who_asked_to_be_forgotten_is_known_until_it_is_done(
    ledger: SqlLedger, archive: SqlArchive, clock: Clock
) -> None:
    for person in (ANN, STRANGER):
        await ledger.learn(person.workspace, f"{FORGET}{person.id}", clock().isoformat())
    await ledger.learn("T1", "showing", "post")
    assert await archive.leaving() == {ANN: clock(), STRANGER: clock()}
    await archive.left(ANN)
    assert await archive.leaving() == {STRANGER: clock()}
    assert await ledger.fact("T1", "showing") == "post"


async def test_keys_of_no_job_leave_by_age(ledger: SqlLedger, archive: SqlArchive, clock: Clock) -> None:
    assert await ledger.claim("old")
    clock.tick(60)
    assert await ledger.claim("new")
    await archive.forget_keys(clock())
    assert await ledger.claim("old")
    assert not await ledger.claim("new")
