"""The image service's own limit, held over all processes: pyrate-limiter on a table of the bot's database.

The library decides (``SlidingWindowLog``); here is only where its log is kept, and whose turn it is. Its own
SQL buckets would each bring a second way into the database (docs/decisions/0004-budget-of-calls.md).
"""

import zlib
from collections.abc import Callable, Mapping
from datetime import datetime

from pyrate_limiter import AbstractBucket, Decision, Rate, RateItem
from sqlalchemy import Connection, delete, func, insert, select

from bot.jobs import LONGEST_PAUSE, LOOK_AGAIN, Allowance, Turn
from bot.jobs.database import Database
from bot.jobs.tables import budget, jobs, line, pauses
from bot.types import ENDED

_MINUTE = 61_500
"""Milliseconds for a minute's allowance: calls reach the service a little later than we count them."""
_JITTER = 250
"""Milliseconds more between two calls, for one that comes late; at most a quarter of their distance."""
_LOOK = 250
"""Milliseconds between two looks, whoever makes them; each is a dozen writes of the engine's."""
_LATE = 5_000
"""Milliseconds after which who did not look again when they were to has lost their place."""


class SqlBudget:
    """See ``bot.jobs.Budget``."""

    def __init__(
        self, database: Database, allowances: Mapping[str, Allowance], now: Callable[[], datetime]
    ) -> None:
        self._db = database
        self._rates = {name: rate(given) for name, given in allowances.items() if given.per_minute}
        self._now = now
        self._paused: dict[str, float] = {}

    async def take(self, name: str, count: int, turn: Turn) -> float:
        allowed = self._rates.get(name)
        if allowed is None:
            return max(0.0, self._paused.get(name, 0.0) - self._now().timestamp())
        weight = min(count, allowed.limit)  # a call for more than a minute's worth waits for an empty minute

        def work(db: Connection) -> float:
            at = self._alone(db, name)
            _forget_the_future(db, name, at)
            place = _Line(db, name, at)
            bucket = _Log(db, name, allowed)
            pause = _pause(db, name) - at
            wait = max(pause, bucket.wait(at, place.ahead(turn) + weight))
            if wait > 0:
                if wait > max(pause, 2 * place.patience):
                    wait = max(pause, place.patience)
                place.keep(turn, weight, at + wait)
                return wait / 1000
            place.leave(turn)
            bucket.put(RateItem(name, at, weight))
            bucket.leak(at)
            return 0.0

        return await self._db.write_alone(work)

    async def pause(self, name: str, seconds: float) -> None:
        seconds = min(seconds, LONGEST_PAUSE)
        self._paused[name] = self._now().timestamp() + seconds
        if name not in self._rates:
            return  # each process hears it for itself: without a limit nothing is shared

        def work(db: Connection) -> None:
            until = self._alone(db, name) + int(seconds * 1000)
            if until > _pause(db, name):
                db.execute(delete(pauses).where(pauses.c.deployment == name))
                db.execute(insert(pauses).values(deployment=name, until=until))

        await self._db.write_alone(work)

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
        step = -(-60_000 // given.per_minute)
        return Rate(1, step + min(_JITTER, step // 4))
    return Rate(given.per_minute, _MINUTE)


def _forget_the_future(db: Connection, name: str, at: int) -> None:
    """Where the clock was set back, what is noted for later than can be would hold everybody up."""
    longest = at + int(LONGEST_PAUSE * 1000)
    db.execute(delete(budget).where(budget.c.deployment == name, budget.c.at > at + _MINUTE))
    db.execute(delete(line).where(line.c.deployment == name, line.c.due > at + _MINUTE))
    db.execute(delete(pauses).where(pauses.c.deployment == name, pauses.c.until > longest))


def _pause(db: Connection, name: str) -> int:
    """Until when the service wants to be left alone."""
    return db.execute(select(pauses.c.until).where(pauses.c.deployment == name)).scalar() or 0


class _Line:
    """Who waits for one deployment, people taking turns (start-time fair queueing)."""

    def __init__(self, db: Connection, name: str, at: int) -> None:
        self._db = db
        self._name = name
        self._at = at
        over = select(jobs.c.id).where(jobs.c.state.in_([state.value for state in ENDED]))
        gone = (line.c.due < at - _LATE) | line.c.job.in_(over)
        db.execute(delete(line).where(line.c.deployment == name, gone))
        self._rows = db.execute(select(line).where(line.c.deployment == name)).all()

    @property
    def patience(self) -> int:
        """Milliseconds until somebody looks again, in case others went; the longer, the longer the line."""
        return max(int(LOOK_AGAIN * 1000), _LOOK * len(self._rows))

    def ahead(self, turn: Turn) -> int:
        """What those before this one want, together."""
        mine = self._order(turn)
        return sum(row.weight for row in self._rows if (row.turn, row.since, row.job, row.part) < mine)

    def _order(self, turn: Turn) -> tuple[int, int, str, int]:
        for row in self._rows:
            if (row.job, row.part) == (turn.job, turn.part):
                return row.turn, row.since, row.job, row.part
        # Who comes new is level with who is next, and behind their own that wait already.
        next_ = min((row.turn for row in self._rows), default=1)
        last = max((row.turn for row in self._rows if row.person == _name(turn)), default=0)
        return max(next_, last + 1), self._at, turn.job, turn.part

    def keep(self, turn: Turn, weight: int, due: int) -> None:
        """They wait, and look again when it is due."""
        number, since, job, part = self._order(turn)
        self.leave(turn)
        place = {"deployment": self._name, "job": job, "part": part, "person": _name(turn)}
        self._db.execute(insert(line).values(**place, turn=number, since=since, due=due, weight=weight))

    def leave(self, turn: Turn) -> None:
        """They wait no more."""
        mine = (line.c.deployment == self._name, line.c.job == turn.job, line.c.part == turn.part)
        self._db.execute(delete(line).where(*mine))


def _name(turn: Turn) -> str:
    return f"{turn.person.workspace}:{turn.person.id}"


class _Log(AbstractBucket):
    """One deployment's calls, a row each, inside a transaction that has the deployment to itself."""

    is_async = False

    def __init__(self, db: Connection, name: str, allowed: Rate) -> None:
        self._connection = db
        self._mine = budget.c.deployment == name
        self.rates = [allowed]

    def wait(self, at: int, weight: int) -> int:
        """Milliseconds until so much may be taken; 0: now. Each further minute's worth takes a minute."""
        [allowed] = self.rates
        minutes, first = (weight - 1) // allowed.limit, min(weight, allowed.limit)
        decision = self._decide(at, first)
        soonest = 0 if decision.allowed else max(1, decision.retry_after_ms or 0)
        return soonest + minutes * int(allowed.interval)

    def _decide(self, at: int, weight: int) -> Decision:
        counts = [self._since(self._algorithm.window_start(one, at)) for one in self.rates]
        return self._algorithm.decide(self.rates, counts, weight, at, self._newest)

    def put(self, item: RateItem) -> bool:
        return self.put_decision(item).allowed

    def put_decision(self, item: RateItem) -> Decision:
        decision = self._decide(item.timestamp, item.weight)
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
