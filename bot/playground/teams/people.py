"""What people do in this Teams, sent to the bot as Teams sends it."""

import html
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp

from bot.playground.teams.keys import Keys
from bot.playground.teams.state import Call, Conversation, Json, Message, State

NAME = "Imagine"
_DEADLINE = aiohttp.ClientTimeout(total=15)
"""Teams gives a bot so long to answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What the bot answered to one activity."""

    status: int
    body: Any

    @property
    def dialog(self) -> Json:
        """The card of the dialog that it opens."""
        card: Json = self.body["task"]["value"]["card"]["content"]
        return card


class Tenant:
    """The people's side; ``listening`` is where the bot hears."""

    def __init__(self, state: State, keys: Keys | None, session: aiohttp.ClientSession, service: str) -> None:
        """``keys`` None: for a bot that checks nobody, nothing is signed."""
        self.state = state
        self.listening = ""
        self.delivered: list[Json] = []
        """Every activity that was sent, oldest first."""
        self._keys = keys
        self._session = session
        self._service = service

    # -- what people do

    async def say(
        self,
        person: str,
        conversation: str,
        text: str,
        *,
        thread: str = "",
        to_bot: bool = True,
        pasted: Sequence[tuple[bytes, str]] = (),
        quoting: str = "",
        **more: Any,
    ) -> Reply:
        """Write a message; where others are around it names the bot, unless ``to_bot`` is False."""
        activity = self.message(
            person, conversation, text, thread=thread, to_bot=to_bot, pasted=pasted, quoting=quoting
        )
        return await self.deliver(activity | more)

    def message(
        self,
        person: str,
        conversation: str,
        text: str,
        *,
        thread: str = "",
        to_bot: bool = True,
        pasted: Sequence[tuple[bytes, str]] = (),
        quoting: str = "",
    ) -> Json:
        """The activity of a message, not sent yet."""
        named = to_bot and self.state.conversations[conversation].kind != "personal"
        said = f"<at>{NAME}</at>&nbsp;{text}" if named else text
        id_ = self.state.new_id()
        activity = self._activity("message", person, conversation, thread or id_, id_)
        entities = [_mention(self.state.app_id)] if named else []
        if quoting:
            entities.append({"type": "quotedReply", "quotedReply": {"messageId": quoting}})
        attachments = [self._paste(data, kind) for data, kind in pasted]
        page = {"contentType": "text/html", "content": f"<p>{html.escape(text)}</p>"}
        return {
            **activity,
            "text": said,
            "textFormat": "plain",
            "entities": [*activity["entities"], *entities],
            "attachments": [*attachments, page],
        }

    def _paste(self, data: bytes, kind: str) -> Json:
        return self.attached(self.state.keep_file(data, kind))

    def attached(self, file: str) -> Json:
        """A picture as it hangs on a message it was pasted into."""
        return {"contentType": "image/*", "contentUrl": self._address(file)}

    def uploaded(self, where: Conversation, files: Sequence[str]) -> list[Json]:
        """Files that were attached: a bot gets them in its chat, elsewhere only a mark where one is."""
        if where.kind == "personal":
            kind = "application/vnd.microsoft.teams.file.download.info"
            return [
                {
                    "contentType": kind,
                    "content": {"downloadUrl": self._stored(one), "uniqueId": one},
                    "name": one,
                }
                for one in files
            ]
        marks = "".join(f'<attachment id="{one}"></attachment>' for one in files)
        return [{"contentType": "text/html", "content": marks}] if files else []

    def _address(self, file: str) -> str:
        return f"{self._service}/v3/attachments/{file}/views/original"

    def _stored(self, file: str) -> str:
        return f"{self._service}/stored/{file}?tempauth=x"

    async def press(self, person: str, message: Message, title: str) -> Reply:
        """Press a button under a message."""
        action = message.action(title)
        if action["type"] == "Action.OpenUrl":
            raise ValueError(f"“{title}” opens a page")
        return await self.act(person, message, {**action, "type": "Action.Execute"})

    async def act(self, person: str, message: Message, action: Json) -> Reply:
        """Send what a button of a message sends; what was entered beside it stands in its data."""
        data = action["data"]
        if (data.get("msteams") or {}).get("type") == "task/fetch":
            return await self._invoke(person, message, "task/fetch", {"data": data})
        if action["type"] == "Action.Execute":
            value = {"action": {"type": "Action.Execute", "verb": action.get("verb"), "data": data}}
            return await self._invoke(person, message, "adaptiveCard/action", value)
        id_ = self.state.new_id()
        activity = self._activity("message", person, message.conversation, message.thread, id_)
        return await self.deliver({**activity, "value": data, "replyToId": message.id})

    async def submit(self, person: str, conversation: str, dialog: Json, title: str, **fields: str) -> Reply:
        """Fill in a dialog and press one of its buttons."""
        value = {"data": _filled(dialog, title, fields)}
        return await self.invoke(person, conversation, "task/submit", value)

    async def send(self, person: str, message: Message, title: str, **fields: str) -> Reply:
        """Fill in a form that stands in a message, and press one of its buttons."""
        data = _filled(message.card, title, fields)
        return await self.act(person, message, {"type": "Action.Submit", "data": data})

    async def react(self, person: str, message: Message, sign: str, *, add: bool = True) -> Reply:
        """Put a reaction under a message of the bot's, or take it away."""
        id_ = f"r:{self.state.new_id()}"
        activity = self._activity("messageReaction", person, message.conversation, message.thread, id_)
        change = {"reactionsAdded" if add else "reactionsRemoved": [{"type": sign}]}
        return await self.deliver({**activity, **change, "replyToId": message.id})

    async def invoke(
        self, person: str, conversation: str, name: str, value: Json, *, thread: str | None = None
    ) -> Reply:
        """An invoke that stands under no message (a message extension's). ``thread`` empty: a new post's."""
        id_ = self.state.new_id()
        root = id_ if thread is None else thread
        activity = self._activity("invoke", person, conversation, root, f"f:{id_}")
        return await self.deliver({**activity, "name": name, "value": value})

    async def _invoke(self, person: str, message: Message, name: str, value: Json) -> Reply:
        id_ = f"f:{self.state.new_id()}"
        activity = self._activity("invoke", person, message.conversation, message.thread, id_)
        return await self.deliver({**activity, "name": name, "value": value, "replyToId": message.id})

    # -- how it reaches the bot

    async def deliver(self, activity: Json, authorization: str | None = None) -> Reply:
        """Send it, signed; ``authorization``: this header in its place, and none if it is empty.

        Raises ``TimeoutError`` after the time that Teams waits, and ``aiohttp.ClientError``.
        """
        self.delivered.append(activity)
        signed = f"Bearer {self._keys.token(self._service)}" if self._keys else ""
        header = signed if authorization is None else authorization
        headers = {"Authorization": header} if header else {}
        began, status = time.time(), 0
        try:
            async with self._session.post(
                self.listening, json=activity, headers=headers, timeout=_DEADLINE
            ) as answer:
                status = answer.status
                body = await answer.json() if answer.content_type == "application/json" else None
                return Reply(status=status, body=body)
        finally:
            self._note(activity, began, status)

    def _note(self, activity: Json, began: float, status: int) -> None:
        what = f"{activity['type']} {activity.get('name') or ''}".strip()
        call = Call(at=began, to_bot=True, what=what, status=status, seconds=time.time() - began)
        self.state.traffic.append(call)
        self.state.touch()

    async def deliver_again(self) -> Reply:
        """The newest activity once more, as after an answer that came too late."""
        return await self.deliver(self.delivered[-1])

    def _activity(self, kind: str, person: str, conversation: str, root: str, id_: str) -> Json:
        who, where = self.state.people[person], self.state.conversations[conversation]
        in_channel = where.kind == "channel" and root
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        data: Json = {"tenant": {"id": self.state.tenant}}
        if where.kind == "channel":
            data |= {"teamsChannelId": where.id, "channel": {"id": where.id}, "team": {"id": where.id}}
        return {
            "type": kind,
            "id": id_,
            "timestamp": now,
            "serviceUrl": f"{self._service}/",
            "channelId": "msteams",
            "from": {"id": who.id, "name": who.name, "aadObjectId": f"aad-{who.name}"},
            "conversation": {
                "conversationType": where.kind,
                "tenantId": self.state.tenant,
                "id": f"{where.id};messageid={root}" if in_channel else where.id,
                **({"isGroup": True} if where.kind != "personal" else {}),
            },
            "recipient": {"id": f"28:{self.state.app_id}", "name": NAME},
            "entities": [{"type": "clientInfo", "locale": who.locale, "platform": "Web"}],
            "channelData": data,
            "locale": who.locale,
        }


def _mention(app_id: str) -> Json:
    return {
        "type": "mention",
        "mentioned": {"id": f"28:{app_id}", "name": NAME},
        "text": f"<at>{NAME}</at>",
    }


def _filled(card: Json, title: str, fields: dict[str, str]) -> Json:
    entered = {one["id"]: one.get("value", "") for one in card["body"] if "id" in one}
    action = next(one for one in card["actions"] if one["title"] == title)
    return {**entered, **fields, **action["data"]}
