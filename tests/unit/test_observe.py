"""Metrics count what happened, health names what is wrong."""

import asyncio
import json
import sys
from decimal import Decimal

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot import observe
from bot.errors import ChatError, Fault, ImageServiceError
from bot.observe import Health, Metrics, PaidAgain
from bot.types import BlobKey, JobState, Painted, Picture, Usage

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
    metrics.oldest_waits(-1)
    metrics.recorded("command", 0.02)
    metrics.held_back("wall")
    assert value(metrics, "imagine_oldest_waiting_seconds") == 0
    assert value(metrics, 'imagine_recording_seconds_count{said="command"}') == 1
    assert value(metrics, 'imagine_budget_waits_total{deployment="wall"}') == 1
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
