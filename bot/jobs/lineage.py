"""What belongs together: the results of a thread, and the pictures that went into a job."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from bot.jobs import LINKED, codec
from bot.jobs.tables import files, inputs, jobs, keys, messages, painted
from bot.types import (
    BlobKey,
    Input,
    JobId,
    JobState,
    MessageId,
    MessageRef,
    Person,
    Place,
    Role,
    carried_by,
)

_RESULTS = (Role.RESULT.value, Role.OPEN.value)
_SEEN = (JobState.PAINTED.value, JobState.DONE.value)
"""A result that was posted a moment ago may still be tidied up after."""


def results(db: Connection, place: Place) -> Sequence[Row[Any]]:
    """The jobs whose results are in a thread, in the order of their appearance."""
    thread = place.thread or ""
    here = (messages.c.channel == place.channel, jobs.c.workspace == place.workspace)
    shown = messages.c.role.in_([*_RESULTS, Role.MOVED.value])
    there = or_(messages.c.message == thread, messages.c.thread == thread)
    query = (
        select(jobs, messages.c.intended_at)
        .join(messages, messages.c.job == jobs.c.id)
        .where(*here, shown, there, messages.c.message != "", jobs.c.state.in_(_SEEN))
        .order_by(messages.c.intended_at)
    )
    once = {row.id: row for row in db.execute(query)}
    return list(once.values())


def unfinished(db: Connection, place: Place) -> frozenset[Person]:
    """Who waits for a picture of a thread that is still on its way."""
    thread = place.thread or ""
    going = (JobState.WAITING.value, JobState.PAINTING.value, JobState.PAINTED.value)
    query = (
        select(jobs.c.workspace, jobs.c.person)
        .join(messages, messages.c.job == jobs.c.id)
        .where(messages.c.channel == place.channel, jobs.c.workspace == place.workspace)
        .where(or_(messages.c.message == thread, messages.c.thread == thread), jobs.c.state.in_(going))
    )
    return frozenset(Person(workspace=row.workspace, id=row.person) for row in db.execute(query))


def at_message(db: Connection, workspace: str, channel: str, message: MessageId) -> Row[Any] | None:
    """The job that one of the bot's messages belongs to."""
    mine = (messages.c.channel == channel, messages.c.message == message, jobs.c.workspace == workspace)
    found = db.execute(select(jobs).join(messages, messages.c.job == jobs.c.id).where(*mine)).first()
    return found or _carried_by(db, workspace, MessageRef(channel=channel, id=message))


def _carried_by(db: Connection, workspace: str, message: MessageRef) -> Row[Any] | None:
    """The job whose picture this message is; one in a thread has a longer name, and is not looked for."""
    query = select(jobs).join(files, files.c.job == jobs.c.id)
    mine = (files.c.file == carried_by(message), jobs.c.workspace == workspace)
    return db.execute(query.where(*mine)).first()


def by_key(db: Connection, key: str) -> Row[Any] | None:
    """The job that a request's key has."""
    return db.execute(select(jobs).join(keys, keys.c.job == jobs.c.id).where(keys.c.key == key)).first()


def pictures_of(db: Connection, job: JobId) -> Sequence[str]:
    """What was painted for a job, as it is kept."""
    query = select(painted.c.body).where(painted.c.job == job).order_by(painted.c.part)
    return [row.body for row in db.execute(query)]


def set_aside(db: Connection, job: JobId) -> None:
    """The placeholder stays where people answered under it, and leads to the result."""
    mine = messages.c.job == job
    db.execute(delete(messages).where(mine, messages.c.role == Role.MOVED.value))
    change = update(messages).where(mine, messages.c.role == Role.PLACEHOLDER.value)
    db.execute(change.values(role=Role.MOVED.value))


# -- what goes in


def keep_inputs(db: Connection, job: JobId, made: Sequence[Input]) -> None:
    """Remember what was fetched for a job, in place of what was known."""
    db.execute(delete(inputs).where(inputs.c.job == job))
    rows = [{"job": job, "number": n, "body": codec.dump(one)} for n, one in enumerate(made)]
    if rows:
        db.execute(insert(inputs), rows)


def inputs_of(db: Connection, job: JobId) -> tuple[Input, ...]:
    """What was fetched for a job, in order."""
    query = select(inputs.c.body).where(inputs.c.job == job).order_by(inputs.c.number)
    return tuple(codec.load_input(row.body) for row in db.execute(query))


def own_masks(db: Connection, job: JobId) -> list[BlobKey]:
    """The mask and the strokes of a job's region, unless another job paints through them too."""
    return [blob for blob in _masks(db, job) if not _is_shared(db, job, blob)]


def _masks(db: Connection, job: JobId) -> list[BlobKey]:
    body = db.execute(select(jobs.c.body).where(jobs.c.id == job)).scalar()
    request = codec.load_job(body).request if body else None
    if request is None:
        return []
    mask = request.region.mask if request.region else None
    return [blob for blob in (mask, request.strokes) if blob]


def _is_shared(db: Connection, job: JobId, blob: BlobKey) -> bool:
    others = select(jobs.c.id).where(jobs.c.id != job, jobs.c.body.contains(blob, autoescape=True))
    return db.execute(others).first() is not None


def blobs_of(db: Connection, job: JobId) -> tuple[BlobKey, ...]:
    """Every blob that a job owns: what was painted, what went in, what previews show."""
    pictures = [picture for body in pictures_of(db, job) for picture in codec.load_painted(body).pictures]
    found = [blob for picture in pictures for blob in (picture.blob, picture.model_file) if blob]
    found += [blob for one in inputs_of(db, job) for blob in one.keeps]
    found += own_masks(db, job)
    linked = select(files.c.file).where(files.c.job == job, files.c.kind == LINKED)
    return (*found, *(BlobKey(file) for file in db.execute(linked).scalars()))


def named_by(db: Connection, job: JobId) -> frozenset[BlobKey]:
    """Every blob that a job names, its own or not."""
    return frozenset([*blobs_of(db, job), *_masks(db, job)])
