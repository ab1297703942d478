"""What the page's addresses answer: the page, its picture, the region so far, and a painting that is sent."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template

import structlog
from aiohttp import web

from bot.aside import aside
from bot.brush.links import PATH, BrushLinks, Ticket
from bot.chat import Chat
from bot.chat.hearing import Act, Take
from bot.commands import marking, region
from bot.commands.drafts import job_id
from bot.easel import Easel
from bot.errors import ChatError, StoreError
from bot.jobs import Blobs, Ledger, picture_of
from bot.outcome import Outcome
from bot.pixels import masks, regions
from bot.pixels.opening import Unusable, size_of
from bot.text import asked_for, language_of, say
from bot.types import (
    BlobKey,
    Brushed,
    Incoming,
    Job,
    JobState,
    Length,
    Note,
    Own,
    Platform,
    Region,
    Role,
    Text,
)

log = structlog.get_logger()

MOST_BYTES = 2_000_000
"""Of a mask; one as large as what is shown has a tenth of that."""
_FILES = Path(__file__).parent / "page"
_SERVED = ("brush.css", "brush.js", "mask.js", "view.js")
_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_WORDS = (
    *("brush.title", "brush.picture", "brush.tools", "brush.brush", "brush.eraser", "brush.lasso"),
    *("brush.move", "brush.size", "brush.undo", "brush.redo", "brush.invert", "brush.clear"),
    *("brush.zoom_in", "brush.zoom_out", "brush.fit", "brush.keys", "brush.key_arrows", "brush.key_space"),
    *("brush.key_enter", "brush.key_size", "brush.nothing", "brush.soon", "brush.sending", "brush.failed"),
    *("brush.no_script", "region.feather", "form.change", "form.submit_region"),
)
"""What stands in ``page.html`` under the last word of its key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Open:
    """A link that is good, and what it leads to."""

    ticket: Ticket
    job: Job
    own: Own
    locale: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Painting:
    """What arrived, read and checked."""

    mask: bytes
    prompt: str
    feather: Length


class _Refused(Exception):
    """Nothing is made; why."""

    def __init__(self, key: str, status: int) -> None:
        super().__init__(key)
        self.key = key
        self.status = status


