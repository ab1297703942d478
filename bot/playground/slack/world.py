"""The workspace as it stands, and its rules of membership, files and one-time addresses; no protocol."""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from bot.playground.live import Changing
from bot.playground.slack.app import App
from bot.playground.slack.faults import Switchboard
from bot.playground.slack.payloads import Team
from bot.playground.slack.rates import Rates
from bot.playground.slack.state import (
    Call,
    Channel,
    ChannelKind,
    File,
    Json,
    Message,
    Refused,
    User,
    View,
)

_CALLS_KEPT = 20_000

T = TypeVar("T")


class World(Changing):
    """Everything there is, to be looked at in plain Python."""

    def __init__(
        self,
        folder: Path,
        *,
        app: App,
        team: Team,
        number: int = 0,
        file_delay: float = 0,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self.app = app
        self.team = team
        self.number = number
        """Which workspace it is: its ids carry it."""
        self.installed = True
        self.bot_token = "xoxb-playground-bot"  # noqa: S105 -- made up, good for this stand-in only
        self.scopes = set(self.app.scopes)
        """What was granted; a test takes one away."""
        self.subscriptions = set(self.app.events)
        self.base_url = ""
        self.folder = folder
        self.file_delay = file_delay
        """Seconds between completing an upload and its being showable."""
        self.now = now

        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.calls: deque[Call] = deque(maxlen=_CALLS_KEPT)

        self.faults = Switchboard()
        self.rates = Rates(now)
        self.updated_blocks_vanish = False
        """An update that brings in a file never shown before loses that block (bolt-python issue 1295)."""
        self.slack_file_refused_for_good = False
        self.history_unreadable = False
        self.edit_window: float | None = None
        """Seconds after which nobody may change a message any more; None: for ever."""

        self._ts = 0
        self._settle()

    def _settle(self) -> None:
        team, n = self.team, self.number
        for user in (
            User(id=f"U{n}ANN00001", name="ann", real_name="Ann Lee"),
            User(id=f"U{n}BEN00002", name="ben", real_name="Ben Okafor"),
            User(id=f"U{n}YUMI0003", name="yumi", real_name="由美", locale="ja-JP"),
            User(id=f"U{n}ADA00004", name="ada", real_name="Ada (admin)", is_admin=True),
            User(id=team.bot_user, name="imagine", real_name="Imagine", is_bot=True, bot_id=team.bot),
            User(
                id=f"U{n}WEATHER5", name="weather", real_name="Weather", is_bot=True, bot_id=f"B{n}WEATHER5"
            ),
        ):
            self.users[user.id] = user
        persons = {user.id for user in self.users.values() if not user.is_bot}
        # Elsewhere somebody has to bring the bot in first.
        bots = {f"U{n}WEATHER5"} | ({team.bot_user} if n == 0 else set())
        self._add(f"C{n}GENERAL1", "general", ChannelKind.PUBLIC, persons | bots)
        self._add(f"C{n}RANDOM02", "random", ChannelKind.PUBLIC, set(persons))
        self._add(f"C{n}SECRET03", "secret", ChannelKind.PRIVATE, set(persons))
        self._add(f"D{n}ANNBEN01", "ann-ben", ChannelKind.DM, {f"U{n}ANN00001", f"U{n}BEN00002"})
        for person in sorted(persons):
            self.dm(person)

    def _add(self, channel_id: str, name: str, kind: ChannelKind, members: set[str]) -> Channel:
        channel = Channel(id=channel_id, name=name, kind=kind, members=members)
        self.channels[channel_id] = channel
        return channel

    def new_channel(self, name: str, *members: str, kind: ChannelKind = ChannelKind.PUBLIC) -> Channel:
        """A channel more, with these people by name; ``imagine`` is the bot."""
        return self._add(self.new_id("C"), name, kind, {self.user(one).id for one in members})

    def new_group_dm(self, *members: str) -> Channel:
        """A direct message of more than two, by name."""
        name = f"mpdm-{'--'.join(members)}-1"
        return self.new_channel(name, *members, kind=ChannelKind.GROUP_DM)

    # -- looking things up -------------------------------------------------------------------------

    def channel(self, name: str | Channel) -> Channel:
        """By id or name; ``dm:ann`` is Ann's conversation with the bot. Raises ``KeyError``."""
        if isinstance(name, Channel):
            return name
        if name.startswith("dm:"):
            return self.dm(self.user(name.removeprefix("dm:")).id)
        if name in self.channels:
            return self.channels[name]
        return self.channels[_named(self.channels, name.removeprefix("#"))]

    def user(self, name: str | User) -> User:
        """By id or name. Raises ``KeyError``."""
        if isinstance(name, User):
            return name
        return self.users.get(name) or self.users[_named(self.users, name.removeprefix("@"))]

    def dm(self, user_id: str) -> Channel:
        """The bot's conversation with one person, made when there is none."""
        members = {user_id, self.team.bot_user}
        for channel in self.channels.values():
            if channel.kind is ChannelKind.DM and channel.members == members:
                return channel
        name = self.users[user_id].name
        return self._add(f"D{user_id[1:]}", f"dm-{name}", ChannelKind.DM, members)

    @property
    def messages(self) -> list[Message]:
        """Every message that everybody in its channel sees."""
        return [message for channel in self.channels.values() for message in channel.messages]

    @property
    def ephemerals(self) -> list[Message]:
        """Every message that one person sees."""
        return [message for channel in self.channels.values() for message in channel.ephemerals]

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    @property
    def refusals(self) -> list[Call]:
        return [call for call in self.calls if not call.ok]

    def view_of(self, user: str | User) -> View | None:
        """The form on top of a person's screen."""
        mine = [view for view in self.views.values() if view.user == self.user(user).id]
        return mine[-1] if mine else None

    # -- change --------------------------------------------------------------------------------------

    async def until(self, look: Callable[[], T], seconds: float = 10) -> T:
        """What ``look`` sees as soon as that is true. Raises ``TimeoutError``."""
        async with asyncio.timeout(seconds):
            while not (seen := look()):
                await self.change()
        return seen

    def new_id(self, prefix: str) -> str:
        return prefix + secrets.token_hex(5).upper()

    def new_ts(self) -> str:
        """A message's name: the time, and never the same twice."""
        self._ts = max(self._ts + 1, int(self.now() * 1_000_000))
        return f"{self._ts // 1_000_000}.{self._ts % 1_000_000:06d}"

    # -- rules ---------------------------------------------------------------------------------------

    def need_scope(self, *one_of: str) -> None:
        """Raises ``Refused`` unless the app was granted one of these."""
        if not self.scopes.intersection(one_of):
            raise Refused("missing_scope", needed=one_of[0], provided=",".join(sorted(self.scopes)))

    def seen_by_bot(self, name: str) -> Channel:
        """A channel the bot knows of: public, or it is a member. Raises ``Refused``."""
        channel = self.channels.get(name)
        if channel is None:
            raise Refused("channel_not_found")
        if channel.kind is not ChannelKind.PUBLIC and self.team.bot_user not in channel.members:
            raise Refused("channel_not_found")
        return channel

    def joined_by_bot(self, name: str) -> Channel:
        """A channel the bot is a member of. Raises ``Refused``."""
        channel = self.seen_by_bot(name)
        if self.team.bot_user not in channel.members:
            raise Refused("not_in_channel")
        return channel

    def writable_by_bot(self, name: str) -> Channel:
        """A channel the bot may post to; a person's id means their DM. Raises ``Refused``."""
        channel = self.dm(name) if name in self.users else self.seen_by_bot(name)
        if self.team.bot_user not in channel.members and "chat:write.public" not in self.scopes:
            raise Refused("not_in_channel")
        if channel.archived:
            raise Refused("is_archived")
        return channel

    # -- messages ------------------------------------------------------------------------------------

    def add(self, channel: Channel, message: Message) -> Message:
        """Show a message to everybody in the channel, or to the one who may see it."""
        self._name_blocks(message.blocks)
        if message.seen_by:
            channel.ephemerals.append(message)
        else:
            channel.put(message)
        self.touch()
        return message

    def redraw(self, message: Message, *, text: str | None, blocks: list[Json] | None) -> None:
        """Change what a message shows, as chat.update and response_urls do; what is None stays."""
        message.keep()
        if text is not None:
            message.text = text
        if blocks is not None:
            message.blocks = self._name_blocks(blocks)
        self.touch()

    def remove(self, channel: Channel, message: Message) -> Message | None:
        """Delete a message; under one with replies Slack leaves a stone, which is returned."""
        stone = None
        if message.seen_by:
            channel.ephemerals.remove(message)
        else:
            channel.take(message)
            channel.deleted.append(message)
            if channel.replies(message.ts):
                stone = self._leave_stone(channel, message)
        self.touch()
        return stone

    def _leave_stone(self, channel: Channel, message: Message) -> Message:
        stone = Message(
            channel=channel.id,
            ts=message.ts,
            user="USLACKBOT",
            text="This message was deleted.",
            subtype="tombstone",
            thread_ts=message.ts,
        )
        channel.put(stone)
        channel.by_ts = dict(sorted(channel.by_ts.items()))
        return stone

    def _name_blocks(self, blocks: list[Json]) -> list[Json]:
        """Slack names every block and element that has no name."""
        for block in blocks:
            block.setdefault("block_id", secrets.token_urlsafe(4))
            parts = [block.get("accessory"), block.get("element"), *block.get("elements", ())]
            for part in parts:
                if isinstance(part, dict) and part.get("type") not in (None, *_NAMELESS):
                    part.setdefault("action_id", secrets.token_urlsafe(4))
        return blocks

    def draw(self, view: View, body: Json) -> None:
        """Give a form its content, named and with a fresh hash."""
        self._name_blocks(body["blocks"])
        # What a person filled in stays for the inputs that stay.
        view.body = {"state": view.body["state"], **body} if "state" in view.body else body
        view.hash = f"{self.new_ts()}.{secrets.token_hex(4)}"
        self.touch()


def _named(things: Mapping[str, User] | Mapping[str, Channel], name: str) -> str:
    """The id of the thing of that name, or the name itself for a ``KeyError`` that says it."""
    return next((key for key, thing in things.items() if thing.name == name), name)


_NAMELESS = (
    "image",
    "mrkdwn",
    "plain_text",
    "rich_text_section",
    "rich_text_list",
    "rich_text_quote",
    "rich_text_preformatted",
)
