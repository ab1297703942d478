"""The way from the workspace to the bot: what is delivered, what comes back, and the shape of a wire."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.playground.slack.state import Json, Message


class Kind(StrEnum):
    """What sort of thing is delivered; the words are Socket Mode's own."""

    COMMAND = "slash_commands"
    INTERACTIVE = "interactive"
    EVENT = "events_api"


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """One thing that happened; a redelivery brings the same payload again."""

    kind: Kind
    payload: Json


@dataclass(frozen=True, kw_only=True, slots=True)
class Ack:
    """What the bot answered within 3 seconds, if it did."""

    ok: bool
    payload: Json | None = None
    seconds: float = 0
    error: str = ""
    """``dispatch_failed``: nobody was there or the answer was an error; ``operation_timeout``: too late."""
    thing: Thing | None = None
    """None where Slack had nothing to deliver."""
    message: Message | None = None
    """What the person said, when they said something."""

    @property
    def reason(self) -> str:
        """Why it is sent again, in Slack's word."""
        return "http_timeout" if self.error == "operation_timeout" else "http_error"


@dataclass(frozen=True, kw_only=True, slots=True)
class Retry:
    """Set on a redelivered event."""

    number: int
    reason: str = "http_timeout"


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """Something to be delivered without anybody waiting for it."""

    thing: Thing
    retry: Retry | None = None
    wait: float = 0
    """Seconds first."""


class Wire(Protocol):
    """Socket Mode or signed HTTP requests."""

    @property
    def connected(self) -> bool:
        """Whether anybody is there to deliver to, as far as can be known."""

    async def deliver(self, thing: Thing, retry: Retry | None = None) -> Ack:
        """Bring it to the bot and wait for the acknowledgement."""


ACK_SECONDS = 3.0
"""https://docs.slack.dev/interactivity/handling-user-interaction"""
