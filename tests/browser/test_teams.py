"""The Teams tab: what people do there in a chat, a group and a channel, with the very same bot."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.playground.slack import serve
from tests.browser.pictures import a_photo
from tests.browser.test_access import PHONE, complaints
from tests.browser.window import Opened, Window

if TYPE_CHECKING:
    from playwright.async_api import Locator

expect = pytest.importorskip("playwright.async_api", reason="the browser tests need playwright").expect
pytest.importorskip("microsoft_teams", reason="the tab needs Microsoft's SDK")

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = "teams.html"


async def said(window: Window, words: str) -> None:
    """Write in the conversation, whatever its composer is called."""
    box = window.page.get_by_role(
        "textbox", name=re.compile("^(Message|New post in) |への(メッセージ|新しい投稿)$")
    )
    await box.fill(words)
    await window.page.keyboard.press("Enter")


async def painted(window: Window, prompt: str, words: str = "") -> "Locator":
    """Ask for a picture and wait for its buttons; the bot's message."""
    await said(window, words or prompt)
    return await shown(window, prompt)


async def shown(window: Window, prompt: str, again: str = "Again") -> "Locator":
    message = window.log.get_by_role("article", name=re.compile("^Imagine,")).filter(has_text=prompt).last
    await message.get_by_role("button", name=again).wait_for()
    return message


@pytest_asyncio.fixture(loop_scope="session")
async def chat(chromium: Opened, address: str) -> AsyncIterator[Window]:
    """Ann's, in her chat with the bot."""
    opened = await chromium.window(address + PAGE, "ann/chat")
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def group(chromium: Opened, address: str) -> AsyncIterator[Window]:
    """Ann's, in the group."""
    opened = await chromium.window(address + PAGE, "ann/lunch")
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def channel(chromium: Opened, address: str) -> AsyncIterator[Window]:
    """Ann's, in the channel."""
    opened = await chromium.window(address + PAGE, "ann/general")
    yield opened
    await opened.close()


@pytest.mark.parametrize(("place", "words"), [("chat", ""), ("lunch", "@Imagine "), ("general", "@Imagine ")])
async def test_a_prompt_becomes_a_picture_in_every_scope(
    chromium: Opened, address: str, place: str, words: str
) -> None:
    window = await chromium.window(address + PAGE, f"ann/{place}")
    prompt = f"a lighthouse for {place}"
    await said(window, words + prompt)
    placeholder = window.log.get_by_role("article", name=re.compile("^Imagine,")).filter(has_text=prompt)
    await expect(placeholder.get_by_role("button", name="Cancel")).to_be_visible()
    message = await shown(window, prompt)
    await expect(message.get_by_role("link", name=re.compile(prompt))).to_be_visible()
    await expect(placeholder).to_have_count(1)
    await window.close()


async def test_what_does_not_name_the_bot_says_why_nothing_happens(group: Window) -> None:
    await said(group, "lunch at noon?")
    await expect(group.message("lunch at noon?")).to_contain_text("Write @Imagine")


async def test_a_reply_in_the_thread_with_a_pasted_picture_edits_it(channel: Window) -> None:
    message = await painted(channel, "a tower by a river", "@Imagine a tower by a river")
    await message.hover()
    await message.get_by_role("button", name="Reply").click()
    post = channel.log.get_by_role("group", name="Post by Ann Archer").filter(has_text="a tower by a river")
    reply = post.get_by_role("textbox", name="Reply…")
    await expect(reply).to_be_focused()
    await reply.evaluate(_PASTE)
    await reply.fill("@Imagine put this photograph into the sky")
    await channel.page.keyboard.press("Enter")
    await expect(post.get_by_role("img", name="Picture from Ann Archer")).to_be_visible()
    answer = post.get_by_role("article", name=re.compile("^Imagine,")).filter(has_text="into the sky")
    await answer.get_by_role("button", name="Again").wait_for(timeout=30_000)
    await expect(answer).to_contain_text("v2")


