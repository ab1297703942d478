"""The whole bot in many workspaces: installed by Slack's own flow, and nothing of one known in another."""

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import Bot, utc_now
from bot.images import Links
from bot.jobs.tables import slack_bots
from bot.manifest import manifest
from bot.playground import painter
from bot.playground.slack import StandIn, Workspace, serve
from bot.playground.slack.app import from_manifest
from bot.playground.slack.payloads import Enterprise
from bot.playground.slack.state import Message
from bot.types import JobId
from tests.ports import free_port
from tests.wire.whole_bot import BotProcess, Town, a_picture, payload, running_bot, said

ORG = Enterprise(id="E1PLAYGRND", name="Acme Group")


@dataclass(frozen=True, kw_only=True)
class World:
    """A bot over HTTP, and the workspaces around it."""

    town: Town
    bot: Bot
    acme: Workspace
    globex: Workspace

    async def install(self, team: Workspace, *, org_wide: bool = False) -> str:
        """What somebody's browser does: our page, Slack's consent, and back. Returns the last page."""
        async with aiohttp.ClientSession() as browser:
            page, cookie = await self.asked(browser)
            url = html.unescape(re.findall(r'href="([^"]*authorize[^"]*)"', page)[0])
            back = self.town.slack.oauth.allow(url, team.team.id, org_wide=org_wide)
            async with browser.get(back, headers={"Cookie": cookie}) as answer:
                assert answer.status == 200, await answer.text()
                return await answer.text()

    async def asked(self, browser: aiohttp.ClientSession) -> tuple[str, str]:
        """Our own page and the cookie that ties the browser to it (which is for https alone)."""
        async with browser.get(f"{self.bot.address}/slack/install") as answer:
            [(name, morsel)] = SimpleCookie(answer.headers["Set-Cookie"]).items()
            return await answer.text(), f"{name}={morsel.value}"

    async def imagine(self, team: Workspace, text: str = "a red fox") -> Message:
        """Type the command there, and wait for its result."""
        ack = await team.command("ann", "general", text)
        assert ack.ok, ack.error
        return await self.result(team)

    async def result(self, team: Workspace) -> Message:
        def results() -> list[Message]:
            return [one for one in team.channel("general").messages if payload(one).get("role") == "result"]

        return (await team.until(results, 15))[-1]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    asked = from_manifest(manifest("https://bot.example"))
    app = replace(asked, redirect_urls=(f"{public}/slack/oauth_redirect",))
    async with (
        serve(page=False, app=app) as slack,
        painter.serve(fixed_picture=a_picture()) as local,
    ):
        town = Town(slack=slack, painter=local, folder=tmp_path)
        acme, globex = slack.cloud.add("acme"), slack.cloud.add("globex")
        async with running_bot(town, **settings(slack, public, port)) as bot:
            yield World(town=town, bot=bot, acme=acme, globex=globex)


def settings(slack: StandIn, public: str, port: int) -> dict[str, Any]:
    app = slack.cloud.app
    return {
        "slack_bot_token": None,
        "slack_app_token": None,
        "slack_signing_secret": SecretStr(app.signing_secret),
        "slack_client_id": app.client_id,
        "slack_client_secret": SecretStr(app.client_secret),
        "imagine_public_url": public,
        "imagine_secret_key": SecretStr("a key of the tests"),
        "imagine_previews": 0,
        "port": port,
    }


# -- installing


async def test_a_workspace_installs_the_app_and_gets_its_picture(world: World) -> None:
    await world.install(world.acme)
    result = await world.imagine(world.acme)
    (file,) = [
        world.acme.files[block["slack_file"]["id"]] for block in result.blocks if "slack_file" in block
    ]
    assert file.data == a_picture()


async def test_two_workspaces_get_their_own_pictures_by_their_own_tokens(world: World) -> None:
    await world.install(world.acme)
    await world.install(world.globex)
    await world.imagine(world.acme, "a red fox")
    await world.imagine(world.globex, "a blue owl")
    assert "a red fox" in said(await world.result(world.acme))
    assert "a blue owl" in said(await world.result(world.globex))
    assert world.acme.bot_token != world.globex.bot_token
    assert [call.error for team in world.town.slack.cloud for call in team.refusals] == []


