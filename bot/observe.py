"""What the operator watches: Prometheus metrics, and health made of named pings."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from bot.errors import ChatError, Fault, ImageServiceError
from bot.logs import clean, in_words
from bot.types import JobState, Painted

# -- metrics ----------------------------------------------------------------------------------------

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600)
_LAG = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


MAY_BE_PAID = frozenset({Fault.BROKEN, Fault.TIMEOUT, Fault.GARBAGE})


class PaidAgain(StrEnum):
    """Why a call that may have been paid was made once more."""

    CRASH = "crash"
    BROKEN = "broken"


class Metrics:
    """Every figure of one bot, in a registry of its own. Names are in ``docs/operating.md``."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._jobs = self._counter("jobs", "Jobs that came into a state.", "state")
        self._now = self._gauge("jobs_now", "Jobs in a state, by the ledger.", "state")
        self._oldest = self._gauge("oldest_waiting_seconds", "How long the oldest waiting job waits.")
        self._recording = self._histogram("recording_seconds", "Until what a person did is saved.", "said")
        self._waiting = self._histogram("waiting_seconds", "From the request to its first call.")
        self._painting = self._histogram("painting_seconds", "A call that gave pictures.", "model")
        self._posting = self._histogram("posting_seconds", "From the painted picture to the posted one.")
        self._pictures = self._counter("pictures", "Pictures painted.", "model")
        self._tokens = self._counter("tokens", "Tokens the services counted.", "model", "kind")
        self._cost = self._counter("cost_usd", "USD at the catalogue's prices.", "model")
        self._paid = self._counter(
            "paid_calls", "Calls that were or may have been paid.", "service", "outcome"
        )
        self._again = self._counter("paid_again", "Calls made once more that may be paid twice.", "why")
        self._image_errors = self._counter("image_errors", "Calls that gave no picture.", "service", "fault")
        self._chat_errors = self._counter("chat_errors", "Failed calls to the chat platform.", "call", "code")
        self._held_back = self._counter("budget_waits", "Calls held back by a used-up limit.", "deployment")
        self._limit = self._gauge("budget_per_minute", "What a service allows a minute.", "deployment")
        self._retires = self._gauge(
            "model_retires_timestamp_seconds", "When a service retires a model in use.", "model", "service"
        )
        self._lag = self._histogram("loop_lag_seconds", "How late the event loop was.", buckets=_LAG)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"imagine_{name}", what, labels, registry=self._registry)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(f"imagine_{name}", what, labels, registry=self._registry)

    def _histogram(
        self, name: str, what: str, *labels: str, buckets: tuple[float, ...] = _SECONDS
    ) -> Histogram:
        return Histogram(f"imagine_{name}", what, labels, buckets=buckets, registry=self._registry)

    def job_came_to(self, state: JobState) -> None:
        self._jobs.labels(state).inc()

    def jobs_now(self, counts: Mapping[JobState, int]) -> None:
        """How many jobs the ledger holds in each state; a state that is not named has none."""
        for state in JobState:
            self._now.labels(state).set(counts.get(state, 0))

    def oldest_waits(self, seconds: float) -> None:
        """The age of the queue; 0 when nobody waits."""
        self._oldest.set(max(0.0, seconds))

    def recorded(self, said: str, seconds: float) -> None:
        """One thing a person did is saved, and may be acknowledged."""
        self._recording.labels(said).observe(seconds)

    def held_back(self, deployment: str) -> None:
        self._held_back.labels(deployment).inc()

    def allowed(self, deployment: str, per_minute: int) -> None:
        self._limit.labels(deployment).set(per_minute)

    def retires(self, model: str, service: str, on: date) -> None:
        at = datetime(on.year, on.month, on.day, tzinfo=UTC)
        self._retires.labels(model, service).set(at.timestamp())

    def waited(self, seconds: float) -> None:
        self._waiting.observe(seconds)

    def painted(self, painted: Painted) -> None:
        """One call that gave pictures: its time, tokens and cost."""
        model = painted.model
        self._paid.labels(painted.service, "painted").inc()
        self._painting.labels(model).observe(painted.seconds)
        self._pictures.labels(model).inc(len(painted.pictures))
        self._tokens.labels(model, "text_in").inc(painted.usage.text_in)
        self._tokens.labels(model, "image_in").inc(painted.usage.image_in)
        self._tokens.labels(model, "out").inc(painted.usage.out)
        if painted.cost is not None:
            self._cost.labels(model).inc(float(painted.cost))

    def not_painted(self, error: ImageServiceError) -> None:
        """One call that gave none."""
        self._image_errors.labels(error.service, error.fault).inc()
        if error.fault in MAY_BE_PAID:
            self._paid.labels(error.service, error.fault).inc()

    def broken_off(self, service: str) -> None:
        """One call that was cancelled, or left behind by a process that goes; it may be billed."""
        self._paid.labels(service, "cancelled").inc()

    def paid_again(self, why: PaidAgain) -> None:
        self._again.labels(why).inc()

    def posted(self, seconds: float) -> None:
        self._posting.observe(seconds)

    def chat_failed(self, error: ChatError) -> None:
        self._chat_errors.labels(error.call, error.code).inc()

    def lagged(self, seconds: float) -> None:
        self._lag.observe(max(0.0, seconds))

    def text(self) -> bytes:
        """The Prometheus text format."""
        return generate_latest(self._registry)


async def watch_loop(metrics: Metrics, *, every: float = 0.1) -> None:
    """Measure for ever how late the event loop wakes; run it in a task group."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + every
        await asyncio.sleep(every)
        metrics.lagged(loop.time() - due)


# -- health -----------------------------------------------------------------------------------------

Ping = Callable[[], Awaitable[object]]
"""Returns when the thing works; raises when it does not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What the pings came to: name → cause, empty where all is well."""

    causes: dict[str, str]

    @property
    def ready(self) -> bool:
        return not any(self.causes.values())


class Health:
    """Whether the bot can work now: the sum of what each room's ping says."""

    def __init__(self, pings: Mapping[str, Ping], *, patience: float = 2) -> None:
        self._pings = dict(pings)
        self._patience = patience
        self._stopping = False

    def stop(self) -> None:
        """Send no more work here: the process is going down."""
        self._stopping = True

    async def report(self) -> Report:
        causes = await asyncio.gather(*map(self._cause, self._pings.values()))
        named = dict(zip(self._pings, causes, strict=True))
        return Report(causes=named | ({"process": "stopping"} if self._stopping else {}))

    async def _cause(self, ping: Ping) -> str:
        try:
            async with asyncio.timeout(self._patience):
                await ping()
        except TimeoutError:
            return f"no answer within {self._patience:g} s"
        except Exception as error:  # noqa: BLE001 -- whatever a ping raises is the answer to the question
            return clean(in_words(error))
        return ""


def routes(health: Health, metrics: Metrics) -> list[web.RouteDef]:
    """``/healthz``: the loop turns. ``/readyz``: every ping is well, else 503 and why. ``/metrics``."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(_request: web.Request) -> web.Response:
        report = await health.report()
        checks = {name: cause or "ok" for name, cause in report.causes.items()}
        body = {"ready": report.ready, "checks": checks}
        return web.json_response(body, status=200 if report.ready else 503)

    async def metrics_text(_request: web.Request) -> web.Response:
        return web.Response(body=metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics_text)]
