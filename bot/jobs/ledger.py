"""The ledger on SQLAlchemy: one row for each job, and what belongs to it. One transaction for each verb."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from bot.jobs import Intent, QueueFull, codec
from bot.jobs.database import Database
from bot.jobs.tables import calls, facts, files, jobs, keys, messages, painted
from bot.types import (
    ENDED,
    BlobKey,
    FileId,
    Job,
    JobId,
    JobState,
    MessageId,
    MessageRef,
    Painted,
    Person,
    Place,
    Role,
    Text,
)

Now = Callable[[], datetime]

_IN_LINE = (JobState.WAITING, JobState.PAINTING)


class SqlLedger:
    """See ``bot.jobs.Ledger`` for what each verb promises."""

    def __init__(self, database: Database, now: Now) -> None:
        self._db = database
        self._now = now

    # -- jobs

    async def add(
        self, job: Job, *, key: str, depth: int | None = None, window: float | None = None
    ) -> tuple[Job, bool]:
        at = self._now().timestamp()

        def work(db: Connection) -> tuple[Job, bool]:
            known = db.execute(select(keys.c.job, keys.c.at).where(keys.c.key == key)).first()
            if known and (window is None or at - known.at < window):
                first = _one(db, JobId(known.job))
                if first is not None:
                    return first, False
            if depth is not None and _count_waiting(db) >= depth:
                raise QueueFull
            db.execute(delete(keys).where(keys.c.key == key))
            db.execute(insert(keys).values(key=key, job=job.id, at=at))
            db.execute(insert(jobs).values(**_row(job, at)))
            return job, True

        return await self._db.write(work)

    async def get(self, job: JobId) -> Job | None:
        return await self._db.read(lambda db: _one(db, job))

    async def find(self, short: str, workspace: str) -> Job | None:
        begins = jobs.c.id.startswith(short, autoescape=True)
        query = select(jobs).where(begins, jobs.c.workspace == workspace).order_by(jobs.c.created_at.desc())
        found = await self._list(query.limit(1))
        return found[0] if found else None

    async def move(
        self, job: JobId, to: JobState, *, only_from: Sequence[JobState], why: Text | None = None
    ) -> bool:
        values = {
            "state": to.value,
            "changed_at": self._now().timestamp(),
            "why": codec.dump(why) if why else "",
        }
        change = update(jobs).where(jobs.c.id == job, jobs.c.state.in_([s.value for s in only_from]))
        return await self._db.write(lambda db: db.execute(change.values(**values)).rowcount == 1)

    async def again(self, job: JobId) -> int | None:
        back = [JobState.HELD.value, JobState.FAILED.value, JobState.CANCELLED.value]
        change = update(jobs).where(jobs.c.id == job, jobs.c.state.in_(back))
        values = {"state": JobState.WAITING.value, "changed_at": self._now().timestamp(), "why": ""}

        def work(db: Connection) -> int | None:
            if db.execute(change.values(round=jobs.c.round + 1, **values)).rowcount != 1:
                return None
            db.execute(delete(messages).where(messages.c.job == job))
            return int(db.execute(select(jobs.c.round).where(jobs.c.id == job)).scalar_one())

        return await self._db.write(work)

    async def round(self, job: JobId) -> int:
        query = select(jobs.c.round).where(jobs.c.id == job)
        return await self._db.read(lambda db: db.execute(query).scalar_one())

    async def settle(self, job: JobId, *, locale: str, place: Place) -> None:
        def work(db: Connection) -> None:
            known = _one(db, job)
            if known:
                body = codec.dump(replace(known, locale=locale, place=place))
                db.execute(update(jobs).where(jobs.c.id == job).values(body=body))

        await self._db.write(work)

    async def waiting(self) -> list[Job]:
        return await self._list(select(jobs).where(jobs.c.state.in_(_IN_LINE)).order_by(jobs.c.created_at))

    async def of_person(self, person: Person) -> list[Job]:
        mine = (jobs.c.workspace == person.workspace, jobs.c.person == person.id)
        ended = jobs.c.state.not_in([*ENDED, JobState.HELD])
        return await self._list(select(jobs).where(*mine, ended).order_by(jobs.c.created_at))

    async def counts(self) -> dict[JobState, int]:
        ended = jobs.c.state.not_in(list(ENDED))
        query = select(jobs.c.state, func.count()).where(ended).group_by(jobs.c.state)
        rows = await self._db.read(lambda db: db.execute(query).all())
        return {JobState(state): count for state, count in rows}

    async def unstarted(self) -> list[Job]:
        meant = select(messages.c.job).where(messages.c.role == Role.PLACEHOLDER.value)
        waits = jobs.c.state == JobState.WAITING.value
        return await self._list(
            select(jobs).where(waits, jobs.c.id.not_in(meant)).order_by(jobs.c.created_at)
        )

    async def _list(self, query: Select[Any]) -> list[Job]:
        return await self._db.read(lambda db: [_job(row) for row in db.execute(query)])

    # -- paid calls and pictures

    async def start_call(self, job: JobId, part: int, model: str) -> int:
        row = {"job": job, "part": part, "model": model, "outcome": "started", "at": self._now().timestamp()}

        def work(db: Connection) -> int:
            moved = {"state": JobState.PAINTING.value, "changed_at": row["at"]}
            db.execute(update(jobs).where(jobs.c.id == job, jobs.c.state == JobState.WAITING).values(**moved))
            key = db.execute(insert(calls).values(**row)).inserted_primary_key
            return int(key[0]) if key else 0

        return await self._db.write(work)

    async def end_call(self, call: int, outcome: str) -> None:
        change = update(calls).where(calls.c.id == call).values(outcome=outcome[:32])
        await self._db.write(lambda db: db.execute(change))

    async def calls(self, job: JobId) -> list[tuple[int, str]]:
        query = select(calls.c.part, calls.c.outcome).where(calls.c.job == job).order_by(calls.c.id)
        return await self._db.read(lambda db: [(row.part, row.outcome) for row in db.execute(query)])

    async def save_painted(self, job: JobId, part: int, made: Painted, *, call: int) -> None:
        row = {"body": codec.dump(made), "at": self._now().timestamp()}

        def work(db: Connection) -> None:
            db.execute(update(calls).where(calls.c.id == call).values(outcome="painted"))
            db.execute(delete(painted).where(painted.c.job == job, painted.c.part == part))
            db.execute(insert(painted).values(job=job, part=part, **row))

        await self._db.write(work)

    async def painted(self, job: JobId) -> dict[int, Painted]:
        query = select(painted).where(painted.c.job == job).order_by(painted.c.part)
        rows = await self._db.read(lambda db: db.execute(query).all())
        return {row.part: codec.load_painted(row.body) for row in rows}

    # -- messages

    async def intend(self, job: JobId, role: Role, at: datetime) -> Intent | None:
        mine = (messages.c.job == job, messages.c.role == role.value)

        def work(db: Connection) -> Intent | None:
            known = db.execute(select(messages).where(*mine)).first()
            if known:
                return Intent(at=_time(known.intended_at), message=_ref(known))
            blank = {"channel": "", "message": "", "thread": ""}
            db.execute(insert(messages).values(job=job, role=role.value, intended_at=at.timestamp(), **blank))
            return None

        return await self._db.write(work)

    async def posted(self, job: JobId, role: Role, message: MessageRef) -> None:
        mine = (messages.c.job == job, messages.c.role == role.value)
        values = {"channel": message.channel, "message": message.id, "thread": message.thread or ""}
        await self._db.write(lambda db: db.execute(update(messages).where(*mine).values(**values)))

    async def message(self, job: JobId, role: Role) -> MessageRef | None:
        query = select(messages).where(messages.c.job == job, messages.c.role == role.value)
        row = await self._db.read(lambda db: db.execute(query).first())
        return _ref(row) if row else None

    async def forget_message(self, job: JobId, role: Role) -> None:
        gone = delete(messages).where(messages.c.job == job, messages.c.role == role.value)
        await self._db.write(lambda db: db.execute(gone))

    async def adopt(self, job: JobId) -> None:
        roles = {role: (messages.c.job == job) & (messages.c.role == role.value) for role in Role}

        def work(db: Connection) -> None:
            placeholder = db.execute(select(messages).where(roles[Role.PLACEHOLDER])).first()
            if placeholder:
                db.execute(delete(messages).where(roles[Role.RESULT]))
                change = update(messages).where(roles[Role.PLACEHOLDER])
                db.execute(change.values(role=Role.RESULT.value))

        await self._db.write(work)

    async def job_of_message(self, channel: str, message: MessageId) -> JobId | None:
        query = select(messages.c.job).where(messages.c.channel == channel, messages.c.message == message)
        found = await self._db.read(lambda db: db.execute(query).scalar())
        return JobId(found) if found else None

    # -- files

    async def save_files(self, job: JobId, kind: str, made: Sequence[FileId]) -> None:
        rows = [{"job": job, "kind": kind, "part": part, "file": file} for part, file in enumerate(made)]

        def work(db: Connection) -> None:
            db.execute(delete(files).where(files.c.job == job, files.c.kind == kind))
            if rows:
                db.execute(insert(files), rows)

        await self._db.write(work)

    async def files(self, job: JobId, kind: str) -> tuple[FileId, ...]:
        query = select(files.c.file).where(files.c.job == job, files.c.kind == kind).order_by(files.c.part)
        return await self._db.read(lambda db: tuple(FileId(row.file) for row in db.execute(query)))

    async def forget_files(self, job: JobId, kind: str) -> None:
        await self.save_files(job, kind, ())

    # -- facts

    async def fact(self, workspace: str, name: str) -> str:
        query = select(facts.c.value).where(facts.c.workspace == workspace, facts.c.name == name)
        return await self._db.read(lambda db: db.execute(query).scalar()) or ""

    async def learn(self, workspace: str, name: str, value: str) -> None:
        mine = (facts.c.workspace == workspace, facts.c.name == name)

        def work(db: Connection) -> None:
            db.execute(delete(facts).where(*mine))
            db.execute(insert(facts).values(workspace=workspace, name=name, value=value))

        await self._db.write(work)

    async def erase(self, job: JobId) -> tuple[BlobKey, ...]:
        def work(db: Connection) -> tuple[BlobKey, ...]:
            rows = db.execute(select(painted.c.body).where(painted.c.job == job)).all()
            blobs = [p.blob for row in rows for p in codec.load_painted(row.body).pictures]
            db.execute(delete(painted).where(painted.c.job == job))
            known = _one(db, job)
            if known:
                wordless = replace(known.request, prompt="", prompts=())
                body = codec.dump(replace(known, request=wordless))
                db.execute(update(jobs).where(jobs.c.id == job).values(body=body))
            return tuple(blobs)

        return await self._db.write(work)


def _row(job: Job, at: float) -> dict[str, object]:
    return {
        "id": job.id,
        "workspace": job.by.workspace,
        "person": job.by.id,
        "state": job.state.value,
        "round": 0,
        "parts": len(job.request.prompts),
        "created_at": job.created_at.timestamp(),
        "changed_at": at,
        "body": codec.dump(job),
        "why": codec.dump(job.why) if job.why else "",
    }


def _one(db: Connection, job: JobId) -> Job | None:
    row = db.execute(select(jobs).where(jobs.c.id == job)).first()
    return _job(row) if row else None


def _job(row: Row[Any]) -> Job:
    return replace(codec.load_job(row.body), state=JobState(row.state), why=codec.load_text(row.why))


def _count_waiting(db: Connection) -> int:
    query = select(func.count()).select_from(jobs).where(jobs.c.state == JobState.WAITING.value)
    return db.execute(query).scalar_one()


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


def _ref(row: Row[Any]) -> MessageRef | None:
    if not row.message:
        return None
    thread = MessageId(row.thread) if row.thread else None
    return MessageRef(channel=row.channel, id=MessageId(row.message), thread=thread)
