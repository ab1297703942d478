"""Watching the bot recover: faults that are switched on in the network panel, a kill and a new start."""

import pytest
import pytest_asyncio

from tests.browser.window import Window

expect = pytest.importorskip("playwright.async_api", reason="the browser tests need playwright").expect

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def watched(window: Window) -> Window:
    """The window with the network panel open, and all well."""
    await window.page.get_by_role("button", name="Network").click()
    await window.network.get_by_role("button", name="All well again").click()
    return window


async def test_the_panel_lists_the_calls_of_a_picture(watched: Window) -> None:
    await watched.imagine("a picture that is watched")
    calls = watched.network.get_by_role("row")
    await expect(calls.filter(has_text="Slack → bot").filter(has_text="/imagine").first).to_be_visible()
    await expect(calls.filter(has_text="images/generations").filter(has_text="paid").first).to_be_visible()
    await expect(calls.filter(has_text="chat.update").first).to_be_visible()


async def test_a_killed_bot_goes_on_when_it_is_started_again(watched: Window) -> None:
    await watched.say("/imagine a picture that outlives the bot")
    placeholder = watched.message("a picture that outlives the bot")
    await expect(placeholder).to_be_visible()
    await watched.network.get_by_role("button", name="Kill the bot").click()
    await expect(watched.page.get_by_role("navigation")).to_contain_text("The bot is not running")
    await watched.say("/imagine nobody hears this")
    await expect(watched.message("dispatch_failed")).to_contain_text("Slackbot")
    await watched.network.get_by_role("button", name="Start the bot").click()
    await expect(placeholder.get_by_role("button", name="Again")).to_be_visible(timeout=30_000)
    await expect(watched.log.get_by_role("article").filter(has_text="outlives the bot")).to_have_count(1)


async def test_a_picture_survives_a_service_that_is_down(watched: Window) -> None:
    down = watched.network.get_by_role("group", name="Image service").get_by_role("switch", name="Down")
    await down.check()
    await watched.say("/imagine a picture of a service that is down")
    failed = watched.page.get_by_role("button", name="Retry")
    await expect(failed.last).to_be_visible(timeout=20_000)
    await down.uncheck()
    await expect(down).not_to_be_checked()
    await failed.last.click()
    again = watched.message("a picture of a service that is down").get_by_role("button", name="Again")
    await expect(again).to_be_visible(timeout=20_000)


async def test_a_lost_reply_makes_no_second_message(watched: Window) -> None:
    lost = watched.network.get_by_role("group", name="Slack").get_by_role("switch", name="Lose the reply")
    await lost.check()
    await watched.imagine("a picture whose message is lost")
    await expect(lost).not_to_be_checked()
    shown = watched.log.get_by_role("article").filter(has_text="whose message is lost")
    await expect(shown).to_have_count(1)


async def test_slack_saying_429_only_delays(watched: Window) -> None:
    busy = watched.network.get_by_role("group", name="Slack", exact=True).get_by_role("switch", name="429")
    await busy.check()
    await watched.say("/imagine a picture for the patient")
    refused = watched.network.get_by_role("row").filter(has_text="ratelimited").first
    await expect(refused).to_be_visible()
    await busy.uncheck()
    again = watched.message("a picture for the patient").get_by_role("button", name="Again")
    await expect(again).to_be_visible(timeout=20_000)
