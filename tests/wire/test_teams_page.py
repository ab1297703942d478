"""The Teams tab's own server: what people do there reaches the bot as Teams sends it, and is kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.playground import slack, teams
from bot.playground.backstage import Backstage
from tests.wire.teams_town import ANN, BOB, CHAT, CLOSED, GENERAL, GROUP

Json = dict[str, Any]


class Ear:
    """A bot that only listens."""

    def __init__(self) -> None:
        self.heard: list[Json] = []
        self.answer: Any = None
        self.status = 200

    async def handle(self, request: web.Request) -> web.Response:
        self.heard.append(await request.json())
        return web.json_response(self.answer, status=self.status)


@pytest.fixture
async def ear() -> AsyncIterator[tuple[Ear, str]]:
    listening = Ear()
    app = web.Application()
    app.router.add_post("/api/messages", listening.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield listening, f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
    await runner.cleanup()


class Visit:
    """A page's calls."""

    def __init__(self, session: aiohttp.ClientSession, stand_in: teams.StandIn) -> None:
        self.session = session
        self.state = stand_in.state

    async def do(self, wanted: Json, status: int = 200) -> Json:
        async with self.session.post("/teams/do", json={"user": ANN, **wanted}) as answer:
            assert answer.status == status, await answer.text()
            said: Json = await answer.json()
            return said

    async def say(self, text: str, conversation: str = CHAT, **more: Any) -> Json:
        return await self.do({"do": "say", "conversation": conversation, "text": text, **more})

    async def look(self) -> Json:
        async with self.session.get("/teams/state") as answer:
            seen: Json = await answer.json()
            return seen

    async def messages(self, conversation: str = CHAT) -> list[Json]:
        there = (await self.look())["conversations"]
        found: list[Json] = next(one for one in there if one["id"] == conversation)["messages"]
        return found


@asynccontextmanager
async def visiting(listening: str, folder: Path | None = None) -> AsyncIterator[Visit]:
    behind = Backstage()
    async with teams.serve(folder=folder, signed=False) as stand_in:
        stand_in.tenant.listening = listening
        page = teams.Page(stand_in.state, stand_in.tenant, behind, folder)
        async with (
            slack.serve(backstage=behind, beside=page.routes()) as around,
            aiohttp.ClientSession(around.base_url) as session,
        ):
            yield Visit(session, stand_in)
            await page.close()


@pytest.fixture
async def visit(ear: tuple[Ear, str]) -> AsyncIterator[Visit]:
    async with visiting(ear[1]) as opened:
        yield opened


async def test_the_bot_hears_its_own_chat_and_what_names_it(visit: Visit, ear: tuple[Ear, str]) -> None:
    await visit.say("a red fox")
    await visit.say("what a nice day", GROUP)
    await visit.say("@Imagine a fox for @Bob Brook", GROUP)
    chat, group = ear[0].heard
    assert (chat["text"], chat["from"]["id"], chat["recipient"]["id"]) == (
        "a red fox",
        ANN,
        f"28:{visit.state.app_id}",
    )
    assert group["text"] == "<at>Imagine</at> a fox for <at>Bob Brook</at>"
    named = [one["mentioned"]["id"] for one in group["entities"] if one["type"] == "mention"]
    assert named == [f"28:{visit.state.app_id}", BOB]
    assert [one["heard"] for one in await visit.messages(GROUP)] == [False, True]


async def test_a_reply_in_a_channel_names_the_post_and_one_in_a_chat_quotes(
    visit: Visit, ear: tuple[Ear, str]
) -> None:
    await visit.say("@Imagine a red fox", GENERAL)
    root = ear[0].heard[0]["id"]
    assert ear[0].heard[0]["conversation"]["id"] == f"{GENERAL};messageid={root}"
    await visit.say("@Imagine make it blue", GENERAL, thread=root)
    assert ear[0].heard[1]["conversation"]["id"] == f"{GENERAL};messageid={root}"
    await visit.say("make it blue", quoting="17")
    assert {"type": "quotedReply", "quotedReply": {"messageId": "17"}} in ear[0].heard[2]["entities"]


async def test_a_listed_command_goes_to_the_bot_alone(visit: Visit, ear: tuple[Ear, str]) -> None:
    await visit.say("/imagine a red fox", GROUP)
    assert ear[0].heard[0]["recipient"]["isTargeted"] is True
    [shown] = await visit.messages(GROUP)
    assert shown["seen_by"] == ANN


async def test_nobody_hears_where_the_app_is_not(visit: Visit, ear: tuple[Ear, str]) -> None:
    await visit.say("@Imagine a red fox", CLOSED)
    refused = await visit.do({"do": "extension", "conversation": CLOSED, "command": "imagine"}, status=409)
    assert (ear[0].heard, refused["error"]) == ([], "the app is not installed here")


