"""A region painted by hand on a page of the bot's own server: it runs at once, and for nobody else."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from io import BytesIO

import aiohttp
import pytest
from PIL import Image, ImageDraw
from yarl import URL

from bot.brush.links import LIFETIME, BrushLinks
from bot.brush.pages import MOST_BYTES
from bot.text import say
from bot.types import Action, JobId, JobState, Text, Whisper
from tests.fakes import Message, photo
from tests.stories.test_previews import kept
from tests.stories.test_regions import changed_box, opened, painted, png
from tests.story import Someone, Story, another_team

HOME = "https://bot.example"
SIZE = (192, 128)


class Page:
    """A browser that follows links to the bot's page."""

    def __init__(self, story: Story, session: aiohttp.ClientSession) -> None:
        self._story = story
        self._session = session

    async def get(self, link: str, **how: str) -> tuple[int, bytes, Mapping[str, str]]:
        async with self._session.get(self._at(link), headers=how) as answer:
            return answer.status, await answer.read(), answer.headers

    async def sends(
        self, link: str, mask: bytes, prompt: str = "a hat", feather: str = "0px"
    ) -> tuple[int, str, bool]:
        """Status, what the page says now, and whether it is done."""
        body = aiohttp.FormData({"prompt": prompt, "feather": feather})
        body.add_field("mask", BytesIO(mask), filename="mask.png", content_type="image/png")
        async with self._session.post(self._at(link), data=body) as answer:
            said = await answer.json()
            return answer.status, said["text"], said["done"]

    def _at(self, link: str) -> URL:
        assert link.startswith(f"{HOME}/brush/")
        return URL(self._story.bot.address + link.removeprefix(HOME), encoded=True)


@pytest.fixture
async def page(story: Story) -> AsyncIterator[Page]:
    await story.restart(imagine_public_url=HOME)
    async with aiohttp.ClientSession() as session:
        yield Page(story, session)


def brushed(box: tuple[int, int, int, int] = (48, 32, 120, 80), size: tuple[int, int] = SIZE) -> bytes:
    """A mask as the page sends it: black, with a hole that has this right and lower edge outside."""
    mask = Image.new("RGBA", size, (0, 0, 0, 255))
    left, top, right, bottom = box
    ImageDraw.Draw(mask).rectangle((left, top, right - 1, bottom - 1), fill=(0, 0, 0, 0))
    return png(mask)


def link_in_form(someone: Someone) -> str:
    assert someone.form
    (url,) = [field.url for field in someone.form.fields if field.name == "brush"]
    return url


async def link(story: Story, on: Message) -> str:
    """Where Ann may paint on a picture."""
    await story.ann.presses(Action.REGION, on)
    return link_in_form(story.ann)


def words(key: str) -> str:
    return say(Text(key=f"brush.{key}", values={"button": say(Text(key="button.region"), "en")}), "en")


# -- what comes of it


async def test_what_is_painted_by_hand_runs_at_once_and_nothing_else_changes(
    story: Story, page: Page
) -> None:
    first = await painted(story)
    status, said, done = await page.sends(await link(story, first), brushed())
    assert (status, said, done) == (200, words("sent"), True)
    await story.settled()
    result = story.messages()[-1]
    assert story.model.paid == 2
    assert changed_box(story.pictures(first)[0], story.pictures(result)[0]) == (48, 32, 120, 80)
    job = await story.job(result.job)
    assert (job.request.prompt, job.by, job.parent, job.version) == ("a hat", story.ann.person, first.job, 2)
    assert result.ref.thread == first.ref.id
    assert story.ann.told() == []


async def test_a_smaller_mask_fits_its_larger_picture(story: Story, page: Page) -> None:
    first = await painted(story)
    await page.sends(await link(story, first), brushed((24, 16, 60, 40), (96, 64)))
    await story.settled()
    result = story.messages()[-1]
    assert changed_box(story.pictures(first)[0], story.pictures(result)[0]) == (48, 32, 120, 80)


async def test_the_soft_edge_that_was_chosen_holds(story: Story, page: Page) -> None:
    first = await painted(story)
    await page.sends(await link(story, first), brushed(), feather="4%")
    await story.settled()
    region = (await story.job(story.messages()[-1].job)).request.region
    assert region
    assert (region.feather.amount, region.feather.percent) == (4, True)


