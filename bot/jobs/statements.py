"""The statements that every job makes: built once, since building one takes longer than running it.

Their blanks are named like the columns; ``the_…`` where an UPDATE sets a column of that name too.
"""

from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, insert, or_, select, update

from bot.jobs.tables import calls, files, jobs, keys, messages, painted
from bot.types import JobState, Role

_the_job: BindParameter[Any] = bindparam("the_job")
_the_role: BindParameter[Any] = bindparam("the_role")
_the_part: BindParameter[Any] = bindparam("the_part")

# -- jobs

JOB = select(jobs).where(jobs.c.id == _the_job)
WAITING = select(func.count()).select_from(jobs).where(jobs.c.state == JobState.WAITING.value)
ADD_JOB = insert(jobs)
SET_BODY = update(jobs).where(jobs.c.id == _the_job).values(body=bindparam("body"))
_of_round = or_(jobs.c.queued, jobs.c.round == bindparam("the_round"))
SET_QUEUED = update(jobs).where(jobs.c.id == _the_job).values(queued=_of_round).returning(jobs.c.state)
_is_held = jobs.c.state == JobState.HELD.value
SET_ASKED = update(jobs).where(jobs.c.id == _the_job, _is_held).values(queued=True)
MOVE = (
    update(jobs)
    .where(jobs.c.id == _the_job, jobs.c.state.in_(bindparam("before", expanding=True)))
    .values(state=bindparam("state"), changed_at=bindparam("changed_at"))
)

KEYS = select(keys.c.job, keys.c.at).where(keys.c.key.in_(bindparam("names", expanding=True)))
ADD_KEYS = insert(keys)

# -- paid calls and pictures

_of_part = (painted.c.job == _the_job, painted.c.part == _the_part)

CUT_OFF = (
    update(calls)
    .where(calls.c.job == _the_job, calls.c.part == _the_part, calls.c.outcome == bindparam("before"))
    .values(outcome=bindparam("outcome"))
)
ADD_CALL = insert(calls)
END_CALL = (
    update(calls)
    .where(calls.c.id == bindparam("the_call"), calls.c.outcome != bindparam("too_late"))
    .values(outcome=bindparam("outcome"), model=bindparam("model"))
)
PART = select(painted.c.body).where(*_of_part)
PARTS = select(painted.c.body).where(painted.c.job == _the_job).order_by(painted.c.part)
ADD_PART = insert(painted)

# -- messages

_of_role = (messages.c.job == _the_job, messages.c.role == _the_role)

MESSAGE = select(messages).where(*_of_role)
MESSAGES = select(messages).where(messages.c.job == _the_job)
ADD_MESSAGE = insert(messages)
SET_MESSAGE = (
    update(messages)
    .where(*_of_role, messages.c.message.in_(bindparam("before", expanding=True)))
    .values(channel=bindparam("channel"), message=bindparam("message"), thread=bindparam("thread"))
)
DROP_MESSAGE = delete(messages).where(*_of_role)
DROP_UNLESS_OWED = delete(messages).where(*_of_role, messages.c.owed_at.is_(None))

# -- files

FILES = select(files).where(files.c.job == _the_job).order_by(files.c.part)
ADD_FILES = insert(files)
DROP_FILES = delete(files).where(files.c.job == _the_job, files.c.kind == bindparam("the_kind"))


def of_role(job: str, role: Role) -> dict[str, str]:
    """What fills the blanks of a statement about one message."""
    return {"the_job": job, "the_role": role.value}
