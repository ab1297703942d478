"""The door to the chat platforms: what the line may ask of one. Rooms: ``slack``."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.types import Attached, FileId, MessageId, MessageRef, Note, Person, Place, Post, Whisper


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file on its way to the platform."""

    name: str
    data: bytes
    alt: str


class Found(StrEnum):
    """What a look for a message of ours came to."""

    NOT_THERE = "not there"
    CANNOT_LOOK = "cannot look"  # the history may not be read; nobody can say


class Showing(StrEnum):
    """The ways to put pictures into the conversation; which one works is kept for each workspace."""

    POST = "post"  # a new message whose blocks hold the files
    UPDATE = "update"  # the placeholder becomes the result
    SHARE = "share"  # the files are shared into the message's thread


SHOWING = "showing"
"""The name of that fact; its value is a ``Showing``, or empty while nothing is known."""


Sure = Callable[[], Awaitable[bool]]
"""Returns once our jobs are certainly ours; False when another process may have had them meanwhile."""


async def always_sure() -> bool:
    """Where there is no other process."""
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """What is usual on a platform."""

    showing: Showing
    """How pictures are shown in a workspace about which nothing is known."""
    links: bool
    """Its messages show pictures by links, and lead to the originals in the same way."""


LEAVING = "leaving"
"""The name of a fact: since when a workspace's data is to go; empty when it came back."""


Known = Callable[[FileId], Awaitable[None]]


class Chat(Protocol):
    """One chat platform. Every method may raise ``ChatError`` and its kinds."""

    @property
    def manner(self) -> Manner:
        """What is usual there."""

    async def locale(self, person: Person) -> str:
        """Their language tag such as ``ja-JP``; empty when the platform does not say. Never raises."""

    async def post(self, post: Post, to: Place) -> MessageRef:
        """Make a message. Not idempotent: ``LostReply`` means look before repeating.

        Raises ``NotWelcome`` where the bot may not write, ``FileRefused`` while a file is not showable.
        """

    async def find(self, post: Post, to: Place, since: datetime) -> MessageRef | Found:
        """The message an earlier ``post`` of the same job and role made, if it did."""

    async def update(self, message: MessageRef, post: Post) -> None:
        """Change a message in place; idempotent. Raises ``MessageGone``."""

    async def delete(self, message: MessageRef, workspace: str) -> None:
        """Delete a message; already gone is fine."""

    async def has_replies(self, message: MessageRef, workspace: str) -> bool:
        """Whether people have answered under it; False where that may not be read."""

    async def upload(
        self, files: Sequence[Upload], workspace: str, known: Known | None = None
    ) -> tuple[FileId, ...]:
        """Put files where only the bot sees them, ready to be shown; harmless to repeat.

        ``known`` hears of each id before the file is there to stay: who dies in between finds it by that.
        """

    async def share(
        self, files: Sequence[Upload], under: MessageRef, workspace: str, known: Known | None = None
    ) -> tuple[FileId, ...]:
        """Put files into the thread of a message. Not idempotent: look before repeating it.

        ``known`` as in ``upload``. Raises ``LostReply``, ``NotWelcome``.
        """

    async def is_shared(self, files: Sequence[FileId], under: MessageRef, workspace: str) -> bool:
        """Whether an earlier ``share`` put these into the thread; False too where nobody can look.

        All of them then: where one can look, they come there together.
        """

    async def unshare(self, file: FileId, under: MessageRef, workspace: str) -> None:
        """Delete a file that was put into a message's thread, and what brought it there; gone is fine."""

    async def delete_file(self, file: FileId, workspace: str) -> None:
        """Delete a file of ours; already gone is fine."""

    async def fetch(self, attached: Attached, workspace: str, to: Path, most: int) -> None:
        """Put a person's file at ``to``, in pieces; larger than ``most`` bytes is not fetched.

        Raises ``FileUnavailable``, and then leaves nothing there.
        """

    async def posted(self, place: Place) -> tuple[Attached, ...]:
        """The pictures that people put into a place's thread, in order; found with one look, no more."""

    async def tell(self, note: Note, whisper: Whisper, locale: str) -> None:
        """Say something privately, by the best way that is open."""

    async def open_dm(self, person: Person) -> Place:
        """The bot's conversation with one person."""

    async def address(self, place: Place, message: MessageId | None = None) -> str:
        """What opens a conversation, or a message of it, for those who may see it; empty: no such link."""

    async def is_admin(self, person: Person) -> bool:
        """Whether they administer the workspace; False when the platform does not say."""
