"""Far more than can be painted: every command is answered in time, and what is not taken is said at once."""

import asyncio

from tests.wire.whole_bot import BotProcess, Town, said, soon

_MANY = 500
_DEPTH = 100


async def test_a_flood_is_acknowledged_to_the_last(town: Town, process: BotProcess) -> None:
    town.painter.seconds = 60
    process.env |= {"IMAGINE_QUEUE_DEPTH": str(_DEPTH), "IMAGINE_LOG_LEVEL": "warning"}
    await process.start()
    workspace = town.slack.workspace
    acks = await asyncio.gather(
        *[workspace.command("ann", "general", f"fox {number}") for number in range(_MANY)]
    )
    assert [ack.error for ack in acks if not ack.ok] == []

    def told() -> int:
        """Who knows what became of their wish: it was not taken, it was too slow, or it waits."""
        notes = [said(one) for one in workspace.ephemerals]
        refused = [one for one in notes if "not taken" in one or "too slow" in one]
        return len(refused) + len(town.roles("placeholder"))

    await soon(lambda: told() >= _MANY, 90)
    await process.kill()  # it would wait for what nobody paints
