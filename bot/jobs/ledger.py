"""The ledger on SQLAlchemy: one row for each job, and what belongs to it. One transaction for each verb."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, update

from bot.jobs import Begun, Handover, InLine, Intent, QueueFull, codec, lineage, owed, statements, unshown
from bot.jobs.filed import SqlFiled
from bot.jobs.rows import count_waiting, job_in, job_of, keep_files, ref_of, row_of, settle_job, time_of
from bot.jobs.tables import CLEARED, CUT_OFF, STARTED, calls, files, inputs, jobs, keys, messages, painted
from bot.types import (
    ENDED,
    BlobKey,
    FileId,
    ImageRequest,
    Input,
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
    Version,
)

_IN_LINE = (JobState.WAITING, JobState.PAINTING)
_UNPOSTED = (JobState.WAITING, JobState.PAINTING, JobState.PAINTED)


class SqlLedger(SqlFiled):
    """See ``bot.jobs.Ledger`` for what each verb promises."""

    # -- jobs

    async def add(
        self, job: Job, *, key: str, alias: str = "", depth: int | None = None, window: float | None = None
    ) -> tuple[Job, bool]:
        names = [key, alias] if alias else [key]
        at = self._now().timestamp()

        def work(db: Connection) -> tuple[Job, bool]:
            again = job_in(db, job.id)  # a press whose delivery is repeated after its window
            if again is not None:
                return again, False
            known = db.execute(statements.KEYS, {"names": names}).first()
            if known and (window is None or at - known.at < window):
                first = job_in(db, JobId(known.job))
                if first is not None:
                    return first, False
            if depth is not None and count_waiting(db) >= depth:
                raise QueueFull
            if known:
                db.execute(delete(keys).where(keys.c.key.in_(names)))
            db.execute(statements.ADD_KEYS, [{"key": name, "job": job.id, "at": at} for name in names])
            db.execute(statements.ADD_JOB, {**row_of(job, at), "keeper": self._db.process})
            return job, True

        return await self._db.write(work)

    async def get(self, job: JobId) -> Job | None:
        return await self._db.read(lambda db: job_in(db, job))

    async def by_key(self, key: str) -> Job | None:
        row = await self._db.read(lambda db: lineage.by_key(db, key))
        return job_of(row) if row else None

    async def amend(self, job: JobId, request: ImageRequest, onto: Job | None = None) -> bool:
        early = (JobState.HELD, JobState.WAITING)

        def work(db: Connection) -> bool:
            known = job_in(db, job)
            if (
                known is None
                or known.state not in early
                or len(request.prompts) != len(known.request.prompts)
            ):
                return False
            amended = replace(known, request=request)
            if onto:
                amended = replace(amended, parent=onto.id, from_version=onto.version)
            body = codec.dump(amended)
            db.execute(statements.SET_BODY, {"the_job": job, "body": body})
            return True

        return await self._db.write(work)

    async def move(
        self, job: JobId, to: JobState, *, only_from: Sequence[JobState], why: Text | None = None
    ) -> bool:
        values = {
            "state": to.value,
            "changed_at": self._now().timestamp(),
            "why": codec.dump(why) if why else "",
        }
        if to is JobState.HELD:  # its person is still to be asked
            values |= {"queued": False, "keeper": self._db.process}
        change = update(jobs).where(jobs.c.id == job, jobs.c.state.in_([s.value for s in only_from]))
        return await self._db.write(lambda db: db.execute(change.values(**values)).rowcount == 1)

    async def again(self, job: JobId, depth: int | None = None) -> int | None:
        back = [JobState.HELD.value, JobState.FAILED.value, JobState.CANCELLED.value]
        change = update(jobs).where(jobs.c.id == job, jobs.c.state.in_(back))
        values = {"state": JobState.WAITING.value, "changed_at": self._now().timestamp(), "why": ""}
        values["keeper"] = self._db.process

        def work(db: Connection) -> int | None:
            full = depth is not None and count_waiting(db) >= depth
            if db.execute(change.values(round=jobs.c.round + 1, queued=False, **values)).rowcount != 1:
                return None
            if full:
                raise QueueFull
            kept = (messages.c.role == Role.PLACEHOLDER.value) & (messages.c.message != "")
            db.execute(delete(messages).where(messages.c.job == job, ~kept))
            owed.nothing(db, job)
            return int(db.execute(select(jobs.c.round).where(jobs.c.id == job)).scalar_one())

        return await self._db.write(work)

    async def round(self, job: JobId) -> int:
        query = select(jobs.c.round).where(jobs.c.id == job)
        return await self._db.read(lambda db: db.execute(query).scalar_one())

    async def line(self) -> list[InLine]:
        waits = jobs.c.state == JobState.WAITING.value
        columns = (jobs.c.id, jobs.c.workspace, jobs.c.person, waits.label("waits"))
        query = select(*columns).where(jobs.c.state.in_(_IN_LINE)).order_by(waits, jobs.c.created_at)
        rows = await self._db.read(lambda db: db.execute(query).all())
        return [
            InLine(job=JobId(row.id), by=Person(workspace=row.workspace, id=row.person), waits=row.waits)
            for row in rows
        ]

    async def of_person(self, person: Person) -> list[Job]:
        mine = (jobs.c.workspace == person.workspace, jobs.c.person == person.id)
        ended = jobs.c.state.not_in([*ENDED, JobState.HELD])
        return await self._list(select(jobs).where(*mine, ended).order_by(jobs.c.created_at))

    async def latest(self, person: Person, most: int, channel: str = "") -> list[tuple[Job, MessageRef]]:
        mine = (jobs.c.workspace == person.workspace, jobs.c.person == person.id)
        shown = (jobs.c.state == JobState.DONE.value, messages.c.role == Role.RESULT.value)
        both = jobs.join(messages, messages.c.job == jobs.c.id)
        query = select(jobs, messages.c.channel, messages.c.message, messages.c.thread).select_from(both)
        here = (messages.c.channel == channel,) if channel else ()
        query = query.where(*mine, *shown, *here).order_by(jobs.c.created_at.desc()).limit(most)
        rows = await self._db.read(lambda db: db.execute(query).all())
        return [(job_of(row), at) for row in rows if (at := ref_of(row))]

    async def counts(self) -> dict[JobState, int]:
        ended = jobs.c.state.not_in(list(ENDED))
        query = select(jobs.c.state, func.count()).where(ended).group_by(jobs.c.state)
        rows = await self._db.read(lambda db: db.execute(query).all())
        return {JobState(state): count for state, count in rows}

    async def waiting_since(self) -> datetime | None:
        waits = jobs.c.state == JobState.WAITING.value
        oldest = select(func.min(jobs.c.created_at)).where(waits)
        at = await self._db.read(lambda db: db.execute(oldest).scalar())
        return None if at is None else time_of(at)

    async def queued(self, job: JobId, round_: int) -> JobState:
        mine = {"the_job": job, "the_round": round_}

        def work(db: Connection) -> JobState:
            return JobState(db.execute(statements.SET_QUEUED, mine).scalar_one())

        return await self._db.write(work, synced=False)  # it would be shown again, which is harmless

    async def asked(self, job: JobId) -> None:
        mine = {"the_job": job}
        await self._db.write(lambda db: db.execute(statements.SET_ASKED, mine), synced=False)

    async def left_behind(self, seconds: float) -> list[tuple[Job, int]]:
        me, now = self._db.process, self._now().timestamp()
        rows = await self._db.write(lambda db: unshown.left_behind(db, me, now, seconds))
        return [(job_of(row), row.round) for row in rows]

    async def keeps(self, job: JobId) -> bool:
        return await self._db.read(lambda db: unshown.keeps(db, job, self._db.process))

    async def _list(self, query: Select[Any]) -> list[Job]:
        return await self._db.read(lambda db: [job_of(row) for row in db.execute(query)])

    # -- paid calls and pictures

    async def begin_part(self, job: JobId, part: int) -> Begun | None:
        at = self._now().timestamp()
        mine = {"the_job": job, "the_part": part}
        call = {"job": job, "part": part, "model": "", "outcome": STARTED, "at": at}

        def work(db: Connection) -> Begun | None:
            known = job_in(db, job)
            if known is None or known.state not in _UNPOSTED:
                return None
            if db.execute(statements.PART, mine).first():
                return Begun(job=known, made=True, call=0, cut_off=False)
            dead = db.execute(statements.CUT_OFF, {**mine, "before": STARTED, "outcome": CUT_OFF})
            if known.state is JobState.WAITING:
                db.execute(statements.MOVE, _moved(job, JobState.PAINTING, [JobState.WAITING], at))
            key = db.execute(statements.ADD_CALL, call).inserted_primary_key
            number = int(key[0]) if key else 0
            return Begun(job=known, made=False, call=number, cut_off=dead.rowcount > 0)

        return await self._db.write(work)

    async def rest(self, job: JobId) -> None:
        moved = _moved(job, JobState.WAITING, [JobState.PAINTING], self._now().timestamp())

        def work(db: Connection) -> None:
            if db.execute(statements.PARTS, {"the_job": job}).first() is None:
                db.execute(statements.MOVE, moved)

        await self._db.write(work)

    async def end_call(self, call: int, outcome: str) -> None:
        change = update(calls).where(calls.c.id == call).values(outcome=outcome[:32])
        await self._db.write(lambda db: db.execute(change))

    async def calls(self, job: JobId) -> list[tuple[int, str]]:
        query = select(calls.c.part, calls.c.outcome).where(calls.c.job == job).order_by(calls.c.id)
        return await self._db.read(lambda db: [(row.part, row.outcome) for row in db.execute(query)])

    async def save_painted(self, job: JobId, part: int, made: Painted, *, call: int) -> bool:
        body, at = codec.dump(made), self._now().timestamp()
        ended = {"the_call": call, "outcome": "painted", "model": made.model, "too_late": CLEARED}

        def work(db: Connection) -> bool:
            if call and db.execute(statements.END_CALL, ended).rowcount == 0:
                return False
            if not call:  # derived from what was painted, and takes its place
                db.execute(delete(painted).where(painted.c.job == job, painted.c.part == part))
            there = db.execute(statements.PART, {"the_job": job, "the_part": part}).scalar()
            if there is not None:
                return bool(there == body)  # a second run of the same write
            db.execute(statements.ADD_PART, {"job": job, "part": part, "body": body, "at": at})
            return True

        return await self._db.write(work)

    async def put_together(self, job: JobId, part: int, made: Painted) -> None:
        change = update(painted).where(painted.c.job == job, painted.c.part == part)
        await self._db.write(lambda db: db.execute(change.values(body=codec.dump(made))))

    async def painted(self, job: JobId) -> dict[int, Painted]:
        query = select(painted).where(painted.c.job == job).order_by(painted.c.part)
        rows = await self._db.read(lambda db: db.execute(query).all())
        return {row.part: codec.load_painted(row.body) for row in rows}

    # -- messages

    async def begin_delivery(self, job: JobId) -> Handover | None:
        mine = {"the_job": job}
        moved = _moved(job, JobState.PAINTED, _UNPOSTED, self._now().timestamp())

        def work(db: Connection) -> Handover | None:
            known = job_in(db, job)
            if known is None or db.execute(statements.MOVE, moved).rowcount != 1:
                return None
            made = db.execute(statements.PARTS, mine).all()
            refs = {Role(row.role): ref_of(row) for row in db.execute(statements.MESSAGES, mine)}
            kept: dict[str, tuple[FileId, ...]] = {}
            for row in db.execute(statements.FILES, mine):
                kept[row.kind] = (*kept.get(row.kind, ()), FileId(row.file))
            return Handover(
                job=replace(known, state=JobState.PAINTED),
                painted=tuple(codec.load_painted(row.body) for row in made),
                messages={role: ref for role, ref in refs.items() if ref},
                files=kept,
            )

        return await self._db.write(work, synced=False)  # as far as it was, it is painted

    async def finish(self, job: JobId) -> None:
        moved = _moved(job, JobState.DONE, [JobState.PAINTED], self._now().timestamp())

        def work(db: Connection) -> None:
            db.execute(statements.DROP_UNLESS_OWED, statements.of_role(job, Role.PLACEHOLDER))
            db.execute(statements.MOVE, moved)

        await self._db.write(work, synced=False)  # delivering again finds the result there

    async def intend(self, job: Job, role: Role, at: datetime, shown: Sequence[FileId] = ()) -> Intent | None:
        mine = statements.of_role(job.id, role)
        blank = {"channel": "", "message": "", "thread": "", "intended_at": at.timestamp()}

        def work(db: Connection) -> Intent | None:
            known = db.execute(statements.MESSAGE, mine).first()
            if known:
                return Intent(at=time_of(known.intended_at), message=ref_of(known))
            if role is Role.PLACEHOLDER:
                settle_job(db, job)
            db.execute(statements.ADD_MESSAGE, {"job": job.id, "role": role.value, **blank})
            if shown:
                keep_files(db, job.id, "shown", shown)
            return None

        return await self._db.write(work)

    async def posted(self, job: JobId, role: Role, message: MessageRef) -> bool:
        there = {"channel": message.channel, "message": message.id, "thread": message.thread or ""}
        values = {**statements.of_role(job, role), **there, "before": ["", message.id]}

        def work(db: Connection) -> bool:
            return db.execute(statements.SET_MESSAGE, values).rowcount == 1

        # What is painted is synced soon; and a placeholder whose post was forgotten is looked for.
        return await self._db.write(work, synced=role is not Role.PLACEHOLDER)

    async def message(self, job: JobId, role: Role) -> MessageRef | None:
        mine = statements.of_role(job, role)
        row = await self._db.read(lambda db: db.execute(statements.MESSAGE, mine).first())
        return ref_of(row) if row else None

    async def forget_message(self, job: JobId, role: Role) -> None:
        mine = statements.of_role(job, role)
        await self._db.write(lambda db: db.execute(statements.DROP_MESSAGE, mine))

    async def adopt(self, job: JobId) -> None:
        roles = {role: (messages.c.job == job) & (messages.c.role == role.value) for role in Role}

        def work(db: Connection) -> None:
            placeholder = db.execute(select(messages).where(roles[Role.PLACEHOLDER])).first()
            if placeholder:
                db.execute(delete(messages).where(roles[Role.RESULT]))
                change = update(messages).where(roles[Role.PLACEHOLDER])
                db.execute(change.values(role=Role.RESULT.value))

        await self._db.write(work)

    async def set_aside(self, job: JobId) -> None:
        await self._db.write(lambda db: lineage.set_aside(db, job))

    # -- lineage

    async def thread(self, place: Place) -> tuple[Version, ...]:
        def work(db: Connection) -> tuple[Version, ...]:
            found = []
            for row in lineage.results(db, place):
                made = [codec.load_painted(body) for body in lineage.pictures_of(db, JobId(row.id))]
                pictures = tuple(picture for one in made for picture in one.pictures)
                found.append((row.intended_at, Version(job=job_of(row), pictures=pictures)))
            found.sort(key=lambda one: (one[0], one[1].job.version))
            return tuple(version for _, version in found)

        return await self._db.read(work)

    async def unfinished(self, place: Place) -> frozenset[Person]:
        return await self._db.read(lambda db: lineage.unfinished(db, place))

    async def at_message(self, workspace: str, channel: str, message: MessageId) -> Job | None:
        row = await self._db.read(lambda db: lineage.at_message(db, workspace, channel, message))
        return job_of(row) if row else None

    async def save_inputs(self, job: JobId, made: Sequence[Input]) -> None:
        await self._db.write(lambda db: lineage.keep_inputs(db, job, made))

    async def inputs(self, job: JobId) -> tuple[Input, ...]:
        return await self._db.read(lambda db: lineage.inputs_of(db, job))

    async def blobs(self, job: JobId) -> frozenset[BlobKey]:
        return await self._db.read(lambda db: lineage.named_by(db, job))

    # -- the end

    async def owned(self, job: JobId) -> tuple[BlobKey, ...]:
        return await self._db.read(lambda db: lineage.blobs_of(db, job))

    async def erase(self, job: JobId) -> None:
        def work(db: Connection) -> None:
            for table in (painted, inputs, files, messages):
                db.execute(delete(table).where(table.c.job == job))
            known = job_in(db, job)
            if known:
                bare = ImageRequest(prompt="", prompts=(), options=known.request.options)
                body = codec.dump(replace(known, request=bare))
                db.execute(statements.SET_BODY, {"the_job": job, "body": body})

        await self._db.write(work)


def _moved(job: JobId, to: JobState, before: Sequence[JobState], at: float) -> dict[str, object]:
    """What fills the blanks of ``MOVE``."""
    states = [state.value for state in before]
    return {"the_job": job, "before": states, "state": to.value, "changed_at": at}
