"""What every test may ask for: settings that know nothing of this machine, and a story with a running bot."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import AliasChoices, SecretStr

from bot.settings import Settings
from tests.story import Story


def _names() -> set[str]:
    """Every variable that the settings would read."""
    names = {name.upper() for name in Settings.model_fields}
    for field in Settings.model_fields.values():
        if isinstance(field.validation_alias, AliasChoices):
            names |= {str(choice) for choice in field.validation_alias.choices}
    return names


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in _names():
        monkeypatch.delenv(name, raising=False)
    return _settings(tmp_path / "data")


def _settings(folder: Path) -> Settings:
    return Settings(
        _env_file=None,
        imagine_data_dir=folder,
        openai_api_key=SecretStr("sk-not-a-key"),
        host="127.0.0.1",
        port=0,
    )


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


@pytest.fixture
async def story(settings: Settings, a_data_folder: Path) -> AsyncIterator[Story]:
    await asyncio.to_thread(shutil.copytree, a_data_folder, settings.imagine_data_dir)
    told = Story(settings)
    await told.start()
    yield told
    told.model.brush.open()
    told.chat.updates.open()
    told.chat.replies.open()
    await told.stop()
