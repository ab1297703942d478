"""The Bot Connector's protocol: what a bot may call, with Teams' own refusals."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.playground.teams.faults import Fault, Trouble
from bot.playground.teams.rules import refusal
from bot.playground.teams.state import Call, Conversation, Json, Message, State

_THREAD = ";messageid="
Handler = Callable[[web.Request], Awaitable[web.Response]]


class Connector:
    """Answers the bot."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """Everything below the service address."""
        one = "/v3/conversations/{conversation}"
        return [
            web.post("/v3/conversations", self._guarded(self._begin)),
            web.post(f"{one}/activities", self._guarded(self._post)),
            web.put(f"{one}/activities/{{id}}", self._guarded(self._update)),
            web.delete(f"{one}/activities/{{id}}", self._guarded(self._delete)),
            web.get(f"{one}/members/{{id}}", self._guarded(self._member)),
            web.get("/v3/attachments/{id}/views/original", self._guarded(self._file)),
            web.get("/stored/{id}", self._stored),
        ]

    def _guarded(self, handler: Handler) -> Handler:
        """Each call is noted, needs a token, and may go wrong."""

        async def guarded(request: web.Request) -> web.Response:
            self._state.calls.append((request.method, request.path_qs))
            began, status = time.time(), 0
            try:
                answer = await self._answered(handler, request)
                status = answer.status
            finally:
                self._note(request, began, status)
            return answer

        return guarded

    async def _answered(self, handler: Handler, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token:
            return _refused(401, "Unauthorized")
        self._state.tokens.add(token)
        fault = self._state.faults.hit(lambda one: one.method in (request.method, "*"))
        return await (self._go_wrong(fault, handler, request) if fault else handler(request))

    def _note(self, request: web.Request, began: float, status: int) -> None:
        call = Call(
            at=began,
            to_bot=False,
            what=f"{request.method} {request.path.removeprefix('/v3')}",
            status=status,
            seconds=time.time() - began,
        )
        self._state.traffic.append(call)
        self._state.touch()

    async def _go_wrong(self, fault: Fault, handler: Handler, request: web.Request) -> web.Response:
        if fault.trouble is Trouble.STATUS:
            return _refused(int(fault.value), "Fault", fault.retry_after)
        if fault.trouble is Trouble.SLOW:
            await asyncio.sleep(fault.value)
            return await handler(request)
        if fault.trouble is Trouble.LOST_REPLY:
            await handler(request)
        if request.transport:
            request.transport.close()
        return _refused(500, "Cut")

    # -- conversations

    async def _begin(self, request: web.Request) -> web.Response:
        body = await request.json()
        members = [str(one.get("id")) for one in body.get("members", ())]
        if len(members) != 1 or members[0] not in self._state.people or not body.get("tenantId"):
            return _refused(400, "BadArgument")
        chat = Conversation(id=f"a:1{members[0].removeprefix('29:')}", kind="personal")
        self._state.conversations.setdefault(chat.id, chat)
        return web.json_response({"id": chat.id}, status=201)

    async def _member(self, request: web.Request) -> web.Response:
        person = self._state.people.get(request.match_info["id"])
        if person is None:
            return _refused(404, "MemberNotFoundInConversation")
        return web.json_response({"id": person.id, "name": person.name, "aadObjectId": f"aad-{person.name}"})

    # -- messages

    async def _post(self, request: web.Request) -> web.Response:
        id_, _, thread = request.match_info["conversation"].partition(_THREAD)
        activity = await request.json()
        alone = request.query.get("isTargetedActivity") == "true"
        refused = self._refused_post(id_, activity, alone=alone)
        if refused:
            return refused
        message = Message(
            id=self._state.new_id(),
            conversation=id_,
            thread=thread,
            activity=activity,
            seen_by=activity["recipient"]["id"] if alone else "",
        )
        self._state.messages[message.id] = message
        self._state.touch()
        if activity.get("text") and activity.get("attachments"):
            return web.json_response({}, status=201)  # Teams makes two messages of it, and names neither
        return web.json_response({"id": message.id}, status=201)

    def _refused_post(self, id_: str, activity: Json, *, alone: bool) -> web.Response | None:
        conversation = self._state.conversations.get(id_)
        if conversation is None:
            return _refused(404, "ConversationNotFound")
        if not conversation.has_bot:
            return _refused(403, "BotNotInConversationRoster")
        if refused := self._refused_pace(id_):
            return refused
        known = (activity.get("recipient") or {}).get("id") in self._state.people
        if alone and (not self._state.targets or conversation.kind == "personal" or not known):
            return _refused(400, "BadArgument")
        found = refusal(activity)
        return _refused(*found) if found else None

    def _refused_pace(self, conversation: str) -> web.Response | None:
        over = self._state.too_many(conversation, asyncio.get_running_loop().time())
        return _refused(429, "TooManyRequests", "1") if over else None

    async def _update(self, request: web.Request) -> web.Response:
        message, activity = self._message(request), await request.json()
        if refused := self._refused_pace(request.match_info["conversation"].partition(_THREAD)[0]):
            return refused
        if message is None:
            return _refused(404, "ActivityNotFoundInConversation")
        found = refusal(activity)
        if found:
            return _refused(*found)
        message.past.append(message.activity)
        message.activity = activity
        self._state.touch()
        return web.json_response({"id": message.id})

    async def _delete(self, request: web.Request) -> web.Response:
        message = self._message(request)
        alone = request.query.get("isTargetedActivity") == "true"
        if message is None or alone != bool(message.seen_by):
            return _refused(404, "ActivityNotFoundInConversation")
        self._state.deleted.append(self._state.messages.pop(message.id))
        self._state.touch()
        return web.Response()

    def _message(self, request: web.Request) -> Message | None:
        id_, _, thread = request.match_info["conversation"].partition(_THREAD)
        message = self._state.messages.get(request.match_info["id"])
        there = message is not None and message.conversation == id_ and message.thread == thread
        return message if there else None

    # -- pictures

    async def _file(self, request: web.Request) -> web.Response:
        found = self._state.files.get(request.match_info["id"])
        if found is None:
            return _refused(404, "NotFound")
        return web.Response(body=found[0], content_type=found[1])

    async def _stored(self, request: web.Request) -> web.Response:
        """As SharePoint: the address opens by itself, unless somebody shows a token of another kind."""
        if "Authorization" in request.headers or not request.query.get("tempauth"):
            return _refused(401, "Unauthorized")
        return await self._file(request)


def _refused(status: int, code: str, retry_after: str = "") -> web.Response:
    headers = {"Retry-After": retry_after} if retry_after else {}
    body: dict[str, Any] = {"error": {"code": code, "message": f"Teams says {code}"}}
    return web.json_response(body, status=status, headers=headers)
