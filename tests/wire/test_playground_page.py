"""The page's own server: what it gives away, to whom, and what it refuses."""

import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.playground import painter
from bot.playground.slack import Backstage, StandIn, serve

_PIXEL = b"\x89PNG\r\n\x1a\n and some more"


@pytest.fixture
async def pictures() -> AsyncIterator[str]:
    """A server such as the bot's own, with a picture, a page and a way elsewhere."""

    async def picture(_: web.Request) -> web.Response:
        return web.Response(body=_PIXEL, content_type="image/png")

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<script>alert(1)</script>", content_type="text/html")

    async def elsewhere(_: web.Request) -> web.Response:
        raise web.HTTPFound("/picture")

    app = web.Application()
    app.router.add_get("/picture", picture)
    app.router.add_get("/page", page)
    app.router.add_get("/elsewhere", elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


@pytest.fixture
async def slack(pictures: str) -> AsyncIterator[StandIn]:
    async with (
        painter.serve() as local,
        serve(backstage=Backstage(painter=local, pictures=pictures)) as opened,
    ):
        yield opened


async def get(slack: StandIn, path: str, **query: str) -> tuple[aiohttp.ClientResponse, bytes]:
    """The answer and its body."""
    async with aiohttp.ClientSession(slack.base_url) as session, session.get(path, params=query) as answer:
        return answer, await answer.read()


async def test_everything_the_page_loads_is_there_and_bound_to_this_server(slack: StandIn) -> None:
    for path in ("/", "/app.js", "/vendor/preact.js", "/style.css", "/blocks.css", "/icon.svg"):
        answer, _ = await get(slack, path)
        assert answer.status == 200, path
        rules = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
        assert rules["default-src"] == "'none'"
        assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
        assert rules["img-src"] == "'self' blob:"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/none.js", "/vendor/none.js", "/..%2f..%2fsettings.js", "/page.py"])
async def test_nothing_else_is_given_away(slack: StandIn, path: str) -> None:
    assert (await get(slack, path))[0].status == 404


async def test_it_listens_on_loopback_only(slack: StandIn) -> None:
    port = int(slack.base_url.rpartition(":")[2])
    with socket.socket() as taken:  # on every other address the port is still free
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.2", port))


@pytest.mark.parametrize("path", ["/", "/app.js", "/playground/state", "/playground/about"])
async def test_another_name_for_the_machine_is_refused(slack: StandIn, path: str) -> None:
    async with (
        aiohttp.ClientSession(slack.base_url) as session,
        session.get(path, headers={"Host": "rebound.example"}) as answer,
    ):
        assert answer.status == 403


async def test_the_bots_pictures_are_fetched_for_the_page_and_nothing_else_is(
    slack: StandIn, pictures: str
) -> None:
    answer, body = await get(slack, "/playground/image", url=f"{pictures}picture")
    assert (answer.status, body) == (200, _PIXEL)
    refused = ["page", "elsewhere", "missing"]
    for url in (
        *(pictures + name for name in refused),
        "http://127.0.0.1:9/picture",
        "file:///etc/passwd",
        "",
    ):
        assert (await get(slack, "/playground/image", url=url))[0].status == 404, url


async def test_a_bot_that_is_gone_shows_no_pictures() -> None:
    nobody = "http://127.0.0.1:9/"
    async with serve(backstage=Backstage(pictures=nobody)) as slack:
        assert (await get(slack, "/playground/image", url=f"{nobody}picture"))[0].status == 404


async def test_troubles_are_switched_on_and_off_one_by_one(slack: StandIn) -> None:
    async with aiohttp.ClientSession(slack.base_url) as session:
        for side in ("slack", "service"):
            for kind in ("rate_limited", "down"):
                await session.post("/playground/backstage", json={"side": side, "kind": kind, "on": True})
        await session.post("/playground/backstage", json={"side": "slack", "kind": "down", "on": False})
        async with session.get("/playground/state") as answer:
            on = (await answer.json())["switches"]
        assert {side: [kind for kind in on[side] if on[side][kind]] for side in on} == {
            "slack": ["rate_limited"],
            "service": ["rate_limited", "down"],
        }
        async with session.post(
            "/playground/backstage", json={"side": "slack", "kind": "?", "on": True}
        ) as no:
            assert no.status == 404
        await session.post("/playground/backstage", json={"clear": True})
    assert (list(slack.workspace.faults), on["slack"]["slow"]) == ([], False)


async def test_what_cannot_be_done_is_said(slack: StandIn) -> None:
    async with aiohttp.ClientSession(slack.base_url) as session:
        for wanted, status in (
            ({"do": "fly"}, 404),
            ({"do": "say", "user": "ann"}, 400),
            ({"do": "press", "user": "ann", "message": "1.2", "action_id": "x"}, 409),
            ({"do": "press_home", "user": "ann", "action_id": "x"}, 409),
        ):
            async with session.post("/playground/do", json=wanted) as answer:
                assert (answer.status, (await answer.json())["ok"]) == (status, False), wanted
