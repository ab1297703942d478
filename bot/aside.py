"""Slow work off the event loop, in threads that are not the engine's.

``asyncio.to_thread`` takes the loop's own pool, which the engine makes its own: two drawings of a second each
would hold up the records of every other job, and they the drawings.
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def aside(act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """As ``asyncio.to_thread``, with what is bound to the log's lines."""
    run = partial(contextvars.copy_context().run, act, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_threads(), run)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(thread_name_prefix="aside")
