"""From the recorded row to a placeholder and a place in line: after the acknowledgement or a crash."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.jobs import Ledger
from bot.types import Job, JobId

_AT_ONCE = 16
_SWEEP_EVERY = 2.0
_GRACE = 60.0
"""Seconds after which a row of our own that is not in hand was forgotten."""

Show = Callable[[Job, int], Awaitable[None]]


class Starter:
    """Shows each recorded job, its own and what dead processes left behind."""

    def __init__(self, ledger: Ledger, show: Show, *, twin: float) -> None:
        self._ledger = ledger
        self._show = show
        self._twin = twin
        self._later: dict[JobId, asyncio.TimerHandle] = {}
        self._recorded: asyncio.Queue[tuple[Job, int]] = asyncio.Queue()
        self._in_hand: set[JobId] = set()

    async def start(self, job: Job, round_: int, *, wait: bool = False) -> None:
        """Remember to show a job; returns at once.

        ``wait``: a message is told of twice, and the other telling, which starts the job at once, may have
        the files; whoever dies meanwhile leaves the job to the sweep.
        """
        if timer := self._later.pop(job.id, None):
            timer.cancel()
        if job.id in self._in_hand:
            return
        if wait:
            loop = asyncio.get_running_loop()
            self._later[job.id] = loop.call_later(self._twin, self._begin, job, round_)
        else:
            self._begin(job, round_)

    def _begin(self, job: Job, round_: int) -> None:
        self._later.pop(job.id, None)
        self._in_hand.add(job.id)
        self._recorded.put_nowait((job, round_))

    async def run(self) -> None:
        """Until cancelled: show what was recorded."""
        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(self._serve())
            group.create_task(self._sweep())

    async def _serve(self) -> None:
        while True:
            job, round_ = await self._recorded.get()
            try:
                await self._show(job, round_)
            finally:
                self._in_hand.discard(job.id)

    async def _sweep(self) -> None:
        """Jobs that were recorded by a process which died before they were in line."""
        while True:
            for job, round_ in await self._ledger.left_behind(_GRACE):
                await self.start(job, round_)
            await asyncio.sleep(_SWEEP_EVERY)
