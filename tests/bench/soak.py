"""``make soak``: half an hour at the image service's own limit; memory has to stay flat."""

import argparse
import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from tests.bench import picture, report
from tests.bench.figures import SOAK
from tests.bench.processes import bot, world

_PER_MINUTE = 60
_EVERY = 10.0
"""Seconds between two looks at the memory."""
_WARM = 1 / 6
"""The share of the time that is not counted: caches fill, allocators find their size."""
_FLAT = 0.05
_LONG = 30.0
"""Minutes from which on it is written down."""


def main() -> None:
    """Print the memory at the beginning and the end; exit 1 when it grew by more than 5 in 100."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak")
    parser.add_argument("--minutes", type=float, default=_LONG)
    minutes = parser.parse_args().minutes
    memory = asyncio.run(soak(minutes * 60))
    counted = memory[int(len(memory) * _WARM) :]
    part = max(1, len(counted) // 5)
    first, last = median(counted[:part]), median(counted[-part:])
    grown = last / first - 1
    if minutes >= _LONG:
        report.write({SOAK: grown * 100}, {}, datetime.now(UTC).date())
    sys.stdout.write(f"{len(memory)} looks; {first:.1f} MB, then {last:.1f} MB: {grown:+.1%}\n")
    sys.exit(1 if grown > _FLAT else 0)


async def soak(seconds: float) -> list[float]:
    """The resident memory in MB, while there is always something to paint and never more than is allowed."""
    loop = asyncio.get_running_loop()
    with tempfile.TemporaryDirectory(prefix="imagine-soak-") as name:
        folder = Path(name)
        await asyncio.to_thread(picture.write, folder / "picture.png")
        memory: list[float] = []
        async with (
            world(folder, folder / "picture.png", seconds=1) as there,
            bot(there, IMAGINE_IMAGES_PER_MINUTE=str(_PER_MINUTE)) as running,
        ):
            until = loop.time() + seconds
            while loop.time() < until:
                await there.slack.ask(
                    do="command", count=int(_PER_MINUTE * _EVERY / 60), wait_for="placeholder", channels=10
                )
                await asyncio.sleep(_EVERY)
                memory.append(running.process.memory())
        return memory


if __name__ == "__main__":
    main()
