"""What was learnt of a workspace: names and values, believed for a while before they are read again."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from bot.jobs.database import Database
from bot.jobs.tables import facts

Now = Callable[[], datetime]

_FACT_SECONDS = 30.0
"""How long a fact is believed before it is read again; another process may have learnt better."""


class SqlFacts:
    """The facts' verbs of ``bot.jobs.Ledger``."""

    def __init__(self, database: Database, now: Now) -> None:
        self._db = database
        self._now = now
        self._facts: dict[tuple[str, str], tuple[float, str]] = {}

    async def fact(self, workspace: str, name: str) -> str:
        until, known = self._facts.get((workspace, name), (0.0, ""))
        at = self._now().timestamp()
        if at < until:
            return known
        query = select(facts.c.value).where(facts.c.workspace == workspace, facts.c.name == name)
        value = await self._db.read(lambda db: db.execute(query).scalar()) or ""
        self._facts[workspace, name] = (at + _FACT_SECONDS, value)
        return value

    async def settle(self, workspace: str, name: str, value: str) -> str:
        query = select(facts.c.value).where(facts.c.workspace == workspace, facts.c.name == name)

        def work(db: Connection) -> str:
            known = db.execute(query).scalar()
            if known is not None:
                return str(known)
            db.execute(insert(facts).values(workspace=workspace, name=name, value=value))
            return value

        return await self._db.write_alone(work)

    async def facts(self, name: str) -> dict[str, str]:
        query = select(facts.c.workspace, facts.c.value).where(facts.c.name == name)
        return await self._db.read(lambda db: {row.workspace: row.value for row in db.execute(query)})

    async def learn(self, workspace: str, name: str, value: str) -> None:
        mine = (facts.c.workspace == workspace, facts.c.name == name)

        def work(db: Connection) -> None:
            db.execute(delete(facts).where(*mine))
            db.execute(insert(facts).values(workspace=workspace, name=name, value=value))

        await self._db.write(work)
        self._facts[workspace, name] = (self._now().timestamp() + _FACT_SECONDS, value)

    async def unlearn(self, workspace: str) -> None:
        await self._db.write(lambda db: db.execute(delete(facts).where(facts.c.workspace == workspace)))
        self._facts = {key: known for key, known in self._facts.items() if key[0] != workspace}
