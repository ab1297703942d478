"""Whether what is remembered could be: database and blob store, for ``imagine-bot check``."""

from datetime import UTC, datetime

from obstore.exceptions import BaseError
from sqlalchemy.exc import SQLAlchemyError

from bot.aside import aside
from bot.errors import ConfigError, StoreError
from bot.jobs.blobs import ObjectBlobs
from bot.jobs.database import Database, InUse, migrate
from bot.jobs.ledger import SqlLedger
from bot.types import BlobKey

_WORDS = b"a test of imagine-bot check"


async def database(url: str) -> str:
    """Open, migrate and write; what came of it. Raises ``ConfigError``."""
    try:
        opened = await aside(Database, url)
    except InUse:
        return "in use by a running imagine-bot (a SQLite file belongs to one process)"
    try:
        await aside(migrate, opened)
        now = datetime.now(UTC)
        ledger = SqlLedger(opened, lambda: now)
        await ledger.learn("", "checked_at", now.isoformat())
        written = await ledger.fact("", "checked_at")
    except SQLAlchemyError as error:
        # The class alone: a driver's sentence may repeat the address with its password.
        fault = (
            f"IMAGINE_DATABASE_URL: it cannot be used ({type(error).__name__}). Check server, name and user."
        )
        raise ConfigError([fault]) from error
    finally:
        await aside(opened.close)
    if written != now.isoformat():
        raise ConfigError(
            ["IMAGINE_DATABASE_URL: what was written is not there. Check the server's replicas."]
        )
    return f"{opened.engine.dialect.name}: schema up to date, written and read"


async def blobs(url: str) -> str:
    """Put, get and delete a few bytes; what came of it. Raises ``ConfigError``."""
    try:
        store = await aside(ObjectBlobs, url)
        key = await store.put(_WORDS, "application/octet-stream")
        await _got_back(url, key)
        await store.delete([key])
    except (BaseError, OSError, ValueError, StoreError) as error:
        fault = (
            f"IMAGINE_BLOB_URL: pictures cannot be kept there ({type(error).__name__})."
            " Check that the place exists and that we may write and delete there."
        )
        raise ConfigError([fault]) from error
    return "put, got back and deleted"


async def _got_back(url: str, key: BlobKey) -> None:
    try:
        await ObjectBlobs(url).get(key)  # the one that put it would give it from memory
    except StoreError as error:
        fault = "IMAGINE_BLOB_URL: it did not give back what it was given. Use another store."
        raise ConfigError([fault]) from error
