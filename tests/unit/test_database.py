"""How writes reach the disk."""

import asyncio
from pathlib import Path

from sqlalchemy import Connection

from bot.jobs.database import Database

_NORMAL, _FULL = 1, 2


def level(db: Connection) -> int:
    return int(db.exec_driver_sql("PRAGMA synchronous").scalar_one())


async def test_only_what_a_power_cut_must_not_undo_waits_for_the_disk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'imagine.sqlite3'}")
    alone = [await database.write(level, synced=synced) for synced in (True, False, True)]
    # Asked for in the same moment, they share a transaction, and the strictest decides.
    together = await asyncio.gather(
        database.write(level, synced=False),
        database.write(level, synced=False),
        database.write(level),
    )
    database.close()
    assert (alone, set(together)) == ([_FULL, _NORMAL, _FULL], {_FULL})
