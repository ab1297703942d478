"""Traces at a collector's door: one from each request to its picture, over processes, and no word of it."""

import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from pydantic import SecretStr

from tests.wire.whole_bot import BotProcess, Town, running_bot, soon


@dataclass(frozen=True, kw_only=True)
class Span:
    """What the collector got."""

    name: str
    trace: bytes
    id: bytes
    parent: bytes
    failed: str
    facts: dict[str, str]


@dataclass
class Collector:
    """OTLP over HTTP, kept in a list."""

    spans: list[Span] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    bodies: bytes = b""

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.bodies += body
        self.keys.add(request.headers.get("x-key", ""))
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                self.spans += [
                    Span(
                        name=span.name,
                        trace=span.trace_id,
                        id=span.span_id,
                        parent=span.parent_span_id,
                        failed=span.status.message,
                        facts={one.key: one.value.string_value for one in span.attributes},
                    )
                    for span in scope.spans
                ]
        return web.Response()

    def named(self, name: str) -> list[Span]:
        return [span for span in self.spans if span.name == name]


@pytest.fixture
async def collector() -> AsyncIterator[tuple[Collector, str]]:
    made = Collector()
    app = web.Application()
    app.add_routes([web.post("/v1/traces", made.take)])
    async with TestServer(app) as server:
        yield made, str(server.make_url("/"))


async def test_one_trace_leads_from_the_command_to_the_posted_picture(
    town: Town, collector: tuple[Collector, str]
) -> None:
    told, address = collector
    headers = SecretStr("X-Key=open,other=1")
    tracing: dict[str, Any] = {"otel_exporter_otlp_endpoint": address, "otel_exporter_otlp_headers": headers}
    async with running_bot(town, **tracing):
        await town.imagine("a secret fox")
        await town.imagine("another fox")
    first, second = told.named("hear")
    assert first.trace != second.trace
    mine = [span for span in told.spans if span.trace == first.trace]
    names = [span.name for span in mine]
    assert {"hear", "show", "paint", "deliver", "slack chat.postMessage", "slack chat.delete"} <= set(names)
    (hear,), (show,) = [[one for one in mine if one.name == name] for name in ("hear", "show")]
    assert (hear.parent, hear.facts) == (b"", {"said": "command", "platform": "slack"})
    assert show.parent == hear.id
    (deliver,) = [span for span in mine if span.name == "deliver"]
    posts = [span.parent for span in mine if span.name == "slack chat.postMessage"]
    assert sorted(posts) == sorted([show.id, deliver.id])
    assert told.keys == {"open"}
    for secret in (b"fox", b"xoxb", town.slack.bot_token.encode(), b"U0ANN"):
        assert secret not in told.bodies


async def test_what_began_in_one_process_goes_on_in_the_next_under_the_same_trace(
    town: Town, process: BotProcess, collector: tuple[Collector, str]
) -> None:
    told, address = collector
    process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = address
    process.env["OTEL_BSP_SCHEDULE_DELAY"] = "100"
    await process.start()
    town.painter.seconds = 30
    ack = await town.slack.workspace.command("ann", "general", "a fox")
    assert ack.ok
    await soon(lambda: bool(town.painter.calls))
    await soon(lambda: bool(told.named("show")))
    await process.kill()
    town.painter.seconds = 0
    await process.start()
    await town.results()
    process.terminate()
    await process.wait()
    (deliver,), (hear,) = told.named("deliver"), told.named("hear")
    assert deliver.trace == hear.trace == told.named("paint")[-1].trace


async def test_a_collector_that_is_away_costs_nobody_a_picture_or_a_quick_stop(
    town: Town, process: BotProcess
) -> None:
    process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9"
    await process.start()
    await town.imagine("a fox")
    process.terminate()
    assert await process.wait(15) == 0


def test_what_nobody_configured_is_not_imported() -> None:
    look = "import bot.app, sys; print(*sys.modules)"
    asked = [sys.executable, "-c", look]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603 -- our own words
    loaded = set(done.stdout.split())
    assert "slack_bolt" in loaded
    extras = {"opentelemetry", "cryptography", "aiosqlite", "requests"}
    assert not loaded & extras
