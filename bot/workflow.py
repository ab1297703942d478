"""Job → ImageResult → Post, durably, with a save between what costs money and what does not.

``show`` posts the placeholder and puts the job in line; ``paint``, the engine's workflow, makes the pictures,
saved one call at a time, and delivers them. A replay runs its body again: what costs money is in steps, and
the ledger knows what of the rest is done.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from time import monotonic

import structlog

from bot.chat import Chat, Showing
from bot.delivery import Delivery
from bot.easel import Easel
from bot.editing import Copied, Editing, Ready
from bot.errors import ChatError, Fault, ImageServiceError, LostReply, MessageGone, NotWelcome
from bot.faces import Faces
from bot.gathering import Held, Unfit
from bot.jobs import LOOK_AGAIN, Begun, Blobs, Budget, Engine, Ledger, Turn
from bot.observe import Metrics, PaidAgain
from bot.posting import Poster
from bot.providers import ImageModel, Keep, Menu, Order, Service
from bot.providers.allowance import taken
from bot.providers.policy import GiveUp, Tries, Wait, after, reasons
from bot.strays import sweep
from bot.traces import OFF, Traces
from bot.types import (
    COPIES,
    Action,
    BlobKey,
    Button,
    Cancelled,
    Job,
    JobId,
    JobState,
    MessageRef,
    Note,
    NotMade,
    Painting,
    PlaceKind,
    Platform,
    Post,
    Role,
    Text,
)

log = structlog.get_logger()

PAINT = "paint"
EDIT = "edit"
_SHEET = 2
"""Pictures from which on a contact sheet is shown."""

_HELD = "held"
"""The outcome of a call that was not made yet: the service's own limit is used up for now."""
PersonHash = Callable[[Job], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class PartEnd:
    """How one call for one part ended, as the engine saves it."""

    wait: float | None = None
    """Seconds until it is tried again."""
    tries: Tries
    why: str = ""
    """A text key, when it failed for good."""
    values: dict[str, str | int]
    fault: str = ""
    reasons: tuple[tuple[str, dict[str, str | int]], ...] = ()
    """More sentences under ``why``: text keys and what fills their blanks."""
    stopped: bool = False

    @property
    def note(self) -> Note:
        """What the person is told of it."""
        lines = tuple(Text(key=key, values=values) for key, values in self.reasons)
        return Note(text=Text(key=self.why, values=self.values), lines=lines)

    def dump(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def load(saved: str) -> "PartEnd":
        data = json.loads(saved)
        return PartEnd(**{**data, "tries": Tries(**data["tries"])})


class Workflow:
    """What happens to a job after it was recorded."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        engine: Engine,
        budget: Budget,
        blobs: Blobs,
        chats: Mapping[Platform, Chat],
        models: Mapping[Service, ImageModel],
        menu: Menu,
        poster: Poster,
        delivery: Delivery,
        faces: Faces,
        editing: Editing,
        easel: Easel,
        metrics: Metrics,
        person_hash: PersonHash,
        previews: int,
        now: Callable[[], datetime],
        traces: Traces = OFF,
    ) -> None:
        self._now = now
        self._traces = traces
        self._ledger = ledger
        self._engine = engine
        self._budget = budget
        self._blobs = blobs
        self._chats = chats
        self._models = models
        self._menu = menu
        self._poster = poster
        self._delivery = delivery
        self._faces = faces
        self._editing = editing
        self._easel = easel
        self._metrics = metrics
        self._person_hash = person_hash
        self._previews = previews
        self._turns = asyncio.Lock()

    # -- the two parts

    async def show(self, job: Job, round_: int) -> None:
        """Post the placeholder at once, however long the line is; then get in line.

        Not a workflow: the ledger's row is the record, and a row that is not in line is shown again after a
        crash; the poster makes no second message of it (docs/decisions/0003).
        """
        async with self._last_door(job.id):
            with self._traces.span("show", of=job.trace, job=job.id):
                await self._announce(job, round_)

    async def paint(self, job: JobId, round_: int, parts: int) -> None:
        """Make every part, then deliver what there is."""
        failures = await self._parts(job, parts)
        if failures is not None:
            await self._deliver(job, failures, parts)

    async def edit(self, job: JobId, round_: int, parts: int) -> None:
        """The same for what pictures go into, which are got ready first and put together last."""
        prepared = await self._engine.step(
            "prepare", self._safe(job, partial(self._prepare, job)), stoppable=True
        )
        match prepared:
            case "ready":
                failures = await self._parts(job, parts)
            case "copied":
                failures = ()
            case _:
                return
        if failures is not None:
            await self._engine.step("compose", self._safe(job, partial(self._compose, job)))
            await self._deliver(job, failures, parts)

    async def _parts(self, job: JobId, parts: int) -> tuple[PartEnd, ...] | None:
        """Paint them one after the other: what failed; None when the job was stopped."""
        failures: list[PartEnd] = []
        for part in range(parts):
            end = await self._part(job, part)
            if end.stopped:
                return None
            if end.why:
                failures.append(end)
        return tuple(failures)

    async def _deliver(self, job: JobId, failures: tuple[PartEnd, ...], parts: int) -> None:
        async with self._last_door(job):  # no step: the ledger says what of it is done (docs/decisions/0009)
            await self._finish(job, failures, parts)

    async def _part(self, job: JobId, part: int) -> PartEnd:
        tries = Tries()
        while True:
            act = partial(self._paint_part, job, part, tries)
            saved = await self._engine.step(f"paint-{part}", self._safe(job, act), stoppable=True)
            end = PartEnd.load(saved) if saved else PartEnd(tries=tries, values={}, stopped=True)
            if end.wait is None:
                return end
            tries = end.tries
            await self._engine.sleep(end.wait)

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
            except Exception:  # the last door: nobody above would tell the person
                log.exception("a bug stopped a job")
                await self._fail(job, Note(text=Text(key="say.bug")))

    # -- show

    async def _announce(self, job: Job, round_: int) -> None:
        chat = self._chats[job.place.platform]
        job = await self._settled(chat, job)
        face = self._faces.at_the_end_of_the_line(job)
        try:
            post = Post(job=job, role=Role.PLACEHOLDER, face=face)
            reused = await self._reused(chat, post) if round_ else None
            message = reused or await self._poster.post(chat, post, job.place)
        except NotWelcome:
            await self._hold(chat, job)
            return
        except LostReply:
            await self._fail(job.id, Note(text=Text(key="say.unclear")))
            return
        except ChatError as error:
            log.error("the placeholder could not be posted", cause=str(error))  # noqa: TRY400 -- the cause says it all
            await self._fail(job.id, Note(text=Text(key="say.chat_failed")))
            return
        self._faces.opened(job, face)
        parts = len(job.request.prompts)
        body = EDIT if job.request.sources or job.request.seek or job.kind in COPIES else PAINT
        await self._engine.enqueue(body, job.id, round_, parts, person=job.by)
        if await self._ledger.queued(job.id) is JobState.CANCELLED:
            await self._faces.close(job.id)
            await chat.update(message, Post(job=job, role=Role.PLACEHOLDER, face=Cancelled()))

    async def _reused(self, chat: Chat, post: Post) -> MessageRef | None:
        """After a Retry the message that says "could not be made" is the placeholder again."""
        message = await self._ledger.message(post.job.id, Role.PLACEHOLDER)
        if message is None:
            return None
        try:
            await chat.update(message, post)
        except MessageGone:
            await self._ledger.forget_message(post.job.id, Role.PLACEHOLDER)
            return None
        return message

    async def _settled(self, chat: Chat, job: Job) -> Job:
        """The job with what only the platform can say: their language, and their DM if it is private."""
        place = job.place
        beside = job.parent is not None and place.kind is PlaceKind.DM
        if (job.request.options.private and not beside) or place.channel == job.by.id:
            place = await chat.open_dm(job.by)
        return replace(job, locale=job.locale or await chat.locale(job.by), place=place)

    async def _hold(self, chat: Chat, job: Job) -> None:
        why = Text(key="say.not_welcome")
        await self._ledger.move(job.id, JobState.HELD, only_from=[JobState.WAITING], why=why)
        retry = Button(action=Action.RETRY, job=job.id)
        await self._tell(chat, job, Note(text=why, buttons=(retry,)))

    # -- pictures that go in

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
                    await self._tell(chat, job, note)
                await self._lay_out(chat, job_id)
                return "ready"
            case Copied():
                return "copied"
            case Held(request=request, text=text):
                await self._ask(chat, replace(job, request=request), text)
                return "held"
            case Unfit(note=note):
                await self._fail(job_id, note)
                return "failed"

    async def _ask(self, chat: Chat, job: Job, text: Text) -> None:
        """Nothing is paid before the person has seen where the picture would change."""
        if not await self._ledger.move(job.id, JobState.HELD, only_from=[JobState.WAITING], why=text):
            return
        await self._faces.close(job.id)
        await self._delivery.drop_placeholder(job)
        await self._tell(chat, job, await self._easel.region(job, text))

    async def _lay_out(self, chat: Chat, job_id: JobId) -> None:
        """Several pictures are shown with their numbers, once; painting does not wait for an answer."""
        job, inputs = await self._ledger.get(job_id), await self._ledger.inputs(job_id)
        if job is None or len(inputs) < _SHEET or not await self._ledger.claim(f"sheet:{job_id}"):
            return
        try:
            await self._tell(chat, job, await self._easel.contact_sheet(job, inputs))
        except (ChatError, FileNotFoundError) as error:  # a courtesy
            log.info("no contact sheet", cause=str(error))

    async def _compose(self, job: JobId) -> str:
        await self._editing.compose(job)
        return ""

    # -- paint

    async def _paint_part(self, job_id: JobId, part: int, tries: Tries) -> str:
        begun = await self._ledger.begin_part(job_id, part)
        async with (
            self._turns
        ):  # many were counted in one write: each begins in a turn of the loop of its own
            await asyncio.sleep(0)
        if begun is None:
            return PartEnd(tries=tries, values={}, stopped=True).dump()
        if begun.made:
            return PartEnd(tries=tries, values={}).dump()
        job = begun.job
        await self._count(begun)
        order = await self._order(job, part)
        if order is None:
            await self._ledger.end_call(begun.call, Fault.REFUSED.value)
            return PartEnd(tries=tries, why="say.model_gone", values={}, fault=Fault.REFUSED).dump()
        turn = Turn(person=job.by, job=job_id, part=part)
        wait = await self._budget.take(order.offer.name, taken(order), turn)
        if wait:
            self._metrics.held_back(order.offer.name)
            await self._ledger.end_call(begun.call, _HELD)
            self._faces.want(job, Painting(done=part, waiting=True))
            return PartEnd(wait=min(wait, LOOK_AGAIN), tries=tries, values={}).dump()
        if not order.previews:  # where there are some, the first update is for them
            self._faces.want(job, Painting(done=part))
        model = order.offer.card.name
        try:
            with self._traces.span("paint", of=job.trace, job=job_id, part=part, model=model):
                await self._call(job, part, begun.call, order)
        except FileNotFoundError:  # a picture that goes in was deleted meanwhile; nothing was paid
            await self._ledger.end_call(begun.call, _HELD)
            return PartEnd(tries=tries, why="reply.picture_gone", values={}, fault=Fault.REFUSED).dump()
        except ImageServiceError as error:
            return self._after(job, error, tries, part).dump()
        return PartEnd(tries=tries, values={}).dump()

    async def _count(self, begun: Begun) -> None:
        if begun.cut_off:
            await sweep(self._ledger, self._blobs, begun.job.id)
            self._metrics.paid_again(PaidAgain.CRASH)
        elif begun.job.state is JobState.WAITING:
            self._metrics.waited((self._now() - begun.job.created_at).total_seconds())

    async def _order(self, job: Job, part: int) -> Order | None:
        offer = self._menu.find(job.request.options.model)
        if offer is None:
            return None
        return Order(
            prompt=job.request.prompts[part],
            options=job.request.options,
            offer=offer,
            person=self._person_hash(job),
            previews=await self._previews_for(job),
        )

    async def _previews_for(self, job: Job) -> int:
        """Partial images cost money: only where they can be shown and are worth it."""
        options = job.request.options
        worth = options.n == 1 and len(job.request.prompts) == 1 and options.quality != "low"
        return self._previews if worth and self._previews and await self._delivery.can_preview(job) else 0

    async def _call(self, job: Job, part: int, call: int, order: Order) -> None:
        """One paid call, counted before it is made, kept before it is believed."""
        model = self._models[order.offer.service]
        show = partial(self._show_preview, job) if order.previews else None
        try:
            async with self._editing.order(job, order) as full, self._keeping(job.id) as keep:
                painted = await model.paint(full, keep, show)
        except ImageServiceError as error:
            self._metrics.not_painted(error)
            log.warning("the image service did not paint", part=part, cause=str(error))
            await self._ledger.end_call(call, error.fault.value)
            if error.fault is Fault.BUSY and error.retry_after:
                await self._budget.pause(order.offer.name, error.retry_after)
            raise
        if not await self._ledger.save_painted(job.id, part, painted, call=call):
            await self._blobs.delete([picture.blob for picture in painted.pictures])
        if painted.rest:
            await self._budget.pause(order.offer.name, painted.rest)
        self._metrics.painted(painted)
        self._faces.took(painted.seconds)

    @asynccontextmanager
    async def _keeping(self, job: JobId) -> AsyncIterator[Keep]:
        """Where a call's pictures go; nothing stays of a call that does not end well."""
        kept: list[BlobKey] = []

        async def keep(data: bytes, media_type: str) -> BlobKey:
            kept.append(await self._blobs.put(data, media_type, job))
            return kept[-1]

        try:
            yield keep
        except BaseException:  # a cancel too
            await asyncio.shield(self._blobs.delete(kept))
            raise

    async def _show_preview(self, job: Job, data: bytes) -> None:
        try:
            face = await self._delivery.preview(job, data)
        except ChatError as error:  # a preview is a courtesy
            log.info("no preview", cause=str(error))
            return
        self._faces.want(job, face)

    def _after(self, job: Job, error: ImageServiceError, tries: Tries, part: int) -> PartEnd:
        match after(error, tries, random.random()):  # noqa: S311 -- jitter, not a secret
            case Wait(seconds=seconds):
                if error.fault is Fault.BROKEN:
                    self._metrics.paid_again(PaidAgain.BROKEN)
                self._faces.want(job, Painting(done=part, waiting=True))
                return PartEnd(wait=seconds, tries=tries.plus(error, seconds), values={})
            case GiveUp():
                text = error.text or Text(key=f"fault.{error.fault.value}")
                more = tuple((one.key, one.values) for one in reasons(error))
                fault = error.fault.value
                return PartEnd(tries=tries, why=text.key, values=text.values, fault=fault, reasons=more)

    # -- the end

    async def _finish(self, job_id: JobId, failures: tuple[PartEnd, ...], parts: int) -> None:
        began = monotonic()
        if len(failures) == parts:
            first = failures[0]
            fault = Fault(first.fault) if first.fault else None
            await self._fail(job_id, first.note, fault)
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
            await self._fail(job_id, Note(text=Text(key="say.unclear")), hidden=alone)
            return
        except ChatError as error:
            log.error("the result could not be posted", cause=str(error))  # noqa: TRY400 -- the cause says it all
            await self._fail(job_id, Note(text=Text(key="say.painted_not_posted")))
            return
        await self._ledger.finish(job_id)
        self._metrics.posted(monotonic() - began)
        self._metrics.job_came_to(JobState.DONE)
        await self._tell_missing(job, failures)

    async def _tell_missing(self, job: Job, failures: tuple[PartEnd, ...]) -> None:
        if failures:
            await self._tell(self._chats[job.place.platform], job, failures[0].note)

    async def _fail(
        self, job_id: JobId, note: Note, fault: Fault | None = None, *, hidden: bool = False
    ) -> None:
        """The public message says little, or goes; the person is told why and what to do."""
        job = await self._ledger.get(job_id)
        running = [JobState.WAITING, JobState.PAINTING, JobState.PAINTED, JobState.FAILED]
        if job is None or not await self._ledger.move(
            job_id, JobState.FAILED, only_from=running, why=note.text
        ):
            return
        await self._faces.close(job_id)
        self._metrics.job_came_to(JobState.FAILED)
        chat = self._chats[job.place.platform]
        await self._show_failure(chat, job, hidden=hidden or fault is Fault.BLOCKED)
        actions = [Action.EDIT] if fault is Fault.BLOCKED else [Action.RETRY, Action.EDIT]
        buttons = tuple(Button(action=action, job=job_id) for action in actions)
        if fault is not Fault.BLOCKED:  # that one is nobody's to look into
            number = Text(key="say.number", values={"id": job.short})
            note = replace(note, lines=(*note.lines, number))
        await self._tell(chat, job, replace(note, buttons=buttons))

    async def _show_failure(self, chat: Chat, job: Job, *, hidden: bool) -> None:
        message = await self._ledger.message(job.id, Role.PLACEHOLDER)
        if message is None:
            return
        try:
            if hidden:
                await chat.delete(message, job.place.workspace)
            else:
                await chat.update(message, Post(job=job, role=Role.PLACEHOLDER, face=NotMade()))
        except ChatError as error:
            log.warning("the failure could not be shown", cause=str(error))
        await self._delivery.drop_previews(job)

    async def _tell(self, chat: Chat, job: Job, note: Note) -> None:
        try:
            await chat.tell(note, job.whisper, job.locale)
        except ChatError as error:
            log.warning("the person could not be told", cause=str(error))
