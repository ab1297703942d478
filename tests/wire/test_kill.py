"""A bot that dies at the worst moments and is started again: nothing lost, nothing twice."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from bot.playground.slack import Trouble
from tests.wire.whole_bot import KEY, BotProcess, Town, a_picture, soon

PROMPT = "a zebra playing the theremin"


def assert_wordless(process: BotProcess) -> None:
    """Nothing private stands in the logs, at debug level."""
    town = process.town
    assert "is ready" in process.output
    for private in (PROMPT, "zebra", KEY, town.slack.bot_token, town.slack.app_token, "ticket=", "?"):
        assert private not in process.output, private


async def one_result(town: Town, process: BotProcess) -> None:
    [result] = await town.results(seconds=20)
    assert town.shown(result)[0].data == a_picture()
    assert [one for one in town.slack.workspace.channel("general").messages if not one.is_reply] == [result]
    assert_wordless(process)


async def test_killed_just_after_the_acknowledgement_it_posts_and_paints_once(
    town: Town, process: BotProcess
) -> None:
    town.slack.workspace.faults.on(
        "users.info", Trouble.SLOW, value=2
    )  # the last thing before the placeholder
    await process.start()
    ack = await town.slack.workspace.command("ann", "general", PROMPT)
    assert ack.ok
    await process.kill()
    assert town.roles("placeholder") == []
    await process.start()
    await one_result(town, process)
    assert len(town.painter.calls) == 1


async def test_killed_while_painting_it_paints_once_more_and_posts_once(
    town: Town, process: BotProcess
) -> None:
    town.painter.seconds = 8
    await process.start()
    await town.slack.workspace.command("ann", "general", PROMPT)
    await soon(lambda: bool(town.painter.calls))
    await process.kill()
    town.painter.seconds = 0
    await process.start()
    await one_result(town, process)
    assert len(town.painter.calls) == 2


@pytest.mark.parametrize(
    ("method", "skip"),
    [
        pytest.param("files.completeUploadExternal", 0, id="while uploading"),
        pytest.param("chat.postMessage", 1, id="while posting"),
        pytest.param("chat.delete", 0, id="while tidying up"),
    ],
)
async def test_killed_on_the_way_into_the_channel_it_never_paints_again(
    town: Town, process: BotProcess, method: str, skip: int
) -> None:
    faults = town.slack.workspace.faults
    faults.on(method, Trouble.SLOW, value=1, skip=skip)
    await process.start()
    await town.slack.workspace.command("ann", "general", PROMPT)
    await soon(lambda: not list(faults))
    await process.kill()
    await process.start()
    await one_result(town, process)
    assert len(town.painter.calls) == 1


async def test_killed_again_and_again_at_any_moment_it_ends_with_one_result(
    town: Town, process: BotProcess
) -> None:
    moments = random.Random(20261121)
    deaths: list[datetime] = []
    town.painter.seconds = 0.4
    await process.start()
    await town.slack.workspace.command("ann", "general", PROMPT)
    for _ in range(5):
        await asyncio.sleep(moments.uniform(0, 1.2))
        deaths.append(datetime.now(UTC))
        await process.kill()
        await process.start()
    await one_result(town, process)
    calls = [call.at for call in town.painter.calls]
    for first, second in pairwise(calls):  # each further call has a death of its own
        assert any(first < death < second for death in deaths)
    upload = town.slack.workspace.calls_of("files.getUploadURLExternal")[0]
    assert calls[-1].timestamp() < upload.at


async def test_asked_to_leave_with_work_in_hand_it_goes_in_time_and_the_rest_follows(
    town: Town, process: BotProcess
) -> None:
    town.painter.seconds = 1
    process.env["IMAGINE_CONCURRENCY"] = "1"
    await process.start()
    for number in range(3):
        await town.slack.workspace.command("ann", "general", f"{PROMPT} {number}")
    await soon(lambda: bool(town.painter.calls))
    process.terminate()
    assert await process.wait(30) == 0
    painted = len(town.painter.calls)
    town.painter.seconds = 0
    await process.start()
    results = await town.results(3)
    assert len(results) == 3
    assert painted < 3
    assert len(town.painter.calls) == 3
    assert_wordless(process)


async def test_a_second_process_on_the_same_folder_says_so_in_one_line(
    town: Town, process: BotProcess
) -> None:
    await process.start()
    second = replace(process, lines=[], _process=None, _reader=None)
    await second.launch()
    assert await second.wait(20) == 2
    assert len(second.lines) == 1, second.output
    assert "IMAGINE_DATA_DIR" in second.output


async def test_a_missing_configuration_is_told_in_a_line_each(town: Town, process: BotProcess) -> None:
    process.env = {name: "" for name in process.environment() if name.startswith(("SLACK", "OPENAI"))}
    await process.launch()
    assert await process.wait(20) == 2
    names = [line.split()[0] for line in process.lines]
    assert names == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "OPENAI_API_KEY"]
    assert "Traceback" not in process.output


async def test_a_token_that_slack_refuses_is_told_in_one_line(town: Town, process: BotProcess) -> None:
    process.env["SLACK_BOT_TOKEN"] = "xoxb-wrong"
    await process.launch()
    assert await process.wait(20) == 2
    assert "xoxb-wrong" not in process.output
    assert "Traceback" not in process.output
    assert [line for line in process.lines if line.startswith("SLACK_BOT_TOKEN")] == process.lines[-1:]
