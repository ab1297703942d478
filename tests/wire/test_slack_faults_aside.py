"""Every Slack call beside the main line failing once, in each way: what was asked for is there anyway."""

from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from bot.playground.slack import Trouble
from bot.playground.slack.state import Message
from tests.wire.test_home import home
from tests.wire.test_slack_faults import CALLS, TROUBLES
from tests.wire.whole_bot import Town, running_bot, said, soon

MODELS = "gpt-image-2.6-sunburst,gpt-image-1.5"

Strike = Callable[[], None]
"""From now on it goes wrong, once."""
Scene = Callable[[Town, Message, Strike], Awaitable[None]]
"""What a call is for, in a town with one result; it ends when people see that, and else times out."""


async def _a_question(town: Town, _first: Message, strike: Strike) -> None:
    fox = f"fox {len(town.slack.workspace.calls)}"  # a reply that was lost brings one question twice
    strike()
    await town.slack.workspace.command("ann", "general", f"{fox} --qualty high")
    await town.whisper(fox)


async def _a_question_without_an_address(town: Town, first: Message, strike: Strike) -> None:
    town.slack.workspace.faults.on("response_url", Trouble.STATUS, value=500)
    await _a_question(town, first, strike)


async def _a_private_picture(town: Town, _first: Message, strike: Strike) -> None:
    before, paid = len(town.roles("result", "dm:ann")), len(town.painter.paid)
    strike()
    await town.slack.workspace.command("ann", "general", "a secret fox --private")
    assert len(await town.results(before + 1, "dm:ann")) == before + 1
    assert len(town.painter.paid) == paid + 1


async def _a_lost_post(town: Town, _first: Message, strike: Strike) -> None:
    before = len(town.roles("result"))
    town.slack.workspace.faults.on("chat.postMessage", Trouble.LOST_REPLY, skip=1)
    strike()
    await town.imagine("a lost fox")
    assert len(town.roles("result")) == before + 1


async def _a_lost_post_in_a_thread(town: Town, first: Message, strike: Strike) -> None:
    before = len(town.roles("result"))
    town.slack.workspace.faults.on("chat.postMessage", Trouble.LOST_REPLY)
    strike()
    await town.slack.workspace.say("ann", "general", f"make it blue, {before}", thread=first.ts)
    assert len(await town.results(before + 1)) == before + 1


async def _a_cancel(town: Town, _first: Message, strike: Strike) -> None:
    stage = town.slack.workspace
    before, calls, town.painter.seconds = len(town.roles("placeholder")), len(town.painter.calls), 30
    await stage.command("ann", "general", "a slow fox")
    await stage.until(lambda: len(town.roles("placeholder")) > before)
    await soon(lambda: len(town.painter.calls) > calls)
    strike()
    placeholder = town.roles("placeholder")[-1]
    await stage.press("ann", placeholder, "cancel")
    await stage.until(lambda: "Cancelled" in said(placeholder))


async def _the_form(town: Town, _first: Message, strike: Strike) -> None:
    strike()
    await town.slack.workspace.command("ann", "general", "")
    await town.slack.workspace.close_view("ann", await town.view())


async def _another_model(town: Town, _first: Message, strike: Strike) -> None:
    stage = town.slack.workspace
    await stage.command("ann", "general", "")
    view = await town.view()
    before = view.hash
    strike()
    action = next(
        block["element"]["action_id"] for block in view.body["blocks"] if block["block_id"] == "model"
    )
    await stage.change_view(
        "ann", view, action, "gpt-image-1.5", block_id="model", values={"prompt": "a fox"}
    )
    await stage.until(lambda: view.hash != before)
    await stage.close_view("ann", view)


async def _the_home_tab(town: Town, first: Message, strike: Strike) -> None:
    stage, ann = town.slack.workspace, town.slack.workspace.user("ann").id
    await home(town, "ann", "a first fox")
    stage.homes.pop(ann, None)
    strike()
    await stage.open_home("ann")
    await stage.until(lambda: ann in stage.homes)
    assert first.ts.replace(".", "") in str(stage.homes[ann].body)  # the way to it


