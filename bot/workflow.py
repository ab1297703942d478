"""Job → ImageResult → Post, durably, with a save between what costs money and what does not.

``show`` posts the placeholder and puts the job in line; ``paint``, the engine's workflow, makes the pictures,
saved one call at a time, and delivers them. A replay runs its body again: what costs money is in steps, and
the ledger knows what of the rest is done.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic

import structlog

from bot.chat import Chat, Showing
from bot.delivery import Delivery
from bot.easel import Easel
from bot.editing import Copied, Editing, Ready
from bot.errors import (
    ChatError,
    Fault,
    LostReply,
    MessageGone,
    NotWelcome,
    OutsideError,
    Overslept,
    StoreError,
)
from bot.faces import Faces
from bot.failures import closed
from bot.gathering import Held, Unfit
from bot.jobs import Engine, Ledger, Rest
from bot.observe import Metrics
from bot.parts import PartEnd, Parts, Progress
from bot.placeholders import UNCLEAR, Placeholders
from bot.posting import Poster, tell
from bot.providers.policy import Tries
from bot.telling import Teller, buttons
from bot.traces import OFF, Traces
from bot.types import (
    Action,
    Button,
    Cancelled,
    Job,
    JobId,
    JobState,
    Note,
    PlaceKind,
    Platform,
    Post,
    Role,
    Text,
)

log = structlog.get_logger()

PAINT = "paint"
EDIT = "edit"
_LOOK_WITHIN = 2.0
"""Seconds a look into the thread may take before the placeholder is posted all the same."""
_MOMENT = 2.0
"""Seconds up to which a wait is waited in its place: another workflow would take as long to begin."""
_SHEET = 2
"""Pictures from which on a contact sheet is shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """One workflow of a job."""

    body: str
    job: JobId
    round: int
    parts: int


