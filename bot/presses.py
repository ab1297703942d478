"""What buttons do to jobs that exist (cancel, delete, original, copy, share), after the acknowledgement."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

import structlog

from bot.chat import Chat
from bot.commands import line
from bot.delivery import Delivery
from bot.easel import Easel
from bot.errors import ChatError, NotWelcome, StoreError
from bot.faces import Faces
from bot.failures import not_attached, not_shared
from bot.jobs import Engine, Ledger, picture_of
from bot.placeholders import Placeholders
from bot.types import (
    Action,
    Button,
    Cancelled,
    Home,
    Incoming,
    Job,
    JobState,
    Made,
    MessageRef,
    Note,
    Own,
    Person,
    Platform,
    Pressed,
    Role,
    Text,
)

log = structlog.get_logger()

_CANCELLABLE = (JobState.HELD, JobState.WAITING, JobState.PAINTING)
_SEEN_BEFORE_KNOWN = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds between looks whether a result has been posted by now."""
_STATUS_LIMIT = 10
_LATEST = 5


class Presses:
    """Each returns what to tell the person, if anything."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        engine: Engine,
        chats: Mapping[Platform, Chat],
        delivery: Delivery,
        placeholders: Placeholders,
        faces: Faces,
        easel: Easel,
    ) -> None:
        self._ledger = ledger
        self._engine = engine
        self._chats = chats
        self._delivery = delivery
        self._placeholders = placeholders
        self._faces = faces
        self._easel = easel

    async def act(self, incoming: Incoming, pressed: Pressed, job: Job) -> Note | None:
        """Do what the button says; a failure of the platform becomes a sentence."""
        try:
            return await self._act(incoming, pressed, job)
        except ChatError as error:
            log.warning("a button failed", job=job.id, action=pressed.action.value, cause=str(error))
            return Note(text=Text(key="say.chat_failed_press"))
        except StoreError as error:
            log.warning("a button failed", job=job.id, action=pressed.action.value, cause=str(error))
            return Note(text=Text(key="say.not_read"))

    async def _act(self, incoming: Incoming, pressed: Pressed, job: Job) -> Note | None:
        match pressed.action:
            case Action.COPY:
                return Note(text=Text(key="say.copy"), quote=line.join(job.request))
            case Action.PROMPT:
                return Note(text=Text(key="say.prompt"), quote=job.request.prompt)
            case Action.ORIGINAL:
                return await self._original(job)
            case Action.CANCEL:
                note = await self._if_allowed(incoming.person, job) or await self._cancel(job)
                return await self._with_status(note, incoming.person) if pressed.private else note
            case Action.DELETE:
                return await self._if_allowed(incoming.person, job) or await self._delete(job)
            case Action.SHARE:
                return await self._if_allowed(incoming.person, job) or await self._share(job)
            case Action.COMPARE:
                return await self._compare(job)
            case Action.MODEL_FILE:
                return await self._model_file(job)
            case Action.SEND:
                return await self._send(job)
            case (
                Action.AGAIN | Action.VARIATIONS | Action.RUN | Action.PAINT | Action.GO | Action.RETRY
                | Action.EDIT | Action.SEEN | Action.UNSEEN | Action.CHANGE | Action.REGION
                | Action.LARGER | Action.TRANSPARENT | Action.EXTEND | Action.UNDO | Action.BRANCH
                | Action.CHOOSE | Action.ADJUST | Action.MARKUP | Action.SAME_REGION | Action.SOFTER
                | Action.FREE | Action.ROLES | Action.FORGET
            ):  # fmt: skip
                return None  # intake has done these; nothing is left
        assert_never(pressed.action)

    async def withdraw(self, job: Job) -> bool:
        """A message was deleted: the request goes, and so does the placeholder; or all that was shown.

        False when it is too late to stop it.
        """
        if job.state is JobState.DONE:
            try:
                await self._delete(job)
            except ChatError as error:  # nobody pressed a button who could be told
                log.warning("a deleted result is not wholly gone", job=job.id, cause=str(error))
            return True
        stopped = await self._stopped(job)
        if stopped:
            await self._placeholders.drop(job)
        return stopped

    async def _stopped(self, job: Job) -> bool:
        """Stop a job where it is; False when it is too late for that."""
        round_ = await self._ledger.round(job.id)  # before: a Retry may begin another one right after
        await self._ledger.owe(job.id)  # until its message says so, whoever dies in between
        if not await self._ledger.move(job.id, JobState.CANCELLED, only_from=_CANCELLABLE):
            return False
        await self._engine.cancel(job.id, round_)
        await self._faces.close(job.id)
        await self._delivery.drop_previews(job)
        return True

    async def status(self, person: Person) -> Note:
        """The person's jobs that have not ended, with Cancel."""
        all_of_them = await self._ledger.of_person(person)
        if not all_of_them:
            return Note(text=Text(key="say.status_none"))
        mine, more = all_of_them[:_STATUS_LIMIT], len(all_of_them) - _STATUS_LIMIT
        lines = tuple(
            Text(
                key=f"status.{job.state.value}",
                values={"id": job.short, "prompt": " ".join(job.request.prompt.split())[:80]},
            )
            for job in mine
        )
        if more > 0:
            lines = (*lines, Text(key="status.more", values={"count": more}))
        buttons = tuple(Button(action=Action.CANCEL, job=job.id) for job in mine)
        text = Text(key="say.status", values={"count": len(all_of_them)})
        return Note(text=text, lines=lines, buttons=buttons)

    async def home(self, person: Person) -> Home:
        """What is on its way, and the newest results with the way to each."""
        latest = [await self._found(job, at) for job, at in await self._ledger.latest(person, _LATEST)]
        return Home(on_the_way=await self.status(person), latest=tuple(latest))

    async def _found(self, job: Job, message: MessageRef) -> Made:
        place = replace(job.place, channel=message.channel)
        try:
            url = await self._chats[place.platform].address(place, message.id)
        except ChatError as error:  # a message that somebody deleted, most often
            log.info("a result has no link", job=job.id, cause=str(error))
            url = ""
        return Made(job=job, url=url)

    async def _with_status(self, note: Note, person: Person) -> Note:
        """A Cancel in a status note: what came of it, and the rest as it stands now."""
        rest = await self.status(person)
        return replace(rest, text=note.text, lines=(rest.text, *rest.lines))

    async def _if_allowed(self, person: Person, job: Job) -> Note | None:
        if job.by == person or await self._chats[job.place.platform].is_admin(person):
            return None
        return Note(text=Text(key="say.not_yours"))

    async def _cancel(self, job: Job) -> Note:
        if await self._stopped(job):
            await self._placeholders.end(job, Cancelled())
        elif not await self._is_cancelled(job):
            return Note(text=Text(key="say.too_late"))
        return Note(text=Text(key="say.cancelled", values={"id": job.short}))

    async def _is_cancelled(self, job: Job) -> bool:
        """By another click, a moment ago."""
        now = await self._ledger.get(job.id)
        return now is not None and now.state is JobState.CANCELLED

    async def _delete(self, job: Job) -> Note | None:
        await self._posted(job)
        over = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
        if not await self._ledger.move(job.id, JobState.DELETED, only_from=[*over, JobState.DELETED]):
            return Note(text=Text(key="say.too_late"))
        try:
            await self._delivery.delete(job)
        except StoreError as error:  # nobody sees it any more, and ``Farewell`` ends it
            log.warning("a deletion has to wait", job=job.id, cause=str(error))
        return Note(text=Text(key="say.deleted", values={"id": job.short}))

    async def _posted(self, job: Job) -> None:
        """People see a result, and its Delete, a moment before we know that it is there."""
        for wait in _SEEN_BEFORE_KNOWN:
            known = await self._ledger.get(job.id)
            if known is None or known.state is not JobState.PAINTED:
                return
            await asyncio.sleep(wait)

    async def _original(self, job: Job) -> Note | None:
        if job.state is JobState.DELETED:
            return Note(text=Text(key="say.job_deleted"))
        try:
            shared = await self._delivery.share_originals(job)
        except NotWelcome as error:
            return Note(text=not_attached(error, job.place))
        return None if shared else Note(text=Text(key="say.original_there"))

    async def _compare(self, job: Job) -> Note:
        """The picture beside the one it was made from."""
        parent = await self._ledger.get(job.parent) if job.parent else None
        if parent is None:
            return Note(text=Text(key="reply.nothing_to_undo"))
        labels = (f"v{parent.version}", f"v{job.version}")
        try:
            before = await picture_of(self._ledger, Own(job=parent.id))
            return await self._easel.comparison(job, before, labels)
        except FileNotFoundError:
            return Note(text=Text(key="say.job_deleted"))

    async def _model_file(self, job: Job) -> Note | None:
        """The model's own files behind the composites, into the thread."""
        try:
            shared = await self._delivery.share_model_files(job)
        except NotWelcome as error:
            return Note(text=not_attached(error, job.place))
        return None if shared else Note(text=Text(key="say.original_there"))

    async def _send(self, job: Job) -> Note | None:
        """A copy of the result for the requester's own conversation with the bot."""
        chat = self._chats[job.place.platform]
        await self._delivery.share_openly(replace(job, place=await chat.open_dm(job.by)), Role.COPY)
        return None

    async def _share(self, job: Job) -> Note | None:
        """A private picture goes where it was asked for."""
        try:
            shared = await self._delivery.share_openly(replace(job, place=job.whisper.place))
        except NotWelcome as error:
            return Note(text=not_shared(error, job.whisper.place))
        return None if shared else Note(text=Text(key="say.shared_already"))
