"""Any order of calls, cancels and retries: a job stays on its paths, and what was kept is not paid again."""

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.jobs.database import Database, migrate
from bot.jobs.ledger import SqlLedger
from bot.types import (
    ImageRequest,
    Job,
    JobId,
    JobKind,
    JobState,
    Options,
    Painted,
    Person,
    Place,
    PlaceKind,
    Platform,
    Usage,
    Whisper,
)

ANN = Person(workspace="T1", id="U1")
HERE = Place(platform=Platform.SLACK, workspace="T1", channel="C1", kind=PlaceKind.CHANNEL)
PAINTED = Painted(pictures=(), model="m", service="s", usage=Usage(), seconds=1)
JOB = Job(
    id=JobId("k3f9aaaabbbbcccc"),
    kind=JobKind.IMAGINE,
    state=JobState.WAITING,
    request=ImageRequest(prompt="a fox", options=Options(), prompts=("a fox",)),
    by=ANN,
    place=HERE,
    whisper=Whisper(person=ANN, place=HERE),
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)
RUNNING = (JobState.WAITING, JobState.PAINTING, JobState.PAINTED)


class OneJob(RuleBasedStateMachine):
    """The ledger beside the few words that say what it should know."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(f"sqlite:///{Path(self.folder.name) / 'x.sqlite3'}")
        migrate(self.database)
        self.ledger = SqlLedger(self.database, lambda: datetime(2026, 1, 1, tzinfo=UTC))
        self.state, self.kept, self.rounds = JobState.WAITING, False, 0
        assert self.do(self.ledger.add(JOB, key="k"))[1]

    def do(self, work: Any) -> Any:
        return self.loop.run(work)

    @rule()
    def the_same_request_comes_again(self) -> None:
        assert not self.do(self.ledger.add(JOB, key="k"))[1]

    @rule()
    def a_part_begins(self) -> None:
        begun = self.do(self.ledger.begin_part(JOB.id, 0))
        assert (begun is not None) == (self.state in RUNNING)
        if begun is None:
            return
        assert begun.made == self.kept
        assert bool(begun.call) != self.kept
        if not self.kept and self.state is JobState.WAITING:
            self.state = JobState.PAINTING

    @rule()
    def it_rests(self) -> None:
        self.do(self.ledger.rest(JOB.id))
        if self.state is JobState.PAINTING and not self.kept:
            self.state = JobState.WAITING

    @precondition(lambda self: self.state is JobState.PAINTING and not self.kept)
    @rule()
    def it_is_kept(self) -> None:
        self.do(self.ledger.save_painted(JOB.id, 0, PAINTED, call=1))
        self.kept = True

    @rule()
    def delivery_begins(self) -> None:
        work = self.do(self.ledger.begin_delivery(JOB.id))
        assert (work is not None) == (self.state in RUNNING)
        if work:
            assert len(work.painted) == self.kept
            self.state = JobState.PAINTED

    @rule()
    def it_is_finished(self) -> None:
        self.do(self.ledger.finish(JOB.id))
        if self.state is JobState.PAINTED:
            self.state = JobState.DONE

    @rule()
    def it_is_cancelled(self) -> None:
        from_ = [JobState.HELD, JobState.WAITING, JobState.PAINTING]
        moved = self.do(self.ledger.move(JOB.id, JobState.CANCELLED, only_from=from_))
        assert moved == (self.state in from_)
        self.state = JobState.CANCELLED if moved else self.state

    @rule()
    def it_fails(self) -> None:
        if self.do(self.ledger.move(JOB.id, JobState.FAILED, only_from=RUNNING)):
            assert self.state in RUNNING
            self.state = JobState.FAILED

    @rule()
    def somebody_presses_retry(self) -> None:
        round_ = self.do(self.ledger.again(JOB.id))
        assert (round_ is not None) == (self.state in (JobState.FAILED, JobState.CANCELLED))
        if round_ is not None:
            self.rounds += 1
            self.state = JobState.WAITING
            assert round_ == self.rounds

    @invariant()
    def the_ledger_agrees(self) -> None:
        job = self.do(self.ledger.get(JOB.id))
        assert job.state is self.state
        assert len(self.do(self.ledger.painted(JOB.id))) == self.kept

    def teardown(self) -> None:
        self.database.close()
        self.loop.close()
        self.folder.cleanup()


OneJob.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestOneJob = OneJob.TestCase
