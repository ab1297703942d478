"""The pictures that go into a job: fetched, made fit for the model and kept, before anything is paid."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from bot.aside import aside
from bot.chat import Chat
from bot.chat.downloads import unavailable
from bot.commands import sizes
from bot.commands.reply import MOST_SOURCES
from bot.errors import FileFault, FileUnavailable
from bot.jobs import Blobs, Ledger, picture_of
from bot.pixels import canvas, masks, rastered
from bot.pixels.arriving import Change, Prepared, prepare
from bot.pixels.markup import Glimpse, Marks, apart, glimpse, marks, may_be_a_copy
from bot.pixels.opening import Unusable
from bot.providers import Menu, ModelCard
from bot.trays import tray
from bot.types import (
    Attached,
    BlobKey,
    Given,
    ImageRequest,
    Input,
    Job,
    Note,
    Own,
    Picture,
    Platform,
    Region,
    Source,
    Text,
    Trouble,
)

MOST_BYTES = 100_000_000
"""Of a file that is fetched at all; what is over the model's own limit is shrunk."""
_GLANCED_AT, _COMPARED = 12, 2
"""Pictures of a thread that a copy with scribbles may be of: at a glance, and pixel by pixel."""
_GLIMPSES = 64
"""Pictures of which a glimpse is kept: 20 kB each, and 30 ms to take."""
_AT_ONCE = 2
"""Jobs whose pictures are fetched at the same time: each holds one of them in memory."""
_TROUBLES = {
    Trouble.DELETED: FileFault.DELETED,
    Trouble.HIDDEN: FileFault.HIDDEN,
    Trouble.EXTERNAL: FileFault.EXTERNAL,
    Trouble.DENIED: FileFault.DENIED,
}
_TOLD = (Change.SHRUNK, Change.FIRST_FRAME, Change.FLATTENED)
"""What a person wants to know; a turn or another format changes nothing that they see."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """The job can be painted."""

    inputs: tuple[Input, ...]
    note: Note | None = None
    """What was done to its pictures."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """It can, once the person has seen the region that was found, or wants their words alone painted."""

    request: ImageRequest
    text: Text
    """Why they are asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unfit:
    """It cannot: what the person is told."""

    note: Note


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """A picture that stands in the thread."""

    version: Job
    own: Own
    picture: Picture


