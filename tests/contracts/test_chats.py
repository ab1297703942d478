"""What every chat has to keep of ``bot.chat.Chat``: the stories' twin, and Slack over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.chat import Found, Upload
from bot.chat.slack import cards
from bot.errors import (
    FileFault,
    FileRefused,
    FileUnavailable,
    LostReply,
    MessageGone,
    NoAnswer,
    NotWelcome,
)
from bot.playground.slack import Trouble as SlackTrouble
from bot.settings import Settings
from bot.types import (
    Attached,
    BlobKey,
    Cancelled,
    Face,
    FileId,
    Finished,
    ImageRequest,
    Job,
    JobId,
    JobKind,
    JobState,
    MessageId,
    MessageRef,
    Note,
    NotMade,
    Options,
    Painted,
    Painting,
    Picture,
    Place,
    PlaceKind,
    Post,
    Queued,
    Role,
    Shown,
    Text,
    Trouble,
    Usage,
    Whisper,
)
from tests.contracts.chat_worlds import (
    ADA,
    ANN,
    HERE,
    NOBODY,
    SHUT,
    TEAM,
    YUMI,
    Slack,
    Twin,
    World,
    slack_over_sockets,
)
from tests.fakes import picture

NOTE = Note(text=Text(key="say.thanks"))
JOB = Job(
    id=JobId("k3f9aaaabbbbcccc"),
    kind=JobKind.IMAGINE,
    state=JobState.WAITING,
    request=ImageRequest(prompt="a fox", options=Options(), prompts=("a fox",)),
    by=ANN,
    place=HERE,
    whisper=Whisper(person=ANN, place=HERE),
    locale="en",
    created_at=datetime(2026, 11, 21, tzinfo=UTC),
)
FILES = [Upload(name=f"fox-{number}.png", data=picture("png", number), alt="a fox") for number in (1, 2)]


def a_post(face: Face | None = None, role: Role = Role.PLACEHOLDER) -> Post:
    return Post(job=JOB, role=role, face=face or Queued())


def a_result(*files: FileId) -> Post:
    one = Picture(blob=BlobKey("b"), media_type="image/png", width=8, height=6, size=90, prompt="a fox")
    painted = Painted(pictures=(one,) * len(files), model="m", service="s", usage=Usage(), seconds=1)
    shown = tuple(Shown(picture=one, file=file) for file in files)
    return a_post(Finished(shown=shown, painted=(painted,)), Role.RESULT)


@pytest.fixture(params=["twin", "slack"])
async def world(request: pytest.FixtureRequest, settings: Settings) -> AsyncIterator[World]:
    if request.param == "twin":
        yield Twin()
        return
    async with slack_over_sockets(settings) as real:
        yield real


# -- messages


@pytest.mark.parametrize("in_thread", [False, True])
async def test_what_was_posted_is_found_by_job_and_role(world: World, in_thread: bool) -> None:
    above = await world.chat.post(a_post(role=Role.OPEN), HERE)
    place = replace(HERE, thread=above.id if in_thread else None)
    message = await world.chat.post(a_post(), place)
    assert (message.channel, message.thread) == (HERE.channel, place.thread)
    assert await world.chat.find(a_post(NotMade()), place, world.clock()) == message
    assert await world.chat.find(a_post(role=Role.RESULT), place, world.clock()) is Found.NOT_THERE
    another = replace(a_post(), job=replace(JOB, id=JobId("zzzzaaaabbbbcccc")))
    assert await world.chat.find(another, place, world.clock()) is Found.NOT_THERE


@pytest.mark.parametrize("done", [True, False])
async def test_a_lost_reply_is_said_and_a_look_tells_what_came_of_it(world: World, done: bool) -> None:
    world.lose_reply(done=done)
    with pytest.raises(LostReply):
        await world.chat.post(a_post(), HERE)
    assert len(world.words(HERE.channel)) == done
    found = await world.chat.find(a_post(), HERE, world.clock())
    assert isinstance(found, MessageRef) if done else found is Found.NOT_THERE


async def test_where_the_bot_may_not_write_it_is_not_welcome(world: World) -> None:
    with pytest.raises(NotWelcome):
        await world.chat.post(a_post(), SHUT)
    with pytest.raises(NotWelcome):
        await world.chat.share(FILES, MessageRef(channel=SHUT.channel, id=MessageId("1.000001")), TEAM)


async def test_where_the_history_is_hidden_nobody_can_say(world: World) -> None:
    message = await world.chat.post(a_post(), HERE)
    world.answer_under(message)
    world.hide_history()
    assert await world.chat.find(a_post(), HERE, world.clock()) is Found.CANNOT_LOOK
    assert not await world.chat.has_replies(message, TEAM)


async def test_an_update_twice_changes_one_message_once(world: World) -> None:
    message = await world.chat.post(a_post(), HERE)
    for _ in range(2):
        await world.chat.update(message, a_post(Cancelled()))
    assert world.words(HERE.channel) == [cards.draw(a_post(Cancelled()))[0]]
    assert await world.chat.find(a_post(), HERE, world.clock()) == message


async def test_progress_does_not_wait_while_slack_is_too_busy_and_an_end_does(settings: Settings) -> None:
    async with slack_over_sockets(settings) as world:
        assert isinstance(world, Slack)
        message = await world.chat.post(a_post(), HERE)
        world.slack.faults.on("chat.update", SlackTrouble.RATE_LIMITED, value=1)
        with pytest.raises(NoAnswer):
            await world.chat.update(message, a_post(Painting(done=0)))
        await world.chat.update(message, a_post(Cancelled()))
        assert world.words(HERE.channel) == [cards.draw(a_post(Cancelled()))[0]]


async def test_a_deleted_message_is_gone_and_may_be_deleted_again(world: World) -> None:
    message = await world.chat.post(a_post(), HERE)
    for _ in range(2):
        await world.chat.delete(message, TEAM)
    assert world.words(HERE.channel) == []
    assert await world.chat.find(a_post(), HERE, world.clock()) is Found.NOT_THERE
    with pytest.raises(MessageGone):
        await world.chat.update(message, a_post(Cancelled()))


async def test_answers_of_people_are_seen(world: World) -> None:
    message = await world.chat.post(a_post(), HERE)
    assert not await world.chat.has_replies(message, TEAM)
    world.answer_under(message)
    assert await world.chat.has_replies(message, TEAM)


# -- files


async def test_uploads_are_seen_only_once_a_post_shows_them(world: World) -> None:
    before = await world.chat.post(a_post(), HERE)
    ids = await world.chat.upload(FILES, TEAM)
    assert [world.data(id_) for id_ in ids] == [file.data for file in FILES]
    assert (len(world.words(HERE.channel)), world.thread_files(before)) == (1, [])
    result = await world.chat.post(a_result(*ids), HERE)
    assert await world.chat.find(a_result(), HERE, world.clock()) == result


async def test_a_file_that_is_not_ready_is_refused_until_it_is(world: World) -> None:
    world.delay_files()
    ids = await world.chat.upload(FILES, TEAM)
    message = await world.chat.post(a_post(), HERE)
    with pytest.raises(FileRefused):
        await world.chat.post(a_result(*ids), HERE)
    with pytest.raises(FileRefused):
        await world.chat.update(message, a_result(*ids))
    assert len(world.words(HERE.channel)) == 1
    world.end_delay()
    await world.chat.post(a_result(*ids), HERE)
    assert len(world.words(HERE.channel)) == 2


async def test_shared_files_stand_in_the_thread(world: World) -> None:
    message = await world.chat.post(a_post(), HERE)
    ids = await world.chat.share(FILES, message, TEAM)
    assert world.thread_files(message) == list(ids)
    assert [world.data(id_) for id_ in ids] == [file.data for file in FILES]


async def test_shared_files_leave_the_thread_with_what_brought_them(world: World) -> None:
    message = await world.chat.post(a_post(), HERE)
    ids = await world.chat.share(FILES, message, TEAM)
    for id_ in (*ids, *ids):
        await world.chat.unshare(id_, message, TEAM)
    assert (world.thread_files(message), [world.data(id_) for id_ in ids]) == ([], [None, None])


@pytest.mark.parametrize("done", [True, False])
async def test_a_look_tells_whether_files_whose_reply_was_lost_are_in_the_thread(
    world: World, done: bool
) -> None:
    message, another = [await world.chat.post(a_post(role=role), HERE) for role in (Role.RESULT, Role.OPEN)]
    ids: list[FileId] = []

    async def known(file: FileId) -> None:
        ids.append(file)

    world.lose_reply(done=done, of="share")
    with pytest.raises(LostReply):
        await world.chat.share(FILES, message, TEAM, known)
    assert {*world.thread_files(message)} == ({*ids} if done else set())
    assert await world.chat.is_shared(ids, message, TEAM) is done
    assert not await world.chat.is_shared(ids, another, TEAM)


async def test_a_deleted_file_is_gone_and_may_be_deleted_again(world: World) -> None:
    gone, kept = await world.chat.upload(FILES, TEAM)
    for _ in range(2):
        await world.chat.delete_file(gone, TEAM)
    assert (world.data(gone), world.data(kept)) == (None, FILES[1].data)
    with pytest.raises(FileRefused):
        await world.chat.post(a_result(gone), HERE)


async def test_pictures_that_people_posted_are_found_in_order_and_come_whole(
    world: World, tmp_path: Path
) -> None:
    message = await world.chat.post(a_post(), HERE)
    await world.chat.share(FILES, message, TEAM)
    for file in FILES:
        await world.give(file.name, file.data, message)
    found = await world.chat.posted(replace(HERE, thread=message.id))
    assert [one.name for one in found] == [file.name for file in FILES]
    for number, one in enumerate(found):
        await world.chat.fetch(one, TEAM, tmp_path / str(number), len(FILES[number].data))
    assert [(tmp_path / str(number)).read_bytes() for number in (0, 1)] == [file.data for file in FILES]
    assert await world.chat.posted(HERE) == ()


async def test_a_file_that_is_too_big_or_gone_leaves_nothing_behind(world: World, tmp_path: Path) -> None:
    message = await world.chat.post(a_post(), HERE)
    await world.give("fox.png", FILES[0].data, message)
    [one] = await world.chat.posted(replace(HERE, thread=message.id))
    with pytest.raises(FileUnavailable) as too_big:
        await world.chat.fetch(one, TEAM, tmp_path / "fox", len(FILES[0].data) - 1)
    stranger = Attached(file=FileId("F0NOBODYS1"), name="fox.png", stub=True)
    with pytest.raises(FileUnavailable) as gone:
        await world.chat.fetch(stranger, TEAM, tmp_path / "fox", 1000)
    assert (too_big.value.why, gone.value.why) == (FileFault.TOO_BIG, FileFault.GONE)
    assert gone.value.text.values == {"name": "fox.png"}
    assert not await asyncio.to_thread((tmp_path / "fox").exists)


@pytest.mark.parametrize("trouble", Trouble)
async def test_what_stands_in_a_files_way_is_said(world: World, trouble: Trouble, tmp_path: Path) -> None:
    one = Attached(file=FileId("F0NOBODYS1"), name="fox.png", trouble=trouble)
    with pytest.raises(FileUnavailable) as error:
        await world.chat.fetch(one, TEAM, tmp_path / "fox", 1000)
    assert error.value.why.value == trouble.value


# -- people


@pytest.mark.parametrize("place", [HERE, SHUT])
async def test_a_note_is_for_one_person_alone(world: World, place: Place) -> None:
    await world.chat.tell(NOTE, Whisper(person=ANN, place=place), "en")
    assert (world.notes(ANN), world.notes(ADA), world.words(place.channel)) == (1, 0, [])


async def test_a_dm_is_the_same_conversation_every_time(world: World) -> None:
    place = await world.chat.open_dm(ANN)
    assert (place.kind, place.workspace, place.thread) == (PlaceKind.DM, TEAM, None)
    assert place == await world.chat.open_dm(ANN) != await world.chat.open_dm(ADA)
    message = await world.chat.post(a_post(), place)
    assert await world.chat.find(a_post(), place, world.clock()) == message
    assert world.words(HERE.channel) == []


async def test_people_have_a_language_and_some_are_admins(world: World) -> None:
    assert (await world.chat.locale(YUMI), await world.chat.locale(NOBODY)) == ("ja-JP", "")
    assert [await world.chat.is_admin(person) for person in (ADA, ANN, NOBODY)] == [True, False, False]


async def test_what_the_platform_does_not_say_is_empty_or_no(world: World) -> None:
    world.keep_quiet_about_people()
    assert (await world.chat.locale(YUMI), await world.chat.is_admin(ADA)) == ("", False)
