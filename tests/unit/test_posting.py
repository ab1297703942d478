"""The guard on every message: looked for before it is repeated, and files waited for."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import ChatError, FileRefused, LostReply, Overslept
from bot.jobs.database import Database, migrate
from bot.jobs.ledger import SqlLedger
from bot.jobs.unshown import release
from bot.posting import Patience, Poster, when_ready
from bot.types import (
    ImageRequest,
    Job,
    JobId,
    JobKind,
    JobState,
    MessageId,
    MessageRef,
    Options,
    Post,
    Queued,
    Role,
    Whisper,
)
from tests.fakes import Clock, FakeChat, Gate
from tests.unit.asking import ANN, GENERAL

PATIENCE = Patience(look=1.5, files=10, file_first=1, file_most=4)
JOB = Job(
    id=JobId("k3f9aaaaaaaaaaaa"),
    kind=JobKind.IMAGINE,
    state=JobState.WAITING,
    request=ImageRequest(prompt="a fox", options=Options(), prompts=("a fox",)),
    by=ANN,
    place=GENERAL,
    whisper=Whisper(person=ANN, place=GENERAL),
    created_at=datetime(2026, 11, 21, tzinfo=UTC),
)
POST = Post(job=JOB, role=Role.PLACEHOLDER, face=Queued())
RESULT = Post(job=JOB, role=Role.RESULT, face=Queued())


class Naps:
    """Sleep that takes no time and is remembered."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'imagine.sqlite3'}")
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
async def ledger(database: Database) -> SqlLedger:
    kept = SqlLedger(database, Clock())
    await kept.add(JOB, key="k")
    return kept


@pytest.fixture
def chat() -> FakeChat:
    return FakeChat()


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def poster(ledger: SqlLedger, naps: Naps) -> Poster:
    return Poster(ledger, now=Clock(), patience=PATIENCE, sleep=naps)


async def test_a_message_is_made_once_however_often_it_is_asked_for(poster: Poster, chat: FakeChat) -> None:
    first = await poster.post(chat, POST, GENERAL)
    assert await poster.post(chat, POST, GENERAL) == first
    assert chat.calls == {"post": 1}


async def test_an_intent_without_an_answer_is_looked_for_first(
    poster: Poster, chat: FakeChat, ledger: SqlLedger, naps: Naps
) -> None:
    await ledger.intend(JOB, Role.PLACEHOLDER, Clock()())
    made = await chat.post(POST, GENERAL)
    assert await poster.post(chat, POST, GENERAL) == made
    assert chat.calls == {"post": 1, "find": 1}
    assert naps.taken == [1.5]


async def test_an_intent_that_came_to_nothing_is_posted(
    poster: Poster, chat: FakeChat, ledger: SqlLedger
) -> None:
    await ledger.intend(JOB, Role.PLACEHOLDER, Clock()())
    made = await poster.post(chat, POST, GENERAL)
    assert await ledger.message(JOB.id, Role.PLACEHOLDER) == made


async def test_what_nobody_can_look_for_is_not_repeated(poster: Poster, chat: FakeChat) -> None:
    chat.unreadable = {GENERAL.channel}
    chat.will_lose_reply("post")
    with pytest.raises(LostReply):
        await poster.post(chat, RESULT, GENERAL)
    with pytest.raises(LostReply):
        await poster.post(chat, RESULT, GENERAL)
    assert chat.calls["post"] == 1


async def test_a_placeholder_of_a_life_before_that_nobody_can_look_for_is_made_again(
    poster: Poster, chat: FakeChat, ledger: SqlLedger
) -> None:
    chat.unreadable = {GENERAL.channel}
    await ledger.intend(JOB, Role.PLACEHOLDER, Clock()())
    made = await poster.post(chat, POST, GENERAL)
    assert await ledger.message(JOB.id, Role.PLACEHOLDER) == made


async def test_a_post_that_is_lost_again_and_again_is_given_up(poster: Poster, chat: FakeChat) -> None:
    for _ in range(5):
        chat.will_lose_reply("post", done=False)
    with pytest.raises(LostReply):
        await poster.post(chat, POST, GENERAL)
    assert chat.calls["post"] == 3


async def test_a_refused_post_leaves_no_intent(poster: Poster, chat: FakeChat, ledger: SqlLedger) -> None:
    chat.will_fail("post")
    with pytest.raises(ChatError):
        await poster.post(chat, POST, GENERAL)
    assert await ledger.intend(JOB, Role.PLACEHOLDER, Clock()()) is None


async def test_files_are_waited_for_longer_each_time_and_not_for_ever(naps: Naps) -> None:
    async def refuse() -> None:
        raise FileRefused("post", "invalid_blocks")

    with pytest.raises(FileRefused):
        await when_ready(refuse, PATIENCE, naps)
    assert naps.taken == [1, 2, 4, 4]


async def test_who_wakes_up_does_not_show_what_is_anothers_to_show(
    poster: Poster, chat: FakeChat, ledger: SqlLedger, database: Database
) -> None:
    chat.will_oversleep("post")
    await database.write(release)
    with pytest.raises(Overslept):
        await poster.post(chat, POST, GENERAL)
    assert chat.messages == {}
    assert await ledger.intend(JOB, Role.PLACEHOLDER, Clock()())  # the other one's, perhaps


async def test_who_wakes_up_with_the_job_still_theirs_posts(poster: Poster, chat: FakeChat) -> None:
    chat.will_oversleep("post")
    assert (await poster.post(chat, POST, GENERAL)).id in chat.messages


async def reached(gate: Gate) -> None:
    while not gate.waiting:  # noqa: ASYNC110 -- a gate tells nobody who waits in front of it
        await asyncio.sleep(0)


async def test_a_message_that_another_process_made_too_is_taken_back(
    poster: Poster, chat: FakeChat, ledger: SqlLedger
) -> None:
    chat.arrivals.close()
    post = asyncio.create_task(poster.post(chat, POST, GENERAL))
    await reached(chat.arrivals)
    theirs = MessageRef(channel=GENERAL.channel, id=MessageId("another"), thread=None)
    await ledger.posted(JOB.id, Role.PLACEHOLDER, theirs)
    chat.arrivals.open()
    assert await post == theirs
    assert chat.messages == {}


async def test_a_message_of_a_job_that_is_over_is_taken_back(
    poster: Poster, chat: FakeChat, ledger: SqlLedger
) -> None:
    chat.arrivals.close()
    post = asyncio.create_task(poster.post(chat, POST, GENERAL))
    await reached(chat.arrivals)
    await ledger.finish(JOB.id)
    chat.arrivals.open()
    with pytest.raises(Overslept):
        await post
    assert chat.messages == {}
