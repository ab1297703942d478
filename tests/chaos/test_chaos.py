"""The minute of ``make chaos`` that runs in CI: half of it on each database, and every book balances."""

import random

import pytest

from tests.chaos.__main__ import table
from tests.chaos.run import run
from tests.postgres import Postgres

_SECONDS = 30.0


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # sockets of processes that were killed
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
async def test_whatever_goes_wrong_the_books_balance(database: str, request: pytest.FixtureRequest) -> None:
    server: Postgres | None = request.getfixturevalue("postgres") if database == "postgres" else None
    report = await run(_SECONDS, random.randrange(1_000_000), server)
    shown = table(report)
    print(shown)  # noqa: T201 -- with its seed, for who has to look at a failure
    assert report.wrong == 0, shown
    assert sum(report.people.asked.values()) > 3, shown  # on a machine that is busy with other tests
