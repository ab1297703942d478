"""What is to be reached (docs/design.md), as a table: each figure, its bound, and the floor beside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

SOAK = "soak"
"""The measurement that is not part of ``make bench``: it takes half an hour."""
Floors = Mapping[str, float]
"""``single``, ``fifty``, ``twenty`` and those of edits: ms; ``processor``: ms a job."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One row."""

    name: str
    what: str
    reach: str
    """The bound in words."""
    unit: str
    bound: Callable[[Floors], float]
    measurement: str
    """Which of ``measurements`` finds it."""
    floor: str = ""
    """The floor it is compared with."""


def _at_most(value: float) -> Callable[[Floors], float]:
    return lambda _floors: value


FIGURES = (
    Figure(
        name="ack-50",
        what="acknowledgement, 98 of 100, bursts of 50",
        reach="≤ 150 ms",
        unit="ms",
        bound=_at_most(150),
        measurement="fifty",
    ),
    Figure(
        name="ack-10",
        what="acknowledgement, 98 of 100, 10 at a time",
        reach="≤ 40 ms",
        unit="ms",
        bound=_at_most(40),
        measurement="tens",
    ),
    Figure(
        name="placeholder",
        what="placeholder visible after the command, idle",
        reach="≤ 200 ms",
        unit="ms",
        bound=_at_most(200),
        measurement="single",
    ),
    Figure(
        name="warm",
        what="one warm job, 0 s model, 2 MB picture",
        reach="≤ the floor + 150 ms",
        unit="ms",
        bound=lambda floors: floors["single"] + 150,
        measurement="single",
        floor="single",
    ),
    Figure(
        name="fifty",
        what="50 jobs at once, 0 s model",
        reach="≤ 2.5 × the floor",
        unit="ms",
        bound=lambda floors: 2.5 * floors["fifty"],
        measurement="fifty",
        floor="fifty",
    ),
    Figure(
        name="twenty",
        what="20 jobs of 5 s",
        reach="≤ 5.5 s",
        unit="ms",
        bound=_at_most(5500),
        measurement="twenty",
        floor="twenty",
    ),
    Figure(
        name="idle",
        what="resident memory, idle",
        reach="≤ 140 MB",
        unit="MB",
        bound=_at_most(140),
        measurement="start",
    ),
    Figure(
        name="peak",
        what="its highest during the 50 jobs, over idle",
        reach="≤ + 60 MB",
        unit="MB",
        bound=_at_most(60),
        measurement="fifty",
    ),
    Figure(
        name="lag",
        what="1,000 jobs in flight: event loop lag, 99 of 100",
        reach="≤ 50 ms",
        unit="ms",
        bound=_at_most(50),
        measurement="thousand",
    ),
    Figure(
        name="thousand",
        what="1,000 jobs in flight: memory over idle",
        reach="≤ + 150 MB",
        unit="MB",
        bound=_at_most(150),
        measurement="thousand",
    ),
    Figure(
        name="start",
        what="ready after start, schema up to date",
        reach="≤ 2 s",
        unit="ms",
        bound=_at_most(2000),
        measurement="start",
    ),
    Figure(
        name="processor",
        what="processor time for a 2 MB picture, command to posted",
        reach="≤ 3.5 × the floor",
        unit="ms",
        bound=lambda floors: 3.5 * floors["processor"],
        measurement="fifty",
        floor="processor",
    ),
    Figure(
        name="ack-busy",
        what="acknowledgement, 98 of 100, a burst of 50 while 200 are being painted",
        reach="≤ 500 ms",
        unit="ms",
        bound=_at_most(500),
        measurement="busy",
    ),
    Figure(
        name="ack-busy-http",
        what="the same in HTTP mode",
        reach="≤ 500 ms",
        unit="ms",
        bound=_at_most(500),
        measurement="busy",
    ),
    Figure(
        name="growth",
        what="the database, for 1,000 jobs",
        reach="≤ 12 MB",
        unit="MB",
        bound=_at_most(12),
        measurement="growth",
    ),
    Figure(
        name="postgres-1",
        what="100 jobs at once, 0 s model, Postgres, one process",
        reach="≤ 20 s",
        unit="ms",
        bound=_at_most(20_000),
        measurement="machines",
    ),
    Figure(
        name="postgres-2",
        what="the same, two processes (beside the stand-ins on the same cores)",
        reach="≤ 20 s",
        unit="ms",
        bound=_at_most(20_000),
        measurement="machines",
    ),
    Figure(
        name="takeover",
        what="a killed process's jobs are being painted again by another",
        reach="≤ 5 s",
        unit="ms",
        bound=_at_most(5000),
        measurement="takeover",
    ),
    Figure(
        name="edit",
        what="one edit of a 2 MB photo, by a reply",
        reach="≤ the floor + 500 ms",
        unit="ms",
        bound=lambda floors: floors["edit"] + 500,
        measurement="edit",
        floor="edit",
    ),
    Figure(
        name="edit-memory",
        what="its highest memory over idle",
        reach="≤ + 100 MB",
        unit="MB",
        bound=_at_most(100),
        measurement="edit",
    ),
    Figure(
        name="edit-hold",
        what="the longest the event loop was held meanwhile",
        reach="≤ 50 ms",
        unit="ms",
        bound=_at_most(50),
        measurement="edit",
    ),
    Figure(
        name="four",
        what="one edit of 4 photos of 12 megapixels",
        reach="≤ the floor + 2 s",
        unit="ms",
        bound=lambda floors: floors["four"] + 2000,
        measurement="four",
        floor="four",
    ),
    Figure(
        name="four-memory",
        what="its highest memory over idle",
        reach="≤ + 200 MB",
        unit="MB",
        bound=_at_most(200),
        measurement="four",
    ),
    Figure(
        name="four-hold",
        what="the longest the event loop was held meanwhile",
        reach="≤ 50 ms",
        unit="ms",
        bound=_at_most(50),
        measurement="four",
    ),
    Figure(
        name="sixteen",
        what="one edit of 16 pictures of 20 MB",
        reach="≤ 10 × the floor",
        unit="ms",
        bound=lambda floors: 10 * floors["sixteen"],
        measurement="sixteen",
        floor="sixteen",
    ),
    Figure(
        name="sixteen-memory",
        what="its highest memory over idle",
        reach="≤ + 400 MB",
        unit="MB",
        bound=_at_most(400),
        measurement="sixteen",
    ),
    Figure(
        name="sixteen-hold",
        what="the longest the event loop was held meanwhile",
        reach="≤ 50 ms",
        unit="ms",
        bound=_at_most(50),
        measurement="sixteen",
    ),
    Figure(
        name="soak",
        what="memory grown in half an hour at the service's limit (`make soak`)",
        reach="≤ + 5 %",
        unit="%",
        bound=_at_most(5),
        measurement=SOAK,
    ),
)
