"""A private picture is made in the person's DM with the bot, and shared when they say so."""

import asyncio

import pytest

from bot.chat.slack import cards
from bot.commands.plan import Form
from bot.types import Action, Finished, FormKind, Role
from tests.story import Story


async def test_a_private_picture_is_seen_only_in_the_dm(story: Story) -> None:
    await story.ann.says("/imagine a fox --private")
    await story.settled()
    assert story.messages() == []
    assert isinstance(story.message(story.ann.dm).face, Finished)


async def test_where_it_was_asked_for_its_person_is_led_to_the_dm(story: Story) -> None:
    await story.ann.says("/imagine a fox --private")
    told = await story.ann.is_told("say.private")
    (button,) = told.note.buttons
    assert (button.action, story.ann.dm in button.url) == (Action.GO, True)
    await story.ann.says("a hen --private", story.ann.dm)
    await story.settled()
    assert story.ann.told() == ["say.private"]


async def test_who_asked_in_private_is_led_there_once_in_spite_of_a_crash(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox --private")
    await story.painting()
    await story.kill()
    await story.start()
    await story.settled()
    assert story.ann.told() == ["say.private"]


async def test_share_posts_it_where_it_was_asked_for_once_and_pays_nothing(story: Story) -> None:
    await story.ann.says("/imagine a fox --private")
    await story.settled()
    result = story.message(story.ann.dm)
    await story.ann.presses(Action.SHARE, result)
    await story.ann.presses(Action.SHARE, result)
    assert story.message().role is Role.OPEN
    assert story.ann.told() == ["say.private", "say.shared_already"]
    assert story.model.paid == 1


@pytest.mark.parametrize(("where", "key"), [("C1", "say.share_needs_invite"), ("DBOBANN", "say.share_shut")])
async def test_where_it_cannot_be_shared_its_person_is_told_why(story: Story, where: str, key: str) -> None:
    story.chat.closed_to_us = {where}
    await story.ann.says("/imagine a fox --private", where)
    await story.settled()
    result = story.message(story.ann.dm)
    await story.ann.presses(Action.SHARE, result)
    assert story.ann.told()[-1] == key
    story.chat.closed_to_us = set()
    await story.ann.presses(Action.SHARE, result)
    assert story.message(where).role is Role.OPEN


async def test_deleting_takes_the_shared_one_too(story: Story) -> None:
    await story.ann.says("/imagine a fox --private")
    await story.settled()
    result = story.message(story.ann.dm)
    await story.ann.presses(Action.SHARE, result)
    await story.ann.presses(Action.DELETE, result)
    assert story.chat.messages == {}


async def test_nobody_else_may_press_anything_on_it(story: Story) -> None:
    await story.ann.says("/imagine a fox --private")
    await story.settled()
    result = story.message(story.ann.dm)
    for action in (Action.PROMPT, Action.COPY, Action.AGAIN, Action.SHARE, Action.ORIGINAL):
        await story.bob.presses(action, result)
    assert set(story.bob.told()) == {"say.not_yours"}
    assert story.messages() == []


async def test_two_clicks_on_share_make_one_copy(story: Story) -> None:
    await story.ann.says("/imagine a fox --private")
    await story.settled()
    result = story.message(story.ann.dm)
    story.chat.arrivals.close()
    clicks = [asyncio.create_task(story.ann.presses(Action.SHARE, result)) for _ in range(3)]
    await story.until(lambda: story.chat.arrivals.waiting > 0)
    await asyncio.sleep(0.2)  # longer than the look for a message that may be there
    story.chat.arrivals.open()
    await asyncio.gather(*clicks)
    assert [message.role for message in story.messages()] == [Role.OPEN]


async def test_the_shared_copy_is_everybodys(story: Story) -> None:
    await story.ann.says("/imagine a fox --private --quality high")
    await story.settled()
    await story.ann.presses(Action.SHARE, story.message(story.ann.dm))
    copy = story.message()
    await story.bob.presses(Action.COPY, copy)
    assert story.bob.told() == ["say.copy"]
    _, blocks = cards.draw(copy.posts[-1])
    actions = [
        button["action_id"] for block in blocks for button in block.get("elements", ()) if "value" in button
    ]
    assert actions == ["change", "region", "again", "variations", "copy", "delete"]


async def test_nobody_elses_form_reaches_a_private_picture(story: Story) -> None:
    await story.ann.says("/imagine a fox --private")
    await story.settled()
    (result,) = story.messages(story.ann.dm)
    for kind in (FormKind.EDIT, FormKind.REGION, FormKind.IMAGINE):
        story.bob.form = Form(fields=(), kind=kind, draft=result.job)
        await story.bob.sends({"prompt": "a hat", "cells": "A1"})
    await story.settled()
    assert story.model.paid == 1
    assert story.bob.told() == ["say.draft_gone"] * 3


async def test_anothers_edit_of_a_shared_copy_stays_under_the_copy(story: Story) -> None:
    await story.ann.says("/imagine a fox --private")
    await story.settled()
    await story.ann.presses(Action.SHARE, story.message(story.ann.dm))
    copy = story.message()
    await story.bob.presses(Action.CHANGE, copy)
    await story.bob.sends({"prompt": "a hat"})
    await story.settled()
    assert [message.role for message in story.messages(story.ann.dm)] == [Role.RESULT]
    (edited,) = [message for message in story.messages() if message.ref.id != copy.ref.id]
    assert edited.ref.thread == copy.ref.id


async def test_anothers_again_on_a_shared_copy_is_their_own(story: Story) -> None:
    await story.ann.says("/imagine a fox --private")
    await story.settled()
    await story.ann.presses(Action.SHARE, story.message(story.ann.dm))
    await story.bob.presses(Action.AGAIN, story.message())
    await story.settled()
    assert len(story.messages(story.ann.dm)) == 1


async def test_undo_on_a_shared_copy_shows_nobody_what_was_never_shared(story: Story) -> None:
    await story.ann.says("/imagine a fox --private")
    await story.settled()
    await story.ann.presses(Action.CHANGE, story.message(story.ann.dm))
    await story.ann.sends({"prompt": "a hat"})
    await story.settled()
    await story.ann.presses(Action.SHARE, story.messages(story.ann.dm)[-1])
    copy = story.message()
    await story.bob.presses(Action.UNDO, copy)
    await story.settled()
    assert story.bob.told() == ["reply.nothing_to_undo"]
    assert story.messages() == [copy]
    assert story.messages(story.bob.dm) == []
