"""Placeholders that could not be told how their job ended, since the platform did not answer."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from bot.jobs.keys import SqlKeys
from bot.jobs.rows import job_of, ref_of
from bot.jobs.tables import jobs, messages
from bot.types import Job, JobId, MessageRef, Role

_EVERY = 60.0
"""Seconds until it is tried again."""
_MOST = 20
"""Placeholders tried in one go: a platform that is back has other things to do."""


class SqlOwed(SqlKeys):
    """Those verbs of ``bot.jobs.Ledger``."""

    async def owe(self, job: JobId) -> None:
        now = self._now().timestamp()
        await self._db.write(lambda db: owe(db, job, now))

    async def owed(self) -> list[tuple[Job, MessageRef]]:
        now = self._now().timestamp()
        rows = await self._db.write(lambda db: due(db, now))
        return [(job_of(row), ref) for row in rows if (ref := ref_of(row))]

    async def owe_nothing(self, job: JobId) -> None:
        await self._db.write(lambda db: nothing(db, job))

    async def forget_placeholder(self, job: JobId, seen: MessageRef | None) -> bool:
        mine = (messages.c.job == job, messages.c.role == Role.PLACEHOLDER.value)
        as_seen = messages.c.message == (seen.id if seen else "")

        def work(db: Connection) -> bool:
            db.execute(delete(messages).where(*mine, as_seen))
            return db.execute(select(messages.c.job).where(*mine)).first() is None

        return await self._db.write(work)


def owe(db: Connection, job: JobId, now: float) -> None:
    """Its placeholder is to be told later."""
    _set(db, job, now + _EVERY)


def nothing(db: Connection, job: JobId) -> None:
    """Its placeholder was told, or is to be left alone."""
    _set(db, job, None)


def due(db: Connection, now: float) -> Sequence[Row[Any]]:
    """The jobs whose placeholders are to be tried now, with where those are; no other process tries them."""
    query = (
        select(jobs, messages.c.channel, messages.c.message, messages.c.thread)
        .join(messages, messages.c.job == jobs.c.id)
        .where(messages.c.role == Role.PLACEHOLDER.value, messages.c.owed_at <= now)
        .order_by(messages.c.owed_at)
        .limit(_MOST)
        .with_for_update(of=messages)
    )
    found = db.execute(query).all()
    for row in found:
        owe(db, row.id, now)
    return found


def _set(db: Connection, job: JobId, at: float | None) -> None:
    mine = (messages.c.job == job, messages.c.role == Role.PLACEHOLDER.value)
    db.execute(update(messages).where(*mine).values(owed_at=at))
