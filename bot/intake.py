"""Incoming → Job: decide and save, while the platform waits. Nothing here talks to the outside."""

from dataclasses import replace
from typing import Protocol

from bot import samples
from bot.commands import drafts, form, marking, rework, understand
from bot.commands.plan import (
    Ask,
    Descent,
    FormFaults,
    Newest,
    Nothing,
    Paint,
    Plan,
    Press,
    Say,
    ShowForm,
    ShowStatus,
)
from bot.commands.reply import MOST_SOURCES
from bot.jobs import FORGET, Ledger, QueueFull
from bot.outcome import Outcome
from bot.providers import Menu
from bot.surroundings import Surroundings
from bot.types import (
    Action,
    Brushed,
    FormChanged,
    FormKind,
    FormSent,
    Given,
    ImageRequest,
    Incoming,
    Job,
    JobId,
    JobKind,
    JobState,
    MessageId,
    Note,
    Options,
    Place,
    Pointed,
    Pressed,
    Reacted,
    Rewritten,
    Role,
    Said,
    Sign,
    Source,
    Text,
    Withdrawn,
    Words,
)

DOUBLE_CLICK = 2.0
"""Seconds within which a second press of the same button is the first one's echo."""


class Start(Protocol):
    """Starts a recorded job's workflow."""

    async def __call__(self, job: Job, round_: int, *, wait: bool = False) -> None:
        """``wait``: for the other telling of the same message."""


