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
        self._in_hand: dict[JobId, int] = {}
        """The round that is being shown."""
        self._next: dict[JobId, tuple[Job, int]] = {}
        """Their person pressed Retry before the round before was out of hand."""

    async def start(self, job: Job, round_: int, *, wait: bool = False) -> None:
        """Remember to show a job; returns at once.

        ``wait``: a message is told of twice, and the other telling, which starts the job at once, may have
        the files; whoever dies meanwhile leaves the job to the sweep.
        """
        if timer := self._later.pop(job.id, None):
            timer.cancel()
        if job.id in self._in_hand:
            if round_ > self._in_hand[job.id]:
                self._next[job.id] = (job, round_)
            return
        if wait:
            loop = asyncio.get_running_loop()
            self._later[job.id] = loop.call_later(self._twin, self._begin, job, round_)
        else:
            self._begin(job, round_)

    def _begin(self, job: Job, round_: int) -> None:
        self._later.pop(job.id, None)
        self._in_hand[job.id] = round_
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
                del self._in_hand[job.id]
                if job.id in self._next:
                    self._begin(*self._next.pop(job.id))

    async def _sweep(self) -> None:
        """Jobs that were recorded by a process which died before they were in line."""
        while True:
            for job, round_ in await self._ledger.left_behind(_GRACE):
                await self.start(job, round_)
            await asyncio.sleep(_SWEEP_EVERY)
