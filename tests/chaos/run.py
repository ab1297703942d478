"""One run: people, mischief, then quiet, then the books."""

import asyncio
import random
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from bot.playground import painter
from bot.playground.slack import serve
from bot.settings import Settings
from tests.chaos import reckoning
from tests.chaos.mischief import Mischief, start
from tests.chaos.people import People
from tests.chaos.pictures import Folder, InS3
from tests.chaos.reckoning import Books
from tests.postgres import Postgres
from tests.wire import s3_server
from tests.wire.whole_bot import BotProcess, Town, a_picture

_QUIET = 120.0
"""Seconds in which everything has to come to its end, once nothing goes wrong any more."""
_PAINTING = 0.4


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What a run came to."""

    name: str
    seed: int
    people: People
    mischief: Mischief
    books: Books
    quiet_after: float
    """Seconds until the last job had ended."""
    output: str
    """Everything the bots wrote."""

    @property
    def wrong(self) -> int:
        return sum(len(them) for them in self.books.wrong.values())


async def run(seconds: float, seed: int, postgres: Postgres | None) -> Report:
    """SQLite and one process; with a server, three processes on it."""
    chance = random.Random(seed)  # the same mischief for the same seed
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="imagine-chaos-")))
        slack = await stack.enter_async_context(serve(page=False, file_delay=0.1))
        local = await stack.enter_async_context(
            painter.serve(fixed_picture=a_picture(), seconds=_PAINTING, deployments={"wall": "gpt-image-2"})
        )
        town = Town(slack=slack, painter=local, folder=folder)
        # Several processes share a bucket; one alone has a folder.
        pictures = (
            InS3(await stack.enter_async_context(s3_server.serving()))
            if postgres
            else Folder(folder / "pictures")
        )
        url = postgres.database() if postgres else f"sqlite:///{folder / 'data' / 'imagine.sqlite3'}"
        env = {
            "IMAGINE_DATABASE_URL": url,
            **pictures.environment,
            "IMAGINE_PREVIEWS": "0",
            "IMAGINE_LOG_LEVEL": "info",
        }
        bots = tuple(BotProcess(town=town, env=dict(env)) for _ in range(3 if postgres else 1))
        for bot in bots:
            stack.push_async_callback(bot.close)
            await start(bot)
        people = People(town=town, chance=chance)
        mischief = Mischief(town=town, bots=bots, chance=chance, postgres=postgres, pictures=pictures)
        await asyncio.gather(people.live(seconds), mischief.live(seconds))
        quiet_after = await _quiet(url)
        for bot in bots:
            bot.terminate()
            await bot.wait(40)
        looking = reckoning.engine(_sqlalchemy(url))
        with looking.connect() as db:
            books = reckoning.balance(db, town, people, mischief, pictures.there())
        looking.dispose()
        return Report(
            name="Postgres, three processes" if postgres else "SQLite, one process",
            seed=seed,
            people=people,
            mischief=mischief,
            books=books,
            quiet_after=quiet_after,
            output="".join(bot.output for bot in bots),
        )


async def _quiet(url: str) -> float:
    """Wait until no job is on its way; how long that took."""
    loop, looking = asyncio.get_running_loop(), reckoning.engine(_sqlalchemy(url))
    began = loop.time()

    def look() -> int:
        with looking.connect() as db:
            return reckoning.going(db)

    calm = 0
    while calm < 4 and loop.time() - began < _QUIET:
        calm = 0 if await asyncio.to_thread(look) else calm + 1
        await asyncio.sleep(0.5)
    looking.dispose()
    return loop.time() - began


def _sqlalchemy(url: str) -> str:
    return Settings(_env_file=None, imagine_database_url=url).database_url
