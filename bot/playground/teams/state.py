"""What there is in this Teams: people, conversations, messages, and what is wrong with it at the moment."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.playground.live import Changing
from bot.playground.teams.faults import Switchboard

Json = dict[str, Any]
T = TypeVar("T")

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
WINDOWS = ((7, 1), (8, 2), (60, 30), (1800, 3600))
"""The most messages of one bot in one conversation, and within how many seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody in the tenant; ``id`` is theirs towards this one bot."""

    id: str
    name: str
    locale: str = "en-US"


@dataclass(kw_only=True, slots=True)
class Conversation:
    """A chat or a channel."""

    id: str
    kind: str
    """``personal``, ``groupChat`` or ``channel``."""
    name: str = ""
    has_bot: bool = True

    def is_open_to(self, person: str) -> bool:
        """A personal chat is its person's; the others are everybody's."""
        return self.kind != "personal" or self.id == f"a:1{person.removeprefix('29:')}"


@dataclass(kw_only=True, slots=True)
class Message:
    """One message of the bot's."""

    id: str
    conversation: str
    thread: str
    activity: Json
    seen_by: str = ""
    """The one person who sees it; empty: everybody there."""
    past: list[Json] = field(default_factory=list)
    """What it was before, oldest first."""
    at: float = field(default_factory=time.time)

    @property
    def card(self) -> Json:
        """Its Adaptive Card; empty where it has none."""
        attachments = self.activity.get("attachments") or ()
        return next((one["content"] for one in attachments if one.get("contentType") == ADAPTIVE), {})

    @property
    def words(self) -> str:
        """Every word of the card, in its order."""
        return " ".join(words_in(self.card))

    @property
    def pictures(self) -> list[Json]:
        """The card's pictures."""
        return [one for one in parts(self.card) if one.get("type") == "Image"]

    @property
    def actions(self) -> list[Json]:
        """Every button, also those of a question that another one unfolds."""
        return [one for one in parts(self.card) if str(one.get("type", "")).startswith("Action.")]

    def action(self, title: str) -> Json:
        """The button of this title that sends something, and not one that only unfolds a question."""
        sends = [one for one in self.actions if one["type"] != "Action.ToggleVisibility"]
        return next(one for one in sends if one.get("title") == title)


@dataclass(kw_only=True, slots=True)
class Said:
    """One message of a person's, as a page shows it."""

    id: str
    conversation: str
    person: str
    text: str
    """As it was typed."""
    thread: str = ""
    """What it answers, in a channel."""
    quoting: str = ""
    """What it answers, in a chat."""
    files: list[str] = field(default_factory=list)
    seen_by: str = ""
    """The one person who sees it: a command from the list; empty: everybody there."""
    heard: bool = False
    """It was for the bot, and the bot took it."""
    activity: Json = field(default_factory=dict)
    """What the bot was sent, or would have been."""
    edited: bool = False
    deleted: bool = False
    at: float = field(default_factory=time.time)


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request between the bot and Teams, either way."""

    at: float
    to_bot: bool
    what: str
    status: int
    """0: nobody answered."""
    seconds: float


def parts(card: Any) -> Iterator[Json]:
    """Every object inside a card, outermost first; what stands in for another is left out."""
    if isinstance(card, list):
        for one in card:
            yield from parts(one)
    elif isinstance(card, dict):
        yield card
        for name, value in card.items():
            if name not in ("fallback", "data", "selectAction"):
                yield from parts(value)


def words_in(card: Json) -> list[str]:
    """What a card says."""
    named = ("text", "title", "label")
    return [str(one[name]) for one in parts(card) for name in named if isinstance(one.get(name), str)]


class State(Changing):
    """Everything, and a way to wait for it to change."""

    def __init__(self, *, app_id: str) -> None:
        super().__init__()
        self.app_id = app_id
        self.tenant = "7a2d0e1c-1111-4222-8333-0123456789ab"
        self.people = {
            one.id: one
            for one in (
                Person(id="29:ann", name="Ann Archer"),
                Person(id="29:bob", name="Bob Brook"),
                Person(id="29:yumi", name="Yumi 山田", locale="ja-JP"),
            )
        }
        self.conversations = {
            one.id: one
            for one in (
                Conversation(id="a:1ann", kind="personal"),
                Conversation(id="a:1yumi", kind="personal"),
                Conversation(id="19:group@thread.v2", kind="groupChat", name="Lunch"),
                Conversation(id="19:general@thread.tacv2", kind="channel", name="General"),
                Conversation(id="19:closed@thread.tacv2", kind="channel", name="Closed", has_bot=False),
            )
        }
        self.messages: dict[str, Message] = {}
        self.deleted: list[Message] = []
        self.calls: list[tuple[str, str]] = []
        """Every call of the connector: method and path."""
        self.tokens: set[str] = set()
        """Every token that a call came with."""
        self.faults = Switchboard()
        self.files: dict[str, tuple[bytes, str]] = {}
        """Pictures that people pasted: bytes and media type by id."""
        self.targets = True
        """Whether clients show messages to one person alone."""
        self.said: dict[str, Said] = {}
        """What people wrote on a page."""
        self.reactions: dict[str, dict[str, list[str]]] = {}
        """Message → reaction → people."""
        self.traffic: deque[Call] = deque(maxlen=_CALLS)
        """The latest requests in both directions."""
        self.next_id = _FIRST_ID
        self._recent: dict[str, deque[float]] = {}

    def new_id(self) -> str:
        """An id as messages have it: a time in milliseconds, in the order of sending."""
        self.next_id += 1
        return str(self.next_id)

    def keep_file(self, data: bytes, kind: str) -> str:
        """A picture that somebody brings along; its id."""
        id_ = f"0-file-{len(self.files)}"
        self.files[id_] = (data, kind)
        return id_

    def in_conversation(self, conversation: str) -> list[Message]:
        """What everybody there sees of the bot's."""
        return [m for m in self.messages.values() if m.conversation == conversation and not m.seen_by]

    def seen_only_by(self, person: str) -> list[Message]:
        """What one person alone is shown in a conversation of several."""
        return [message for message in self.messages.values() if message.seen_by == person]

    def too_many(self, conversation: str, now: float) -> bool:
        """Whether one more message, new or changed, is over a limit; what is refused counts as well."""
        recent = self._recent.setdefault(conversation, deque(maxlen=max(most for most, _ in WINDOWS) + 1))
        recent.append(now)
        return any(sum(one > now - seconds for one in recent) > most for most, seconds in WINDOWS)

    async def until(self, look: Callable[[], T], seconds: float = 15) -> T:
        """Wait until there is something. Raises ``TimeoutError``."""
        async with asyncio.timeout(seconds):
            while not (found := look()):
                await self.change()
            return found


_FIRST_ID = 1_795_000_000_000
_CALLS = 80
