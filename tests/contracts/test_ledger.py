"""What every database has to keep of the ledger: SQLite, and Postgres where one is installed."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from bot.jobs import QueueFull
from bot.jobs.database import Database
from bot.jobs.ledger import SqlLedger
from bot.jobs.unshown import release
from bot.types import (
    BlobKey,
    FileId,
    ImageRequest,
    Job,
    JobId,
    JobKind,
    JobState,
    MessageId,
    MessageRef,
    Options,
    Painted,
    Person,
    Picture,
    Place,
    PlaceKind,
    Platform,
    Role,
    Text,
    Usage,
    Whisper,
)
from tests.fakes import Clock

TEAM = "T1"
ANN = Person(workspace=TEAM, id="U1")
HERE = Place(platform=Platform.SLACK, workspace=TEAM, channel="C1", kind=PlaceKind.CHANNEL)
REF = MessageRef(channel="C1", id=MessageId("1.0"), thread=MessageId("0.5"))


def new_job(state: JobState = JobState.WAITING, prompt: str = "a fox") -> Job:
    return Job(
        id=JobId(uuid4().hex[:16]),
        kind=JobKind.IMAGINE,
        state=state,
        request=ImageRequest(prompt=prompt, options=Options(n=2), prompts=(prompt,)),
        by=ANN,
        place=HERE,
        whisper=Whisper(person=ANN, place=HERE),
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
    )


def made() -> Painted:
    picture = Picture(
        blob=BlobKey("ab/abc.png"), media_type="image/png", width=8, height=6, size=90, prompt="a fox"
    )
    return Painted(
        pictures=(picture,),
        model="gpt-image-2",
        service="openai",
        usage=Usage(out=5),
        cost=Decimal("0.16"),
        seconds=1.5,
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(database: Database, clock: Clock) -> SqlLedger:
    return SqlLedger(database, clock)


async def test_a_job_comes_back_as_it_was_given(ledger: SqlLedger) -> None:
    job = new_job(prompt='{"json"} “quoted” 🦊 赤い狐')
    assert await ledger.add(job, key=job.id) == (job, True)
    assert await ledger.get(job.id) == job


async def test_one_key_is_one_job(ledger: SqlLedger, clock: Clock) -> None:
    first = new_job()
    await ledger.add(first, key=first.id)
    clock.tick(3600)
    assert await ledger.add(new_job(), key=first.id) == (first, False)


async def test_a_key_with_a_window_makes_another_job_after_it(ledger: SqlLedger, clock: Clock) -> None:
    first, echo, second = new_job(), new_job(), new_job()
    await ledger.add(first, key=first.id, window=2)
    clock.tick(1.9)
    assert await ledger.add(echo, key=first.id, window=2) == (first, False)
    clock.tick(0.2)
    assert await ledger.add(second, key=first.id, window=2) == (second, True)


async def test_a_delivery_repeated_after_the_window_is_still_the_same_job(
    ledger: SqlLedger, clock: Clock
) -> None:
    first = new_job()
    await ledger.add(first, key=first.id, window=2)
    clock.tick(15)
    assert await ledger.add(first, key=first.id, window=2) == (first, False)


async def test_a_full_line_refuses_but_knows_its_own(ledger: SqlLedger) -> None:
    first = new_job()
    await ledger.add(first, key=first.id)
    depth = (await ledger.counts())[JobState.WAITING]
    with pytest.raises(QueueFull):
        await ledger.add(new_job(), key=uuid4().hex, depth=depth)
    assert await ledger.add(new_job(), key=first.id, depth=depth) == (first, False)
    await ledger.move(first.id, JobState.CANCELLED, only_from=[JobState.WAITING])


async def test_the_line_is_who_is_painted_for_then_who_waits_oldest_first(ledger: SqlLedger) -> None:
    later, first, painting = new_job(), new_job(), new_job(JobState.PAINTING)
    first = replace(first, created_at=later.created_at - timedelta(hours=1))
    for job in (later, first, painting, new_job(JobState.DONE)):
        await ledger.add(job, key=job.id)
    mine = {later.id, first.id, painting.id}
    line = [(one.job, one.by, one.waits) for one in await ledger.line() if one.job in mine]
    assert line == [(painting.id, ANN, False), (first.id, ANN, True), (later.id, ANN, True)]
    for job in (later, first, painting):
        await ledger.move(job.id, JobState.CANCELLED, only_from=[job.state])


async def test_a_state_changes_only_from_the_states_named(ledger: SqlLedger) -> None:
    job = new_job(JobState.DONE)
    await ledger.add(job, key=job.id)
    assert not await ledger.move(job.id, JobState.CANCELLED, only_from=[JobState.WAITING])
    why = Text(key="say.bug", values={"n": 1})
    assert await ledger.move(job.id, JobState.FAILED, only_from=[JobState.DONE], why=why)
    assert await ledger.get(job.id) == replace(job, state=JobState.FAILED, why=why)


@pytest.mark.parametrize("state", [JobState.HELD, JobState.FAILED, JobState.CANCELLED])
async def test_what_ended_badly_can_be_put_in_line_again(ledger: SqlLedger, state: JobState) -> None:
    job = new_job(state)
    await ledger.add(job, key=job.id)
    assert await ledger.again(job.id) == 1
    assert await ledger.again(job.id) is None
    assert await ledger.round(job.id) == 1
    await ledger.move(job.id, JobState.CANCELLED, only_from=[JobState.WAITING])


async def test_a_full_line_takes_nothing_back_and_leaves_it_as_it_was(ledger: SqlLedger) -> None:
    failed, waiting = new_job(JobState.FAILED), new_job()
    for job in (failed, waiting):
        await ledger.add(job, key=job.id)
    with pytest.raises(QueueFull):
        await ledger.again(failed.id, depth=1)
    assert (await ledger.get(failed.id), await ledger.round(failed.id)) == (failed, 0)
    assert await ledger.again(waiting.id, depth=1) is None
    await ledger.move(waiting.id, JobState.CANCELLED, only_from=[JobState.WAITING])
    assert await ledger.again(failed.id, depth=1) == 1


@pytest.mark.parametrize("state", [JobState.WAITING, JobState.PAINTING, JobState.DONE, JobState.DELETED])
async def test_what_runs_or_is_over_cannot(ledger: SqlLedger, state: JobState) -> None:
    job = new_job(state)
    await ledger.add(job, key=job.id)
    assert await ledger.again(job.id) is None


async def test_a_call_is_counted_before_it_ends(ledger: SqlLedger) -> None:
    job = new_job()
    await ledger.add(job, key=job.id)
    begun = await ledger.begin_part(job.id, 0)
    assert begun
    assert (begun.made, begun.cut_off) == (False, False)
    assert await ledger.calls(job.id) == [(0, "started")]
    assert (await ledger.counts())[JobState.PAINTING] >= 1
    again = await ledger.begin_part(job.id, 0)
    assert again
    assert again.cut_off


async def test_what_is_painted_is_never_begun_again(ledger: SqlLedger) -> None:
    job = new_job()
    await ledger.add(job, key=job.id)
    begun = await ledger.begin_part(job.id, 0)
    assert begun
    await ledger.save_painted(job.id, 0, made(), call=begun.call)
    again = await ledger.begin_part(job.id, 0)
    assert again
    assert again.made
    assert await ledger.calls(job.id) == [(0, "painted")]
    assert await ledger.painted(job.id) == {0: made()}


async def test_what_is_derived_from_a_painting_takes_its_place(ledger: SqlLedger) -> None:
    job = new_job()
    await ledger.add(job, key=job.id)
    begun = await ledger.begin_part(job.id, 0)
    assert begun
    await ledger.save_painted(job.id, 0, made(), call=begun.call)
    composite = replace(made(), seconds=60.0)
    assert await ledger.save_painted(job.id, 0, composite, call=0)
    assert await ledger.painted(job.id) == {0: composite}


async def test_the_first_of_two_paintings_stays_and_both_are_counted(ledger: SqlLedger) -> None:
    job = new_job()
    await ledger.add(job, key=job.id)
    frozen, next_ = await ledger.begin_part(job.id, 0), await ledger.begin_part(job.id, 0)
    assert frozen
    assert next_
    assert await ledger.save_painted(job.id, 0, made(), call=next_.call)
    late = replace(made(), seconds=60.0)
    assert not await ledger.save_painted(job.id, 0, late, call=frozen.call)
    assert await ledger.painted(job.id) == {0: made()}
    assert await ledger.calls(job.id) == [(0, "painted"), (0, "painted")]


@pytest.mark.parametrize("state", [JobState.HELD, JobState.CANCELLED, JobState.DONE, JobState.DELETED])
async def test_nothing_is_paid_for_what_is_not_in_line(ledger: SqlLedger, state: JobState) -> None:
    job = new_job(state)
    await ledger.add(job, key=job.id)
    assert await ledger.begin_part(job.id, 0) is None
    assert await ledger.calls(job.id) == []


async def test_an_intent_is_there_until_it_is_completed_or_forgotten(ledger: SqlLedger, clock: Clock) -> None:
    job = new_job()
    await ledger.add(job, key=job.id)
    assert await ledger.intend(job, Role.RESULT, clock()) is None
    known = await ledger.intend(job, Role.RESULT, clock())
    assert known
    assert (known.at, known.message) == (clock(), None)
    await ledger.posted(job.id, Role.RESULT, REF)
    assert await ledger.message(job.id, Role.RESULT) == REF
    await ledger.forget_message(job.id, Role.RESULT)
    assert await ledger.intend(job, Role.RESULT, clock()) is None


async def test_the_newest_results_of_a_person_come_first(ledger: SqlLedger) -> None:
    older, newer, unseen, failed = (
        new_job(state) for state in (JobState.DONE, JobState.DONE, JobState.DONE, JobState.FAILED)
    )
    newer = replace(newer, created_at=older.created_at + timedelta(seconds=1))
    stranger = replace(new_job(JobState.DONE), by=replace(ANN, id="U2"))
    for job in (older, newer, unseen, failed, stranger):
        await ledger.add(job, key=job.id)
    for job in (older, newer, failed, stranger):
        await ledger.posted(job.id, Role.PLACEHOLDER, replace(REF, id=MessageId("0.9")))
        await ledger.intend(job, Role.RESULT, job.created_at)
        await ledger.posted(job.id, Role.RESULT, REF)
    assert await ledger.latest(ANN, 5) == [(newer, REF), (older, REF)]
    assert await ledger.latest(ANN, 1) == [(newer, REF)]
    assert await ledger.latest(ANN, 1, REF.channel) == [(newer, REF)]
    assert await ledger.latest(ANN, 1, "C-elsewhere") == []


async def test_files_keep_their_order(ledger: SqlLedger) -> None:
    job = new_job()
    await ledger.add(job, key=job.id)
    files = tuple(FileId(name) for name in ("F3", "F1", "F2"))
    await ledger.save_files(job.id, "shown", files)
    assert await ledger.files(job.id, "shown") == files
    await ledger.forget_files(job.id, "shown")
    assert await ledger.files(job.id, "shown") == ()


async def test_files_that_come_at_once_are_all_remembered(ledger: SqlLedger) -> None:
    job = new_job()
    await ledger.add(job, key=job.id)
    made = [FileId(f"F{number}") for number in range(8)]
    await asyncio.gather(*[ledger.add_file(job.id, "private", file) for file in made])
    assert sorted(await ledger.files(job.id, "private")) == made
    await asyncio.gather(*[ledger.forget_file(job.id, "private", file) for file in made[1:]])
    assert await ledger.files(job.id, "private") == ("F0",)


async def test_what_is_learnt_last_counts(ledger: SqlLedger) -> None:
    assert await ledger.fact(TEAM, "colour") == ""
    await ledger.learn(TEAM, "colour", "red")
    await ledger.learn(TEAM, "colour", "blue")
    assert await ledger.fact(TEAM, "colour") == "blue"


async def test_erasing_forgets_words_pictures_and_messages(ledger: SqlLedger) -> None:
    job = new_job()
    await ledger.add(job, key=job.id)
    begun = await ledger.begin_part(job.id, 0)
    assert begun
    await ledger.save_painted(job.id, 0, made(), call=begun.call)
    await ledger.intend(job, Role.RESULT, job.created_at, [FileId("F1")])
    assert await ledger.owned(job.id) == (BlobKey("ab/abc.png"),)
    await ledger.erase(job.id)
    left = await ledger.get(job.id)
    assert left
    assert (left.request.prompt, left.request.prompts) == ("", ())
    assert await ledger.painted(job.id) == {}
    assert not await ledger.files(job.id, "shown")
    assert not await ledger.owned(job.id)
    assert await ledger.intend(job, Role.RESULT, job.created_at) is None


async def test_twins_at_the_same_time_are_one_job(ledger: SqlLedger) -> None:
    twins = [new_job() for _ in range(8)]
    key = uuid4().hex
    added = await asyncio.gather(*[ledger.add(job, key=key) for job in twins])
    assert sum(fresh for _, fresh in added) == 1
    assert len({job.id for job, _ in added}) == 1


# -- leaving


async def test_what_is_settled_is_settled_for_everybody(database: Database, clock: Clock) -> None:
    processes = [SqlLedger(database, clock) for _ in range(4)]
    known = await asyncio.gather(*[one.settle("", "key", f"mine-{n}") for n, one in enumerate(processes)])
    assert len(set(known)) == 1
    assert await SqlLedger(database, clock).fact("", "key") == known[0]


async def test_what_one_process_claims_is_no_others_until_it_lets_go_or_is_silent_too_long(
    database: Database, clock: Clock
) -> None:
    processes = [SqlLedger(database, clock) for _ in range(4)]
    assert sum(await asyncio.gather(*[one.claim("key", window=30) for one in processes])) == 1
    clock.tick(29)
    assert not await processes[0].claim("key", window=30)
    clock.tick(1)
    assert sum(await asyncio.gather(*[one.claim("key", window=30) for one in processes])) == 1
    await processes[0].unclaim("key")
    assert await processes[1].claim("key")
    clock.tick(1_000_000)
    assert not await processes[2].claim("key")


async def test_what_was_learnt_about_a_workspace_is_unlearnt_alone(ledger: SqlLedger) -> None:
    await ledger.learn("T1", "showing", "post")
    await ledger.learn("T2", "showing", "share")
    assert await ledger.facts("showing") == {"T1": "post", "T2": "share"}
    await ledger.unlearn("T1")
    assert await ledger.facts("showing") == {"T2": "share"}
    assert await ledger.fact("T1", "showing") == ""


async def test_the_age_of_the_queue_is_that_of_its_oldest_waiting_job(ledger: SqlLedger) -> None:
    assert await ledger.waiting_since() is None
    late, early, held = new_job(), new_job(), new_job(JobState.HELD)
    late = replace(late, created_at=early.created_at + timedelta(minutes=5))
    held = replace(held, created_at=early.created_at - timedelta(minutes=5))
    for number, job in enumerate((late, early, held)):
        await ledger.add(job, key=f"age-{number}")
    assert await ledger.waiting_since() == early.created_at
    await ledger.begin_part(early.id, 0)
    assert await ledger.waiting_since() == late.created_at


async def test_what_waits_is_found_again_though_the_clock_was_set_back(
    ledger: SqlLedger, clock: Clock
) -> None:
    job = new_job()
    await ledger.add(job, key=job.id)
    clock.tick(-7200)
    assert await ledger.left_behind(60) == [(job, 0)]


async def test_who_records_a_job_shows_it_until_they_are_gone(database: Database, clock: Clock) -> None:
    ledger, job, later = SqlLedger(database, clock), new_job(), new_job()
    await ledger.add(job, key=job.id)
    recorder, database.process = database.process, "another process"
    assert await ledger.left_behind(60) == []
    assert not await ledger.keeps(job.id)
    clock.tick(3600)
    assert await ledger.left_behind(60) == []  # however long it takes them
    await database.write(lambda db: release(db, recorder))
    await ledger.add(later, key=later.id)
    assert await ledger.left_behind(60) == [(job, 0)]
    assert await ledger.keeps(job.id)
    assert await ledger.left_behind(60) == []
    clock.tick(60)
    assert len(await ledger.left_behind(60)) == 2  # its own, in case they were forgotten


async def test_a_job_in_line_is_nobodys_to_show(database: Database, clock: Clock) -> None:
    ledger, job = SqlLedger(database, clock), new_job()
    await ledger.add(job, key=job.id)
    await ledger.queued(job.id, 0)
    await database.write(release)
    assert await ledger.left_behind(60) == []
    assert not await ledger.keeps(job.id)


async def test_a_placeholder_that_was_posted_meanwhile_is_not_forgotten(
    ledger: SqlLedger, clock: Clock
) -> None:
    job, role = new_job(), Role.PLACEHOLDER
    await ledger.add(job, key=job.id)
    assert await ledger.forget_placeholder(job.id, None)
    await ledger.intend(job, role, clock())
    assert await ledger.forget_placeholder(job.id, None)
    assert not await ledger.posted(job.id, role, REF)
    await ledger.intend(job, role, clock())
    assert await ledger.posted(job.id, role, REF)
    assert not await ledger.forget_placeholder(job.id, None)
    assert await ledger.message(job.id, role) == REF
    assert await ledger.forget_placeholder(job.id, REF)
    assert await ledger.message(job.id, role) is None


async def test_an_intent_is_completed_with_one_message(ledger: SqlLedger, clock: Clock) -> None:
    job, other = new_job(), replace(REF, id=MessageId("2.0"))
    await ledger.add(job, key=job.id)
    assert not await ledger.posted(job.id, Role.RESULT, REF)
    await ledger.intend(job, Role.RESULT, clock())
    assert await ledger.posted(job.id, Role.RESULT, REF)
    assert await ledger.posted(job.id, Role.RESULT, REF)
    assert not await ledger.posted(job.id, Role.RESULT, other)
    assert await ledger.message(job.id, Role.RESULT) == REF
