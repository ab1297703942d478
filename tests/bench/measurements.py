"""The measurements: each starts fresh processes, repeats, and gives the figures it finds, in ms and MB."""

import asyncio
import re
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from tests import postgres as servers
from tests.bench.processes import BenchError, Bot, World, bot, run, world
from tests.postgres import Postgres

Found = dict[str, float]
FLOOR = "floor-"
"""Begins the name of a floor that a measurement finds by turns with its own figures."""

_MS = 1000
_SETTLE = 2.0
"""Seconds after which a bot that is ready counts as idle."""
_STARTS = 3
_SINGLES = 9
_BURSTS = 5
_BOTS_FOR_TENS = 2
_WAVES = 5
_TWENTIES = 2
_IN_FLIGHT = 1000
_GRACE = 10.0
"""Seconds after a start of Postgres in which nobody is taken for dead."""
_HELD = 15.0
"""Seconds for which the thousand are watched once all are in flight."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bench:
    """Where the measurements work, and with which picture."""

    folder: Path
    picture: Path

    def fresh(self) -> Path:
        """An empty folder for one bot."""
        return Path(tempfile.mkdtemp(dir=self.folder))


async def start(bench: Bench) -> Found:
    """A database that is up to date; the time until ready, and the memory when nothing happens."""
    async with world(bench.fresh(), bench.picture) as there:
        async with bot(there):
            pass
        ready, idle = [], []
        for _ in range(_STARTS):
            async with bot(there) as running:
                await asyncio.sleep(_SETTLE)
                ready.append(running.ready_after * _MS)
                idle.append(running.process.memory())
    return {"start": median(ready), "idle": median(idle)}


async def single(bench: Bench) -> Found:
    """One job after the other, each on an idle bot; after as many of the floor."""
    async with world(bench.fresh(), bench.picture) as there:
        floor = median(one["seconds"] for one in await _floor(there, 1, _SINGLES))
    async with world(bench.fresh(), bench.picture) as there, bot(there):
        await _commands(there, count=1, wait_for="done")
        jobs = []
        for _ in range(_SINGLES):
            jobs.append(await _commands(there, count=1, wait_for="done"))
            await asyncio.sleep(0.3)
    return {
        "warm": median(job["seconds"] for job in jobs) * _MS,
        "placeholder": median(job["first"] for job in jobs) * _MS,
        f"{FLOOR}single": floor * _MS,
    }


async def fifty(bench: Bench) -> Found:
    """A burst of 50 on a fresh, warm bot: acknowledgements, the whole, memory and processor time.

    The floor by turns: a machine that others use too is twice as fast in one minute as in another.
    """
    bursts, floors, acks = [], [], []
    for _ in range(_BURSTS):
        async with world(bench.fresh(), bench.picture) as there:
            floors += await _floor(there, 50, 1)
        async with world(bench.fresh(), bench.picture) as there, bot(there) as running:
            await asyncio.sleep(_SETTLE)
            idle = running.process.memory()
            await _commands(there, count=1, wait_for="done")
            used = running.process.processor()
            burst = await _commands(there, count=50, wait_for="done")
            acks += burst["acks"]
            bursts.append(
                {
                    "fifty": burst["seconds"] * _MS,
                    "peak": running.process.most_memory() - idle,
                    "processor": (running.process.processor() - used) / 50 * _MS,
                }
            )
    found = {name: median(burst[name] for burst in bursts) for name in bursts[0]}
    found[f"{FLOOR}fifty"] = median(one["seconds"] for one in floors) * _MS
    found[f"{FLOOR}processor"] = median(one["processor"] for one in floors) * _MS
    return found | {"ack-50": _ninety_eight(acks) * _MS}


async def tens(bench: Bench) -> Found:
    """Ten commands at once; when all ten are posted, the next ten."""
    acks = []
    for _ in range(_BOTS_FOR_TENS):
        async with world(bench.fresh(), bench.picture) as there, bot(there):
            await _commands(there, count=1, wait_for="done")
            for _ in range(_WAVES):
                acks += (await _commands(there, count=10, channels=10, wait_for="done"))["acks"]
    return {"ack-10": _ninety_eight(acks) * _MS}


async def twenty(bench: Bench) -> Found:
    """Twenty jobs of five seconds, all at once, on a fresh, warm bot; the floor by turns."""
    seconds, floors = [], []
    for _ in range(_TWENTIES):
        async with world(bench.fresh(), bench.picture, seconds=5) as there:
            floors += await _floor(there, 20, 1)
        async with world(bench.fresh(), bench.picture, seconds=5) as there, bot(there):
            await _commands(there, count=1, wait_for="done")
            seconds.append((await _commands(there, count=20, wait_for="done"))["seconds"])
    floor = median(one["seconds"] for one in floors)
    return {"twenty": median(seconds) * _MS, f"{FLOOR}twenty": floor * _MS}


async def thousand(bench: Bench) -> Found:
    """A thousand pictures being painted at once by one process."""
    async with (
        world(bench.fresh(), bench.picture, seconds=600) as there,
        bot(there, IMAGINE_CONCURRENCY=str(_IN_FLIGHT), IMAGINE_TIMEOUT="900") as running,
    ):
        await asyncio.sleep(_SETTLE)
        idle, before = running.process.memory(), _lags(await running.metrics())
        for _ in range(_IN_FLIGHT // 50):
            await _commands(there, count=50, channels=100, wait_for="placeholder")
        await asyncio.sleep(_HELD)
        text = await running.metrics()
        lags = {bound: count - before.get(bound, 0) for bound, count in _lags(text).items()}
        found = {"lag": _bucketed(lags, 0.99) * _MS, "thousand": running.process.memory() - idle}
        running.process.process.kill()  # it would wait for a thousand pictures that nobody paints
        return found


# -- many at once, many of them, many machines


async def busy(bench: Bench) -> Found:
    """Two hundred pictures being painted, and fifty people more; over the socket, then by HTTP."""
    async with world(bench.fresh(), bench.picture, seconds=600) as there:
        socket = await _while_busy(there)
    async with world(bench.fresh(), bench.picture, seconds=600) as there:
        http = await _while_busy(
            there, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=there.about["signing_secret"]
        )
    return {"ack-busy": socket * _MS, "ack-busy-http": http * _MS}


async def _while_busy(there: World, **mode: str) -> float:
    async with bot(there, IMAGINE_CONCURRENCY="200", IMAGINE_TIMEOUT="900", **mode) as running:
        if mode:
            await there.slack.ask(do="deliver", url=f"{running.url}/slack/events")
        for _ in range(4):
            await _commands(there, count=50, channels=100, wait_for="placeholder")
        await asyncio.sleep(_SETTLE)
        acks = (await _commands(there, count=50, channels=100, wait_for="placeholder"))["acks"]
        running.process.process.kill()
    return _ninety_eight(acks)


async def growth(bench: Bench) -> Found:
    """What five hundred jobs add to the file, and the log beside it."""
    folder = bench.fresh()

    def size() -> float:
        return sum(path.stat().st_size for path in folder.glob("imagine.sqlite3*")) / 1024**2

    async with world(folder, bench.picture) as there, bot(there):
        await _commands(there, count=50, wait_for="done")
        before = await asyncio.to_thread(size)
        for _ in range(10):
            await _commands(there, count=50, wait_for="done")
        return {"growth": (await asyncio.to_thread(size) - before) * 2}


async def machines(bench: Bench) -> Found:
    """A hundred jobs on Postgres, by one process and by two."""
    found: Found = {}
    for processes in (1, 2):
        async with AsyncExitStack() as stack:
            there, _, _ = await _on_postgres(stack, bench, processes, seconds=0)
            await _commands(there, count=4, wait_for="done")
            found[f"postgres-{processes}"] = (await _commands(there, count=100, wait_for="done"))[
                "seconds"
            ] * _MS
    return found


async def takeover(bench: Bench) -> Found:
    """From a kill -9 until the other process has everything painted, without the painting itself."""
    painting = 4.0
    async with AsyncExitStack() as stack:
        there, bots, server = await _on_postgres(stack, bench, 2, seconds=painting)
        await asyncio.sleep(server.too_young(_GRACE))
        twenty = _commands(there, count=20, wait_for="done")
        asked = asyncio.create_task(twenty)  # awaited below, after the kill
        await asyncio.sleep(painting / 2)
        died = perf_counter()
        bots[0].process.process.kill()
        await asked
        return {"takeover": (perf_counter() - died - painting) * _MS}


async def _on_postgres(
    stack: AsyncExitStack, bench: Bench, processes: int, *, seconds: float
) -> tuple[World, list[Bot], Postgres]:
    if servers.programs() is None:
        raise BenchError("no Postgres is installed")
    server = stack.enter_context(servers.serve())
    there = await stack.enter_async_context(world(bench.fresh(), bench.picture, seconds=seconds))
    shared = {
        "IMAGINE_DATABASE_URL": server.database(),
        "IMAGINE_BLOB_URL": (there.folder / "pictures").as_uri(),
    }
    bots = [await stack.enter_async_context(bot(there, **shared)) for _ in range(processes)]
    return there, bots, server


MEASUREMENTS: dict[str, Callable[[Bench], Awaitable[Found]]] = {
    "start": start,
    "single": single,
    "fifty": fifty,
    "tens": tens,
    "twenty": twenty,
    "thousand": thousand,
    "busy": busy,
    "growth": growth,
    "machines": machines,
    "takeover": takeover,
}


async def _floor(there: World, jobs: int, times: int) -> list[dict[str, float]]:
    about = there.about
    where = ("--api-url", about["api_url"], "--token", about["bot_token"], "--openai-url", there.openai_url)
    amount = ("--channel", "C0GENERAL1", "--jobs", str(jobs), "--times", str(times))
    async with run("tests.bench.floor", *where, *amount) as process:
        runs: list[dict[str, float]] = await process.line()
        return runs


async def _commands(there: World, *, count: int, wait_for: str, channels: int = 1) -> dict[str, Any]:
    """That many commands at once; every one of them has to be acknowledged."""
    seen: dict[str, Any] = await there.slack.ask(
        do="command", count=count, wait_for=wait_for, channels=channels
    )
    if len(seen["acks"]) != count:
        raise BenchError(f"only {len(seen['acks'])} of {count} commands were acknowledged")
    return seen


def _ninety_eight(values: Sequence[float]) -> float:
    """The value that 98 of 100 do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * 98 // 100) - 1)]


_LAG = re.compile(r'^imagine_loop_lag_seconds_bucket\{le="([^"]+)"\} (\S+)', re.MULTILINE)


def _lags(metrics: str) -> dict[float, float]:
    """The histogram of the loop's lag: how many were at most each bound."""
    return {float(bound): float(count) for bound, count in _LAG.findall(metrics)}


def _bucketed(counts: dict[float, float], share: float) -> float:
    """The bound of the bucket that holds that share: rather too much than too little."""
    total = max(counts.values(), default=0.0)
    if not total:
        raise BenchError("the bot measured no loop lag")
    return min(bound for bound, count in counts.items() if count >= share * total)
