"""``python -m tests.bench [ROW …]``: measure, print, and write ``docs/benchmarks.md``."""

import argparse
import asyncio
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import edits, picture, report
from tests.bench.figures import FIGURES, SOAK, Figure
from tests.bench.measurements import FLOOR, MEASUREMENTS, Bench, Found
from tests.bench.processes import BenchError


def main() -> int:
    """0 when every measured figure is reached, 1 when one is not."""
    if not Path("/proc/self/status").exists():
        _say("The benchmark reads memory and processor time from /proc: run it on Linux.")
        return 2
    names = [figure.name for figure in FIGURES if figure.measurement != SOAK]
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"any of {', '.join(names)}; all by default")
    rows = parser.parse_args().rows or names
    unknown = [row for row in rows if row not in names]
    if unknown:
        parser.error(f"no row {', '.join(unknown)}; there are {', '.join(names)}")
    return asyncio.run(_measured([figure for figure in FIGURES if figure.name in rows]))


async def _measured(figures: list[Figure]) -> int:
    folder = Path(tempfile.mkdtemp(prefix="imagine-bench-"))
    try:
        bench = Bench(folder=folder, picture=folder / "picture.png")
        await asyncio.to_thread(picture.write, bench.picture)
        found, below = await _found(bench, figures)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    there = {figure: found[figure.name] for figure in figures if figure.name in found}
    wanted = {figure.name: value for figure, value in there.items()}
    _say(report.write(wanted, below, datetime.now(UTC).date()))
    missed = [figure.name for figure, value in there.items() if not report.met(figure, value, below)]
    failed = [figure.name for figure in figures if figure not in there]
    if missed:
        _say(f"Not reached: {', '.join(missed)}.")
    if failed:
        _say(f"Could not be measured: {', '.join(failed)}.")
    return 1 if missed or failed else 0


async def _found(bench: Bench, figures: list[Figure]) -> tuple[Found, Found]:
    below: Found = {}
    for name in sorted({figure.floor for figure in figures} & edits.FLOORS.keys()):
        _say(f"measuring the floor of {name} …")
        below[name] = await edits.floor(bench, edits.FLOORS[name])
    found: Found = {}
    for name in dict.fromkeys(figure.measurement for figure in figures):
        _say(f"measuring {name} …")
        try:
            found |= await (MEASUREMENTS | edits.MEASUREMENTS)[name](bench)
        except (BenchError, TimeoutError) as error:  # the other rows are worth having
            _say(f"{name}: {error!r}")
    below |= {name.removeprefix(FLOOR): found.pop(name) for name in [*found] if name.startswith(FLOOR)}
    return found, below


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
