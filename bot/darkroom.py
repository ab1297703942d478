"""What becomes of painted pictures without painting: exact composites, and versions shown again."""

import asyncio
from dataclasses import dataclass, replace

from bot import pixels, provenance
from bot.aside import aside
from bot.jobs import Blobs, Ledger
from bot.pixels.composite import composite
from bot.pixels.opening import size_of
from bot.pixels.regions import Drawn, draw, feather_pixels
from bot.provenance import Credentials, Ingredient
from bot.types import Input, Job, JobKind, Picture, Region, Usage

_AT_ONCE = 1
"""Composites in memory: one of twelve megapixels takes some 200 MB while it is made."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Masked:
    """A region on one picture."""

    drawn: Drawn
    feather: int
    """Pixels."""


class Darkroom:
    """Everything here can be done again: what it makes is saved in the ledger at once."""

    def __init__(self, *, ledger: Ledger, blobs: Blobs, credentials: Credentials | None) -> None:
        self._ledger = ledger
        self._blobs = blobs
        self._credentials = credentials
        self._hands = asyncio.Semaphore(_AT_ONCE)

    async def mask(self, region: Region, width: int, height: int) -> Masked:
        """The mask of a region for a picture of this size. Raises ``FileNotFoundError`` when it is gone."""
        painted = await self._blobs.get(region.mask) if region.mask else None
        drawn = await aside(draw, region, width=width, height=height, painted=painted)
        return Masked(drawn=drawn, feather=feather_pixels(region.feather, width=width, height=height))

    async def copy(self, job: Job) -> bool:
        """The pictures of the job that this one restores, as its own; False when they were deleted."""
        made = await self._ledger.painted(job.restores) if job.restores else {}
        if not made:
            return False
        for part, painted in made.items():
            pictures = [await self._copied(picture, job) for picture in painted.pictures]
            again = replace(painted, pictures=tuple(pictures), usage=Usage(), cost=None, seconds=0)
            await self._ledger.save_painted(job.id, part, again, call=0)
        inputs = await self._ledger.inputs(job.restores) if job.restores else ()
        await self._ledger.save_inputs(job.id, [replace(one, keeps=()) for one in inputs])
        return True

    async def _copied(self, picture: Picture, job: Job) -> Picture:
        """Bytes of its own: the other job may be deleted. A new blend begins from the model's own file."""
        if job.kind is JobKind.BLEND:
            source = picture.model_file or picture.blob
            data = await self._blobs.get(source)
            media_type = await aside(pixels.kind, data)
            blob = await self._blobs.put(data, media_type, job.id)
            width, height = await aside(size_of, data)
            return replace(
                picture,
                blob=blob,
                media_type=media_type,
                width=width,
                height=height,
                size=len(data),
                model_file=None,
                seam=None,
            )
        blob = await self._blobs.put(await self._blobs.get(picture.blob), picture.media_type, job.id)
        model_file = None
        if picture.model_file:
            model_file = await self._blobs.put(
                await self._blobs.get(picture.model_file), picture.media_type, job.id
            )
        return replace(picture, blob=blob, model_file=model_file)

    def _derived(self, composite: bytes, original: bytes, edited: bytes) -> bytes:
        """The composite with where it comes from written into it."""
        parent, part = _ingredient(original, "original"), _ingredient(edited, "model's file")
        return provenance.derived(
            composite,
            "image/png",
            made=provenance.Made.COMPOSITE,
            parent=parent,
            parts=(part,),
            credentials=self._credentials,
        )

    async def compose(self, job: Job) -> None:
        """Outside its region, give every picture of a job the original's pixels back."""
        request = job.request
        if request.free or request.region is None:
            return
        inputs = await self._ledger.inputs(job.id)
        for part, painted in (await self._ledger.painted(job.id)).items():
            if any(picture.model_file is None for picture in painted.pictures):
                pictures = [await self._composed(picture, job, inputs[0]) for picture in painted.pictures]
                made = replace(painted, pictures=tuple(pictures))
                await self._ledger.put_together(job.id, part, made)

    async def _composed(self, picture: Picture, job: Job, source: Input) -> Picture:
        region = job.request.region
        if picture.model_file or region is None:
            return picture
        async with self._hands:
            original = await self._blobs.get(source.original or source.blob)
            edited = await self._blobs.get(picture.blob)
            width, height = await aside(size_of, original)
            masked = await self.mask(region, width, height)
            made = await aside(composite, original, edited, masked.drawn.mask, feather=masked.feather)
            data = await aside(self._derived, made.data, original, edited)
            blob = await self._blobs.put(data, "image/png", job.id)
        return replace(
            picture,
            blob=blob,
            media_type="image/png",
            width=made.width,
            height=made.height,
            size=len(data),
            model_file=picture.blob,
            seam=made.seam,
        )


def _ingredient(data: bytes, title: str) -> Ingredient:
    return Ingredient(data=data, media_type=pixels.kind(data), title=title)
