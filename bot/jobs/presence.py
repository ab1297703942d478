"""Who of the bot's processes is alive: each holds a lock on Postgres, and a dead one's jobs are taken over.

The server ends a session that is silent for ``_LEASE`` seconds, so a frozen process and a lost machine let go
of their lock as a killed one does. Why the engine needs this: docs/decisions/0006-takeover.md.
"""

import asyncio
import hashlib
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

import structlog
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")

log = structlog.get_logger()

_LEASE = 10.0
"""Seconds of silence after which the server ends our session and others may have our jobs."""
_MARGIN = 2.0
"""Seconds before the end of a lease from which on we do not trust it."""
_BEAT = 1.0
_GRACE = 10.0
"""Seconds after the server started, or our own session was lost, in which nobody is judged: all are away."""
_STATEMENT = 5.0
"""Seconds a statement may take."""

_HOLD = text("SELECT pg_try_advisory_lock(:key)")
_RELEASE = text("SELECT pg_advisory_unlock(:key)")
_UPTIME = text("SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())")
_WORKING = text(
    "SELECT executor_id FROM dbos.workflow_status WHERE status = 'PENDING'"
    " UNION SELECT keeper FROM imagine_jobs"
    " WHERE state IN ('waiting', 'held') AND NOT queued AND keeper <> ''"
)
"""Who has workflows in hand, jobs to show, or people to ask."""
_OURS = text("SELECT workflow_uuid FROM dbos.workflow_status WHERE status = 'PENDING' AND executor_id = :me")


class _Taken(Exception):
    """Somebody holds our lock: they are taking our jobs over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What the engine lets us do with workflows."""

    running: Callable[[], Collection[str]]
    """The ids of those at work in this process."""
    drop: Callable[[Collection[str]], None]
    """End these here: another process has them."""
    recover: Callable[[str], None]
    """Put a dead executor's workflows back in line, and what it was to show; blocks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """One look at the database."""

    uptime: float
    """Seconds since the server started."""
    others: tuple[str, ...]
    """Executors that have work in hand."""
    ours: frozenset[str] | None
    """Our own workflows, where we lost the session since the last look."""


class Presence:
    """One process's lock, and its eye on the others'."""

    def __init__(self, url: str, executor: str, clock: Callable[[], float] = monotonic) -> None:
        self._executor = executor
        self._clock = clock
        # A connection of its own: the lock lives and dies with it.
        limits = {"connect_timeout": 5, "tcp_user_timeout": int(_STATEMENT * 1000)}
        self._engine = create_engine(
            url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=limits
        )
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="presence")
        self._connection: Connection | None = None
        self._lost = False
        self._sure_until = 0.0
        self._judges_from = 0.0
        self._seen = asyncio.Event()

    async def open(self) -> None:
        """Take the lock: before the engine starts to work under this name."""
        began = self._clock()
        await self._in_thread(self._connect)
        self._sure_until = began + _LEASE - _MARGIN

    async def watch(self, work: Work) -> None:
        """Until cancelled: show that we live, and take over from who does not."""
        while True:
            await self._look(work)
            await asyncio.sleep(_BEAT)

    async def sure(self) -> bool:
        """Return once no other process can have our jobs; False when one may have had them meanwhile.

        Asked before what cannot be undone: a process that was frozen wakes up in the middle of it.
        """
        if self._clock() < self._sure_until:
            return True
        self._seen.clear()
        await self._seen.wait()
        return False

    async def close(self) -> None:
        """Let go: what is left of our work is anybody's."""
        await self._in_thread(self._disconnect)
        self._thread.shutdown()

    async def _look(self, work: Work) -> None:
        running, began = frozenset(work.running()), self._clock()
        try:
            seen = await self._in_thread(self._ask)
        except (DBAPIError, _Taken) as error:
            log.warning("our session in the database is lost", cause=type(error).__name__)
            return
        if seen.ours is not None:
            self._judges_from = self._clock() + _GRACE
            work.drop(running - seen.ours)
            self._lost = False
        self._sure_until = began + _LEASE - _MARGIN
        self._seen.set()
        if seen.uptime > _GRACE and self._clock() >= self._judges_from:
            await self._in_thread(lambda: self._judge(seen.others, work.recover))

    async def _in_thread(self, act: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, act)

    # -- in the thread

    def _connect(self) -> Connection:
        connection = self._engine.connect()
        try:
            connection.execute(text(f"SET idle_session_timeout = '{_LEASE:.0f}s'"))
            connection.execute(text(f"SET statement_timeout = '{_STATEMENT:.0f}s'"))
            if not connection.execute(_HOLD, {"key": _key(self._executor)}).scalar():
                raise _Taken
        except (DBAPIError, _Taken):
            connection.invalidate()
            connection.close()
            raise
        self._connection = connection
        return connection

    def _disconnect(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None
        self._engine.dispose()

    def _ask(self) -> _Seen:
        try:
            db = self._connection or self._connect()
            working = db.execute(_WORKING).scalars().all()
            uptime = float(db.execute(_UPTIME).scalar_one())
            ours = db.execute(_OURS, {"me": self._executor}).scalars() if self._lost else None
            others = tuple(one for one in working if one != self._executor)
            return _Seen(uptime=uptime, others=others, ours=None if ours is None else frozenset(ours))
        except DBAPIError:
            self._drop_connection()
            raise

    def _drop_connection(self) -> None:
        self._lost = True
        if self._connection:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _judge(self, others: Collection[str], recover: Callable[[str], None]) -> None:
        for other in others:
            if self._connection is None:
                return
            try:
                if not self._connection.execute(_HOLD, {"key": _key(other)}).scalar():
                    continue
                log.warning("a process is gone; its jobs go on elsewhere", executor=other)
                recover(other)
                self._connection.execute(_RELEASE, {"key": _key(other)})
            except DBAPIError:
                self._drop_connection()


def _key(executor: str) -> int:
    """The lock's number: 63 bits of a hash."""
    digest = hashlib.sha256(f"imagine-bot {executor}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
