"""What reaches the bot: which events it hears, delivery and redelivery, echoes of its own doing."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any

from bot.playground.slack import events
from bot.playground.slack.delivery import Ack, Kind, Post, Retry, Thing, Wire
from bot.playground.slack.filing import Filing
from bot.playground.slack.state import Call, Channel, Impossible, Json, Message

Outbox = asyncio.Queue[Post]
"""Events about the bot's own messages, which Slack sends to it as well, and events that go out again."""


SLACKS_RETRIES = (1.0, 60.0, 300.0)
"""Nearly at once, after a minute, after five (https://docs.slack.dev/apis/events-api)."""

_DELIVERIES_KEPT = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """One thing that was brought to the bot, as the page lists it."""

    at: float
    what: str
    ok: bool
    seconds: float
    """Until it was acknowledged."""
    error: str


class Hearing(Filing):
    """The way to the bot, on top of what there is."""

    wire: Wire
    event_retries: tuple[float, ...] = ()
    """Seconds until an unacknowledged event is sent again, each time; see ``SLACKS_RETRIES``."""

    def __init__(self, *args: Any, outbox: Outbox, **values: Any) -> None:
        super().__init__(*args, **values)
        self._outbox = outbox
        self.deliveries: deque[Delivered] = deque(maxlen=_DELIVERIES_KEPT)

    def hears(self, event: str, channel: Channel | None = None) -> bool:
        """Whether the bot gets such events: it asked, it may, and it is in the channel."""
        scope = events.SCOPES.get(event)
        there = channel is None or self.team.bot_user in channel.members
        return (
            self.installed
            and there
            and event in self.subscriptions
            and (scope is None or scope in self.scopes)
        )

    def hears_messages(self, channel: Channel) -> bool:
        return self.hears(events.SUBSCRIPTIONS[channel.kind], channel)

    def told(self, channel: Channel, message: Message, *, with_metadata: bool = False) -> Json:
        """A message as the bot gets to see it."""
        files = [self.file_in_event(self.files[name]) for name in message.files]
        return events.told(channel, message, files, with_metadata=with_metadata)

    def knows(self, args: Json) -> bool:
        """Whether a call's arguments speak of something in this workspace."""
        named = {str(args.get(name, "")) for name in ("channel", "channel_id", "channels", "user", "user_id")}
        named |= {str(args.get(name, "")) for name in ("users", "file", "view_id", "trigger_id")}
        named |= {str(one.get("id")) for one in args.get("files") or () if isinstance(one, dict)}
        here = (self.channels, self.users, self.files, self.views, self.triggers)
        return any(one in things for one in named for things in here)

    async def tell(self, inner: Json) -> Ack:
        """Deliver an event."""
        body = events.envelope(self.team, inner, event_id=self.new_id("Ev"), at=self.now())
        return await self._deliver(Kind.EVENT, body)

    def echo(self, channel: Channel, inner: Json) -> None:
        """Let the bot hear what it did itself; its framework must know to ignore that."""
        if self.hears_messages(channel):
            body = events.envelope(self.team, inner, event_id=self.new_id("Ev"), at=self.now())
            self._outbox.put_nowait(Post(thing=Thing(kind=Kind.EVENT, payload=body)))

    async def redeliver(self, ack: Ack, *, number: int = 1, reason: str = "http_timeout") -> Ack:
        """Deliver the same thing again, as Slack does when it missed the acknowledgement."""
        if ack.thing is None:
            raise Impossible("nothing was delivered")
        retry = Retry(number=number, reason=reason) if ack.thing.kind is Kind.EVENT else None
        return await self.wire.deliver(ack.thing, retry)

    async def _deliver(self, kind: Kind, payload: Json) -> Ack:
        if not self.installed and kind is not Kind.EVENT:
            raise Impossible("the app is not installed here")
        at, thing = self.now(), Thing(kind=kind, payload=payload)
        ack = await self.wire.deliver(thing)
        self.deliveries.append(
            Delivered(at=at, what=_what(kind, payload), ok=ack.ok, seconds=ack.seconds, error=ack.error)
        )
        self.touch()
        if not ack.ok:
            self._record_unanswered(kind, ack)
            self.send_again(thing, Retry(number=1, reason=ack.reason))
        return ack

    def send_again(self, thing: Thing, retry: Retry) -> None:
        """Have an event repeated that nobody acknowledged; commands and buttons are not."""
        if thing.kind is Kind.EVENT and retry.number <= len(self.event_retries):
            wait = self.event_retries[retry.number - 1]
            self._outbox.put_nowait(Post(thing=thing, retry=retry, wait=wait))

    def _record_unanswered(self, kind: Kind, ack: Ack) -> None:
        self.calls.append(
            Call(at=self.now(), method=kind.value, args={}, ok=False, error=ack.error, status=0)
        )
        self.touch()

    def _note_bad_answer(self, method: str, faults: list[str]) -> None:
        self.calls.append(
            Call(
                at=self.now(),
                method=method,
                args={},
                ok=False,
                error="invalid_blocks",
                messages=tuple(faults),
            )
        )
        self.touch()


def _what(kind: Kind, payload: Json) -> str:
    match kind:
        case Kind.COMMAND:
            return str(payload["command"])
        case Kind.EVENT:
            return str(payload["event"]["type"])
        case Kind.INTERACTIVE:
            actions = [str(one["action_id"]) for one in payload.get("actions", ())]
            return " ".join([str(payload["type"]), *actions])
