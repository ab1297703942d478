"""Painting a region by hand: with the mouse, by touch and by keys, and what the page looks like."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from tests.browser.window import PATIENCE, Opened, Window

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, FloatRect, Locator, Page

expect = pytest.importorskip("playwright.async_api").expect
axe = pytest.importorskip("axe_playwright_python.async_playwright", reason="the scan needs axe")

pytestmark = pytest.mark.asyncio(loop_scope="session")

MARKED = re.compile(r"^(?:< )?\d+% of the picture is marked\.$")
A_MARK = """() => {
  const canvas = document.getElementById("mask"), { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const box = [width, height, 0, 0];
  for (let at = 3; at < data.length; at += 4) {
    if (data[at] < 128) continue;
    const x = ((at - 3) / 4) % width, y = Math.floor((at - 3) / 4 / width);
    box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
  }
  return box[2] ? [box[0] / width, box[1] / height, box[2] / width, box[3] / height] : null;
}"""


@dataclass(kw_only=True, slots=True)
class Brush:
    """The page, opened from the region's form."""

    page: "Page"
    errors: list[str] = field(default_factory=list)

    @property
    def stage(self) -> "Locator":
        return self.page.get_by_role("application")

    @property
    def status(self) -> "Locator":
        return self.page.locator("#status")

    async def picture(self) -> "FloatRect":
        """Where the picture is on the screen, once it is there."""
        await self.page.locator("#sheet.here").wait_for()
        box = await self.page.locator("#mask").bounding_box()
        assert box
        return box

    async def place(self, across: float, down: float) -> tuple[float, float]:
        """A place in the picture, from 0 to 1, on the screen."""
        box = await self.picture()
        return box["x"] + across * box["width"], box["y"] + down * box["height"]

    async def strokes(self, *points: tuple[float, float]) -> None:
        """The mouse, held down from point to point."""
        await self.page.mouse.move(*await self.place(*points[0]))
        await self.page.mouse.down()
        for point in points[1:]:
            await self.page.mouse.move(*await self.place(*point), steps=4)
        await self.page.mouse.up()

    async def marked(self) -> list[float]:
        """The box around what is painted, from 0 to 1; empty where nothing is."""
        found: list[float] | None = await self.page.evaluate(A_MARK)
        return found or []


def near(box: list[float]) -> Any:
    """The same box, but for the smoothing of its edge."""
    return pytest.approx(box, abs=0.01)


async def link(window: Window, prompt: str) -> str:
    """Ask for a picture, press Edit region, and take the link to the page."""
    message = await window.imagine(prompt)
    await message.get_by_role("button", name="Edit region").click()
    found = await window.dialog.get_by_role("link", name="Paint by hand").get_attribute("href")
    await window.dialog.get_by_role("button", name="Dismiss").click()
    return found or ""


async def at(window: Window, address: str) -> Brush:
    page = await window.page.context.new_page()
    page.set_default_timeout(PATIENCE)
    brush = Brush(page=page)
    page.on("pageerror", lambda error: brush.errors.append(str(error)))
    page.on("console", lambda line: brush.errors.append(line.text) if line.type == "error" else None)
    await page.goto(address)
    return brush


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def unused(chromium: Opened, address: str) -> AsyncIterator[str]:
    """A link that nothing is sent by, for every test that only paints."""
    window = await chromium.window(address, "ann/general")
    yield await link(window, "a pond in a wood")
    await window.close()


@pytest_asyncio.fixture(loop_scope="session")
async def brush(window: Window, unused: str) -> AsyncIterator[Brush]:
    """The page, on a picture of Ann's."""
    found = await at(window, unused)
    await found.picture()
    yield found
    assert found.errors == []


async def test_what_the_mouse_paints_is_changed_and_the_page_says_so(window: Window) -> None:
    brush = await at(window, await link(window, "a mill on a hill"))
    await expect(brush.status).to_have_text(re.compile("Nothing is marked yet"))
    await brush.strokes((0.3, 0.3), (0.6, 0.3), (0.6, 0.6))
    await expect(brush.status).to_have_text(MARKED)
    await brush.page.get_by_label("What to change").fill("a red sail")
    await brush.page.get_by_role("button", name="Run").click()
    await expect(brush.page.get_by_text("It is on its way")).to_be_visible()
    await expect(brush.page.get_by_role("button")).to_have_count(0)
    assert brush.errors == []
    await brush.page.reload()
    await expect(brush.page.get_by_text("was sent already")).to_be_visible()
    await window.message("a mill on a hill").get_by_role("button", name=re.compile("repl(y|ies)")).click()
    changed = window.thread.get_by_role("article").filter(has_text="a red sail")
    await expect(changed.get_by_role("button", name="Again")).to_be_visible()


async def test_nothing_is_sent_without_a_mark_or_words(brush: Brush) -> None:
    run = brush.page.get_by_role("button", name="Run")
    await brush.page.get_by_label("What to change").fill("a boat")
    await run.click()
    await expect(brush.status).to_have_class("wrong")
    await brush.strokes((0.4, 0.4), (0.5, 0.5))
    await brush.page.get_by_label("What to change").fill("")
    await run.click()
    await expect(brush.page.get_by_label("What to change")).to_be_focused()
    await brush.page.get_by_label("What to change").fill("   ")
    await run.click()
    await expect(brush.status).to_have_text("Please say what to change.")
    await expect(run).to_be_enabled()
    assert await brush.marked()
    brush.errors.clear()  # the refusal's status, as the browser tells it


async def test_strokes_are_undone_redone_erased_inverted_and_cleared(brush: Brush) -> None:
    page = brush.page
    await brush.strokes((0.2, 0.5), (0.4, 0.5))
    one = await brush.marked()
    await brush.strokes((0.6, 0.5), (0.8, 0.5))
    both = await brush.marked()
    assert both[2] > one[2] + 0.3
    await page.get_by_role("button", name="Undo").click()
    assert await brush.marked() == near(one)
    await page.get_by_role("button", name="Redo").click()
    assert await brush.marked() == near(both)
    await page.get_by_role("radio", name="Eraser").check()
    await page.get_by_label("Size").fill("30")
    await brush.strokes((0.55, 0.5), (0.85, 0.5))
    assert (await brush.marked())[2] < 0.55
    await page.get_by_role("button", name="Invert").click()
    assert await brush.marked() == near([0, 0, 1, 1])
    await page.get_by_role("button", name="Clear").click()
    assert await brush.marked() == []
    await page.keyboard.press("Control+z")
    await page.keyboard.press("Control+z")
    assert (await brush.marked())[2] < 0.55


async def test_a_lasso_fills_what_it_goes_around(brush: Brush) -> None:
    await brush.page.keyboard.press("l")
    await brush.strokes((0.2, 0.2), (0.6, 0.2), (0.6, 0.7), (0.2, 0.7))
    assert await brush.marked() == near([0.2, 0.2, 0.6, 0.7])


async def test_the_keyboard_alone_paints(brush: Brush) -> None:
    page = brush.page
    await brush.stage.focus()
    await page.keyboard.press("Shift+ArrowLeft")
    await page.keyboard.press("[")
    await page.keyboard.down(" ")
    for _ in range(5):
        await page.keyboard.press("ArrowRight")
    await page.keyboard.up(" ")
    first = await brush.marked()
    assert first[0] < 0.4
    assert 0.4 < first[2] < 0.6
    await page.keyboard.press("ArrowRight")
    assert await brush.marked() == near(first)
    await page.keyboard.press("Enter")
    await page.keyboard.press("Shift+ArrowRight")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Shift+ArrowRight")
    then = await brush.marked()
    assert first[2] + 0.05 < then[2] < first[2] + 0.25
    await page.keyboard.press("Control+z")
    assert await brush.marked() == near(first)


async def test_painting_goes_where_the_zoomed_picture_lies(brush: Brush) -> None:
    whole = await brush.picture()
    await brush.page.mouse.move(*await brush.place(0.5, 0.5))
    await brush.page.mouse.wheel(0, -600)
    close = await brush.picture()
    assert close["width"] > 2 * whole["width"]
    await brush.strokes((0.5, 0.5), (0.52, 0.5))
    left, _, right, _ = await brush.marked()
    assert left < 0.5 < right < 0.62
    await brush.page.keyboard.press("m")
    await brush.strokes((0.5, 0.5), (0.45, 0.5))
    assert (await brush.picture())["x"] < close["x"]
    await brush.page.keyboard.press("0")
    assert await brush.picture() == whole


PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 780},
    "has_touch": True,
    "is_mobile": True,
}


