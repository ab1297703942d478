"""The schema: the newest script is the one we stop at, and what scripts make is what the code expects."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

import bot.jobs.database as opening
from bot.errors import ConfigError
from bot.jobs.database import HEAD, Database, migrate
from bot.jobs.tables import metadata
from bot.settings import Settings
from tests.postgres import Postgres


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Without any table."""
    opened = Database(database_url)
    yield opened
    opened.close()


def test_the_head_is_the_newest_script() -> None:
    scripts = ScriptDirectory(str(Path(opening.__file__).with_name("schema")))
    assert scripts.get_heads() == [HEAD]


def test_the_scripts_make_the_tables_that_the_code_expects(database: Database) -> None:
    migrate(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "imagine_version"})
        assert compare_metadata(context, metadata) == []
        assert set(metadata.tables) <= set(inspect(connection).get_table_names())


def test_migrating_again_changes_nothing(database: Database) -> None:
    migrate(database)
    migrate(database)
    asyncio.run(database.ping())


def test_two_that_start_at_once_migrate_once(postgres: Postgres) -> None:
    url = Settings(_env_file=None, imagine_database_url=postgres.database()).database_url
    with closing(Database(url)) as one, closing(Database(url)) as two, ThreadPoolExecutor(2) as both:
        list(both.map(migrate, [one, two]))
        asyncio.run(two.ping())


def test_a_database_of_a_later_release_is_refused_with_the_cure(database: Database) -> None:
    migrate(database)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE imagine_version SET version_num = '9999'"))
    with pytest.raises(ConfigError, match="later release"):
        migrate(database)


def test_a_database_that_is_not_there_is_told_in_a_line() -> None:
    with (
        closing(Database("postgresql+psycopg://nobody:secret@127.0.0.1:1/nothing")) as nowhere,
        pytest.raises(ConfigError, match="IMAGINE_DATABASE_URL") as told,
    ):
        migrate(nowhere)
    assert "secret" not in str(told.value)


def test_two_bots_on_one_file_are_refused_with_the_cure(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'imagine.sqlite3'}"
    with closing(Database(url)), pytest.raises(ConfigError, match="IMAGINE_DATA_DIR"):
        Database(url)
