"""A job as the tests want one: everything said, and what matters to a test named by it."""

from datetime import UTC, datetime
from uuid import uuid4

from bot.types import (
    ImageRequest,
    Job,
    JobId,
    JobKind,
    JobState,
    Options,
    Person,
    Place,
    PlaceKind,
    Platform,
    Whisper,
)

ANN = Person(workspace="T1", id="UANN")


def a_job(
    state: JobState = JobState.WAITING,
    *,
    by: Person = ANN,
    prompts: tuple[str, ...] = ("a fox",),
    at: datetime | None = None,
) -> Job:
    """A job of its own id."""
    here = Place(platform=Platform.SLACK, workspace=by.workspace, channel="C1", kind=PlaceKind.CHANNEL)
    return Job(
        id=JobId(uuid4().hex[:16]),
        kind=JobKind.IMAGINE,
        state=state,
        request=ImageRequest(prompt=prompts[0], options=Options(), prompts=prompts),
        by=by,
        place=here,
        whisper=Whisper(person=by, place=here),
        created_at=at or datetime(2026, 11, 21, 12, tzinfo=UTC),
    )