async def test_slack_is_not_asked_who_we_are_for_every_request(world: World) -> None:
    await world.install(world.acme)
    asked = len(world.acme.calls_of("auth.test"))
    await world.imagine(world.acme)
    assert len(world.acme.calls_of("auth.test")) == asked


async def test_where_it_is_not_installed_the_person_is_told_and_nothing_is_paid(world: World) -> None:
    await world.town.slack.workspace.command("ann", "general", "a red fox")  # a token, but none of ours
    told = await world.town.slack.workspace.until(lambda: world.town.slack.workspace.ephemerals, 5)
    assert "not installed" in said(told[-1])
    assert world.town.painter.calls == []


async def test_an_organisation_installs_once_for_all_its_workspaces(world: World) -> None:
    one = world.town.slack.cloud.add("sales", enterprise=ORG)
    other = world.town.slack.cloud.add("research", enterprise=ORG)
    await world.install(one, org_wide=True)
    await world.imagine(one)
    await world.imagine(other)
    rows = await world.bot.doors.database.read(lambda db: db.execute(slack_bots.select()).all())
    assert [(row.enterprise_id, row.team_id) for row in rows] == [(ORG.id, None)]


async def test_no_stranger_comes_back_from_slack_in_anothers_name(world: World) -> None:
    async with aiohttp.ClientSession() as browser:
        page, cookie = await world.asked(browser)
        url = html.unescape(re.findall(r'href="([^"]*authorize[^"]*)"', page)[0])
        back = world.town.slack.oauth.allow(url, world.acme.team.id)
        async with browser.get(back) as without_cookie:
            assert without_cookie.status == 400
        async with browser.get(back.replace("state=", "state=x"), headers={"Cookie": cookie}) as other:
            assert other.status == 400
        async with browser.get(back, headers={"Cookie": cookie}) as right:
            assert right.status == 200
        async with browser.get(back, headers={"Cookie": cookie}) as again:
            assert again.status == 401  # a state is good for once


async def test_no_token_lies_in_the_database_as_it_is(world: World) -> None:
    await world.install(world.acme)
    data = b"".join(path.read_bytes() for path in (world.town.folder / "data").glob("imagine.sqlite3*"))
    assert world.acme.bot_token.encode() not in data


# -- apart from each other


async def test_a_forged_button_reaches_no_other_workspaces_job(world: World) -> None:
    await world.install(world.acme)
    await world.install(world.globex)
    theirs = await world.imagine(world.acme, "a secret fox")
    mine = await world.imagine(world.globex, "an owl")
    before = len(world.acme.channel("general").messages)
    buttons = [b for block in mine.blocks if block["type"] == "actions" for b in block["elements"]]
    pressed = 0
    for button in buttons:
        if "value" in button:
            button["value"] = payload(theirs)["job"]
            ack = await world.globex.press("ann", mine, button["action_id"])
            assert ack.ok
            pressed += 1
    assert pressed >= 3
    await world.globex.until(lambda: len(world.globex.ephemerals) >= pressed, 5)
    assert not any("secret" in said(one) for one in world.globex.ephemerals)
    assert len(world.town.painter.calls) == 2
    assert len(world.acme.channel("general").messages) == before


async def test_a_forged_form_posts_into_no_other_workspace(world: World) -> None:
    await world.install(world.acme)
    await world.install(world.globex)
    theirs = await world.imagine(world.acme, "a secret fox")
    elsewhere = {"team": world.acme.team.id, "channel": world.acme.channel("general").id}
    await sent(world.globex, "an owl", **elsewhere)
    dm = world.globex.dm(world.globex.user("ann").id)
    await world.globex.until(lambda: [m for m in dm.messages if payload(m).get("role") == "result"], 15)
    assert [payload(m)["job"] for m in world.acme.messages if payload(m)] == [payload(theirs)["job"]]


async def test_a_forged_form_shows_nothing_of_another_workspaces_prompt(world: World) -> None:
    await world.install(world.acme)
    await world.install(world.globex)
    theirs = await world.imagine(world.acme, "a secret fox")
    await sent(world.globex, "and more", draft=payload(theirs)["job"])
    told = await world.globex.until(lambda: world.globex.messages, 5)
    assert "was deleted" in said(told[-1])
    assert not any("secret" in said(one) for one in told)
    assert len(world.town.painter.calls) == 1


