"""The workspaces that the contract of a chat is tried in: the stories' twin, and Slack over real sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Protocol

from pydantic import SecretStr

from bot.chat import Chat
from bot.chat.slack import cards
from bot.chat.slack.connection import open_slack
from bot.playground.slack import StandIn, Trouble, serve
from bot.settings import Settings
from bot.types import Attached, FileId, MessageRef, Person, Place, PlaceKind, Platform
from tests.fakes import Clock, FakeChat

TEAM = "T0PLAYGRND"
ANN = Person(workspace=TEAM, id="U0ANN00001")
YUMI = Person(workspace=TEAM, id="U0YUMI0003")
ADA = Person(workspace=TEAM, id="U0ADA00004")
"""An administrator."""
NOBODY = Person(workspace=TEAM, id="U0X")
HERE = Place(platform=Platform.SLACK, workspace=TEAM, channel="C0GENERAL1", kind=PlaceKind.CHANNEL)
SHUT = replace(HERE, channel="C0SECRET03", kind=PlaceKind.PRIVATE)
"""Where the bot is no member."""


_METHODS = {"post": "chat.postMessage", "share": "files.completeUploadExternal"}


class World(Protocol):
    """A workspace as its people see it, and what may go wrong there."""

    chat: Chat
    clock: Clock

    def lose_reply(self, *, done: bool, of: str = "post") -> None: ...
    def hide_history(self) -> None: ...
    def keep_quiet_about_people(self) -> None: ...
    def delay_files(self) -> None: ...
    def end_delay(self) -> None: ...
    def answer_under(self, message: MessageRef) -> None: ...
    def words(self, channel: str) -> list[str]: ...
    def thread_files(self, message: MessageRef) -> list[FileId]: ...
    def data(self, file: FileId) -> bytes | None: ...
    def notes(self, person: Person) -> int: ...
    async def give(self, name: str, data: bytes, under: MessageRef) -> None: ...


class Twin:
    """The twin that the stories play on."""

    def __init__(self) -> None:
        self.fake = FakeChat()
        self.chat: Chat = self.fake
        self.clock = Clock()
        self.fake.locales[YUMI] = "ja-JP"
        self.fake.admins.add(ADA)
        self.fake.closed_to_us.add(SHUT.channel)

    def lose_reply(self, *, done: bool, of: str = "post") -> None:
        self.fake.will_lose_reply(of, done=done)

    def hide_history(self) -> None:
        self.fake.unreadable |= {HERE.channel}

    def keep_quiet_about_people(self) -> None:
        self.fake.locales.clear()
        self.fake.admins.clear()

    def delay_files(self) -> None:
        self.fake.refuses_files = float("inf")

    def end_delay(self) -> None:
        self.fake.refuses_files = 0

    def answer_under(self, message: MessageRef) -> None:
        self.fake.people_answer_under(self.fake.messages[message.id])

    def words(self, channel: str) -> list[str]:
        return [cards.draw(message.posts[-1])[0] for message in self.fake.in_channel(channel)]

    def thread_files(self, message: MessageRef) -> list[FileId]:
        return self.fake.messages[message.id].files

    def data(self, file: FileId) -> bytes | None:
        return self.fake.files[file].data if file in self.fake.files else None

    def notes(self, person: Person) -> int:
        return len(self.fake.told.get(person, ()))

    async def give(self, name: str, data: bytes, under: MessageRef) -> None:
        given = self.fake.threads.setdefault(under.id, [])
        file = FileId(f"FGIVEN{len(given)}")
        given.append(Attached(file=file, name=name, media_type="image/png", size=len(data)))
        self.fake.given[file] = data


class Slack:
    """Slack's stand-in, at the other end of a socket."""

    def __init__(self, chat: Chat, clock: Clock, stand_in: StandIn) -> None:
        self.chat, self.clock, self.slack = chat, clock, stand_in.workspace

    def lose_reply(self, *, done: bool, of: str = "post") -> None:
        self.slack.faults.on(_METHODS[of], Trouble.LOST_REPLY if done else Trouble.DROP)

    def hide_history(self) -> None:
        self.slack.history_unreadable = True

    def keep_quiet_about_people(self) -> None:
        self.slack.faults.on("users.info", Trouble.REFUSE, error="missing_scope", times=None)

    def delay_files(self) -> None:
        self.slack.file_delay = 5

    def end_delay(self) -> None:
        self.clock.tick(5)

    def answer_under(self, message: MessageRef) -> None:
        channel = self.slack.channel(message.channel)
        answer = replace(channel.by_ts[message.id], ts=self.slack.new_ts(), user=ANN.id, thread_ts=message.id)
        self.slack.add(channel, answer)

    def words(self, channel: str) -> list[str]:
        return [message.text for message in self.slack.channel(channel).messages if not message.files]

    def thread_files(self, message: MessageRef) -> list[FileId]:
        replies = self.slack.channel(message.channel).replies(message.id)
        return [FileId(file) for reply in replies for file in reply.files]

    def data(self, file: FileId) -> bytes | None:
        return None if self.slack.files[file].deleted else self.slack.files[file].data

    def notes(self, person: Person) -> int:
        in_dm = [one for one in self.slack.dm(person.id).messages if not one.metadata]
        return len([one for one in self.slack.ephemerals if one.seen_by == person.id]) + len(in_dm)

    async def give(self, name: str, data: bytes, under: MessageRef) -> None:
        """A person answers with a picture."""
        await self.slack.say(ANN.id, under.channel, "here", thread=under.id, files=[(name, data)])


@asynccontextmanager
async def slack_over_sockets(settings: Settings) -> AsyncIterator[World]:
    clock = Clock()
    async with serve(now=lambda: clock().timestamp(), page=False) as stand_in:
        known = {"slack_bot_token": SecretStr(stand_in.bot_token), "slack_api_url": stand_in.api_url}
        async with open_slack(settings.model_copy(update=known), lambda _: None, clock) as slack:
            yield Slack(slack.chat, clock, stand_in)
