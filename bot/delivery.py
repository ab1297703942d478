"""Painted pictures into the conversation, bytes untouched, by the way that works in that workspace."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import structlog

from bot import failures, pixels, samples
from bot.aside import aside
from bot.chat import SHOWING, Chat, Known, Showing, Upload
from bot.errors import ChatError, FileRefused, LostReply, MessageGone, NotWelcome, Overslept
from bot.jobs import LINKED, Blobs, Handover, Ledger, pictures_of
from bot.placeholders import Placeholders
from bot.posting import Poster, tell
from bot.strays import sweep
from bot.text import say
from bot.types import (
    COPIES,
    BlobKey,
    FileId,
    Finished,
    Job,
    JobId,
    JobState,
    MessageRef,
    Note,
    Painted,
    Painting,
    Picture,
    Platform,
    Post,
    Role,
    Shown,
    Text,
)

log = structlog.get_logger()

Link = Callable[[BlobKey, str], str]
"""The address at which the outside sees a blob of this media type for a while."""

Make = Callable[[], Awaitable[list[Upload]]]
"""Reads what goes into a thread, when there is a hand free for it."""

_INLINE = {"image/png", "image/jpeg", "image/gif"}
PRIVATE = "private"
"""Kind of file in the ledger: drawings for one person's eyes."""
_MODELS = "models"
"""Kind of file in the ledger: the model's own files behind composites, attached when asked for."""
_SENT = "sent"
"""Kind of file: on its way to the platform, and seen by nobody before its message is there."""
_SHARED = "shared"
"""Kind of file: originals in the result's thread."""
_SHARING = 30.0
"""Seconds after which a click may attach files although an earlier one's process never said that it had."""
_IN_THREADS = (_SHARED, _MODELS)
_IN_HAND = 3
"""Pictures held in memory on their way out, over all jobs."""


