"""Traces by OpenTelemetry, to a collector by OTLP over HTTP; imported only when one is configured."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Status, StatusCode, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from bot.aside import aside

_PATIENCE = 3.0
"""Seconds the collector may take: a stop waits for it after the jobs, within its 30."""
_KEY = "traceparent"  # https://www.w3.org/TR/trace-context/


class OtelTraces:
    """See ``bot.traces.Traces``. A provider of our own: nothing is registered for the whole process."""

    def __init__(self, endpoint: str, headers: str) -> None:
        exporter = OTLPSpanExporter(
            endpoint=f"{endpoint.rstrip('/')}/v1/traces", headers=_pairs(headers) or None, timeout=_PATIENCE
        )
        named = Resource({"service.name": "imagine-bot"})
        # OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
        self._provider = TracerProvider(resource=named.merge(OTELResourceDetector().detect()))
        self._provider.add_span_processor(BatchSpanProcessor(exporter))  # sends from a thread of its own
        self._tracer = self._provider.get_tracer("imagine-bot")
        self._w3c = TraceContextTextMapPropagator()

    @contextmanager
    def span(self, name: str, *, of: str | None = None, **facts: str | int) -> Iterator[None]:
        if of is None and not get_current_span().get_span_context().is_valid:
            yield
            return
        context = self._w3c.extract({_KEY: of}) if of else None
        with self._tracer.start_as_current_span(
            name,
            context=context,
            attributes=facts,
            record_exception=False,  # its words may quote a request
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except Exception as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def here(self) -> str:
        carrier: dict[str, str] = {}
        self._w3c.inject(carrier)
        return carrier.get(_KEY, "")

    async def close(self) -> None:
        await aside(self._provider.shutdown)


def _pairs(headers: str) -> dict[str, str]:
    """``key=value,key=value``, as OTEL_EXPORTER_OTLP_HEADERS is written."""
    parts = (one.partition("=") for one in headers.split(",") if "=" in one)
    return {key.strip().lower(): value.strip() for key, _, value in parts}
