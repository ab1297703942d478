"""Who is shown the bot's token when people's files are fetched in Teams."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.chat.teams.connection import open_teams
from bot.chat.teams.files import Files
from bot.errors import FileFault, FileUnavailable
from bot.settings import Settings
from bot.types import Attached, FileId

DATA = b"a fox"


@dataclass(kw_only=True, slots=True)
class Server:
    """Somebody on this machine, and what callers showed."""

    url: str = ""
    shown: list[str] = field(default_factory=list)


@asynccontextmanager
async def a_server(redirect: str = "", refusals: Sequence[int] = ()) -> AsyncIterator[Server]:
    """``redirect``: where every call is sent on to; ``refusals``: what the first ones are answered."""
    server, refused = Server(), iter(refusals)

    async def answer(request: web.Request) -> web.Response:
        server.shown.append(request.headers.get("Authorization", ""))
        if redirect:
            raise web.HTTPFound(redirect)
        return web.Response(body=DATA, status=next(refused, 200))

    app = web.Application()
    app.add_routes([web.get("/{tail:.*}", answer)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


async def token() -> str:
    return "ours"


async def fetched(
    url: str, service: str, to: Path, *, signed: bool = False, local: bool = True
) -> FileFault | None:
    """Why not; None: it is there."""
    one = Attached(file=FileId("1"), name="fox.png", url=url, signed=signed)
    async with aiohttp.ClientSession() as session:
        try:
            await Files(session, token, local=local).fetch(one, service, to, 1000)
        except FileUnavailable as error:
            return error.why
    return None


async def test_the_service_that_spoke_to_us_is_shown_the_token(tmp_path: Path) -> None:
    async with a_server() as service:
        assert await fetched(f"{service.url}/a/1", f"{service.url}/emea", tmp_path / "fox") is None
    assert service.shown == ["Bearer ours"]
    assert (tmp_path / "fox").read_bytes() == DATA


async def test_a_bot_behind_a_proxy_on_its_machine_looks_at_nothing_else_there(tmp_path: Path) -> None:
    known = {"host": "127.0.0.1", "teams_client_id": "id", "teams_client_secret": SecretStr("s")}
    settings = Settings(_env_file=None).model_copy(update=known)
    async with a_server() as server, open_teams(settings, lambda _: None, None) as door:
        one = Attached(file=FileId("1"), name="fox.png", url=f"{server.url}/a", signed=True)
        with pytest.raises(FileUnavailable) as refused:
            await door.chat.fetch(one, "T1", tmp_path / "fox", 1000)
    assert (refused.value.why, server.shown) == (FileFault.ELSEWHERE, [])


async def test_an_address_that_opens_by_itself_is_fetched_without_it_wherever_it_leads(
    tmp_path: Path,
) -> None:
    async with a_server() as service:
        url = f"{service.url}/a/1?tempauth=x"
        assert await fetched(url, service.url, tmp_path / "fox", signed=True) is None
    assert service.shown == [""]


async def test_another_port_of_the_services_host_is_not_shown_the_token(tmp_path: Path) -> None:
    async with a_server() as service, a_server() as other:
        assert await fetched(f"{other.url}/a/1", service.url, tmp_path / "fox") is None
    assert (service.shown, other.shown) == ([], [""])


async def test_the_token_does_not_follow_a_redirect_away_from_the_service(tmp_path: Path) -> None:
    async with a_server() as other, a_server(f"{other.url}/b") as service:
        assert await fetched(f"{service.url}/a/1", service.url, tmp_path / "fox") is FileFault.ELSEWHERE
    assert (service.shown, other.shown) == (["Bearer ours"], [])


@pytest.mark.parametrize("status", [401, 403])
async def test_a_service_that_refuses_in_a_bad_moment_is_asked_once_more(status: int, tmp_path: Path) -> None:
    async with a_server(refusals=[status]) as service:
        assert await fetched(f"{service.url}/a/1", service.url, tmp_path / "fox") is None
    assert service.shown == ["Bearer ours"] * 2


@pytest.mark.parametrize(("status", "why"), [(401, FileFault.LOGIN), (403, FileFault.DENIED)])
async def test_a_service_that_refuses_twice_means_it(status: int, why: FileFault, tmp_path: Path) -> None:
    async with a_server(refusals=[status] * 3) as service:
        assert await fetched(f"{service.url}/a/1", service.url, tmp_path / "fox") is why
    assert len(service.shown) == 2


async def test_what_is_gone_is_not_asked_for_again(tmp_path: Path) -> None:
    async with a_server(refusals=[404]) as service:
        assert await fetched(f"{service.url}/a/1", service.url, tmp_path / "fox") is FileFault.GONE
    assert len(service.shown) == 1


async def test_an_address_that_opens_no_more_is_not_asked_again(tmp_path: Path) -> None:
    async with a_server(refusals=[401]) as other:
        why = await fetched(f"{other.url}/a", "https://teams", tmp_path / "fox", signed=True)
    assert (why, len(other.shown)) == (FileFault.LOGIN, 1)


@pytest.mark.parametrize("signed", [False, True])
async def test_where_no_emulator_stands_in_this_machine_is_not_asked(signed: bool, tmp_path: Path) -> None:
    async with a_server() as server:
        to = tmp_path / "fox"
        why = await fetched(f"{server.url}/a", server.url, to, signed=signed, local=False)
    assert (why, server.shown) == (FileFault.ELSEWHERE, [])


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/x",
        "https://evil.trafficmanager.net/x",
        "https://evilsharepoint.com/x",
        "http://contoso.sharepoint.com/x",
        "https://contoso.sharepoint.com:8443/x",
        "https://user@smba.trafficmanager.net/x",
        "file:///etc/passwd",
        "nonsense",
        "https://[::1/x",
        "",
    ],
)
async def test_no_other_address_is_asked_at_all(url: str, signed: bool, tmp_path: Path) -> None:
    service = "https://smba.trafficmanager.net/emea"
    assert await fetched(url, service, tmp_path / "fox", signed=signed) is FileFault.ELSEWHERE
