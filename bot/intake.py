"""Incoming → Job: decide and save, while the platform waits. Nothing here talks to the outside."""

import hashlib
from base64 import b32encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot import samples
from bot.chat import SHOWING, Showing
from bot.commands import understand
from bot.commands.plan import Ask, Form, FormFaults, Nothing, Paint, Plan, Press, Say, ShowForm, ShowStatus
from bot.jobs import Ledger, QueueFull
from bot.providers import Menu
from bot.types import (
    Action,
    FormChanged,
    FormSent,
    ImageRequest,
    Incoming,
    Job,
    JobId,
    JobKind,
    JobState,
    Note,
    PlaceKind,
    Pressed,
    Role,
    Text,
    Words,
)

DOUBLE_CLICK = 2.0
"""Seconds within which a second press of the same button is the first one's echo."""
_VARIATIONS = 4

Start = Callable[[Job, int], Awaitable[None]]
"""Starts a recorded job's workflows: (job, round)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What the platform's room does next: acknowledge, then this."""

    note: Note | None = None
    form: Form | None = None
    view: str = ""
    """The open form to draw again; empty: open a new one."""
    faults: dict[str, Text] | None = None
    pressed: tuple[Pressed, Job] | None = None
    status: bool = False
    job: JobId | None = None
    """The job that was recorded, so that a record that came too late can be taken back."""