class Fingers:
    """Two at most, as the browser's own protocol has them."""

    def __init__(self, session: "CDPSession") -> None:
        self._session = session

    async def do(self, kind: str, *places: tuple[float, float]) -> None:
        """``touchStart``, ``touchMove`` or ``touchEnd``, with every finger that is down."""
        down = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        await self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": down})


async def test_one_finger_paints_and_two_zoom_without_painting(
    chromium: Opened, address: str, unused: str
) -> None:
    phone = await chromium.window(address, "ann/general", **PHONE)
    brush = await at(phone, unused)
    fingers = Fingers(await phone.page.context.new_cdp_session(brush.page))
    start, end = await brush.place(0.3, 0.3), await brush.place(0.6, 0.3)
    await fingers.do("touchStart", start)
    await fingers.do("touchMove", end)
    await fingers.do("touchEnd")
    painted = await brush.marked()
    assert painted[0] < 0.3
    assert painted[2] > 0.6
    whole = await brush.picture()
    await fingers.do("touchStart", await brush.place(0.4, 0.6))
    await fingers.do("touchStart", await brush.place(0.4, 0.6), await brush.place(0.6, 0.6))
    await fingers.do("touchMove", await brush.place(0.2, 0.6), await brush.place(0.8, 0.6))
    await fingers.do("touchEnd")
    assert (await brush.picture())["width"] > 2 * whole["width"]
    assert await brush.marked() == painted
    assert brush.errors == []
    await phone.close()


LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"color_scheme": "light", **PHONE},
    "dark phone": {"color_scheme": "dark", **PHONE},
}


@pytest.mark.parametrize("look", LOOKS)
async def test_axe_finds_nothing_and_everything_fits(
    chromium: Opened, address: str, unused: str, look: str
) -> None:
    seen = await chromium.window(address, "ann/general", **LOOKS[look])
    brush = await at(seen, unused)
    await brush.strokes((0.3, 0.4), (0.6, 0.5), (0.5, 0.7))
    found: dict[str, Any] = (await axe.Axe().run(brush.page)).response
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    assert await brush.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    run = await brush.page.get_by_role("button", name="Run").bounding_box()
    assert run
    assert run["y"] + run["height"] <= await brush.page.evaluate("innerHeight")
    picture = await brush.picture()
    assert min(picture["width"], picture["height"]) > 250
    await seen.close()


async def test_a_link_that_is_none_says_what_to_do(window: Window, unused: str) -> None:
    brush = await at(window, f"{unused}x")
    await expect(brush.page.get_by_text("Press “Edit region” under the picture")).to_be_visible()
