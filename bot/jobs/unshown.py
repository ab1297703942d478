"""Jobs that were recorded and are in no line yet: which process shows each, and who does when it is gone.

Why: docs/decisions/0003-ledger-row-is-the-record.md.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select, true, update

from bot.jobs.tables import jobs
from bot.types import JobId, JobState

_AHEAD = 60.0
"""Seconds another machine's clock may be ahead of ours."""
NOBODY = ""
"""The keeper of a job whose process is gone."""

_UNSHOWN = and_(jobs.c.state == JobState.WAITING.value, jobs.c.queued.is_(False))
_UNASKED = and_(jobs.c.state == JobState.HELD.value, jobs.c.queued.is_(False), jobs.c.keeper.is_not(None))
"""Held for a word of its person's, and who was to ask them may not have."""


def release(db: Connection, keeper: str | None = None) -> None:
    """Who shows jobs as ``keeper`` is gone, or everybody is; what they did not get to is anybody's."""
    whose = true() if keeper is None else jobs.c.keeper == keeper
    db.execute(update(jobs).where(or_(_UNSHOWN, _UNASKED), whose).values(keeper=NOBODY))


def left_behind(db: Connection, me: str, now: float, seconds: float) -> list[Row[Any]]:
    """What nobody shows or asks, or shows for so long that it was forgotten; from now on it is ours."""
    due = or_(and_(_UNSHOWN, _due(me, now, seconds)), and_(_UNASKED, jobs.c.keeper == NOBODY))
    if db.execute(select(jobs.c.id).where(due).limit(1)).first() is None:
        return []
    mine = update(jobs).where(due).values(keeper=me, changed_at=now).returning(jobs)
    return sorted(db.execute(mine), key=lambda row: float(row.created_at))


def _due(me: str, now: float, seconds: float) -> ColumnElement[bool]:
    # Later than now: the clock was set back, and nobody knows how long it really waits.
    since = or_(jobs.c.changed_at <= now - seconds, jobs.c.changed_at > now + _AHEAD)
    # Without a keeper: an earlier release recorded it, which may still be running beside us.
    forgotten = and_(since, or_(jobs.c.keeper == me, jobs.c.keeper.is_(None)))
    return or_(jobs.c.keeper == NOBODY, forgotten)


def keeps(db: Connection, job: JobId, me: str) -> bool:
    """Whether a job is still for ``me`` to show."""
    return db.execute(select(jobs.c.keeper).where(jobs.c.id == job, _UNSHOWN)).scalar() == me