class Delivery:
    """Posts results; repeated after a crash, it goes on where it was."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        blobs: Blobs,
        chats: Mapping[Platform, Chat],
        poster: Poster,
        placeholders: Placeholders,
        link: Link | None = None,
    ) -> None:
        self._link = link
        self._ledger = ledger
        self._blobs = blobs
        self._chats = chats
        self._poster = poster
        self._placeholders = placeholders
        self._hands = asyncio.Semaphore(_IN_HAND)
        self._sharing: set[tuple[JobId, str]] = set()

    async def deliver(self, work: Handover) -> None:
        """Make the result visible and take the placeholder away. Raises ``ChatError``."""
        chat = self._chats[work.job.place.platform]
        match await self.way(work.job):
            case Showing.POST:
                await self._by_post(chat, work)
            case Showing.UPDATE:
                await self._by_update(chat, work)
            case Showing.SHARE:
                await self._by_share(chat, work)
        await self._drop_files(work.job, "preview", work.files.get("preview", ()))
        await self._drop_linked(work.job, work.files.get(LINKED, ()))

    def reaches(self, job: Job) -> bool:
        """Whether the bot is on the job's platform; it may have been taken off."""
        return job.place.platform in self._chats

    async def way(self, job: Job) -> Showing:
        """How results are shown in the job's workspace."""
        known = await self._ledger.fact(job.by.workspace, SHOWING)
        return Showing(known) if known else self._chats[job.place.platform].manner.showing

    async def can_preview(self, job: Job) -> bool:
        """Whether a partial image can be shown: by a link, or where updating in place is proven."""
        if self._link:
            return True
        if await self.way(job) is Showing.UPDATE:
            return True
        answer = await self._ledger.fact(job.by.workspace, samples.fact(Showing.UPDATE))
        return answer == samples.YES

    # -- the three ways

    async def _by_post(self, chat: Chat, work: Handover) -> None:
        job = work.job
        files = await self._uploaded(chat, work)
        post = Post(job=job, role=Role.RESULT, face=_finished(job, work.painted, files))
        try:
            message = await self._poster.post(chat, post, job.place, files)
        except FileRefused:
            # For good, it seems: this workspace gets its pictures as shared files from now on.
            log.warning("files stay refused as blocks; sharing them into the thread instead")
            await self._ledger.learn(job.by.workspace, SHOWING, Showing.SHARE)
            await self._by_share(chat, work)
            await self._drop_files(job, _SENT, files)
            return
        await self._attach_originals(chat, work, message)
        await self._placeholders.clear(job, work.messages.get(Role.PLACEHOLDER))

    async def _by_update(self, chat: Chat, work: Handover) -> None:
        placeholder = work.messages.get(Role.PLACEHOLDER)
        if placeholder is None:
            await self._by_post(chat, work)
            return
        files = await self._uploaded(chat, work)
        await self._ledger.save_files(work.job.id, "shown", files)
        post = Post(job=work.job, role=Role.RESULT, face=_finished(work.job, work.painted, files))
        try:
            await self._poster.when_ready(partial(chat.update, placeholder, post))
        except MessageGone:
            await self._ledger.forget_message(work.job.id, Role.PLACEHOLDER)
            await self._by_post(chat, replace(work, messages={}))
            return
        await self._ledger.adopt(work.job.id)
        await self._attach_originals(chat, work, placeholder)

    async def _by_share(self, chat: Chat, work: Handover) -> None:
        job = work.job
        message = work.messages.get(Role.RESULT) or work.messages.get(Role.PLACEHOLDER)
        face = replace(_finished(job, work.painted, ()), attached=True)
        post = Post(job=job, role=Role.RESULT, face=face)
        if message is None:
            message = await self._poster.post(chat, post, job.place)
        await self._share(job, _SHARED, partial(self._originals, job, pictures_of(work.painted)), message)
        await chat.update(message, post)
        await self._ledger.adopt(job.id)

    # -- files

    async def _uploaded(self, chat: Chat, work: Handover) -> tuple[FileId, ...]:
        """The files of every picture in order; what an earlier try uploaded is not uploaded again."""
        if "shown" in work.files:
            return work.files["shown"]
        # An earlier try that ended between an upload and its post left files that nobody sees.
        await self._drop_files(work.job, _SENT, work.files.get(_SENT, ()))
        files: list[FileId] = []
        known = self._noting(work.job, _SENT)
        for number, picture in enumerate(pictures_of(work.painted), start=1):
            async with self._hands:
                upload = await self._showable(work.job, picture, number)
                files += await chat.upload([upload], work.job.by.workspace, known)
        return tuple(files)

    def _noting(self, job: Job, kind: str, before: Sequence[FileId] = ()) -> Known:
        """Keeps the ids of files on their way to the platform."""
        ids, lock = [*before], asyncio.Lock()

        async def known(file: FileId) -> None:
            async with lock:  # several are on their way at once, and the list is saved as a whole
                ids.append(file)
                await self._ledger.save_files(job.id, kind, ids)

        return known

    async def _showable(self, job: Job, picture: Picture, number: int) -> Upload:
        """The picture as it is, or a PNG of what the platform cannot show."""
        data = await self._blobs.get(picture.blob)
        if picture.media_type in _INLINE:
            return self._upload(job, picture, number, data)
        png = await aside(pixels.preview_or_card, data, picture.media_type)
        name = f"imagine-{job.id[:4]}-{number}-preview.png"
        return Upload(name=name, data=png, alt=_alt(job, picture))

    def _upload(self, job: Job, picture: Picture, number: int, data: bytes) -> Upload:
        name = f"imagine-{job.id[:4]}-{number}.{pixels.ENDINGS[picture.media_type]}"
        return Upload(name=name, data=data, alt=_alt(job, picture))

    async def _attach_originals(self, chat: Chat, work: Handover, message: MessageRef) -> None:
        """WebP and SVG go into the result's thread as they are; without them it stands all the same."""
        pictures = [picture for picture in pictures_of(work.painted) if picture.media_type not in _INLINE]
        if chat.manner.links or not pictures:
            return
        try:
            await self._share(work.job, _SHARED, partial(self._originals, work.job, pictures), message)
        except Overslept:
            raise
        except ChatError as error:
            # A public channel, for one, lets us post and show, but takes shared files from members only.
            log.warning("an original is not in its thread", cause=str(error))
            await tell(chat, work.job, Note(text=failures.not_attached(error, work.job.place)))

    async def share_originals(self, job: Job) -> bool:
        """Put the untouched files into the result's thread; False when they are there already."""
        message = await self._ledger.message(job.id, Role.RESULT)
        pictures = pictures_of((await self._ledger.painted(job.id)).values())
        if message is None:
            return False
        return await self._share_once(job, _SHARED, partial(self._originals, job, pictures), message)

    async def share_model_files(self, job: Job) -> bool:
        """Put the model's own files behind composites into the thread; False when there is nothing to put."""
        message = await self._ledger.message(job.id, Role.RESULT)
        made = (await self._ledger.painted(job.id)).values()
        found = [(one.model_file, one) for one in pictures_of(made) if one.model_file]
        if message is None or not found:
            return False
        return await self._share_once(job, _MODELS, partial(self._model_files, job, found), message)

    async def share_openly(self, job: Job, role: Role = Role.OPEN) -> bool:
        """Post a result in ``job.place`` too; False when it is there already."""
        if await self._ledger.message(job.id, role):
            return False
        painted = tuple((await self._ledger.painted(job.id)).values())
        files = await self._ledger.files(job.id, "shown")
        post = Post(job=job, role=role, face=_finished(job, painted, files))
        await self._poster.post(self._chats[job.place.platform], post, job.place)
        return True

    async def _originals(self, job: Job, pictures: Sequence[Picture]) -> list[Upload]:
        return [
            self._upload(job, picture, number, await self._blobs.get(picture.blob))
            for number, picture in enumerate(pictures, start=1)
        ]

    async def _model_files(self, job: Job, found: Sequence[tuple[BlobKey, Picture]]) -> list[Upload]:
        uploads = []
        for number, (blob, picture) in enumerate(found, start=1):
            data = await self._blobs.get(blob)
            ending = pixels.ENDINGS[await aside(pixels.kind, data)]
            name = f"imagine-{job.id[:4]}-{number}-model.{ending}"
            uploads.append(Upload(name=name, data=data, alt=_alt(job, picture)))
        return uploads

    async def _share_once(self, job: Job, kind: str, make: Make, under: MessageRef) -> bool:
        """As ``_share``, for a click: a second one may come to another process meanwhile."""
        key = f"{kind}:{job.id}"
        if not await self._ledger.claim(key, window=_SHARING):
            return False
        try:
            return await self._share(job, kind, make, under)
        finally:
            await self._ledger.unclaim(key)

    async def _share(self, job: Job, kind: str, make: Make, under: MessageRef) -> bool:
        """Put files into a message's thread, once; False when an earlier try did, whoever died after it."""
        if (job.id, kind) in self._sharing:
            return False
        self._sharing.add((job.id, kind))  # a second click comes while the first one's are on their way
        try:
            if await self._ledger.files(job.id, kind):
                return False
            before = await self._ledger.files(job.id, _on_the_way(kind))
            there = bool(before) and await self._is_shared(job, before, under)
            files = before if there else await self._put(job, kind, make, under)
            await self._ledger.save_files(job.id, kind, files)
            await self._ledger.forget_files(job.id, _on_the_way(kind))
            now = await self._ledger.get(job.id)
            if now is None or now.state is JobState.DELETED:  # while they were on their way
                await self._take_down(job, files, under)
                await self._ledger.forget_files(job.id, kind)
            return not there
        finally:
            self._sharing.discard((job.id, kind))

    async def _put(self, job: Job, kind: str, make: Make, under: MessageRef) -> Sequence[FileId]:
        """Raises ``LostReply`` where the files may be in the thread and are not seen there."""
        sent = _on_the_way(kind)
        await self._drop_files(job, sent, await self._ledger.files(job.id, sent))
        known = self._noting(job, sent)
        try:
            async with self._hands:
                chat = self._chats[job.place.platform]
                return await chat.share(await make(), under, job.by.workspace, known)
        except NotWelcome:  # nothing is there, and nobody has to look for it
            await self._ledger.forget_files(job.id, sent)
            raise
        except LostReply:
            files = await self._ledger.files(job.id, sent)
            if not await self._is_shared(job, files, under):
                raise
            return files

    async def _is_shared(self, job: Job, files: Sequence[FileId], under: MessageRef) -> bool:
        return await self._chats[job.place.platform].is_shared(files, under, job.by.workspace)

    async def preview(self, job: Job, data: bytes) -> Painting:
        """The face of a job that shows a partial image. Raises ``ChatError``."""
        if self._link:
            return Painting(preview_url=await self._linked(self._link, job, data))
        chat = self._chats[job.place.platform]
        upload = Upload(name=f"imagine-{job.id[:4]}-preview.png", data=data, alt=_preview_alt(job))
        before = await self._ledger.files(job.id, "preview")
        known = self._noting(job, "preview", before)
        files = await chat.upload([upload], job.by.workspace, known)
        return Painting(preview=files[0])

    async def _linked(self, link: Link, job: Job, data: bytes) -> str:
        media_type = await aside(pixels.kind, data)
        if media_type not in _INLINE:
            data, media_type = await aside(pixels.preview_png, data, media_type), "image/png"
        blob = await self._blobs.put(data, media_type, job.id)
        known = await self._ledger.files(job.id, LINKED)
        await self._ledger.save_files(job.id, LINKED, [*known, FileId(blob)])
        return link(blob, media_type)

    async def drop_previews(self, job: Job) -> None:
        """Superseded previews leave the platform and the blob store."""
        await self._drop_files(job, "preview", await self._ledger.files(job.id, "preview"))
        await self._drop_linked(job, await self._ledger.files(job.id, LINKED))

    async def _drop_linked(self, job: Job, blobs: Sequence[FileId]) -> None:
        if blobs:
            await self._blobs.delete([BlobKey(blob) for blob in blobs])
            await self._ledger.forget_files(job.id, LINKED)

    async def drop_copies(self, job_id: JobId) -> None:
        """Where messages show pictures by links to us, what they show goes with what we keep."""
        job = await self._ledger.get(job_id)
        chat = self._chats.get(job.place.platform) if job else None
        if job and chat and chat.manner.links:
            await self._drop_files(job, "shown", await self._ledger.files(job_id, "shown"))

    async def _drop_files(self, job: Job, kind: str, files: Sequence[FileId]) -> None:
        await self._take_down(job, files)
        if files:
            await self._ledger.forget_files(job.id, kind)

    async def _take_down(self, job: Job, files: Iterable[FileId], under: MessageRef | None = None) -> None:
        chat, workspace = self._chats[job.place.platform], job.by.workspace
        for file in files:
            try:
                if under:
                    await chat.unshare(file, under, workspace)
                else:
                    await chat.delete_file(file, workspace)
            except ChatError as error:
                log.warning("a file could not be deleted", cause=str(error))

    # -- messages

    async def delete(self, job: Job) -> None:
        """Everything of the job leaves the platform and the blob store. Raises ``ChatError``."""
        chat = self._chats[job.place.platform]
        for role in Role:
            message = await self._ledger.message(job.id, role)
            if message:  # the message first: else a "file was deleted" stub stays
                await chat.delete(message, job.place.workspace)
        await self.let_go(job)

    async def let_go(self, job: Job) -> None:
        """Everything but its messages: files, pictures, words, and where it was shown."""
        under = await self._ledger.message(job.id, Role.RESULT)
        await self._take_down(
            job, await self._of_kinds(job, *_IN_THREADS, *map(_on_the_way, _IN_THREADS)), under
        )
        await self._take_down(job, await self._of_kinds(job, "shown", _SENT, PRIVATE))
        await self.drop_previews(job)
        await self._blobs.delete(await self._ledger.owned(job.id))
        await sweep(self._ledger, self._blobs, job.id)
        await self._ledger.erase(job.id)  # last: what a crash leaves is found by what stands there

    async def _of_kinds(self, job: Job, *kinds: str) -> Iterable[FileId]:
        """Each once: one may be sent and shown."""
        return dict.fromkeys([file for kind in kinds for file in await self._ledger.files(job.id, kind)])


def _on_the_way(kind: str) -> str:
    """The kind of what is on its way into a thread: known before it is there, so it can be looked for."""
    return f"{_SENT} {kind}"


def _finished(job: Job, painted: tuple[Painted, ...], files: tuple[FileId, ...]) -> Finished:
    pictures = pictures_of(painted)
    inline = files or tuple(FileId("") for _ in pictures)
    shown = tuple(_shown(picture, file) for picture, file in zip(pictures, inline, strict=True))
    wanted = len(pictures) if job.kind in COPIES else len(job.request.prompts) * job.request.options.n
    return Finished(shown=shown, painted=painted, missing=max(0, wanted - len(pictures)))


def _shown(picture: Picture, file: FileId) -> Shown:
    preview = None if picture.media_type in _INLINE else file
    return Shown(picture=picture, file=file, preview=preview)


def _alt(job: Job, picture: Picture) -> str:
    return say(Text(key="card.alt", values={"prompt": " ".join(picture.prompt.split())}), job.locale)


def _preview_alt(job: Job) -> str:
    return say(Text(key="card.preview_alt"), job.locale)
