"""The measurements of edits: photographs go in, and the bot's memory and event loop are watched."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench import picture
from tests.bench.measurements import Bench, Found
from tests.bench.processes import Bot, World, bot, run, world

_MS = 1000
_SETTLE = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Photos:
    """What goes into one edit."""

    name: str
    draw: Callable[[Path], None]
    count: int
    times: int


ONE = Photos(name="edit", draw=picture.snapshot, count=1, times=7)
FOUR = Photos(name="four", draw=picture.photograph, count=4, times=5)
SIXTEEN = Photos(name="sixteen", draw=picture.heavy, count=16, times=2)


def measured(photos: Photos) -> Callable[[Bench], Awaitable[Found]]:
    """Edits one after the other on one bot: their time, its memory over idle, its loop's longest hold."""

    async def measure(bench: Bench) -> Found:
        paths = await _drawn(bench, photos)
        async with world(bench.fresh(), bench.picture) as there, bot(there, "tests.bench.watched") as running:
            await asyncio.sleep(_SETTLE)
            idle = running.process.memory()
            await there.slack.ask(do="command", count=1, wait_for="done")
            seconds = await _edits(there, running, photos, paths)
            memory = running.process.most_memory() - idle
            return seconds | {f"{photos.name}-memory": memory}

    return measure


async def _edits(there: World, running: Bot, photos: Photos, paths: list[str]) -> Found:
    """The first is not timed, and its holds do not count: it imports what only edits need."""
    seconds, seen = [], 0
    for number in range(photos.times + 1):
        files = [one["id"] for one in await there.slack.ask(do="upload", paths=paths)]
        if number == 1:
            seen = len(running.hold_lines())
        edited = await there.slack.ask(do="edit", files=files)
        seconds.append(edited["seconds"] * _MS)
        await asyncio.sleep(0.3)
    hold = running.longest_hold(seen) * _MS
    return {photos.name: median(seconds[1:]), f"{photos.name}-hold": hold}


async def _drawn(bench: Bench, photos: Photos) -> list[str]:
    path = bench.folder / f"{photos.name}{'.png' if photos.draw is picture.heavy else '.jpg'}"
    if not path.exists():
        await asyncio.to_thread(photos.draw, path)
    return [str(path)] * photos.count


async def floor(bench: Bench, photos: Photos) -> float:
    """The same calls by the bare loop, in ms."""
    paths = await _drawn(bench, photos)
    async with world(bench.fresh(), bench.picture) as there:
        about = there.about
        urls = [one["url"] for one in await there.slack.ask(do="upload", paths=paths)]
        where = ("--api-url", about["api_url"], "--token", about["bot_token"])
        how = ("--openai-url", there.openai_url, "--channel", "C0GENERAL1", "--times", str(photos.times))
        which = [word for url in urls for word in ("--photo", url)]
        async with run("tests.bench.floor", *where, *how, *which) as process:
            runs: list[dict[str, float]] = await process.line()
    return median(one["seconds"] for one in runs) * _MS


MEASUREMENTS: dict[str, Callable[[Bench], Awaitable[Found]]] = {
    photos.name: measured(photos) for photos in (ONE, FOUR, SIXTEEN)
}
FLOORS = {photos.name: photos for photos in (ONE, FOUR, SIXTEEN)}
