"""Writes what was found as a page: every figure beside its bound and the floor, with machine and date."""

import os
import platform
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from tests.bench.figures import FIGURES, Figure

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
_ROW = re.compile(r"^\| `([\w-]+)` \|.*$", re.MULTILINE)
_INTRODUCTION = """\
# Speed and size

Written by `make bench` (`python -m tests.bench`, or with the names of rows for some of them). The bot runs
as a process of its own between two stand-ins that are processes too: Slack's, and a painter that answers at
once with a picture of 2 MB. The floor is a bare loop that makes the same HTTP calls for each job and keeps
nothing; it is measured in the same run, by turns with the bursts of 50, on stand-ins of the same kind.
Ratios count, since machines differ, and this one in the hours of a day.
Medians of several runs; previews are off, as the floor has none; acknowledgements are timed on arrival
(bursts of 50 on a fresh bot; 10 at a time, the next ten when these are posted); the thousand are all being
painted at once, and their lag is the upper bound of the histogram's bucket.
Edits are replies with files under a result, one after the other; how long the event loop was held is measured
inside the bot's process by a timer of 2 ms, and a busy machine lengthens it.

| name | figure | reach | measured | floor | ratio | met | date |
|---|---|---|---|---|---|---|---|
"""


def write(found: Mapping[str, float], floors: Mapping[str, float], today: date) -> str:
    """Make the page; rows that were not measured now stay as they were. Returns its text."""
    old = {row[1]: row[0] for row in _ROW.finditer(PAGE.read_text())} if PAGE.exists() else {}
    rows = [
        line(figure, found[figure.name], floors, today) if figure.name in found else old.get(figure.name)
        for figure in FIGURES
    ]
    text = _INTRODUCTION + "\n".join(row for row in rows if row) + f"\n\nMachine: {machine()}.\n"
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text)
    return text


def met(figure: Figure, value: float, floors: Mapping[str, float]) -> bool:
    """Whether the bound holds."""
    return value <= figure.bound(floors)


def line(figure: Figure, value: float, floors: Mapping[str, float], today: date) -> str:
    """One row of the table."""
    floor = floors.get(figure.floor)
    cells = (
        f"`{figure.name}`",
        figure.what,
        figure.reach,
        f"{value:.0f} {figure.unit}",
        f"{floor:.0f} {figure.unit}" if floor else "",
        f"{value / floor:.1f} ×" if floor else "",
        "yes" if met(figure, value, floors) else "**no**",
        today.isoformat(),
    )
    return f"| {' | '.join(cells)} |"


def machine() -> str:
    """What it ran on, without its name."""
    cores = os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{_processor()}, {cores} cores, {memory:.0f} GB; {system}"


def _processor() -> str:
    for row in Path("/proc/cpuinfo").read_text().splitlines():
        if row.startswith("model name"):
            return row.partition(":")[2].strip()
    return platform.machine()
