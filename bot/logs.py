"""What the operator reads: structured logs, from which nothing secret gets out."""

import logging
import re
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import IO, Any, Literal
from urllib.parse import urlsplit

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.errors import BotError

HIDDEN = "[hidden]"

_TOKEN = re.compile(r"\bx(?:ox[a-z](?:\.xox[a-z])?|app)-[\w-]+|\bsk-[\w-]{4,}", re.IGNORECASE)
_AUTHORIZATION = re.compile(r"\b(Bearer|Basic)\s+[^\s\"',;]+", re.IGNORECASE)
_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s\"'<>)\]}]+", re.IGNORECASE)
_PRIVATE_FIELDS = frozenset(
    {
        "prompt",
        "prompts",
        "revised_prompt",
        "token",
        "authorization",
        "api_key",
        "response_url",
        "body",
        "payload",
    }
)
_NOISE_LIMIT = 300
"""Characters kept of what another library says: its later lines hold parameters and bodies."""


def clean(text: str) -> str:
    """The text without tokens, and with every web address cut down to its host.

    A path may be a secret too: Slack's response and upload addresses are.
    """
    return _TOKEN.sub(HIDDEN, _AUTHORIZATION.sub(rf"\1 {HIDDEN}", _URL.sub(_host_only, text)))


def _host_only(match: re.Match[str]) -> str:
    try:
        parts = urlsplit(match[0])
        host, port = parts.hostname, parts.port
    except ValueError:
        return HIDDEN
    if not host:
        return f"{parts.scheme}://{parts.path}"  # a file or SQLite path is not an address on a network
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{'/…' if parts.path.strip('/') else ''}"


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The processor that ``clean`` is for: every value of every event, however deep."""
    return {key: _clean_field(str(key), value) for key, value in event.items()}


def _clean_field(name: str, value: Any) -> Any:
    return HIDDEN if name.lower() in _PRIVATE_FIELDS else _clean_value(value)


def _clean_value(value: Any) -> Any:
    match value:
        case bool() | int() | float() | None:
            return value
        case bytes() | bytearray() | memoryview():
            return f"[{len(value)} bytes]"
        case Mapping():
            return {clean(str(key)): _clean_field(str(key), one) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_clean_value(one) for one in value]
        case _:
            return clean(str(value))


def tell_error(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its kinds and places.

    Only our own errors and the system's keep their words: a database's error quotes its parameters, an SDK's
    the request, and either may hold a prompt.
    """
    info = event.pop("exc_info", None)
    error = _error_of(info)
    if error is not None:
        event["error"] = " ← ".join(in_words(one) for one in _chain(error))
        event["at"] = _places(error.__traceback__)
    return event


def _error_of(info: object) -> BaseException | None:
    match info:
        case BaseException():
            return info
        case (_, BaseException() as error, _):
            return error
        case True:
            return sys.exc_info()[1]
        case _:
            return None


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in chain:
        chain.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return chain


def in_words(error: BaseException) -> str:
    """An error's kind, and its words where they are ours or the system's."""
    kind = type(error).__name__
    words = str(error) if isinstance(error, BotError | OSError) else ""
    return f"{kind}: {words}" if words else kind


def _places(trace: TracebackType | None) -> list[str]:
    places: list[str] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        module = trace.tb_frame.f_globals.get("__name__", "?")
        places.append(f"{module}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-8:]


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name == "bot" or record.name.startswith("bot.")


def ours_or_a_warning(record: logging.LogRecord) -> bool:
    """Other libraries speak from warnings up, whatever level they set: below, they print bodies."""
    return _is_ours(record) or record.levelno >= logging.WARNING


def first_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """What another library says, cut to its first line."""
    lines = str(event.get("event", "")).splitlines() or [""]
    event["event"] = lines[0][:_NOISE_LIMIT]
    return event


_THEIRS = (
    "slack_sdk",
    "slack_bolt",
    "openai",
    "httpx2",
    "httpcore2",
    "dbos",
    "aiohttp",
    "azure",
    "sqlalchemy",
    "alembic",
    "opentelemetry",
)


def set_up_logs(style: Literal["text", "json"] | None, level: str, stream: IO[str] | None = None) -> None:
    """Send every log of the process through one handler; call it before an SDK is imported.

    ``style`` None: text on a terminal, JSON elsewhere.
    """
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(stream)
    handler.addFilter(ours_or_a_warning)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, first_line],
            processors=[
                tell_error,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact,
                _renderer(style or ("text" if stream.isatty() else "json")),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("bot").setLevel(level.upper())
    for name in _THEIRS:
        _quieten(logging.getLogger(name))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _renderer(style: Literal["text", "json"]) -> Processor:
    if style == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=False)


def _quieten(logger: logging.Logger) -> None:
    logger.setLevel(logging.WARNING)
    logger.propagate = True
    logger.handlers = [logging.NullHandler()]  # DBOS adds a handler of its own to a logger that has none
