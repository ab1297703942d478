"""The door to remembered work: the ledger of jobs and pictures, the durable engine, the blob store."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.types import (
    BlobKey,
    FileId,
    ImageRequest,
    Input,
    Job,
    JobId,
    JobState,
    MessageId,
    MessageRef,
    Own,
    Painted,
    Person,
    Picture,
    Place,
    Role,
    Text,
    Version,
)

LINKED = "linked"
"""The kind of file that is a blob of ours, shown by a link, and not a file of the platform's."""


class QueueFull(Exception):
    """So many jobs wait that another one would only be a promise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """A message we meant to make: written before the call, completed after it."""

    at: datetime
    message: MessageRef | None
    """None: nobody knows whether it was made."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """What the ledger says when a part is about to be painted."""

    job: Job
    made: bool
    """The part is painted already: nothing is to be paid."""
    call: int
    """The number of the call that was just counted; 0 where none is to be made."""
    cut_off: bool
    """An earlier call for this part never ended: a process died in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Handover:
    """What the ledger knows when a job's pictures are about to be posted."""

    job: Job
    painted: tuple[Painted, ...]
    messages: dict[Role, MessageRef]
    files: dict[str, tuple[FileId, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class InLine:
    """A job that waits or is being painted, as little of it as its neighbours need."""

    job: JobId
    by: Person
    waits: bool


class Ledger(Protocol):
    """Jobs, what was painted for them, and where it is shown. Survives every crash once it has returned.

    What a power cut may cost is in docs/decisions/0003.
    """

    async def add(
        self, job: Job, *, key: str, alias: str = "", depth: int | None = None, window: float | None = None
    ) -> tuple[Job, bool]:
        """Record a job under its request's key; or the job that key already has. True: it is new.

        ``alias``: another key of the same request.
        ``window``: seconds after which the same key may make another job (a double click).
        Raises ``QueueFull`` when ``depth`` jobs wait already.
        """

    async def get(self, job: JobId) -> Job | None:
        """One job as it stands."""

    async def by_key(self, key: str) -> Job | None:
        """The job that a request's key has."""

    async def claim(self, key: str, window: float | None = None) -> bool:
        """Whether this is the first time that anybody asks for the key; it is taken from now on.

        Or for ``window`` seconds, in case its process dies before ``unclaim``.
        """

    async def unclaim(self, key: str) -> None:
        """Anybody may ask for it again."""

    async def release(self, job: JobId) -> None:
        """Its request's key is free: who sends the same once more asks for something new."""

    async def amend(self, job: JobId, request: ImageRequest, onto: Job | None = None) -> bool:
        """Put another request in the place of a job's; False when it is being painted or is over.

        ``onto``: the version it turned out to go on from.
        """

    async def move(
        self, job: JobId, to: JobState, *, only_from: Sequence[JobState], why: Text | None = None
    ) -> bool:
        """Change the state if it is one of ``only_from``; False when it was not.

        Of a job that is held now: its person is to be asked, by whoever lives, until ``queued``.
        """

    async def again(self, job: JobId, depth: int | None = None) -> int | None:
        """Put an ended or held job back in line and return its new round; None when it was running.

        Raises ``QueueFull`` as ``add``.
        """

    async def round(self, job: JobId) -> int:
        """How often the job was put back in line; part of its workflows' ids."""

    async def line(self) -> list[InLine]:
        """Jobs being painted, then those in line, oldest first."""

    async def of_person(self, person: Person) -> list[Job]:
        """The person's jobs that have not ended, oldest first."""

    async def latest(self, person: Person, most: int, channel: str = "") -> list[tuple[Job, MessageRef]]:
        """The person's results that people can see, newest first, and where they are; ``channel``: there."""

    async def counts(self) -> dict[JobState, int]:
        """How many jobs are in each state that is not an end."""

    async def waiting_since(self) -> datetime | None:
        """When the oldest waiting job was asked for; None when nobody waits."""

    async def queued(self, job: JobId, round_: int) -> JobState:
        """This round of the job is in the engine's line now; returns the state the job has meanwhile."""

    async def asked(self, job: JobId) -> None:
        """The person of a held job was asked; one whose answer is there already is no longer held."""

    async def left_behind(self, seconds: float) -> list[tuple[Job, int]]:
        """Jobs and their rounds that wait and are in no line, since who was to show them is gone.

        And held ones whose person may not have been asked, for the same reason.

        Or since this process forgot them for so long. They are this process's to show from now on.
        """

    async def keeps(self, job: JobId) -> bool:
        """Whether a job is still this process's to show."""

    async def begin_part(self, job: JobId, part: int) -> Begun | None:
        """Count a paid call before it is made; None when the job is not to be painted any more."""

    async def rest(self, job: JobId) -> None:
        """It waits again, in nobody's way, unless something of it is painted."""

    async def end_call(self, call: int, outcome: str) -> None:
        """Say how a paid call ended that gave no picture."""

    async def calls(self, job: JobId) -> list[tuple[int, str]]:
        """Every paid call of a job: its part and outcome (``started`` or ``cut off``: it never ended)."""

    async def save_painted(self, job: JobId, part: int, made: Painted, *, call: int) -> bool:
        """Keep what one call made; from now on it is never paid again.

        ``call`` 0: nothing was called; it is derived from what was painted, and takes its place.
        False: another call made the part first (a process that was frozen, and taken for dead), and that one
        stays; or the job is long over. The blobs of this one are nobody's.
        """

    async def put_together(self, job: JobId, part: int, made: Painted) -> None:
        """Composites take the place of what one call made, which they name as the model's own files."""

    async def painted(self, job: JobId) -> dict[int, Painted]:
        """What was made so far, by part."""

    async def blobs(self, job: JobId) -> frozenset[BlobKey]:
        """Every blob that a job names: painted, gone in, shown by links, its region's mask."""

    async def begin_delivery(self, job: JobId) -> Handover | None:
        """The pictures are about to be posted, and cannot be cancelled any more; None when they were."""

    async def finish(self, job: JobId) -> None:
        """The result is there, and the placeholder is not, or is owed to be taken away."""

    async def intend(self, job: Job, role: Role, at: datetime, shown: Sequence[FileId] = ()) -> Intent | None:
        """Write down that a message is about to be made, with its job as it is now and the files it shows.

        Returns the intent that was already there.
        """

    async def posted(self, job: JobId, role: Role, message: MessageRef) -> bool:
        """Complete an intent; False when it is gone, or was completed with another message."""

    async def message(self, job: JobId, role: Role) -> MessageRef | None:
        """Where one of the job's messages is."""

    async def forget_message(self, job: JobId, role: Role) -> None:
        """The message is gone, or its intent came to nothing."""

    async def owe(self, job: JobId) -> None:
        """Its placeholder could not be told how it ended, or be taken away: that is tried again later."""

    async def owed(self) -> list[tuple[Job, MessageRef]]:
        """Some whose time has come, with their placeholders; each comes again until nothing is owed."""

    async def owe_nothing(self, job: JobId) -> None:
        """Its placeholder was told, or will not be."""

    async def forget_placeholder(self, job: JobId, seen: MessageRef | None) -> bool:
        """Forget it as it was ``seen`` (``None``: not posted yet); False when it was posted meanwhile.

        Whoever is posting one that was forgotten hears so, and takes it back.
        """

    async def adopt(self, job: JobId) -> None:
        """The placeholder became the result."""

    async def set_aside(self, job: JobId) -> None:
        """The placeholder stays for good, and leads to the result."""

    async def thread(self, place: Place) -> tuple[Version, ...]:
        """The results in a place's thread, oldest first."""

    async def unfinished(self, place: Place) -> frozenset[Person]:
        """Who waits for a picture of a place's thread that is still on its way."""

    async def at_message(self, workspace: str, channel: str, message: MessageId) -> Job | None:
        """The job that one of our messages belongs to."""

    async def save_inputs(self, job: JobId, made: Sequence[Input]) -> None:
        """Remember the pictures that go in."""

    async def inputs(self, job: JobId) -> tuple[Input, ...]:
        """The pictures that go in, in order."""

    async def save_files(self, job: JobId, kind: str, files: Sequence[FileId]) -> None:
        """Remember uploaded files (``picture``, ``shown``, ``preview``)."""

    async def add_file(self, job: JobId, kind: str, file: FileId) -> None:
        """Remember one more; others may be remembered in the same moment."""

    async def forget_file(self, job: JobId, kind: str, file: FileId) -> None:
        """One of them is gone."""

    async def files(self, job: JobId, kind: str) -> tuple[FileId, ...]:
        """The files of a kind, in order."""

    async def forget_files(self, job: JobId, kind: str) -> None:
        """The files are gone."""

    async def fact(self, workspace: str, name: str) -> str:
        """Something learnt about a workspace; empty when not yet."""

    async def settle(self, workspace: str, name: str, value: str) -> str:
        """Keep something, unless it is known already; what is known now, the same for every process."""

    async def facts(self, name: str) -> dict[str, str]:
        """The workspaces about which this was learnt, each with its value."""

    async def learn(self, workspace: str, name: str, value: str) -> None:
        """Keep something learnt about a workspace."""

    async def owned(self, job: JobId) -> tuple[BlobKey, ...]:
        """The blobs that go with a job; others that it names belong to another one."""

    async def erase(self, job: JobId) -> None:
        """Forget the words, pictures, files and messages of a job; its blobs go before."""

    async def unlearn(self, workspace: str) -> None:
        """Drop everything that was learnt about a workspace."""


FORGET = "forget:"
"""Begins the name of a fact: a person wants everything of theirs gone; the value is when they said so."""


class Archive(Protocol):
    """What was kept, on its way out."""

    async def of_workspace(self, workspace: str, most: int) -> dict[JobId, tuple[BlobKey, ...]]:
        """Some of a workspace's jobs, each with the blobs that it owns."""

    async def older(self, before: datetime, most: int) -> dict[JobId, tuple[BlobKey, ...]]:
        """Some jobs that are at rest since before then, each with the blobs that it owns."""

    async def dead_calls(self, before: datetime) -> list[JobId]:
        """Jobs over since before then that have calls which never ended; those keep nothing from now on."""

    async def of_person(self, person: Person, until: datetime, most: int) -> list[Job]:
        """Some of what a person asked for until then, of what is at rest."""

    async def deleted(self, most: int) -> list[Job]:
        """Some that were to be deleted, and of which something is left."""

    async def forget(self, gone: Sequence[JobId]) -> None:
        """Drop every row of these jobs; their blobs go before, since nothing names them afterwards."""

    async def forget_keys(self, before: datetime) -> None:
        """Drop what tells repeated deliveries apart, where it is that old and belongs to no job."""

    async def leaving(self) -> dict[Person, datetime]:
        """Who asked to be forgotten, and when."""

    async def left(self, person: Person) -> None:
        """They are forgotten."""


def pictures_of(made: Iterable[Painted]) -> tuple[Picture, ...]:
    """Every picture of what was painted, in order."""
    return tuple(picture for one in made for picture in one.pictures)


async def picture_of(ledger: Ledger, own: Own) -> Picture:
    """One picture that the bot made. Raises ``FileNotFoundError`` when it was deleted."""
    pictures = pictures_of((await ledger.painted(own.job)).values())
    if own.number >= len(pictures):
        raise FileNotFoundError(own.job)
    return pictures[own.number]


class Blobs(Protocol):
    """Picture bytes, kept as they are."""

    async def put(self, data: bytes, media_type: str, of: JobId | None = None) -> BlobKey:
        """Keep bytes under a key of their own; those ``of`` a job can be found by it."""

    async def of(self, job: JobId) -> list[BlobKey]:
        """Everything that was kept for a job, whether or not the ledger came to know of it."""

    async def get(self, key: BlobKey) -> bytes:
        """The bytes again, as they were kept.

        Raises ``FileNotFoundError`` when they are not there, ``StoreError`` when they cannot be had just now.
        """

    async def save(self, key: BlobKey, to: Path) -> None:
        """The bytes into a file, a piece at a time. Raises as ``get`` does."""

    async def delete(self, keys: Sequence[BlobKey]) -> None:
        """Delete; already gone is fine. Raises ``StoreError`` when that cannot be done just now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """What an image service allows one deployment."""

    per_minute: int
    """0: no limit."""
    even: bool
    """The service looks at seconds, not minutes: what it allows is spread evenly."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """Who wants to make a call."""

    person: Person
    job: JobId
    part: int = 0


LOOK_AGAIN = 10.0
"""Seconds after which who was told to wait looks again, where the line is short."""


LONGEST_PAUSE = 3600.0
"""Seconds a service is left alone at most; then it is asked again."""


class Budget(Protocol):
    """What the image services allow, shared by every process of this bot."""

    async def take(self, name: str, count: int, turn: Turn) -> float:
        """Count a call to a deployment, just before it is made; or how long until it is asked again.

        0.0 means: make it now. Else seconds, and nothing is counted. What was taken stays taken, also when
        the call is cancelled or dies. Who waits has a place: people take turns, however many calls one of
        them wants; who does not ask again in time has lost theirs.
        """

    async def pause(self, name: str, seconds: float) -> None:
        """The service said that it takes no call for so long."""


Body = Callable[[JobId, int, int, str], Awaitable[None]]
"""A workflow's body: (job, round, parts, how far it is). It replays: everything it does is in steps."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rest:
    """A workflow that gives its place up for a while, and goes on as another one."""

    number: int
    """How often the job has rested in this round, this time included; part of the next one's id."""
    seconds: float
    so_far: str
    """How far it is: what the next one's body is given."""


class Engine(Protocol):
    """Durable workflows: what a crash interrupts is taken up again, and a finished step is never repeated."""

    async def enqueue(
        self, body: str, job: JobId, round_: int, parts: int, *, person: Person, rest: Rest | None = None
    ) -> None:
        """Put a workflow in line, fairly among people; after a rest, if there is one."""

    async def may_rest(self) -> bool:
        """False where a workflow of an earlier release is run again, which waited in its place."""

    async def step(self, name: str, act: Callable[[], Awaitable[str]], *, stoppable: bool = False) -> str:
        """Do something once: a replay gets the saved answer. ``stoppable``: a cancel may interrupt it."""

    async def sleep(self, seconds: float) -> None:
        """Wait, durably, and keep the place among those that run: for moments."""

    async def cancel(self, job: JobId, round_: int) -> None:
        """Stop the job's workflows."""

    async def sure(self) -> bool:
        """Return once our jobs are certainly ours; False when another process may have had them meanwhile.

        A workflow that another process has by now does not return from here: it is cancelled.
        """

    async def given_up(self) -> list[tuple[JobId, int]]:
        """Jobs, with their rounds, whose workflow will not be taken up again, and did not come to its end."""

    async def forget(self, jobs: Sequence[JobId]) -> None:
        """Drop the engine's own records of them: whose they were is written there too.

        What was cancelled may still be at work, and learns of it there: such a record only loses its person,
        and ``prune`` drops it a day later.
        """

    async def prune(self, before: datetime) -> None:
        """Drop the engine's own records of what ended before then."""
