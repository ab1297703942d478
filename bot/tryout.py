"""``imagine-bot playground``: the bot of production, with a Slack, a Teams and a painter of this machine."""

import asyncio
import socket
import sys
import tempfile
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import structlog
import yaml
from aiohttp import web
from pydantic import SecretStr

from bot.aside import aside
from bot.chat import SHOWING, Showing
from bot.chat.teams import EDIT, ENDPOINT, MAKE
from bot.chat.teams.package import COMMANDS
from bot.commands.help_ import hints
from bot.errors import ConfigError
from bot.jobs.database import Database, migrate
from bot.jobs.ledger import SqlLedger
from bot.logs import set_up_logs
from bot.manifest import manifest
from bot.playground import painter, slack
from bot.playground.backstage import Backstage
from bot.providers import catalogue
from bot.settings import Settings, environment, read
from bot.text import LANGUAGES, say
from bot.types import Action, Text

log = structlog.get_logger()

_FILE_DELAY = 0.3
"""Seconds until an upload can be shown, about as Slack is."""
_LOCAL_KEY = "local-painter"
_START = 30.0
"""Seconds the page waits for the bot before it opens without."""
_DRAIN = 30.0
"""Seconds a bot gets to stop; then it is killed."""
_PAID = "Real pictures are painted with your key, and paid for."


async def playground(port: int, painting: float, keep: Path | None) -> int:
    """Run until cancelled, the page's address printed; or until the bot cannot run: its exit code.

    ``painting``: seconds the local painter takes, so that there is something to watch. ``keep``: where the
    workspace and the bot's data stay for the next time; without it they are gone.
    """
    real = read()
    set_up_logs(real.imagine_log, real.imagine_log_level)
    paid = _has_a_service(real)
    async with AsyncExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="imagine-playground-")))
        data, workspaces = folder / "bot", folder / "slack"
        await aside(workspaces.mkdir, parents=True, exist_ok=True)
        local = None if paid else await stack.enter_async_context(painter.serve(seconds=painting))
        behind = Backstage(
            about=about(real if paid else _local(real), banner=_PAID if paid else ""), painter=local
        )
        address = f"http://127.0.0.1:{_free_port()}"
        behind.pictures = f"{address}/"
        beside = await stack.enter_async_context(_teams(behind, folder / "teams", address))
        stand_in = await stack.enter_async_context(_slack(port, behind, workspaces, beside.routes))
        await _shows_updates(data, stand_in.workspace.team.id)
        values = {**_values(stand_in, data, address, local), **beside.values}
        bot = await stack.enter_async_context(_bot(stand_in, environment(values), behind))
        behind.bot = bot
        if code := await bot.came_up():
            return code
        if paid:
            print(_PAID)  # noqa: T201 -- a command line prints
        print(f"The playground is open: {stand_in.base_url}/", flush=True)  # noqa: T201 -- as above
        await asyncio.Event().wait()
    return 0


@asynccontextmanager
async def _slack(
    port: int, behind: Backstage, folder: Path, beside: Sequence[web.RouteDef]
) -> AsyncIterator[slack.StandIn]:
    async with AsyncExitStack() as stack:
        opening = slack.serve(
            port=port,
            file_delay=_FILE_DELAY,
            event_retries=slack.SLACKS_RETRIES,
            backstage=behind,
            folder=folder,
            beside=beside,
        )
        try:
            stand_in = await stack.enter_async_context(opening)
        except OSError as error:
            fault = f"--port {port} cannot be used ({error.strerror}). Choose another, or 0 for any free one."
            raise ConfigError([fault]) from error
        yield stand_in


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """The other platform: what its tab asks the page's server, and the bot's environment for it."""

    routes: Sequence[web.RouteDef] = ()
    values: Mapping[str, str] = field(default_factory=dict)


@asynccontextmanager
async def _teams(behind: Backstage, folder: Path, address: str) -> AsyncIterator[Beside]:
    """Nothing where Microsoft's SDK is not installed: the tab then says what to install."""
    if find_spec("microsoft_teams") is None:
        yield Beside()
        return
    from bot.playground import teams  # needs what the SDK needs

    await aside(folder.mkdir, parents=True, exist_ok=True)
    async with teams.serve(folder=folder, signed=False) as stand_in:
        stand_in.tenant.listening = f"{address}{ENDPOINT}"
        behind.about["teams"] = _teams_about()
        page = teams.Page(stand_in.state, stand_in.tenant, behind, folder)
        try:
            yield Beside(
                routes=page.routes(),
                values={"TEAMS_UNAUTHENTICATED": "1", "TEAMS_SERVICE_URL_OVERRIDE": stand_in.base_url},
            )
        finally:
            await page.close()


def _teams_about() -> dict[str, Any]:
    """What the tab knows of the app: the commands and forms of its package, in each language."""
    return {
        locale: {
            "commands": [
                {"command": f"/{name}", "description": say(Text(key=f"teams_app.{name}_command"), locale)}
                for name in COMMANDS
            ],
            "forms": {
                name: {
                    part: say(Text(key=f"teams_app.{name}_{part}"), locale)
                    for part in ("title", "description")
                }
                for name in (MAKE, EDIT)
            },
        }
        for locale in LANGUAGES
    }


