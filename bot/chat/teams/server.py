"""Hearing Teams: the SDK proves the sender, the record is made, the answer goes out, the rest follows."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import structlog
from aiohttp import web

from bot.chat.hearing import ANSWERS, Act, Hearing, Take, TakeBack
from bot.chat.teams import cards, forms
from bot.chat.teams.client import TeamsChat
from bot.chat.teams.incoming import read, sheet_of
from bot.chat.teams.sdk import Activity, Sdk
from bot.chat.wording import spoken
from bot.commands.plan import Form
from bot.errors import ChatError
from bot.outcome import Outcome
from bot.settings import Settings
from bot.types import Action, FormChanged, FormSent, Incoming, MessageId, Note, Pressed

log = structlog.get_logger()

RECORD_WITHIN = 5.0
"""Seconds the record may take; Teams waits 15 for an answer, and people less for a button's."""
DRAWN_WITHIN = 3.0
"""Seconds an opening dialog waits for its picture."""
_DIALOGS = ("task/fetch", "task/submit", "composeExtension/fetchTask", "composeExtension/submitAction")
_CARD = "adaptiveCard/action"
_DONE = {"statusCode": 200, "type": "application/vnd.microsoft.activity.message"}


class TeamsServer:
    """The ear at ``/api/messages``."""

    def __init__(
        self,
        settings: Settings,
        sdk: Sdk,
        *,
        chat: TeamsChat,
        take: Take,
        act: Act,
        take_back: TakeBack,
        errands: asyncio.TaskGroup,
    ) -> None:
        self._elsewhere = settings.teams_service_url_override
        self._tenants = settings.tenants_heard
        self._sdk = sdk
        self._chat = chat
        self._take = take
        self._act = act
        self._hearing = Hearing(
            take=take, take_back=take_back, tell=self._tell, errands=errands, within=RECORD_WITHIN
        )
        sdk.hear(self.answer)

    async def handle_http(self, request: web.Request) -> web.Response:
        """One activity. Only JSON is read: a page in a browser cannot send that to us unasked."""
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        body = _activity(await request.read())
        if body is None:
            raise web.HTTPBadRequest
        reply = await self._sdk.handle({"body": body, "headers": _proof(request)})
        if reply["status"] >= 400:
            log.warning("a request to Teams' address was refused", status=reply["status"])
        elif request.transport is None:  # they hung up
            await self._unheard(body)
        if reply["body"] is None:
            return web.Response(status=reply["status"])
        return web.json_response(reply["body"], status=reply["status"])

    async def answer(self, activity: Activity) -> dict[str, Any] | None:
        """What Teams is told at once about an activity whose sender was proven."""
        activity = self._settled(activity)
        heard = read(activity, datetime.now(UTC))
        if heard is None or not self._is_invited(heard.incoming):
            return None
        incoming = heard.incoming
        self._chat.met(incoming.person, heard.name, incoming.place)
        outcome = await self._hearing.record(incoming)
        if activity.get("name") in _DIALOGS:
            return await self._dialog(activity, incoming, outcome)
        if outcome:
            self._hearing.later(self._after(activity, incoming, outcome))
        if activity.get("name") == _CARD:
            return {**_DONE, "value": spoken("teams.heard", incoming.locale)}
        return None

    def _is_invited(self, incoming: Incoming) -> bool:
        """Anybody may put a bot's id into a package of their own; where Teams stops nobody, we do."""
        tenant = incoming.person.workspace
        if not self._tenants or tenant.lower() in self._tenants:
            return True
        log.warning("somebody of another tenant was not heard", tenant=tenant, cure="TEAMS_TENANTS")
        return False

    def _settled(self, activity: Activity) -> Activity:
        return {**activity, "serviceUrl": self._elsewhere} if self._elsewhere else activity

    async def _unheard(self, activity: Activity) -> None:
        """Teams got no answer: it sends a message again, and of a button or a form says that it failed."""
        heard = read(self._settled(activity), datetime.now(UTC))
        if heard and activity.get("type") == "invoke":
            await self._hearing.unheard(heard.incoming)

    # -- dialogs: the answer is what stands in them next

    async def _dialog(
        self, activity: Activity, incoming: Incoming, outcome: Outcome | None
    ) -> dict[str, Any] | None:
        if outcome is None:
            return forms.message(spoken("say.try_again", incoming.locale))
        form, faults = outcome.form, outcome.faults
        if faults is not None:
            form = await self._as_sent(incoming)
        elif isinstance(incoming.said, FormSent) and form is None:
            self._hearing.later(self._after(activity, incoming, outcome))
            return None
        else:
            match await self._soon(incoming, outcome):
                case Form() as drawn:
                    form = drawn
                case Note() as note if form is None:
                    return forms.message(cards.plainly(note, incoming.locale))
                case _:
                    pass
        if form is None:
            said = [cards.plainly(Note(text=text), incoming.locale) for text in (faults or {}).values()]
            return forms.message("\n".join(said)) if said else None
        return forms.dialog(form, _sheet(activity), self._look(incoming), faults)

    def _look(self, incoming: Incoming) -> forms.Look:
        return forms.Look(locale=incoming.locale, link=self._chat.link)

    async def _soon(self, incoming: Incoming, outcome: Outcome) -> Note | Form | None:
        """What follows, if it comes while the person looks at an opening dialog."""
        work = asyncio.ensure_future(self._act(incoming, outcome))
        done, _ = await asyncio.wait([work], timeout=DRAWN_WITHIN)
        if done:
            return work.result()
        self._hearing.later(self._told_late(incoming, work))
        return None

    async def _told_late(self, incoming: Incoming, work: "asyncio.Future[Note | Form | None]") -> None:
        answer = await work
        if isinstance(answer, Note):
            await self._tell(incoming, answer)

    async def _as_sent(self, incoming: Incoming) -> Form | None:
        """The form with what was entered, so that its faults can be shown in it."""
        said = incoming.said
        if not isinstance(said, FormSent):
            return None
        changed = FormChanged(
            view="", fields=said.fields, kind=said.kind, draft=said.draft, choice=said.choice
        )
        return (await self._take(replace(incoming, said=changed))).form

    # -- after the answer

    async def _after(self, activity: Activity, incoming: Incoming, outcome: Outcome) -> None:
        form = outcome.form if outcome.faults is None else await self._as_sent(incoming)
        answer = await self._act(incoming, outcome)
        note = answer if isinstance(answer, Note) else None
        await self._clear(activity, incoming, note)
        if isinstance(answer, Form) or form:
            await self._show(activity, incoming, answer if isinstance(answer, Form) else form, outcome)
        elif note:
            await self._tell(incoming, note)

    async def _clear(self, activity: Activity, incoming: Incoming, note: Note | None) -> None:
        """A private note that was answered goes, and so does a form that was sent."""
        said, message = incoming.said, activity.get("replyToId")
        if activity["type"] == "message" and isinstance(said, FormSent | FormChanged) and message:
            await self._chat.clear(incoming.whisper, MessageId(str(message)))
        if isinstance(said, Pressed) and said.private and _is_over(said, note):
            await self._chat.clear(incoming.whisper, said.message)

    async def _show(
        self, activity: Activity, incoming: Incoming, form: Form | None, outcome: Outcome
    ) -> None:
        """Where no dialog is asked for, the form is a private message."""
        if form is None:
            return
        card = forms.sheet(form, _sheet(activity), self._look(incoming), outcome.faults)
        await self._chat.whisper(card, incoming.whisper)

    async def _tell(self, incoming: Incoming, note: Note) -> None:
        try:
            await self._chat.tell(note, incoming.whisper, incoming.locale)
        except ChatError as error:
            log.warning("the person could not be told", cause=str(error))


def _sheet(activity: Activity) -> str:
    """The name of the form that is open, or of one that is opened now."""
    return sheet_of(activity) or uuid4().hex


def _is_over(pressed: Pressed, note: Note | None) -> bool:
    """Whether a private note has done its duty, or a newer one takes its place."""
    return (pressed.action in ANSWERS and note is None) or pressed.action is Action.CANCEL


def _proof(request: web.Request) -> dict[str, str]:
    """The one header that the SDK reads, its scheme as the SDK writes it."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return {"Authorization": f"{scheme.capitalize()} {token}"}


def _activity(data: bytes) -> dict[str, object] | None:
    """An object with at most words for an id and a type; the SDK answers 500 to anything else."""
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return None
    named = isinstance(body, dict) and all(
        isinstance(body.get(name), str | None) for name in ("id", "type", "serviceUrl")
    )
    return body if named else None
