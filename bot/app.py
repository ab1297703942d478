"""The composition root: who is behind every door. Nothing is built at import; tests build the same."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from time import monotonic

import structlog
from aiohttp import web

from bot import about, trays
from bot.answers import Answers
from bot.brush.pages import BrushPages
from bot.chat import Chat
from bot.chat.teams import ENDPOINT
from bot.commands.plan import Form
from bot.darkroom import Darkroom
from bot.delivery import Delivery
from bot.doors import Doors, Kept, Now, Platforms, open_doors, open_kept, open_traces
from bot.easel import Easel
from bot.editing import Editing
from bot.errors import ConfigError
from bot.faces import Faces
from bot.farewell import Farewell
from bot.gathering import Gatherer
from bot.images import PATH
from bot.intake import Intake
from bot.jobs import Allowance
from bot.jobs.archive import SqlArchive
from bot.jobs.budget import SqlBudget
from bot.jobs.database import sqlite_file
from bot.observe import Health, Metrics, Ping, routes, watch_loop
from bot.outcome import Outcome
from bot.parts import Parts
from bot.placeholders import Placeholders
from bot.posting import Patience, Poster
from bot.presses import Presses
from bot.provenance import Credentials, read_credentials
from bot.providers import ImageModel, Menu, Service, allowance, catalogue
from bot.settings import Settings, SlackMode
from bot.starter import Starter
from bot.telling import Teller
from bot.types import Home, Incoming, Job, JobId, Note, Person, Platform
from bot.watching import Watch, count_jobs, state_limits
from bot.workflow import EDIT, PAINT, Workflow

log = structlog.get_logger()


_DRAIN = 25.0
"""Seconds running jobs get at a stop; the promise is an exit within 30."""
_BREATH = 1.0
_LOOK_FOR_DEAD = 10.0
_LOOK_FOR_LEAVERS = 10.0
_LOOK_FOR_OWED = 20.0
_LOOK_FOR_OLD = 3600.0
_LARGEST_REQUEST = 4 * 1024 * 1024
"""Bytes; Slack's own payloads are far smaller."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bot:
    """A running bot, as its servers and the tests see it."""

    intake: Intake
    answers: Answers
    farewell: Farewell
    placeholders: Placeholders
    teller: Teller
    doors: Doors
    menu: Menu
    address: str
    """Of its own server: ``http://host:port``."""

    async def take(self, incoming: Incoming) -> Outcome:
        """Decide and save what a person did; when this returns, it may be acknowledged."""
        began, said = monotonic(), type(incoming.said).__name__.lower()
        traces = self.doors.traces
        with traces.span("hear", of="", said=said, platform=incoming.place.platform.value):
            outcome = await self.intake.take(replace(incoming, trace=traces.here()))
        self.doors.metrics.recorded(said, monotonic() - began)
        return outcome

    async def act(self, incoming: Incoming, outcome: Outcome) -> Note | Form | None:
        """What follows an acknowledgement: what to tell the person, or a form whose picture is drawn now."""
        return await self.answers.after(incoming, outcome)

    async def at_home(self, person: Person) -> Home:
        """What is a person's own: the pictures on their way, and their newest."""
        return await self.answers.at_home(person)

    async def take_back(self, job: JobId, *, anew: bool) -> bool:
        """A record that was not acknowledged; see ``Answers``."""
        return await self.answers.take_back(job, anew=anew)


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


@asynccontextmanager
async def build(
    settings: Settings,
    *,
    chats: Mapping[Platform, Chat] | None = None,
    models: Mapping[Service, ImageModel] | None = None,
    now: Now = utc_now,
    patience: Patience | None = None,
) -> AsyncIterator[Bot]:
    """A bot at work, until the block ends. ``chats``, ``models``: other parts behind those doors.

    Raises ``ConfigError`` when it cannot be built from these settings.
    """
    menu = catalogue.menu(settings)
    for warning in catalogue.warnings(menu, now().date()):
        log.warning("a model is near its end", cause=warning)
    async with AsyncExitStack() as stack:
        watch = Watch(metrics=Metrics(), traces=await open_traces(settings, stack))
        state_limits(menu, _allowances(settings, menu), watch.metrics)
        patience = patience or Patience()
        kept = await open_kept(settings, stack, now, patience.store)
        doors, platforms = await open_doors(settings, stack, watch, kept, now, chats, models)
        line = _line(settings, doors, menu, now, patience, kept)
        starter = Starter(doors.ledger, line.workflow.show, twin=patience.twin)
        bodies = {PAINT: line.workflow.paint, EDIT: line.workflow.edit}
        await stack.enter_async_context(doors.engine.at_work(bodies, drain=_DRAIN))
        await stack.enter_async_context(_beside(_background(doors, line, starter, now)))
        depth = settings.imagine_queue_depth
        intake = Intake(menu=menu, ledger=doors.ledger, start=starter.start, depth=depth)
        bot = Bot(
            intake=intake,
            answers=line.answers,
            farewell=line.farewell,
            placeholders=line.placeholders,
            teller=line.teller,
            doors=doors,
            menu=menu,
            address="",
        )
        address = await _serve(settings, stack, platforms, bot, _pages(bot, line, kept, now))
        if kept.links and not settings.imagine_public_url:
            kept.links.base = address
        yield replace(bot, address=address)