async def sent(there: Workspace, prompt: str, **forged: str) -> None:
    """Somebody sends the form with other things in it than it was opened with."""
    await there.command("ann", "general", "")
    view = await there.until(lambda: there.view_of("ann"), 5)
    assert view
    view.body["private_metadata"] = json.dumps(json.loads(view.body["private_metadata"]) | forged)
    assert (await there.submit_view("ann", view, {"prompt": prompt})).ok


# -- the end


async def test_an_uninstall_takes_tokens_and_data_along(world: World) -> None:
    await world.install(world.acme)
    await world.install(world.globex)
    gone = payload(await world.imagine(world.acme))["job"]
    kept = payload(await world.imagine(world.globex))["job"]
    acks = await world.town.slack.cloud.uninstall(world.acme)
    assert [ack.ok for ack in acks] == [True] * len(acks)
    assert len(acks) == 2
    ledger = world.bot.doors.ledger
    async with asyncio.timeout(10):
        while await ledger.get(gone):  # noqa: ASYNC110 -- it happens beside, and nobody is told
            await asyncio.sleep(0.05)
    assert await ledger.get(kept)
    rows = await world.bot.doors.database.read(lambda db: db.execute(slack_bots.select()).all())
    assert [row.team_id for row in rows] == [world.globex.team.id]


async def test_who_comes_back_begins_anew(world: World) -> None:
    await world.install(world.acme)
    await world.imagine(world.acme, "a red fox")
    await world.town.slack.cloud.uninstall(world.acme)
    await world.install(world.acme)
    await world.acme.command("ann", "general", "a blue owl")
    await world.acme.until(lambda: "a blue owl" in said(world.acme.messages[-1]), 10)
    await world.acme.until(lambda: payload(world.acme.messages[-1]).get("role") == "result", 10)


async def test_a_link_opens_one_picture_for_as_long_as_its_workspace_stays(world: World) -> None:
    await world.install(world.acme)
    job = JobId(payload(await world.imagine(world.acme))["job"])
    ledger, blobs = world.bot.doors.ledger, world.bot.doors.blobs
    (picture,) = (await ledger.painted(job))[0].pictures

    def link(key: str) -> str:
        links = Links(keys=(key,), base=world.bot.address, blobs=blobs, now=utc_now)
        return links.to(picture.blob, picture.media_type)

    async with aiohttp.ClientSession() as stranger:

        async def status(url: str) -> int:
            async with stranger.get(url) as answer:
                return answer.status

        assert await status(link("a key of the tests")) == 200
        assert await status(link("a guess")) == 404
        await world.town.slack.cloud.uninstall(world.acme)
        async with asyncio.timeout(15):
            while await ledger.get(job):  # noqa: ASYNC110 -- it happens beside, and nobody is told
                await asyncio.sleep(0.05)
        assert await status(link("a key of the tests")) == 404


# -- as a process


async def test_the_environment_alone_makes_it_so(town: Town, process: BotProcess) -> None:
    port = str(free_port())
    app = town.slack.cloud.app
    process.env |= {
        "SLACK_BOT_TOKEN": "",
        "SLACK_CLIENT_ID": app.client_id,
        "SLACK_CLIENT_SECRET": app.client_secret,
        "IMAGINE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": port,
        "HOME": str(town.folder),
    }
    await process.start()
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(f"http://127.0.0.1:{port}/slack/install") as page,
    ):
        assert page.status == 200
        assert app.client_id in await page.text()
    process.terminate()
    assert await process.wait() == 0
    left = {path.name for path in town.folder.iterdir()}
    assert left == {"data"}  # Bolt's own stores, files in the home folder, were not made
    assert app.client_secret not in process.output


async def test_two_ways_to_a_token_are_refused_at_the_start(town: Town, process: BotProcess) -> None:
    process.env |= {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}
    await process.launch()
    assert await process.wait() == 2
    assert [line.split()[0] for line in process.lines] == ["SLACK_BOT_TOKEN", "IMAGINE_PUBLIC_URL"]
