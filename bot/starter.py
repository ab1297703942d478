"""From the recorded row to a running workflow: after the acknowledgement, and again after a crash."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.jobs import Engine, Ledger
from bot.types import Job
from bot.workflow import SHOW

_AT_ONCE = 4
_SWEEP_EVERY = 5.0
_GRACE = timedelta(seconds=5)
"""A younger row is being started by whoever recorded it."""


class Starter:
    """Starting twice is harmless: a workflow's id is made from the job's."""

    def __init__(self, ledger: Ledger, engine: Engine, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._engine = engine
        self._now = now
        self._recorded: asyncio.Queue[tuple[Job, int]] = asyncio.Queue()

    async def start(self, job: Job, round_: int) -> None:
        """Remember to start a job; returns at once."""
        self._recorded.put_nowait((job, round_))

    async def run(self) -> None:
        """Until cancelled: start what was recorded."""
        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(self._serve())
            group.create_task(self._sweep())

    async def _serve(self) -> None:
        while True:
            job, round_ = await self._recorded.get()
            await self._engine.start(SHOW, job.id, round_, len(job.request.prompts))

    async def _sweep(self) -> None:
        """Jobs that were recorded by a process which died before it could start them."""
        grace = timedelta()  # at start there is nobody else to be doing it
        while True:
            for job in await self._ledger.unstarted():
                if self._now() - job.created_at >= grace:
                    await self.start(job, await self._ledger.round(job.id))
            grace = _GRACE
            await asyncio.sleep(_SWEEP_EVERY)