# -- the line


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    workflow: Workflow
    teller: Teller
    answers: Answers
    placeholders: Placeholders
    easel: Easel
    faces: Faces
    farewell: Farewell


def _line(settings: Settings, doors: Doors, menu: Menu, now: Now, patience: Patience, kept: Kept) -> _Line:
    ledger, chats = doors.ledger, doors.chats
    poster = Poster(ledger, now=now, patience=patience)
    link = kept.links.to if kept.links else None
    placeholders = Placeholders(ledger=ledger, chats=chats, now=now)
    delivery = Delivery(
        ledger=ledger, blobs=doors.blobs, chats=chats, poster=poster, placeholders=placeholders, link=link
    )
    faces = Faces(
        ledger,
        chats,
        concurrency=settings.imagine_concurrency,
        per_person=settings.imagine_per_user,
        clock=monotonic,
        settle=placeholders.settle,
    )
    darkroom = Darkroom(ledger=ledger, blobs=doors.blobs, credentials=_credentials(settings))
    easel = Easel(ledger=ledger, blobs=doors.blobs, chats=chats, darkroom=darkroom)
    gatherer = Gatherer(ledger=ledger, blobs=doors.blobs, chats=chats, menu=menu)
    editing = Editing(ledger=ledger, blobs=doors.blobs, gatherer=gatherer, darkroom=darkroom)
    parts = _parts(settings, doors, menu, now, kept, delivery=delivery, faces=faces, editing=editing)
    teller = Teller(
        ledger=ledger,
        engine=doors.engine,
        chats=chats,
        placeholders=placeholders,
        delivery=delivery,
        faces=faces,
        easel=easel,
        metrics=doors.metrics,
    )
    workflow = Workflow(
        ledger=ledger,
        engine=doors.engine,
        parts=parts,
        chats=chats,
        poster=poster,
        placeholders=placeholders,
        delivery=delivery,
        faces=faces,
        editing=editing,
        easel=easel,
        teller=teller,
        metrics=doors.metrics,
        traces=doors.traces,
    )
    presses = Presses(
        ledger=ledger,
        engine=doors.engine,
        chats=chats,
        delivery=delivery,
        placeholders=placeholders,
        faces=faces,
        easel=easel,
    )
    answers = Answers(ledger=ledger, presses=presses, easel=easel, twin=patience.twin, brush=kept.brush)
    return _Line(
        workflow=workflow,
        teller=teller,
        answers=answers,
        placeholders=placeholders,
        easel=easel,
        faces=faces,
        farewell=_farewell(settings, doors, now, delivery),
    )


def _parts(
    settings: Settings,
    doors: Doors,
    menu: Menu,
    now: Now,
    kept: Kept,
    *,
    delivery: Delivery,
    faces: Faces,
    editing: Editing,
) -> Parts:
    return Parts(
        ledger=doors.ledger,
        budget=SqlBudget(doors.database, _allowances(settings, menu), now),
        blobs=doors.blobs,
        models=doors.models,
        menu=menu,
        delivery=delivery,
        faces=faces,
        editing=editing,
        metrics=doors.metrics,
        person_hash=_person_hash(kept.keys[0]),
        previews=settings.imagine_previews,
        now=now,
        traces=doors.traces,
    )


def _farewell(settings: Settings, doors: Doors, now: Now, delivery: Delivery) -> Farewell:
    return Farewell(
        ledger=doors.ledger,
        archive=SqlArchive(doors.database),
        engine=doors.engine,
        blobs=doors.blobs,
        delivery=delivery,
        days=settings.imagine_retention_days,
        now=now,
    )


def _credentials(settings: Settings) -> Credentials | None:
    """What composites are signed with. Raises ``ConfigError``."""
    cert, key = settings.imagine_c2pa_cert, settings.imagine_c2pa_key
    return read_credentials(cert, key.get_secret_value()) if cert and key else None


