"""Fetching what people posted, over real sockets: from Slack's stand-in, and from where no token may go."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.chat.downloads import Downloads
from bot.chat.slack.client import slacks
from bot.chat.slack.files import attached
from bot.errors import FileFault, FileUnavailable
from bot.playground.slack import StandIn, Trouble
from bot.playground.slack.state import File, Keeping
from bot.settings import Settings
from bot.types import Attached, FileId, MessageId
from tests.contracts.chat_worlds import HERE, TEAM, slack_over_sockets
from tests.contracts.chat_worlds import Slack as World
from tests.wire.whole_bot import soon

DATA = b"\x89PNG" + bytes(range(256)) * 900
MOST = 10_000_000


@pytest.fixture
async def world(settings: Settings) -> AsyncIterator[World]:
    async with slack_over_sockets(settings) as real:
        assert isinstance(real, World)
        yield real


async def given(world: World, name: str = "fox.png", keeping: Keeping = Keeping.HOSTED) -> File:
    """A file of Ann's in #general."""
    file = world.slack.person_uploads("ann", name, DATA, keeping=keeping)
    await world.slack.say("ann", "general", "here", files=[file])
    return file


async def fetched(world: World, one: Attached, to: Path) -> FileFault | None:
    """What came of it: the file, or why not."""
    try:
        await world.chat.fetch(one, TEAM, to, MOST)
    except FileUnavailable as error:
        assert not await asyncio.to_thread(to.exists)
        return error.why
    assert await asyncio.to_thread(to.read_bytes) == DATA
    return None


async def test_a_file_of_another_organisation_is_asked_about_first(world: World, tmp_path: Path) -> None:
    file = await given(world, keeping=Keeping.STUB)
    stub = attached(world.slack.file_in_event(file))
    assert stub.stub
    assert await fetched(world, stub, tmp_path / "fox") is None
    assert [call.method for call in world.slack.calls if call.method.startswith("files.")] == ["files.info"]


@pytest.mark.parametrize(
    ("keeping", "why"),
    [
        (Keeping.DENIED, FileFault.DENIED),
        (Keeping.HIDDEN, FileFault.HIDDEN),
        (Keeping.EXTERNAL, FileFault.EXTERNAL),
    ],
)
async def test_what_slack_keeps_back_is_told_apart(
    world: World, keeping: Keeping, why: FileFault, tmp_path: Path
) -> None:
    file = await given(world, keeping=keeping)
    assert await fetched(world, attached(world.slack.file_in_event(file)), tmp_path / "fox") is why
    assert await fetched(world, Attached(file=FileId(file.id), stub=True), tmp_path / "fox") is why


async def test_a_deleted_file_is_told_as_deleted(world: World, tmp_path: Path) -> None:
    file = await given(world)
    file.deleted = True
    assert (
        await fetched(world, attached(world.slack.file_in_event(file)), tmp_path / "f") is FileFault.DELETED
    )
    assert (
        await fetched(world, Attached(file=FileId(file.id), stub=True), tmp_path / "f") is FileFault.DELETED
    )


async def test_a_login_page_is_no_picture_and_names_the_missing_right(world: World, tmp_path: Path) -> None:
    one = attached(world.slack.file_payload(await given(world)))
    world.slack.scopes.discard("files:read")
    assert await fetched(world, one, tmp_path / "fox") is FileFault.LOGIN
    stub = Attached(file=one.file, stub=True)
    assert await fetched(world, stub, tmp_path / "fox") is FileFault.LOGIN


async def test_a_file_in_a_conversation_without_the_bot_is_gone(world: World, tmp_path: Path) -> None:
    file = world.slack.person_uploads("ada", "fox.png", DATA)
    await world.slack.say("ada", "secret", "here", files=[file])
    assert await fetched(world, Attached(file=FileId(file.id), stub=True), tmp_path / "fox") is FileFault.GONE


