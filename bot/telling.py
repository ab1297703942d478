"""What a job's person is told in private, and what becomes of the public message with it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog

from bot.chat import Chat
from bot.delivery import Delivery
from bot.easel import Easel
from bot.errors import NotWelcome
from bot.faces import Faces
from bot.failures import closed, cure
from bot.jobs import Engine, Ledger
from bot.observe import Metrics
from bot.placeholders import Placeholders
from bot.posting import tell
from bot.types import Action, Button, Job, JobId, JobState, Note, NotMade, Platform, Text

log = structlog.get_logger()

_GOING = (JobState.WAITING, JobState.PAINTING, JobState.PAINTED)


class Teller:
    """Ends what cannot go on: with a question, or with the reason why."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        engine: Engine,
        chats: Mapping[Platform, Chat],
        placeholders: Placeholders,
        delivery: Delivery,
        faces: Faces,
        easel: Easel,
        metrics: Metrics,
    ) -> None:
        self._ledger = ledger
        self._engine = engine
        self._chats = chats
        self._placeholders = placeholders
        self._delivery = delivery
        self._faces = faces
        self._easel = easel
        self._metrics = metrics

    async def ask(self, chat: Chat, job: Job, text: Text) -> None:
        """Nothing is paid before the person has said that this is what they want."""
        await self._ledger.owe(job.id)  # the placeholder goes, whoever dies in between
        if not await self._ledger.move(job.id, JobState.HELD, only_from=[JobState.WAITING], why=text):
            return
        await self._faces.close(job.id)
        await self._placeholders.drop(job)
        await tell(chat, job, await self._question(job, text))
        await self._ledger.asked(job.id)

    async def ask_again(self, chat: Chat, job: Job) -> None:
        """A process died that was about to ask; without words there is only a form, which was open then."""
        if job.request.prompt:
            await tell(chat, job, await self._easel.question(job))
        await self._ledger.asked(job.id)

    async def hold(self, chat: Chat, job: Job, error: NotWelcome) -> None:
        """The request is kept until the bot may come in."""
        why, actions = closed(error, job.place)
        await self._ledger.move(job.id, JobState.HELD, only_from=[JobState.WAITING], why=why)
        await tell(chat, job, Note(text=why, buttons=buttons(actions, job.id)))
        await self._ledger.asked(job.id)

    async def fail(self, job_id: JobId, note: Note, *, hidden: bool = False) -> None:
        """The public message says little, or goes; the person is told why and what to do."""
        # After a long sleep another process may have the job: our workflow is cancelled here then.
        await self._engine.sure()
        job = await self._ledger.get(job_id)
        running = [*_GOING, JobState.FAILED]
        if job is None:
            return
        await self._ledger.owe(job_id)  # until its message says so, whoever dies in between
        if not await self._ledger.move(job_id, JobState.FAILED, only_from=running, why=note.text):
            return
        await self._faces.close(job_id)
        self._metrics.job_came_to(JobState.FAILED)
        kept = job.state is JobState.PAINTED
        await self._placeholders.end(job, None if hidden else NotMade(kept=kept))
        await self._delivery.drop_previews(job)
        await tell(self._chats[job.place.platform], job, _with_cure(note, job))

    async def give_up(self) -> None:
        """What the engine does not take up again ends where people see it, with Retry."""
        for job_id, round_ in await self._engine.given_up():
            job = await self._ledger.get(job_id)
            if job is None or job.state not in _GOING or await self._ledger.round(job_id) != round_:
                continue
            if not await self._ledger.claim(f"dead:{job_id}:{round_}"):  # another process looks too
                continue
            log.error("the engine gave a job up", job=job_id)
            await self.fail(job_id, Note(text=Text(key="say.bug")))

    async def _question(self, job: Job, text: Text) -> Note:
        if job.request.region:
            return await self._easel.region(job, text)
        choices = buttons((Action.PAINT, Action.EDIT), job.id)
        return Note(text=text, buttons=choices, quote=job.request.prompt)


def _with_cure(note: Note, job: Job) -> Note:
    helps = cure(note.text)
    if helps.number:
        number = Text(key="say.number", values={"id": job.short})
        note = replace(note, lines=(*note.lines, number))
    return replace(note, buttons=tuple(dict.fromkeys((*buttons(helps.actions, job.id), *note.buttons))))


def buttons(actions: Sequence[Action], job: JobId) -> tuple[Button, ...]:
    """One for each, about the job."""
    return tuple(Button(action=action, job=job) for action in actions)
