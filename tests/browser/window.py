"""One browser window on the workspace, and what people do in it, by visible words and roles alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the package may be absent; the tests are then skipped
    from playwright.async_api import Browser, ConsoleMessage, Locator, Page

_COMPOSER, _LOG = re.compile("^Message |へのメッセージ$"), re.compile("^Messages in |のメッセージ$")
PATIENCE = 15_000
"""Milliseconds a thing may take to appear; a picture passes the whole bot."""


@dataclass(kw_only=True, slots=True)
class Opened:
    """A running browser."""

    browser: Browser

    async def window(self, address: str, where: str, *, guide: bool = False, **options: Any) -> Window:
        """A window of its own, with nothing remembered; ``where`` is ``person/channel``."""
        context = await self.browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
        if not guide:
            await context.add_init_script("localStorage.setItem('guide dismissed', 'true')")
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        window = Window(page=page, address=address)
        page.on("pageerror", lambda error: window.errors.append(str(error)))
        page.on("console", lambda line: window.errors.append(line.text) if _is_a_fault(line) else None)
        await window.go(where)
        return window


def _is_a_fault(line: ConsoleMessage) -> bool:
    """A preview that is gone before it was looked at is none: it leaves with its job."""
    return line.type == "error" and "/playground/image?" not in line.location["url"]


@dataclass(kw_only=True, slots=True)
class Window:
    """What one person sees."""

    page: Page
    address: str
    errors: list[str] = field(default_factory=list)
    """What the browser complained of; empty in every test."""

    async def go(self, where: str) -> None:
        await self.page.goto(f"{self.address}#{where}")
        await self.page.get_by_role("main").wait_for()

    async def close(self) -> None:
        await self.page.context.close()
        assert not self.errors, self.errors

    # -- where things are

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name=_COMPOSER)

    @property
    def thread(self) -> Locator:
        return self.page.get_by_role("complementary", name="Thread")

    @property
    def network(self) -> Locator:
        return self.page.get_by_role("region", name="Network")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log", name=_LOG)

    def message(self, words: str) -> Locator:
        """The newest message in the channel that holds these words."""
        return self.log.get_by_role("article").filter(has_text=words).last

    # -- what one does

    async def say(self, text: str) -> None:
        await self.composer.fill(text)
        await self.page.keyboard.press("Enter")

    async def imagine(self, prompt: str) -> Locator:
        """Ask for a picture and wait until it is there with its buttons."""
        await self.say(f"/imagine {prompt}")
        message = self.message(prompt.split(" --")[0])
        await message.get_by_role("button", name="Again").wait_for()
        return message

    async def become(self, person: str) -> None:
        await self.page.get_by_role("radio", name=person).check()

    async def menu(self, message: Locator, item: str) -> None:
        """Choose from a message's own menu."""
        await message.hover()
        await message.get_by_role("button", name="More actions").click()
        await message.get_by_role("menuitem", name=item).click()
