"""What becomes of a placeholder when its job is over; what the platform does not answer is tried again."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import assert_never

import structlog

from bot.chat import Chat
from bot.errors import ChatError, Fault, NoAnswer
from bot.jobs import Ledger
from bot.types import Cancelled, Face, Job, JobId, JobState, MessageRef, Moved, NotMade, Platform, Post, Role

log = structlog.get_logger()

UNCLEAR = "say.unclear"
"""The text key of a failure whose result may be there all the same: "could not be made" would be wrong."""
_HIDDEN = (UNCLEAR, f"fault.{Fault.BLOCKED.value}")
"""Failures whose message goes; of a prompt that was refused nobody else is told."""
_NOBODY_ANSWERS = 2.0
"""Seconds in which nobody writes a reply under a new placeholder."""


class Placeholders:
    """Takes them away, or lets them say how it ended. Nothing here raises: what counts has been done."""

    def __init__(
        self, *, ledger: Ledger, chats: Mapping[Platform, Chat], now: Callable[[], datetime]
    ) -> None:
        self._ledger = ledger
        self._chats = chats
        self._now = now

    async def clear(self, job: Job, message: MessageRef | None) -> bool:
        """The result is there: the placeholder goes, unless people have answered under it.

        False here and below: nobody answered, and it is tried again later.
        """
        if message is None:
            return True
        chat, workspace = self._chats[job.place.platform], job.place.workspace
        try:
            if self._may_have_replies(job) and await chat.has_replies(message, workspace):
                await self._leave(chat, job, message)
                return True
            try:
                await chat.delete(message, workspace)
            except NoAnswer:
                raise
            except ChatError as error:  # some workspaces let nobody delete
                log.warning("the placeholder could not be taken away", cause=str(error))
                await self._leave(chat, job, message)
        except NoAnswer as error:
            return await self._later(job, error)
        except ChatError as error:
            log.warning("the placeholder stays as it was", cause=str(error))
        return True

    async def end(self, job: Job, face: Face | None) -> bool:
        """It says how the job ended; ``None``: it goes."""
        return await self._end(job, await self._ledger.message(job.id, Role.PLACEHOLDER), face)

    async def _end(self, job: Job, message: MessageRef | None, face: Face | None) -> bool:
        if message is None:
            return True
        chat = self._chats[job.place.platform]
        try:
            if face is None:
                await chat.delete(message, job.place.workspace)
            else:
                await chat.update(message, Post(job=job, role=Role.PLACEHOLDER, face=face))
        except NoAnswer as error:
            return await self._later(job, error)
        except ChatError as error:
            log.warning("the placeholder does not say how it ended", cause=str(error))
        await self._ledger.owe_nothing(job.id)
        return True

    async def drop(self, job: Job) -> bool:
        """It goes for good: the request was withdrawn, or waits for the person's word."""
        while True:
            message = await self._ledger.message(job.id, Role.PLACEHOLDER)
            if not await self._end(job, message, None):
                return False
            if await self._ledger.forget_placeholder(job.id, message):
                return True  # else it was just being posted, and is there now

    async def catch_up(self) -> None:
        """What nobody answered to is said or taken away some time later."""
        for owing, message in await self._ledger.owed():
            job = await self._ledger.get(owing.id)  # as it is now: telling the others may have taken minutes
            if job is None or not await self._pay(job, message):
                continue
            if job.state is JobState.DONE:
                await self._ledger.forget_message(job.id, Role.PLACEHOLDER)
            await self._ledger.owe_nothing(job.id)

    async def settle(self, job_id: JobId) -> None:
        """It says how its job ended, if it did: something came after that."""
        job, message = await self._ledger.get(job_id), await self._ledger.message(job_id, Role.PLACEHOLDER)
        if job and message:
            await self._pay(job, message)

    async def _pay(self, job: Job, message: MessageRef) -> bool:
        match job.state:
            case JobState.DONE:
                return await self.clear(job, message)
            case JobState.HELD:
                return await self.drop(job)
            case JobState.FAILED:
                hidden = job.why is not None and job.why.key in _HIDDEN
                kept = bool(await self._ledger.painted(job.id))
                return await self.end(job, None if hidden else NotMade(kept=kept))
            case JobState.CANCELLED:
                return await self.end(job, Cancelled())
            case JobState.WAITING | JobState.PAINTING | JobState.PAINTED | JobState.DELETED:
                return True  # it is on its way again, or gone with all that was its
        assert_never(job.state)

    async def _leave(self, chat: Chat, job: Job, message: MessageRef) -> None:
        """The placeholder stays, and no longer says that something is on its way."""
        await chat.update(message, Post(job=job, role=Role.PLACEHOLDER, face=Moved()))
        await self._ledger.set_aside(job.id)

    async def _later(self, job: Job, error: NoAnswer) -> bool:
        log.warning("the placeholder has to wait", job=job.id, cause=str(error))
        await self._ledger.owe(job.id)
        return False

    def _may_have_replies(self, job: Job) -> bool:
        return (self._now() - job.created_at).total_seconds() > _NOBODY_ANSWERS