class Workflow:
    """What happens to a job after it was recorded."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        engine: Engine,
        parts: Parts,
        chats: Mapping[Platform, Chat],
        poster: Poster,
        placeholders: Placeholders,
        delivery: Delivery,
        faces: Faces,
        editing: Editing,
        easel: Easel,
        teller: Teller,
        metrics: Metrics,
        traces: Traces = OFF,
    ) -> None:
        self._traces = traces
        self._ledger = ledger
        self._engine = engine
        self._parts = parts
        self._chats = chats
        self._poster = poster
        self._placeholders = placeholders
        self._delivery = delivery
        self._faces = faces
        self._editing = editing
        self._easel = easel
        self._teller = teller
        self._metrics = metrics

    # -- the two parts

    async def show(self, job: Job, round_: int) -> None:
        """Post the placeholder at once, however long the line is; then get in line.

        Not a workflow: the ledger's row is the record, and a row that is not in line is shown by another
        process when its own is gone; the poster makes no second message of it (docs/decisions/0003).
        """
        async with self._last_door(job.id):
            with self._traces.span("show", of=job.trace, job=job.id):
                await self._announce(job, round_)

    async def paint(self, job: JobId, round_: int, parts: int, so_far: str) -> None:
        """Make every part, then deliver what there is."""
        run = _Run(body=PAINT, job=job, round=round_, parts=parts)
        failures = await self._painted(run, so_far)
        if failures is not None:
            await self._deliver(job, failures, parts)

    async def edit(self, job: JobId, round_: int, parts: int, so_far: str) -> None:
        """The same for what pictures go into, which are got ready first and put together last."""
        run = _Run(body=EDIT, job=job, round=round_, parts=parts)
        prepare = self._safe(job, partial(self._prepare, job))
        prepared = "ready" if so_far else await self._engine.step("prepare", prepare, stoppable=True)
        match prepared:
            case "ready":
                failures = await self._painted(run, so_far)
            case "copied":
                failures = ()
            case _:
                return
        if failures is not None:
            await self._engine.step("compose", self._safe(job, partial(self._compose, job)))
            await self._deliver(job, failures, parts)

    async def _painted(self, run: _Run, so_far: str) -> tuple[PartEnd, ...] | None:
        """Paint them one after the other: what failed; None when the job was stopped, or rests."""
        progress = Progress.load(so_far)
        if progress.rests and (
            await self._ledger.get(run.job) is None or await self._ledger.round(run.job) != run.round
        ):
            return None  # it was forgotten meanwhile, or cancelled and retried
        while progress.part < run.parts:
            end = await self._part(run, progress)
            if end is None:
                return None
            failures = (*progress.failures, end) if end.why else progress.failures
            progress = replace(progress, part=progress.part + 1, tries=Tries(), failures=failures)
        return progress.failures

    async def _part(self, run: _Run, progress: Progress) -> PartEnd | None:
        part, tries = progress.part, progress.tries
        while True:
            act = partial(self._parts.paint, run.job, part, tries)
            saved = await self._engine.step(f"paint-{part}", self._safe(run.job, act), stoppable=True)
            end = PartEnd.load(saved) if saved else None
            if end is None or end.stopped:
                return None
            if end.wait is None:
                return end
            tries = end.tries
            if end.wait > _MOMENT and await self._engine.may_rest():
                await self._rest(run, replace(progress, tries=tries, rests=progress.rests + 1), end.wait)
                return None
            await self._engine.sleep(end.wait)

    async def _rest(self, run: _Run, progress: Progress, seconds: float) -> None:
        """Who waits for the service's limit is in nobody's way: it goes on as another workflow."""
        job = await self._ledger.get(run.job)
        if job is None:
            return
        if run.body == PAINT:  # what was gathered for an edit goes with its request, which stays as it is
            await self._ledger.rest(run.job)
        rest = Rest(number=progress.rests, seconds=seconds, so_far=progress.dump())
        await self._engine.enqueue(run.body, run.job, run.round, run.parts, person=job.by, rest=rest)

    async def _deliver(self, job: JobId, failures: tuple[PartEnd, ...], parts: int) -> None:
        async with self._last_door(job):  # no step: the ledger says what of it is done (docs/decisions/0009)
            await self._finish(job, failures, parts)

    def _safe(self, job: JobId, act: Callable[[], Awaitable[str]]) -> Callable[[], Awaitable[str]]:
        """A step whose bugs end at the last door; empty when one did."""

        async def run() -> str:
            async with self._last_door(job):
                return await act()
            return ""

        return run

    @asynccontextmanager
    async def _last_door(self, job: JobId) -> AsyncIterator[None]:
        """A bug becomes a visible failure, with the job's id in the log."""
        with structlog.contextvars.bound_contextvars(job=job):
            try:
                yield
            except StoreError as error:  # what is painted stays painted: a Retry goes on from there
                log.error("a job stopped", cause=str(error))  # noqa: TRY400 -- the cause says it all
                await self._teller.fail(job, Note(text=Text(key="say.not_read")))
            except Exception:  # the last door: nobody above would tell the person
                log.exception("a bug stopped a job")
                await self._teller.fail(job, Note(text=Text(key="say.bug")))

    # -- show

    async def _announce(self, job: Job, round_: int) -> None:
        chat = self._chats[job.place.platform]
        if job.state is JobState.HELD:
            await self._teller.ask_again(chat, job)
            return
        face = self._faces.at_the_end_of_the_line(job)
        try:
            job = await self._settled(chat, job)
            if job.request.seek and await self._asked_first(chat, job):
                return
            post = Post(job=job, role=Role.PLACEHOLDER, face=face)
            reused = await self._reused(chat, post) if round_ else False
            if not reused:
                await self._poster.post(chat, post, job.place)
        except ChatError as error:
            await self._not_announced(chat, job, error)
            return
        self._faces.opened(job, face)
        await self._lead_there(chat, job)
        parts = len(job.request.prompts)
        body = EDIT if job.takes_pictures else PAINT
        await self._engine.enqueue(body, job.id, round_, parts, person=job.by)
        if await self._ledger.queued(job.id, round_) is JobState.CANCELLED:
            await self._faces.close(job.id)
            await self._placeholders.end(job, Cancelled())

    async def _not_announced(self, chat: Chat, job: Job, error: ChatError) -> None:
        ours = await self._engine.sure() or await self._ledger.keeps(job.id)
        match error:
            case _ if isinstance(error, Overslept) or not ours:
                log.warning("a placeholder was another process's to post", cause=str(error))
            case NotWelcome():
                await self._teller.hold(chat, job, error)
            case LostReply():
                await self._teller.fail(job.id, Note(text=Text(key=UNCLEAR)))
            case _:
                log.error("the placeholder could not be posted", cause=str(error))
                await self._teller.fail(job.id, Note(text=Text(key="say.chat_failed")))

    async def _reused(self, chat: Chat, post: Post) -> bool:
        """After a Retry the message that says "could not be made" is the placeholder again."""
        message = await self._ledger.message(post.job.id, Role.PLACEHOLDER)
        if message is None:
            return False
        try:
            await chat.update(message, post)
        except MessageGone:
            await self._ledger.forget_message(post.job.id, Role.PLACEHOLDER)
            return False
        return True

    async def _settled(self, chat: Chat, job: Job) -> Job:
        """The job with what only the platform can say: their language, and their DM if it is private."""
        place = job.place
        beside = job.parent is not None and place.kind is PlaceKind.DM
        if (job.request.options.private and not beside) or place.channel == job.by.id:
            place = await chat.open_dm(job.by)
        return replace(job, locale=job.locale or await chat.locale(job.by), place=place)

    async def _lead_there(self, chat: Chat, job: Job) -> None:
        """Where a private picture was asked for, its person is told where it appears; once."""
        asked = job.whisper.place.channel
        if not job.request.options.private or asked in (job.place.channel, job.by.id):
            return
        if not await self._ledger.claim(f"private:{job.id}"):
            return
        url = await chat.address(job.place)
        buttons = (Button(action=Action.GO, job=job.id, url=url),) if url else ()
        await tell(chat, job, Note(text=Text(key="say.private"), buttons=buttons))

    # -- pictures that go in

    async def _asked_first(self, chat: Chat, job: Job) -> bool:
        """Whether the thread has nothing to edit: asked before there is anything for others to see."""
        try:
            async with asyncio.timeout(_LOOK_WITHIN):
                held = await self._editing.seek(job)
        except (ChatError, TimeoutError) as error:  # looked for again when it is the job's turn
            log.info("the thread could not be looked through yet", cause=str(error))
            return False
        if held is None:
            return False
        await self._teller.ask(chat, replace(job, request=held.request), held.text)
        return True

    async def _prepare(self, job_id: JobId) -> str:
        job = await self._ledger.get(job_id)
        if job is None or job.state is not JobState.WAITING:
            return "stopped"
        chat = self._chats[job.place.platform]
        with self._traces.span("prepare", of=job.trace, job=job_id):
            prepared = await self._editing.prepare(job)
        match prepared:
            case Ready(note=note):
                if note:
                    await tell(chat, job, note)
                await self._lay_out(chat, job_id)
                return "ready"
            case Copied():
                return "copied"
            case Held(request=request, text=text):
                await self._teller.ask(chat, replace(job, request=request), text)
                return "held"
            case Unfit(note=note):
                await self._teller.fail(job_id, note)
                return "failed"

    async def _lay_out(self, chat: Chat, job_id: JobId) -> None:
        """Several pictures are shown with their numbers, once; painting does not wait for an answer."""
        job, inputs = await self._ledger.get(job_id), await self._ledger.inputs(job_id)
        if job is None or len(inputs) < _SHEET or not await self._ledger.claim(f"sheet:{job_id}"):
            return
        try:
            await tell(chat, job, await self._easel.contact_sheet(job, inputs))
        except (OutsideError, FileNotFoundError) as error:  # a courtesy
            log.info("no contact sheet", cause=str(error))

    async def _compose(self, job: JobId) -> str:
        await self._editing.compose(job)
        return ""

    # -- the end

    async def _finish(self, job_id: JobId, failures: tuple[PartEnd, ...], parts: int) -> None:
        began = monotonic()
        if len(failures) == parts:
            first = failures[0]
            await self._teller.fail(job_id, first.note, hidden=first.fault == Fault.BLOCKED)
            return
        work = await self._ledger.begin_delivery(job_id)
        if work is None:
            return
        job = work.job
        await self._faces.close(job_id)
        try:
            with self._traces.span("deliver", of=job.trace, job=job_id):
                await self._delivery.deliver(work)
        except LostReply:  # it may well be there: "could not be made" beside it would be wrong
            alone = await self._delivery.way(job) is Showing.POST
            await self._teller.fail(job_id, Note(text=Text(key=UNCLEAR)), hidden=alone)
            return
        except Overslept as error:
            log.warning("a result was another process's to post", cause=str(error))
            return
        except ChatError as error:
            log.error("the result could not be posted", cause=str(error))  # noqa: TRY400 -- the cause says it all
            note = Note(text=Text(key="say.painted_not_posted"))
            if isinstance(error, NotWelcome):
                why, actions = closed(error, job.place)
                note = replace(note, lines=(why,), buttons=buttons(actions, job_id))
            await self._teller.fail(job_id, note)
            return
        await self._ledger.finish(job_id)
        self._metrics.posted(monotonic() - began)
        self._metrics.job_came_to(JobState.DONE)
        if failures:
            await tell(self._chats[job.place.platform], job, failures[0].note)
