"""What is different about a job that pictures go into: got ready before it is painted, put together after."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from bot.aside import aside
from bot.commands import sizes
from bot.commands.roles import instruction
from bot.darkroom import Darkroom
from bot.errors import ChatError
from bot.gathering import Gathered, Gatherer, Held, Unfit
from bot.jobs import Blobs, Ledger
from bot.pixels.opening import Unusable
from bot.providers import InputFile, Order
from bot.trays import tray
from bot.types import COPIES, Input, Job, JobId, Note, Options, Text

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """It can be painted; what to tell the person meanwhile."""

    note: Note | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Copied:
    """There is nothing to paint: the pictures are there."""


Prepared = Ready | Copied | Held | Unfit


class Editing:
    """Sources in, composites out; everything here may be done again after a crash."""

    def __init__(self, *, ledger: Ledger, blobs: Blobs, gatherer: Gatherer, darkroom: Darkroom) -> None:
        self._ledger = ledger
        self._blobs = blobs
        self._gatherer = gatherer
        self._darkroom = darkroom

    async def prepare(self, job: Job) -> Prepared:
        """Get everything that goes into a job, before anything is paid."""
        if job.kind in COPIES:
            there = await self._darkroom.copy(job)
            return Copied() if there else Unfit(note=Note(text=Text(key="say.job_deleted")))
        try:
            found = await self._gatherer.gather(job)
        except ChatError as error:
            log.warning("the pictures could not be fetched", cause=str(error))
            return Unfit(note=Note(text=Text(key="reply.not_fetched")))
        return Ready(note=found.note) if isinstance(found, Gathered) else found

    async def seek(self, job: Job) -> Held | None:
        """What to ask before anybody else sees anything of an edit that has nothing to edit.

        Raises ``ChatError``.
        """
        return await self._gatherer.seek(job)

    @asynccontextmanager
    async def order(self, job: Job, order: Order) -> AsyncIterator[Order]:
        """The order with the files that go into it, which last as long as the block.

        Raises ``FileNotFoundError`` when a picture was deleted meanwhile.
        """
        inputs = await self._ledger.inputs(job.id) if job.takes_pictures else ()
        if not inputs:
            yield order
            return
        with tray() as folder:
            sources = []
            for number, one in enumerate(inputs):
                path = folder / str(number)
                await self._blobs.save(one.blob, path)
                sources.append(InputFile(path=path, media_type=one.media_type))
            yield replace(
                order,
                prompt=instruction(order.prompt, job.request),
                options=_sized(order, inputs[0]),
                sources=tuple(sources),
                mask=await self._mask(job, order, inputs[0].width, inputs[0].height, folder),
                markup=await self._markup(job, folder),
            )

    async def _markup(self, job: Job, folder: Path) -> InputFile | None:
        """The strokes themselves, where the person chose to show them to the model."""
        if not job.request.markup or job.request.strokes is None:
            return None
        path = folder / "markup"
        await self._blobs.save(job.request.strokes, path)
        return InputFile(path=path, media_type="image/png")

    async def _mask(self, job: Job, order: Order, width: int, height: int, folder: Path) -> InputFile | None:
        region = job.request.region
        if region is None or job.request.markup or not order.offer.card.masks:
            return None
        masked = await self._darkroom.mask(region, width, height)
        path = folder / "mask"
        await aside(path.write_bytes, masked.drawn.mask)
        return InputFile(path=path, media_type="image/png")

    async def compose(self, job_id: JobId) -> None:
        """Put the original back around what was painted; where that cannot be, the painting stays."""
        job = await self._ledger.get(job_id)
        if job is None:
            return
        try:
            await self._darkroom.compose(job)
        except (Unusable, FileNotFoundError) as error:
            log.warning("no composite: the model's own picture is posted", cause=str(error))


def _sized(order: Order, first: Input) -> Options:
    """A server we know nothing about has no ``auto``: the picture keeps its shape by our word alone."""
    options, card = order.options, order.offer.card
    if not card.minimal or options.size not in (None, "auto"):
        return options
    return replace(options, size=sizes.of_edit(first.width, first.height, card))
