"""Partial images by link, where the outside reaches the bot: seen while painting, and gone afterwards."""

from pathlib import Path

import aiohttp
from yarl import URL

from bot.types import Painting, Role
from tests.fakes import picture
from tests.story import Story, in_slack

HOME = "https://bot.example"


async def fetched(story: Story, link: str) -> tuple[int, bytes, str]:
    assert link.startswith(f"{HOME}/images/")
    at = URL(story.bot.address + link.removeprefix(HOME), encoded=True)
    async with aiohttp.ClientSession() as session, session.get(at) as answer:
        return answer.status, await answer.read(), answer.content_type


def kept(story: Story) -> list[Path]:
    folder = story.settings.imagine_data_dir / "pictures"
    return [file for file in folder.rglob("*") if file.is_file() and file.name != "ping"]


async def preview(story: Story, data: bytes) -> str:
    """A partial image of the picture that is being painted; its link."""
    job = await story.job(story.message().job)
    face = await story.bot.answers._presses._delivery.preview(job, data)
    assert isinstance(face, Painting)
    return face.preview_url


async def test_a_preview_can_be_fetched_until_the_picture_is_there(story: Story) -> None:
    await story.restart(imagine_public_url=HOME)
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    link = await preview(story, picture("png", 1))
    assert await fetched(story, link) == (200, picture("png", 1), "image/png")
    story.model.brush.open()
    await story.settled()
    assert story.message().role is Role.RESULT
    assert (await fetched(story, link))[0] == 404
    assert len(kept(story)) == 1


async def test_a_preview_that_slack_cannot_show_is_shown_as_png(story: Story) -> None:
    await story.restart(imagine_public_url=HOME)
    story.model.brush.close()
    await story.ann.says("/imagine a fox --format webp")
    await story.painting()
    status, data, kind = await fetched(story, await preview(story, picture("webp", 1)))
    assert (status, data[:4], kind) == (200, b"\x89PNG", "image/png")
    story.model.brush.open()
    await story.settled()


async def test_with_a_public_address_previews_are_asked_for_and_nothing_is_uploaded(story: Story) -> None:
    await story.restart(imagine_public_url=HOME)
    story.model.previews = [picture("png", 1)]
    await story.ann.says("/imagine a fox")
    await story.settled()
    assert story.model.orders[0].previews == 1
    assert story.chat.calls["upload"] == 1
    assert story.chat.calls["delete_file"] == 0
    assert len(kept(story)) == 1


@in_slack
async def test_without_one_there_is_no_such_address(story: Story) -> None:
    await story.ann.says("/imagine a fox")
    await story.settled()
    assert story.model.orders[0].previews == 0
    assert (await fetched(story, f"{HOME}/images/anything"))[0] == 404