def _allowances(settings: Settings, menu: Menu) -> dict[str, Allowance]:
    told = settings.imagine_images_per_minute
    return {
        offer.name: Allowance(per_minute=allowance.per_minute(offer, told), even=allowance.even(offer))
        for offer in menu.offers
    }


def _person_hash(key: str) -> Callable[[Job], str]:
    def of(job: Job) -> str:
        return hmac.digest(key.encode(), f"{job.by.workspace}:{job.by.id}".encode(), "sha256").hex()

    return of


# -- what runs beside the line


def _background(
    doors: Doors, line: _Line, starter: Starter, now: Now
) -> dict[str, Callable[[], Awaitable[None]]]:
    return {
        "starter": starter.run,
        "faces": line.faces.run,
        "loop lag": partial(watch_loop, doors.metrics),
        "job counts": partial(count_jobs, doors.ledger, doors.metrics, now),
        "placeholders": partial(_every, _LOOK_FOR_OWED, line.placeholders.catch_up),
        "dead letters": partial(_every, _LOOK_FOR_DEAD, line.teller.give_up),
        "departures": partial(
            _every, _LOOK_FOR_LEAVERS, line.farewell.of_workspaces, line.farewell.of_people
        ),
        # Files have the machine's own time, whatever ``now`` is.
        "old age": partial(_every, _LOOK_FOR_OLD, line.farewell.by_age, partial(trays.clear, utc_now)),
    }


async def _every(seconds: float, *acts: Callable[[], Awaitable[None]]) -> None:
    while True:
        for act in acts:
            await act()
        await asyncio.sleep(seconds)


async def _for_ever(loop: Callable[[], Awaitable[None]]) -> None:
    """Run a loop until cancelled; a fault in it (a database that is away) only makes it start again."""
    task = asyncio.current_task()
    while True:
        try:
            await loop()
        except Exception:  # its last door: logged, and the loop goes on
            log.exception("a background loop stopped; it starts again")
        if task and task.cancelling():  # a fault on its way out has taken the cancel's place
            return
        await asyncio.sleep(_BREATH)


@asynccontextmanager
async def _beside(loops: Mapping[str, Callable[[], Awaitable[None]]]) -> AsyncIterator[None]:
    """The loops run while the block does."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_for_ever(loop), name=name) for name, loop in loops.items()]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


# -- its own server


def _pages(bot: Bot, line: _Line, kept: Kept, now: Now) -> list[web.RouteDef]:
    """What people and platforms follow links to; nothing where nobody outside reaches our server."""
    if not (kept.links and kept.brush):
        return []
    painting = BrushPages(
        links=kept.brush,
        ledger=kept.ledger,
        blobs=kept.blobs,
        easel=line.easel,
        chats=bot.doors.chats,
        take=bot.take,
        act=bot.act,
        now=now,
    )
    return [web.get(PATH, kept.links.serve), *painting.routes]


async def _serve(
    settings: Settings, stack: AsyncExitStack, platforms: Platforms, bot: Bot, pages: list[web.RouteDef]
) -> str:
    """Hear the platforms and answer for our health; the address we listen on."""
    server = web.Application(client_max_size=_LARGEST_REQUEST)
    pings: dict[str, Ping] = {"database": bot.doors.database.ping, "pictures": bot.doors.blobs.ping}
    if sqlite_file(settings.database_url) is None:  # shared: unseen by the others we show nothing
        pings["jobs"] = bot.doors.engine.sure
    if platforms.slack:
        hearing = platforms.slack.listen(
            take=bot.take, act=bot.act, take_back=bot.take_back, at_home=bot.at_home
        )
        ear = await stack.enter_async_context(hearing)
        pings["slack"] = ear.connected
        if settings.slack_mode is SlackMode.HTTP:
            server.add_routes([web.post("/slack/events", ear.handle_http)])
        server.add_routes(platforms.slack.routes)
    if platforms.teams:
        listening = platforms.teams.listen(take=bot.take, act=bot.act, take_back=bot.take_back)
        pings["teams"] = platforms.teams.known
        server.add_routes([web.post(ENDPOINT, (await stack.enter_async_context(listening)).handle_http)])
    health = Health(pings)
    stack.callback(health.stop)
    server.add_routes(routes(health, bot.doors.metrics))
    server.add_routes([about.route(settings.imagine_retention_days), *pages])
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=5)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        fault = f"PORT: {settings.port} cannot be used ({error.strerror}). Choose another."
        raise ConfigError([fault]) from error
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"
