"""The workspace with its people: commands, buttons, shortcuts, the home tab, who comes and goes."""

from typing import Any

from bot.playground.slack import blocks as block_kit
from bot.playground.slack import events, forms, payloads
from bot.playground.slack.delivery import Ack, Kind
from bot.playground.slack.state import Channel, ChannelKind, Impossible, Json, Message, User
from bot.playground.slack.talking import Talking, worst


class Workspace(Talking):
    """What tests and the page drive; what it is made of, from the ground up:

    ``World`` (people, channels, messages), ``Passes`` (triggers, response_urls), ``Filing`` (files),
    ``Hearing`` (what reaches the bot), ``FormActs`` (forms), ``Talking`` (messages); here is the rest.
    """

    async def command(
        self, user: str, channel: str, text: str = "", *, name: str = "/imagine", as_typed: bool = True
    ) -> Ack:
        """Type a slash command. ``as_typed``: Slack encodes the text; else it goes as it is."""
        who, where = self._there(user, channel)
        if name not in self.app.commands:
            raise Impossible(f"{name} is not a valid command")
        body = payloads.command(
            self.team,
            who,
            where,
            name=name,
            text=self.encoded(text, labelled=True) if as_typed else text,
            trigger=self.new_trigger(who),
            reply_url=self.new_reply_url(who, where),
        )
        ack = await self._deliver(Kind.COMMAND, body)
        self._answer_command(who, where, name, ack)
        return ack

    async def press(
        self, user: str, message: Message | str, action_id: str, *, block_id: str = "", value: Any = None
    ) -> Ack:
        """Press a button or choose from a menu. Raises ``Impossible`` when it is not there for them."""
        who, where, found = self._on_screen(user, message)
        element, inside = forms.element_in(found.blocks, action_id, block_id)
        body = payloads.pressed(
            self.team,
            who,
            where,
            found,
            action=payloads.action(element, inside, self.new_ts(), value),
            chosen=self._chosen(who, found, element, inside, value),
            trigger=self.new_trigger(who),
            reply_url=self.new_reply_url(who, where, found),
        )
        return await self._deliver(Kind.INTERACTIVE, body)

    def _chosen(self, who: User, message: Message, element: Json, block_id: str, value: Any) -> Json:
        """What this person has chosen in all of a message's menus, with this press."""
        before = message.state.get(who.id, {})
        chosen = forms.chosen(message.blocks, before)
        if element["action_id"] in chosen.get(block_id, {}):
            chosen[block_id][element["action_id"]] = payloads.answer(element, value)
        message.state[who.id] = chosen
        return chosen

    async def shortcut(self, user: str, callback_id: str) -> Ack:
        """Choose a global shortcut."""
        who = self.user(user)
        self._on_menu(callback_id, of_message=False)
        trigger = self.new_trigger(who)
        body = payloads.shortcut(self.team, who, callback_id, ts=self.new_ts(), trigger=trigger)
        return await self._deliver(Kind.INTERACTIVE, body)

    async def message_shortcut(self, user: str, message: Message | str, callback_id: str) -> Ack:
        """Choose an entry of a message's own menu. Raises ``Impossible`` when they do not see the message."""
        who, where, found = self._on_screen(user, message)
        if found.seen_by or found.is_stone:
            raise Impossible("that message has no shortcuts")
        self._on_menu(callback_id, of_message=True)
        body = payloads.message_shortcut(
            self.team,
            who,
            where,
            self.told(where, found) | {"team": self.team.id},
            callback_id,
            ts=self.new_ts(),
            trigger=self.new_trigger(who),
            reply_url=self.new_reply_url(who, where),
        )
        return await self._deliver(Kind.INTERACTIVE, body)

    def _on_menu(self, callback_id: str, *, of_message: bool) -> None:
        if (callback_id, of_message) not in [(one.callback_id, one.of_message) for one in self.app.shortcuts]:
            raise Impossible(f"there is no shortcut {callback_id}")

    async def open_home(self, user: str, *, tab: str = "home") -> Ack:
        """Look at the app: its ``home`` tab or the ``messages`` with it."""
        who = self.user(user)
        dm = self.dm(who.id)
        if not self.hears("app_home_opened"):
            return Ack(ok=True)
        home = self.homes.get(who.id)
        return await self.tell(events.home_opened(self.team, who, dm, tab, home, self.new_ts()))

    # -- coming and going ------------------------------------------------------------------------------

    async def join(self, user: str, channel: str) -> Ack:
        """Bring somebody into a channel; ``imagine`` is the bot. Raises ``Impossible``."""
        who, where = self.user(user), self.channel(channel)
        if who.id in where.members or where.kind in (ChannelKind.DM, ChannelKind.GROUP_DM):
            raise Impossible(f"{who.name} cannot join {where.name}")
        where.members.add(who.id)
        return await self._moved(who, where, "member_joined_channel", "join", "has joined")

    async def leave(self, user: str, channel: str) -> Ack:
        """Take somebody out of a channel; the bot hears nothing of its own removal. Raises ``Impossible``."""
        who, where = self.user(user), self.channel(channel)
        if who.id not in where.members or where.kind in (ChannelKind.DM, ChannelKind.GROUP_DM):
            raise Impossible(f"{who.name} cannot leave {where.name}")
        where.members.discard(who.id)
        return await self._moved(who, where, "member_left_channel", "leave", "has left")

    async def _moved(self, who: User, where: Channel, event: str, subtype: str, said: str) -> Ack:
        """Slack says so in the channel, in the person's name."""
        kind = "group" if where.kind is ChannelKind.PRIVATE else "channel"
        message = Message(
            channel=where.id,
            ts=self.new_ts(),
            user=who.id,
            text=f"<@{who.id}> {said} the {kind}",
            subtype=f"{kind}_{subtype}",
        )
        self.add(where, message)
        told = events.message(self.team, where, self.told(where, message))
        moved = events.membership(event, self.team, who.id, where, self.new_ts())
        heard = [told if self.hears_messages(where) else None, moved if self.hears(event, where) else None]
        return worst(await self.tell_all(heard))

    def archive(self, channel: str) -> None:
        """Nobody can say anything there any more."""
        self.channel(channel).archived = True
        self.touch()

    # -- private messages ------------------------------------------------------------------------------

    def dismiss(self, user: str, message: Message | str) -> None:
        """Make a message that only oneself sees go away. Raises ``Impossible``."""
        _, where, found = self._on_screen(user, message)
        if not found.seen_by:
            raise Impossible("everybody sees that message")
        self.remove(where, found)

    def reload(self, user: str) -> None:
        """Start one's Slack anew: what only oneself saw is gone, and so are open forms."""
        who = self.user(user)
        for channel in self.channels.values():
            channel.ephemerals = [one for one in channel.ephemerals if one.seen_by != who.id]
        self.views = {name: view for name, view in self.views.items() if view.user != who.id}
        self.touch()

    # -- the bot's answers -----------------------------------------------------------------------------

    def _answer_command(self, user: User, channel: Channel, name: str, ack: Ack) -> None:
        if not ack.ok:
            self._slackbot(user, channel, f'{name} failed with the error "{ack.error}"')
            return
        said = ack.payload or {}
        blocks = said.get("blocks") or []
        if faults := block_kit.message_faults(blocks, self.showable):
            self._note_bad_answer(name, faults)
            self._slackbot(user, channel, f'{name} failed with the error "invalid_blocks"')
        elif said.get("text") or blocks:
            everybody = said.get("response_type") == "in_channel"
            message = self.whisper(channel, user, said.get("text", ""))
            message.blocks, message.seen_by = blocks, "" if everybody else user.id
            self.add(channel, message)

    def whisper(self, channel: Channel, user: User, text: str) -> Message:
        """A message of the bot's for one person, not yet shown."""
        return Message(
            channel=channel.id,
            ts=self.new_ts(),
            user=self.team.bot_user,
            bot_id=self.team.bot,
            text=text,
            seen_by=user.id,
        )

    def _slackbot(self, user: User, channel: Channel, text: str) -> None:
        message = self.whisper(channel, user, text)
        message.user = "USLACKBOT"
        self.add(channel, message)
