"""Editing as people do it: by a reply, with photographs, by the form for a region, from a message's menu."""

import re
from pathlib import Path

import pytest

from tests.browser.pictures import a_photo
from tests.browser.window import Opened, Window

expect = pytest.importorskip("playwright.async_api", reason="the browser tests need playwright").expect

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_reply_in_words_becomes_the_next_version(window: Window) -> None:
    message = await window.imagine("a boat on a lake")
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()
    await window.thread.get_by_role("textbox", name="Reply…").fill("make the boat red")
    await window.page.keyboard.press("Enter")
    edited = window.thread.get_by_role("article").filter(has_text="v2 ← v1")
    await expect(edited.get_by_role("img", name=re.compile("make the boat red"))).to_be_visible()
    await expect(edited.get_by_role("button", name="Undo")).to_be_visible()


async def test_photographs_in_a_message_are_edited_also_a_phones(window: Window, tmp_path: Path) -> None:
    jpeg, heic = tmp_path / "one.jpg", tmp_path / "two.heic"
    jpeg.write_bytes(a_photo("JPEG", (900, 600)))
    heic.write_bytes(a_photo("HEIF", (640, 480)))
    await window.page.get_by_label("Attach files").set_input_files([jpeg, heic])
    await window.say("@Imagine put these two side by side")
    asked = window.message("put these two side by side")
    await expect(asked.get_by_role("img", name="two.heic")).to_be_visible()
    await asked.get_by_role("button", name=re.compile("repl(y|ies)")).click()
    answer = window.thread.get_by_role("article").filter(has=window.page.get_by_role("button", name="Again"))
    await expect(answer.get_by_role("img", name=re.compile("side by side"))).to_be_visible()


async def test_a_region_is_marked_seen_and_changed(chromium: Opened, address: str) -> None:
    window = await chromium.window(address, "ben/general", guide=True)
    guide = window.page.get_by_role("region", name="Three things to try")
    await window.imagine("a tower by a river")
    await guide.get_by_role("button", name="Mark a region").click()
    form = window.page.get_by_role("dialog", name="Edit a region")
    await form.get_by_label("Cells").fill("C3-E5")
    before = await form.get_by_role("img").get_attribute("src")
    await form.get_by_role("button", name="Preview").click()
    drawn = form.get_by_role("img", name="Columns are A to H")
    await expect(drawn).to_be_in_viewport(ratio=0.3)  # without scrolling: it stands under the button
    await expect(form.get_by_role("img")).not_to_have_attribute("src", before or "")
    await expect(form.get_by_label("Cells")).to_have_value("C3-E5")
    await form.get_by_label("What to change").fill("a golden roof")
    await form.get_by_role("button", name="Run").click()
    await expect(form).to_have_count(0)
    await expect(guide.get_by_role("button", name="Mark a region (done)")).to_be_visible()
    asked = window.message("Nothing is made before you press Run")
    await expect(asked.get_by_role("img")).to_be_visible()
    await asked.get_by_role("button", name="Run").click()
    await window.message("a tower by a river").get_by_role("button", name=re.compile("repl(y|ies)")).click()
    changed = window.thread.get_by_role("article").filter(has_text="a golden roof")
    await expect(changed.get_by_role("button", name="Again")).to_be_visible()
    await window.close()


async def test_a_message_with_a_photo_is_edited_from_its_menu(window: Window, tmp_path: Path) -> None:
    photo = tmp_path / "holiday.jpg"
    photo.write_bytes(a_photo("JPEG", (900, 600)))
    await window.page.get_by_label("Attach files").set_input_files([photo])
    await window.say("our holiday")
    message = window.message("our holiday")
    await window.menu(message, "Edit with Imagine")
    form = window.page.get_by_role("dialog")
    await form.get_by_label("What to change").fill("make it winter")
    await form.get_by_role("button").last.click()
    await expect(form).to_have_count(0)
    await message.get_by_role("button", name=re.compile("repl(y|ies)")).click()
    answer = window.thread.get_by_role("article").filter(has_text="make it winter")
    await expect(answer.get_by_role("button", name="Again")).to_be_visible()


async def test_the_page_to_paint_on_opens_beside(window: Window) -> None:
    message = await window.imagine("a bridge in the fog")
    await message.get_by_role("button", name="Edit region").click()
    form = window.page.get_by_role("dialog", name="Edit a region")
    async with window.page.expect_popup() as opened:
        await form.get_by_role("link", name="Paint by hand").click()
    painting = await opened.value
    await expect(painting.get_by_role("button", name="Run")).to_be_visible()
    await painting.close()
    await expect(form).to_be_visible()
    await form.get_by_role("button", name="Close").click()
    await expect(form).to_have_count(0)
