"""Progress on the placeholders: one writer for each message, not too often, and never after the result."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from aiolimiter import AsyncLimiter

from bot.chat import Chat
from bot.errors import ChatError, FileRefused
from bot.jobs import Ledger
from bot.types import Face, Job, JobId, JobState, Person, Platform, Post, Queued, Role

log = structlog.get_logger()

_EVERY = 3.0
"""Seconds between two updates of one message, as Slack asks for."""
_FIRST = 1.0
"""Seconds a new placeholder is left alone: most short jobs need no update at all."""
_TICK = 0.25
_FILE_EVERY = 1.0
"""Seconds between two tries to show a preview that the platform is still processing."""
_A_MINUTE = 40
"""Updates of all messages; results that are updates too must find room beside them."""
_AT_ONCE = 3
_LINE_SHOWN = 25
"""Jobs of the line whose place is kept up to date; the others are told when they come nearer."""


@dataclass
class _Board:
    """One placeholder in this process."""

    job: Job
    due: float
    wanted: Face | None = None
    shown: Face | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Faces:
    """Shows what is wanted last; drops what nobody would have seen."""

    def __init__(
        self,
        ledger: Ledger,
        chats: Mapping[Platform, Chat],
        *,
        concurrency: int,
        per_person: int,
        clock: Callable[[], float],
        settle: Callable[[JobId], Awaitable[None]],
    ) -> None:
        """``settle``: says on a placeholder how its job ended, if it did."""
        self._settle = settle
        self._per_person = per_person
        self._ledger = ledger
        self._chats = chats
        self.concurrency = concurrency
        self._clock = clock
        self._boards: dict[JobId, _Board] = {}
        self._line_at = 0.0
        self._pace = AsyncLimiter(_A_MINUTE, 60)
        self._seconds_each = 20.0

    def opened(self, job: Job, face: Face) -> None:
        """A placeholder was posted."""
        self._boards[job.id] = _Board(job=job, due=self._clock() + _FIRST, shown=face)

    def want(self, job: Job, face: Face) -> None:
        """Show this on the job's placeholder when its turn comes."""
        board = self._boards.setdefault(job.id, _Board(job=job, due=self._clock()))
        if board.shown != face:
            board.job, board.wanted = job, face

    async def close(self, job: JobId) -> None:
        """No more progress for this job: the result comes. Waits for an update in flight."""
        board = self._boards.pop(job, None)
        if board:
            board.wanted = None
            async with board.lock:
                return

    def took(self, seconds: float) -> None:
        """How long a painting took, for the estimate."""
        self._seconds_each += (seconds - self._seconds_each) / 8

    def at_the_end_of_the_line(self, job: Job) -> Queued:
        """What a new job's placeholder says; of other processes' jobs it hears with the next update."""
        return self._place(job.by, [board.job.by for board in self._boards.values()])

    def _place(self, person: Person, before: Sequence[Person]) -> Queued:
        """About how many are ahead of a job: of everybody's, or of the person's own beyond their share."""
        own = before.count(person)
        ahead = max(len(before) - self.concurrency, own - self._per_person) + 1
        return self.estimate(ahead) if ahead > 0 else Queued()

    def estimate(self, ahead: int) -> Queued:
        """The words for a place in the line."""
        rounds = ahead // self.concurrency + 1
        return Queued(ahead=ahead, seconds=max(5, round(rounds * self._seconds_each / 5) * 5))

    async def run(self) -> None:
        """Until cancelled: update what is due, and the places in the line now and then."""
        while True:
            await asyncio.sleep(_TICK)
            if self._clock() >= self._line_at:
                self._line_at = self._clock() + _EVERY
                await self._line()
            due = [b for b in self._boards.values() if b.wanted and b.due <= self._clock()]
            due.sort(key=lambda board: board.due)
            for board in due[:_AT_ONCE]:
                if self._pace.has_capacity():
                    await self._pace.acquire()
                    await self._update(board)

    async def _line(self) -> None:
        """Who waits learns about which place they have; whose job ended in another process is forgotten."""
        if not self._boards:
            return
        known = list(self._boards)
        line = await self._ledger.line()
        going = {one.job for one in line}
        for job in known:
            if job not in going:
                self._boards.pop(job, None)
        people = [one.by for one in line]
        waiting = [place for place, one in enumerate(line) if one.waits]
        for place in waiting[:_LINE_SHOWN]:
            face, board = self._place(people[place], people[:place]), self._boards.get(line[place].job)
            if board and face.ahead:
                self.want(board.job, face)

    async def _update(self, board: _Board) -> None:
        async with board.lock:
            face, board.wanted = board.wanted, None
            message = await self._ledger.message(board.job.id, Role.PLACEHOLDER) if face else None
            if face is None or message is None:
                return
            board.due = self._clock() + _EVERY
            if not await self._is_going(board.job.id):
                return
            try:
                post = Post(job=board.job, role=Role.PLACEHOLDER, face=face)
                await self._chats[board.job.place.platform].update(message, post)
                board.shown = face
            except FileRefused:
                self._try_again(board, face)
            except ChatError as error:  # progress is a courtesy; the result has its own guard
                log.warning("progress not shown", job=board.job.id, cause=str(error))
            if not await self._is_going(board.job.id):  # in another process: this came after its last word
                await self._settle(board.job.id)

    async def _is_going(self, job: JobId) -> bool:
        known = await self._ledger.get(job)
        return known is not None and known.state in (JobState.WAITING, JobState.PAINTING)

    def _try_again(self, board: _Board, face: Face) -> None:
        """A preview's file is not ready yet; a newer face has the right of way."""
        board.wanted = board.wanted or face
        board.due = self._clock() + _FILE_EVERY