class BrushPages:
    """Every answer is for who has a good link; anybody else is told how to get one."""

    def __init__(
        self,
        *,
        links: BrushLinks,
        ledger: Ledger,
        blobs: Blobs,
        easel: Easel,
        chats: Mapping[Platform, Chat],
        take: Take,
        act: Act,
        now: Callable[[], datetime],
    ) -> None:
        self._links = links
        self._ledger = ledger
        self._blobs = blobs
        self._easel = easel
        self._chats = chats
        self._take = take
        self._act = act
        self._now = now

    @property
    def routes(self) -> list[web.RouteDef]:
        """Everything under ``/brush``."""
        return [
            web.get(f"{PATH}/page/{{name}}", _file),
            web.get(f"{PATH}/{{token}}", self._page),
            web.get(f"{PATH}/{{token}}/picture", self._picture),
            web.get(f"{PATH}/{{token}}/region", self._region),
            web.post(f"{PATH}/{{token}}", self._sent),
        ]

    # -- the page

    async def _page(self, request: web.Request) -> web.Response:
        try:
            found = await self._opened(request)
        except _Refused as refused:
            return await _plain_page(refused, _browsers_locale(request))
        template = await aside(_template, "page.html")
        return _html(template.substitute(self._blanks(found)))

    def _blanks(self, found: _Open) -> dict[str, str]:
        """What the page says; every word of a person's is escaped."""
        held = found.job.request if found.ticket.held else None
        feather = held.region.feather if held and held.region else marking.USUAL_EDGE
        written = region.written_length(feather)
        choices = marking.SOFT_EDGES if written in marking.SOFT_EDGES else (*marking.SOFT_EDGES, written)
        options = [
            f"<option{' selected' if one == written else ''}>{escape(one)}</option>" for one in choices
        ]
        blanks = {key.rpartition(".")[2]: escape(say(Text(key=key), found.locale)) for key in _WORDS}
        return blanks | {
            "lang": language_of(found.locale),
            "share": escape(say(Text(key="brush.share", values={"share": "{share}"}), found.locale)),
            "seconds": str(int((found.ticket.until - self._now()).total_seconds())),
            "prompt": escape(held.prompt if held else ""),
            "options": "".join(options),
            "started": "yes" if held and held.region else "",
        }

    async def _picture(self, request: web.Request) -> web.Response:
        """The picture as it is shown: smaller, and marked as derived."""
        with _shown_or_not():
            found = await self._opened(request)
            data = await self._easel.pixels(await picture_of(self._ledger, found.own))
            shown = await aside(lambda: regions.jpeg(regions.shown(data)))
        return web.Response(body=shown, content_type="image/jpeg", headers=_HEADERS)

    async def _region(self, request: web.Request) -> web.Response:
        """The mask that a held request has by now."""
        with _shown_or_not():
            found = await self._opened(request)
            mask = await self._easel.mask(found.own, found.job.request.region or Region())
        return web.Response(body=mask, content_type="image/png", headers=_HEADERS)

    async def _opened(self, request: web.Request) -> _Open:
        """What the link leads to. Raises ``_Refused``."""
        ticket = self._links.read(request.match_info["token"])
        if ticket is None:
            raise _Refused("brush.gone", 404)
        job = await self._ledger.get(ticket.job)
        if job is None or await self._is_used(ticket, job):
            raise _Refused("brush.used" if job else "brush.gone", 410)
        if self._now() >= ticket.until or job.state is JobState.DELETED or await self._is_hidden(ticket, job):
            raise _Refused("brush.gone", 410)
        chat = self._chats[job.place.platform]
        locale = await chat.locale(ticket.whisper.person) or _browsers_locale(request)
        return _Open(ticket=ticket, job=job, own=marking.own_of(job, ticket.choice), locale=locale)

    async def _is_used(self, ticket: Ticket, job: Job) -> bool:
        """Whether it led to a request, or what it was to change is not waiting any more."""
        if ticket.held and job.state not in (JobState.HELD, JobState.DELETED):
            return True
        return await self._ledger.by_key(ticket.key) is not None

    async def _is_hidden(self, ticket: Ticket, job: Job) -> bool:
        person = ticket.whisper.person
        if job.by == person:
            return False
        if ticket.held or job.by.workspace != person.workspace:
            return True
        return job.request.options.private and await self._ledger.message(job.id, Role.OPEN) is None

    # -- what is sent

    async def _sent(self, request: web.Request) -> web.Response:
        """Take a painting; the answer says what happens now, and whether the page is done."""
        locale = _browsers_locale(request)
        try:
            found = await self._opened(request)
            locale = found.locale
            return await self._taken(found, await self._read(request, found))
        except _Refused as refused:
            return _told(Text(key=refused.key), locale, status=refused.status)

    async def _read(self, request: web.Request, found: _Open) -> _Painting:
        """What was sent, distrusted. Raises ``_Refused``."""
        sent = await request.post()
        mask, prompt, edge = sent.get("mask"), sent.get("prompt"), sent.get("feather")
        if not isinstance(mask, web.FileField) or not isinstance(prompt, str):
            raise _Refused("brush.not_a_mask", 422)
        try:
            picture = await picture_of(self._ledger, found.own)
        except FileNotFoundError as error:
            raise _Refused("brush.gone", 410) from error
        read = await aside(_checked, mask, picture.width, picture.height)
        length = region.length_in(edge) if isinstance(edge, str) else None
        feather = length if isinstance(length, Length) else marking.USUAL_EDGE
        return _Painting(mask=read, prompt=prompt, feather=feather)

    async def _taken(self, found: _Open, painting: _Painting) -> web.Response:
        ticket = found.ticket
        kept = await self._blobs.put(
            painting.mask, "image/png", ticket.job if ticket.held else job_id(ticket.key)
        )
        incoming = self._incoming(found, painting, kept)
        outcome = await self._take(incoming)
        if refusal := _refusal(outcome):
            await self._blobs.delete([kept])
            return _told(refusal, found.locale, status=409)
        asked = await self._tell(found, incoming, outcome)
        return _told(Text(key="brush.asked" if asked else "brush.sent"), found.locale, done=True)

    def _incoming(self, found: _Open, painting: _Painting, kept: BlobKey) -> Incoming:
        ticket = found.ticket
        said = Brushed(
            job=ticket.job,
            choice=ticket.choice,
            held=ticket.held,
            prompt=painting.prompt,
            region=Region(mask=kept, feather=painting.feather),
        )
        return Incoming(
            key=ticket.key, said=said, whisper=ticket.whisper, locale=found.locale, at=self._now()
        )

    async def _tell(self, found: _Open, incoming: Incoming, outcome: Outcome) -> bool:
        """Whether the person is asked something about it in the conversation."""
        note = await self._act(incoming, outcome)
        if not isinstance(note, Note):
            return False
        try:
            await self._chats[found.job.place.platform].tell(note, incoming.whisper, found.locale)
        except ChatError as error:
            log.warning("a question about a painting was not told", job=found.job.id, cause=str(error))
        return True


