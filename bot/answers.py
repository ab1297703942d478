"""What follows an acknowledgement: the note that a person is told, once it is complete."""

import asyncio
from dataclasses import replace

import structlog

from bot.brush.links import BrushLinks
from bot.commands import marking
from bot.commands.plan import Form
from bot.easel import Easel
from bot.errors import OutsideError
from bot.jobs import Ledger
from bot.outcome import Outcome
from bot.pixels.opening import Unusable
from bot.presses import Presses
from bot.types import FormKind, Home, Incoming, JobId, JobState, Note, Person

log = structlog.get_logger()


class Answers:
    """Finishes what intake decided, when the platform waits no more."""

    def __init__(
        self, *, ledger: Ledger, presses: Presses, easel: Easel, twin: float, brush: BrushLinks | None
    ) -> None:
        """``brush``: leads to the page for painting a region; None: nobody outside reaches our server."""
        self._ledger = ledger
        self._presses = presses
        self._easel = easel
        self._twin = twin
        self._brush = brush

    async def after(self, incoming: Incoming, outcome: Outcome) -> Note | Form | None:
        """What to tell the person, or the form with its picture; nothing where nothing is left to say."""
        told = await self._after(incoming, outcome)
        if told and outcome.asks:  # who dies before leaves the question to others
            await self._ledger.asked(outcome.asks)
        return told

    async def _after(self, incoming: Incoming, outcome: Outcome) -> Note | Form | None:
        if outcome.once and not await self._is_first(outcome):
            return None
        if outcome.form and outcome.form.kind is FormKind.REGION:
            return await self._with_picture(outcome.form, incoming)
        if outcome.note and outcome.draw:
            return await self._with_pictures(outcome.note, outcome.draw)
        if outcome.withdrawn:
            await self._presses.withdraw(outcome.withdrawn)
        if outcome.status:
            return await self._presses.status(incoming.person)
        if outcome.pressed:
            return await self._presses.act(incoming, *outcome.pressed)
        return outcome.note

    async def take_back(self, job: JobId, *, anew: bool) -> bool:
        """Its person was told that it failed: it goes, unless its picture is there already; then False.

        ``anew``: the same request may come once more, and is a new one then.
        """
        found = await self._ledger.get(job)
        if found is None or found.state is JobState.DONE or not await self._presses.withdraw(found):
            return False
        if anew:
            await self._ledger.release(job)
        return True

    async def at_home(self, person: Person) -> Home:
        """A person's own pictures, for a page of the bot's that the platform shows them."""
        return await self._presses.home(person)

    async def _is_first(self, outcome: Outcome) -> bool:
        """Of a message that is told of twice, one telling is answered: the one that asks for more."""
        if outcome.twin:
            await asyncio.sleep(self._twin)
        return await self._ledger.claim(outcome.once)

    async def _with_pictures(self, note: Note, held: JobId) -> Note:
        """What a held request is asked about, drawn: the pictures that may be meant, or the region."""
        job = await self._ledger.get(held)
        if job is None:
            return note
        try:
            return replace(note, pictures=await self._easel.asked(job))
        except (OutsideError, FileNotFoundError) as error:  # the words and the buttons stand alone
            log.warning("a question's pictures could not be shown", cause=str(error))
            return note

    async def _with_picture(self, form: Form, incoming: Incoming) -> Form | None:
        """The region's form with its picture (under the grid, or with the region tinted) and the brush."""
        job = await self._ledger.get(form.draft) if form.draft else None
        if job is None:
            return None
        said = {field.name: field.value for field in form.fields}
        held = job.request.region if job.state is JobState.HELD else None
        try:
            file = await self._easel.marked(job, form.choice, marking.read(said, held))
        except (OutsideError, FileNotFoundError, Unusable) as error:
            log.warning("a region could not be drawn", cause=str(error))
            return None
        form = replace(form, picture=file)
        if self._brush is None:
            return form
        return marking.with_brush(form, self._brush.to(job, form.choice, incoming.whisper))