async def test_a_pasted_picture_hangs_on_the_message(visit: Visit, ear: tuple[Ear, str]) -> None:
    async with visit.session.post(
        "/teams/upload", data=b"\x89PNG and more", headers={"Content-Type": "image/png"}
    ) as put:
        name = (await put.json())["file"]
    await visit.say("make it blue", files=[name])
    attached = ear[0].heard[0]["attachments"][0]
    assert attached["contentType"] == "image/*"
    assert attached["contentUrl"].endswith(f"/v3/attachments/{name}/views/original")
    async with visit.session.get(f"/teams/files/{name}") as shown:
        assert (await shown.read(), shown.headers["Content-Security-Policy"]) == (
            b"\x89PNG and more",
            "sandbox",
        )


async def test_an_attached_file_reaches_the_bot_in_its_chat_alone(visit: Visit, ear: tuple[Ear, str]) -> None:
    name = visit.state.keep_file(b"\x89PNG", "image/png")
    await visit.say("make it blue", uploads=[name])
    await visit.say("@Imagine make it blue", GENERAL, uploads=[name])
    chat, channel = (one["attachments"][0] for one in ear[0].heard)
    assert chat["contentType"] == "application/vnd.microsoft.teams.file.download.info"
    assert chat["content"]["downloadUrl"].endswith(f"/stored/{name}?tempauth=x")
    assert channel == {"contentType": "text/html", "content": f'<attachment id="{name}"></attachment>'}
    assert [one["files"] for one in await visit.messages(GENERAL)] == [[name]]


async def test_words_are_changed_and_taken_back_by_who_wrote_them(visit: Visit, ear: tuple[Ear, str]) -> None:
    await visit.say("a red fox")
    [said] = await visit.messages()
    await visit.do({"do": "edit", "user": BOB, "message": said["id"], "text": "mine now"}, status=409)
    await visit.do({"do": "edit", "message": said["id"], "text": "a blue fox"})
    await visit.do({"do": "delete", "message": said["id"]})
    events = [(one["type"], one["channelData"].get("eventType"), one["text"]) for one in ear[0].heard]
    assert events == [
        ("message", None, "a red fox"),
        ("messageUpdate", "editMessage", "a blue fox"),
        ("messageDelete", "softDeleteMessage", ""),
    ]
    assert ear[0].heard[2]["id"] == said["id"]
    assert [(one["text"], one["deleted"]) for one in await visit.messages()] == [("", True)]


async def test_a_form_of_the_app_opens_and_is_sent(visit: Visit, ear: tuple[Ear, str]) -> None:
    ear[0].answer = {"task": {"type": "continue", "value": {"title": "Imagine"}}}
    asked = {"do": "extension", "conversation": GENERAL, "command": "edit", "message": "17", "thread": "16"}
    opened = await visit.do(asked)
    assert opened["answer"] == ear[0].answer
    sent = {"do": "submit", "conversation": GENERAL, "command": "edit", "data": {"prompt": "blue"}}
    await visit.do(sent)
    fetch, submit = ear[0].heard
    assert (fetch["name"], fetch["value"]["messagePayload"]["id"]) == ("composeExtension/fetchTask", "17")
    assert fetch["conversation"]["id"] == f"{GENERAL};messageid=16"
    assert (submit["name"], submit["value"]["data"]) == ("composeExtension/submitAction", {"prompt": "blue"})
    assert submit["conversation"]["id"] == GENERAL


async def test_a_bot_that_is_gone_is_told_to_who_wrote(visit: Visit, ear: tuple[Ear, str]) -> None:
    ear[0].status = 500
    told = await visit.say("a red fox")
    assert (told["ok"], told["error"]) == (False, "The bot answered 500.")
    [said] = await visit.messages()
    assert (said["text"], said["heard"]) == ("a red fox", False)


async def test_a_visitor_sees_their_own_chat_alone(visit: Visit) -> None:
    refused = await visit.do({"do": "say", "user": BOB, "conversation": CHAT, "text": "a fox"}, status=409)
    assert "no such conversation" in refused["error"]
    people = {one["id"]: one["people"] for one in (await visit.look())["conversations"]}
    assert people[CHAT] == [ANN]


async def test_what_makes_no_sense_is_refused(visit: Visit) -> None:
    for wanted in ({"do": "fly"}, {"do": "say"}, {"do": "say", "conversation": CHAT}):
        assert not (await visit.do(wanted, status=400))["ok"]


async def test_what_was_written_is_there_after_a_restart(ear: tuple[Ear, str], tmp_path: Path) -> None:
    async with visiting(ear[1], tmp_path) as visit:
        async with visit.session.post(
            "/teams/upload", data=b"\x89PNG", headers={"Content-Type": "image/png"}
        ) as put:
            name = (await put.json())["file"]
        await visit.say("a red fox", files=[name])
        before = await visit.messages()
    async with visiting(ear[1], tmp_path) as visit:
        assert await visit.messages() == before
        await visit.say("a blue fox")
        assert int((await visit.messages())[1]["id"]) > int(before[0]["id"])
        async with visit.session.get(f"/teams/files/{name}") as shown:
            assert await shown.read() == b"\x89PNG"


async def test_a_file_of_another_version_is_put_aside(ear: tuple[Ear, str], tmp_path: Path) -> None:
    (tmp_path / "tenant.json").write_text('{"said": 7}')
    async with visiting(ear[1], tmp_path) as visit:
        assert await visit.messages() == []
    assert (tmp_path / "tenant.json.unreadable").exists()
