"""What people do in the workspace: commands, threads, people, forms, files, reactions, a reload."""

import re
from pathlib import Path

import pytest

from tests.browser.pictures import a_photo
from tests.browser.window import Opened, Window

expect = pytest.importorskip("playwright.async_api", reason="the browser tests need playwright").expect

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_command_becomes_a_picture_in_its_place(window: Window) -> None:
    await window.say("/imagine a lighthouse at dusk")
    placeholder = window.message("a lighthouse at dusk")
    await expect(placeholder.get_by_role("button", name="Cancel")).to_be_visible()
    await expect(placeholder.get_by_role("img", name="a lighthouse at dusk")).to_be_visible()
    await expect(placeholder.get_by_role("button", name="Cancel")).to_have_count(0)
    for button in ("Again", "Variations", "Original", "Copy command", "Delete"):
        await expect(placeholder.get_by_role("button", name=button)).to_be_visible()
    await expect(placeholder).to_contain_text("@Ann Lee")


async def test_a_picture_opens_in_full_size_with_a_download(window: Window) -> None:
    message = await window.imagine("a red kite over a hill")
    await message.get_by_role("img", name="a red kite").click()
    shown = window.page.get_by_role("dialog", name="Picture")
    await expect(shown.get_by_role("img", name="a red kite")).to_be_visible()
    async with window.page.expect_download() as download:
        await shown.get_by_role("link", name="Download").click()
    path = await (await download.value).path()
    assert path.read_bytes().startswith(b"\x89PNG")
    await window.page.keyboard.press("Escape")
    await expect(shown).to_have_count(0)


async def test_completion_offers_commands_options_and_values(window: Window) -> None:
    page, found = window.page, window.page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    await window.composer.press_sequentially("/im")
    await expect(found).to_contain_text(["/imagine"])
    await page.keyboard.press("Tab")
    await expect(window.composer).to_have_value("/imagine ")
    await window.composer.press_sequentially("a fox --qu")
    await expect(found).to_contain_text(["--quality"])
    await page.keyboard.press("Tab")
    await expect(found.filter(has_text="medium")).to_be_visible()
    await window.composer.press_sequentially("lo")
    await page.keyboard.press("Tab")
    await expect(window.composer).to_have_value("/imagine a fox --quality low ")
    await page.keyboard.press("Escape")
    await window.composer.fill("")


async def test_a_mention_is_completed_and_understood(window: Window) -> None:
    await window.composer.press_sequentially("look, @be")
    await window.page.keyboard.press("Tab")
    await expect(window.composer).to_have_value("look, @Ben Okafor ")
    await window.page.keyboard.press("Enter")
    await expect(window.message("look,").locator(".mention")).to_have_text("@Ben Okafor")


async def test_a_name_typed_out_is_sent_and_not_completed(window: Window) -> None:
    await window.composer.press_sequentially("ask @Weather")
    await window.page.keyboard.press("Enter")
    await expect(window.message("ask").locator(".mention")).to_have_text("@Weather")


async def test_lines_and_history_are_as_in_slack(window: Window) -> None:
    await window.composer.press_sequentially("first line")
    await window.page.keyboard.press("Shift+Enter")
    await window.composer.press_sequentially("second line")
    await window.page.keyboard.press("Enter")
    await expect(window.message("first line")).to_contain_text("second line")
    await expect(window.composer).to_have_value("")
    await window.page.keyboard.press("ArrowUp")
    await expect(window.composer).to_have_value("first line\nsecond line")
    await window.page.keyboard.press("ArrowDown")
    await expect(window.composer).to_have_value("")


async def test_what_people_write_never_becomes_markup(window: Window) -> None:
    nasty = "<img src=x onerror=alert(1)> <b>bold</b> <https://evil.example|x> &amp; javascript:alert(1)"
    await window.say(nasty)
    message = window.message("onerror")
    await expect(message).to_contain_text("<img src=x onerror=alert(1)> <b>bold</b>")
    assert await message.locator("img[src=x], b:has-text('bold')").count() == 0


async def test_a_thread_opens_beside_and_survives_a_reload(window: Window) -> None:
    await window.say("a thread begins here")
    message = window.message("a thread begins here")
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()
    reply = window.thread.get_by_role("textbox", name="Reply…")
    await expect(reply).to_be_focused()
    await reply.fill("and goes on here")
    await window.thread.get_by_role("button", name="Send").click()
    await expect(window.thread.get_by_role("article")).to_have_count(2)
    await expect(message.get_by_role("button", name="1 reply")).to_be_visible()
    await window.page.reload()
    await expect(window.thread.get_by_role("article").last).to_contain_text("and goes on here")
    await window.thread.get_by_role("button", name="Close thread").click()
    await expect(window.thread).to_have_count(0)
    await expect(window.composer).to_be_visible()


