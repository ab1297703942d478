"""The image service's own limit: exact over any minute, spread for Azure, kept over a crash."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from bot.jobs import LOOK_AGAIN, Allowance, Turn
from bot.jobs.budget import SqlBudget
from bot.jobs.database import Database, migrate
from bot.jobs.ledger import SqlLedger
from bot.jobs.tables import budget as rows
from bot.providers import Offer, Order, Service
from bot.providers.allowance import even, per_minute, rest, taken
from bot.providers.catalogue import card_for
from bot.types import JobId, JobState, Options, Person
from tests.a_job import a_job
from tests.fakes import Clock

PICTURES = Allowance(per_minute=5, even=False)
CALLS = Allowance(per_minute=6, even=True)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'imagine.sqlite3'}")
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def made(database: Database, clock: Clock, allowance: Allowance) -> SqlBudget:
    return SqlBudget(database, {"paint": allowance}, clock)


def turn(job: str = "", person: str = "U1") -> Turn:
    """Somebody's wish for a call, each time another one."""
    return Turn(person=Person(workspace="T1", id=person), job=JobId(job or uuid4().hex))


async def take(budget: SqlBudget, count: int = 1, who: Turn | None = None) -> float:
    return await budget.take("paint", count, who or turn())


async def whole(budget: SqlBudget, clock: Clock, count: int, who: Turn) -> float:
    """How long it takes until a call is let through, asking again when told to."""
    waited = 0.0
    while wait := await take(budget, count, who):
        clock.tick(wait)
        waited += wait
    return waited


async def spend(budget: SqlBudget, clock: Clock, seconds: float, count: int = 1) -> list[float]:
    """When calls were let through, with somebody asking again as soon as they were told to."""
    at = 0.0
    times: list[float] = []
    who = turn()
    while at < seconds and len(times) < 1000:
        wait = await take(budget, count, who)
        if not wait:
            times.append(at)
            who = turn()
            continue
        clock.tick(wait)
        at += wait
    return times


async def test_no_minute_has_more_pictures_than_are_allowed(database: Database, clock: Clock) -> None:
    times = await spend(made(database, clock, PICTURES), clock, 200)
    assert len(times) == 20
    assert all(later - sooner > 60 for sooner, later in zip(times, times[5:], strict=False))


async def test_what_is_allowed_is_also_given(database: Database, clock: Clock) -> None:
    times = await spend(made(database, clock, PICTURES), clock, 1)
    assert times == [0.0] * 5


async def test_azures_calls_are_spread_over_the_minute(database: Database, clock: Clock) -> None:
    times = await spend(made(database, clock, CALLS), clock, 120)
    assert len(times) == 12
    gaps = [later - sooner for sooner, later in pairwise(times)]
    assert min(gaps) > 10
    assert max(gaps) < 10.5


async def test_a_call_for_several_pictures_takes_several(database: Database, clock: Clock) -> None:
    budget = made(database, clock, PICTURES)
    assert await take(budget, 3) == 0
    assert await take(budget, 2) == 0
    assert await whole(budget, clock, 3, turn()) > 60


async def test_a_call_for_more_than_a_minute_waits_for_an_empty_one(database: Database, clock: Clock) -> None:
    budget, many = made(database, clock, PICTURES), turn()
    assert await take(budget, 1) == 0
    assert await whole(budget, clock, 10, many) > 60
    assert await whole(budget, clock, 1, turn()) > 60


async def test_a_refused_call_takes_nothing(database: Database, clock: Clock) -> None:
    budget = made(database, clock, CALLS)
    assert await take(budget, 1) == 0
    who = turn()
    wait = await take(budget, 1, who)
    for _ in range(20):
        assert await take(budget, 1, who) == wait
    clock.tick(wait)
    assert await take(budget, 1, who) == 0


async def test_fifty_at_once_get_what_one_after_the_other_would(database: Database, clock: Clock) -> None:
    budget = made(database, clock, PICTURES)
    waits = await asyncio.gather(*[take(budget, 1) for _ in range(50)])
    assert sorted(waits)[:6] == [0, 0, 0, 0, 0, LOOK_AGAIN]


async def test_the_longer_the_line_the_fewer_looks_of_each(database: Database, clock: Clock) -> None:
    budget = made(database, clock, CALLS)
    waits = [await take(budget) for _ in range(90)]
    assert waits[20] == LOOK_AGAIN
    assert waits[-1] > 2 * LOOK_AGAIN


async def test_a_process_that_starts_again_remembers(database: Database, clock: Clock) -> None:
    assert await take(made(database, clock, CALLS)) == 0
    database.close()
    again = Database(database.url)
    assert await take(made(again, clock, CALLS)) > 10
    again.close()


async def test_deployments_do_not_share(database: Database, clock: Clock) -> None:
    budget = SqlBudget(database, {"one": CALLS, "two": CALLS}, clock)
    assert await budget.take("one", 1, turn()) == 0
    assert await budget.take("two", 1, turn()) == 0
    assert await budget.take("one", 1, turn()) > 0


async def test_without_a_limit_nothing_is_counted(database: Database, clock: Clock) -> None:
    budget = made(database, clock, Allowance(per_minute=0, even=True))
    assert [await take(budget, 1) for _ in range(9)] == [0] * 9
    assert await budget.take("unheard of", 1, turn()) == 0
    assert await kept(database) == 0


async def test_what_is_over_is_forgotten(database: Database, clock: Clock) -> None:
    await spend(made(database, clock, PICTURES), clock, 600)
    assert await kept(database) <= 10


# -- whose turn


