"""The guard on every message we make: a post is not idempotent, so look before repeating one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog

from bot.chat import Chat, Found
from bot.errors import ChatError, FileRefused, LostReply, Overslept
from bot.jobs import Ledger
from bot.types import FileId, Job, JobId, MessageRef, Note, Place, Post, Role

log = structlog.get_logger()

T = TypeVar("T")

_LOST_REPLIES = 2
"""Posts repeated after a look that did not find them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """Seconds to wait for slow truth; tests shrink them."""

    look: float = 1.5
    """Before looking for a message whose reply was lost: it may still be on its way."""
    files: float = 60.0
    """For an uploaded file to become showable."""
    file_first: float = 0.25
    file_most: float = 5.0
    twin: float = 2.0
    """For the other telling of a message that the platform tells of twice."""
    store: tuple[float, ...] = (0.2, 1.0, 3.0, 5.0, *[10.0] * 29)
    """Between the tries to keep a picture: it is paid for, and waits five minutes for its place."""


async def when_ready(
    act: Callable[[], Awaitable[T]],
    patience: Patience,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> T:
    """Do it as soon as the platform shows the files in it. Raises ``FileRefused`` when it never does."""
    waited, wait = 0.0, patience.file_first
    while True:
        try:
            return await act()
        except FileRefused:
            if waited >= patience.files:
                raise
            await sleep(wait)
            waited, wait = waited + wait, min(wait * 2, patience.file_most)


class Poster:
    """Makes each of a job's messages once."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        now: Callable[[], datetime],
        patience: Patience,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._ledger = ledger
        self._now = now
        self._patience = patience
        self._sleep = sleep
        self._hands: dict[tuple[JobId, Role], tuple[asyncio.Lock, int]] = {}

    async def post(self, chat: Chat, post: Post, to: Place, files: Sequence[FileId] = ()) -> MessageRef:
        """Make the message with these files in it, or find the one that an earlier try made.

        Raises ``LostReply`` when it may be there and nobody can look, ``FileRefused`` when the files stay
        refused, ``Overslept`` when another process has the job by now, any other ``ChatError`` when it was
        certainly not made.
        """
        async with self._hand((post.job.id, post.role)):
            return await self._post(chat, post, to, files)

    @asynccontextmanager
    async def _hand(self, what: tuple[JobId, Role]) -> AsyncIterator[None]:
        """One hand at a time on one message: a second click waits, and finds what the first one made."""
        lock, users = self._hands.get(what, (asyncio.Lock(), 0))
        self._hands[what] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._hands.pop(what)
            if users > 1:
                self._hands[what] = (lock, users - 1)

    async def _post(self, chat: Chat, post: Post, to: Place, files: Sequence[FileId]) -> MessageRef:
        job, role = post.job.id, post.role
        intent = await self._ledger.intend(post.job, role, self._now(), files)
        if intent and intent.message:
            return intent.message
        try:
            message = await self._earlier(chat, post, to, intent.at) if intent else None
            message = message or await self._make(chat, post, to)
        except (LostReply, Overslept):
            raise
        except ChatError:
            await self._ledger.forget_message(job, role)
            raise
        if await self._ledger.posted(job, role, message):
            return message
        return await self._taken_back(chat, post, message)

    async def _taken_back(self, chat: Chat, post: Post, ours: MessageRef) -> MessageRef:
        """While we posted another process did, which took us for dead: ours goes. Raises ``Overslept``."""
        job, theirs = post.job, await self._ledger.message(post.job.id, post.role)
        log.warning("a message was made by another process too", job=job.id, role=post.role.value)
        await chat.delete(ours, job.place.workspace)
        if theirs is None:  # its job is over, or gone
            raise Overslept("post", "overslept")
        return theirs

    async def _make(self, chat: Chat, post: Post, to: Place) -> MessageRef:
        began, lost = self._now(), 0
        while True:
            try:
                return await self.when_ready(partial(chat.post, post, to))
            except Overslept:
                if there := await self._ledger.message(post.job.id, post.role):
                    return there
                if post.role is Role.PLACEHOLDER and not await self._ledger.keeps(post.job.id):
                    raise
            except LostReply:
                lost += 1
                if found := await self._look(chat, post, to, began):
                    return found
                if lost > _LOST_REPLIES:
                    raise

    async def when_ready(self, act: Callable[[], Awaitable[T]]) -> T:
        """See ``when_ready``."""
        return await when_ready(act, self._patience, self._sleep)

    async def _earlier(self, chat: Chat, post: Post, to: Place, since: datetime) -> MessageRef | None:
        """What a life before this one may have made, and did not live to write down.

        A placeholder that nobody can look for is made again: most often it was not sent, and its request
        would end here. Two of them, of which one stays, are the lesser harm.
        """
        try:
            return await self._look(chat, post, to, since)
        except LostReply:
            if post.role is Role.PLACEHOLDER:
                return None
            raise

    async def _look(self, chat: Chat, post: Post, to: Place, since: datetime) -> MessageRef | None:
        await self._sleep(self._patience.look)
        match await chat.find(post, to, since):
            case MessageRef() as message:
                return message
            case Found.NOT_THERE:
                return None
            case Found.CANNOT_LOOK:
                raise LostReply("post", "cannot_look")


async def tell(chat: Chat, job: Job, note: Note) -> None:
    """Say something to a job's person; where that fails it is logged, and the job goes on."""
    try:
        await chat.tell(note, job.whisper, job.locale)
    except ChatError as error:
        log.warning("the person could not be told", cause=str(error))
