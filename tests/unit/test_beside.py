"""What runs beside the line: started again after a fault, and gone when the bot leaves."""

import asyncio

from bot.app import _beside


async def test_a_loop_that_fails_on_its_way_out_does_not_hold_up_who_leaves() -> None:
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def fails_when_it_is_stopped() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            if not stopped.is_set():
                stopped.set()
                raise OSError("the store is away")

    async with asyncio.timeout(5), _beside({"a loop": fails_when_it_is_stopped}):
        await begun.wait()
    assert stopped.is_set()


async def test_a_loop_that_fails_is_started_again() -> None:
    tries = 0

    async def fails_at_first() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("the store is away")
        again.set()
        await asyncio.Event().wait()

    again = asyncio.Event()
    async with asyncio.timeout(5), _beside({"a loop": fails_at_first}):
        await again.wait()
    assert tries == 2
