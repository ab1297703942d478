"""Every block, element and form as the page draws them, and what is delivered when they are used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.playground.slack import Ack, Backstage, Workspace, serve
from bot.playground.slack.delivery import Retry, Thing
from bot.playground.slack.state import Json, Message
from tests.browser import gallery
from tests.browser.pictures import a_photo
from tests.browser.test_access import complaints
from tests.browser.window import Opened, Window

if TYPE_CHECKING:
    from playwright.async_api import FilePayload

expect = pytest.importorskip("playwright.async_api", reason="the browser tests need playwright").expect

pytestmark = pytest.mark.asyncio(loop_scope="session")

BANNER = "Real pictures are painted with your key, and paid for."


@dataclass(kw_only=True, slots=True)
class Script:
    """An app that answers what it was told to, and keeps what it was sent."""

    connected: bool = True
    heard: list[Json] = field(default_factory=list)
    answers: list[Json] = field(default_factory=list)

    async def deliver(self, thing: Thing, retry: Retry | None = None) -> Ack:
        self.heard.append(thing.payload)
        return Ack(ok=True, payload=self.answers.pop(0) if self.answers else None, thing=thing)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """A window on a workspace without a bot, and the app in its place."""

    window: Window
    workspace: Workspace
    app: Script


@pytest_asyncio.fixture(loop_scope="session")
async def stage(chromium: Opened) -> AsyncIterator[Stage]:
    about = {
        "app": "Imagine",
        "banner": BANNER,
        "shortcuts": [{"type": "message", "name": "Edit with Imagine", "callback_id": "imagine_edit"}],
    }
    async with serve(backstage=Backstage(about=about)) as slack:
        script = Script()
        slack.workspace.wire = script
        window = await chromium.window(f"{slack.base_url}/", "ann/general")
        yield Stage(window=window, workspace=slack.workspace, app=script)
        await window.close()


def brought(name: str, kind: str, data: bytes) -> FilePayload:
    """A file as somebody chooses it."""
    return {"name": name, "mimeType": kind, "buffer": data}


async def posted(stage: Stage) -> Message:
    """The gallery as a message of the app's."""
    workspace = stage.workspace
    file = await asyncio.to_thread(workspace.person_uploads, "ann", "gradient.png", a_photo("PNG"))
    whole = Message(
        channel=workspace.channel("general").id,
        ts=workspace.new_ts(),
        user=workspace.team.bot_user,
        bot_id=workspace.team.bot,
        text="the gallery",
        blocks=gallery.message(file.id),
    )
    return workspace.add(workspace.channel("general"), whole)


async def test_every_block_is_drawn_and_nothing_is_markup(stage: Stage) -> None:
    await posted(stage)
    shown = stage.window.message("A header")
    await expect(shown.get_by_role("heading", name="A header 🎉")).to_be_visible()
    await expect(shown.get_by_role("link", name="link", exact=True)).to_have_attribute(
        "rel", "noopener noreferrer"
    )
    await expect(shown.get_by_role("img", name="A grey gradient")).to_have_count(3)
    await expect(shown.get_by_text("@Ben Okafor")).to_be_visible()
    await expect(shown).to_contain_text("<script>alert(1)</script>")
    for tag, words in (("strong", "bold"), ("em", "italic"), ("s", "struck"), ("code", "code")):
        await expect(shown.locator(tag, has_text=words).first).to_be_visible()
    assert await complaints(stage.window) == []


async def test_what_is_pressed_and_chosen_is_delivered(stage: Stage) -> None:
    await posted(stage)
    shown = stage.window.message("A header")
    await shown.get_by_role("button", name="Green").click()
    await shown.get_by_label("Choose a colour").select_option("Blue")
    await shown.get_by_role("button", name="More", exact=True).click()
    await shown.get_by_role("menuitem", name="Larger").click()
    await shown.get_by_role("button", name="Red one").click()
    asked = stage.window.page.get_by_role("alertdialog", name="Are you sure?")
    await asked.get_by_role("button", name="Stop").click()
    await expect(asked).to_have_count(0)
    await shown.get_by_role("button", name="Red one").click()
    await asked.get_by_role("button", name="Do it").click()
    await stage.workspace.until(lambda: len(stage.app.heard) == 4)
    actions = [payload["actions"][0] for payload in stage.app.heard]
    assert [one["action_id"] for one in actions] == ["green", "menu", "more", "red"]
    assert actions[1]["selected_option"]["value"] == "blue"
    assert actions[2]["selected_option"]["value"] == "larger"


async def test_a_shortcut_of_a_message_is_in_its_menu(stage: Stage) -> None:
    await stage.window.say("look at this")
    await stage.window.menu(stage.window.message("look at this"), "Edit with Imagine")
    sent = await stage.workspace.until(
        lambda: next((one for one in stage.app.heard if one["type"] == "message_action"), None)
    )
    assert sent is not None
    assert (sent["callback_id"], sent["message"]["text"]) == ("imagine_edit", "look at this")


