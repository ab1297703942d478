"""The books: what people were promised, what the ledger says, what the services saw, what stands there."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, create_engine, exists, or_, select

from bot.jobs import lineage
from bot.jobs.rows import job_of
from bot.jobs.tables import CUT_OFF, STARTED, calls, files, inputs, jobs, messages, painted
from bot.placeholders import UNCLEAR
from bot.playground.slack.state import Message
from bot.text import LANGUAGES, phrases
from bot.types import ENDED, Job, JobKind, JobState
from tests.chaos.mischief import Mischief
from tests.chaos.people import People, words_in
from tests.wire.whole_bot import Town, a_picture, payload

_UNMADE = {"held", "busy", "unreached", "refused", "blocked"}
"""Outcomes of calls that nobody is billed for."""


_ENDINGS = {
    phrases(language)[f"card.{ending}"]
    for language in LANGUAGES
    for ending in ("cancelled", "not_made", "not_shown", "moved")
}
_DYING = timedelta(seconds=4)
"""What a process did so long before and after it was disturbed may not have been written down."""


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
    """Jobs that have not come to an end, and those of which something is left that was to be deleted."""
    rest = [state.value for state in ENDED] + [JobState.HELD.value]
    return len(db.execute(select(jobs.c.id).where(jobs.c.state.not_in(rest))).all()) + len(_left(db))


def _left(db: Connection) -> list[str]:
    there = [exists().where(table.c.job == jobs.c.id) for table in (messages, painted, files, inputs)]
    query = select(jobs.c.id).where(jobs.c.state == JobState.DELETED.value, or_(*there))
    return list(db.execute(query).scalars())


@dataclass(kw_only=True)
class _Town:
    """What stands there, by job."""

    known: dict[str, Job]
    words: dict[str, str]
    """What was asked for, also with what is deleted."""
    results: dict[str, list[Message]] = field(default_factory=dict)
    waiting: dict[str, list[Message]] = field(default_factory=dict)

    def of(self, *states: JobState) -> set[str]:
        return {job.id for job in self.known.values() if job.state in states}


def balance(db: Connection, town: Town, people: People, mischief: Mischief, pictures: set[str]) -> Books:
    """Compare them all."""
    books = Books()
    known: dict[str, Job] = {job.id: job for job in (job_of(row) for row in db.execute(select(jobs)))}
    words = {id_: words_in(job.request.prompt) or people.deleted.get(id_, "") for id_, job in known.items()}
    here = _Town(known=known, words=words)
    for message in town.slack.workspace.messages:
        roles = {"result": here.results, "placeholder": here.waiting}
        if (role := payload(message).get("role")) in roles and not message.is_stone:
            roles[role].setdefault(payload(message)["job"], []).append(message)
    books.jobs.update(job.state.value for job in known.values())
    books.calls.update(db.execute(select(calls.c.outcome)).scalars().all())
    books.paid = len(town.painter.paid)
    _promises(books, db, here, people)
    _messages(books, db, here, mischief)
    _money(books, db, town, here)
    _leftovers(books, db, town, here, pictures)
    return books


def _promises(books: Books, db: Connection, here: _Town, people: People) -> None:
    kept = {one for one, acknowledged in people.asked.items() if acknowledged}
    deleted = here.of(JobState.DELETED)
    commands = Counter(
        here.words[id_]
        for id_, job in here.known.items()
        if job.kind is JobKind.IMAGINE and job.parent is None
    )
    books.wrong["lost: acknowledged, and not in the ledger"] = sorted(kept - set(here.words.values()))
    books.wrong["lost: deleted, and nobody asked for that"] = sorted(deleted - people.deleted.keys())
    books.wrong["lost: never came to an end"] = sorted(here.of(*JobState) - here.of(*ENDED, JobState.HELD))
    books.wrong["twice: more than one job for a command"] = [
        one for one, times in commands.items() if times > 1
    ]
    shown = {job for job in deleted if job in here.results or job in here.waiting}
    books.wrong["deleted, and something is left"] = sorted({*_left(db), *shown})


def _messages(books: Books, db: Connection, here: _Town, mischief: Mischief) -> None:
    results, done = here.results, here.of(JobState.DONE)
    books.wrong["twice: more than one result"] = [job for job, them in results.items() if len(them) > 1]
    books.wrong["lost: done, and no result there"] = sorted(done - results.keys())
    unmade = here.of(JobState.FAILED, JobState.CANCELLED)
    # Where the bot may not look whether a post arrived, the person decides (docs/design.md).
    unclear = {id_ for id_, job in here.known.items() if job.why and job.why.key == UNCLEAR}
    books.wrong["twice: a result, and said to have failed"] = sorted(unmade & results.keys() - unclear)
    owed = set(db.execute(select(messages.c.job).where(messages.c.owed_at.is_not(None))).scalars())
    books.wrong["placeholders left behind"] = [
        f"{job} {one.channel} {one.ts} {one.text[:60]!r}"
        for job in done - owed
        for one in here.waiting.get(job, ())
        if not _may_stay(here.known[job], one, mischief)
    ]
    books.wrong["placeholders that do not say how it ended"] = [
        f"{job} {one.channel} {one.ts} {one.text[:60]!r}"
        for job in unmade - owed - unclear
        for one in here.waiting.get(job, ())
        if one.text not in _ENDINGS and not _may_stay(here.known[job], one, mischief)
    ]


def _may_stay(job: Job, placeholder: Message, mischief: Mischief) -> bool:
    """A second one, of a life before, where nobody can look for it (docs/operating.md)."""
    until = datetime.fromtimestamp(float(placeholder.ts), UTC) + _DYING
    unseen = job.place.channel.endswith("RANDOM02")
    return unseen and any(job.created_at - _DYING <= death <= until for death in mischief.deaths)


def _money(books: Books, db: Connection, town: Town, here: _Town) -> None:
    """By what was asked for, since that is all that the painter saw."""
    paid = Counter(words_in(str(call.params.get("prompt", ""))) for call in town.painter.paid)
    counted = Counter(
        here.words[row.job]
        for row in db.execute(select(calls.c.job, calls.c.outcome))
        if row.outcome not in _UNMADE
    )
    shown = Counter(
        here.words[job] for job in db.execute(select(painted.c.job)).scalars() if not here.known[job].restores
    )
    books.wrong["unpaid for: shown more often than painted"] = sorted((shown - paid).elements())
    books.wrong["uncounted: paid more often than the ledger knows"] = sorted((paid - counted).elements())


def _leftovers(books: Books, db: Connection, town: Town, here: _Town, pictures: set[str]) -> None:
    named = {blob for job in here.known.values() for blob in lineage.named_by(db, job.id)}
    dead = calls.c.outcome.in_([STARTED, CUT_OFF])  # swept hourly, when their job is over
    swept = {f"{job[:2]}/{job}/" for job in db.execute(select(calls.c.job).where(dead)).scalars()}
    unnamed = [blob for blob in pictures - named - {"ping"} if blob[: blob.rfind("/") + 1] not in swept]
    books.wrong["orphans: blobs that nobody names"] = sorted(unnamed)
    books.wrong["lost: blobs that are named and not there"] = sorted(named - pictures)
    _files(books, db, town)


def _files(books: Books, db: Connection, town: Town) -> None:
    uploaded, there = town.slack.workspace.files, town.slack.workspace.messages
    shown = {block["slack_file"]["id"] for one in there for block in one.blocks if "slack_file" in block}
    shared = {file for one in there for file in one.files}
    failed = select(files.c.file).join(jobs, jobs.c.id == files.c.job)
    kept = db.execute(failed.where(jobs.c.state == JobState.FAILED.value)).scalars()  # for Retry
    seen = {*shown, *shared, *kept}
    books.wrong["orphans: uploaded files that nobody sees"] = [
        file.id
        for file in uploaded.values()
        if file.completed_at is not None and not file.deleted and file.id not in seen
    ]
    whole = a_picture()
    books.wrong["garbage: shown, and not what was painted"] = [
        file for file in sorted(shown | shared) if uploaded[file].data != whole
    ]