async def test_naming_a_file_of_another_conversation_does_not_fetch_it(world: World, tmp_path: Path) -> None:
    file = await given(world)
    here, there = (world.slack.channel(name).id for name in ("general", "random"))
    named = Attached(file=FileId(file.id), stub=True, within=here)
    assert await fetched(world, named, tmp_path / "fox") is None
    assert await fetched(world, replace(named, within=there), tmp_path / "f") is FileFault.DENIED


async def test_a_file_is_named_a_moment_before_slack_knows_where_it_stands(
    world: World, tmp_path: Path
) -> None:
    world.slack.file_delay = 5
    file = world.slack.person_uploads("ann", "fox.png", DATA)
    file.completed_at = world.slack.now()
    await world.slack.say("ann", "general", "here", files=[file])
    named = Attached(file=FileId(file.id), stub=True, within=world.slack.channel("general").id)
    fetching = asyncio.create_task(fetched(world, named, tmp_path / "fox"))
    await soon(lambda: any(call.method == "files.info" for call in world.slack.calls))
    world.end_delay()
    assert await fetching is None


@pytest.mark.parametrize(("before", "page", "found"), [(150, 60, 1), (150, 1000, 1), (210, 1000, 0)])
async def test_a_picture_far_down_a_thread_is_found_within_its_first_200_messages(
    world: World, before: int, page: int, found: int
) -> None:
    world.slack.rates.page = page
    root = (await world.slack.say("ann", "general", "look")).message
    assert root
    for _ in range(before):
        await world.slack.say("ann", "general", "hm", thread=root.ts)
    await world.slack.say("ann", "general", "here", thread=root.ts, files=[("fox.png", DATA)])
    posted = await world.chat.posted(replace(HERE, thread=MessageId(root.ts)))
    assert len(posted) == found


@pytest.mark.parametrize(
    ("trouble", "value"),
    [
        (Trouble.DROP, 0),
        (Trouble.LOST_REPLY, 0),
        (Trouble.STATUS, 503),
        (Trouble.SLOW, 0.5),
        (Trouble.RATE_LIMITED, 0),
    ],
)
async def test_a_download_that_breaks_is_begun_again(
    world: World, trouble: Trouble, value: float, tmp_path: Path
) -> None:
    one = attached(world.slack.file_payload(await given(world)))
    world.slack.faults.on("download", trouble, value=value)
    assert await fetched(world, one, tmp_path / "fox") is None


async def test_a_download_that_always_breaks_is_given_up(world: World, tmp_path: Path) -> None:
    one = attached(world.slack.file_payload(await given(world)))
    world.slack.faults.on("download", Trouble.STATUS, value=503, times=None)
    assert await fetched(world, one, tmp_path / "fox") is FileFault.BROKEN


# -- where the token goes


Body = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Other:
    """Another server, that would be glad of a token."""

    url: str = ""
    tokens: list[str] = field(default_factory=list)


@asynccontextmanager
async def other_server(body: bytes | Body = b"", redirect: str = "") -> AsyncIterator[Other]:
    other = Other()

    async def answer(request: web.Request) -> web.StreamResponse:
        other.tokens.append(request.headers.get("Authorization", ""))
        if redirect:
            raise web.HTTPFound(redirect)
        return web.Response(body=body) if isinstance(body, bytes) else await body(request)

    app = web.Application()
    app.add_routes([web.get("/{tail:.*}", answer)])
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    other.url = f"http://127.0.0.1:{runner.addresses[0][1]}/file"
    try:
        yield other
    finally:
        await runner.cleanup()


async def test_a_redirect_within_slack_is_followed(world: World, tmp_path: Path) -> None:
    file = await given(world)
    one = attached(world.slack.file_payload(file))
    world.slack.faults.on("download", Trouble.REDIRECT, error=one.url)
    assert await fetched(world, one, tmp_path / "fox") is None


