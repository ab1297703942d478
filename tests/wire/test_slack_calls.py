"""One Web API call over a real socket: patience, repeats where they are harmless, and what refusals mean."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.slack import history
from bot.chat.slack.calls import Access, Calls, OneToken
from bot.chat.slack.reading import Json
from bot.errors import ChatError, FileRefused, LostReply, MessageGone, NoAnswer, NotWelcome, Overslept
from bot.playground.slack import StandIn, Trouble, serve
from bot.types import MessageId, Place, PlaceKind, Platform

GENERAL = {"channel": "C0GENERAL1", "text": "hello"}
HERE = Place(platform=Platform.SLACK, workspace="T0PLAYGRND", channel="C0GENERAL1", kind=PlaceKind.CHANNEL)


class Bench:
    """A caller, and what its failures were."""

    def __init__(self, slack: StandIn, calls: Calls, failed: list[str]) -> None:
        self.slack = slack
        self.calls = calls
        self.make = partial(calls.make, workspace="T0PLAYGRND")
        self.failed = failed

    def trouble(self, method: str, kind: Trouble, **more: object) -> None:
        self.slack.workspace.faults.on(method, kind, **more)  # type: ignore[arg-type]  # passed through

    def asked(self, method: str) -> int:
        return len(self.slack.workspace.calls_of(method))

    @property
    def posted(self) -> int:
        return len(self.slack.workspace.messages)


class TwoTokens:
    """A workspace whose first token was taken back, and has another."""

    def __init__(self, good: str) -> None:
        self.tokens = ["xoxb-taken-back", good]
        self.asked: list[str] = []

    async def of(self, workspace: str) -> Access:
        self.asked.append(workspace)
        return Access(token=self.tokens[0], team=workspace)

    async def renewed(self, _workspace: str, refused: str) -> bool:
        self.tokens.remove(refused)
        return bool(self.tokens)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    failed: list[str] = []
    async with serve(page=False) as slack, aiohttp.ClientSession() as session:
        client = AsyncWebClient(None, slack.api_url, session=session, retry_handlers=[])
        yield Bench(
            slack,
            Calls(client, OneToken(slack.bot_token), on_error=lambda error: failed.append(error.code)),
            failed,
        )


async def test_a_429_is_waited_out_and_nothing_is_done_twice(bench: Bench) -> None:
    bench.trouble("chat.postMessage", Trouble.RATE_LIMITED, value=1)
    began = asyncio.get_running_loop().time()
    assert (await bench.make("chat.postMessage", GENERAL, repeatable=False))["ok"]
    assert asyncio.get_running_loop().time() - began >= 1
    assert (bench.posted, bench.failed) == (1, ["ratelimited"])


async def test_after_a_429_one_channel_waits_and_another_does_not(bench: Bench) -> None:
    bench.trouble("chat.postMessage", Trouble.RATE_LIMITED, value=30)
    waiting = asyncio.ensure_future(bench.make("chat.postMessage", GENERAL, repeatable=False))
    await bench.slack.workspace.until(lambda: bench.asked("chat.postMessage") == 1)
    async with asyncio.timeout(5):
        await bench.make("chat.postMessage", {**GENERAL, "channel": "C0RANDOM02"}, repeatable=False)
    assert not waiting.done()
    waiting.cancel()


async def test_a_courtesy_does_not_wait_while_slack_is_too_busy(bench: Bench) -> None:
    bench.trouble("users.info", Trouble.RATE_LIMITED, value=30)
    async with asyncio.timeout(5):
        for _ in range(2):
            with pytest.raises(NoAnswer):
                await bench.make("users.info", {"user": "U0ANN00001"}, patience=0)
    assert bench.asked("users.info") == 1


async def test_a_burst_is_let_through(bench: Bench) -> None:
    async with asyncio.timeout(5):
        posts = [bench.make("chat.postMessage", GENERAL, repeatable=False) for _ in range(100)]
        await asyncio.gather(*posts)
    assert bench.posted == 100


@pytest.mark.parametrize("trouble", [Trouble.STATUS, Trouble.DROP, Trouble.LOST_REPLY])
async def test_what_is_harmless_to_repeat_is_repeated(bench: Bench, trouble: Trouble) -> None:
    made = await bench.make("chat.postMessage", GENERAL)
    bench.trouble("chat.update", trouble, value=503)
    again = {"channel": "C0GENERAL1", "ts": made["ts"], "text": "changed"}
    assert (await bench.make("chat.update", again))["text"] == "changed"
    assert len(bench.failed) == 1


@pytest.mark.parametrize("trouble", [Trouble.STATUS, Trouble.DROP, Trouble.LOST_REPLY])
async def test_an_unclear_post_is_said_to_be_unclear_and_not_repeated(bench: Bench, trouble: Trouble) -> None:
    bench.trouble("chat.postMessage", trouble, value=500)
    with pytest.raises(LostReply):
        await bench.make("chat.postMessage", GENERAL, repeatable=False)
    assert bench.asked("chat.postMessage") == 1
    assert bench.posted == (1 if trouble is Trouble.LOST_REPLY else 0)


async def test_a_call_that_hangs_is_repeated_where_that_is_harmless_and_else_unclear() -> None:
    limit = aiohttp.ClientTimeout(total=2)
    async with serve(page=False) as slack, aiohttp.ClientSession(timeout=limit) as session:
        client = AsyncWebClient(None, slack.api_url, session=session, retry_handlers=[])
        calls = Calls(client, OneToken(slack.bot_token), on_error=lambda _: None)
        make = partial(calls.make, workspace="T0PLAYGRND")
        made = await make("chat.postMessage", GENERAL)
        for method in ("chat.update", "chat.postMessage"):
            slack.workspace.faults.on(method, Trouble.SLOW, value=60)
        again = {"channel": "C0GENERAL1", "ts": made["ts"], "text": "changed"}
        updating = asyncio.create_task(make("chat.update", again))
        with pytest.raises(LostReply):
            await make("chat.postMessage", GENERAL, repeatable=False)
        assert (await updating)["text"] == "changed"
        assert len(slack.workspace.calls_of("chat.postMessage")) == 1  # what hangs is not counted


async def test_slacks_own_doubt_is_doubt_too(bench: Bench) -> None:
    bench.trouble("chat.postMessage", Trouble.REFUSE, error="internal_error")
    with pytest.raises(LostReply):
        await bench.make("chat.postMessage", GENERAL, repeatable=False)


@pytest.mark.parametrize("in_thread", [False, True])
async def test_a_message_is_looked_for_behind_all_that_was_written_since(
    bench: Bench, in_thread: bool
) -> None:
    bench.slack.workspace.rates.page = 1
    above = str((await bench.make("chat.postMessage", GENERAL))["ts"]) if in_thread else ""
    place = replace(HERE, thread=MessageId(above) if above else None)
    for number in range(3):
        await bench.make("chat.postMessage", {**GENERAL, "text": f"{number}", "thread_ts": above})

    def says(text: str) -> Callable[[Json], bool]:
        return lambda message: message["text"] == text

    for number in range(3):
        found = await history.first(bench.calls, place, 0, says(f"{number}"))
        assert found is not None
    assert await history.first(bench.calls, place, 0, says("never said")) is None
    for number in range(10):
        await bench.make("chat.postMessage", {**GENERAL, "text": f"{number}", "thread_ts": above})
    with pytest.raises(ChatError, match="too_much"):
        await history.first(bench.calls, place, 0, says("never said"))


async def test_a_token_that_was_taken_back_is_replaced_by_the_one_there_is_now() -> None:
    async with serve(page=False) as slack, aiohttp.ClientSession() as session:
        client = AsyncWebClient(None, slack.api_url, session=session, retry_handlers=[])
        tokens = TwoTokens(slack.bot_token)
        calls = Calls(client, tokens, on_error=lambda _: None)
        assert (await calls.make("chat.postMessage", GENERAL, "T7", repeatable=False))["ok"]
        assert len(slack.workspace.messages) == 1
        assert tokens.asked == ["T7", "T7"]
        assert slack.workspace.calls[-1].args["team_id"] == "T7"


async def test_the_only_token_being_refused_ends_the_call(bench: Bench) -> None:
    bench.trouble("chat.postMessage", Trouble.REFUSE, error="token_revoked", times=None)
    with pytest.raises(ChatError, match="token_revoked"):
        await bench.make("chat.postMessage", GENERAL, repeatable=False)
    assert bench.asked("chat.postMessage") == 1


async def test_after_a_429_another_workspace_does_not_wait(bench: Bench) -> None:
    bench.trouble("users.info", Trouble.RATE_LIMITED, value=30)
    waiting = asyncio.ensure_future(bench.make("users.info", {"user": "U0ANN00001"}))
    await bench.slack.workspace.until(lambda: bench.asked("users.info") == 1)
    async with asyncio.timeout(5):
        await bench.make("users.info", {"user": "U0ANN00001"}, workspace="T2")
    assert not waiting.done()
    waiting.cancel()


async def test_a_refused_connection_was_certainly_not_a_post() -> None:
    async with serve(page=False) as slack:
        address = slack.api_url
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(None, address, session=session, retry_handlers=[])
        calls = Calls(client, OneToken("xoxb-1"), on_error=lambda _: None)
        with pytest.raises(ChatError) as raised:
            await calls.make("chat.postMessage", GENERAL, "T1", repeatable=False)
    assert not isinstance(raised.value, LostReply)


@pytest.mark.parametrize(
    ("method", "args", "meaning"),
    [
        ("chat.postMessage", {"channel": "C0SECRET03", "text": "x"}, NotWelcome),
        ("chat.update", {"channel": "C0GENERAL1", "ts": "1.000001", "text": "x"}, MessageGone),
        (
            "chat.postMessage",
            {
                "channel": "C0GENERAL1",
                "blocks": [{"type": "image", "alt_text": "x", "slack_file": {"id": "F000000001"}}],
            },
            FileRefused,
        ),
        ("chat.postMessage", {"channel": "C0GENERAL1", "blocks": [{"type": "section"}]}, ChatError),
        ("chat.postMessage", {"channel": "C0GENERAL1"}, ChatError),
    ],
)
async def test_a_refusal_is_told_by_what_it_means_and_not_repeated(
    bench: Bench, method: str, args: dict[str, object], meaning: type[ChatError]
) -> None:
    with pytest.raises(ChatError) as raised:
        await bench.make(method, args)
    assert type(raised.value) is meaning
    assert bench.asked(method) == 1


async def test_who_was_away_for_a_while_does_not_post_blindly_but_may_repeat_an_update() -> None:
    async def away() -> bool:
        return False

    async with serve(page=False) as slack, aiohttp.ClientSession() as session:
        client = AsyncWebClient(None, slack.api_url, session=session, retry_handlers=[])
        calls = Calls(client, OneToken(slack.bot_token), on_error=lambda _: None, sure=away)
        with pytest.raises(Overslept):
            await calls.make("chat.postMessage", GENERAL, "T1", repeatable=False)
        assert slack.workspace.calls_of("chat.postMessage") == []
        posted = await calls.make("chat.postMessage", GENERAL, "T1")
        await calls.make("chat.update", {"channel": posted["channel"], "ts": posted["ts"], "text": "x"}, "T1")
        assert len(slack.workspace.calls_of("chat.update")) == 1
