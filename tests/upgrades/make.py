"""``python -m tests.upgrades.make 0.1``: this release's databases, with jobs in every state, as SQL files.

Run it once, when a release is made; the tests start every later version on what it wrote.
"""

import argparse
import asyncio
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from bot.settings import Settings
from tests import postgres as servers
from tests.story import Story

HERE = Path(__file__).parent


def main() -> None:
    """Write both."""
    parser = argparse.ArgumentParser(prog="python -m tests.upgrades.make")
    parser.add_argument("release")
    release = parser.parse_args().release
    with tempfile.TemporaryDirectory(prefix="imagine-release-") as name:
        folder, left = Path(name), Path(name) / "left.sqlite3"
        settings = _settings(folder, None)
        asyncio.run(_live(settings, partial(_backup, folder / "data" / "imagine.sqlite3", left)))
        with closing(sqlite3.connect(left)) as database:
            (HERE / f"release-{release}.sqlite.sql").write_text("\n".join(database.iterdump()) + "\n")
    with servers.serve() as server, tempfile.TemporaryDirectory(prefix="imagine-release-") as name:
        url, file = server.database(), HERE / f"release-{release}.postgres.sql"

        def dump() -> None:
            file.write_text(server.dumped(url))

        asyncio.run(_live(_settings(Path(name), url), dump))


def _settings(folder: Path, url: str | None) -> Settings:
    return Settings(
        _env_file=None,
        imagine_data_dir=folder / "data",
        imagine_database_url=url,
        imagine_per_user=1,
        openai_api_key=SecretStr("sk-not-a-key"),
        imagine_secret_key=SecretStr("a key of the tests, and of nobody else"),
        host="127.0.0.1",
        port=0,
    )


async def _live(settings: Settings, keep: Callable[[], None]) -> None:
    """A bot's life up to the moment when it dies with work in hand, and what it leaves."""
    story = Story(settings)
    await story.start()
    await story.ann.says("/imagine a finished fox")
    await story.settled()
    story.model.will_fail(RuntimeError("broken"))
    await story.ann.says("/imagine a failed fox")
    await story.settled()
    await story.ann.says("/imagine a {held,kept} fox")
    story.model.brush_is_for = "a fox being painted"
    story.model.brush.close()
    await story.bob.says("/imagine a fox being painted")
    await story.painting()
    story.chat.uploads.close()
    await story.ann.says("/imagine a painted fox")
    await story.until(lambda: story.chat.uploads.waiting == 1)
    await story.ann.says("/imagine a waiting fox")
    await story.until(lambda: story.chat.calls["post"] == 6)
    await asyncio.sleep(0.5)  # its place in the engine's line
    story.chat.arrivals.close()
    await story.bob.says("/imagine a recorded fox")
    await story.until(lambda: story.chat.arrivals.waiting == 1)
    await asyncio.to_thread(keep)
    story.chat.arrivals.open()
    story.chat.uploads.open()
    story.model.brush.open()
    await story.settled()
    await story.stop()


def _backup(live: Path, to: Path) -> None:
    with closing(sqlite3.connect(live)) as here, closing(sqlite3.connect(to)) as there:
        here.backup(there)


if __name__ == "__main__":
    main()
