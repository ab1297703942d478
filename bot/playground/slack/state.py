"""What the pretend workspace is made of: people, conversations, messages, files, forms; plain data."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

Json = dict[str, Any]
"""Slack's own JSON, as it stands on the wire."""

SHOWABLE = frozenset({"image/png", "image/jpeg", "image/gif"})
"""What a ``slack_file`` block may hold (https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object)."""


class Refused(Exception):
    """Slack says no, in its own word, with the details it would give."""

    def __init__(self, error: str, *messages: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
        self.extra = extra

    def body(self) -> Json:
        body: Json = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            body["errors"] = list(self.messages)
            body["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return body


class Impossible(Exception):
    """Something a person cannot do in Slack: there is no such button, the form does not let them."""


class ChannelKind(StrEnum):
    """What sort of conversation it is."""

    PUBLIC = "public"
    PRIVATE = "private"
    DM = "dm"
    GROUP_DM = "mpim"


@dataclass(kw_only=True, slots=True)
class User:
    """Somebody in the workspace."""

    id: str
    name: str
    real_name: str
    locale: str = "en-US"
    is_admin: bool = False
    is_bot: bool = False
    bot_id: str = ""
    """A bot's messages carry this second name."""

    def payload(self, team: str, *, with_locale: bool) -> Json:
        body: Json = {
            "id": self.id,
            "team_id": team,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": False,
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_bot": self.is_bot,
            "profile": {"real_name": self.real_name, "display_name": self.name, "team": team},
        }
        return body | ({"locale": self.locale} if with_locale else {})


@dataclass(kw_only=True, slots=True)
class Message:
    """One message; ``history`` keeps what it looked like before each update."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    metadata: Json | None = None
    bot_id: str = ""
    subtype: str = ""
    files: list[str] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    """What was forwarded with it, or shown of a link in it."""
    edited: Json | None = None
    client_msg_id: str = ""
    seen_by: str = ""
    """For an ephemeral message, the one person who sees it."""
    history: list[Json] = field(default_factory=list)
    revision: int = 0
    broadcast: bool = False
    """A reply that is shown in the channel too."""
    state: dict[str, Json] = field(default_factory=dict)
    """Person → what they chose in its menus, as ``state.values``."""
    reactions: dict[str, list[str]] = field(default_factory=dict)
    """Emoji name → who chose it."""

    @property
    def is_stone(self) -> bool:
        """What is left of a deleted message that had replies."""
        return self.subtype == "tombstone"

    @property
    def is_reply(self) -> bool:
        return self.thread_ts not in ("", self.ts)

    def keep(self) -> None:
        """Remember how it looks before it is changed."""
        self.history.append({"text": self.text, "blocks": self.blocks, "metadata": self.metadata})
        self.revision += 1

    def payload(self, *, with_metadata: bool = False) -> Json:
        body: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        extras = {
            "subtype": self.subtype,
            "bot_id": self.bot_id,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "thread_ts": self.thread_ts,
            "edited": self.edited,
            "client_msg_id": self.client_msg_id,
            "reactions": [
                {"name": name, "users": list(users), "count": len(users)}
                for name, users in self.reactions.items()
            ],
        }
        body |= {key: value for key, value in extras.items() if value}
        if self.metadata:
            # Without include_all_metadata Slack gives the type alone (facts of the platform, section 9).
            body["metadata"] = (
                self.metadata if with_metadata else {"event_type": self.metadata.get("event_type", "")}
            )
        return body


@dataclass(kw_only=True, slots=True)
class Channel:
    """One conversation; a direct message is a channel of two."""

    id: str
    name: str
    kind: ChannelKind
    members: set[str]
    archived: bool = False
    by_ts: dict[str, Message] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    """Thread → how many replies it has, so that nobody looks for those of a message without any."""
    deleted: list[Message] = field(default_factory=list)
    ephemerals: list[Message] = field(default_factory=list)
    read: dict[str, str] = field(default_factory=dict)
    """Person → the last message they have seen."""

    @property
    def messages(self) -> list[Message]:
        """What everybody sees, oldest first, replies included."""
        return list(self.by_ts.values())

    def put(self, message: Message) -> None:
        """Show it to everybody."""
        self.by_ts[message.ts] = message
        if message.is_reply:
            self.answers[message.thread_ts] += 1

    def take(self, message: Message) -> None:
        """Show it no longer."""
        del self.by_ts[message.ts]
        if message.is_reply:
            self.answers[message.thread_ts] -= 1

    def replies(self, ts: str) -> list[Message]:
        if not self.answers[ts]:
            return []
        return [message for message in self.by_ts.values() if message.is_reply and message.thread_ts == ts]

    @property
    def wire_name(self) -> str:
        """The ``channel_name`` of a slash command."""
        return {ChannelKind.DM: "directmessage", ChannelKind.PRIVATE: "privategroup"}.get(
            self.kind, self.name
        )


class Keeping(StrEnum):
    """How Slack keeps a file, and what an app gets to know of it."""

    HOSTED = "hosted"
    STUB = "file_access"
    """From another organisation (Slack Connect): events only name it, ``files.info`` has the rest."""
    DENIED = "access_denied"
    """As before, but nobody may look."""
    HIDDEN = "hidden_by_limit"
    """Older than a free plan shows."""
    EXTERNAL = "external"
    """Only a link to another service."""


@dataclass(kw_only=True, slots=True)
class File:
    """One upload; its bytes are on disk."""

    id: str
    name: str
    owner: str
    path: Path
    length: int = 0
    title: str = ""
    alt_txt: str = ""
    media_type: str = ""
    ticket: str = ""
    """The secret of its upload address."""
    uploaded: bool = False
    completed_at: float | None = None
    shares: dict[str, list[Json]] = field(default_factory=dict)
    deleted: bool = False
    keeping: Keeping = Keeping.HOSTED
    width: int = 0
    """0 where it is no picture, or one that this machine cannot open."""
    height: int = 0
    shown: bool = False
    """Whether a posted message has held it; see ``Workspace.updated_blocks_vanish``."""

    @property
    def data(self) -> bytes:
        return self.path.read_bytes()


@dataclass(kw_only=True, slots=True)
class View:
    """One open form, or a person's home tab."""

    id: str
    user: str
    body: Json
    hash: str
    root: str
    previous: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    def payload(self, team: str, app: str, bot: str) -> Json:
        defaults = {"close": None, "submit": None, "private_metadata": "", "callback_id": ""}
        flags = {"clear_on_close": False, "notify_on_close": False, "external_id": ""}
        return (
            defaults
            | flags
            | self.body
            | {
                "id": self.id,
                "team_id": team,
                "app_id": app,
                "app_installed_team_id": team,
                "bot_id": bot,
                "hash": self.hash,
                "root_view_id": self.root,
                "previous_view_id": self.previous or None,
                "state": self.body.get("state", {"values": {}}),
            }
        )


@dataclass(kw_only=True, slots=True)
class Trigger:
    """What opens a form: 3 seconds and once."""

    user: str
    expires: float
    used: bool = False
    view: str = ""
    """The form it came from, when it did."""


@dataclass(kw_only=True, slots=True)
class ReplyUrl:
    """A response_url: 5 times within 30 minutes."""

    user: str
    channel: str
    expires: float
    original: Message | None = None
    uses: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One call of the bot's, as the page and the tests look at it; the token is not kept."""

    at: float
    method: str
    args: Json
    ok: bool
    error: str = ""
    messages: tuple[str, ...] = ()
    status: int = 200
