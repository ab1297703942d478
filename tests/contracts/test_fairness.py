"""People beside each other: who asks for much keeps nobody waiting, and a limit holds over every process."""

import asyncio
from contextlib import closing
from itertools import pairwise
from statistics import mean

from bot.jobs import Allowance, Turn
from bot.jobs.budget import SqlBudget
from bot.jobs.database import Database, migrate
from bot.jobs.engine import DbosEngine
from bot.types import JobId, Person
from tests.a_job import ANN
from tests.fakes import Clock
from tests.postgres import Postgres

BOB = Person(workspace="T1", id="UBOB")
_TIMES = 16
_MANY = 60


async def test_the_first_picture_of_another_starts_within_two_slots(database: Database) -> None:
    started: asyncio.Queue[JobId] = asyncio.Queue()
    engine = DbosEngine(database, concurrency=1, per_person=1)

    async def paint(job: JobId, _round: int, _parts: int, _so_far: str) -> None:
        started.put_nowait(job)

    async with engine.at_work({"paint": paint}, drain=1), asyncio.timeout(60):
        for number in range(_MANY):
            await engine.enqueue("paint", JobId(f"ann{number}"), 0, 1, person=ANN)
        waits = [await _wait_of_bob(engine, started, time) for time in range(_TIMES)]
    print(sorted(waits))  # noqa: T201 -- the distribution, for who asks pytest for it
    assert mean(waits) < 3.5  # two are expected at most; this is four standard errors away
    assert max(waits) < 15


async def _wait_of_bob(engine: DbosEngine, started: asyncio.Queue[JobId], time: int) -> int:
    """After how many starts Bob's one job starts, counting its own, while many of Ann's wait."""
    bob = JobId(f"bob{time}")
    while not started.empty():
        started.get_nowait()
    await engine.enqueue("paint", bob, 0, 1, person=BOB)
    waited = 1
    while await started.get() != bob:
        waited += 1
    return waited


async def test_two_processes_share_one_limit_to_the_call(postgres: Postgres) -> None:
    url = postgres.database().replace("postgresql:", "postgresql+psycopg:")
    with closing(Database(url)) as one, closing(Database(url)) as two:
        migrate(one)
        allowance = {"paint": Allowance(per_minute=120, even=True)}  # one call in 625 ms
        calls: list[float] = []
        everybody = [SqlBudget(database, allowance, Clock()) for database in (one, two) for _ in range(3)]
        await asyncio.gather(*[_call(budget, calls, n) for n, budget in enumerate(everybody)])
    gaps = [later - sooner for sooner, later in pairwise(sorted(calls))]
    assert len(calls) == 12
    assert (
        min(gaps) > 0.25
    )  # less than what is kept apart: the clock is read after the answer, on a busy machine
    assert max(gaps) < 1.5


async def _call(budget: SqlBudget, calls: list[float], number: int) -> None:
    """Two calls of one person, each as soon as it is allowed."""
    loop = asyncio.get_running_loop()
    for call in range(2):
        turn = Turn(person=Person(workspace="T1", id=f"U{number}"), job=JobId(f"{number}-{call}"))
        while wait := await budget.take("paint", 1, turn):  # noqa: ASYNC110 -- it is told how long
            await asyncio.sleep(wait)
        calls.append(loop.time())