def about(settings: Settings, *, banner: str) -> dict[str, Any]:
    """What the page knows of the app: its manifest, and the bot's own hints for what one types."""
    app = yaml.safe_load(manifest(None))
    return {
        "app": app["display_information"]["name"],
        "commands": app["features"]["slash_commands"],
        "shortcuts": app["features"]["shortcuts"],
        "hints": {locale: _hints(settings, locale) for locale in LANGUAGES},
        "banner": banner,
        "region": Action.REGION.value,
        "teams": None,
    }


def _hints(settings: Settings, locale: str) -> dict[str, Any]:
    return {
        "options": [
            {
                "flags": list(one.flags),
                "label": say(one.label, locale),
                "values": list(one.values),
                "help": say(one.help, locale).replace("`", ""),
            }
            for one in hints(catalogue.menu(settings))
        ],
        "words": [
            {"word": word, "help": say(Text(key="help.words"), locale).replace("`", "")}
            for word in ("help", "status")
        ],
    }


def _local(settings: Settings) -> Settings:
    return settings.model_copy(update={"openai_api_key": SecretStr(_LOCAL_KEY)})


def _has_a_service(settings: Settings) -> bool:
    return bool(settings.openai_api_key or settings.azure_openai_endpoint or settings.imagine_server_url)


def _free_port() -> int:
    """Of this machine, for the bot's own server: its address has to be known before it starts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _values(
    stand_in: slack.StandIn, folder: Path, address: str, local: painter.Painter | None
) -> dict[str, str]:
    """The bot's environment, as far as it differs from ours; empty values take a variable away."""
    service = {"OPENAI_API_KEY": _LOCAL_KEY, "OPENAI_BASE_URL": local.openai_url} if local else {}
    nothing = dict.fromkeys(_NOT_OURS, "")
    return {
        **nothing,
        **service,
        "SLACK_BOT_TOKEN": stand_in.bot_token,
        "SLACK_APP_TOKEN": stand_in.app_token,
        "SLACK_API_URL": stand_in.api_url,
        "IMAGINE_DATA_DIR": str(folder),
        "IMAGINE_PUBLIC_URL": address,
        "HOST": "127.0.0.1",
        "PORT": address.rpartition(":")[2],
    }


_NOT_OURS = (
    *("SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"),
    *("TEAMS_CLIENT_ID", "TEAMS_CLIENT_SECRET", "TEAMS_TENANT_ID", "TEAMS_MANAGED_IDENTITY"),
    *("TEAMS_UNAUTHENTICATED", "TEAMS_SERVICE_URL_OVERRIDE", "IMAGINE_TEAMS_IMAGES"),
    *("IMAGINE_DATABASE_URL", "IMAGINE_BLOB_URL", "IMAGINE_SECRET_KEY"),
)
"""Where the real bot would live; the playground has its own places."""


async def _shows_updates(folder: Path, team: str) -> None:
    """This Slack shows updated files, and a bot that is told so can show a picture as it grows."""
    database = Database(Settings(_env_file=None, imagine_data_dir=folder).database_url)
    try:
        await aside(migrate, database)
        await SqlLedger(database, lambda: datetime.now(UTC)).learn(team, SHOWING, Showing.UPDATE)
    finally:
        await aside(database.close)


# -- the bot's process -------------------------------------------------------------------------------


@dataclass(kw_only=True, slots=True)
class Child:
    """``python -m bot serve``, which may be killed and started again."""

    slack: slack.StandIn
    env: Mapping[str, str]
    behind: Backstage
    process: Process | None = None

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    @property
    def connected(self) -> bool:
        return self.slack.workspace.wire.connected

    async def start(self) -> None:
        """Start it; nothing happens while it runs."""
        if not self.running:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", env=self.env, stdout=DEVNULL
            )
            self.behind.touch()

    async def kill(self) -> None:
        """As a power cut."""
        if self.process and self.running:
            self.process.kill()
            await self.process.wait()
            self.behind.touch()

    async def came_up(self) -> int:
        """Wait until it is connected, if that is soon; its exit code when it ended instead."""
        if self.process is None:
            return 1
        connected = asyncio.create_task(self.slack.connected(_START))
        ended = asyncio.create_task(self.process.wait())
        done, waiting = await asyncio.wait({connected, ended}, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        if ended in done:
            return ended.result() or 1
        if connected.exception():
            log.warning("the bot takes long to connect; the page opens and says when it has")
        return 0

    async def stop(self) -> None:
        """Let it leave in order."""
        if self.process and self.running:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), _DRAIN)
            except TimeoutError:
                await self.kill()


@asynccontextmanager
async def _bot(stand_in: slack.StandIn, env: Mapping[str, str], behind: Backstage) -> AsyncIterator[Child]:
    child = Child(slack=stand_in, env=env, behind=behind)
    await child.start()
    try:
        yield child
    finally:
        await child.stop()