class Gatherer:
    """Fetches and keeps; repeated after a crash, it takes what is kept already."""

    def __init__(self, *, ledger: Ledger, blobs: Blobs, chats: Mapping[Platform, Chat], menu: Menu) -> None:
        self._ledger = ledger
        self._blobs = blobs
        self._chats = chats
        self._menu = menu
        self._hands = asyncio.Semaphore(_AT_ONCE)
        self._glimpses: dict[BlobKey, Glimpse] = {}

    async def gather(self, job: Job) -> Gathered | Held | Unfit:
        """Everything that goes into a job. Raises ``ChatError`` where the platform fails as a whole."""
        if known := await self._ledger.inputs(job.id):
            return Gathered(inputs=known)
        async with self._hands:
            try:
                job = await self._sought(job)
                if not job.request.sources:
                    return await self._words_alone(job)
                return await self._all(job)
            except FileUnavailable as error:
                return Unfit(note=Note(text=error.text))
            except FileNotFoundError:
                return Unfit(note=Note(text=Text(key="reply.picture_gone")))

    async def seek(self, job: Job) -> Held | None:
        """Look for the pictures in the thread; what to ask where there are none. Raises ``ChatError``."""
        job = await self._sought(job)
        return None if job.request.sources else await self._words_alone(job)

    async def _words_alone(self, job: Job) -> Held:
        """Nothing is there to edit, but the words may be meant as a picture of their own."""
        request = replace(job.request, seek=False)
        await self._ledger.amend(job.id, request)
        return Held(request=request, text=Text(key="ask.words_alone"))

    async def _sought(self, job: Job) -> Job:
        """The pictures that people posted in the thread: asked for once, remembered with the request."""
        if not job.request.seek:
            return job
        posted = await self._chats[job.place.platform].posted(job.place)
        sources = tuple(Given(attached=one) for one in posted[:MOST_SOURCES])
        if not sources:
            return job
        request = replace(job.request, sources=sources, seek=False)
        await self._ledger.amend(job.id, request)
        return replace(job, request=request)

    async def _all(self, job: Job) -> Gathered | Held | Unfit:
        inputs: list[Input] = []
        mask: tuple[Source, bytes] | None = None
        for source in job.request.sources:
            try:
                data, there = await self._bytes(job, source)
                if mask is None and await self._is_mask(job, source, data):
                    mask = source, data
                else:
                    inputs.append(await self._kept(job, source, data, there))
            except Unusable as error:
                return Unfit(note=Note(text=_unusable(source, error)))
        found = await self._masked(job, *mask, inputs) if mask else await self._marked(job, inputs)
        return found or await self._saved(job, inputs)

    async def _saved(self, job: Job, inputs: list[Input]) -> Gathered:
        if job.request.grows:
            inputs = [await self._grown(job, inputs[0]), *inputs[1:]]
        await self._ledger.save_inputs(job.id, inputs)
        return Gathered(inputs=tuple(inputs), note=_changed(inputs))

    # -- regions that come with the pictures

    async def _is_mask(self, job: Job, source: Source, data: bytes) -> bool:
        """A mask that somebody attached: to one of the other pictures, or to the one in the thread."""
        if not isinstance(source, Given) or job.request.region:
            return False
        has_picture = len(job.request.sources) > 1 or job.parent is not None
        return has_picture and await aside(masks.is_mask, data, source.attached.name)

    async def _masked(
        self, job: Job, source: Source, data: bytes, inputs: list[Input]
    ) -> Gathered | Held | Unfit:
        """The attached mask is the region, unasked; only one that looks inverted is asked about."""
        sources = tuple(one for one in job.request.sources if one != source)
        if not inputs and job.parent:
            sources = (Own(job=job.parent),)
            inputs = [await self._kept(job, sources[0], *await self._bytes(job, sources[0]))]
        first = inputs[0]
        mask = await aside(masks.read, data, width=first.width, height=first.height)
        if isinstance(mask, masks.WrongShape):
            values: dict[str, str | int] = {"mask": f"{mask.width}×{mask.height}"}
            values["picture"] = f"{first.width}×{first.height}"
            return Unfit(note=Note(text=Text(key="reply.mask_of_another", values=values)))
        request = await self._with_region(job, sources, mask.mask)
        if mask.inverted:
            return Held(request=request, text=Text(key="ask.mask_inverted"))
        return await self._saved(replace(job, request=request), inputs)

    async def _marked(self, job: Job, inputs: list[Input]) -> Held | None:
        """A copy of the thread's picture that somebody scribbled on says where the change goes."""
        given = [n for n, source in enumerate(job.request.sources) if isinstance(source, Given)]
        if job.parent is None or job.request.region or len(given) != 1:
            return None
        copy = inputs[given[0]]
        found = await self._drawn_on(job, await self._blobs.get(copy.original or copy.blob))
        if found is None:
            return None
        one, drawing = found
        await self._blobs.delete(copy.keeps)
        request = await self._with_region(job, (one.own,), drawing.mask)
        if self._card(job).markup:
            strokes = await self._blobs.put(drawing.strokes, "image/png", job.id)
            request = replace(request, strokes=strokes)
        await self._ledger.amend(job.id, request, onto=one.version)
        return Held(request=request, text=Text(key="ask.marked_region"))

    async def _drawn_on(self, job: Job, copy: bytes) -> tuple[_Seen, Marks] | None:
        """Which picture of the thread the copy is of: what changed between versions is drawn nowhere."""
        best: tuple[_Seen, Marks] | None = None
        for one in await self._likely(job, copy):
            found = await aside(marks, await self._blobs.get(one.picture.blob), copy)
            if found and (best is None or found.drawn < best[1].drawn):
                best = one, found
        return best

    async def _likely(self, job: Job, copy: bytes) -> list[_Seen]:
        """The few pictures of the thread that are most like the copy, at a glance."""
        versions = await self._ledger.thread(job.place)
        newest_first = sorted(
            versions, key=lambda one: (one.job.id == job.parent, one.job.version), reverse=True
        )
        seen = [
            _Seen(version=one.job, own=Own(job=one.job.id, number=number), picture=picture)
            for one in newest_first
            for number, picture in enumerate(one.pictures)
        ]
        once = list({one.picture.blob: one for one in reversed(seen)}.values())[::-1][:_GLANCED_AT]
        glance = await aside(glimpse, copy)
        seen_at = [(one, await self._glimpse(one.picture.blob)) for one in once]
        likely = [(apart(glance, own), one) for one, own in seen_at if may_be_a_copy(own, glance)]
        return [one for _, one in sorted(likely, key=itemgetter(0))[:_COMPARED]]

    async def _glimpse(self, blob: BlobKey) -> Glimpse:
        """Of a picture of ours, which never changes, and is looked at for every photo in its thread."""
        if blob not in self._glimpses:
            self._glimpses[blob] = await aside(glimpse, await self._blobs.get(blob))
        found = self._glimpses[blob]
        for oldest in list(self._glimpses)[:-_GLIMPSES]:
            del self._glimpses[oldest]
        return found

    async def _with_region(self, job: Job, sources: tuple[Source, ...], mask: bytes) -> ImageRequest:
        region = Region(mask=await self._blobs.put(mask, "image/png", job.id))
        request = replace(job.request, sources=sources, region=region)
        await self._ledger.amend(job.id, request)
        return request

    async def _grown(self, job: Job, source: Input) -> Input:
        """The picture on the larger canvas that was asked for, and the new part of it as the region."""
        width, height = sizes.sides(job.request.options.size or sizes.USUAL[0])
        data = await self._blobs.get(source.blob)
        made = await aside(canvas.grown, data, width=width, height=height)
        request = await self._with_region(job, job.request.sources, made.mask)
        await self._ledger.amend(job.id, replace(request, grows=False))
        blob = await self._blobs.put(made.data, "image/png", job.id)
        return replace(
            source,
            blob=blob,
            media_type="image/png",
            width=width,
            height=height,
            size=len(made.data),
            original=None,
            keeps=(*source.keeps, blob),
        )

    # -- one picture

    async def _bytes(self, job: Job, source: Source) -> tuple[bytes, BlobKey | None]:
        """The bytes as they are, and where they are kept already."""
        match source:
            case Own():
                made = await picture_of(self._ledger, source)
                data = await self._blobs.get(made.blob)
                drawn = await aside(rastered, data, made.media_type)
                return drawn, made.blob if drawn is data else None
            case Given(attached=attached):
                return await self._fetched(job, attached), None

    def _card(self, job: Job) -> ModelCard:
        return (self._menu.find(job.request.options.model) or self._menu.default).card

    async def _fetched(self, job: Job, attached: Attached) -> bytes:
        if attached.trouble:
            why = _TROUBLES[attached.trouble]
            raise unavailable(attached, why)
        with tray() as folder:
            path = folder / "picture"
            chat = self._chats[job.place.platform]
            await chat.fetch(attached, job.place.workspace, path, MOST_BYTES)
            return await aside(path.read_bytes)

    async def _kept(self, job: Job, source: Source, data: bytes, there: BlobKey | None) -> Input:
        """The picture as the model gets it; ``there``: the blob that has these bytes already."""
        card = self._card(job)
        if isinstance(source, Own) and (ready := _as_it_is(await picture_of(self._ledger, source), card)):
            return ready
        name = source.attached.name if isinstance(source, Given) else ""
        fit = await aside(_fit, data, card)
        if not fit.changes:
            blob = there or await self._blobs.put(data, fit.media_type, job.id)
            return replace(_input(fit, blob, name), keeps=() if there else (blob,))
        blob = await self._blobs.put(fit.data, fit.media_type, job.id)
        original = there or await self._blobs.put(data, "application/octet-stream", job.id)
        keeps = (blob,) if there else (blob, original)
        return replace(_input(fit, blob, name), original=original, keeps=keeps)


