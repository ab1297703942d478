"""What tells the deliveries of one request from another request."""

from sqlalchemy import Connection, delete, insert, select

from bot.jobs.facts import SqlFacts
from bot.jobs.tables import keys
from bot.types import JobId


class SqlKeys(SqlFacts):
    """Those verbs of ``bot.jobs.Ledger``."""

    async def claim(self, key: str, window: float | None = None) -> bool:
        at = self._now().timestamp()

        def work(db: Connection) -> bool:
            known = db.execute(select(keys.c.at).where(keys.c.key == key)).scalar()
            if known is not None and (window is None or at - known < window):
                return False
            db.execute(delete(keys).where(keys.c.key == key))
            db.execute(insert(keys).values(key=key, job="", at=at))
            return True

        return await self._db.write(work)

    async def unclaim(self, key: str) -> None:
        await self._db.write(lambda db: db.execute(delete(keys).where(keys.c.key == key)))

    async def release(self, job: JobId) -> None:
        await self._db.write(lambda db: db.execute(delete(keys).where(keys.c.job == job)))
