"""Opening the database: one SQLAlchemy engine, its threads, and a schema brought up to date."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import RLock
from time import time
from typing import Any, TypeVar
from uuid import uuid4

import structlog
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import ConfigError

T = TypeVar("T")

log = structlog.get_logger()

HEAD = "0008"
"""The newest migration; a test compares it with the scripts. Alembic is imported only when it is needed."""

_MIGRATING = 0x696D6167696E65
"""The number of the lock that a migration holds on Postgres."""
IDLE = 8.0
"""Seconds a transaction on Postgres may stand still: less than others wait for its process (presence.py)."""
_THREADS = 2
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0
"""Seconds between two tries while the database is away."""


class InUse(ConfigError):
    """Another process has the SQLite file."""


class Database:
    """Runs short transactions off the event loop."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.process = uuid4().hex
        """The name of this start of the bot among all that share the database."""
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="ledger")
        self._lock = _claim(url)
        self._waiting: list[tuple[Callable[[Connection], Any], asyncio.Future[Any], bool]] = []
        self._writing: asyncio.Future[None] | None = None
        self._writer = RLock()
        self.engine = _engine(url, self._writer)
        self._engines = [self.engine]

    def engine_for_dbos(self) -> Engine:
        """The same SQLite file as DBOS wants it opened; its writers and ours take turns."""
        engine = create_engine(self.url, pool_size=20, max_overflow=0)
        event.listen(engine, "connect", _tune_for_dbos)
        _one_writer(engine, self._writer)
        self._engines.append(engine)
        return engine

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` on a connection that changes nothing."""

        def run() -> T:
            with self.engine.connect().execution_options(reads=True) as connection:
                return work(connection)

        return await self._patiently(run)

    async def write(self, work: Callable[[Connection], T], *, synced: bool = True) -> T:
        """Run ``work`` in a transaction: all of it is on disk when this returns, or none.

        Works that wait at the same moment share one transaction (a group commit), so ``work`` may run twice:
        it must change nothing but the database.
        ``synced`` False: no crash of ours undoes it, but a power cut may, until something synced is written;
        for what is found out again then. On SQLite a sync takes longer than the rest of a write.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done, synced))
        if not self._writing:
            self._writing = asyncio.ensure_future(self._write_all())
        return await done

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            synced = any(synced for _, _, synced in batch)
            act = partial(self._together, [work for work, _, _ in batch], synced)
            try:
                outcomes = await self._patiently(act)
            except Exception as error:  # noqa: BLE001 -- it is told to each: without an answer they wait for ever
                outcomes = [error] * len(batch)
            for (_, done, _), outcome in zip(batch, outcomes, strict=True):
                if not done.done():
                    done.set_exception(outcome) if isinstance(outcome, Exception) else done.set_result(
                        outcome
                    )
        self._writing = None

    def _together(self, works: list[Callable[[Connection], Any]], synced: bool) -> list[Any]:
        try:
            with self.engine.connect().execution_options(synced=synced) as connection, connection.begin():
                return [work(connection) for work in works]
        except Exception as error:
            if _passes(error):
                raise
            # One work's error is its caller's, not its neighbours'.
            return [error] if len(works) == 1 else [self._together([work], synced)[0] for work in works]

    async def write_alone(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction of its own: for who takes a lock, which a shared one keeps too long.

        Two shared transactions that take the same two locks in another order would wait for each other.
        """

        def run() -> T:
            with self.engine.begin() as connection:
                return work(connection)

        return await self._patiently(run)

    async def _patiently(self, act: Callable[[], T]) -> T:
        """Do it in a thread; while the database is away, again and again until it is back.

        A job in hand must not fail for a restart of the server or a full disk: its picture may be paid.
        """
        loop, pause = asyncio.get_running_loop(), _FIRST_PAUSE
        while True:
            try:
                return await loop.run_in_executor(self._threads, act)
            except DBAPIError as error:
                if not _passes(error):
                    raise
                if pause > _FIRST_PAUSE:
                    log.warning("the database is away; waiting for it", cause=type(error.orig).__name__)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def ping(self) -> None:
        """Raises when the database does not answer."""
        await self.read(lambda connection: connection.execute(text("SELECT 1")).scalar())

    def close(self) -> None:
        """Let go of threads, connections and the claim on the file."""
        self._threads.shutdown(wait=True)
        for engine in self._engines:
            engine.dispose()
        if self._lock:
            self._lock.release()


def sqlite_file(url: str) -> Path | None:
    """The file a SQLite URL names; None for another database."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


_PASSING = {"SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_LOCKED"}


def _passes(error: BaseException) -> bool:
    """Trying again is the cure: the server is away, the disk is full, or two transactions met."""
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        name: str = getattr(error.orig, "sqlite_errorname", None) or ""
        return any(name.startswith(one) for one in _PASSING)
    # On Postgres also a deadlock, a lost connection, and two processes that insert the same key at once: who
    # comes second finds the first one's row.
    return isinstance(error, OperationalError | InterfaceError | IntegrityError)


def _claim(url: str) -> FileLock | None:
    """One process to a SQLite file: the engine's limits would not hold between two.

    Raises ``ConfigError`` when another process has it.
    """
    file = sqlite_file(url)
    if file is None:
        return None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(f"{file}.lock")
        lock.acquire(timeout=0)
    except Timeout as error:
        fault = (
            f"IMAGINE_DATABASE_URL: {file} is in use by another imagine-bot. Stop that one, give this one"
            " a data folder of its own (IMAGINE_DATA_DIR), or use postgresql:// for several."
        )
        raise InUse([fault]) from error
    except OSError as error:
        fault = (
            f"IMAGINE_DATA_DIR: {file.parent} cannot be written ({error.strerror}). Choose another folder."
        )
        raise ConfigError([fault]) from error
    return lock


def _engine(url: str, writer: RLock) -> Engine:
    engine = create_engine(
        url, pool_size=_THREADS, max_overflow=0, pool_pre_ping=not url.startswith("sqlite")
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune)
        event.listen(engine, "begin", _begin)
        _one_writer(engine, writer)
    else:
        bound(engine, IDLE)
    return engine


def bound(engine: Engine, seconds: float) -> None:
    """A transaction on Postgres stands still no longer than this.

    A process that is frozen in one, or lost with its machine, holds rows that whoever takes its jobs over has
    to change.
    """

    def limit(connection: Any, _record: Any) -> None:
        with closing(connection.cursor()) as cursor:
            cursor.execute(f"SET idle_in_transaction_session_timeout = '{seconds:.0f}s'")
        connection.commit()

    event.listen(engine, "connect", limit)


def _tune(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    connection.execute("PRAGMA journal_mode=WAL")  # stays with the file, so the engine has it too
    connection.execute("PRAGMA busy_timeout=30000")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("reads"):
        connection.exec_driver_sql("BEGIN")  # readers need no lock
        return
    _sync(connection, options.get("synced", True))
    # IMMEDIATE: two writers queue up at the start and none fails half way.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _sync(connection: Connection, synced: bool) -> None:
    """Whether the commit to come waits for the disk; SQLite keeps it for the connection."""
    level = "FULL" if synced else "NORMAL"
    if connection.info.get("synchronous") != level:
        connection.exec_driver_sql(f"PRAGMA synchronous={level}")
        connection.info["synchronous"] = level


def _tune_for_dbos(connection: Any, _record: Any) -> None:
    # As DBOS sets it on an engine of its own making: the driver begins before the first write.
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA foreign_keys=ON")
    # A power cut may cost the engine its last records, never those that the ledger syncs, in the same
    # log: a step that is run again finds there that its picture is painted or its message posted.
    connection.execute("PRAGMA synchronous=NORMAL")
    # From Python 3.12 on DBOS stamps its rows with unixepoch('subsec'), of SQLite 3.42. Python takes the
    # system's SQLite, which is older in Debian 12 and Ubuntu 22.04: nothing started there.
    if sqlite3.sqlite_version_info < (3, 42):
        connection.create_function("unixepoch", 1, lambda how: time() if how == "subsec" else None)


_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "BEGIN IMMEDIATE")


def _one_writer(engine: Engine, writer: RLock) -> None:
    """Writers of this process wait for each other on a lock.

    Without it they meet in SQLite, whose waiting is sleeping, up to 100 ms at a time: measured, that tripled
    the time of a burst of 50 jobs.
    """

    def take(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        info = connection.info
        if not info.get("writes") and statement.lstrip()[:15].upper().startswith(_WRITES):
            writer.acquire()
            info["writes"] = True

    def give(_connection: Any, record: ConnectionPoolEntry, *_: Any) -> None:
        if record.info.pop("writes", False):
            writer.release()

    event.listen(engine, "before_cursor_execute", take)
    event.listen(engine, "checkin", give)


def migrate(database: Database) -> None:
    """Bring the schema up to date. Forward only; nothing to do costs one query.

    Raises ``ConfigError`` when the database cannot be reached, or is of a later release.
    """
    try:
        with database.engine.connect() as connection:
            if _version(connection) == HEAD:
                return
        _upgrade(database)
    except OperationalError as error:
        # The class alone: a driver's sentence may repeat the address with its password.
        cause = type(error.orig).__name__
        fault = f"IMAGINE_DATABASE_URL: the database cannot be used ({cause}). Check that it runs."
        raise ConfigError([fault]) from error


def _version(connection: Connection) -> str | None:
    if "imagine_version" not in inspect(connection).get_table_names():
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM imagine_version")).scalar()
    return version


def _upgrade(database: Database) -> None:
    from alembic import command  # heavy, and only wanted when the schema is behind
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("schema")))
    with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # several processes start at once: one of them does it
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            fault = "IMAGINE_DATABASE_URL: the database belongs to a later release. Install that one."
            raise ConfigError([fault]) from error