def _fit(data: bytes, card: ModelCard) -> Prepared:
    return prepare(
        data,
        accepts=frozenset(card.source_types),
        max_bytes=card.source_bytes,
        max_pixels=card.source_pixels,
        max_side=card.source_side,
    )


def _as_it_is(picture: Picture, card: ModelCard) -> Input | None:
    """A picture of the bot's own goes in byte for byte, where the model takes its kind."""
    if picture.media_type not in card.source_types or picture.size > card.source_bytes:
        return None
    return Input(
        blob=picture.blob,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        size=picture.size,
    )


def _input(fit: Prepared, blob: BlobKey, name: str) -> Input:
    return Input(
        blob=blob,
        media_type=fit.media_type,
        width=fit.width,
        height=fit.height,
        size=len(fit.data),
        name=name,
        changes=tuple(sorted(change.value for change in fit.changes)),
    )


def _unusable(source: Source, error: Unusable) -> Text:
    name = source.attached.name if isinstance(source, Given) else f"#{source.job[:4]}"
    return Text(key=f"unusable.{error.reason.value}", values={"name": name})


def _changed(inputs: Sequence[Input]) -> Note | None:
    """What was done to people's pictures; nothing where they went in as they are."""
    lines = [
        Text(key=f"changed.{change.value}", values={"name": one.name})
        for one in inputs
        for change in _TOLD
        if one.name and change.value in one.changes
    ]
    return Note(text=lines[0], lines=tuple(lines[1:])) if lines else None
