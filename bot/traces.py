"""One trace from what a person said to the picture they saw, over processes: the door, and nothing behind it.

Who is behind it when somebody wants traces: ``bot/telemetry.py``.
"""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Traces(Protocol):
    """Stretches of work, told to a collector. What is told holds no prompt, no token and no name."""

    def span(self, name: str, *, of: str | None = None, **facts: str | int) -> AbstractContextManager[None]:
        """A stretch of work, which ends with the block.

        ``of``: the trace it belongs to, as ``here`` named it elsewhere; empty: it begins one; None: that of
        the stretch around it, and nothing where there is none.
        """

    def here(self) -> str:
        """What a later stretch, in another process perhaps, belongs to; empty when nothing is traced."""

    async def close(self) -> None:
        """Send what was not sent yet."""


class NoTraces:
    """See ``Traces``: nobody wants any."""

    def span(self, name: str, *, of: str | None = None, **facts: str | int) -> AbstractContextManager[None]:
        return nullcontext()

    def here(self) -> str:
        return ""

    async def close(self) -> None:
        return


OFF: Traces = NoTraces()
