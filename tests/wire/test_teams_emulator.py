"""The bot in Microsoft's own emulator, where somebody has installed it: ``pytest --teams-emulator FOLDER``.

FOLDER holds ``node_modules/@microsoft/m365agentsplayground`` (0.2.28). Its licence is for evaluation, so it
is never part of this project. What its own page calls is called here.
"""

import asyncio
import json
import re
import shutil
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import app
from bot.playground import painter
from bot.settings import Settings
from tests.ports import free_port
from tests.wire.whole_bot import KEY, QUICK

CLI = "node_modules/@microsoft/m365agentsplayground/cli.js"
Json = dict[str, Any]


class Emulator:
    """Microsoft's, and what its conversations showed."""

    def __init__(self, session: aiohttp.ClientSession, base: str, config: Json) -> None:
        self._session, self._base = session, base
        self.me, self.bot = config["currentUser"]["id"], config["bot"]
        self.personal = config["personalChat"]["id"]
        self.group = config["groupChats"][0]["id"]
        self.channel = config["teams"][0]["channels"][0]["id"]
        self.seen: list[Json] = []

    async def watch(self) -> None:
        """Until cancelled: note every message that is made or changed."""
        address = self._base.replace("http", "ws") + "/_ws_conversation/v1/conversations/stream"
        async with self._session.ws_connect(address) as stream:
            async for one in stream:
                self.seen.append(json.loads(one.data))

    async def post(self, path: str, body: Json) -> Json:
        async with self._session.post(self._base + path, json=body) as answer:
            assert answer.status == 200, await answer.text()
            return json.loads(await answer.text() or "{}")  # type: ignore[no-any-return] # whatever it says

    async def say(self, conversation: str, words: str) -> None:
        tag = f"<at>{self.bot['name']}</at>"
        named: Json = {"mentions": [{"mentioned": self.bot, "text": tag}], "text": f"{tag} {words}"}
        own: Json = {"text": words} if conversation == self.personal else named
        usual = {"type": "text", "textFormat": "plain", "from": {"id": self.me}}
        await self.post(f"/_conversation/v1/conversations/{conversation}/messages", usual | own)

    async def invoke(self, message: Json, name: str, value: Json) -> Json:
        where = {"conversation": {"id": message["actionConversationId"]}, "from": {"id": self.me}}
        about = {"name": name, "value": value, "replyToId": message["message"]["messageId"]}
        return await self.post("/_conversation/v1/invoke", where | about)

    async def result(self, conversation: str, words: str, seconds: float = 40) -> Json:
        """Wait for a finished picture of these words."""
        async with asyncio.timeout(seconds):
            while True:
                for one in reversed(self.seen):
                    told = json.dumps(one)
                    there = one["actionConversationId"].startswith(conversation)
                    if there and words in told and '"Again"' in told:
                        return one
                await asyncio.sleep(0.05)


@asynccontextmanager
async def emulator(folder: str, bot_port: int) -> AsyncIterator[Emulator]:
    started = await asyncio.create_subprocess_exec(
        shutil.which("node") or "node",
        str(Path(folder) / CLI),
        *("start", "-e", f"http://127.0.0.1:{bot_port}/api/messages", "-c", "msteams"),
        *("-p", str(free_port()), "--disable-telemetry"),
        cwd=folder,
        env={"APPLICATION_INSIGHTS_NO_STATSBEAT": "true"},  # it calls home otherwise
        stdout=PIPE,
        stderr=DEVNULL,
    )
    try:
        base = await _listening(started)
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{base}/_internal/v1/config") as answer:
                config = (await answer.json())["config"]
            running = Emulator(session, base, config)
            watching = asyncio.create_task(running.watch())
            yield running
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
    finally:
        started.kill()
        await started.wait()


async def _listening(process: Process) -> str:
    assert process.stdout
    async with asyncio.timeout(20):
        async for line in process.stdout:
            if found := re.search(rb"Listening on (\d+)", line):
                return f"http://127.0.0.1:{found[1].decode()}"
    raise AssertionError("the emulator did not start")


def card(message: Json) -> Json:
    found: Json = message["message"]["attachments"][0]["content"]
    return found


async def test_microsofts_emulator_gets_along_with_the_bot(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder = request.config.getoption("--teams-emulator")
    if not folder:
        pytest.skip("Microsoft's emulator is not asked for (--teams-emulator FOLDER)")
    port = free_port()
    async with painter.serve() as local:
        values = {
            "teams_unauthenticated": True,
            "openai_api_key": KEY,
            "openai_base_url": local.openai_url,
            "imagine_data_dir": tmp_path / "data",
            "host": "127.0.0.1",
            "port": port,
        }
        settings = Settings(_env_file=None, **values)  # type: ignore[arg-type] # as the environment has them
        async with app.build(settings, patience=QUICK), emulator(str(folder), port) as place:
            for conversation in (place.personal, place.group, place.channel):
                await place.say(conversation, "a red fox")
            messages = [
                await place.result(one, "a red fox") for one in (place.personal, place.group, place.channel)
            ]
            for message in messages:
                again = next(one for one in card(message)["actions"] if one["title"] == "Again")
                pressed = {"type": "Action.Execute", "verb": again["verb"], "data": again["data"]}
                answer = await place.invoke(message, "adaptiveCard/action", {"action": pressed})
                assert answer["value"] == "I'm on it."
            shown = messages[1]["message"]
            payload = {"commandId": "edit", "messagePayload": {"id": shown["messageId"]}}
            dialog = await place.invoke(messages[1], "composeExtension/fetchTask", payload)
            form = dialog["task"]["value"]["card"]["content"]
            data = {**form["actions"][0]["data"], "prompt": "make it blue"}
            await place.invoke(
                messages[1], "composeExtension/submitAction", {"commandId": "edit", "data": data}
            )
            await place.result(place.group, "make it blue")
