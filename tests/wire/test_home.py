"""The app's home tab over a real socket: published when somebody looks, in their language, with the form."""

import asyncio
from typing import Any

from bot.playground.slack.state import View
from tests.wire.whole_bot import Town, running_bot


async def home(town: Town, user: str, words: str) -> View:
    """Look at the tab until it says this: a result is written down a moment after it can be seen."""
    stage = town.slack.workspace
    who = stage.user(user).id
    async with asyncio.timeout(10):
        while who not in stage.homes or words not in str(stage.homes[who].body):
            stage.homes.pop(who, None)
            await stage.open_home(user)
            await stage.until(lambda: who in stage.homes)
    return stage.homes[who]


async def test_the_home_tab_says_how_to_ask_and_opens_the_form(town: Town) -> None:
    async with running_bot(town):
        view = await home(town, "ann", "You have no pictures on the way.")
        assert "/imagine a red fox" in str(view.body)
        await town.slack.workspace.change_view("ann", view, "home:imagine")
        form = await town.view()
        await town.slack.workspace.submit_view("ann", form, {"prompt": "a hen"})
        await town.results(channel="dm:ann")


async def test_the_home_tab_lists_the_newest_pictures_with_the_way_there(town: Town) -> None:
    async with running_bot(town):
        result = await town.imagine("a *bold* & <red> fox")
        view = await home(town, "ann", "a *bold*")
    shown: list[Any] = [block for block in view.body["blocks"] if "accessory" in block]
    assert "a *bold* &amp; &lt;red&gt; fox" in shown[0]["text"]["text"]
    assert result.ts.replace(".", "") in shown[0]["accessory"]["url"]


async def test_the_home_tab_is_in_the_persons_language(town: Town) -> None:
    async with running_bot(town):
        await home(town, "yumi", "作った画像はここに並びます")
    assert town.painter.calls == []
