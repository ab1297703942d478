"""Who is behind every door, and how it is opened and closed: the lower half of the composition root."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING

import structlog

from bot.aside import aside
from bot.brush.links import BrushLinks
from bot.chat import Chat, Sure
from bot.chat.absent import Chats
from bot.chat.slack.connection import Slack, open_slack
from bot.chat.slack.safe import Safe
from bot.errors import ConfigError
from bot.images import Gallery, Links
from bot.jobs.async_database import AsyncDatabase
from bot.jobs.blobs import ObjectBlobs
from bot.jobs.database import Database, migrate
from bot.jobs.engine import DbosEngine
from bot.jobs.ledger import SqlLedger
from bot.observe import Metrics
from bot.providers import ImageModel, Service
from bot.providers.openai import connect
from bot.settings import Settings
from bot.traces import OFF, Traces
from bot.types import Platform
from bot.watching import Watch

if TYPE_CHECKING:
    from bot.chat.teams.connection import Teams

log = structlog.get_logger()

Now = Callable[[], datetime]

_SECRET = "secret_key"  # noqa: S105 -- the name of a fact, not a secret


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What the database holds."""

    database: Database
    ledger: SqlLedger
    keys: tuple[str, ...]
    """The secret keys, newest first."""
    blobs: ObjectBlobs
    links: Links | None
    """None: nobody outside reaches our server."""
    brush: BrushLinks | None
    """As above."""


async def open_kept(
    settings: Settings, stack: AsyncExitStack, now: Now, pauses: Sequence[float] = ()
) -> Kept:
    """The database with its schema up to date, and the blob store. Raises ``ConfigError``.

    ``pauses``: seconds between tries to keep a picture.
    """
    database = Database(settings.database_url)
    stack.callback(database.close)
    await aside(migrate, database)
    ledger = SqlLedger(database, now)
    keys, blobs = await _secrets(settings, ledger), ObjectBlobs(settings.blob_url, pauses)
    base = settings.public_url
    links = Links(keys=keys, base=base, blobs=blobs, now=now) if base else None
    brush = BrushLinks(keys=keys, base=base, now=now) if base else None
    return Kept(database=database, ledger=ledger, keys=keys, blobs=blobs, links=links, brush=brush)


async def _secrets(settings: Settings, ledger: SqlLedger) -> tuple[str, ...]:
    """The operator's keys, newest first, or one made at the first start and kept in the database.

    That one is understood for ever: what it signed and sealed is still there under a key of their own.
    """
    known = await ledger.fact("", _SECRET)
    if settings.secret_keys:
        return (*settings.secret_keys, known) if known else settings.secret_keys
    if settings.slack_oauth:
        log.warning("tokens lie beside the key that seals them", cure="set IMAGINE_SECRET_KEY")
    return (known or await ledger.settle("", _SECRET, secrets.token_urlsafe(32)),)


def _safe(kept: Kept, stack: AsyncExitStack) -> Safe:
    """Where the tokens of many workspaces are kept."""
    if find_spec("aiosqlite") is None or find_spec("cryptography") is None:
        raise ConfigError(["SLACK_CLIENT_ID: its packages are not installed. Install imagine-bot[oauth]."])
    beside = AsyncDatabase(kept.database)
    stack.push_async_callback(beside.close)
    return Safe(engine=beside.engine, alone=beside.alone, facts=kept.ledger, keys=kept.keys)


@dataclass(frozen=True, kw_only=True, slots=True)
class Platforms:
    """The chat platforms that this bot lives on."""

    slack: Slack | None = None
    teams: "Teams | None" = None

    @property
    def chats(self) -> dict[Platform, Chat]:
        found: dict[Platform, Chat] = {}
        if self.slack:
            found[Platform.SLACK] = self.slack.chat
        if self.teams:
            found[Platform.TEAMS] = self.teams.chat
        return found


async def open_traces(settings: Settings, stack: AsyncExitStack) -> Traces:
    """Its SDK is an extra, and wanted only where a collector is named."""
    if not settings.otel_exporter_otlp_endpoint:
        return OFF
    headers = settings.otel_exporter_otlp_headers
    try:
        from bot.telemetry import OtelTraces
    except ModuleNotFoundError as error:
        fault = "OTEL_EXPORTER_OTLP_ENDPOINT: OpenTelemetry is not installed. Install imagine-bot[traces]."
        raise ConfigError([fault]) from error
    traces = OtelTraces(settings.otel_exporter_otlp_endpoint, headers.get_secret_value() if headers else "")
    stack.push_async_callback(traces.close)
    return traces


async def _platforms(
    settings: Settings, stack: AsyncExitStack, watch: Watch, kept: Kept, now: Now, sure: Sure
) -> Platforms:
    slack = teams = None
    failed = watch.metrics.chat_failed
    if settings.in_slack:
        safe = _safe(kept, stack) if settings.slack_oauth else None
        opening = open_slack(settings, failed, now, sure, safe, watch.traces)
        slack = await stack.enter_async_context(opening)
    if settings.in_teams:
        by_link = settings.imagine_teams_images == "link"
        gallery = Gallery(kept.blobs, kept.links) if kept.links and by_link else None
        room = await aside(_teams_room)
        teams = await stack.enter_async_context(room.open_teams(settings, failed, gallery, sure))
    return Platforms(slack=slack, teams=teams)


def _teams_room() -> ModuleType:
    """Its SDK is an extra, and takes most of a second to import."""
    try:
        from bot.chat.teams import connection
    except ModuleNotFoundError as error:
        fault = "TEAMS_CLIENT_ID: the Teams SDK is not installed. Install imagine-bot[teams]."
        raise ConfigError([fault]) from error
    return connection


@dataclass(frozen=True, kw_only=True, slots=True)
class Doors:
    """Who is behind each door."""

    ledger: SqlLedger
    database: Database
    blobs: ObjectBlobs
    engine: DbosEngine
    models: Mapping[Service, ImageModel]
    chats: Mapping[Platform, Chat]
    metrics: Metrics
    traces: Traces


async def open_doors(
    settings: Settings,
    stack: AsyncExitStack,
    watch: Watch,
    kept: Kept,
    now: Now,
    chats: Mapping[Platform, Chat] | None,
    models: Mapping[Service, ImageModel] | None,
) -> tuple[Doors, Platforms]:
    """Everybody behind a door. ``chats``, ``models``: others instead. Raises ``ConfigError``."""
    if models is None:
        models = connect(settings)
        for model in models.values():
            stack.push_async_callback(model.close)
    engine = DbosEngine(
        kept.database, concurrency=settings.imagine_concurrency, per_person=settings.imagine_per_user
    )
    platforms = Platforms()
    if chats is None:
        platforms = await _platforms(settings, stack, watch, kept, now, engine.sure)
        chats = platforms.chats
    doors = Doors(
        ledger=kept.ledger,
        database=kept.database,
        blobs=kept.blobs,
        engine=engine,
        models=models,
        chats=Chats(chats),
        metrics=watch.metrics,
        traces=watch.traces,
    )
    return doors, platforms