async def test_a_thread_takes_no_commands_and_can_speak_to_the_channel(window: Window) -> None:
    await window.say("this thread is for talk")
    message = window.message("this thread is for talk")
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()
    reply = window.thread.get_by_role("textbox", name="Reply…")
    await reply.fill("/imagine a picture in a thread")
    await window.page.keyboard.press("Enter")
    await expect(window.thread.get_by_role("alert")).to_contain_text("/imagine is not supported in threads")
    await expect(reply).to_have_value("/imagine a picture in a thread")
    await reply.fill("heard by everybody")
    await window.thread.get_by_role("checkbox", name="Also send to #general").check()
    await window.thread.get_by_role("button", name="Send").click()
    await expect(window.message("heard by everybody")).to_contain_text("replied to a thread")


async def test_two_commands_in_a_breath_are_both_sent(window: Window) -> None:
    await window.say("/imagine the first of two")
    await window.say("/imagine the second of two")
    for words in ("the first of two", "the second of two"):
        await expect(window.message(words).get_by_role("button", name="Again")).to_be_visible()


async def test_ones_message_can_be_edited_and_deleted(window: Window) -> None:
    await window.say("a spelling mistaek")
    message = window.message("a spelling")
    await window.menu(message, "Edit message")
    await window.page.get_by_role("textbox", name="Edit message").fill("a spelling mistake")
    await window.page.keyboard.press("Enter")
    await expect(message).to_contain_text("a spelling mistake")
    await expect(message).to_contain_text("(edited)")
    await window.menu(message, "Delete message")
    await window.page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    await expect(window.message("a spelling mistake")).to_have_count(0)


async def test_nobody_edits_what_another_said(window: Window) -> None:
    await window.say("these are my words")
    await window.become("Ben Okafor")
    message = window.message("these are my words")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await expect(message.get_by_role("menuitem", name="Copy text")).to_be_visible()
    await expect(message.get_by_role("menuitem", name="Edit message")).to_have_count(0)


async def test_reactions_are_put_and_taken_away(window: Window) -> None:
    await window.say("worth a reaction")
    message = window.message("worth a reaction")
    await message.hover()
    await message.get_by_role("button", name="Add reaction").click()
    await message.get_by_role("menuitem", name="heart").click()
    heart = message.get_by_role("button", name="heart reaction, 1")
    await expect(heart).to_have_attribute("aria-pressed", "true")
    await heart.click()
    await expect(heart).to_have_count(0)


async def test_a_private_answer_is_seen_by_one_person_only(window: Window) -> None:
    await window.say("/imagine help")
    answer = window.message("--quality")
    await expect(answer).to_contain_text("Only visible to you")
    await window.become("Ben Okafor")
    await expect(answer).to_have_count(0)
    await window.become("Ann Lee")
    await answer.get_by_role("button", name="Dismiss message").click()
    await expect(answer).to_have_count(0)


async def test_a_japanese_person_is_answered_in_japanese(window: Window) -> None:
    await window.become("由美")
    await window.say("/imagine help")
    await expect(window.message("あなただけに表示されています")).to_contain_text("画像")


async def test_the_page_speaks_the_language_of_whoever_one_is(window: Window) -> None:
    await window.become("由美")
    side = window.page.get_by_role("navigation", name="チャンネルとメンバー")
    await expect(side).to_contain_text("ダイレクトメッセージ")
    await expect(window.page.locator("html")).to_have_attribute("lang", "ja")
    await window.page.get_by_role("button", name="ネットワーク").click()
    panel = window.page.get_by_role("region", name="ネットワーク")
    await expect(panel.get_by_role("button", name="ボットを強制終了")).to_be_visible()
    await window.become("Ann Lee")
    await expect(window.network.get_by_role("button", name="Kill the bot")).to_be_visible()


