"""What a chat whose messages become results in place has to keep: the twin, and Teams over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest

from bot.chat import Chat, Found, Showing, Upload
from bot.chat.teams.address import Address
from bot.chat.teams.connection import open_teams
from bot.errors import ChatError, FileFault, FileUnavailable, LostReply, MessageGone, NotWelcome
from bot.playground import teams
from bot.playground.teams import StandIn, Trouble
from bot.settings import Settings
from bot.types import (
    Attached,
    BlobKey,
    Cancelled,
    Face,
    FileId,
    Finished,
    MessageId,
    MessageRef,
    Note,
    Person,
    Place,
    PlaceKind,
    Platform,
    Post,
    Queued,
    Role,
    Shown,
    Text,
    Whisper,
)
from tests.a_job import a_job, a_painting
from tests.fakes import FakeChat, picture
from tests.ports import free_port

TENANT = "7a2d0e1c-1111-4222-8333-0123456789ab"
ANN, BOB = Person(workspace=TENANT, id="29:ann"), Person(workspace=TENANT, id="29:bob")
NOTE = Note(text=Text(key="say.thanks"))
FILES = [Upload(name=f"fox-{number}.png", data=picture("png", number), alt="a fox") for number in (1, 2)]


class World(Protocol):
    """A tenant as its people see it."""

    chat: Chat
    here: Place
    shut: Place

    def lose_reply(self, *, done: bool) -> None: ...
    def shown(self, place: Place) -> int: ...
    def changes(self, message: MessageRef) -> int: ...
    def notes(self, person: Person) -> int: ...
    def kept(self, file: FileId) -> bytes | None: ...
    def paste(self, data: bytes) -> Attached: ...


class Twin:
    """The twin that the stories play on."""

    def __init__(self) -> None:
        self.fake = FakeChat(Platform.TEAMS)
        self.chat: Chat = self.fake
        self.here, self.shut = places("")
        self.fake.closed_to_us.add(self.shut.channel)

    def lose_reply(self, *, done: bool) -> None:
        self.fake.will_lose_reply("post", done=done)

    def shown(self, place: Place) -> int:
        return len(self.fake.in_channel(place.channel))

    def changes(self, message: MessageRef) -> int:
        return len(self.fake.messages[message.id].posts) - 1

    def notes(self, person: Person) -> int:
        return len(self.fake.told.get(person, ()))

    def kept(self, file: FileId) -> bytes | None:
        return self.fake.files[file].data if file in self.fake.files else None

    def paste(self, data: bytes) -> Attached:
        self.fake.given[FileId("pasted")] = data
        return Attached(file=FileId("pasted"), url="https://pasted")


class Wall:
    """A gallery in memory."""

    def __init__(self) -> None:
        self.hung: dict[FileId, bytes] = {}

    async def keep(self, data: bytes, media_type: str) -> FileId:
        name = FileId(f"{len(self.hung)}.{media_type.rpartition('/')[2]}")
        self.hung[name] = data
        return name

    def link(self, picture: BlobKey | FileId) -> str:
        return f"https://bot.example.com/images/{picture}"

    async def drop(self, file: FileId) -> None:
        self.hung.pop(file, None)


class Teams:
    """Teams' stand-in, at the other end of a socket."""

    def __init__(self, chat: Chat, wall: Wall, stand_in: StandIn) -> None:
        self.chat, self.wall, self.teams = chat, wall, stand_in
        self.here, self.shut = places(stand_in.base_url)

    def lose_reply(self, *, done: bool) -> None:
        self.teams.state.faults.on("POST", Trouble.LOST_REPLY if done else Trouble.DROP)

    def shown(self, place: Place) -> int:
        return len(self.teams.state.in_conversation(place.channel.partition("#")[0]))

    def changes(self, message: MessageRef) -> int:
        return len(self.teams.state.messages[message.id].past)

    def notes(self, person: Person) -> int:
        chat = f"a:1{person.id.removeprefix('29:')}"
        return len([*self.teams.state.seen_only_by(person.id), *self.teams.state.in_conversation(chat)])

    def kept(self, file: FileId) -> bytes | None:
        return self.wall.hung.get(file)

    def paste(self, data: bytes) -> Attached:
        self.teams.state.files["0"] = (data, "image/png")
        return Attached(file=FileId("0"), url=f"{self.teams.base_url}/v3/attachments/0/views/original")


