"""Sample pictures of ``imagine-bot check --post``: one a way of showing, and what the answers come to."""

from collections.abc import Mapping
from datetime import datetime

from bot.chat import SHOWING, Showing
from bot.jobs import Ledger
from bot.types import (
    Action,
    ImageRequest,
    Job,
    JobId,
    JobKind,
    JobState,
    Options,
    Person,
    Place,
    Pressed,
    Text,
    Whisper,
)

_PREFIX = "sample-"

# A new message tells the requester; an update does not, but is tidy; a shared file is the last resort.
_BEST_FIRST = (Showing.POST, Showing.UPDATE, Showing.SHARE)

YES, NO = "yes", "no"


def job(way: Showing, place: Place, at: datetime) -> Job:
    """What a sample's message belongs to; in no ledger, which a running bot may have for itself alone."""
    nobody = Person(workspace=place.workspace, id="")
    return Job(
        id=job_id(way),
        kind=JobKind.IMAGINE,
        state=JobState.DONE,
        request=ImageRequest(prompt="", options=Options(), prompts=("",)),
        by=nobody,
        place=place,
        whisper=Whisper(person=nobody, place=place),
        created_at=at,
    )


def job_id(way: Showing) -> JobId:
    """What the buttons of a sample carry: it says by itself which way was tried."""
    return JobId(f"{_PREFIX}{way.value}")


def way_of(job: JobId) -> Showing | None:
    """Which way a pressed sample was shown; None when the message is no sample's."""
    name = job.removeprefix(_PREFIX)
    known = job.startswith(_PREFIX) and name in {way.value for way in Showing}
    return Showing(name) if known else None


def fact(way: Showing) -> str:
    """The name under which a workspace's answer about one way is kept."""
    return f"seen_by_{way.value}"


async def judged(ledger: Ledger, pressed: Pressed, workspace: str) -> Text:
    """Keep whether a sample is seen, and the way of showing pictures that follows from all answers."""
    way = way_of(pressed.job)
    if way is None:
        return Text(key="say.job_unknown")
    await ledger.learn(workspace, fact(way), YES if pressed.action is Action.SEEN else NO)
    answers = {one: await ledger.fact(workspace, fact(one)) for one in Showing}
    chosen = best(answers)
    await ledger.learn(workspace, SHOWING, chosen.value if chosen else "")
    return Text(key="say.thanks")


def best(answers: Mapping[Showing, str]) -> Showing | None:
    """The way to use from now on; None while nobody has seen any sample."""
    return next((way for way in _BEST_FIRST if answers.get(way) == YES), None)