def _checked(sent: web.FileField, width: int, height: int) -> bytes:
    """The mask in the API's form, as large as its picture. Slow. Raises ``_Refused``."""
    data = sent.file.read(MOST_BYTES + 1)
    try:
        if len(data) > MOST_BYTES or max(size_of(data)) > regions.SHOWN_SIDE:
            raise _Refused("brush.not_a_mask", 422)
        mask = masks.read(data, width=width, height=height)
    except Unusable as error:
        raise _Refused("brush.not_a_mask", 422) from error
    if isinstance(mask, masks.WrongShape):
        raise _Refused("brush.not_a_mask", 422)
    if mask.share == 0:
        raise _Refused("brush.nothing", 422)
    return mask.mask


@contextmanager
def _shown_or_not() -> Iterator[None]:
    """404 for whatever is wrong with the link or its picture; 503: not just now."""
    try:
        yield
    except (_Refused, FileNotFoundError, Unusable) as error:
        raise web.HTTPNotFound from error
    except StoreError as error:
        raise web.HTTPServiceUnavailable from error


def _refusal(outcome: Outcome) -> Text | None:
    """Why nothing was kept of it."""
    if outcome.faults:
        return next(iter(outcome.faults.values()))
    if outcome.note is None or outcome.job or outcome.draw:
        return None
    # What is said of a full queue in a conversation gives the words back; here they are still in their field.
    return Text(key="brush.full") if outcome.note.text.key == "say.queue_full" else outcome.note.text


def _browsers_locale(request: web.Request) -> str:
    """The language that the browser asks for first."""
    return asked_for(request.headers.get("Accept-Language", ""))


def _worded(text: Text, locale: str) -> str:
    """The sentence, with the name of the button that leads to a new page where it is needed."""
    button = say(Text(key="button.region"), locale)
    return say(Text(key=text.key, values={"button": button, **text.values}), locale)


def _told(text: Text, locale: str, *, done: bool = False, status: int = 200) -> web.Response:
    answer = {"text": _worded(text, locale), "done": done}
    return web.json_response(answer, status=status, headers=_HEADERS)


async def _plain_page(refused: _Refused, locale: str) -> web.Response:
    """A few words in place of the page."""
    template = await aside(_template, "plain.html")
    blanks = {
        "lang": language_of(locale),
        "title": escape(say(Text(key="brush.title"), locale)),
        "words": escape(_worded(Text(key=refused.key), locale)),
    }
    return _html(template.substitute(blanks), status=refused.status)


def _html(page: str, status: int = 200) -> web.Response:
    return web.Response(text=page, status=status, content_type="text/html", headers=_HEADERS)


async def _file(request: web.Request) -> web.FileResponse:
    """The page's scripts and styles, which are the same for everybody."""
    name = request.match_info["name"]
    if name not in _SERVED:
        raise web.HTTPNotFound
    return web.FileResponse(_FILES / name, headers={**_HEADERS, "Cache-Control": "no-cache"})


@cache
def _template(name: str) -> Template:
    return Template((_FILES / name).read_text(encoding="utf-8"))