async def test_the_request_that_waits_for_its_run_becomes_the_painted_one(story: Story, page: Page) -> None:
    first = await painted(story)
    await story.ann.presses(Action.REGION, first)
    await story.ann.sends({"prompt": "a hat", "cells": "A1"})
    await story.ann.presses_told(Action.ADJUST)
    adjusting = link_in_form(story.ann)
    _, shown, _ = await page.get(adjusting)
    assert b">a hat</textarea>" in shown
    _, mask, _ = await page.get(f"{adjusting}/region")
    box = Image.eval(Image.open(BytesIO(mask)).getchannel("A"), lambda level: 255 - level).getbbox()
    assert box == (0, 0, 24, 16)
    await page.sends(adjusting, brushed(), prompt="a crown")
    await story.settled()
    assert story.model.paid == 2
    result = story.messages()[-1]
    assert (await story.job(result.job)).request.prompt == "a crown"
    assert changed_box(story.pictures(first)[0], story.pictures(result)[0]) == (48, 32, 120, 80)
    await story.ann.presses_told(Action.RUN)
    await story.settled()
    assert story.model.paid == 2
    assert (await page.sends(adjusting, brushed()))[0] == 410


async def test_several_prompts_at_once_are_asked_about_first(story: Story, page: Page) -> None:
    first = await painted(story)
    _, said, done = await page.sends(await link(story, first), brushed(), prompt="a {red,blue} hat")
    assert (said, done) == (words("asked"), True)
    assert story.model.paid == 1
    await story.ann.presses_told(Action.RUN)
    await story.settled()
    assert story.model.paid == 3
    assert all(story.model.masks[1:])


async def test_a_full_queue_takes_nothing_and_the_painting_can_be_sent_again(
    story: Story, page: Page
) -> None:
    first = await painted(story)
    painting = await link(story, first)
    await story.restart(imagine_queue_depth=1, imagine_concurrency=1)
    story.model.brush.close()
    await story.bob.says("/imagine --n 1 a fox")
    await story.painting()
    await story.bob.says("/imagine a bear")
    assert await page.sends(painting, brushed()) == (409, words("full"), False)
    story.model.brush.open()
    await story.settled()
    assert (await page.sends(painting, brushed()))[2]


async def test_the_masks_of_forgotten_pictures_leave_too(story: Story, page: Page) -> None:
    first = await painted(story)
    await page.sends(await link(story, first), brushed())
    await story.settled()
    result = story.messages()[-1]
    region = (await story.job(result.job)).request.region
    assert region
    assert region.mask in await story.bot.doors.blobs.of(result.job)


# -- the page


async def test_the_page_says_nothing_to_anybody_else(story: Story, page: Page) -> None:
    first = await painted(story)
    status, body, headers = await page.get(await link(story, first))
    assert status == 200
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert b"<script>" not in body
    assert b"style=" not in body


async def test_the_picture_has_an_address_under_the_same_link(story: Story, page: Page) -> None:
    first = await painted(story)
    status, body, headers = await page.get(f"{await link(story, first)}/picture")
    assert status == 200
    assert headers["Cache-Control"] == "no-store"
    assert opened(body).size == SIZE


async def test_a_persons_words_are_only_words_on_the_page(story: Story, page: Page) -> None:
    first = await painted(story)
    await story.ann.presses(Action.REGION, first)
    await story.ann.sends({"prompt": "</textarea><script>alert($seconds)</script>", "cells": "A1"})
    await story.ann.presses_told(Action.ADJUST)
    _, body, _ = await page.get(link_in_form(story.ann))
    assert b"&lt;/textarea&gt;&lt;script&gt;alert($seconds)" in body


async def test_the_page_speaks_the_persons_language(story: Story, page: Page) -> None:
    story.chat.locales[story.ann.person] = "ja-JP"
    first = await painted(story)
    _, body, _ = await page.get(await link(story, first))
    assert b'<html lang="ja">' in body
    assert say(Text(key="brush.lasso"), "ja").encode() in body


async def test_a_link_that_is_none_is_answered_in_the_browsers_language(page: Page) -> None:
    _, body, _ = await page.get(f"{HOME}/brush/none", **{"Accept-Language": "ja,en;q=0.8"})
    assert b'<html lang="ja">' in body
    assert say(Text(key="brush.title"), "ja").encode() in body


@pytest.mark.parametrize("name", ["brush.css", "brush.js", "mask.js", "view.js"])
async def test_the_pages_own_files_are_there(page: Page, name: str) -> None:
    status, body, _ = await page.get(f"{HOME}/brush/page/{name}")
    assert status == 200
    assert body


@pytest.mark.parametrize("name", ["page.html", "..%2Flinks.py", "nothing.js"])
async def test_no_other_file_is(page: Page, name: str) -> None:
    status, _, _ = await page.get(f"{HOME}/brush/page/{name}")
    assert status == 404


# -- who and what is refused


async def test_without_a_public_address_there_is_no_brush(story: Story) -> None:
    first = await painted(story)
    await story.ann.presses(Action.REGION, first)
    assert story.ann.form
    assert "brush" not in [field.name for field in story.ann.form.fields]


