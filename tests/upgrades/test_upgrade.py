"""What an earlier release left in hand is finished by this one, on both databases."""

import re
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.jobs.rows import job_of
from bot.jobs.tables import jobs
from bot.settings import Settings
from bot.types import Action, Finished, JobState, MessageId
from tests.fakes import picture
from tests.postgres import Postgres
from tests.story import Story

HERE = Path(__file__).parent
_BLOB = re.compile(r'"blob":"([^"]+)"')
_GRACE = 10
"""Seconds after a start of Postgres in which nobody is taken for dead."""
PAINTED = picture("png", 40)
IN_HAND = {"a painted fox", "a fox being painted", "a waiting fox", "a recorded fox"}


@pytest.fixture(params=sorted(HERE.glob("*.sql")), ids=lambda path: path.stem)
def left(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """The settings of a bot on what the other version left: its database and its pictures."""
    file: Path = request.param
    folder, said = settings.imagine_data_dir, file.read_text()
    for blob in _BLOB.findall(said):
        path = folder / "pictures" / blob
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PAINTED)
    if "postgres" not in file.stem:
        with closing(sqlite3.connect(folder / "imagine.sqlite3")) as database:
            database.executescript(said)
        return settings
    server: Postgres = request.getfixturevalue("postgres")
    url = server.database()
    server.load(url, file)
    time.sleep(server.too_young(_GRACE))
    return settings.model_copy(update={"imagine_database_url": url})


@pytest.fixture
async def story(left: Settings) -> AsyncIterator[Story]:
    """This version, started there."""
    told = Story(left)
    told.chat._ids = count(1000)  # the messages of then have the ids before
    await told.start()
    yield told
    await told.stop()


async def states(story: Story) -> dict[str, JobState]:
    """Every job by its words."""
    known = await story.bot.doors.database.read(lambda db: [job_of(row) for row in db.execute(select(jobs))])
    return {job.request.prompt: job.state for job in known}


async def in_hand_is_done(story: Story) -> bool:
    now = await states(story)
    return all(now[one] is JobState.DONE for one in IN_HAND)


async def test_what_was_in_hand_is_finished_and_what_was_painted_is_not_paid_again(story: Story) -> None:
    await story.until(lambda: in_hand_is_done(story))
    await story.settled()
    assert {order.prompt for order in story.model.orders} == IN_HAND - {"a painted fox"}
    assert story.model.paid == 3
    results = [message for message in story.messages() if isinstance(message.face, Finished)]
    assert {message.posts[-1].job.request.prompt for message in results} == IN_HAND
    assert len(results) == len(IN_HAND)


async def test_what_had_ended_or_was_held_is_as_it_was(story: Story) -> None:
    await story.until(lambda: in_hand_is_done(story))
    now = await states(story)
    assert now["a finished fox"] is JobState.DONE
    assert now["a failed fox"] is JobState.FAILED
    assert now["a {held,kept} fox"] is JobState.HELD


async def test_old_buttons_work(story: Story) -> None:
    await story.until(lambda: in_hand_is_done(story))
    known = await story.bot.doors.database.read(lambda db: [job_of(row) for row in db.execute(select(jobs))])
    ids = {job.request.prompt: job.id for job in known}
    await story.ann._press(Action.RUN, ids["a {held,kept} fox"], MessageId("1.0"), "C1", None)
    await story.ann._press(Action.RETRY, ids["a failed fox"], MessageId("4.0"), "C1", None)
    await story.ann._press(Action.AGAIN, ids["a finished fox"], MessageId("3.0"), "C1", None)
    await story.settled()
    assert set((await states(story)).values()) == {JobState.DONE}
    assert story.model.paid == 3 + 2 + 1 + 1
