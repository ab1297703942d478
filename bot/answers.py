"""What follows an acknowledgement: the note that a person is told, once it is complete."""

import asyncio
from dataclasses import replace

import structlog

from bot.easel import Easel
from bot.errors import ChatError
from bot.intake import Outcome
from bot.jobs import Ledger
from bot.presses import Presses
from bot.types import Incoming, JobId, Note

log = structlog.get_logger()


class Answers:
    """Finishes what intake decided, when the platform waits no more."""

    def __init__(self, *, ledger: Ledger, presses: Presses, easel: Easel, twin: float) -> None:
        self._ledger = ledger
        self._presses = presses
        self._easel = easel
        self._twin = twin

    async def after(self, incoming: Incoming, outcome: Outcome) -> Note | None:
        """What to tell the person, if anything."""
        if outcome.once and not await self._is_first(outcome):
            return None
        if outcome.note and outcome.draw:
            return await self._with_candidates(outcome.note, outcome.draw)
        if outcome.withdrawn:
            await self._presses.withdraw(outcome.withdrawn)
        if outcome.status:
            return await self._presses.status(incoming.person)
        if outcome.pressed:
            return await self._presses.act(incoming, *outcome.pressed)
        return outcome.note

    async def _is_first(self, outcome: Outcome) -> bool:
        """Of a message that is told of twice, one telling is answered: the one that asks for more."""
        if outcome.twin:
            await asyncio.sleep(self._twin)
        return await self._ledger.claim(outcome.once)

    async def _with_candidates(self, note: Note, held: JobId) -> Note:
        job = await self._ledger.get(held)
        if job is None:
            return note
        try:
            return replace(note, pictures=await self._easel.candidates(job))
        except ChatError as error:  # the buttons count the pictures; the thread shows them
            log.warning("the candidates could not be shown", cause=str(error))
            return note
