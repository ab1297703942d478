"""``make chaos``: on SQLite, and on Postgres where there is one; a table, and exit 1 for a fault."""

import argparse
import asyncio
import random
import sys
from contextlib import ExitStack
from pathlib import Path

from tests import postgres as servers
from tests.chaos.run import Report, run


def main() -> None:
    """Run, print, and exit 1 when a book does not balance."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--seconds", type=float, default=120, help="of mischief on each database")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--logs", type=Path, help="a file for everything the bots wrote")
    wanted = parser.parse_args()
    wrong = 0
    with ExitStack() as stack:
        kinds: list[servers.Postgres | None] = []
        if wanted.database != "postgres":
            kinds.append(None)
        if wanted.database != "sqlite":
            if servers.programs():
                kinds.append(stack.enter_context(servers.serve()))
            else:
                print("Postgres: skipped, it is not installed")  # noqa: T201 -- a command line prints
        for kind in kinds:
            report = asyncio.run(run(wanted.seconds, wanted.seed, kind))
            wrong += report.wrong
            print(table(report))  # noqa: T201 -- as above
            if wanted.logs:
                wanted.logs.write_text(report.output)
    sys.exit(1 if wrong else 0)


def table(report: Report) -> str:
    """What was done, what came of it, and what is wrong."""
    asked, books = report.people.asked, report.books
    rows: list[tuple[str, object]] = [
        ("people asked", len(asked)),
        ("of these acknowledged", sum(asked.values())),
        *[(f"people: {what}", times) for what, times in sorted(report.people.acts.items())],
        *[(f"mischief: {what}", times) for what, times in sorted(report.mischief.done.items())],
        *[(f"jobs {state}", count) for state, count in sorted(books.jobs.items())],
        *[(f"calls {outcome}", count) for outcome, count in sorted(books.calls.items())],
        ("calls the painter was paid for", books.paid),
        ("seconds until everything had ended", f"{report.quiet_after:.1f}"),
        *[(what, f"{len(them)} {', '.join(them[:5])}".strip()) for what, them in books.wrong.items()],
    ]
    width = max(len(name) for name, _ in rows)
    lines = [f"{report.name}, seed {report.seed}", *[f"  {name:<{width}}  {value}" for name, value in rows]]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
