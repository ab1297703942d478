"""The image service's own limit, held over all processes: pyrate-limiter on a table of the bot's database.

The library decides (``SlidingWindowLog``); here is only where its log is kept. Its own SQL buckets would each
bring a second way into the database (docs/decisions/0004-budget-of-calls.md).
"""

import zlib
from collections.abc import Callable, Mapping
from datetime import datetime

from pyrate_limiter import AbstractBucket, Decision, Rate, RateItem
from sqlalchemy import Connection, delete, func, insert, select

from bot.jobs import Allowance
from bot.jobs.database import Database
from bot.jobs.tables import budget

_MINUTE = 61_500
"""Milliseconds for a minute's allowance: calls reach the service a little later than we count them."""


class SqlBudget:
    """See ``bot.jobs.Budget``."""

    def __init__(
        self, database: Database, allowances: Mapping[str, Allowance], now: Callable[[], datetime]
    ) -> None:
        self._db = database
        self._rates = {name: rate(given) for name, given in allowances.items() if given.per_minute}
        self._now = now

    async def take(self, name: str, count: int) -> float:
        allowed = self._rates.get(name)
        if allowed is None:
            return 0.0
        weight = min(count, allowed.limit)  # a call for more than a minute's worth waits for an empty minute

        def work(db: Connection) -> float:
            item = RateItem(name, self._alone(db, name), weight)
            bucket = _Log(db, name, allowed)
            decision = bucket.put_decision(item)
            if not decision.allowed:
                return max(1, decision.retry_after_ms or 0) / 1000
            bucket.leak(item.timestamp)
            return 0.0

        return await self._db.write_alone(work)

    def _alone(self, db: Connection, name: str) -> int:
        """Milliseconds since 1970, once nobody else counts for this deployment.

        SQLite has one writer. On Postgres we take turns, and the server's clock serves all machines.
        """
        if db.dialect.name != "postgresql":
            return int(self._now().timestamp() * 1000)
        db.execute(select(func.pg_advisory_xact_lock(zlib.crc32(f"budget:{name}".encode()))))
        return int(db.execute(select(func.extract("epoch", func.clock_timestamp()) * 1000)).scalar_one())


def rate(given: Allowance) -> Rate:
    """An allowance as the library counts it: so many a minute, or one at a time with even pauses."""
    if given.even:
        return Rate(1, -(-_MINUTE // given.per_minute))
    return Rate(given.per_minute, _MINUTE)


class _Log(AbstractBucket):
    """One deployment's calls, a row each, inside a transaction that has the deployment to itself."""

    is_async = False

    def __init__(self, db: Connection, name: str, allowed: Rate) -> None:
        self._connection = db
        self._mine = budget.c.deployment == name
        self.rates = [allowed]

    def put(self, item: RateItem) -> bool:
        return self.put_decision(item).allowed

    def put_decision(self, item: RateItem) -> Decision:
        counts = [self._since(self._algorithm.window_start(one, item.timestamp)) for one in self.rates]
        decision = self._algorithm.decide(self.rates, counts, item.weight, item.timestamp, self._newest)
        if self._record(item, decision):
            row = {"deployment": item.name, "at": item.timestamp}
            self._connection.execute(insert(budget), [row] * item.weight)
        return decision

    def _since(self, at: int) -> int:
        rows = select(func.count()).select_from(budget).where(self._mine, budget.c.at >= at)
        return self._connection.execute(rows).scalar_one()

    def _newest(self, offset: int) -> int | None:
        rows = select(budget.c.at).where(self._mine).order_by(budget.c.at.desc())
        return self._connection.execute(rows.offset(offset).limit(1)).scalar()

    def leak(self, current_timestamp: int | None = None) -> int:
        bound = self._algorithm.leak_bound(self.rates, current_timestamp or 0)
        return self._connection.execute(delete(budget).where(self._mine, budget.c.at < bound)).rowcount

    def flush(self) -> None:
        self._connection.execute(delete(budget).where(self._mine))

    def count(self) -> int:
        return self._since(0)

    def peek(self, index: int) -> RateItem | None:
        at = self._newest(index)
        return None if at is None else RateItem("", at)
