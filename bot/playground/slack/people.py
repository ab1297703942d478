"""The workspace with its people: what they type and press, delivered to the bot, and what its answer does."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from bot.playground.slack import blocks as block_kit
from bot.playground.slack import forms, payloads
from bot.playground.slack.delivery import Ack, Kind, Retry, Thing, Wire
from bot.playground.slack.state import (
    Call,
    Channel,
    File,
    Impossible,
    Json,
    Message,
    User,
    View,
    media_type_of,
)
from bot.playground.slack.world import World


class Workspace(World):
    """What tests and the page drive."""

    wire: Wire

    async def command(
        self, user: str, channel: str, text: str = "", *, name: str = "/imagine", as_typed: bool = True
    ) -> Ack:
        """Type a slash command. ``as_typed``: Slack escapes ``& < >``; else the text goes as it is."""
        who, where = self._there(user, channel)
        body = payloads.command(
            self.team,
            who,
            where,
            name=name,
            text=escape(text, quote=False) if as_typed else text,
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
        who = self.user(user)
        found = self.find(message)
        where = self.channels[found.channel]
        if who.id not in where.members or found.seen_by not in ("", who.id):
            raise Impossible(f"{who.name} does not see that message")
        element, inside = _element(found.blocks, action_id, block_id)
        body = payloads.pressed(
            self.team,
            who,
            where,
            found,
            action=payloads.action(element, inside, self.new_ts(), value),
            trigger=self.new_trigger(who),
            reply_url=self.new_reply_url(who, where, found),
        )
        return await self._deliver(Kind.INTERACTIVE, body)

    async def shortcut(self, user: str, callback_id: str) -> Ack:
        """Choose a global shortcut."""
        who = self.user(user)
        trigger = self.new_trigger(who)
        body = payloads.shortcut(self.team, who, callback_id, ts=self.new_ts(), trigger=trigger)
        return await self._deliver(Kind.INTERACTIVE, body)

    async def say(
        self, user: str, channel: str, text: str, *, thread: str = "", files: tuple[str, ...] = ()
    ) -> Ack:
        """Post words; they reach the bot where it is and asked for such messages."""
        who, where = self._there(user, channel)
        message = Message(
            channel=where.id,
            ts=self.new_ts(),
            user=who.id,
            text=escape(text, quote=False),
            thread_ts=thread,
            client_msg_id=self.new_id(""),
            subtype="file_share" if files else "",
            files=list(files),
        )
        self.add(where, message)
        ack = Ack(ok=True)
        if self.team.bot_user in where.members and payloads.subscription(where) in self.subscriptions:
            ack = await self._event(payloads.message_event(self.team, where, message) | self._files(message))
        mention = f"<@{self.team.bot_user}>"
        if mention in text and self.team.bot_user in where.members and "app_mention" in self.subscriptions:
            inner = payloads.message_event(self.team, where, message) | {"type": "app_mention"}
            ack = await self._event(inner)
        return Ack(
            ok=ack.ok,
            payload=ack.payload,
            seconds=ack.seconds,
            error=ack.error,
            thing=ack.thing,
            message=message,
        )

    def _files(self, message: Message) -> Json:
        files = [self.file_payload(self.files[name]) for name in message.files]
        return {"files": files} if files else {}

    async def _event(self, inner: Json) -> Ack:
        body = payloads.event(self.team, inner, event_id=self.new_id("Ev"), at=self.now())
        return await self._deliver(Kind.EVENT, body)

    def echo(self, channel: Channel, inner: Json) -> None:
        """Let the bot hear what it did itself; its framework must know to ignore that."""
        if self.team.bot_user in channel.members and payloads.subscription(channel) in self.subscriptions:
            self.echoes.put_nowait(inner)

    async def send_echoes(self) -> None:
        """Deliver echoes, one after the other, for as long as the stand-in lives."""
        while True:
            inner = await self.echoes.get()
            body = payloads.event(self.team, inner, event_id=self.new_id("Ev"), at=self.now())
            await self.wire.deliver(Thing(kind=Kind.EVENT, payload=body))

    # -- forms -----------------------------------------------------------------------------------------

    async def submit_view(self, user: str, view: View, values: Mapping[str, Any] | None = None) -> Ack:
        """Send a form; ``values`` by block id or action id. Raises ``Impossible`` as Slack's client would."""
        who = self._holder(user, view)
        filled = forms.state_values(view, values or {})
        forms.refuse_unsendable(view, filled)
        view.body["state"] = {"values": filled}
        body = payloads.sent(self.team, who, view, trigger=self.new_trigger(who, view.id))
        ack = await self._deliver(Kind.INTERACTIVE, body)
        if ack.ok:
            self._answer_form(view, ack.payload or {})
        else:
            view.errors = {"": "We had some trouble connecting. Try again?"}
        self.touch()
        return ack

    async def change_view(
        self,
        user: str,
        view: View,
        action_id: str,
        value: Any = None,
        *,
        block_id: str = "",
        values: Mapping[str, Any] | None = None,
    ) -> Ack:
        """Press or choose something in an open form; ``values`` is what else was filled in so far."""
        who = self._holder(user, view)
        element, block_id = _element(view.body["blocks"], action_id, block_id)
        given = dict(values or {})
        if element["type"] != "button":
            given[block_id] = value  # several blocks may have elements of the same action_id
        view.body["state"] = {"values": forms.state_values(view, given)}
        body = payloads.changed(
            self.team,
            who,
            view,
            action=payloads.action(element, block_id, self.new_ts(), value),
            trigger=self.new_trigger(who, view.id),
        )
        return await self._deliver(Kind.INTERACTIVE, body)

    async def close_view(self, user: str, view: View) -> Ack:
        """Close a form without sending it."""
        who = self._holder(user, view)
        del self.views[view.id]
        self.touch()
        if not view.body.get("notify_on_close"):
            return Ack(ok=True)
        return await self._deliver(Kind.INTERACTIVE, payloads.closed(self.team, who, view))

    def _answer_form(self, view: View, answer: Json) -> None:
        match answer.get("response_action"):
            case "errors":
                view.errors = dict(answer.get("errors", {}))
            case "update":
                self._redraw_form(view, answer.get("view"))
            case "push":
                self._push_form(view, answer.get("view"))
            case "clear":
                for one in [one for one in self.views.values() if one.root == view.root]:
                    del self.views[one.id]
            case _:
                self.views.pop(view.id, None)

    def _redraw_form(self, view: View, body: Any) -> None:
        if faults := block_kit.view_faults(body, self.showable):
            self._note_bad_answer("view_submission", faults)
        else:
            view.errors = {}
            self.draw(view, body)

    def _push_form(self, under: View, body: Any) -> None:
        if faults := block_kit.view_faults(body, self.showable):
            self._note_bad_answer("view_submission", faults)
        else:
            self.open_view(under.user, body, under=under)

    def open_view(self, user: str, body: Json, under: View | None = None) -> View:
        """Put a form on a person's screen."""
        name = self.new_id("V")
        view = View(id=name, user=user, body=body, hash="", root=under.root if under else name)
        view.previous = under.id if under else ""
        self.views[name] = view
        self.draw(view, body)
        return view

    # -- files people bring ------------------------------------------------------------------------------

    def person_uploads(self, user: str, name: str, data: bytes) -> File:
        """A file as a form's file input takes it. Writes to disk: call it in a thread for large ones."""
        file_id = self.new_id("F")
        path = self.folder / file_id
        path.write_bytes(data)
        file = File(
            id=file_id,
            name=Path(name).name,
            owner=self.user(user).id,
            path=path,
            length=len(data),
            title=name,
            media_type=media_type_of(data[:512]),
            uploaded=True,
            completed_at=self.now() - self.file_delay,
        )
        self.files[file_id] = file
        return file

    def file_payload(self, file: File) -> Json:
        """The file object; half empty until Slack has processed the upload."""
        ready = self.processed(file)
        kind = file.media_type.rpartition("/")[2] if ready else ""
        return {
            "id": file.id,
            "created": int(file.completed_at or self.now()),
            "timestamp": int(file.completed_at or self.now()),
            "name": file.name,
            "title": file.title or file.name,
            "mimetype": file.media_type if ready else "",
            "filetype": kind,
            "pretty_type": kind.upper(),
            "user": file.owner,
            "size": file.length,
            "mode": "hosted",
            "is_external": False,
            "is_public": bool(file.shares),
            "alt_txt": file.alt_txt,
            "shares": {"public": file.shares} if ready and file.shares else {},
            "channels": list(file.shares) if ready else [],
            **self.urls(file),
        }

    # -- delivery ------------------------------------------------------------------------------------------

    async def redeliver(self, ack: Ack, *, number: int = 1, reason: str = "http_timeout") -> Ack:
        """Deliver the same thing again, as Slack does when it missed the acknowledgement."""
        if ack.thing is None:
            raise Impossible("nothing was delivered")
        retry = Retry(number=number, reason=reason) if ack.thing.kind is Kind.EVENT else None
        return await self.wire.deliver(ack.thing, retry)

    async def _deliver(self, kind: Kind, payload: Json) -> Ack:
        ack = await self.wire.deliver(Thing(kind=kind, payload=payload))
        if not ack.ok:
            self._record_unanswered(kind, ack)
        return ack

    def _record_unanswered(self, kind: Kind, ack: Ack) -> None:
        self.calls.append(
            Call(at=self.now(), method=kind.value, args={}, ok=False, error=ack.error, status=0)
        )
        self.touch()

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

    # -- small things -------------------------------------------------------------------------------------

    def find(self, message: Message | str) -> Message:
        """A message on somebody's screen, by its ts. Raises ``Impossible``."""
        if isinstance(message, Message):
            return message
        for one in [*self.messages, *self.ephemerals]:
            if one.ts == message:
                return one
        raise Impossible("that message is not there any more")

    def _there(self, user: str, channel: str) -> tuple[User, Channel]:
        who, where = self.user(user), self.channel(channel)
        if who.id not in where.members:
            raise Impossible(f"{who.name} is not in {where.name}")
        return who, where

    def _holder(self, user: str, view: View) -> User:
        who = self.user(user)
        if self.views.get(view.id) is not view or view.user != who.id:
            raise Impossible(f"{who.name} has no such form open")
        return who


def _element(blocks: list[Json], action_id: str, block_id: str) -> tuple[Json, str]:
    for block in blocks:
        parts = [block.get("accessory"), block.get("element"), *block.get("elements", ())]
        for part in parts:
            found = isinstance(part, dict) and part.get("action_id") == action_id
            if found and block_id in ("", block["block_id"]):
                return part, block["block_id"]
    raise Impossible(f"there is no {action_id} there")
