"""What every test may ask for: settings that know nothing of this machine, and a story with a running bot."""

import asyncio
import gc
import shutil
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path

import pytest
from pydantic import AliasChoices, SecretStr

from bot import memory
from bot.jobs.database import Database, migrate
from bot.settings import Settings
from bot.types import Platform
from tests import postgres as servers
from tests.postgres import Postgres
from tests.story import Story

gc.disable()  # until everything is collected: the search for dead cycles took half of the time of that


def pytest_collection_finish() -> None:
    gc.enable()
    memory.settled()


@cache
def _names() -> frozenset[str]:
    """Every variable that the settings would read."""
    names = {name.upper() for name in Settings.model_fields}
    for field in Settings.model_fields.values():
        if isinstance(field.validation_alias, AliasChoices):
            names |= {str(choice) for choice in field.validation_alias.choices}
    return frozenset(names)


@cache
def _defaults() -> Settings:
    """Read once: reading them takes longer than many a test."""
    with pytest.MonkeyPatch.context() as patch:
        _bare(patch)
        return Settings(_env_file=None, openai_api_key=SecretStr("sk-not-a-key"), host="127.0.0.1", port=0)


def _bare(patch: pytest.MonkeyPatch) -> None:
    """Take this machine's settings out of the environment."""
    for name in _names():
        patch.delenv(name, raising=False)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    _bare(monkeypatch)
    return _settings(tmp_path / "data")


def _settings(folder: Path) -> Settings:
    return _defaults().model_copy(update={"imagine_data_dir": folder})


@pytest.fixture(scope="session")
def a_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that a bot has lived in: copied, it spares a story the second of a first start."""
    folder = tmp_path_factory.mktemp("born") / "data"

    async def live() -> None:
        told = Story(_settings(folder))
        await told.start()
        await told.stop()

    asyncio.run(live())
    return folder


@pytest.fixture(params=Platform)
async def story(
    request: pytest.FixtureRequest, settings: Settings, a_data_folder: Path
) -> AsyncIterator[Story]:
    await asyncio.to_thread(shutil.copytree, a_data_folder, settings.imagine_data_dir)
    told = Story(settings, request.param)
    await told.start()
    yield told
    told.model.brush.open()
    told.chat.open_gates()
    await told.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server for everybody; each test makes a database of its own there."""
    if servers.programs() is None:
        pytest.skip("no Postgres is installed (Debian: apt-get install postgresql)")
    with servers.serve() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'imagine.sqlite3'}"
    server: Postgres = request.getfixturevalue("postgres")
    return Settings(_env_file=None, imagine_database_url=server.database()).database_url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database of each kind, with the bot's tables."""
    opened = Database(database_url)
    migrate(opened)
    yield opened
    opened.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--teams-emulator", metavar="FOLDER", help="where Microsoft's emulator is installed")
