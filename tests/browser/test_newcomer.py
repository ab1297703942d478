"""What somebody does who has never seen the page: invites the bot, sends too soon, closes, scrolls."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.pictures import a_photo
from tests.browser.window import Opened, Window

expect = pytest.importorskip("playwright.async_api", reason="the browser tests need playwright").expect

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def open_form(window: Window) -> None:
    await window.page.get_by_role("button", name="Shortcuts").click()
    await window.page.get_by_role("menuitem", name="Imagine a picture").click()
    await expect(window.dialog).to_be_visible()


async def test_the_bot_is_invited_as_it_asks_to_be(chromium: Opened, address: str) -> None:
    window = await chromium.window(address, "ann/secret")
    await window.say("/imagine a hidden door")
    asked = window.message("I can't post in this conversation")
    await expect(asked).to_be_visible()
    await window.say("/invite @Imagine")
    await expect(window.message("has joined the group")).to_be_visible()
    await asked.get_by_role("button", name="Retry").click()
    await window.message("a hidden door").get_by_role("button", name="Again").wait_for()
    await window.say("/invite @Imagine")
    await expect(window.page.get_by_role("alert")).to_contain_text("Imagine is already here")
    await window.say("/invite @nobody")
    await expect(window.page.get_by_role("alert")).to_contain_text("nobody here is called @nobody")
    await window.close()


async def test_a_form_sent_too_soon_says_so_at_the_field(window: Window) -> None:
    await window.say("/imagine")
    field = window.dialog.get_by_role("textbox", name="What to paint")
    await expect(field).to_be_focused()
    await window.dialog.get_by_role("button", name="Paint it").click()
    await expect(window.dialog.get_by_role("alert")).to_have_text("Please complete this required field.")
    await expect(field).to_have_accessible_description(re.compile("Please complete this required field"))
    await field.fill("a form at the second try")
    await window.dialog.get_by_role("button", name="Paint it").click()
    await expect(window.dialog).to_have_count(0)
    await window.message("a form at the second try").get_by_role("button", name="Again").wait_for()


async def test_a_form_is_gone_as_soon_as_it_is_closed(window: Window) -> None:
    await open_form(window)
    closed_at_once = """async () => {
        document.querySelector("dialog").dispatchEvent(new Event("cancel", { cancelable: true }));
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        return document.querySelector("dialog") === null;
    }"""
    held: list[Any] = []  # what the stand-in would hear, kept from it
    await window.page.route("**/playground/do", lambda route: held.append(route))
    assert await window.page.evaluate(closed_at_once)
    for route in held:
        await route.continue_()
    await window.page.unroute_all(behavior="wait")


async def test_what_one_sends_is_scrolled_to(window: Window) -> None:
    for number in range(12):
        await window.say(f"line one of {number}\nline two\nline three")
        await expect(window.message(f"line one of {number}")).to_be_visible()
    await window.log.evaluate("(log) => { log.scrollTop = 0; }")
    await expect(window.message("line one of 11")).not_to_be_in_viewport()
    await window.say("sent from far above")
    await expect(window.message("sent from far above")).to_be_in_viewport()


async def test_a_reaction_is_named_by_its_picture_and_its_word(window: Window) -> None:
    await window.say("worth a thumb")
    message = window.message("worth a thumb")
    await message.hover()
    await message.get_by_role("button", name="Add reaction").click()
    await message.get_by_role("menuitem", name="👍").click()
    await expect(message.get_by_role("button", name="+1 reaction, 1")).to_be_visible()
    await expect(message.get_by_role("button", name="👍")).to_be_visible()


async def test_nothing_lies_over_a_message_that_is_edited(window: Window) -> None:
    await window.say("words under a pen")
    message = window.message("words under a pen")
    await window.menu(message, "Edit message")
    await expect(window.page.get_by_role("textbox", name="Edit message")).to_be_focused()
    await expect(message.get_by_role("group", name="Message actions")).to_have_count(0)
    await window.page.keyboard.press("Escape")
    await expect(message.get_by_role("group", name="Message actions")).to_have_count(1)


async def test_a_thread_is_seen_though_the_network_panel_was_open(window: Window) -> None:
    await window.say("a thread beside the network")
    await window.page.get_by_role("button", name="Network").click()
    await expect(window.network).to_be_visible()
    message = window.message("a thread beside the network")
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()
    await expect(window.thread).to_be_visible()
    await expect(window.thread.get_by_role("textbox", name="Reply…")).to_be_focused()


async def test_a_form_fits_a_phone_also_when_the_guide_is_ticked(chromium: Opened, address: str) -> None:
    phone = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}
    window = await chromium.window(address, "ann/general", guide=True, **phone)
    await window.imagine("a picture in a pocket")
    await expect(window.page.get_by_role("button", name="Ask for a picture")).to_be_hidden()  # it is done
    await open_form(window)
    assert await window.page.evaluate("document.documentElement.scrollWidth") == 390
    await expect(window.dialog).to_be_in_viewport(ratio=1)
    await window.dialog.get_by_role("button", name="Close").click()
    await window.close()


async def test_a_reload_closes_a_form_as_in_slack(window: Window) -> None:
    await open_form(window)
    await window.page.reload()
    await expect(window.composer).to_be_focused()
    await expect(window.dialog).to_have_count(0)
    await window.say("nothing lies over this")
    await expect(window.message("nothing lies over this")).to_be_visible()


async def test_a_phones_photo_is_seen_and_stays_the_file_it_is(window: Window, tmp_path: Path) -> None:
    photo = tmp_path / "IMG_1.HEIC"
    photo.write_bytes(a_photo("HEIF"))
    await window.page.get_by_label("Attach files").set_input_files(photo)
    await window.say("from my phone")
    message = window.message("from my phone")
    shown = message.get_by_role("img", name="IMG_1.HEIC")
    await expect(shown).to_be_visible()
    await window.page.wait_for_function("(one) => one.naturalWidth === 320", arg=await shown.element_handle())
    async with window.page.expect_download() as download:
        await message.get_by_role("link", name="Download").click()
    assert (await (await download.value).path()).read_bytes() == photo.read_bytes()


async def test_a_file_is_dropped_anywhere_and_never_leaves_the_page(window: Window) -> None:
    chips = window.page.get_by_role("list", name="Attached files").get_by_role("listitem")
    # Says whether the page takes the file; else the browser would open it in the place of the page.
    drop = """(place, name) => {
        const data = new DataTransfer();
        data.items.add(new File(["words"], name, { type: "text/plain" }));
        const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
        return !place.dispatchEvent(drop);
    }"""
    assert await window.log.evaluate(drop, "one.txt")
    await expect(chips).to_have_text([re.compile("one.txt")])
    assert await window.page.get_by_role("navigation").evaluate(drop, "two.txt")
    await expect(chips).to_have_count(1)


async def test_a_private_picture_is_announced_with_a_link_that_leads_there(
    chromium: Opened, address: str
) -> None:
    window = await chromium.window(address, "ben/general")
    await window.say("/imagine a quiet pond --private")
    await window.message("in our direct messages").get_by_role("link", name="Go there").click()
    await expect(window.page.get_by_role("heading", name="Imagine").first).to_be_visible()
    await window.message("a quiet pond").get_by_role("button", name="Share").wait_for()
    await window.close()


async def test_home_leads_to_a_picture_in_its_conversation(chromium: Opened, address: str) -> None:
    window = await chromium.window(address, "ben/general")
    await window.imagine("a lighthouse at home")
    await window.go("ben/dm-ben/home")
    home = window.page.get_by_role("tabpanel")
    await home.get_by_text("a lighthouse at home").wait_for()
    await home.get_by_role("link", name="Go there").first.click()
    await window.thread.get_by_text("a lighthouse at home").first.wait_for()
    await window.close()
