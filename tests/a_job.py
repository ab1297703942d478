"""A job, and what was painted for it, as the tests want them: what matters to a test is named by it."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

from bot.types import (
    BlobKey,
    ImageRequest,
    Job,
    JobId,
    JobKind,
    JobState,
    Options,
    Painted,
    Person,
    Picture,
    Place,
    PlaceKind,
    Platform,
    Usage,
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


def a_painting(blob: str = "ab/abc.png") -> Painted:
    """One picture, paid for."""
    picture = Picture(blob=BlobKey(blob), media_type="image/png", width=8, height=6, size=90, prompt="a fox")
    return Painted(
        pictures=(picture,),
        model="gpt-image-2",
        service="openai",
        usage=Usage(out=5),
        cost=Decimal("0.16"),
        seconds=1.5,
    )
