"""Everybody can use it: axe finds nothing, the keyboard reaches everything, a phone and the dark are fine."""

from typing import Any

import pytest

from tests.browser.window import Opened, Window

expect = pytest.importorskip("playwright.async_api", reason="the browser tests need playwright").expect
axe = pytest.importorskip("axe_playwright_python.async_playwright", reason="the scan needs axe")

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"width": 390, "height": 780}


async def complaints(window: Window) -> list[str]:
    """What axe finds on the page as it stands."""
    found: dict[str, Any] = (await axe.Axe().run(window.page)).response
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_axe_finds_nothing(chromium: Opened, address: str, colours: str) -> None:
    window = await chromium.window(address, "ada/general", guide=True, color_scheme=colours)
    message = await window.imagine(f"a garden in the {colours}")
    await window.say("/imagine help")
    await expect(window.message("Only visible to you")).to_be_visible()
    assert await complaints(window) == []
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()
    await expect(window.thread).to_be_visible()
    await window.page.get_by_role("button", name="Add reaction").last.click()
    assert await complaints(window) == []
    await window.page.keyboard.press("Escape")
    await window.page.get_by_role("button", name="Network").click()
    assert await complaints(window) == []
    await window.composer.fill("/imagine a fox --")
    await expect(window.page.get_by_role("listbox")).to_be_visible()
    assert await complaints(window) == []
    await window.page.keyboard.press("Escape")
    await window.page.get_by_role("button", name="Shortcuts").click()
    await window.page.get_by_role("menuitem", name="Imagine a picture").click()
    await expect(window.dialog).to_be_visible()
    assert await complaints(window) == []
    await window.dialog.get_by_role("button", name="Close").click()
    await expect(window.dialog).to_have_count(0)
    await window.close()


async def test_axe_finds_nothing_in_what_opens(window: Window) -> None:
    page = window.page
    message = await window.imagine("a picture to look at closely")
    await message.get_by_role("img").first.click()
    await expect(window.dialog).to_be_visible()
    assert await complaints(window) == []
    await page.keyboard.press("Escape")
    await message.get_by_role("button", name="Delete").click()
    assert await complaints(window) == []
    await page.keyboard.press("Escape")
    await window.say("words to be edited")
    await window.menu(window.message("words to be edited"), "Edit message")
    await page.get_by_role("button", name="Network").click()
    await window.network.get_by_text("Other faults of Slack").click()
    assert await complaints(window) == []
    await page.get_by_role("link", name="Imagine").click()
    assert await complaints(window) == []
    await page.get_by_role("tab", name="App Home").click()
    assert await complaints(window) == []


async def test_the_keyboard_alone_reaches_a_picture_and_its_thread(window: Window) -> None:
    page = window.page
    await expect(window.composer).to_be_focused()
    await page.keyboard.type("/imagine a ladder to the moon")
    await page.keyboard.press("Enter")
    message = window.message("a ladder to the moon")
    await message.get_by_role("button", name="Again").wait_for()
    await message.get_by_role("button", name="More", exact=True).focus()
    await page.keyboard.press("Tab")
    await expect(message.get_by_role("button", name="Add reaction")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(message.get_by_role("menuitem").first).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(message.get_by_role("menuitem").nth(1)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(message.get_by_role("button", name="Add reaction")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(window.thread.get_by_role("textbox", name="Reply…")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(window.thread).to_have_count(0)


async def test_a_phone_shows_one_thing_at_a_time(chromium: Opened, address: str) -> None:
    window = await chromium.window(address, "ann/general", viewport=PHONE, has_touch=True, is_mobile=True)
    page = window.page
    await window.imagine("a small boat")
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await expect(page.get_by_role("link", name="# random")).to_be_hidden()
    await page.get_by_role("button", name="Show channels").click()
    await page.get_by_role("link", name="# random").click()
    await expect(page.get_by_role("textbox", name="Message #random")).to_be_visible()
    await expect(page.get_by_role("link", name="# random")).to_be_hidden()
    assert await complaints(window) == []
    await window.close()


async def test_nothing_jumps_while_a_picture_comes(window: Window) -> None:
    await window.page.evaluate(_WATCH_SHIFTS)
    await window.imagine("a calm picture")
    await window.page.wait_for_function("document.querySelectorAll('img.pending').length === 0")
    moved = await window.page.evaluate("window.moved")
    # Composer and side never move; the list grows at its end, as a conversation does.
    assert [one for one in moved if "composer" in one or "side" in one or "bar" in one] == []


_WATCH_SHIFTS = """() => {
    window.moved = [];
    const whose = ({ node }) => node?.closest?.(".composer, .side, .bar, .messages")?.className ?? "other";
    const note = (list) => window.moved.push(...list.getEntries().flatMap((one) => one.sources).map(whose));
    new PerformanceObserver(note).observe({ type: "layout-shift", buffered: false });
}"""


async def test_it_opens_quickly_and_is_small(chromium: Opened, address: str) -> None:
    warm = await chromium.window(address, "ann/random")
    await warm.page.reload()
    await expect(warm.composer).to_be_visible()
    sizes = await warm.page.evaluate(
        "performance.getEntriesByType('resource').filter((one) => !one.name.includes('/playground/'))"
        ".reduce((sum, one) => sum + one.decodedBodySize, 0)"
    )
    assert 20_000 < sizes < 200_000
    await warm.close()
