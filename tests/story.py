"""The whole bot on fakes, told as a story: ``await ann.says("/imagine a fox")``, then look at the channel."""

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest

from bot.app import Bot, build
from bot.chat import Chat
from bot.commands.plan import Form
from bot.errors import ChatError
from bot.posting import Patience
from bot.providers import Service
from bot.settings import Settings
from bot.types import (
    Action,
    Attached,
    Command,
    Finished,
    FormChanged,
    FormSent,
    Home,
    Incoming,
    Job,
    JobId,
    JobState,
    MessageId,
    Person,
    Place,
    PlaceKind,
    Platform,
    Pointed,
    Pressed,
    Reacted,
    Rewritten,
    Said,
    Sign,
    Text,
    Whisper,
    Withdrawn,
    Words,
)
from tests.fakes import Clock, FakeChat, FakeModel, Message, Told, dm_of

PATIENCE = Patience(look=0.01, files=0.05, file_first=0.01, file_most=0.02, twin=0.3, store=(0.02,) * 9)
WITHIN = 15.0
"""Seconds after which a story that goes nowhere fails."""
TEAM = "T1"

in_slack = pytest.mark.parametrize("story", [Platform.SLACK], indirect=True)
"""What only Slack does: results are messages of their own, files may be refused, history may be read."""
in_teams = pytest.mark.parametrize("story", [Platform.TEAMS], indirect=True)
"""What only Teams does: results take the placeholder's place, and nobody can look."""


class Wire:
    """Between one bot and the workspace; cut when that bot is killed."""

    def __init__(self, chat: FakeChat) -> None:
        self._chat = chat
        self.cut = False

    def __getattr__(self, name: str) -> Any:
        if self.cut:
            raise ChatError(name, "killed")
        return getattr(self._chat, name)


class Story:
    """A workspace, an image service, a clock, and a bot that can be stopped, killed and started."""

    def __init__(self, settings: Settings, platform: Platform = Platform.SLACK) -> None:
        self.settings = settings
        self.chat = FakeChat(platform)
        self.model = FakeModel()
        self.clock = Clock()
        self.ann = Someone(self, "UANN")
        self.bob = Someone(self, "UBOB")
        self.ids = count(1)
        self._wire = Wire(self.chat)
        self._running: AsyncExitStack | None = None
        self._bot: Bot | None = None

    @property
    def bot(self) -> Bot:
        assert self._bot, "no bot is running"
        return self._bot

    @property
    def is_cut(self) -> bool:
        """Whether a kill has taken its copy of the disk."""
        return self._wire.cut

    # -- the bot's life

    async def start(self, **changes: object) -> None:
        """Start the bot; ``changes`` are settings."""
        self.settings = self.settings.model_copy(update=changes)
        self._wire = Wire(self.chat)
        # DBOS ends the loop's executor with itself; in production the loop ends with it.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(4))
        stack = AsyncExitStack()
        building = build(
            self.settings,
            chats={self.chat.platform: cast(Chat, self._wire)},
            models=dict.fromkeys(Service, self.model),
            now=self.clock,
            patience=PATIENCE,
        )
        self._bot = await stack.enter_async_context(building)
        self._running = stack

    async def stop(self) -> None:
        """Stop the bot as SIGTERM does."""
        stack, self._running = self._running, None
        if stack:
            await stack.aclose()

    async def restart(self, **changes: object) -> None:
        await self.stop()
        await self.start(**changes)

    async def kill(self, *deeds: asyncio.Task[Incoming]) -> None:
        """Leave the disk as it is at this moment, and the bot without any effect from now on.

        ``deeds``: what it was just doing for people, which ends with it.
        """
        kept = self.settings.imagine_data_dir.with_name(f"kept-{next(self.ids)}")
        await asyncio.to_thread(_copy, self.settings.imagine_data_dir, kept)
        self._wire.cut = True
        for deed in deeds:
            deed.cancel()
        await asyncio.gather(*deeds, return_exceptions=True)
        self.model.brush.open()  # who stood there goes on in a world that nobody sees
        self.chat.open_gates()
        await self.settled()
        await self.stop()
        self.settings = self.settings.model_copy(update={"imagine_data_dir": kept})

    # -- waiting

    async def until(self, true: Callable[[], bool | Awaitable[bool]]) -> None:
        """Until it holds."""
        async with asyncio.timeout(WITHIN):
            while True:
                answer = true()
                if answer if isinstance(answer, bool) else await answer:
                    return
                await asyncio.sleep(0.01)

    async def settled(self) -> None:
        """Until no job is on its way."""

        async def nothing_runs() -> bool:
            going = set(await self.bot.doors.ledger.counts()) - {JobState.HELD}
            return not going and not self.bot.doors.engine._running

        await self.until(nothing_runs)

    async def painting(self, orders: int = 1) -> None:
        """Until so many painters wait at the brush."""
        await self.until(lambda: self.model.brush.waiting >= orders)

    # -- looking

    def messages(self, id_: str = "C1") -> list[Message]:
        return self.chat.in_channel(id_)

    def message(self, id_: str = "C1") -> Message:
        """The one message of the bot in a channel."""
        (only,) = self.messages(id_)
        return only

    def pictures(self, message: Message) -> list[bytes]:
        """The files that a result shows."""
        face = message.face
        assert isinstance(face, Finished)
        return [self.chat.files[shown.file].data for shown in face.shown]

    async def job(self, id_: JobId) -> Job:
        job = await self.bot.doors.ledger.get(id_)
        assert job
        return job

    async def state(self, id_: JobId) -> JobState:
        return (await self.job(id_)).state


