"""The image service's own limit: exact over any minute, spread for Azure, kept over a crash."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.jobs import Allowance
from bot.jobs.budget import SqlBudget
from bot.jobs.database import Database, migrate
from bot.jobs.tables import budget as rows
from bot.providers import Offer, Order, Service
from bot.providers.allowance import even, per_minute, taken
from bot.providers.catalogue import card_for
from bot.types import Options
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


async def spend(budget: SqlBudget, clock: Clock, seconds: float, count: int = 1) -> list[float]:
    """When calls were let through, with somebody asking again as soon as they were told to."""
    at = 0.0
    times: list[float] = []
    while at < seconds and len(times) < 1000:
        wait = await budget.take("paint", count)
        if not wait:
            times.append(at)
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
    assert await budget.take("paint", 3) == 0
    assert await budget.take("paint", 3) > 60
    assert await budget.take("paint", 2) == 0


async def test_a_call_for_more_than_a_minute_waits_for_an_empty_one(database: Database, clock: Clock) -> None:
    budget = made(database, clock, PICTURES)
    assert await budget.take("paint", 1) == 0
    wait = await budget.take("paint", 10)
    assert wait > 60
    clock.tick(wait)
    assert await budget.take("paint", 10) == 0
    assert await budget.take("paint", 1) > 60


async def test_a_refused_call_takes_nothing(database: Database, clock: Clock) -> None:
    budget = made(database, clock, CALLS)
    assert await budget.take("paint", 1) == 0
    wait = await budget.take("paint", 1)
    for _ in range(20):
        assert await budget.take("paint", 1) == wait
    clock.tick(wait)
    assert await budget.take("paint", 1) == 0


async def test_fifty_at_once_get_what_one_after_the_other_would(database: Database, clock: Clock) -> None:
    budget = made(database, clock, PICTURES)
    waits = await asyncio.gather(*[budget.take("paint", 1) for _ in range(50)])
    assert sorted(waits)[:6] == [0, 0, 0, 0, 0, pytest.approx(61.501)]


async def test_a_process_that_starts_again_remembers(database: Database, clock: Clock) -> None:
    assert await made(database, clock, CALLS).take("paint", 1) == 0
    database.close()
    again = Database(database.url)
    assert await made(again, clock, CALLS).take("paint", 1) > 10
    again.close()


async def test_deployments_do_not_share(database: Database, clock: Clock) -> None:
    budget = SqlBudget(database, {"one": CALLS, "two": CALLS}, clock)
    assert await budget.take("one", 1) == 0
    assert await budget.take("two", 1) == 0
    assert await budget.take("one", 1) > 0


async def test_without_a_limit_nothing_is_counted(database: Database, clock: Clock) -> None:
    budget = made(database, clock, Allowance(per_minute=0, even=True))
    assert [await budget.take("paint", 1) for _ in range(9)] == [0] * 9
    assert await budget.take("unheard of", 1) == 0
    assert await kept(database) == 0


async def test_what_is_over_is_forgotten(database: Database, clock: Clock) -> None:
    await spend(made(database, clock, PICTURES), clock, 600)
    assert await kept(database) <= 10


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