_PASTE = """async (box) => {
    const canvas = new OffscreenCanvas(640, 480);
    const pen = canvas.getContext("2d");
    for (const [colour, inset] of [["#ccd", 0], ["#446", 100]]) {  // opaque: clear parts would make it a mask
        pen.fillStyle = colour;
        pen.fillRect(inset, inset, 640 - 2 * inset, 480 - 2 * inset);
    }
    const data = new DataTransfer();
    data.items.add(new File([await canvas.convertToBlob()], "image.png", { type: "image/png" }));
    box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""


async def test_a_file_that_is_attached_reaches_the_bot_in_its_chat_alone(
    chat: Window, chromium: Opened, address: str, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(a_photo("PNG", (640, 480)))
    await chat.page.get_by_label("Attach files").set_input_files([photo])
    await painted(chat, "give this photo a frame")
    there = await chromium.window(address + PAGE, "ann/general")
    await there.page.get_by_label("Attach files").set_input_files([photo])
    await said(there, "@Imagine give it a golden frame")
    await expect(there.log.get_by_text("Paste the picture").last).to_be_visible()
    await there.close()


async def test_in_a_chat_an_answer_quotes_what_it_changes(chat: Window) -> None:
    first = await painted(chat, "a boat on a lake")
    await painted(chat, "a cat on a wall")
    await first.hover()
    await first.get_by_role("button", name="Reply").click()
    await expect(chat.page.get_by_role("button", name="Do not answer this message")).to_be_visible()
    await said(chat, "make the boat red")
    await expect(chat.message("make the boat red").locator("blockquote")).to_have_count(0)
    answer = await shown(chat, "make the boat red")
    await expect(answer).to_contain_text("v2")
    asked = chat.log.get_by_role("article", name=re.compile("^Ann")).filter(has_text="make the boat red")
    await expect(asked.locator("blockquote")).to_contain_text("a boat on a lake")


async def test_a_button_is_answered_at_once_and_paints_again(chat: Window) -> None:
    message = await painted(chat, "a green hill")
    await message.get_by_role("button", name="Again").click()
    await expect(chat.log.get_by_text("I'm on it.")).to_be_visible()
    both = chat.log.get_by_role("article").filter(has=chat.page.get_by_role("button", name="Again"))
    await expect(both.filter(has_text="a green hill")).to_have_count(2)


async def test_a_button_opens_a_form_that_is_sent(channel: Window) -> None:
    message = await painted(channel, "a quiet harbour", "@Imagine a quiet harbour")
    await message.get_by_role("button", name="Edit…").click()
    form = channel.page.get_by_role("dialog", name="Edit this picture")
    await form.get_by_role("button", name="Edit it").click()
    await expect(form).to_be_visible()  # nothing was said yet, and the card says so by itself
    await form.get_by_label("What to change").fill("add a red boat")
    await form.get_by_role("button", name="Edit it").click()
    await expect(form).to_have_count(0)
    await shown(channel, "add a red boat")


async def test_the_apps_own_forms_stand_beside_the_composer_and_under_each_message(group: Window) -> None:
    await group.page.get_by_role("button", name="Imagine a picture").click()
    form = group.page.get_by_role("dialog")
    await form.get_by_label("What to paint").fill("a windmill in spring")
    await form.get_by_role("button", name="Paint it").click()
    message = await shown(group, "a windmill in spring")
    await group.menu(message, "Edit with Imagine")
    await form.get_by_label("What to change").fill("make it winter")
    await form.get_by_role("button", name="Edit it").click()
    await shown(group, "make it winter")


async def test_a_private_answer_is_seen_by_one_alone(group: Window, chromium: Opened, address: str) -> None:
    message = await painted(group, "a secret garden", "@Imagine a secret garden")
    await message.get_by_role("button", name="More options").click()
    await group.page.get_by_role("menuitem", name="Copy command").click()
    note = group.log.get_by_role("article").filter(has_text="Here is the command to copy")
    await expect(note.last).to_contain_text("Only visible to you")
    bob = await chromium.window(address + PAGE, "bob/lunch")
    await expect(bob.message("a secret garden")).to_be_visible()
    await expect(bob.log.get_by_text("Only visible to you")).to_have_count(0)
    await bob.close()


async def test_a_question_is_asked_before_a_picture_is_deleted(group: Window) -> None:
    message = await painted(group, "a sandcastle", "@Imagine a sandcastle")
    await message.get_by_role("button", name="Delete").click()
    await expect(message.get_by_text("This cannot be undone.")).to_be_visible()
    await message.get_by_role("button", name="Keep it").click()
    await expect(message.get_by_text("This cannot be undone.")).to_be_hidden()
    await message.get_by_role("button", name="Delete").click()
    await message.get_by_role("button", name="Delete").first.click()
    cards = group.log.get_by_role("article", name=re.compile("^Imagine,")).filter(has_text="a sandcastle")
    await expect(cards).to_have_count(0)


async def test_a_reaction_is_a_button_too(group: Window) -> None:
    message = await painted(group, "a paper crane", "@Imagine a paper crane")
    await message.hover()
    await message.get_by_role("button", name="Add reaction").click()
    await message.get_by_role("menuitem", name="Repeat").click()
    both = group.log.get_by_role("article").filter(has=group.page.get_by_role("button", name="Again"))
    await expect(both.filter(has_text="a paper crane")).to_have_count(2)
    await expect(group.log.get_by_role("button", name="Repeat reaction, 1")).to_be_visible()


async def test_names_commands_and_options_are_completed(group: Window) -> None:
    box = group.composer
    await box.press_sequentially("@Im")
    await group.page.keyboard.press("Tab")
    await expect(box).to_have_value("@Imagine ")
    await box.press_sequentially("a fox --qu")
    await group.page.keyboard.press("Tab")
    await box.press_sequentially("lo")
    await group.page.keyboard.press("Tab")
    await expect(box).to_have_value("@Imagine a fox --quality low ")
    await box.fill("/st")
    await expect(group.page.get_by_role("option")).to_contain_text(["/status"])
    await box.fill("")


async def test_who_types_on_at_once_writes_behind_what_was_completed(group: Window) -> None:
    await group.page.evaluate("() => { window.requestAnimationFrame = (draw) => setTimeout(draw, 100); }")
    box = group.composer
    await box.press_sequentially("@Im")
    await group.page.keyboard.press("Tab")
    await box.press_sequentially("a red fox that reads its newspaper", delay=10)
    await expect(box).to_have_value("@Imagine a red fox that reads its newspaper")
    await box.fill("")


async def test_what_people_write_never_becomes_markup_in_teams(chat: Window) -> None:
    nasty = "<img src=x onerror=alert(1)> **bold** [a](javascript:alert(1)) <b>b</b>"
    message = await painted(chat, "onerror", nasty)
    await expect(message).to_contain_text("<img src=x onerror=alert(1)> **bold** [a](javascript:alert(1))")
    assert await chat.log.locator("img[src=x], b:has-text('bold'), a[href^=javascript]").count() == 0


async def test_words_are_changed_and_taken_back(group: Window) -> None:
    await said(group, "an early word")
    await group.menu(group.message("an early word"), "Edit message")
    await group.page.get_by_role("textbox", name="Edit message").fill("a later word")
    await group.page.keyboard.press("Enter")
    await expect(group.message("a later word")).to_contain_text("Edited")
    await group.menu(group.message("a later word"), "Delete message")
    await group.page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    await expect(group.message("This message has been deleted.")).to_be_visible()


async def test_everything_is_there_after_a_reload(channel: Window) -> None:
    message = await painted(channel, "a picture to keep", "@Imagine a picture to keep")
    await message.hover()
    await message.get_by_role("button", name="Reply").click()
    await channel.page.reload()
    await expect((await shown(channel, "a picture to keep")).get_by_role("link").first).to_be_visible()
    await expect(channel.log.get_by_role("textbox", name="Reply…")).to_be_visible()


async def test_teams_saying_429_only_delays_and_a_lost_reply_repeats_nothing(chat: Window) -> None:
    await chat.page.get_by_role("button", name="Network").click()
    side = chat.network.get_by_role("group", name="Teams")
    await side.get_by_role("switch", name="429").check()
    await said(chat, "a picture for the patient")
    calls = chat.network.get_by_role("row").filter(has_text="bot → Teams")
    await expect(calls.filter(has_text="429").first).to_be_visible()
    await chat.network.get_by_role("button", name="All well again").click()
    await shown(chat, "a picture for the patient")
    await side.get_by_role("switch", name="Lose the reply").check()
    await said(chat, "a picture that is lost")
    cards = chat.log.get_by_role("article", name=re.compile("^Imagine,")).filter(
        has_text="a picture that is lost"
    )
    await expect(cards.first).to_be_visible()
    await expect(side.get_by_role("switch", name="Lose the reply")).not_to_be_checked()
    await expect(cards).to_have_count(1)


async def test_a_killed_bot_goes_on_in_teams_when_it_is_started_again(chat: Window) -> None:
    await chat.page.get_by_role("button", name="Network").click()
    await said(chat, "a picture that outlives the bot")
    card = chat.log.get_by_role("article", name=re.compile("^Imagine,")).filter(has_text="outlives the bot")
    await expect(card).to_be_visible()
    await chat.network.get_by_role("button", name="Kill the bot").click()
    await expect(chat.page.get_by_role("navigation")).to_contain_text("The bot is not running")
    await said(chat, "nobody hears this")
    await expect(chat.page.get_by_role("alert")).to_contain_text("The bot did not answer")
    await expect(chat.message("nobody hears this")).to_contain_text("The bot did not hear this.")
    await chat.network.get_by_role("button", name="Start the bot").click()
    await expect(card.get_by_role("button", name="Again")).to_be_visible(timeout=30_000)
    await expect(card).to_have_count(1)


async def test_where_the_app_is_not_installed_nobody_answers(chromium: Opened, address: str) -> None:
    window = await chromium.window(address + PAGE, "bob/closed")
    await said(window, "@Imagine a fox")
    await expect(window.message("a fox")).to_contain_text("The app is not installed here.")
    await expect(window.page.get_by_role("button", name="Imagine a picture")).to_have_count(0)
    await window.close()


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_axe_finds_nothing_in_teams(chromium: Opened, address: str, colours: str) -> None:
    window = await chromium.window(address + PAGE, "bob/general", color_scheme=colours)
    page = window.page
    message = await painted(window, f"a garden in the {colours}", f"@Imagine a garden in the {colours}")
    await message.hover()
    await message.get_by_role("button", name="Reply").click()
    assert await complaints(window) == []
    await page.get_by_role("button", name="Network").click()
    await message.get_by_role("button", name="Delete").click()
    assert await complaints(window) == []
    await message.get_by_role("button", name="More options").click()
    await expect(page.get_by_role("menuitem", name="Copy command")).to_be_visible()
    assert await complaints(window) == []
    await page.keyboard.press("Escape")
    await message.get_by_role("button", name="Edit…").click()
    await expect(window.dialog).to_be_visible()
    assert await complaints(window) == []
    await page.keyboard.press("Escape")
    await expect(window.dialog).to_have_count(0)
    await window.close()


async def test_teams_fits_a_phone_and_speaks_japanese(chromium: Opened, address: str) -> None:
    window = await chromium.window(
        address + PAGE, "yumi/general", viewport=PHONE, has_touch=True, is_mobile=True
    )
    await said(window, "@Imagine 夜の灯台")
    await shown(window, "夜の灯台", "もう一度")
    assert await window.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert await complaints(window) == []
    await window.page.get_by_role("button", name="チャンネルを表示").click()
    await window.page.get_by_role("link", name="Lunch").click()
    await expect(window.page.get_by_role("textbox", name="Lunchへのメッセージ")).to_be_visible()
    await window.close()


async def test_the_two_tabs_lead_to_each_other_and_slacks_loads_nothing_of_teams(
    chromium: Opened, address: str
) -> None:
    window = await chromium.window(address, "ann/general")
    loaded = await window.page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert not [one for one in loaded if "teams" in one or "adaptivecards" in one]
    await window.page.get_by_role("link", name="Teams").click()
    await expect(window.page.get_by_role("textbox", name="Message Imagine")).to_be_visible()
    await window.page.get_by_role("link", name="Slack").click()
    await expect(window.page.get_by_role("textbox", name="Message #general")).to_be_visible()
    await window.close()


async def test_where_teams_is_not_installed_its_tab_says_what_to_do(chromium: Opened) -> None:
    async with serve() as slack:
        window = await chromium.window(f"{slack.base_url}/{PAGE}", "")
        await expect(window.page.get_by_role("main")).to_contain_text("Install imagine-bot[teams]")
        await window.page.get_by_role("link", name="Back to Slack").click()
        await expect(window.composer).to_be_visible()
        await window.close()