def places(service: str) -> tuple[Place, Place]:
    """A channel, and one that the bot is not in."""
    general = Address(conversation="19:general@thread.tacv2", service=service, threads=True)
    here = Place(
        platform=Platform.TEAMS,
        workspace=TENANT,
        channel=str(general),
        kind=PlaceKind.CHANNEL,
        thread=MessageId("1700000000000"),
    )
    return here, replace(here, channel=str(replace(general, conversation="19:closed@thread.tacv2")))


@asynccontextmanager
async def teams_over_sockets(settings: Settings) -> AsyncIterator[World]:
    async with teams.serve() as stand_in:
        known = {"teams_unauthenticated": True, "teams_service_url_override": stand_in.base_url}
        wall = Wall()
        async with open_teams(settings.model_copy(update=known), lambda _: None, wall) as door:
            yield Teams(door.chat, wall, stand_in)


@pytest.fixture(params=["twin", "teams"])
async def world(request: pytest.FixtureRequest, settings: Settings) -> AsyncIterator[World]:
    if request.param == "twin":
        yield Twin()
        return
    async with teams_over_sockets(settings) as real:
        yield real


def a_post(world: World, face: Face | None = None) -> Post:
    job = replace(a_job(by=ANN), place=world.here, locale="en")
    return Post(job=job, role=Role.PLACEHOLDER, face=face or Queued())


def a_result(world: World, *files: FileId) -> Post:
    painted = a_painting()
    shown = tuple(Shown(picture=painted.pictures[0], file=file) for file in files)
    return a_post(world, Finished(shown=shown, painted=(painted,)))


async def test_the_twin_has_the_manner_of_the_real_one(world: World) -> None:
    assert (world.chat.manner.showing, world.chat.manner.links) == (Showing.UPDATE, True)


async def test_a_message_is_where_it_was_posted_and_nobody_can_look_for_it(world: World) -> None:
    post = a_post(world)
    message = await world.chat.post(post, world.here)
    assert (message.channel, message.thread) == (world.here.channel, world.here.thread)
    assert world.shown(world.here) == 1
    assert await world.chat.find(post, world.here, datetime.now(UTC)) is Found.CANNOT_LOOK
    assert not await world.chat.has_replies(message, TENANT)


@pytest.mark.parametrize("done", [False, True])
async def test_a_lost_reply_is_told_apart_from_a_refusal(world: World, done: bool) -> None:
    world.lose_reply(done=done)
    with pytest.raises(LostReply):
        await world.chat.post(a_post(world), world.here)
    assert world.shown(world.here) == int(done)


async def test_where_the_bot_is_not_it_is_not_welcome(world: World) -> None:
    with pytest.raises(NotWelcome):
        await world.chat.post(a_post(world), world.shut)


async def test_a_message_is_changed_in_place(world: World) -> None:
    message = await world.chat.post(a_post(world), world.here)
    for _ in range(2):
        await world.chat.update(message, a_post(world, Cancelled()))
    assert (world.shown(world.here), world.changes(message)) == (1, 2)


async def test_a_deleted_message_is_gone_and_may_be_deleted_again(world: World) -> None:
    message = await world.chat.post(a_post(world), world.here)
    for _ in range(2):
        await world.chat.delete(message, TENANT)
    assert world.shown(world.here) == 0
    with pytest.raises(MessageGone):
        await world.chat.update(message, a_post(world, Cancelled()))


