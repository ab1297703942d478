"""Names as long as Teams makes them, in every database: SQLite takes any length, Postgres does not."""

from dataclasses import replace
from uuid import uuid4

from bot.jobs import LINKED, Allowance, Turn
from bot.jobs.budget import SqlBudget
from bot.jobs.database import Database
from bot.jobs.ledger import SqlLedger
from bot.types import FileId, JobId, MessageId, MessageRef, Person, Role, carried_by
from tests.a_job import a_job
from tests.fakes import Clock

TENANT = "7a2d0e1c-1111-4222-8333-0123456789ab"
ANN = Person(workspace=TENANT, id=f"29:{'A' * 150}")
CHAT = f"a:1{'b' * 200}|https://smba.trafficmanager.net/emea/{TENANT}"
MESSAGE = MessageRef(channel=CHAT, id=MessageId(f"1:{'m' * 120}"), thread=MessageId(f"1:{'t' * 120}"))


async def test_a_picture_that_is_a_message_is_found_again(database: Database) -> None:
    ledger, job, alone = SqlLedger(database, Clock()), a_job(by=ANN), replace(MESSAGE, thread=None)
    picture = carried_by(alone)
    await ledger.add(job, key="k")
    await ledger.save_files(job.id, "shared", [picture])
    assert await ledger.files(job.id, "shared") == (picture,)
    await ledger.intend(job, Role.RESULT, Clock()())
    await ledger.posted(job.id, Role.RESULT, MessageRef(channel=CHAT, id=MessageId("1")))
    for known in (alone.id, MessageId("1")):
        found = await ledger.at_message(TENANT, CHAT, known)
        assert found
        assert found.id == job.id
    assert await ledger.at_message(TENANT, CHAT, MessageId("m")) is None
    assert await ledger.at_message("another", CHAT, alone.id) is None
    assert await ledger.at_message(TENANT, f"{CHAT}x", alone.id) is None


async def test_a_message_may_have_a_long_name(database: Database) -> None:
    ledger, job = SqlLedger(database, Clock()), a_job(by=ANN)
    await ledger.add(job, key="k")
    await ledger.intend(job, Role.RESULT, Clock()())
    await ledger.posted(job.id, Role.RESULT, MESSAGE)
    assert await ledger.message(job.id, Role.RESULT) == MESSAGE


async def test_a_preview_is_known_by_its_place(database: Database) -> None:
    ledger, job = SqlLedger(database, Clock()), a_job(by=ANN)
    await ledger.add(job, key="k")
    preview = FileId(f"jobs/{job.id}/{uuid4().hex}-00000000.jpeg")
    await ledger.save_files(job.id, LINKED, [preview])
    assert await ledger.files(job.id, LINKED) == (preview,)


async def test_people_with_long_names_wait_in_the_line(database: Database) -> None:
    budget = SqlBudget(database, {"paint": Allowance(per_minute=1, even=False)}, Clock())
    waits = [await budget.take("paint", 1, Turn(person=ANN, job=JobId(uuid4().hex))) for _ in range(2)]
    assert waits[0] == 0
    assert waits[1] > 0
