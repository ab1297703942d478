"""The durable engine: DBOS Transact on the bot's own database, with the few settings that it needs here.

Why DBOS, and what it lacks: docs/decisions/0001-durable-engine-dbos.md.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from time import time
from typing import Any

import structlog
from dbos import DBOS, DBOSConfig, SetEnqueueOptions, SetWorkflowID, WorkflowSerializationFormat, error
from sqlalchemy import Connection, Update, column, table, update

from bot.jobs import Body, Rest
from bot.jobs.database import IDLE, Database, sqlite_file
from bot.jobs.presence import Presence, Work
from bot.jobs.unshown import release
from bot.types import JobId, Person

log = structlog.get_logger()

QUEUE = "imagine"
VERSION = "jobs-1"
"""Constant: an automatic version strands the jobs in flight at every upgrade (docs/decisions/0001)."""
POLL = 0.05
"""Seconds between two looks into the queue."""
_BATCH = 500
"""Old records dropped or looked at at once."""
_BROKEN_FOR = 900.0
"""Seconds after which nobody else runs a workflow that broke: longer than any painting."""
_OVER = ("SUCCESS", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_RECOVERIES = 100
"""Restarts a job may live through; every restart counts, so few would turn honest jobs into dead letters."""


class DbosEngine:
    """See ``bot.jobs.Engine``. One at a time in a process: DBOS is one."""

    def __init__(self, database: Database, *, concurrency: int, per_person: int) -> None:
        self._database = database
        # One process has the SQLite file, and finds what it left behind by its name. On Postgres every start
        # has a name of its own, and what a dead one left behind is found by whoever lives.
        self._executor = "local" if sqlite_file(database.url) else database.process
        self._presence = None if sqlite_file(database.url) else Presence(database.url, self._executor)
        self._concurrency = concurrency
        self._per_person = min(per_person, concurrency)
        self._bodies: dict[str, Callable[[str, int, int, str], Awaitable[None]]] = {}
        self._running: dict[str, asyncio.Task[Any]] = {}
        self._asleep: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def at_work(self, bodies: Mapping[str, Body], *, drain: float) -> AsyncIterator[None]:
        """Work while the block lasts; jobs that a dead process left behind go on at once.

        At its end nothing new is taken, what runs gets up to ``drain`` seconds, and the rest is left to
        others or the next start.
        """
        async with self._present():
            await self._launch(bodies)
            try:
                yield
            finally:
                await self._close(drain)

    @asynccontextmanager
    async def _present(self) -> AsyncIterator[None]:
        """Alive in the eyes of the other processes, from before the first job until after the last."""
        if self._presence is None:
            await self._database.write(release)  # whoever was to show them is gone: the file is ours
            yield
            return
        await self._presence.open()
        try:
            async with asyncio.TaskGroup() as group:
                work = Work(running=self._running.keys, drop=self._drop, recover=self._take_over)
                watch = group.create_task(self._presence.watch(work))
                try:
                    yield
                finally:
                    watch.cancel()
        finally:
            await self._presence.close()

    async def _launch(self, bodies: Mapping[str, Body]) -> None:
        logger = logging.getLogger("dbos")
        logger.setLevel(logging.WARNING)
        logger.addFilter(_not_a_cancel)
        DBOS(config=self._config())
        for name, body in bodies.items():
            self._bodies[name] = DBOS.workflow(
                name=name,
                max_recovery_attempts=_RECOVERIES,
                serialization_type=WorkflowSerializationFormat.PORTABLE,
            )(self._counted(body))
        DBOS.launch()
        shared = self._presence is not None
        await DBOS.register_queue_async(
            QUEUE,
            worker_concurrency=self._concurrency,
            # With processes that share a database, each look counts in it what all of them run; one alone
            # knows its own, which spares half of the queries (docs/decisions/0009).
            global_concurrency=self._concurrency if shared else None,
            partition_concurrency=self._per_person if shared else None,
            partition_worker_concurrency=None if shared else self._per_person,
            polling_interval_sec=POLL,
            on_conflict="always_update",
        )

    def _take_over(self, executor: str) -> None:
        _recover(executor)
        with self._database.engine.begin() as db:
            release(db, executor)

    def _config(self) -> DBOSConfig:
        sqlite = sqlite_file(self._database.url) is not None
        return {
            "name": "imagine-bot",
            "system_database_url": self._database.url,
            "application_version": VERSION,
            "executor_id": self._executor,
            "system_database_engine": self._database.engine_for_dbos() if sqlite else None,
            # Few on SQLite, where they queue for the one writer's lock; aiohttp looks names up in them too.
            "max_executor_threads": 4 if sqlite else 32,
            "sys_db_idle_transaction_timeout_sec": IDLE,
            "log_level": "WARNING",
            # We send no messages between workflows, but a stop waits for one round of this listener.
            "notification_listener_polling_interval_sec": 0.2,
        }

    def _counted(self, body: Body) -> Callable[[str, int, int, str], Awaitable[None]]:
        # Without so_far: as an earlier release put it in line.
        async def run(job: str, round_: int, parts: int, so_far: str = "") -> None:
            id_, task = str(DBOS.workflow_id), _this_task()
            if id_ in self._running:  # it was put back in line and came to us again: the first one is a ghost
                self._running[id_].cancel()
            self._running[id_] = task
            try:
                await body(JobId(job), round_, parts, so_far)
            finally:
                if self._running.get(id_) is task:
                    del self._running[id_]

        return run

    def _drop(self, ids: Collection[str]) -> None:
        for id_ in ids:
            if task := self._running.get(id_):
                log.warning("a job was taken over by another process", workflow=id_)
                task.cancel()

    async def sure(self) -> bool:
        """See ``Presence.sure``."""
        return await self._presence.sure() if self._presence else True

    async def enqueue(
        self, body: str, job: JobId, round_: int, parts: int, *, person: Person, rest: Rest | None = None
    ) -> None:
        id_ = _id(body, job, round_) + (f".{rest.number}" if rest else "")
        line = SetEnqueueOptions(
            queue_partition_key=f"{person.workspace}:{person.id}",
            delay_seconds=rest.seconds if rest else None,
        )
        so_far = rest.so_far if rest else ""
        with SetWorkflowID(id_), line:
            await DBOS.enqueue_workflow_async(QUEUE, self._bodies[body], job, round_, parts, so_far)  # type: ignore[arg-type] # DBOS wants a Coroutine; the decorated body is one

    async def may_rest(self) -> bool:
        return await DBOS.patch_async("rest")

    async def step(self, name: str, act: Callable[[], Awaitable[str]], *, stoppable: bool = False) -> str:
        async def run() -> str:
            return await act()

        return await DBOS.run_step_async({"name": name, "preemptible": stoppable}, run)

    async def sleep(self, seconds: float) -> None:
        task = _this_task()
        self._asleep.add(task)
        try:
            await DBOS.sleep_async(seconds)
        finally:
            self._asleep.discard(task)

    async def cancel(self, job: JobId, round_: int) -> None:
        ids = [_id(body, job, round_) for body in self._bodies]
        going = await DBOS.list_workflows_async(
            workflow_id_prefix=ids,
            status=["ENQUEUED", "DELAYED", "PENDING"],
            load_input=False,
            load_output=False,
        )
        found = [one.workflow_id for one in going]  # those of round 12 begin as those of round 1 do
        await DBOS.cancel_workflows_async([id_ for id_ in found if id_.partition(".")[0] in ids])

    async def given_up(self) -> list[tuple[JobId, int]]:
        found = await DBOS.list_workflows_async(
            status=["MAX_RECOVERY_ATTEMPTS_EXCEEDED", "ERROR"],
            sort_desc=True,
            limit=_BATCH,
            load_input=False,
            load_output=False,
        )
        # A process that was frozen may have broken what another runs on: that comes to its end by itself.
        broken_before = (time() - _BROKEN_FOR) * 1000
        dead = [one for one in found if one.status != "ERROR" or (one.updated_at or 0) < broken_before]
        return [_of(one.workflow_id) for one in dead if one.name in self._bodies]

    async def forget(self, jobs: Sequence[JobId]) -> None:
        if not jobs:
            return
        found = await DBOS.list_workflows_async(
            workflow_id_prefix=[f"{body}-{job}-" for body in self._bodies for job in jobs],
            load_input=False,
            load_output=False,
        )
        over = [one.workflow_id for one in found if one.status in _OVER]
        await DBOS.delete_workflows_async(over)
        stopped = [one.workflow_id for one in found if one.status == "CANCELLED"]
        await self._database.write(lambda db: db.execute(_nameless(db, stopped)))

    async def prune(self, before: datetime) -> None:
        while ended := await DBOS.list_workflows_async(
            completed_before=before.isoformat(), limit=_BATCH, load_input=False, load_output=False
        ):
            await DBOS.delete_workflows_async([one.workflow_id for one in ended])

    async def _close(self, seconds: float) -> None:
        # A wait goes on at the next start: nothing to wait for.
        awake = set(self._running.values()) - self._asleep
        patience = int(seconds) if awake else 0
        await asyncio.get_running_loop().run_in_executor(
            None, lambda: DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=patience)
        )
        # DBOS leaves its own pool, now shut, as the loop's: what is closed after us needs a living one.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        # What still runs can save nothing any more; it ends here, before the doors it uses are closed.
        left = list(self._running.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


def _nameless(db: Connection, ids: Sequence[str]) -> Update:
    """Take whose they were out of records; the engine has no word for that, only for their end."""
    schema = "dbos" if db.dialect.name == "postgresql" else None
    records = table("workflow_status", column("workflow_uuid"), column("queue_partition_key"), schema=schema)
    return update(records).where(records.c.workflow_uuid.in_(ids)).values(queue_partition_key=None)


def _not_a_cancel(record: logging.LogRecord) -> bool:
    """DBOS tells a cancelled workflow as an error with a traceback; to us a button was pressed."""
    cause = record.exc_info[1] if record.exc_info else None
    return not isinstance(cause, error.DBOSAwaitedWorkflowCancelledError)


def _this_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("a workflow runs in a task")
    return task


def _recover(executor: str) -> None:
    # Private, and pinned by the version: the public one has no executor to match, starts the count towards a
    # dead letter anew, and revives what was cancelled meanwhile (docs/decisions/0001).
    DBOS._recover_pending_workflows([executor])  # noqa: SLF001 -- above


def _id(body: str, job: JobId, round_: int) -> str:
    return f"{body}-{job}-{round_}"


def _of(id_: str) -> tuple[JobId, int]:
    """The job and the round of a workflow's id, rests left away."""
    _body, job, round_ = id_.partition(".")[0].rsplit("-", 2)
    return JobId(job), int(round_)
