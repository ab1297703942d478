"""The same database for who speaks SQLAlchemy's asyncio, as the Slack SDK does; a lock over all processes."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.jobs.database import Database, bound

_CONNECTIONS = 8
_LOCKS = 4
"""Connections that may hold a lock at once: as many again are left for who has one and works."""
_STANDS = 60.0
"""Seconds a transaction may stand still: while one holds a lock, Slack is asked for a new token."""
_BUSY = 30
"""Seconds a writer waits for SQLite's other writers."""


class AsyncDatabase:
    """Beside ``Database``, which has the claim on a SQLite file; for what is rare and short."""

    def __init__(self, database: Database) -> None:
        url = make_url(database.url)
        self._sqlite = url.get_backend_name() == "sqlite"
        self._locks = asyncio.Semaphore(_LOCKS)
        self._here: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        if self._sqlite:
            url = url.set(drivername="sqlite+aiosqlite")
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=_CONNECTIONS,
            pool_pre_ping=not self._sqlite,
            connect_args={"timeout": _BUSY} if self._sqlite else {},
        )
        if not self._sqlite:
            bound(self.engine.sync_engine, _STANDS)

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[None]:
        """Only one block of this name runs at a time, over all processes of this bot."""
        async with self._here[name]:
            if self._sqlite:  # one process has the file: this lock is enough
                yield
                return
            async with self._locks, self.engine.begin() as connection:
                # Held by the transaction: it ends with the connection, so a dead process holds nothing.
                lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
                await connection.execute(lock, {"name": name})
                yield

    async def close(self) -> None:
        """Let go of the connections."""
        await self.engine.dispose()
