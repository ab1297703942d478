"""Logs tell no secret, metrics count what happened, health names what is wrong."""

import asyncio
import io
import json
import logging
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from dbos._logger import init_logger
from hypothesis import given
from hypothesis import strategies as st

from bot import observe
from bot.errors import ChatError, Fault, ImageServiceError
from bot.observe import Health, Metrics, PaidAgain, clean, redact
from bot.types import BlobKey, JobState, Painted, Picture, Usage

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
    observe.set_up_logs(style, "info", out)
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
    assert "test_observe" in str(line["at"])
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
    observe.set_up_logs("json", "debug", log)
    structlog.get_logger("bot").debug("detail")
    assert [line["event"] for line in lines(log)] == ["detail"]


# -- metrics ----------------------------------------------------------------------------------------


def _painted(cost: Decimal | None = Decimal("0.04")) -> Painted:
    picture = Picture(blob=BlobKey("b"), media_type="image/png", width=8, height=8, size=99, prompt="p")
    usage = Usage(text_in=10, image_in=0, out=200)
    return Painted(
        pictures=(picture, picture),
        model="gpt-image-2",
        service="openai",
        usage=usage,
        cost=cost,
        seconds=3.0,
    )


def value(metrics: Metrics, name: str) -> float:
    """One figure of the text format, by its whole name with labels."""
    for line in metrics.text().decode().splitlines():
        if line.startswith(name + " "):
            return float(line.rsplit(" ", 1)[1])
    raise AssertionError(f"{name} is not there")


def test_a_painted_call_is_counted_with_its_tokens_and_cost() -> None:
    metrics = Metrics()
    metrics.painted(_painted())
    metrics.painted(_painted(cost=None))
    assert value(metrics, 'imagine_paid_calls_total{outcome="painted",service="openai"}') == 2
    assert value(metrics, 'imagine_pictures_total{model="gpt-image-2"}') == 4
    assert value(metrics, 'imagine_tokens_total{kind="out",model="gpt-image-2"}') == 400
    assert value(metrics, 'imagine_cost_usd_total{model="gpt-image-2"}') == 0.04
    assert value(metrics, 'imagine_painting_seconds_sum{model="gpt-image-2"}') == 6


def test_a_failed_call_is_counted_by_its_fault_and_as_paid_only_where_it_may_be() -> None:
    metrics = Metrics()
    metrics.not_painted(ImageServiceError(Fault.BUSY, "azure", "429"))
    metrics.not_painted(ImageServiceError(Fault.BROKEN, "azure", "503"))
    assert value(metrics, 'imagine_image_errors_total{fault="busy",service="azure"}') == 1
    assert value(metrics, 'imagine_paid_calls_total{outcome="broken",service="azure"}') == 1
    assert 'outcome="busy"' not in metrics.text().decode()


def test_jobs_are_counted_by_state_and_the_gauge_forgets_what_is_over() -> None:
    metrics = Metrics()
    metrics.job_came_to(JobState.WAITING)
    metrics.jobs_now({JobState.WAITING: 3})
    assert value(metrics, 'imagine_jobs_now{state="waiting"}') == 3
    metrics.jobs_now({JobState.PAINTING: 1})
    assert value(metrics, 'imagine_jobs_now{state="waiting"}') == 0
    assert value(metrics, 'imagine_jobs_total{state="waiting"}') == 1


def test_times_and_repeats_have_their_figures() -> None:
    metrics = Metrics()
    metrics.waited(2)
    metrics.posted(1)
    metrics.lagged(-0.1)
    metrics.paid_again(PaidAgain.CRASH)
    metrics.chat_failed(ChatError("chat.update", "ratelimited"))
    assert value(metrics, "imagine_waiting_seconds_sum") == 2
    assert value(metrics, "imagine_posting_seconds_count") == 1
    assert value(metrics, "imagine_loop_lag_seconds_sum") == 0
    assert value(metrics, 'imagine_paid_again_total{why="crash"}') == 1
    assert value(metrics, 'imagine_chat_errors_total{call="chat.update",code="ratelimited"}') == 1


def test_two_bots_in_one_process_do_not_share_figures() -> None:
    one, other = Metrics(), Metrics()
    one.posted(1)
    assert value(other, "imagine_posting_seconds_count") == 0


# -- health -----------------------------------------------------------------------------------------


async def well() -> None:
    return None


async def ill() -> None:
    raise OSError("https://u:secretsecret@db.example.test refused")


async def odd() -> None:
    raise ValueError("a secret fox")


async def answer(health: Health, path: str) -> tuple[int, str]:
    app = web.Application()
    app.add_routes(observe.routes(health, Metrics()))
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        reply = await client.get(path)
        return reply.status, await reply.text()


async def test_a_ready_bot_says_so() -> None:
    status, body = await answer(Health({"database": well}), "/readyz")
    assert (status, json.loads(body)) == (200, {"ready": True, "checks": {"database": "ok"}})


async def test_a_bot_that_is_not_ready_names_the_cause_without_a_secret() -> None:
    status, body = await answer(Health({"slack": well, "database": ill, "blobs": odd}), "/readyz")
    assert status == 503
    assert json.loads(body)["checks"] == {
        "slack": "ok",
        "database": "OSError: https://db.example.test refused",
        "blobs": "ValueError",
    }


async def test_a_ping_that_hangs_is_a_cause_too() -> None:
    async def hang() -> None:
        await asyncio.Event().wait()

    report = await Health({"database": hang}, patience=0).report()
    assert report.causes == {"database": "no answer within 0 s"}


async def test_a_stopping_bot_is_alive_but_not_ready() -> None:
    health = Health({"database": well})
    health.stop()
    assert (await answer(health, "/readyz"))[0] == 503
    assert (await answer(health, "/healthz"))[0] == 200


async def test_metrics_are_served_as_prometheus_text() -> None:
    status, body = await answer(Health({}), "/metrics")
    assert status == 200
    assert "imagine_loop_lag_seconds_bucket" in body
    assert sys.platform != "linux" or "process_resident_memory_bytes" in body