class Intake:
    """Takes what a person did; when ``take`` returns, it may be acknowledged."""

    def __init__(self, *, menu: Menu, ledger: Ledger, start: Start, depth: int) -> None:
        self._menu = menu
        self._ledger = ledger
        self._start = start
        self._depth = depth

    async def take(self, incoming: Incoming) -> Outcome:
        """Decide, and save what must not be lost."""
        plan = await self._plan(incoming)
        match plan:
            case Paint():
                return await self._paint(incoming, plan.request)
            case Ask():
                return await self._ask(incoming, plan)
            case Say():
                return Outcome(note=plan.note)
            case ShowForm():
                return Outcome(form=plan.form, view=plan.view)
            case FormFaults():
                return Outcome(faults=plan.faults)
            case ShowStatus():
                return Outcome(status=True)
            case Press():
                return await self._press(incoming, plan.pressed)
            case Nothing():
                return Outcome()

    async def _plan(self, incoming: Incoming) -> Plan:
        said = incoming.said
        if isinstance(said, Words) and said.message and incoming.place.kind is not PlaceKind.DM:
            return Nothing()  # before the line knows threads, nothing is painted for what is said in channels
        draft = incoming.said.draft if isinstance(incoming.said, FormChanged | FormSent) else None
        if draft is None:
            return understand(incoming, self._menu)
        job = await self._ledger.get(draft)
        if job is None or job.by.workspace != incoming.person.workspace or not job.request.prompt:
            return Say(note=Note(text=Text(key="say.draft_gone")))
        return understand(incoming, self._menu, draft_prompt=job.request.prompt)

    # -- new jobs

    async def _paint(self, incoming: Incoming, request: ImageRequest) -> Outcome:
        job = _new(incoming, request, kind=JobKind.IMAGINE, state=JobState.WAITING)
        return await self._record(job, key=incoming.key)

    async def _record(self, job: Job, *, key: str, window: float | None = None) -> Outcome:
        try:
            saved, fresh = await self._ledger.add(job, key=key, depth=self._depth, window=window)
        except QueueFull:
            return Outcome(note=Note(text=Text(key="say.queue_full"), quote=job.request.prompt))
        if fresh:
            await self._start(saved, 0)
        return Outcome(job=saved.id if fresh else None)

    async def _ask(self, incoming: Incoming, plan: Ask) -> Outcome:
        job = _new(incoming, plan.request, kind=JobKind.IMAGINE, state=JobState.HELD)
        saved, fresh = await self._ledger.add(job, key=incoming.key)
        if not fresh:
            return Outcome()
        buttons = tuple(replace(button, job=saved.id) for button in plan.note.buttons)
        return Outcome(note=replace(plan.note, buttons=buttons), job=saved.id)

    # -- buttons

    async def _press(self, incoming: Incoming, pressed: Pressed) -> Outcome:
        if pressed.action in (Action.SEEN, Action.UNSEEN):
            return await self._judged(incoming, pressed)
        job = await self._ledger.get(pressed.job)
        if job is None or job.by.workspace != incoming.person.workspace:
            return Outcome(note=Note(text=Text(key="say.job_unknown")))
        if await self._is_hidden(job, incoming, pressed):
            return Outcome(note=Note(text=Text(key="say.not_yours")))
        match pressed.action:
            case Action.AGAIN | Action.VARIATIONS:
                return await self._once_more(incoming, pressed, job)
            case Action.RUN | Action.RETRY:
                return await self._run(incoming, job)
            case Action.EDIT:
                return Outcome(form=self._form(job))
            case _:
                return Outcome(pressed=(pressed, job))

    async def _is_hidden(self, job: Job, incoming: Incoming, pressed: Pressed) -> bool:
        """A private job is its requester's alone, but for the copy they shared."""
        if not job.request.options.private or job.by == incoming.person:
            return False
        shared = await self._ledger.message(job.id, Role.OPEN)
        return shared is None or shared.id != pressed.message

    async def _judged(self, incoming: Incoming, pressed: Pressed) -> Outcome:
        """Keep whether a sample is seen, and the way of showing pictures that follows from all answers."""
        way = samples.way_of(pressed.job)
        if way is None:
            return Outcome(note=Note(text=Text(key="say.job_unknown")))
        workspace = incoming.person.workspace
        answer = samples.YES if pressed.action is Action.SEEN else samples.NO
        await self._ledger.learn(workspace, samples.fact(way), answer)
        answers = {one: await self._ledger.fact(workspace, samples.fact(one)) for one in Showing}
        best = samples.best(answers)
        await self._ledger.learn(workspace, SHOWING, best.value if best else "")
        return Outcome(note=Note(text=Text(key="say.thanks")))

    async def _once_more(self, incoming: Incoming, pressed: Pressed, job: Job) -> Outcome:
        if job.state is JobState.DELETED:
            return Outcome(note=Note(text=Text(key="say.job_deleted")))
        request, kind = job.request, JobKind.AGAIN
        if pressed.action is Action.VARIATIONS:
            request, kind = self._varied(job), JobKind.VARIATIONS
        place = replace(incoming.place, thread=incoming.place.thread or pressed.message)
        new = _new(incoming, request, kind=kind, state=JobState.WAITING)
        # The trigger is new for each press, the key is not: a double click has the same.
        new = replace(new, id=job_id(f"{incoming.key}:{incoming.trigger}"), place=place, parent=job.id)
        return await self._record(new, key=incoming.key, window=DOUBLE_CLICK)

    def _varied(self, job: Job) -> ImageRequest:
        offer = self._menu.find(job.request.options.model) or self._menu.default
        n = min(_VARIATIONS, offer.card.most_images)
        if job.request.options.format == "svg" or len(job.request.prompts) > 1:
            return job.request
        return replace(job.request, options=replace(job.request.options, n=n))

    async def _run(self, incoming: Incoming, job: Job) -> Outcome:
        """The person's word for a job that was held, or their Retry of one that ended badly."""
        if job.by != incoming.person:
            return Outcome(note=Note(text=Text(key="say.not_yours")))
        round_ = await self._ledger.again(job.id)
        if round_ is None:
            return Outcome(note=Note(text=Text(key="say.already_running")))
        await self._start(job, round_)
        return Outcome()

    def _form(self, job: Job) -> Form:
        from bot.commands import form

        return form.build(self._menu, job.request.options, job.request.prompt, draft=job.id)


def job_id(key: str) -> JobId:
    """A job's id, the same for every delivery of the same request."""
    digest = hashlib.sha256(key.encode()).digest()
    return JobId(b32encode(digest).decode().lower()[:16])


def _new(incoming: Incoming, request: ImageRequest, *, kind: JobKind, state: JobState) -> Job:
    return Job(
        id=job_id(incoming.key),
        kind=kind,
        state=state,
        request=request,
        by=incoming.person,
        place=incoming.place,
        whisper=incoming.whisper,
        locale=incoming.locale,
        created_at=incoming.at,
    )
