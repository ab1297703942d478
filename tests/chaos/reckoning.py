"""The books: what people were promised, what the ledger says, what the services saw, what stands there."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, select

from bot.jobs import lineage
from bot.jobs.rows import job_of
from bot.jobs.tables import CUT_OFF, STARTED, calls, files, jobs, painted
from bot.playground.slack.state import Message
from bot.types import ENDED, Job, JobId, JobState
from tests.chaos.people import People
from tests.wire.whole_bot import Town, payload

_UNMADE = {"held", "busy", "unreached", "refused", "blocked"}
"""Outcomes of calls that nobody is billed for."""


@dataclass(kw_only=True)
class Books:
    """Everything counted; what is in ``wrong`` must not be."""

    jobs: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    paid: int = 0
    wrong: dict[str, list[str]] = field(default_factory=dict)


def engine(url: str) -> Engine:
    """The database, for looking only."""
    return create_engine(url)


def going(db: Connection) -> int:
    """Jobs that have not come to an end."""
    rest = [state.value for state in ENDED] + [JobState.HELD.value]
    return len(db.execute(select(jobs.c.id).where(jobs.c.state.not_in(rest))).all())


def balance(db: Connection, town: Town, people: People, pictures: Path) -> Books:
    """Compare them all."""
    books = Books()
    known = [job_of(row) for row in db.execute(select(jobs))]
    books.jobs.update(job.state.value for job in known)
    books.calls.update(db.execute(select(calls.c.outcome)).scalars().all())
    books.paid = len(town.painter.paid)
    prompts = {job.request.prompt for job in known}
    kept = [one for one, acknowledged in people.asked.items() if acknowledged]
    gone = [one for one in kept if one not in prompts]
    erased = books.jobs[JobState.DELETED.value]  # what was deleted has no words any more
    books.wrong["lost: acknowledged, and not in the ledger"] = gone if len(gone) > erased else []
    books.wrong["lost: never came to an end"] = [
        job.id for job in known if job.state not in ENDED and job.state is not JobState.HELD
    ]
    _messages(books, town, known)
    _money(books, db, town, known)
    _leftovers(books, db, town, known, pictures)
    return books


def _messages(books: Books, town: Town, known: list[Job]) -> None:
    results: dict[str, list[Message]] = {}
    waiting: dict[str, list[Message]] = {}
    for message in town.slack.workspace.messages:
        roles = {"result": results, "placeholder": waiting}
        if (role := payload(message).get("role")) in roles and not message.is_stone:
            roles[role].setdefault(payload(message)["job"], []).append(message)
    done = {job.id for job in known if job.state is JobState.DONE}
    books.wrong["twice: more than one result"] = [job for job, them in results.items() if len(them) > 1]
    books.wrong["lost: done, and no result there"] = [job for job in done if job not in results]
    # Where the bot is no member it may not look whether a post arrived: the person decides (docs/design.md).
    seen = {job.id for job in known if not job.place.channel.endswith("RANDOM02")}
    unmade = {job.id for job in known if job.state in (JobState.FAILED, JobState.CANCELLED)} & seen
    books.wrong["twice: a result, and said to have failed"] = [job for job in unmade if job in results]
    books.wrong["placeholders left behind"] = [
        f"{job} {one.channel} {one.ts} {one.text[:60]!r}"
        for job in done & seen
        for one in waiting.get(job, ())
    ]


def _money(books: Books, db: Connection, town: Town, known: list[Job]) -> None:
    """By prompt, since that is what the painter saw; edits are left out, whose words are put together."""
    made = [call for call in town.painter.paid if call.path.endswith("generations")]
    paid = Counter(str(call.params.get("prompt", "")) for call in made)
    mine = {job.id: job for job in known if not job.request.sources}
    counted: Counter[str] = Counter()
    for row in db.execute(select(calls.c.job, calls.c.outcome)):
        if row.job in mine and row.outcome not in _UNMADE:
            counted[mine[JobId(row.job)].request.prompt] += 1
    shown = Counter(
        mine[JobId(job)].request.prompt
        for job in db.execute(select(painted.c.job)).scalars()
        if job in mine and mine[JobId(job)].restores is None
    )
    books.wrong["unpaid for: shown more often than painted"] = [
        one for one, times in shown.items() if times > paid[one]
    ]
    uncounted = paid - counted
    erased = counted[""]  # the calls of what was deleted have no words any more
    books.wrong["uncounted: paid more often than the ledger knows"] = (
        list(uncounted) if uncounted.total() > erased else []
    )


def _leftovers(books: Books, db: Connection, town: Town, known: list[Job], pictures: Path) -> None:
    named = {blob for job in known for blob in lineage.named_by(db, job.id)}
    there = {path.relative_to(pictures).as_posix() for path in pictures.rglob("*") if path.is_file()}
    dead = calls.c.outcome.in_([STARTED, CUT_OFF])  # swept hourly, when their job is over
    swept = {f"{job[:2]}/{job}/" for job in db.execute(select(calls.c.job).where(dead)).scalars()}
    unnamed = [blob for blob in there - named - {"ping"} if blob[: blob.rfind("/") + 1] not in swept]
    books.wrong["orphans: blobs that nobody names"] = sorted(unnamed)
    books.wrong["lost: blobs that are named and not there"] = sorted(named - there)
    shown = {
        block["slack_file"]["id"]
        for message in town.slack.workspace.messages
        for block in message.blocks
        if "slack_file" in block
    }
    shared = {file for message in town.slack.workspace.messages for file in message.files}
    shared |= {row.file for row in db.execute(select(files.c.file))}  # held for Retry
    books.wrong["orphans: uploaded files that nobody sees"] = [
        file.id
        for file in town.slack.workspace.files.values()
        if file.completed_at is not None and not file.deleted and file.id not in shown | shared
    ]
