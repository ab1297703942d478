"""Figures that no request brings along: the queue by the ledger, limits and retirements by the catalogue."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.jobs import Allowance, Ledger
from bot.observe import Metrics
from bot.providers import Menu
from bot.traces import Traces

_COUNT_EVERY = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """Who is told of what happens."""

    metrics: Metrics
    traces: Traces


async def count_jobs(ledger: Ledger, metrics: Metrics, now: Callable[[], datetime]) -> None:
    """For ever: how many jobs there are, and how old the queue is."""
    while True:
        metrics.jobs_now(await ledger.counts())
        since = await ledger.waiting_since()
        metrics.oldest_waits((now() - since).total_seconds() if since else 0.0)
        await asyncio.sleep(_COUNT_EVERY)


def state_limits(menu: Menu, allowances: Mapping[str, Allowance], metrics: Metrics) -> None:
    """What the services allow, and until when they offer the models in use."""
    for name, allowance in allowances.items():
        if allowance.per_minute:
            metrics.allowed(name, allowance.per_minute)
    for offer in menu.offers:
        ends = offer.card.retires.get(offer.service)
        if ends:
            metrics.retires(offer.card.name, offer.service.value, ends)