async def is_refused(page: Page, painting: str, key: str, status: int) -> None:
    """Every address under the link says no, and which step is next."""
    for address in (painting, f"{painting}/picture", f"{painting}/region"):
        got, body, headers = await page.get(address)
        assert got in (status, 404)
        assert b"<textarea" not in body
    _, body, headers = await page.get(painting)
    assert words(key).encode() in body
    assert headers["Cache-Control"] == "no-store"
    assert await page.sends(painting, brushed()) == (status, words(key), False)


async def test_a_link_ends_after_ten_minutes(story: Story, page: Page) -> None:
    painting = await link(story, await painted(story))
    story.clock.tick(LIFETIME.total_seconds() - 1)
    assert (await page.get(painting))[0] == 200
    story.clock.tick(1)
    await is_refused(page, painting, "gone", 410)
    assert story.model.paid == 1


async def test_a_link_is_good_for_one_painting(story: Story, page: Page) -> None:
    painting = await link(story, await painted(story))
    await page.sends(painting, brushed())
    await is_refused(page, painting, "used", 410)
    await story.settled()
    await is_refused(page, painting, "used", 410)
    assert story.model.paid == 2


async def test_a_forged_link_leads_nowhere(story: Story, page: Page) -> None:
    painting = await link(story, await painted(story))
    await is_refused(page, f"{painting[:-2]}xx", "gone", 404)
    forger = BrushLinks(keys=["another key"], base=HOME, now=story.clock)
    job = await story.job(story.messages()[-1].job)
    await is_refused(page, forger.to(job, 0, job.whisper), "gone", 404)
    assert story.model.paid == 1


async def own_link(story: Story, someone: Someone, job: JobId) -> str:
    """A link as the bot itself would sign it, for somebody who was never given one."""
    links = story.bot.answers._brush
    assert links
    about = await story.job(job)
    place = replace(about.place, workspace=someone.person.workspace)
    return links.to(about, 0, Whisper(person=someone.person, place=place))


async def test_another_workspace_sees_nothing(story: Story, page: Page) -> None:
    first = await painted(story)
    stranger = another_team(story.ann)
    await is_refused(page, await own_link(story, stranger, first.job), "gone", 410)


async def test_a_private_picture_is_its_requesters_alone(story: Story, page: Page) -> None:
    story.model.paints.append(photo(size=SIZE))
    await story.ann.says("/imagine a fox --private")
    await story.settled()
    first = story.messages(story.ann.dm)[-1]
    await is_refused(page, await own_link(story, story.bob, first.job), "gone", 410)
    assert (await page.get(await own_link(story, story.ann, first.job)))[0] == 200


async def test_a_request_that_waits_is_its_requesters_alone(story: Story, page: Page) -> None:
    first = await painted(story)
    await story.ann.presses(Action.REGION, first)
    await story.ann.sends({"prompt": "a hat", "cells": "A1"})
    held = story.ann.notes[-1].note.buttons[0].job
    await is_refused(page, await own_link(story, story.bob, held), "gone", 410)
    assert (await page.get(await own_link(story, story.ann, held)))[0] == 200


async def test_a_deleted_picture_is_not_painted_on(story: Story, page: Page) -> None:
    first = await painted(story)
    painting = await link(story, first)
    await story.ann.presses(Action.DELETE, first)
    await story.until(lambda: not story.messages())
    await is_refused(page, painting, "gone", 410)
    assert await story.state(first.job) is JobState.DELETED


NOISE = Image.effect_noise((1500, 1500), 200).convert("RGB")


@pytest.mark.parametrize(
    ("mask", "key"),
    [
        (b"", "not_a_mask"),
        (b"<html>no picture</html>", "not_a_mask"),
        (brushed()[:200], "not_a_mask"),
        (brushed((0, 0, 50, 50), (128, 192)), "not_a_mask"),
        (brushed((0, 0, 50, 50), (1920, 1280)), "not_a_mask"),
        (png(NOISE), "not_a_mask"),
        (png(Image.new("RGBA", SIZE, (0, 0, 0, 255))), "nothing"),
    ],
    ids=["empty", "a page", "cut off", "another shape", "too large", "too heavy", "nothing painted"],
)
async def test_what_is_no_painting_of_the_picture_changes_nothing(
    story: Story, page: Page, mask: bytes, key: str
) -> None:
    painting = await link(story, await painted(story))
    assert await page.sends(painting, mask) == (422, words(key), False)
    assert (await page.sends(painting, brushed()))[2]


def test_the_noise_is_too_heavy() -> None:
    assert MOST_BYTES < len(png(NOISE)) < 4_000_000


async def test_words_are_needed_and_the_painting_is_kept_for_them(story: Story, page: Page) -> None:
    painting = await link(story, await painted(story))
    before = kept(story)
    status, said, done = await page.sends(painting, brushed(), prompt="  ")
    assert kept(story) == before
    assert (status, said, done) == (409, say(Text(key="form.no_change"), "en"), False)
    assert (await page.sends(painting, brushed()))[2]
