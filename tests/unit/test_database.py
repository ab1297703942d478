"""How writes reach the disk, and what the engine finds there."""

import asyncio
from pathlib import Path
from time import time

import pytest
from sqlalchemy import Connection, text

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


def test_the_engine_can_stamp_its_rows_with_whatever_sqlite_there_is(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'imagine.sqlite3'}")
    engine = database.engine_for_dbos()
    with engine.begin() as db:
        db.execute(
            text("CREATE TABLE stamped (what TEXT, at INTEGER NOT NULL DEFAULT (unixepoch('subsec') * 1000))")
        )
        db.execute(text("INSERT INTO stamped (what) VALUES ('a fox')"))
        (at,) = db.execute(text("SELECT at FROM stamped")).scalars()
    database.close()
    assert abs(at / 1000 - time()) < 60


def pages(database: Database, most: int) -> None:
    """As a full disk would, and one where there is room again."""
    raw = database.engine.raw_connection()
    raw.execute(f"PRAGMA max_page_count = {most}")
    raw.close()


async def test_a_write_waits_until_there_is_room_for_it(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'imagine.sqlite3'}")
    with database.engine.begin() as db:
        db.execute(text("CREATE TABLE kept (what BLOB)"))
    pages(database, 1)
    add = text("INSERT INTO kept (what) VALUES (zeroblob(100000))")
    writing = asyncio.ensure_future(database.write(lambda db: db.execute(add)))  # awaited below
    await asyncio.wait([writing], timeout=0.3)
    assert not writing.done()
    pages(database, 10_000)
    await writing
    assert await database.read(lambda db: db.execute(text("SELECT count(*) FROM kept")).scalar()) == 1
    database.close()


async def test_who_writes_when_it_is_closed_is_told_and_waits_for_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'imagine.sqlite3'}")
    database.close()
    async with asyncio.timeout(5):
        for _ in range(2):  # the second after a batch that came to nothing
            with pytest.raises(RuntimeError, match="shutdown"):
                await database.write(level)
