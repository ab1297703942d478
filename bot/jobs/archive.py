"""What was kept, on its way out: by age, with its person, or with its workspace."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, or_, select, update

from bot.jobs import FORGET, lineage
from bot.jobs.database import Database
from bot.jobs.rows import job_of
from bot.jobs.tables import (
    CLEARED,
    CUT_OFF,
    STARTED,
    calls,
    facts,
    files,
    inputs,
    jobs,
    keys,
    messages,
    metadata,
    painted,
)
from bot.types import ENDED, BlobKey, Job, JobId, JobState, Person

_AT_REST = [JobState.HELD.value, *(state.value for state in ENDED)]


class SqlArchive:
    """See ``bot.jobs.Archive``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def of_workspace(self, workspace: str, most: int) -> dict[JobId, tuple[BlobKey, ...]]:
        return await self._kept(jobs.c.workspace == workspace, most=most)

    async def older(self, before: datetime, most: int) -> dict[JobId, tuple[BlobKey, ...]]:
        old = jobs.c.changed_at < before.timestamp()
        return await self._kept(old, jobs.c.state.in_(_AT_REST), most=most)

    async def _kept(self, *which: ColumnElement[bool], most: int) -> dict[JobId, tuple[BlobKey, ...]]:
        query = select(jobs.c.id).where(*which).order_by(jobs.c.changed_at).limit(most)

        def work(db: Connection) -> dict[JobId, tuple[BlobKey, ...]]:
            return {JobId(id_): lineage.blobs_of(db, JobId(id_)) for id_ in db.execute(query).scalars().all()}

        return await self._db.read(work)

    async def dead_calls(self, before: datetime) -> list[JobId]:
        dead = calls.c.outcome.in_([STARTED, CUT_OFF])
        over = (jobs.c.state.in_([state.value for state in ENDED]), jobs.c.changed_at < before.timestamp())
        query = select(calls.c.job).join(jobs, jobs.c.id == calls.c.job).distinct()
        query = query.where(dead, *over)

        def work(db: Connection) -> list[JobId]:
            found = [JobId(job) for job in db.execute(query).scalars()]
            db.execute(update(calls).where(calls.c.job.in_(found), dead).values(outcome=CLEARED))
            return found

        return await self._db.write(work)

    async def of_person(self, person: Person, until: datetime, most: int) -> list[Job]:
        mine = (jobs.c.workspace == person.workspace, jobs.c.person == person.id)
        then = (jobs.c.created_at <= until.timestamp(), jobs.c.state.in_(_AT_REST))
        query = select(jobs).where(*mine, *then).limit(most)
        return await self._db.read(lambda db: [job_of(row) for row in db.execute(query)])

    async def deleted(self, most: int) -> list[Job]:
        there = [exists().where(table.c.job == jobs.c.id) for table in (messages, painted, files, inputs)]
        query = select(jobs).where(jobs.c.state == JobState.DELETED.value, or_(*there)).limit(most)
        return await self._db.read(lambda db: [job_of(row) for row in db.execute(query)])

    async def forget(self, gone: Sequence[JobId]) -> None:
        def work(db: Connection) -> None:
            for table in metadata.sorted_tables:
                if "job" in table.c:
                    db.execute(delete(table).where(table.c.job.in_(gone)))
            db.execute(delete(jobs).where(jobs.c.id.in_(gone)))

        await self._db.write(work)

    async def forget_keys(self, before: datetime) -> None:
        old = (keys.c.job == "", keys.c.at < before.timestamp())  # those of jobs go with their job
        await self._db.write(lambda db: db.execute(delete(keys).where(*old)))

    async def leaving(self) -> dict[Person, datetime]:
        query = select(facts).where(facts.c.name.startswith(FORGET))
        rows = await self._db.read(lambda db: db.execute(query).all())
        return {
            Person(workspace=row.workspace, id=row.name.removeprefix(FORGET)): datetime.fromisoformat(
                row.value
            ).astimezone(UTC)
            for row in rows
        }

    async def left(self, person: Person) -> None:
        mine = (facts.c.workspace == person.workspace, facts.c.name == f"{FORGET}{person.id}")
        await self._db.write(lambda db: db.execute(delete(facts).where(*mine)))
