"""One part of a job, painted: counted before it is paid, kept before it is believed."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial

import structlog

from bot.delivery import Delivery
from bot.editing import Editing
from bot.errors import ChatError, Fault, ImageServiceError, StoreError
from bot.faces import Faces
from bot.jobs import Blobs, Budget, Ledger, Turn
from bot.observe import Metrics, PaidAgain
from bot.providers import ImageModel, Keep, Menu, Order, Service
from bot.providers.allowance import taken
from bot.providers.policy import GiveUp, Tries, Wait, after, reasons
from bot.traces import OFF, Traces
from bot.types import BlobKey, Job, JobId, JobState, Note, Painting, Text

log = structlog.get_logger()

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a job is, when it gives its place among the running ones up."""

    part: int = 0
    """The next to be painted."""
    tries: Tries = field(default_factory=Tries)
    """Those of that part."""
    failures: tuple[PartEnd, ...] = ()
    rests: int = 0

    def dump(self) -> str:
        return json.dumps({**asdict(self), "failures": [end.dump() for end in self.failures]})

    @staticmethod
    def load(saved: str) -> "Progress":
        if not saved:
            return Progress()
        data = json.loads(saved)
        failures = tuple(PartEnd.load(end) for end in data["failures"])
        return Progress(**{**data, "tries": Tries(**data["tries"]), "failures": failures})


class Parts:
    """Paints one part of a job at a time."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        budget: Budget,
        blobs: Blobs,
        models: Mapping[Service, ImageModel],
        menu: Menu,
        delivery: Delivery,
        faces: Faces,
        editing: Editing,
        metrics: Metrics,
        person_hash: PersonHash,
        previews: int,
        now: Callable[[], datetime],
        traces: Traces = OFF,
    ) -> None:
        self._ledger = ledger
        self._budget = budget
        self._blobs = blobs
        self._models = models
        self._menu = menu
        self._delivery = delivery
        self._faces = faces
        self._editing = editing
        self._metrics = metrics
        self._person_hash = person_hash
        self._previews = previews
        self._now = now
        self._traces = traces
        self._turns = asyncio.Lock()

    async def paint(self, job_id: JobId, part: int, tries: Tries) -> str:
        """How it ended: a dumped ``PartEnd``."""
        begun = await self._ledger.begin_part(job_id, part)
        async with self._turns:  # many were counted in one write: each begins in its own turn of the loop
            await asyncio.sleep(0)
        if begun is None:
            return PartEnd(tries=tries, values={}, stopped=True).dump()
        if begun.made:
            return PartEnd(tries=tries, values={}).dump()
        job = begun.job
        if begun.cut_off:  # its process may wake up and keep its picture: that is swept when the job is over
            self._metrics.paid_again(PaidAgain.CRASH)
        order = await self._order(job, part)
        if isinstance(order, str):
            await self._ledger.end_call(begun.call, Fault.REFUSED.value)
            return PartEnd(tries=tries, why=order, values={}, fault=Fault.REFUSED).dump()
        turn = Turn(person=job.by, job=job_id, part=part)
        wait = await self._budget.take(order.offer.name, taken(order), turn)
        if wait:
            self._metrics.held_back(order.offer.name)
            await self._ledger.end_call(begun.call, _HELD)
            self._faces.want(job, Painting(done=part, waiting=True))
            return PartEnd(wait=wait, tries=tries, values={}).dump()
        if job.state is JobState.WAITING:
            self._metrics.waited((self._now() - job.created_at).total_seconds())
        if not order.previews:  # where there are some, the first update is for them
            self._faces.want(job, Painting(done=part))
        model = order.offer.card.name
        try:
            with self._traces.span("paint", of=job.trace, job=job_id, part=part, model=model):
                await self._call(job, part, begun.call, order)
        except FileNotFoundError:  # a picture that goes in was deleted meanwhile; nothing was paid
            await self._ledger.end_call(begun.call, _HELD)
            return PartEnd(tries=tries, why="reply.picture_gone", values={}, fault=Fault.REFUSED).dump()
        except StoreError:  # of a picture that goes in, too
            await self._ledger.end_call(begun.call, _HELD)
            raise
        except ImageServiceError as error:
            return self._after(job, error, tries, part).dump()
        return PartEnd(tries=tries, values={}).dump()

    async def _order(self, job: Job, part: int) -> Order | str:
        """What to ask for; or why that cannot be painted, or seen, since an operator changed the settings."""
        offer = self._menu.find(job.request.options.model)
        if offer is None:
            return "say.model_gone"
        if not self._delivery.reaches(job):
            return "say.chat_failed"
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
        except asyncio.CancelledError:
            self._metrics.broken_off(order.offer.service.value)
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
        except BaseException:  # a cancel too: nothing stays of a call that did not end well
            await asyncio.shield(self._dropped(kept))
            raise

    async def _dropped(self, kept: Sequence[BlobKey]) -> None:
        try:
            await self._blobs.delete(kept)
        except StoreError as error:  # they go with their job; why the call failed is what counts
            log.warning("pictures of a failed call stay", cause=str(error))

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
