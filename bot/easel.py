"""Pictures for one person's eyes: a region before it is painted, a contact sheet, before and after."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import structlog

from bot.aside import aside
from bot.chat import Chat, Upload
from bot.commands import marking
from bot.commands.marking import Marked
from bot.darkroom import Darkroom
from bot.delivery import PRIVATE
from bot.errors import ChatError
from bot.jobs import Blobs, Ledger, picture_of
from bot.pixels import compare, rastered, regions, sheet
from bot.pixels.opening import size_of
from bot.text import say
from bot.types import (
    Action,
    Button,
    FileId,
    Illustration,
    Input,
    Job,
    JobState,
    Note,
    Own,
    Picture,
    Platform,
    Region,
    Text,
)

log = structlog.get_logger()

_THUMBNAIL = 320
_MOST_SHOWN = 10
"""Pictures of one result."""
_KEPT = 24
"""Drawings of a job that are remembered; older ones leave the platform."""


class Easel:
    """Draws, uploads, says what is seen. Everything may raise ``OutsideError`` and ``FileNotFoundError``."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        blobs: Blobs,
        chats: Mapping[Platform, Chat],
        darkroom: Darkroom,
    ) -> None:
        self._ledger = ledger
        self._blobs = blobs
        self._chats = chats
        self._darkroom = darkroom

    async def region(self, job: Job, text: Text) -> Note:
        """Where the picture would change, with Run, Adjust and Cancel; nothing is paid yet."""
        actions = [Action.RUN, Action.ADJUST, Action.CANCEL]
        if job.request.strokes:
            actions.insert(1, Action.MARKUP)
        buttons = tuple(Button(action=action, job=job.id) for action in actions)
        note = Note(text=text, buttons=buttons, quote=job.request.prompt)
        try:
            return replace(note, pictures=await self.asked(job))
        except ChatError as error:  # the words and the buttons stand alone
            log.warning("a region could not be shown", cause=str(error))
            return note

    async def question(self, job: Job) -> Note:
        """What a held request waits for, asked again."""
        if job.request.region:
            return await self.region(job, job.why or Text(key="ask.region"))
        run, edit = (Button(action=action, job=job.id) for action in (Action.RUN, Action.EDIT))
        text = job.why or Text(key="ask.interrupted")
        note = Note(text=text, buttons=(run, edit), quote=job.request.prompt)
        if not job.request.candidates:
            return note
        choices = range(len(job.request.candidates))
        buttons = tuple(Button(action=Action.CHOOSE, job=job.id, choice=number) for number in choices)
        return replace(note, text=Text(key="ask.which"), buttons=buttons, pictures=await self.asked(job))

    async def asked(self, job: Job) -> tuple[Illustration, ...]:
        """What a person is asked about: the region, or the pictures that may be meant."""
        if job.state is not JobState.HELD:
            own = (Own(job=job.id, number=number) for number in range(_MOST_SHOWN))
            return await self._thumbnails(own)
        region, sources = job.request.region, job.request.sources
        if region is None:
            return await self._thumbnails(job.request.candidates)
        if not sources or not isinstance(sources[0], Own):
            return ()
        file = await self.overlay(job, sources[0], region)
        return (Illustration(file=file, alt=Text(key="easel.region")),)

    async def marked(self, job: Job, choice: int, marked: Marked) -> FileId:
        """What a region's form shows: the picture under the grid, tinted where something is marked."""
        own = marking.own_of(job, choice)
        return await (self.grid(job, own) if marked.faults else self.overlay(job, own, marked.region))

    async def overlay(self, job: Job, own: Own, region: Region) -> FileId:
        """The picture with a region tinted, uploaded."""
        data = await self.pixels(await picture_of(self._ledger, own))
        width, height = await aside(size_of, data)
        mask = (await self._darkroom.mask(region, width, height)).drawn.mask
        return await self._hung(job, lambda: regions.overlay(data, mask), Text(key="easel.region"))

    async def mask(self, own: Own, region: Region) -> bytes:
        """A region's mask for one picture, in the form of the Images API."""
        picture = await picture_of(self._ledger, own)
        return (await self._darkroom.mask(region, picture.width, picture.height)).drawn.mask

    async def grid(self, job: Job, own: Own) -> FileId:
        """The picture under the grid that regions are named by, uploaded."""
        data = await self.pixels(await picture_of(self._ledger, own))
        return await self._hung(job, lambda: regions.grid(data), Text(key="easel.grid"))

    async def contact_sheet(self, job: Job, inputs: Sequence[Input]) -> Note:
        """The pictures that go in, numbered as the model gets them, and what each is for."""
        thumbnails = []
        for one in inputs:  # one at a time: together they may be hundreds of megabytes
            data = await self._blobs.get(one.blob)
            thumbnails.append(await aside(_thumbnail, data))
        file = await self._hung(job, lambda: sheet.sheet(thumbnails), Text(key="easel.sheet"))
        picture = Illustration(file=file, alt=Text(key="easel.sheet"))
        text = Text(key="easel.sheet_text", values={"count": len(inputs)})
        return Note(text=text, pictures=(picture,), buttons=(Button(action=Action.ROLES, job=job.id),))

    async def comparison(self, job: Job, before: Picture, labels: tuple[str, str]) -> Note:
        """The picture before and after, side by side."""
        after = await picture_of(self._ledger, Own(job=job.id))
        old, new = await self.pixels(before), await self.pixels(after)
        text = Text(key="easel.compared", values={"before": labels[0], "after": labels[1]})
        file = await self._hung(job, lambda: compare.side_by_side(old, new, labels=labels), text)
        return Note(text=text, pictures=(Illustration(file=file, alt=text),))

    async def pixels(self, picture: Picture) -> bytes:
        """A picture as something to draw on."""
        return await aside(rastered, await self._blobs.get(picture.blob), picture.media_type)

    async def _thumbnails(self, pictures: Iterable[Own]) -> tuple[Illustration, ...]:
        """The pictures that may be meant, as they are shown in the thread already."""
        shown: list[Illustration] = []
        for number, own in enumerate(pictures, start=1):
            files = await self._ledger.files(own.job, "shown")
            if own.number < len(files):
                alt = Text(key="easel.candidate", values={"number": number})
                shown.append(Illustration(file=files[own.number], alt=alt))
        return tuple(shown)

    async def _hung(self, job: Job, draw: Callable[[], bytes], alt: Text) -> FileId:
        """Draw and upload; the drawing leaves the platform with its job, or when there are many."""
        data = await aside(draw)
        chat, workspace = self._chats[job.place.platform], job.place.workspace
        upload = Upload(name=f"imagine-{job.id[:4]}-drawing.jpg", data=data, alt=say(alt, job.locale))
        known = partial(self._ledger.add_file, job.id, PRIVATE)
        (file,) = await chat.upload([upload], workspace, known)
        for old in (await self._ledger.files(job.id, PRIVATE))[:-_KEPT]:
            try:
                await chat.delete_file(old, workspace)
            except ChatError as error:  # it is tried again with the next one
                log.warning("an old drawing could not be deleted", job=job.id, cause=str(error))
                break
            await self._ledger.forget_file(job.id, PRIVATE, old)
        return file


def _thumbnail(data: bytes) -> bytes:
    return regions.jpeg(regions.shown(data, _THUMBNAIL))
