"""Hearing Slack: Bolt verifies, one middleware records, the acknowledgement goes out, the rest follows."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.hearing import ANSWERS, Act, Hearing, Take, TakeBack
from bot.chat.slack import forms, home
from bot.chat.slack.client import OPENED_ALREADY, SlackChat
from bot.chat.slack.departures import Departure, departure
from bot.chat.slack.incoming import place_json, read
from bot.chat.slack.logs import quiet
from bot.chat.slack.socket import Socket
from bot.commands.plan import Form
from bot.errors import ChatError, FileRefused
from bot.outcome import Outcome
from bot.text import say
from bot.types import Action, FormSent, Home, Incoming, Note, Person, Pressed, Text, Withdrawn

log = structlog.get_logger()

RECORD_WITHIN = 2.0
"""Seconds the record may take; Slack waits 3 and never repeats a command."""
_PICTURE_WAITS = (0.3, 0.6, 1.2, 2.5, 5.0, 5.0)
"""Seconds after each refusal of a form's picture, which Slack may still be looking at."""

_STAMP = "X-Slack-Request-Timestamp"

AtHome = Callable[[Person], Awaitable[Home]]
"""What is somebody's own, for their home tab."""
Leave = Callable[[Departure], Awaitable[None]]
Belongs = Callable[[str, str], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """Where the app is installed, as far as Bolt and the ear need to know."""

    authorize: AsyncAuthorize
    """Who we are where a payload comes from; without asking Slack, since the person waits."""
    flow: AsyncOAuthFlow | None = None
    leave: Leave | None = None
    """None: there is one workspace, and its token is the operator's."""
    belongs: Belongs | None = None
    """The same; else, told which organisation's installation a workspace uses."""


class SlackServer:
    """The ear, in Socket Mode or HTTP mode."""

    def __init__(
        self,
        *,
        client: AsyncWebClient,
        signing_secret: str | None,
        member: Membership,
        chat: SlackChat,
        take: Take,
        act: Act,
        take_back: TakeBack,
        at_home: AtHome,
        errands: asyncio.TaskGroup,
    ) -> None:
        self._chat = chat
        self._take = take
        self._act = act
        self._at_home = at_home
        self._errands = errands
        self._hearing = Hearing(
            take=self._take_with_file,
            take_back=take_back,
            tell=self._tell,
            errands=errands,
            within=RECORD_WITHIN,
        )
        self._leave, self._belongs = member.leave, member.belongs
        self._socket: Socket | None = None

        async def hear(req: AsyncBoltRequest) -> BoltResponse:
            return await self._hear(req)

        self.app = AsyncApp(
            client=client,
            signing_secret=signing_secret or "unused in socket mode",
            authorize=member.authorize,  # type: ignore[arg-type] # Bolt takes its own class, and types it too narrowly
            oauth_flow=member.flow,
            # Bolt takes every deletion of our messages for our own doing; what else is ours, read() knows.
            ignoring_self_events_enabled=False,
            user_facing_authorize_error_message=say(Text(key="say.not_installed"), ""),
            logger=quiet(),
        )
        self.app.use(hear)

    # -- the two modes

    async def connect(self, app_token: str) -> None:
        """Socket Mode: open the socket, and keep it open."""
        self._socket = Socket(self.app, app_token, quiet(), unheard=self._unheard)
        await self._socket.open()
        self._watch = self._errands.create_task(self._socket.watch())

    async def disconnect(self) -> None:
        """Stop hearing."""
        if self._socket:
            self._watch.cancel()
            await self._socket.close()

    async def connected(self) -> None:
        """Raises when the socket is not open."""
        if self._socket and not await self._socket.is_open():
            raise ChatError("socket", "not connected")

    async def handle_http(self, request: web.Request) -> web.Response:
        """HTTP mode: ``POST /slack/events``."""
        if not request.headers.get(_STAMP, "0").isdecimal():
            return web.Response(status=401)  # Bolt, which checks all else, breaks at it
        heard = await to_bolt_request(request)
        answer: BoltResponse = await self.app.async_dispatch(heard)
        response: web.Response = await to_aiohttp_response(answer)
        if answer.status == 200 and request.transport is None:  # they hung up
            await self._unheard(heard.body)
        return response

    # -- one payload

    async def _hear(self, req: AsyncBoltRequest) -> BoltResponse:
        now = datetime.now(UTC)
        if self._leave and (left := departure(req.body, now)):
            await self._leave(left)
            return BoltResponse(status=200, body="")
        if looking := home.opened(req.body):
            self._hearing.later(self._welcome(looking))
            return BoltResponse(status=200, body="")
        incoming = read(req.body, now, req.context.bot_user_id or "")
        if incoming is None or self._is_our_own(incoming):
            return BoltResponse(status=200, body="")
        if self._belongs and req.context.is_enterprise_install and req.context.enterprise_id:
            # A worker elsewhere will know the workspace alone.
            await self._belongs(incoming.place.workspace, req.context.enterprise_id)
        outcome = await self._hearing.record(incoming)
        if outcome is None:
            return BoltResponse(status=200, body="")
        return await self._answer(req, incoming, outcome)

    def _is_our_own(self, incoming: Incoming) -> bool:
        """Slack tells that a message went, and not who took it away."""
        said = incoming.said
        return isinstance(said, Withdrawn) and self._chat.took_away(incoming.place.channel, said.message)

    async def _unheard(self, body: dict[str, Any]) -> None:
        """Slack got no answer: it sends an event again, and of anything else says that it failed."""
        incoming = read(body, datetime.now(UTC), "")
        if incoming and body.get("type") != "event_callback":
            await self._hearing.unheard(incoming)

    async def _take_with_file(self, incoming: Incoming) -> Outcome:
        """A text file given in a form is the prompt: it is fetched while the platform waits."""
        said = incoming.said
        if isinstance(said, FormSent) and said.text_file:
            prompt = await self._chat.read_text(said.text_file, incoming.place.workspace)
            said = replace(said, fields={**said.fields, "prompt": prompt}, draft=None)
            incoming = replace(incoming, said=said)
        return await self._take(incoming)

    async def _answer(self, req: AsyncBoltRequest, incoming: Incoming, outcome: Outcome) -> BoltResponse:
        if outcome.faults is not None:
            locale = await self._chat.locale(incoming.person)
            body = forms.faults(outcome.faults, req.body.get("view") or {}, locale)
            return BoltResponse(status=200, body=body)
        self._hearing.later(self._after(incoming, outcome))
        return BoltResponse(status=200, body="")

    async def _after(self, incoming: Incoming, outcome: Outcome) -> None:
        """A form that follows the outcome's goes into the same view, its picture drawn by now."""
        view = outcome.view
        if outcome.form is not None:
            view = await self._show(incoming, outcome.form, view)
        match await self._act(incoming, outcome):
            case Form() as form:
                await self._show(incoming, form, view)
            case Note() as note:
                await self._tell(incoming, note)
            case None if _is_answered(incoming):
                await self._chat.clear(incoming.whisper)
            case None:
                pass

    async def _show(self, incoming: Incoming, form: Form, view: str) -> str:
        """Which view it is in; where Slack shows none, the person is told so."""
        try:
            return await self._show_form(incoming, form, view)
        except ChatError as error:
            log.warning("a form could not be shown", cause=str(error))
            if error.code != OPENED_ALREADY:
                await self._tell(incoming, Note(text=Text(key="say.chat_failed_press")))
            return view

    async def _show_form(self, incoming: Incoming, form: Form, view: str) -> str:
        """Draw it in an open view, or open one; which one it is."""
        workspace, drawn = incoming.place.workspace, await self._drawn(incoming, form)
        if not view:
            try:
                return await self._chat.open_view(incoming.trigger, drawn, workspace)
            except FileRefused:  # the trigger does not wait for the picture; the open form does
                bare = await self._drawn(incoming, replace(form, picture=None))
                view = await self._chat.open_view(incoming.trigger, bare, workspace)
        for wait in _PICTURE_WAITS:
            try:
                await self._chat.update_view(view, drawn, workspace)
            except FileRefused:
                await asyncio.sleep(wait)
            else:
                return view
        bare = await self._drawn(incoming, replace(form, picture=None))
        await self._chat.update_view(view, bare, workspace)
        return view

    async def _welcome(self, person: Person) -> None:
        await self._chat.welcome(person, await self._at_home(person))

    async def _drawn(self, incoming: Incoming, form: Form) -> dict[str, Any]:
        return forms.view(form, place_json(incoming.place), await self._chat.locale(incoming.person))

    async def _tell(self, incoming: Incoming, note: Note) -> None:
        try:
            locale = await self._chat.locale(incoming.person)
            await self._chat.tell(note, incoming.whisper, locale, instead=_is_refreshed(incoming))
        except ChatError as error:
            log.warning("the person could not be told", cause=str(error))


def _is_answered(incoming: Incoming) -> bool:
    """Whether a private note has done its duty. Edit leaves it: a closed form would take the words along."""
    said = incoming.said
    return isinstance(said, Pressed) and said.private and said.action in ANSWERS


def _is_refreshed(incoming: Incoming) -> bool:
    """Whether the answer is the same note anew: the status after a Cancel in it."""
    said = incoming.said
    return isinstance(said, Pressed) and said.private and said.action is Action.CANCEL