async def test_uploads_are_shown_by_a_result_and_may_be_taken_away(world: World) -> None:
    noted: list[FileId] = []

    async def known(file: FileId) -> None:
        noted.append(file)

    gone, kept = await world.chat.upload(FILES, TENANT, known)
    assert noted == [gone, kept]
    message = await world.chat.post(a_post(world), world.here)
    await world.chat.update(message, a_result(world, gone, kept))
    for _ in range(2):
        await world.chat.delete_file(gone, TENANT)
    assert (world.kept(gone), world.kept(kept)) == (None, FILES[1].data)


async def test_a_note_is_for_one_person_alone(world: World) -> None:
    await world.chat.tell(NOTE, Whisper(person=ANN, place=world.here), "en")
    assert (world.notes(ANN), world.notes(BOB), world.shown(world.here)) == (1, 0, 0)


async def test_a_dm_is_the_same_conversation_every_time(world: World) -> None:
    place = await world.chat.open_dm(BOB)
    assert (place.kind, place.workspace, place.thread) == (PlaceKind.DM, TENANT, None)
    assert place == await world.chat.open_dm(BOB) != await world.chat.open_dm(ANN)
    await world.chat.post(a_post(world), place)
    assert world.shown(world.here) == 0


async def test_a_pasted_picture_is_fetched_whole(world: World, tmp_path: Path) -> None:
    data = picture("png", 3)
    await world.chat.fetch(world.paste(data), TENANT, tmp_path / "fox", 10_000)
    assert (tmp_path / "fox").read_bytes() == data


async def test_a_file_that_is_too_big_leaves_nothing(world: World, tmp_path: Path) -> None:
    with pytest.raises(FileUnavailable) as refused:
        await world.chat.fetch(world.paste(b"x" * 2000), TENANT, tmp_path / "fox", 1000)
    assert refused.value.why is FileFault.TOO_BIG
    assert not (tmp_path / "fox").exists()


async def test_what_the_platform_does_not_say_is_empty_or_no(world: World) -> None:
    assert await world.chat.locale(ANN) == ""
    assert not await world.chat.is_admin(ANN)
    assert await world.chat.posted(world.here) == ()


async def test_a_post_that_could_not_even_be_sent_is_sent_when_teams_is_back(settings: Settings) -> None:
    port, refused = free_port(), asyncio.Event()
    base = f"http://127.0.0.1:{port}"
    known = {"teams_unauthenticated": True, "teams_service_url_override": base}

    def note(_: ChatError) -> None:
        refused.set()

    async with open_teams(settings.model_copy(update=known), note, Wall()) as door:
        here = places(base)[0]
        job = replace(a_job(by=ANN), place=here, locale="en")
        posting = asyncio.create_task(
            door.chat.post(Post(job=job, role=Role.PLACEHOLDER, face=Queued()), here)
        )
        async with asyncio.timeout(30):
            await refused.wait()
            async with teams.serve(port=port) as stand_in:
                message = await posting
            assert list(stand_in.state.messages) == [message.id]


# -- without a public address


async def test_without_one_pictures_travel_in_messages_of_their_own(settings: Settings) -> None:
    async with teams.serve() as stand_in:
        known = {"teams_unauthenticated": True, "teams_service_url_override": stand_in.base_url}
        async with open_teams(settings.model_copy(update=known), lambda _: None, None) as door:
            world = Teams(door.chat, Wall(), stand_in)
            assert door.chat.manner.showing is Showing.SHARE
            message = await door.chat.post(a_post(world), world.here)
            gone, kept = await door.chat.share(FILES, message, TENANT)
            shared = list(stand_in.state.messages.values())[-2:]
            with pytest.raises(ChatError):
                await door.chat.upload(FILES, TENANT)
            for _ in range(2):
                await door.chat.delete_file(gone, TENANT)
    assert (gone != kept, stand_in.state.deleted) == (True, shared[:1])
    assert [one.thread for one in shared] == [world.here.thread] * 2
    urls = [one.activity["attachments"][0]["contentUrl"] for one in shared]
    assert all(url.startswith("data:image/png;base64,") for url in urls)
