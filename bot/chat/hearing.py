"""What every ear does around the record: in time, with a word when it fails, and errands after it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

import structlog

from bot.commands.drafts import new_id
from bot.commands.plan import Form
from bot.errors import ChatError
from bot.outcome import Outcome
from bot.types import Action, Incoming, JobId, Note, Text, Words

log = structlog.get_logger()

Take = Callable[[Incoming], Awaitable[Outcome]]
Act = Callable[[Incoming, Outcome], Awaitable[Note | Form | None]]
"""A form goes in the place of the outcome's own, as one whose picture is drawn by now."""
Tell = Callable[[Incoming, Note], Awaitable[None]]


ANSWERS = frozenset({Action.RUN, Action.PAINT, Action.RETRY, Action.CHOOSE, Action.MARKUP})
"""Buttons with which a private note has done its duty."""


class TakeBack(Protocol):
    """Undoes a record whose person is told that it failed."""

    async def __call__(self, job: JobId, /, *, anew: bool) -> bool:
        """``anew``: the same request may come once more, and counts then. False: nothing was undone."""


class Hearing:
    """One platform's way from what was heard to what is recorded."""

    def __init__(
        self, *, take: Take, take_back: TakeBack, tell: Tell, errands: asyncio.TaskGroup, within: float
    ) -> None:
        """``within``: seconds the record may take, before the platform gives up waiting."""
        self._take = take
        self._take_back = take_back
        self._tell = tell
        self._errands = errands
        self._within = within

    async def record(self, incoming: Incoming) -> Outcome | None:
        """What is to be done about it; None when it was not recorded, and the person is told so."""
        record = asyncio.ensure_future(self._take(incoming))  # awaited here, or in _too_late
        done, _ = await asyncio.wait([record], timeout=self._within)
        if not done:
            self.later(self._too_late(incoming, record))
            return None
        try:
            return record.result()
        except Exception:  # the last door of what comes in: logged and answered
            log.exception("a request was not recorded", job=new_id(incoming))
            self.later(self._sorry(incoming))
            return None

    async def unheard(self, incoming: Incoming) -> None:
        """The acknowledgement did not arrive, and the platform told its person that it failed.

        They ask again then, so what was recorded goes. That is told too: an answer in the last moment
        may have counted after all.
        """
        log.warning("an acknowledgement was in vain", job=new_id(incoming))
        if await self._take_back(new_id(incoming), anew=True):
            self.later(self._sorry(incoming))

    def later(self, errand: Coroutine[Any, Any, None]) -> None:
        """Do something after the acknowledgement; whatever happens to it ends with it."""

        async def guarded() -> None:
            try:
                await errand
            except ChatError as error:
                log.warning("an answer was not given", cause=str(error))
            except Exception:  # the last door of what follows: nobody else would hear of it
                log.exception("an answer was not given")

        self._errands.create_task(guarded())

    async def _too_late(self, incoming: Incoming, record: "asyncio.Future[Outcome]") -> None:
        """The acknowledgement could not wait: that is said, and what is recorded after all is taken back."""
        log.warning("a record came too late", job=new_id(incoming))
        await self._sorry(incoming)
        try:
            outcome = await record
            if outcome.job:
                # A form or a button that is pressed once more has the same key; a message that is merely
                # delivered once more was answered.
                await self._take_back(outcome.job, anew=not isinstance(incoming.said, Words))
        except Exception:  # the last door, as in record: the person has been told already
            log.exception("a request was not recorded", job=new_id(incoming))

    async def _sorry(self, incoming: Incoming) -> None:
        number = Text(key="say.number", values={"id": f"#{new_id(incoming)[:4]}"})
        await self._tell(incoming, Note(text=Text(key="say.try_again"), lines=(number,)))