async def grants(budget: SqlBudget, clock: Clock, waiting: dict[str, Turn], slots: int) -> list[str]:
    """Who gets the next calls, everybody looking again when they were told to."""
    order: list[str] = []
    while len(order) < slots:
        waits = {name: await take(budget, 1, who) for name, who in waiting.items()}
        granted = [name for name, wait in waits.items() if not wait]
        order += granted
        for name in granted:
            del waiting[name]
        clock.tick(min((wait for wait in waits.values() if wait), default=1))
    return order


async def test_who_comes_late_with_one_is_second_behind_who_waits_with_many(
    database: Database, clock: Clock
) -> None:
    budget = made(database, clock, CALLS)
    waiting = {f"ann {number}": turn(person="ANN") for number in range(8)}
    before = await grants(budget, clock, waiting, 3)
    waiting["bob"] = turn(person="BOB")
    after = await grants(budget, clock, waiting, 2)
    assert before == ["ann 0", "ann 1", "ann 2"]
    assert after == ["ann 3", "bob"]


async def test_people_take_turns(database: Database, clock: Clock) -> None:
    budget = made(database, clock, CALLS)
    assert await take(budget) == 0
    waiting = {f"{name}{n}": turn(f"{name}{n}", name) for name in ("ann", "bob", "cat") for n in range(3)}
    order = await grants(budget, clock, waiting, 9)
    assert [name[:3] for name in order] == ["ann", "bob", "cat"] * 3


async def test_who_does_not_come_back_is_not_waited_for(database: Database, clock: Clock) -> None:
    budget, gone, patient = made(database, clock, CALLS), turn(), turn()
    assert await take(budget) == 0
    assert await take(budget, 1, gone) > 0
    assert await take(budget, 1, patient) == LOOK_AGAIN
    clock.tick(10.3)
    assert await take(budget, 1, patient) > 0  # the first one may still come
    clock.tick(LOOK_AGAIN)
    assert await take(budget, 1, patient) == 0


async def test_a_cancelled_job_gives_its_place_away_at_once(database: Database, clock: Clock) -> None:
    budget, ledger = made(database, clock, CALLS), SqlLedger(database, clock)
    job = a_job()
    await ledger.add(job, key="k")
    assert await take(budget) == 0
    assert await take(budget, 1, turn(job.id)) > 0
    await ledger.move(job.id, JobState.CANCELLED, only_from=[JobState.WAITING])
    clock.tick(10.3)
    assert await take(budget) == 0


async def test_a_clock_that_is_set_back_holds_nobody_up_for_longer(database: Database, clock: Clock) -> None:
    budget, waits = made(database, clock, CALLS), turn()
    assert await take(budget) == 0
    assert await take(budget, 1, turn()) > 0
    await budget.pause("paint", 30)
    clock.tick(-7200)
    assert await take(budget, 1, waits) <= 30
    clock.tick(30)
    assert await take(budget, 1, waits) == 0


# -- what the service says itself


@pytest.mark.parametrize("allowance", [CALLS, Allowance(per_minute=0, even=False)], ids=["limit", "no limit"])
async def test_a_service_that_wants_a_pause_gets_it_from_everybody(
    database: Database, clock: Clock, allowance: Allowance
) -> None:
    budget, who = made(database, clock, allowance), turn()
    await budget.pause("paint", 40)
    assert await take(budget, 1, who) == pytest.approx(40)
    clock.tick(40)
    assert await take(budget, 1, who) == 0


async def test_a_pause_holds_for_the_other_processes_too(database: Database, clock: Clock) -> None:
    await made(database, clock, CALLS).pause("paint", 40)
    assert await take(made(database, clock, CALLS)) == pytest.approx(40)


async def kept(database: Database) -> int:
    return await database.read(lambda db: db.execute(select(func.count()).select_from(rows)).scalar_one())


# -- how much, and of what


def offer(service: Service) -> Offer:
    return Offer(name="paint", card=card_for("gpt-image-2", service), service=service)


def test_the_catalogue_speaks_for_azure_only() -> None:
    assert per_minute(offer(Service.AZURE), None) == 6
    assert per_minute(offer(Service.OPENAI), None) == 0


def test_the_operator_overrules_the_catalogue() -> None:
    assert per_minute(offer(Service.AZURE), 90) == 90
    assert per_minute(offer(Service.AZURE), 0) == 0
    assert per_minute(offer(Service.OPENAI), 20) == 20


def test_only_azure_looks_at_seconds() -> None:
    assert [even(offer(service)) for service in (Service.AZURE, Service.OPENAI, Service.SERVER)] == [
        True,
        False,
        False,
    ]


def test_azure_counts_calls_and_the_others_pictures() -> None:
    def order(service: Service) -> Order:
        return Order(prompt="a fox", options=Options(n=4), offer=offer(service), person="")

    assert taken(order(Service.AZURE)) == 1
    assert taken(order(Service.OPENAI)) == 4
    assert taken(order(Service.SERVER)) == 4


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "10s"}, 0),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "10s"}, 10),
        ({"x-ratelimit-remaining-requests": "0"}, 0),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m30s"}, 90),
        ({"x-ratelimit-remaining-images": "0", "x-ratelimit-reset-images": "250ms"}, 0.25),
        ({"x-ratelimit-remaining-images": "0", "x-ratelimit-reset-images": "7"}, 7),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1d"}, 300),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "soon"}, 0),
    ],
)
def test_what_a_service_says_of_its_own_limit_is_heard(headers: dict[str, str], seconds: float) -> None:
    assert rest(headers) == pytest.approx(seconds)
