"""How what is kept leaves: with a workspace that uninstalled the app, with a person who asks, or by age."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.chat import LEAVING
from bot.delivery import Delivery
from bot.errors import ChatError, NoAnswer, StoreError
from bot.jobs import Archive, Blobs, Engine, Ledger
from bot.strays import sweep
from bot.types import BlobKey, Job, JobId, JobState, Person

log = structlog.get_logger()

_AT_ONCE = 100
"""Jobs forgotten in one transaction."""
_ENGINE_DAYS = 1
"""The engine's own records are of use while a job runs, and for a day to somebody who looks for a fault."""
_SURELY_DEAD = timedelta(hours=1)
"""A job that is over for so long has no call under way."""
_UNPAINTED = (JobState.HELD, JobState.WAITING, JobState.PAINTING)


class Farewell:
    """Each goes on where a crash interrupted it."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        archive: Archive,
        engine: Engine,
        blobs: Blobs,
        delivery: Delivery,
        days: int,
        now: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._archive = archive
        self._engine = engine
        self._blobs = blobs
        self._delivery = delivery
        self._days = days
        self._now = now

    async def of_workspaces(self) -> None:
        """Everything of the workspaces that uninstalled the app: jobs, pictures, what was learnt."""
        for workspace, since in (await self._ledger.facts(LEAVING)).items():
            if since:
                line = await self._ledger.line()
                await self._stop([one.job for one in line if one.by.workspace == workspace])
                while kept := await self._archive.of_workspace(workspace, _AT_ONCE):
                    await self._drop(kept)
                    await self._engine.forget(list(kept))
                await self._ledger.unlearn(workspace)
                log.info("a workspace's data is gone")

    async def of_people(self) -> None:
        """Everything of the people who asked for it, with their messages and files."""
        for person, until in (await self._archive.leaving()).items():
            await self._stop([job.id for job in await self._going(person, until)])
            while jobs := await self._archive.of_person(person, until, _AT_ONCE):
                for job in jobs:
                    await self._take_away(job)
                await self._archive.forget([job.id for job in jobs])
                await self._engine.forget([job.id for job in jobs])
            if not await self._going(person, until):  # else it is just being posted: the next round takes it
                await self._archive.left(person)
                log.info("a person is forgotten")

    async def by_age(self) -> None:
        """What is at rest for longer than the operator keeps things; in the conversation it stays."""
        await self._engine.prune(self._now() - timedelta(days=_ENGINE_DAYS))
        await self._of_deleted()
        await self._of_dead_calls()
        if not self._days:
            return
        before = self._now() - timedelta(days=self._days)
        while kept := await self._archive.older(before, _AT_ONCE):
            await self._drop(kept)
        await self._archive.forget_keys(before)

    async def _of_deleted(self) -> None:
        """What is left of pictures whose deletion a crash cut off, or a platform that did not answer."""
        for job in await self._archive.deleted(_AT_ONCE):
            try:
                await self._delivery.delete(job)
            except (NoAnswer, StoreError) as error:
                log.warning("a deletion has to wait", job=job.id, cause=str(error))
                return
            except ChatError as error:
                await self._without_messages(job, error)

    async def _of_dead_calls(self) -> None:
        """What a process kept and died; while its job was going it might have been frozen, and woken up."""
        for job in await self._archive.dead_calls(self._now() - _SURELY_DEAD):
            await sweep(self._ledger, self._blobs, job)

    async def _drop(self, kept: dict[JobId, tuple[BlobKey, ...]]) -> None:
        for job in kept:
            await self._delivery.drop_copies(job)
            await sweep(self._ledger, self._blobs, job)
        await self._blobs.delete([blob for its in kept.values() for blob in its])
        await self._archive.forget(list(kept))

    async def _stop(self, going: Sequence[JobId]) -> None:
        """Nothing is painted, and paid for, that nobody is to be shown."""
        for job in going:
            await self._ledger.move(job, JobState.CANCELLED, only_from=_UNPAINTED)
            await self._engine.cancel(job, await self._ledger.round(job))

    async def _going(self, person: Person, until: datetime) -> list[Job]:
        return [job for job in await self._ledger.of_person(person) if job.created_at <= until]

    async def _take_away(self, job: Job) -> None:
        try:
            await self._delivery.delete(job)
        except ChatError as error:
            await self._without_messages(job, error)

    async def _without_messages(self, job: Job, error: ChatError) -> None:
        """A closed channel keeps its message; what is ours goes all the same."""
        log.warning("a message could not be deleted", job=job.id, cause=str(error))
        await self._delivery.let_go(job)