async def test_a_redirect_that_leaves_slack_is_not_followed(world: World, tmp_path: Path) -> None:
    one = attached(world.slack.file_payload(await given(world)))
    async with other_server(DATA) as other:
        world.slack.faults.on("download", Trouble.REDIRECT, error=other.url)
        assert await fetched(world, one, tmp_path / "fox") is FileFault.ELSEWHERE
        assert other.tokens == []


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com.evil.example/x",
        "https://slack.com@evil.example/x",
        "https://user@files.slack.com/x",
        "https://files.slack.com:8443/x",
        "http://files.slack.com/x",
        "https://evilslack.com/x",
        "file:///etc/passwd",
        "//files.slack.com/x",
        "nonsense",
        "https://[::1/x",
    ],
)
async def test_only_slacks_own_addresses_are_asked(world: World, url: str, tmp_path: Path) -> None:
    one = Attached(file=FileId("F1"), name="fox.png", url=url)
    assert await fetched(world, one, tmp_path / "fox") is FileFault.ELSEWHERE


async def test_a_circle_of_redirects_ends(tmp_path: Path) -> None:
    async with other_server(redirect="/file") as other, aiohttp.ClientSession() as session:
        downloads = Downloads(session, ours=slacks(other.url))
        one = Attached(file=FileId("F1"), name="fox.png", url=other.url)
        with pytest.raises(FileUnavailable) as error:
            await downloads.fetch(one, "xoxb-1", tmp_path / "fox", MOST)
        assert error.value.why is FileFault.BROKEN
        assert len(other.tokens) == 6


@pytest.mark.parametrize(
    ("said", "length", "asked"),
    [
        (2_000_000, None, 0),  # Slack says that it is too big: nobody asks for it
        (10, 2_000_000, 1),  # the answer says so: nobody waits for it
        (10, None, 1),  # nobody says so: it is broken off
    ],
)
async def test_a_file_that_is_too_big_is_left_as_soon_as_that_is_known(
    said: int, length: int | None, asked: int, tmp_path: Path
) -> None:
    async with other_server(large(length)) as other, aiohttp.ClientSession() as session:
        one = Attached(file=FileId("F1"), name="fox.png", url=other.url, size=said)
        downloads = Downloads(session, ours=slacks(other.url))
        fetching = downloads.fetch(one, "xoxb-1", tmp_path / "fox", 1_000_000)
        with pytest.raises(FileUnavailable) as error:
            await asyncio.wait_for(fetching, 5)
        assert error.value.why is FileFault.TOO_BIG
        assert len(other.tokens) == asked
        assert not await asyncio.to_thread((tmp_path / "fox").exists)


def large(length: int | None) -> Body:
    """A body that says how long it is and then never comes, or one that does not say."""

    async def body(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": str(length)} if length else {})
        await answer.prepare(request)
        for _ in range(0 if length else 20):
            await answer.write(b"x" * 100_000)
        if length:
            await asyncio.sleep(60)
        return answer

    return body


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><html>log in", b"\n <html lang=en>"])
async def test_a_page_that_calls_itself_a_picture_is_still_a_page(page: bytes, tmp_path: Path) -> None:
    async with other_server(page) as other, aiohttp.ClientSession() as session:
        one = Attached(file=FileId("F1"), name="fox.png", media_type="image/png", url=other.url)
        with pytest.raises(FileUnavailable) as error:
            await Downloads(session, ours=slacks(other.url)).fetch(one, "xoxb-1", tmp_path / "fox", MOST)
        assert error.value.why is FileFault.LOGIN


async def test_a_large_file_never_stands_in_memory(slack: StandIn, tmp_path: Path) -> None:
    workspace = slack.workspace
    data = bytes(48 * 1024 * 1024)
    file = await asyncio.to_thread(workspace.person_uploads, "ann", "large.bin", data)
    del data
    one = attached(workspace.file_payload(file))
    async with aiohttp.ClientSession() as session:
        downloads = Downloads(session, ours=slacks(slack.api_url))
        tracemalloc.start()
        await downloads.fetch(one, slack.bot_token, tmp_path / "large", 50 * 1024 * 1024)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert (tmp_path / "large").stat().st_size == 48 * 1024 * 1024
    assert peak < 2 * 1024 * 1024  # the stand-in's own pieces are counted too
