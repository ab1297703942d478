"""What people do on the page, one deed each: kept as they see it, and sent to the bot as Teams sends it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.playground.teams.people import NAME, Reply, Tenant
from bot.playground.teams.state import Conversation, Json, Said, State

_COMMAND = re.compile(r"^/\w+")


class Impossible(Exception):
    """Teams would not let one do that."""


class Unheard(Exception):
    """It was done, and the bot did not answer as it should."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where somebody is: a conversation and, in a channel, the post that is answered."""

    conversation: str
    thread: str = ""


class Visitors:
    """Deeds; each answers with what the bot did."""

    def __init__(self, state: State, tenant: Tenant) -> None:
        self._state = state
        self._tenant = tenant
        for person in state.people.values():
            chat = Conversation(id=f"a:1{person.id.removeprefix('29:')}", kind="personal")
            state.conversations.setdefault(chat.id, chat)

    # -- messages

    async def say(
        self,
        user: str,
        place: Place,
        text: str,
        *,
        files: Sequence[str] = (),
        uploads: Sequence[str] = (),
        quoting: str = "",
    ) -> Reply:
        """Write something; the bot hears what names it, what is said in its own chat, and its commands.

        ``files`` were pasted into the words, ``uploads`` attached to them.
        """
        where = self._conversation(user, place.conversation)
        activity = self._tenant.message(
            user, where.id, text, thread=place.thread, to_bot=False, quoting=quoting
        )
        activity = self._named(activity, text)
        attached = [*map(self._tenant.attached, files), *self._tenant.uploaded(where, uploads)]
        activity["attachments"] = [*attached, *activity["attachments"]]
        listed = bool(_COMMAND.match(text)) and where.has_bot
        if listed:
            activity["recipient"] = {**activity["recipient"], "isTargeted": True}
        said = Said(
            id=activity["id"],
            conversation=where.id,
            person=user,
            text=text,
            thread=place.thread,
            quoting=quoting,
            files=[*files, *uploads],
            seen_by=user if listed and where.kind != "personal" else "",
            activity=activity,
        )
        self._state.said[said.id] = said
        self._state.touch()
        return await self._heard(said, activity)

    async def edit(self, user: str, message: str, text: str) -> Reply:
        """Change one's own words."""
        said = self._own(user, message)
        said.activity = self._named(said.activity, text)
        said.text, said.edited = text, True
        return await self._heard(said, _changed(said.activity, "messageUpdate", "editMessage"))

    async def delete(self, user: str, message: str) -> Reply:
        """Take one's own words back."""
        said = self._own(user, message)
        said.deleted = True
        gone = _changed(said.activity, "messageDelete", "softDeleteMessage")
        return await self._heard(said, {**gone, "text": "", "attachments": []})

    async def react(self, user: str, message: str, sign: str) -> Reply:
        """Put a reaction under a message, or take one's own away."""
        people = self._state.reactions.setdefault(message, {}).setdefault(sign, [])
        add = user not in people
        people.append(user) if add else people.remove(user)
        self._state.touch()
        posted = self._state.messages.get(message)
        if posted is None:  # a bot hears of reactions to its own messages
            return Reply(status=200, body=None)
        return await self._answer(self._tenant.react(user, posted, sign, add=add))

    async def _heard(self, said: Said, activity: Json) -> Reply:
        where = self._state.conversations[said.conversation]
        if not where.has_bot or not _is_for_bot(activity, where):
            self._state.touch()
            return Reply(status=200, body=None)
        reply = await self._answer(self._tenant.deliver(activity))
        said.heard = reply.status == 200
        self._state.touch()
        return reply

    def _named(self, activity: Json, text: str) -> Json:
        """The activity with these words, and whoever is named in them."""
        names = {f"28:{self._state.app_id}": NAME} | {one.id: one.name for one in self._state.people.values()}
        entities = [one for one in activity["entities"] if one["type"] != "mention"]
        for id_, name in names.items():
            if f"@{name}" in text:
                text = text.replace(f"@{name}", f"<at>{name}</at>")
                mentioned = {"id": id_, "name": name}
                entities.append({"type": "mention", "mentioned": mentioned, "text": f"<at>{name}</at>"})
        return {**activity, "text": text, "entities": entities}

    # -- buttons and dialogs

    async def press(self, user: str, message: str, action: Json) -> Reply:
        """Press a button of a card."""
        posted = self._state.messages.get(message)
        if posted is None or posted.seen_by not in ("", user):
            raise Impossible("this message is gone")
        self._conversation(user, posted.conversation)
        return await self._answer(self._tenant.act(user, posted, action))

    async def extension(self, user: str, place: Place, command: str, *, message: str = "") -> Reply:
        """Open one of the app's own forms, beside the composer or under a message."""
        return await self._extend(user, place, "composeExtension/fetchTask", command, message, {})

    async def submit(
        self, user: str, place: Place, data: Json, *, command: str = "", message: str = ""
    ) -> Reply:
        """Send a dialog; ``command``: the app's form that it is."""
        if command:
            name = "composeExtension/submitAction"
            return await self._extend(user, place, name, command, message, {"data": data})
        return await self._invoke(user, place, "task/submit", {"data": data})

    async def _extend(
        self, user: str, place: Place, name: str, command: str, message: str, more: Json
    ) -> Reply:
        value: Json = {"commandId": command, "commandContext": "message" if message else "compose", **more}
        if message:
            value["messagePayload"] = self._pointed(message)
        return await self._invoke(user, place, name, value)

    async def _invoke(self, user: str, place: Place, name: str, value: Json) -> Reply:
        where = self._conversation(user, place.conversation)
        if not where.has_bot:
            raise Impossible("the app is not installed here")
        asked = self._tenant.invoke(user, where.id, name, value, thread=place.thread)
        return await self._answer(asked)

    def _pointed(self, message: str) -> Json:
        """A message as an extension's command gets it; of pasted pictures Teams keeps nothing in there."""
        said = self._state.said.get(message)
        words = said.text if said else ""
        return {"id": message, "body": {"contentType": "text", "content": words}, "attachments": []}

    # -- what is there

    async def _answer(self, asked: Any) -> Reply:
        try:
            reply: Reply = await asked
        except (TimeoutError, aiohttp.ClientError):
            raise Unheard("The bot did not answer.") from None
        if reply.status >= 400:
            raise Unheard(f"The bot answered {reply.status}.")
        return reply

    def _conversation(self, user: str, id_: str) -> Conversation:
        found = self._state.conversations.get(id_)
        if user not in self._state.people or found is None or not found.is_open_to(user):
            raise Impossible("there is no such conversation")
        return found

    def _own(self, user: str, message: str) -> Said:
        said = self._state.said.get(message)
        if said is None or said.person != user or said.deleted:
            raise Impossible("this is not your message")
        return said


def _is_for_bot(activity: Json, where: Conversation) -> bool:
    us = activity["recipient"]
    named = [one for one in activity["entities"] if one.get("mentioned", {}).get("id") == us["id"]]
    return where.kind == "personal" or bool(named) or us.get("isTargeted") is True


def _changed(activity: Json, kind: str, event: str) -> Json:
    return {**activity, "type": kind, "channelData": {**activity["channelData"], "eventType": event}}
