"""Several processes on one Postgres: who dies, freezes or leaves is replaced; nothing is lost or twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, text

from bot.playground.slack import Ack
from bot.playground.slack import Trouble as SlackTrouble
from tests.postgres import Postgres
from tests.wire.whole_bot import BotProcess, Town, soon

PEOPLE = ("ann", "ben", "yumi")
_SESSION = 10
"""Seconds after which the server ends the session of a process that does nothing."""
_GRACE = 10
"""Seconds after a start of the server in which nobody is taken for dead."""


@pytest.fixture
async def two(town: Town, postgres: Postgres) -> AsyncIterator[tuple[BotProcess, BotProcess]]:
    """Two running bots on one database and one folder of pictures."""
    shared = {
        "IMAGINE_DATABASE_URL": postgres.database(),
        "IMAGINE_BLOB_URL": (town.folder / "pictures").as_uri(),
    }
    async with AsyncExitStack() as stack:
        bots = BotProcess(town=town, env=dict(shared)), BotProcess(town=town, env=dict(shared))
        await asyncio.sleep(postgres.too_young(_GRACE))
        for bot in bots:
            stack.push_async_callback(bot.close)
            await bot.start()
        yield bots


async def ask(town: Town, times: int = 2) -> int:
    """Everybody asks for so many pictures; how many that are.

    Where Slack says that it did not work, as when a socket closes, people ask again, and get one picture.
    """
    for number in range(times):
        for person in PEOPLE:
            async with asyncio.timeout(30):
                again = 0
                while not (await command(town, person, f"{person} on a horse {number}{' again' * again}")).ok:
                    again += 1
                    await asyncio.sleep(0.1)  # where no socket is open the answer comes at once
    return times * len(PEOPLE)


async def ask_both(town: Town, two: tuple[BotProcess, BotProcess]) -> int:
    """The same, until each process paints some: who is quicker to look may take all that is in line."""
    count = await ask(town)
    await all_painted(town, count)
    while await asyncio.to_thread(_at_work, two[0].env["IMAGINE_DATABASE_URL"]) < len(two):
        count += await ask(town, times=1)
        await all_painted(town, count)
    return count


async def all_painted(town: Town, count: int) -> None:
    """Wait until so many pictures are asked of the service."""
    await soon(lambda: len(painted(town)) == count)


def _at_work(url: str) -> int:
    """How many processes run a workflow."""
    engine = create_engine(url)
    running = text("SELECT count(DISTINCT executor_id) FROM dbos.workflow_status WHERE status = 'PENDING'")
    try:
        with engine.connect() as db:
            return int(db.execute(running).scalar_one())
    finally:
        engine.dispose()


async def command(town: Town, person: str, prompt: str) -> Ack:
    return await town.slack.workspace.command(person, "general", prompt)


def painted(town: Town) -> list[str]:
    return [str(call.params["prompt"]) for call in town.painter.calls]


async def assert_one_result_each(town: Town, count: int, seconds: float = 20) -> None:
    results = await town.results(count, seconds=seconds)
    assert len(results) == count
    assert len({message.metadata["event_payload"]["job"] for message in results if message.metadata}) == count
    assert len([one for one in town.slack.workspace.channel("general").messages if not one.is_reply]) == count


async def test_who_is_killed_has_their_jobs_done_by_the_other_at_once(
    town: Town, two: tuple[BotProcess, BotProcess]
) -> None:
    town.painter.seconds = 4
    count = await ask_both(town, two)
    await two[0].kill()
    died = datetime.now(UTC)
    town.painter.seconds = 0
    await assert_one_result_each(town, count)
    again = [call for call in town.painter.calls if call.at > died]
    assert len(again) == len(painted(town)) - count
    assert 1 <= len(again) < count
    assert (again[0].at - died).total_seconds() < 5


@pytest.mark.parametrize("method", ["users.info", "chat.postMessage"])
async def test_what_was_acknowledged_and_not_shown_yet_is_shown_by_the_other(
    town: Town, two: tuple[BotProcess, BotProcess], method: str
) -> None:
    town.slack.workspace.faults.on(method, SlackTrouble.SLOW, value=1, times=2)
    assert (await command(town, "ann", "a fox")).ok
    assert (await command(town, "ann", "an owl")).ok  # each process hears one of them
    await two[0].kill()
    await assert_one_result_each(town, 2, seconds=12)
    assert len(painted(town)) == 2


async def test_who_is_frozen_is_replaced_and_may_wake_up(
    town: Town, two: tuple[BotProcess, BotProcess]
) -> None:
    town.painter.seconds = 6
    count = await ask_both(town, two)
    two[0].freeze()
    froze = datetime.now(UTC)
    town.painter.seconds = 0
    await assert_one_result_each(town, count, seconds=_SESSION + 10)
    again = [call for call in town.painter.calls if call.at > froze]
    assert 1 <= len(again) < count
    assert (again[-1].at - froze).total_seconds() < _SESSION + 5
    two[0].thaw()
    await soon(lambda: "our session in the database is lost" in two[0].output, 20)
    more = await ask(town)  # half of these go to who was frozen
    await assert_one_result_each(town, count + more)
    files = [path for path in (town.folder / "pictures").rglob("*.png") if path.is_file()]
    assert len(files) == count + more


async def test_a_restart_of_the_database_loses_nothing_and_pays_nothing_again(
    town: Town, two: tuple[BotProcess, BotProcess], postgres: Postgres
) -> None:
    town.painter.seconds = 2
    count = await ask(town)
    await all_painted(town, count)
    await asyncio.to_thread(postgres.restart)
    await assert_one_result_each(town, count)
    assert len(painted(town)) == count
    assert "is gone" not in two[0].output + two[1].output
    assert await ask(town, 1) == len(PEOPLE)
    await assert_one_result_each(town, count + len(PEOPLE))


async def test_one_after_the_other_is_restarted_and_nothing_is_dropped(
    town: Town, two: tuple[BotProcess, BotProcess]
) -> None:
    town.painter.seconds = 1
    asked = await ask(town, 1)
    for bot in two:
        bot.terminate()
        asked += await ask(town, 1)
        assert await bot.wait(30) == 0
        asked += await ask(town, 1)
        await bot.start()
    await assert_one_result_each(town, asked, seconds=30)
    assert len(painted(town)) == asked


async def test_who_starts_leaves_alone_what_others_are_just_showing(
    town: Town, two: tuple[BotProcess, BotProcess]
) -> None:
    await two[1].kill()
    slow = 8.0  # longer than a start, and a look for what it found half done
    town.slack.workspace.faults.on("chat.postMessage", SlackTrouble.SLOW, value=slow)
    await command(town, "ann", "ann on a horse")
    await two[1].start()
    await town.results()
    await asyncio.sleep(slow)  # until the slow one is there too
    assert [len(town.roles(role)) for role in ("result", "placeholder")] == [1, 0]


async def test_asked_to_leave_while_the_database_is_away_it_goes_in_time(
    town: Town, two: tuple[BotProcess, BotProcess], postgres: Postgres
) -> None:
    town.painter.seconds = 3
    count = await ask(town, 1)
    await all_painted(town, count)
    await asyncio.to_thread(postgres.stop)
    try:
        two[0].terminate()
        assert await two[0].wait(30) == 0
    finally:
        await asyncio.to_thread(postgres.start)
    # After half a minute without a database the engine looks for it only each 32 seconds.
    await assert_one_result_each(town, count, seconds=_GRACE + 60)


async def test_all_may_start_at_once_on_an_empty_database(town: Town, postgres: Postgres) -> None:
    shared = {
        "IMAGINE_DATABASE_URL": postgres.database(),
        "IMAGINE_BLOB_URL": (town.folder / "pictures").as_uri(),
    }
    bots = [BotProcess(town=town, env=dict(shared)) for _ in range(3)]
    try:
        await asyncio.gather(*[bot.start() for bot in bots])
        assert len(await town.results(await ask(town, 1))) == len(PEOPLE)
    finally:
        for bot in bots:
            await bot.close()
