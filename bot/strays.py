"""Blobs that a process kept and died before the ledger knew of them."""

from bot.jobs import Blobs, Ledger
from bot.types import JobId


async def sweep(ledger: Ledger, blobs: Blobs, job: JobId) -> None:
    """Delete what was kept for a job and is named by nothing."""
    kept = await blobs.of(job)
    named = await ledger.blobs(job)
    await blobs.delete([key for key in kept if key not in named])