async def test_the_form_keeps_what_was_entered_and_shows_its_faults(window: Window) -> None:
    page = window.page
    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem", name="Imagine a picture").click()
    form = page.get_by_role("dialog", name="Imagine a picture")
    await form.get_by_label("What to paint").fill("a paper boat in the rain")
    await form.get_by_label("Size").fill("huge")
    await form.get_by_role("button", name="Paint it").click()
    await expect(form.get_by_role("alert")).to_be_visible()
    await expect(form.get_by_label("What to paint")).to_have_value("a paper boat in the rain")
    await form.get_by_label("Size").fill("")
    await form.get_by_label("Quality").select_option("low")
    await form.get_by_role("button", name="Paint it").click()
    await expect(form).to_have_count(0)
    await page.get_by_role("link", name="Imagine").click()
    await expect(
        window.message("a paper boat").get_by_role("img", name=re.compile("paper boat"))
    ).to_be_visible()


async def test_a_delete_asks_first(window: Window) -> None:
    message = await window.imagine("a picture nobody needs")
    await message.get_by_role("button", name="Delete").click()
    asked = window.page.get_by_role("alertdialog")
    await asked.get_by_role("button").first.click()
    await expect(message.get_by_role("button", name="Delete")).to_be_visible()
    await message.get_by_role("button", name="Delete").click()
    await asked.get_by_role("button").last.click()
    await expect(window.message("a picture nobody needs").get_by_role("img")).to_have_count(0)


async def test_files_are_picked_pasted_dropped_and_taken_off(window: Window, tmp_path: Path) -> None:
    one, two = tmp_path / "one.png", tmp_path / "two.jpg"
    one.write_bytes(a_photo("PNG"))
    two.write_bytes(a_photo("JPEG"))
    await window.page.get_by_label("Attach files").set_input_files([one, two])
    chips = window.page.get_by_role("list", name="Attached files").get_by_role("listitem")
    await expect(chips).to_have_count(2)
    await window.page.evaluate(_BRING, ["three.png", "drop"])
    await expect(chips).to_have_count(3)
    await window.page.evaluate(_BRING, ["image.png", "paste"])
    await expect(chips).to_have_count(4)
    await window.page.get_by_role("button", name="Remove two.jpg").click()
    await expect(chips).to_have_count(3)
    await window.say("three pictures")
    await expect(window.message("three pictures").get_by_role("img")).to_have_count(3)
    await expect(window.message("three pictures").get_by_role("img", name="one.png")).to_be_visible()


_BRING = """async ([name, way]) => {
    const canvas = new OffscreenCanvas(60, 40);
    canvas.getContext("2d").fillRect(5, 5, 20, 20);
    const data = new DataTransfer();
    data.items.add(new File([await canvas.convertToBlob()], name, { type: "image/png" }));
    const event = way === "drop" ? new DragEvent("drop", { dataTransfer: data, bubbles: true })
        : new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
    document.querySelector("textarea").dispatchEvent(event);
}"""


async def test_two_people_in_two_windows_see_each_other(
    window: Window, chromium: Opened, address: str
) -> None:
    ben = await chromium.window(address, "ben/random")
    await window.say("hello from Ann")
    unread = ben.page.get_by_role("link", name="# general")
    await expect(unread).to_contain_text("unread")
    await unread.click()
    await expect(ben.message("hello from Ann")).to_be_visible()
    await ben.say("hello back")
    await expect(window.message("hello back")).to_contain_text("Ben Okafor")
    await expect(ben.page.get_by_role("link", name="# general")).not_to_contain_text("unread")
    await ben.close()


async def test_the_apps_home_is_a_tab_of_its_conversation(window: Window) -> None:
    await window.page.get_by_role("link", name="Imagine").click()
    await window.page.get_by_role("tab", name="App Home").click()
    await expect(window.page.get_by_role("tabpanel", name="App Home")).to_be_visible()
    await window.page.keyboard.press("ArrowRight")
    await expect(window.page.get_by_role("tab", name="Messages")).to_have_attribute("aria-selected", "true")
    await expect(window.composer).to_be_visible()


async def test_the_guide_leads_through_three_things_and_goes(chromium: Opened, address: str) -> None:
    window = await chromium.window(address, "ada/random", guide=True)
    guide = window.page.get_by_role("region", name="Three things to try")
    await guide.get_by_role("button", name="Ask for a picture").click()
    await expect(window.composer).to_have_value(re.compile("^/imagine "))
    await guide.get_by_role("button", name="Dismiss").click()
    await expect(guide).to_have_count(0)
    await window.page.reload()
    await expect(window.composer).to_be_visible()
    await expect(guide).to_have_count(0)
    await window.close()