class Someone:
    """A person in the workspace."""

    def __init__(self, story: Story, id_: str, workspace: str = TEAM) -> None:
        self.person = Person(workspace=workspace, id=id_)
        self._story = story
        self.form: Form | None = None
        """The form that was opened last."""
        self.faults: dict[str, Text] = {}
        """What was wrong with the form that was sent last."""

    @property
    def dm(self) -> str:
        return dm_of(self.person)

    # -- doing

    async def says(self, text: str, where: str = "C1") -> Incoming:
        """A slash command, or plain words in the DM. Returns what was delivered."""
        words = text.removeprefix("/imagine")
        said: Said = Command(text=words.strip()) if words != text else Words(text=text)
        return await self._does(said, f"said:{next(self._story.ids)}", where)

    async def replies(
        self,
        text: str,
        to: Message,
        *,
        files: Sequence[Attached] = (),
        mentioned: bool = False,
        twin: bool = False,
        as_message: str = "",
    ) -> Incoming:
        """Words under a message; ``as_message``: of a message that was delivered before."""
        thread = to.ref.thread or to.ref.id
        return await self.writes(
            text,
            to.ref.channel,
            thread=thread,
            files=files,
            mentioned=mentioned,
            twin=twin,
            as_message=as_message,
        )

    async def writes(
        self,
        text: str,
        where: str = "C1",
        *,
        thread: MessageId | None = None,
        files: Sequence[Attached] = (),
        mentioned: bool = False,
        twin: bool = False,
        as_message: str = "",
    ) -> Incoming:
        """A plain message in a channel or a thread."""
        message = MessageId(as_message or f"m{next(self._story.ids)}")
        said = Words(text=text, files=tuple(files), mentioned=mentioned, message=message, twin=twin)
        return await self._does(said, f"message:{message}", where, thread)

    async def rewrites(
        self, message: MessageId, text: str, thread: MessageId | None, where: str = "C1"
    ) -> None:
        """Their message says something else now."""
        await self._does(Rewritten(message=message, text=text), f"message:{message}", where, thread)

    async def withdraws(self, message: MessageId, where: str = "C1") -> None:
        """Their message is deleted."""
        await self._does(Withdrawn(message=message), f"message:{message}", where)

    async def reacts(self, sign: Sign, on: Message) -> None:
        """A reaction under one of the bot's messages."""
        key = f"reaction:{sign.value}:{on.ref.id}:{self.person.id}"
        await self._does(Reacted(sign=sign, message=on.ref.id), key, on.ref.channel, on.ref.thread)

    async def points_at(self, message: MessageId, files: Sequence[Attached] = (), where: str = "C1") -> None:
        """The message shortcut."""
        said = Pointed(message=message, files=tuple(files))
        await self._does(said, f"shortcut:{next(self._story.ids)}", where)

    async def sends(self, fields: dict[str, str], files: Sequence[Attached] = ()) -> Incoming:
        """The form that was opened last, filled in. Returns what was delivered."""
        assert self.form, "no form is open"
        shown = {field.name: field.value for field in self.form.fields}
        said = FormSent(
            fields=shown | fields,
            kind=self.form.kind,
            choice=self.form.choice,
            files=tuple(files),
            draft=self.form.draft,
        )
        return await self._does(said, f"form:{next(self._story.ids)}", "C1")

    async def previews(self, fields: dict[str, str]) -> None:
        """The button inside the form that was opened last."""
        assert self.form, "no form is open"
        shown = {field.name: field.value for field in self.form.fields}
        changed = FormChanged(
            view="V1",
            fields=shown | fields | {"preview": "yes"},
            kind=self.form.kind,
            choice=self.form.choice,
            draft=self.form.draft,
        )
        await self._does(changed, f"form:{next(self._story.ids)}", "C1")

    async def looks_home(self) -> Home:
        """The page of the bot's that shows what is theirs."""
        return await self._story.bot.at_home(self.person)

    async def presses(self, action: Action, on: Message, choice: int = 0) -> Incoming:
        """A button under a message. Returns what was delivered."""
        return await self._press(action, on.job, on.ref.id, on.ref.channel, on.ref.thread, choice)

    async def presses_told(self, action: Action, choice: int = 0) -> None:
        """A button in the newest private note that has it."""
        notes = [(n, told) for n, told in enumerate(self.notes) if action in told.offers()]
        number, told = notes[-1]
        (job,) = {button.job for button in told.note.buttons if button.action is action}
        await self._press(action, job, MessageId(f"note-{number}"), "C1", told.thread, choice)

    async def _press(
        self,
        action: Action,
        job: JobId,
        message: MessageId,
        where: str,
        thread: MessageId | None,
        choice: int = 0,
    ) -> Incoming:
        private = message.startswith("note-")
        said = Pressed(action=action, job=job, message=message, choice=choice, private=private)
        key = f"press:{action.value}:{job}:{message}:{self.person.id}"
        return await self._does(said, key, where, thread)

    async def is_heard(self, text: str) -> None:
        """A slash command that is acknowledged, and no more: whatever follows is cut off."""
        said = Command(text=text.removeprefix("/imagine").strip())
        await self._story.bot.take(self._incoming(said, f"said:{next(self._story.ids)}", "C1"))

    async def _does(self, said: Said, key: str, where: str, thread: MessageId | None = None) -> Incoming:
        incoming = self._incoming(said, key, where, thread)
        await self.delivered(incoming)
        return incoming

    def _incoming(self, said: Said, key: str, where: str, thread: MessageId | None = None) -> Incoming:
        place = Place(
            platform=self._story.chat.platform,
            workspace=self.person.workspace,
            channel=where,
            kind=PlaceKind.DM if where.startswith("D") else PlaceKind.CHANNEL,
            thread=thread,
        )
        return Incoming(
            key=key,
            said=said,
            whisper=Whisper(
                person=self.person, place=place, reply_until=self._story.clock() + timedelta(minutes=29)
            ),
            trigger=f"trigger-{next(self._story.ids)}",
            at=self._story.clock(),
        )

    async def delivered(self, incoming: Incoming) -> None:
        """The platform brings it to the bot, perhaps not for the first time."""
        bot, chat = self._story.bot, self._story.chat
        outcome = await bot.take(incoming)
        self.form = outcome.form or self.form
        self.faults = outcome.faults or {}
        note = await bot.act(incoming, outcome)
        if isinstance(note, Form):
            self.form = note
        elif note:
            await chat.tell(note, incoming.whisper, await chat.locale(self.person))

    # -- seeing

    async def is_told(self, key: str) -> Told:
        """Wait until this is the last thing they were told privately."""
        await self._story.until(lambda: bool(self.notes) and self.notes[-1].key == key)
        await self._story.settled()
        return self.notes[-1]

    @property
    def notes(self) -> list[Told]:
        return self._story.chat.told.get(self.person, [])

    def told(self) -> list[str]:
        """The keys of everything they were told privately."""
        return [told.key for told in self.notes]


def another_team(someone: Someone) -> Someone:
    """Somebody of the same id in another workspace."""
    stranger = Someone(someone._story, someone.person.id)
    stranger.person = replace(someone.person, workspace="T2")
    return stranger


def _copy(data: Path, to: Path) -> None:
    """The disk, as a kill would leave it: SQLite's own backup, and every picture."""
    to.mkdir()
    name = "imagine.sqlite3"
    with closing(sqlite3.connect(data / name)) as old, closing(sqlite3.connect(to / name)) as new:
        old.backup(new)
    if (data / "pictures").exists():
        shutil.copytree(data / "pictures", to / "pictures")
