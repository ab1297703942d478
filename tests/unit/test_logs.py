"""Logs tell no secret, whoever speaks."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog
from dbos._logger import init_logger
from hypothesis import given
from hypothesis import strategies as st

from bot import logs
from bot.errors import ChatError
from bot.logs import clean, redact

SECRET = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=12, max_size=40)
AROUND = st.text(st.characters(blacklist_categories=("L", "N", "Cs")), max_size=12)
SHAPES = (
    "xoxb-{}",
    "xoxe.xoxp-{}",
    "xapp-1-A0-{}",
    "sk-proj-{}",
    "Bearer {}",
    "https://hooks.slack.com/commands/T0/{}",
    "https://files.example.test/f?token={}",
    "postgresql://bot:{}@db.example.test/imagine",
    "wss://socket.example.test/link?ticket={}",
)


@pytest.fixture
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """The bot's log as JSON lines; the process's own logging is put back afterwards."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    out = io.StringIO()
    style: Literal["text", "json"] = getattr(request, "param", "json")
    logs.set_up_logs(style, "info", out)
    yield out
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers, root.level = before


def lines(log: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


@given(secret=SECRET, shape=st.sampled_from(SHAPES), before=AROUND, after=AROUND)
def test_no_token_and_no_private_address_survives_cleaning(
    secret: str, shape: str, before: str, after: str
) -> None:
    assert secret not in clean(f"{before} {shape.format(secret)} {after}")


@given(secret=SECRET, shape=st.sampled_from(SHAPES), keys=st.lists(st.text(max_size=5), max_size=3))
def test_no_secret_survives_however_deep_it_lies(secret: str, shape: str, keys: list[str]) -> None:
    value: object = (shape.format(secret),)
    for key in keys:
        value = {key: [value]}
    assert secret not in json.dumps(redact(None, "info", {"event": "x", "value": value}))


@given(text=st.text("abcdefgh ABC,.;!? äöü 日本語\n", max_size=80))
def test_plain_words_are_not_touched(text: str) -> None:
    assert clean(text) == text


def test_an_address_keeps_the_host_an_operator_needs() -> None:
    assert (
        clean("https://u:p@east.example.test:8443/openai/images?k=1 failed")
        == "https://east.example.test:8443/… failed"
    )
    assert clean("sqlite:///data/imagine.sqlite3") == "sqlite:///data/imagine.sqlite3"


def test_prompts_and_bytes_are_hidden_by_name_and_kind() -> None:
    event = redact(
        None, "info", {"event": "x", "prompt": "a fox", "deep": {"Token": "t"}, "data": b"123", "n": 4}
    )
    assert event == {
        "event": "x",
        "prompt": "[hidden]",
        "deep": {"Token": "[hidden]"},
        "data": "[3 bytes]",
        "n": 4,
    }


def test_an_event_is_one_json_line_with_the_job_bound(log: io.StringIO) -> None:
    structlog.contextvars.bind_contextvars(job="k3f9")
    structlog.get_logger("bot.workflow").info("painted", seconds=1.5)
    (line,) = lines(log)
    assert line.pop("timestamp")
    assert line == {
        "event": "painted",
        "seconds": 1.5,
        "job": "k3f9",
        "level": "info",
        "logger": "bot.workflow",
    }


@pytest.mark.parametrize("log", ["text"], indirect=True)
def test_a_terminal_gets_text(log: io.StringIO) -> None:
    structlog.get_logger("bot").warning("slow", token="xoxb-123456789")
    assert "slow" in log.getvalue()
    assert "{" not in log.getvalue()
    assert "123456789" not in log.getvalue()


@pytest.mark.parametrize("name", ["slack_sdk.web", "openai", "dbos", "some.other.library"])
def test_a_librarys_debug_log_never_gets_out_even_when_it_sets_its_own_level(
    log: io.StringIO, name: str
) -> None:
    theirs = logging.getLogger(name)
    level = theirs.level
    theirs.setLevel(logging.DEBUG)
    theirs.debug("body: a secret fox")
    theirs.info("url: a secret fox")
    theirs.warning("slow answer\n[parameters: a secret fox]")
    theirs.setLevel(level)
    (line,) = lines(log)
    assert line["event"] == "slow answer"


def test_dbos_finds_a_handler_and_adds_none_of_its_own(log: io.StringIO) -> None:
    init_logger()
    logging.getLogger("dbos").warning("careful")
    assert [line["event"] for line in lines(log)] == ["careful"]
    assert "careful" in log.getvalue()


def test_an_error_tells_its_kinds_and_places_but_not_a_strangers_words(log: io.StringIO) -> None:
    try:
        try:
            raise ValueError("a secret fox")
        except ValueError as inner:
            raise ChatError("chat.postMessage", "fatal_error") from inner
    except ChatError:
        structlog.get_logger("bot").exception("post failed")
    (line,) = lines(log)
    assert line["error"] == "ChatError: chat.postMessage: fatal_error ← ValueError"
    assert "test_logs" in str(line["at"])
    assert "secret fox" not in log.getvalue()


def test_a_librarys_exception_is_told_the_same_way(log: io.StringIO) -> None:
    try:
        raise RuntimeError("a secret fox")
    except RuntimeError:
        logging.getLogger("aiohttp.server").exception("Error handling request")
    (line,) = lines(log)
    assert line["error"] == "RuntimeError"
    assert "secret fox" not in log.getvalue()


def test_a_logger_without_a_name_speaks_for_its_module(log: io.StringIO) -> None:
    logging.getLogger("bot").setLevel(logging.INFO)
    logger = structlog.get_logger()
    logger.info("not ours: this test is no part of the bot")
    logger.warning("heard")
    assert [(line["event"], line["logger"]) for line in lines(log)] == [("heard", __name__)]


def test_debug_events_stay_in_unless_the_level_asks_for_them(log: io.StringIO) -> None:
    structlog.get_logger("bot").debug("detail")
    assert log.getvalue() == ""
    logs.set_up_logs("json", "debug", log)
    structlog.get_logger("bot").debug("detail")
    assert [line["event"] for line in lines(log)] == ["detail"]
