"""A job's rows, and what they say: the few reads and writes that several verbs of the ledger share."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot.jobs import codec, statements
from bot.types import FileId, Job, JobId, JobState, MessageId, MessageRef


def row_of(job: Job, at: float) -> dict[str, object]:
    return {
        "id": job.id,
        "workspace": job.by.workspace,
        "person": job.by.id,
        "state": job.state.value,
        "round": 0,
        "parts": len(job.request.prompts),
        "queued": False,
        "created_at": job.created_at.timestamp(),
        "changed_at": at,
        "body": codec.dump(job),
        "why": codec.dump(job.why) if job.why else "",
    }


def job_of(row: Row[Any]) -> Job:
    """The job that a row of its table holds."""
    return replace(codec.load_job(row.body), state=JobState(row.state), why=codec.load_text(row.why))


def job_in(db: Connection, job: JobId) -> Job | None:
    row = db.execute(statements.JOB, {"the_job": job}).first()
    return job_of(row) if row else None


def count_waiting(db: Connection) -> int:
    return db.execute(statements.WAITING).scalar_one()


def settle_job(db: Connection, job: Job) -> None:
    """Keep what the platform said of the job's place and person; its request may have changed meanwhile."""
    known = job_in(db, job.id)
    settled = replace(job, request=known.request) if known else job
    db.execute(statements.SET_BODY, {"the_job": job.id, "body": codec.dump(settled)})


def keep_files(db: Connection, job: JobId, kind: str, made: Sequence[FileId]) -> None:
    """These are the job's files of that kind, and no others."""
    db.execute(statements.DROP_FILES, {"the_job": job, "the_kind": kind})
    if made:
        rows = [{"job": job, "kind": kind, "part": part, "file": file} for part, file in enumerate(made)]
        db.execute(statements.ADD_FILES, rows)


def time_of(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


def ref_of(row: Row[Any]) -> MessageRef | None:
    if not row.message:
        return None
    thread = MessageId(row.thread) if row.thread else None
    return MessageRef(channel=row.channel, id=MessageId(row.message), thread=thread)