async def test_every_input_is_filled_in_and_sent(stage: Stage) -> None:
    stage.workspace.open_view("U0ANN00001", gallery.form())
    form = stage.window.page.get_by_role("dialog", name="Every input")
    await form.get_by_label("Words").fill("some words")
    await expect(form.get_by_label("Line")).to_have_value("as it was")
    await form.get_by_label("Count").fill("7")
    await form.get_by_label("Colour").select_option("Green")
    await form.get_by_role("checkbox", name="Red").check()
    await form.get_by_role("checkbox", name="Blue").check()
    await form.get_by_role("radio", name="Blue").check()
    await form.get_by_label("Several").select_option(["Red", "Green"])
    await form.get_by_label("Who").select_option("Ben Okafor")
    await form.get_by_label("Where").select_option("#random")
    await form.get_by_label("Pictures").set_input_files(brought("photo.jpg", "image/jpeg", a_photo("JPEG")))
    await expect(form.get_by_role("button", name="Remove photo.jpg")).to_be_visible()
    assert await complaints(stage.window) == []
    await form.get_by_role("button", name="Send it").click()
    await expect(form).to_have_count(0)
    values = stage.app.heard[-1]["view"]["state"]["values"]
    said = {name: next(iter(one.values())) for name, one in values.items()}
    assert (said["words"]["value"], said["line"]["value"], said["count"]["value"]) == (
        "some words", "as it was", "7",
    )  # fmt: skip
    assert said["colour"]["selected_option"]["value"] == "green"
    assert [one["value"] for one in said["sides"]["selected_options"]] == ["red", "blue"]
    assert said["one"]["selected_option"]["value"] == "blue"
    assert [one["value"] for one in said["many"]["selected_options"]] == ["red", "green"]
    assert (said["who"]["selected_user"], said["where"]["selected_conversation"]) == (
        "U0BEN00002", "C0RANDOM02",
    )  # fmt: skip
    assert said["files"]["files"][0]["name"] == "photo.jpg"


async def test_an_updated_form_keeps_what_was_entered(stage: Stage) -> None:
    view = stage.workspace.open_view("U0ANN00001", gallery.form())
    form = stage.window.dialog
    await form.get_by_label("Words").fill("not lost")
    await form.get_by_role("button", name="Preview").click()
    await stage.workspace.until(lambda: bool(stage.app.heard))
    assert stage.app.heard[0]["view"]["state"]["values"]["words"]["value"]["value"] == "not lost"
    fresh = gallery.form()
    fresh["blocks"].insert(0, {"type": "section", "text": gallery.marked("Drawn again")})
    stage.workspace.draw(view, fresh)
    await expect(form.get_by_text("Drawn again")).to_be_visible()
    await expect(form.get_by_label("Words")).to_have_value("not lost")


async def test_errors_stand_at_their_fields_and_forms_are_stacked(stage: Stage) -> None:
    page = stage.window.page
    stage.app.answers += [
        {"response_action": "errors", "errors": {"line": "That is no line."}},
        {"response_action": "push", "view": gallery.form(title=gallery.plain("A step further"))},
    ]
    stage.workspace.open_view("U0ANN00001", gallery.form())
    first = page.get_by_role("dialog", name="Every input")
    await first.get_by_role("button", name="Send it").click()
    await expect(first.get_by_role("alert")).to_have_text("That is no line.")
    await first.get_by_label("Words").fill("still here")
    await first.get_by_role("button", name="Send it").click()
    second = page.get_by_role("dialog", name="A step further")
    await expect(second).to_be_visible()
    await second.get_by_role("button", name="Back").click()
    await expect(first.get_by_label("Words")).to_have_value("still here")
    await page.keyboard.press("Escape")
    await expect(stage.window.dialog).to_have_count(0)
    assert [one["type"] for one in stage.app.heard[-2:]] == ["view_closed", "view_closed"]


async def test_a_form_is_on_ones_own_screen_only(stage: Stage) -> None:
    stage.workspace.open_view("U0BEN00002", gallery.form())
    await stage.window.say("no form is here")
    await expect(stage.window.message("no form is here")).to_be_visible()
    await expect(stage.window.dialog).to_have_count(0)


async def test_the_home_tab_is_drawn_and_pressed(stage: Stage) -> None:
    page, workspace = stage.window.page, stage.workspace
    workspace.homes["U0ANN00001"] = home = workspace.open_view(
        "U0ANN00001", {"type": "home", "blocks": gallery.form()["blocks"][-1:]}
    )
    del workspace.views[home.id]
    await page.get_by_role("link", name="Imagine").click()
    await page.get_by_role("tab", name="App Home").click()
    await page.get_by_role("tabpanel").get_by_role("button", name="Preview").click()
    await workspace.until(lambda: any("actions" in one for one in stage.app.heard))
    assert stage.app.heard[-1]["container"]["type"] == "view"


async def test_a_photo_of_a_phone_is_a_file_with_a_name(stage: Stage) -> None:
    heic = b"\0\0\0\x18ftypheic" + bytes(40)
    chosen = stage.window.page.get_by_label("Attach files")
    await chosen.set_input_files(brought("IMG_1.HEIC", "image/heic", heic))
    await stage.window.say("from my phone")
    await expect(stage.window.message("from my phone").get_by_role("link", name="IMG_1.HEIC")).to_be_visible()


async def test_the_page_says_when_pictures_cost_money(stage: Stage) -> None:
    await expect(stage.window.page.get_by_role("region", name="Notice")).to_have_text(BANNER)
