"""What belongs to a workspace that left goes: its jobs, their pictures, and what was learnt about it."""

import structlog

from bot.chat import LEAVING
from bot.jobs import Blobs, Engine, Ledger
from bot.types import JobState

log = structlog.get_logger()

_AT_ONCE = 100
"""Jobs forgotten in one transaction."""
_UNPAINTED = (JobState.HELD, JobState.WAITING, JobState.PAINTING)


async def clear_out(ledger: Ledger, engine: Engine, blobs: Blobs) -> None:
    """Everything of the workspaces that uninstalled the app; after a crash it goes on where it was."""
    for workspace, since in (await ledger.facts(LEAVING)).items():
        if since:
            await _stop_work(ledger, engine, workspace)
            await _forget(ledger, blobs, workspace)
            log.info("a workspace's data is gone")


async def _stop_work(ledger: Ledger, engine: Engine, workspace: str) -> None:
    """Nothing is painted, and paid for, that nobody can be shown."""
    for one in await ledger.line():
        if one.by.workspace == workspace:
            await ledger.move(one.job, JobState.CANCELLED, only_from=_UNPAINTED)
            await engine.cancel(one.job, await ledger.round(one.job))


async def _forget(ledger: Ledger, blobs: Blobs, workspace: str) -> None:
    while kept := await ledger.kept_of(workspace, _AT_ONCE):
        await blobs.delete([blob for its in kept.values() for blob in its])
        await ledger.forget(list(kept))
    await ledger.unlearn(workspace)
