"""The bot of production with a watch on its event loop: ``python -m tests.bench.watched serve``.

A timer of the loop's own says how late it was, every 2 ms: whatever holds the loop, or keeps the interpreter
from it, is seen as long as it was. What is over 5 ms is a line in the file ``holds``.
"""

import asyncio
import threading
from pathlib import Path

from bot.__main__ import main

_EVERY = 0.002
_WORTH_A_LINE = 0.005


class _Policy(asyncio.DefaultEventLoopPolicy):
    """Gives the main thread's loop its watch; the engine's own loops stay as they are."""

    def __init__(self, to: Path) -> None:
        super().__init__()
        self._to = to

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        loop = super().new_event_loop()
        if threading.current_thread() is threading.main_thread():
            _watch(loop, self._to)
        return loop


def _watch(loop: asyncio.AbstractEventLoop, to: Path) -> None:
    def look(due: float) -> None:
        late = loop.time() - due
        if late > _WORTH_A_LINE:
            with to.open("a") as file:
                file.write(f"{late:.6f}\n")
        loop.call_later(_EVERY, look, loop.time() + _EVERY)

    loop.call_soon(look, loop.time())


if __name__ == "__main__":
    asyncio.set_event_loop_policy(_Policy(Path("holds")))
    main()