class Intake:
    """Takes what a person did; when ``take`` returns, it may be acknowledged."""

    def __init__(self, *, menu: Menu, ledger: Ledger, start: Start, depth: int) -> None:
        self._menu = menu
        self._ledger = ledger
        self._around = Surroundings(ledger)
        self._start = start
        self._depth = depth

    async def take(self, incoming: Incoming) -> Outcome:
        """Decide, and save what must not be lost."""
        match incoming.said:
            case Rewritten() as said:
                return await self._rewritten(incoming, said)
            case Withdrawn() as said:
                return await self._withdrawn(incoming, said)
            case Reacted() as said:
                return await self._reacted(incoming, said)
            case Pointed() as said:
                return await self._pointed(incoming, said)
            case Brushed() as said:
                return await self._brushed(incoming, said)
            case _:
                return await self._do(incoming, await self._plan(incoming))

    async def _do(self, incoming: Incoming, plan: Plan) -> Outcome:
        match plan:
            case Paint():
                return await self._paint(incoming, plan)
            case Ask():
                return await self._ask(incoming, plan)
            case Say():
                return await self._say(incoming, plan.note)
            case ShowForm():
                return Outcome(form=plan.form, view=plan.view)
            case FormFaults():
                return Outcome(faults=plan.faults)
            case ShowStatus():
                return Outcome(status=True)
            case Newest():
                return await self._newest(incoming, plan.action)
            case Press():
                return await self._press(incoming, plan.pressed)
            case Nothing():
                return Outcome()

    async def _plan(self, incoming: Incoming) -> Plan:
        match incoming.said:
            case Words():
                return understand(incoming, self._menu, thread=await self._around.thread(incoming))
            case FormChanged() | FormSent() as form if form.draft is not None:
                return await self._of_draft(incoming, form, form.draft)
            case _:
                return understand(incoming, self._menu)

    async def _of_draft(self, incoming: Incoming, said: FormChanged | FormSent, draft: JobId) -> Plan:
        """A form that belongs to a job."""
        job = await self._ledger.get(draft)
        if job is None or job.by.workspace != incoming.person.workspace or job.state is JobState.DELETED:
            return Say(note=Note(text=Text(key="say.draft_gone")))
        if await self._around.is_hidden(job, incoming):
            return Say(note=Note(text=Text(key="say.draft_gone")))
        if said.kind is FormKind.IMAGINE:
            plan = understand(incoming, self._menu, draft_prompt=job.request.prompt)
            return drafts.going_on(plan, job)
        if isinstance(said, FormChanged):
            return drafts.remarked(job, said)
        if said.kind is FormKind.ROLES:
            return rework.with_roles(said, job)
        if job.state is JobState.HELD and said.kind is FormKind.REGION:
            return marking.sent(
                said.fields, marking.own_of(job), drafts.descent_of(job), job.request, self._menu
            )
        if job.state is JobState.HELD:
            given = tuple(Given(attached=file) for file in said.files)
            return rework.edited(said, (*job.request.sources, *given), drafts.descent_of(job), self._menu)
        under = await self._around.under(job, incoming.person, incoming.place, said.choice)
        plan = rework.sent(said, under, self._menu)
        return drafts.as_private(plan, job) if job.by == incoming.person else plan

    async def _brushed(self, incoming: Incoming, said: Brushed) -> Outcome:
        """A region painted by hand: of a result, or in place of the one that a held request has."""
        job = await self._ledger.get(said.job)
        if job is None or job.by.workspace != incoming.person.workspace or job.state is JobState.DELETED:
            return Outcome(note=Note(text=Text(key="say.draft_gone")))
        if await self._around.is_hidden(job, incoming) or (said.held and job.by != incoming.person):
            return Outcome(note=Note(text=Text(key="say.not_yours")))
        if not said.held:
            under = await self._around.under(job, incoming.person, incoming.place, said.choice)
            return await self._do(incoming, rework.brushed(said, under, self._menu))
        if job.state is not JobState.HELD:
            return Outcome(note=Note(text=Text(key="say.already_running")))
        plan = marking.brushed(said, marking.own_of(job), drafts.descent_of(job), job.request, self._menu)
        if not isinstance(plan, Paint) or len(plan.request.prompts) != len(job.request.prompts):
            return await self._do(incoming, plan)
        await self._ledger.amend(job.id, plan.request)
        return await self._run(incoming, job)

    # -- new jobs

    async def _newest(self, incoming: Incoming, action: Action) -> Outcome:
        """What a button under the person's newest result here would do."""
        found = await self._around.newest(incoming.person, incoming.place)
        if found is None:
            return await self._say(incoming, Note(text=Text(key="reply.none_here")))
        job, place = found
        under = await self._around.under(job, incoming.person, place, 0)
        plan = rework.pressed(action, under, self._menu)
        if not isinstance(plan, Paint):
            return await self._do(incoming, plan)
        note = Note(text=Text(key="reply.of_newest", values={"id": job.short}))
        return await self._paint(incoming, replace(plan, note=note), place)

    async def _paint(self, incoming: Incoming, plan: Paint, place: Place | None = None) -> Outcome:
        job = drafts.new_job(incoming, plan.request, plan.descent, state=JobState.WAITING)
        job = replace(job, place=place or await self._around.place(incoming, plan.descent))
        outcome = await self._record(job, key=incoming.key, alias=incoming.alias, said=incoming.said)
        return replace(outcome, note=outcome.note or plan.note) if outcome.job or outcome.note else outcome

    async def _record(
        self,
        job: Job,
        *,
        key: str,
        alias: str = "",
        window: float | None = None,
        said: Said | None = None,
    ) -> Outcome:
        try:
            saved, fresh = await self._ledger.add(job, key=key, alias=alias, depth=self._depth, window=window)
        except QueueFull:
            full = Outcome(note=drafts.no_room(job))
            return replace(full, once=key, twin=said.twin) if isinstance(said, Words) else full
        if isinstance(said, Words):
            return await self._heard(said, job, saved, key, fresh=fresh)
        if fresh:
            await self._start(saved, 0)
        return Outcome(job=saved.id if fresh else None)

    async def _heard(self, said: Words, job: Job, saved: Job, key: str, *, fresh: bool) -> Outcome:
        """One message, of which the platform may tell twice: the telling that has the files counts."""
        if not fresh and drafts.lacks_files(saved, said) and await self._ledger.amend(saved.id, job.request):
            saved = replace(saved, request=job.request)
            if saved.state is JobState.HELD and await self._ledger.claim(drafts.question_key(key)):
                # The telling without the files left a question, which nobody has been asked yet.
                await self._run_held(saved)
        if fresh or saved.state is JobState.WAITING:
            await self._start(saved, 0, wait=fresh and said.twin)
        return Outcome(job=saved.id if fresh else None)

    async def _ask(self, incoming: Incoming, plan: Ask) -> Outcome:
        said = incoming.said
        remarks = isinstance(said, Brushed) or (isinstance(said, FormSent) and said.kind is FormKind.REGION)
        if remarks and (draft := drafts.about(said)) and (adjusted := await self._adjusted(draft, plan)):
            return adjusted
        job = drafts.new_job(incoming, plan.request, plan.descent, state=JobState.HELD)
        job = replace(job, place=await self._around.place(incoming, plan.descent))
        saved, fresh = await self._ledger.add(job, key=incoming.key, alias=incoming.alias)
        if not fresh:
            if drafts.lacks_files(saved, said) and saved.state is JobState.HELD:
                await self._ledger.amend(saved.id, job.request)
            return Outcome()
        buttons = tuple(replace(button, job=saved.id) for button in plan.note.buttons)
        drawn = saved.id if plan.request.candidates or plan.request.region else None
        note = replace(plan.note, buttons=buttons)
        asked = Outcome(note=note, asks=saved.id, job=saved.id, draw=drawn)
        if isinstance(said, Words):
            return replace(asked, once=drafts.question_key(incoming.key), twin=said.twin)
        return asked

    async def _adjusted(self, draft: JobId, plan: Ask) -> Outcome | None:
        """The region of a request that waits for its Run is another one now."""
        job = await self._ledger.get(draft)
        if job is None or job.state is not JobState.HELD or not await self._ledger.amend(draft, plan.request):
            return None
        buttons = tuple(replace(button, job=draft) for button in plan.note.buttons)
        return Outcome(note=replace(plan.note, buttons=buttons), draw=draft)

    async def _say(self, incoming: Incoming, note: Note) -> Outcome:
        """Only an answer; to a message that comes twice, once."""
        if isinstance(incoming.said, Words):
            return Outcome(note=note, once=incoming.key, twin=incoming.said.twin)
        return Outcome(note=note)

    # -- messages that change

    async def _rewritten(self, incoming: Incoming, said: Rewritten) -> Outcome:
        """Until its painting starts, a request is what its message says."""
        job = await self._ledger.by_key(incoming.key)
        if job is None or job.by != incoming.person:
            return Outcome()
        words = Words(
            text=said.text,
            files=said.files,
            mentioned=said.mentioned,
            message=said.message,
            alone=said.alone,
        )
        plan = await self._plan(replace(incoming, said=words))
        if not isinstance(plan, Paint) or plan.request == job.request:
            return Outcome()
        if await self._ledger.amend(job.id, plan.request):
            return Outcome()
        return Outcome(note=Note(text=Text(key="reply.too_late_to_change")))

    async def _withdrawn(self, incoming: Incoming, said: Withdrawn) -> Outcome:
        """Whoever takes their words back takes the request back; with a result everything of it goes."""
        if job := await self._ledger.by_key(incoming.key):
            early = job.state in (JobState.HELD, JobState.WAITING, JobState.PAINTING)
            return Outcome(withdrawn=job if early and job.by.workspace == incoming.person.workspace else None)
        job = await self._shown(incoming, said.message)
        return Outcome(withdrawn=job if job and job.state is JobState.DONE else None)

    async def _shown(self, incoming: Incoming, at: MessageId) -> Job | None:
        """The job whose result this is; we delete placeholders ourselves, and hear of that too."""
        job = await self._ledger.at_message(incoming.person.workspace, incoming.place.channel, at)
        result = await self._ledger.message(job.id, Role.RESULT) if job else None
        return job if result and result.id == at else None

    async def _reacted(self, incoming: Incoming, said: Reacted) -> Outcome:
        """A reaction of the requester's is a button; anybody else's is only a reaction."""
        job = await self._ledger.at_message(incoming.person.workspace, incoming.place.channel, said.message)
        if job is None or job.by != incoming.person or job.state is not JobState.DONE:
            return Outcome()
        action = {Sign.DELETE: Action.DELETE, Sign.TO_ME: Action.SEND, Sign.AGAIN: Action.AGAIN}[said.sign]
        return await self._press(incoming, Pressed(action=action, job=job.id, message=said.message))

    async def _pointed(self, incoming: Incoming, said: Pointed) -> Outcome:
        """The message shortcut: the form that edits what a message shows, the bot's own or somebody's."""
        place = incoming.place
        job = await self._ledger.at_message(incoming.person.workspace, place.channel, said.message)
        if job is not None and job.state is JobState.DONE:
            pressed = Pressed(action=Action.CHANGE, job=job.id, message=said.message)
            return await self._press(incoming, pressed)
        pictures = tuple(file for file in said.files if file.trouble is None)
        if not pictures:
            return Outcome(note=Note(text=_no_picture(said)))
        sources: tuple[Source, ...] = tuple(Given(attached=file) for file in pictures[:MOST_SOURCES])
        request = ImageRequest(prompt="", options=Options(), prompts=("",), sources=sources)
        held = drafts.new_job(incoming, request, Descent(kind=JobKind.EDIT), state=JobState.HELD)
        held = replace(held, place=replace(place, thread=place.thread or said.message))
        saved, _ = await self._ledger.add(held, key=incoming.key)
        return Outcome(form=form.edit(self._menu, Options(), draft=saved.id))

    # -- buttons

    async def _press(self, incoming: Incoming, pressed: Pressed) -> Outcome:
        if pressed.action in (Action.SEEN, Action.UNSEEN):
            said = await samples.judged(self._ledger, pressed, incoming.person.workspace)
            return Outcome(note=Note(text=said))
        if pressed.action is Action.FORGET:
            return await self._forget(incoming)
        job = await self._ledger.get(pressed.job)
        if job is None or job.by.workspace != incoming.person.workspace:
            return Outcome(note=Note(text=Text(key="say.job_unknown")))
        if await self._around.is_hidden(job, incoming, pressed.message):
            return Outcome(note=Note(text=Text(key="say.not_yours")))
        match pressed.action:
            case Action.RUN | Action.PAINT | Action.RETRY | Action.CHOOSE | Action.MARKUP:
                request = drafts.settled(pressed, job.request)
                if job.by == incoming.person:
                    await self._ledger.amend(job.id, request)
                return await self._run(incoming, replace(job, request=request))
            case Action.EDIT:
                draft = form.build(self._menu, job.request.options, job.request.prompt, draft=job.id)
                return Outcome(form=draft)
            case Action.ROLES:
                return Outcome(form=form.roles(job.request.sources, draft=job.id))
            case Action.ADJUST:
                request = job.request
                own = marking.own_of(job)
                shown = marking.build(
                    own, draft=job.id, said=request.region, prompt=request.prompt, free=request.free
                )
                return Outcome(form=shown)
            case Action.CHANGE if job.state is JobState.HELD:
                options = job.request.options
                return Outcome(form=form.edit(self._menu, options, draft=job.id))
            case action if action in rework.ACTIONS:
                return await self._rework(incoming, pressed, job)
            case _:
                return Outcome(pressed=(pressed, job))

    async def _forget(self, incoming: Incoming) -> Outcome:
        """Keep that somebody wants to be forgotten; ``farewell`` does it."""
        who = incoming.person
        await self._ledger.learn(who.workspace, f"{FORGET}{who.id}", incoming.at.isoformat())
        return Outcome(note=Note(text=Text(key="say.forgetting")))

    async def _rework(self, incoming: Incoming, pressed: Pressed, job: Job) -> Outcome:
        """A button that asks for another picture, in the thread of this one."""
        if job.state is JobState.DELETED:
            return Outcome(note=Note(text=Text(key="say.job_deleted")))
        place = replace(incoming.place, thread=incoming.place.thread or pressed.message)
        if pressed.private:
            place = await self._around.own_thread(job, incoming.person, incoming.place)
        under = await self._around.under(job, incoming.person, place, pressed.choice)
        if not pressed.private and (note := rework.which(pressed.action, under.shown)):
            return Outcome(note=note, draw=job.id)
        plan = rework.pressed(pressed.action, under, self._menu)
        if not isinstance(plan, Paint):
            return await self._do(incoming, plan)
        if plan.descent.kind is JobKind.BRANCH:
            place = replace(place, thread=None)
        new = drafts.new_job(incoming, plan.request, plan.descent, state=JobState.WAITING)
        return await self._record(replace(new, place=place), key=incoming.key, window=DOUBLE_CLICK)

    async def _run(self, incoming: Incoming, job: Job) -> Outcome:
        """The person's word for a job that was held, or their Retry of one that ended badly."""
        if job.by != incoming.person:
            return Outcome(note=Note(text=Text(key="say.not_yours")))
        try:
            runs = await self._run_held(job, depth=self._depth)
        except QueueFull:
            return Outcome(note=drafts.no_room(job, Action.RETRY))
        said = "say.already_made" if job.state is JobState.DONE else "say.already_running"
        return Outcome() if runs else Outcome(note=Note(text=Text(key=said)))

    async def _run_held(self, job: Job, depth: int | None = None) -> bool:
        round_ = await self._ledger.again(job.id, depth=depth)
        if round_ is not None:
            await self._start(replace(job, state=JobState.WAITING), round_)
        return round_ is not None


def _no_picture(said: Pointed) -> Text:
    """Why a message that somebody pointed at has none to edit."""
    for file in said.files:
        if file.trouble:
            return Text(key=f"file.{file.trouble.value}", values={"name": file.name})
    return Text(key="reply.no_picture_there")