async def _a_comparison(town: Town, first: Message, strike: Strike) -> None:
    stage = town.slack.workspace
    if len(town.roles("result")) == 1:
        await stage.say("ann", "general", "make it blue", thread=first.ts)
    second, before = (await town.results(2))[-1], len(stage.ephemerals)
    job = (second.metadata or {})["event_payload"]["job"]
    strike()
    await stage.press("ben", second, "more", value=f"compare:{job}")
    await stage.until(lambda: len(stage.ephemerals) > before)
    assert town.shown(stage.ephemerals[-1])


async def _a_deletion(town: Town, _first: Message, strike: Strike) -> None:
    result = await town.imagine("a passing fox")
    [file] = town.shown(result)
    strike()
    await town.slack.workspace.press("ann", result, "delete")
    await town.slack.workspace.until(lambda: file.deleted)


SCENES: dict[str, Scene] = {
    "response_url": _a_question,
    "chat.postEphemeral": _a_question_without_an_address,
    "conversations.open": _a_private_picture,
    "conversations.history": _a_lost_post,
    "conversations.replies": _a_lost_post_in_a_thread,
    "chat.update": _a_cancel,
    "chat.getPermalink": _the_home_tab,
    "views.publish": _the_home_tab,
    "views.open": _the_form,
    "views.update": _another_model,
    "files.info": _a_comparison,
    "files.delete": _a_deletion,
}
STRUCK = {*(method for method, _ in CALLS), *SCENES, "auth.test"}
"""Every method that fails in some test."""


@pytest.mark.parametrize(("method", "scene"), SCENES.items(), ids=SCENES)
async def test_one_failing_call_keeps_nothing_from_anybody(town: Town, method: str, scene: Scene) -> None:
    faults = town.slack.workspace.faults
    async with running_bot(town, imagine_models=MODELS):
        first = await town.imagine("a first fox")
        for trouble, value in TROUBLES:
            if method == "response_url" and trouble is Trouble.REFUSE:
                continue  # it refuses with a status
            await scene(town, first, partial(faults.on, method, trouble, value=value, error="a_new_one"))
            assert not list(faults), trouble
            town.painter.seconds = 0


@pytest.mark.parametrize(("trouble", "value"), TROUBLES)
async def test_one_failing_auth_test_does_not_keep_the_bot_from_starting(
    town: Town, trouble: Trouble, value: float
) -> None:
    town.slack.workspace.faults.on("auth.test", trouble, value=value, error="a_new_one")
    async with running_bot(town):
        await town.imagine("a red fox")
    assert not list(town.slack.workspace.faults)


async def test_a_form_that_slack_will_not_open_is_told(town: Town) -> None:
    faults = town.slack.workspace.faults
    async with running_bot(town):
        faults.on("views.open", Trouble.REFUSE, error="expired_trigger_id")
        await town.slack.workspace.command("ann", "general", "")
        await town.whisper("did not let me")
    assert town.slack.workspace.view_of("ann") is None


async def test_a_form_whose_reply_was_lost_stands_and_nobody_is_told_it_does_not(town: Town) -> None:
    town.slack.workspace.faults.on("views.open", Trouble.LOST_REPLY)
    async with running_bot(town):
        await town.slack.workspace.command("ann", "general", "")
        view = await town.view()
        await town.slack.workspace.submit_view("ann", view, {"prompt": "a red fox"})
        await town.results()
    assert len(town.slack.workspace.calls_of("views.open")) == 2
    assert town.slack.workspace.ephemerals == []


async def test_a_lost_placeholder_where_the_bot_may_not_look_is_not_repeated_but_told(town: Town) -> None:
    town.slack.workspace.faults.on("chat.postMessage", Trouble.LOST_REPLY)
    async with running_bot(town):
        await town.slack.workspace.command("ann", "random", "a red fox")
        note = await town.whisper("did not confirm")
        assert town.painter.calls == []
        await town.slack.workspace.press("ann", note, "retry")
        await town.slack.workspace.until(lambda: town.roles("result", "random"))
    assert len(town.slack.workspace.channel("random").messages) == 2  # the lost placeholder stays
    assert len(town.painter.paid) == 1
