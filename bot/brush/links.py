"""Links to the page: signed, for ten minutes, for one person and one picture; good for one painting."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from bot.types import Job, JobId, JobState, MessageId, Person, Place, PlaceKind, Platform, Whisper

PATH = "/brush"
LIFETIME = timedelta(minutes=10)

_SALT = "imagine.brush.1"
"""Keeps these signatures apart from whatever else the secret key signs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """What a link is good for. It says nothing of what anybody asked for."""

    id: str
    job: JobId
    choice: int
    held: bool
    """The job waits for its Run, and what is painted takes its region's place."""
    whisper: Whisper
    """Who may paint, and where they asked for the page."""
    until: datetime

    @property
    def key(self) -> str:
        """The request's key: however often the painting arrives, it is one request."""
        return f"brush:{self.id}"


class BrushLinks:
    """Makes links to the page, and reads them."""

    def __init__(self, *, keys: Sequence[str], base: str, now: Callable[[], datetime]) -> None:
        self._base = base.rstrip("/")
        self._now = now
        digest = {"digest_method": sha256, "key_derivation": "hmac"}
        self._signers = [URLSafeSerializer(key, salt=_SALT, signer_kwargs=digest) for key in keys]

    def to(self, job: Job, choice: int, whisper: Whisper) -> str:
        """The address where one person may paint on one of a job's pictures."""
        person, place = whisper.person, whisper.place
        until = int((self._now() + LIFETIME).timestamp())
        said = [secrets.token_urlsafe(9), job.id, choice, job.state is JobState.HELD, until]
        where = [place.platform, place.workspace, place.channel, place.kind, place.thread or ""]
        token = self._signers[0].dumps([*said, person.workspace, person.id, *where])
        return f"{self._base}{PATH}/{token}"

    def read(self, token: str) -> Ticket | None:
        """What the link says, expired or not; None for one that we never made."""
        for signer in self._signers:  # the newest is not the only one that is believed
            try:
                return _ticket(*signer.loads(token))
            except BadData:
                continue
        return None


def _ticket(id_: str, job: str, choice: int, held: bool, until: int, *who_and_where: Any) -> Ticket:
    workspace, person, platform, team, channel, kind, thread = who_and_where
    place = Place(
        platform=Platform(platform),
        workspace=team,
        channel=channel,
        kind=PlaceKind(kind),
        thread=MessageId(thread) if thread else None,
    )
    return Ticket(
        id=id_,
        job=JobId(job),
        choice=choice,
        held=held,
        whisper=Whisper(person=Person(workspace=workspace, id=person), place=place),
        until=datetime.fromtimestamp(until, UTC),
    )
