"""Many workspaces on one bot: what is one's is nobody else's, and who leaves takes everything along."""

import pytest

from bot import samples
from bot.chat import LEAVING, SHOWING, Showing
from bot.types import (
    Action,
    Finished,
    FormChanged,
    FormKind,
    FormSent,
    JobState,
    MessageId,
    Sign,
)
from tests.fakes import Message
from tests.stories.test_forgetting import records
from tests.story import Story, another_team


async def a_fox(story: Story, command: str = "/imagine a fox") -> Message:
    """A posted picture of Ann's."""
    await story.ann.says(command)
    await story.settled()
    return story.message()


@pytest.mark.parametrize("kind", FormKind)
async def test_a_form_about_another_workspaces_job_shows_nothing_of_it(story: Story, kind: FormKind) -> None:
    result = await a_fox(story, "/imagine a fox nobody else may see")
    stranger, fields = another_team(story.ann), {"prompt": "an owl", "cells": "A1"}
    await stranger._does(FormSent(fields=fields, kind=kind, draft=result.job), "view:V1", "C9")
    changed = FormChanged(view="V1", fields=fields, kind=kind, draft=result.job)
    await stranger._does(changed, "form:V1", "C9")
    await story.settled()
    assert stranger.told() == ["say.draft_gone"] * 2
    assert stranger.form is None
    assert story.model.paid == 1


async def test_words_in_a_thread_of_the_same_name_elsewhere_edit_nothing(story: Story) -> None:
    result = await a_fox(story)
    stranger = another_team(story.ann)
    await stranger.replies("make it blue", result)
    await stranger.replies("make it blue", result, mentioned=True)
    await story.settled()
    assert [order.sources for order in story.model.orders if order.sources] == []
    assert result.posts[-1].job.by.workspace == "T1"
    assert isinstance(result.face, Finished)


async def test_signs_and_shortcuts_on_another_workspaces_message_find_nothing(story: Story) -> None:
    result = await a_fox(story)
    stranger = another_team(story.ann)
    for sign in Sign:
        await stranger.reacts(sign, result)
    await stranger.points_at(result.ref.id)
    await story.settled()
    assert stranger.told() == ["reply.no_picture_there"]
    assert stranger.form is None
    assert (story.messages(), story.model.paid) == ([result], 1)


async def test_nobody_elsewhere_takes_words_back_or_changes_them(story: Story) -> None:
    story.model.brush.close()
    sent = await story.ann.writes("a fox", story.ann.dm)
    await story.painting()
    (placeholder,) = story.messages(story.ann.dm)
    message = MessageId(sent.key.removeprefix("message:"))
    stranger = another_team(story.ann)
    await stranger.rewrites(message, "an owl", None, story.ann.dm)
    await stranger.withdraws(message, story.ann.dm)
    story.model.brush.open()
    await story.settled()
    assert [order.prompt for order in story.model.orders] == ["a fox"]
    assert await story.state(placeholder.job) is JobState.DONE


async def test_status_knows_only_the_own_workspace(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    stranger = another_team(story.ann)
    await stranger.says("/imagine status")
    assert stranger.told() == ["say.status_none"]
    assert stranger.notes[0].note.lines == ()


async def test_an_administrator_rules_in_the_own_workspace_only(story: Story) -> None:
    result = await a_fox(story)
    stranger = another_team(story.bob)
    story.chat.admins.add(stranger.person)
    await stranger.presses(Action.DELETE, result)
    assert stranger.told() == ["say.job_unknown"]
    assert isinstance(story.message().face, Finished)


async def test_the_same_names_elsewhere_are_another_request(story: Story) -> None:
    await story.ann.says("/imagine a fox")
    await another_team(story.ann).says("/imagine a fox")
    await story.settled()
    assert story.model.paid == 2
    assert {message.posts[-1].job.by.workspace for message in story.messages()} == {"T1", "T2"}


async def test_a_sample_judged_elsewhere_changes_nothing_here(story: Story) -> None:
    stranger, ledger = another_team(story.ann), story.bot.doors.ledger
    await stranger._press(Action.SEEN, samples.job_id(Showing.SHARE), MessageId("1.0"), "C9", None)
    assert await ledger.fact("T2", SHOWING) == Showing.SHARE
    assert await ledger.fact("T1", SHOWING) == ""


# -- who leaves


async def leaves(story: Story, workspace: str) -> None:
    """The app was uninstalled there."""
    await story.bot.doors.ledger.learn(workspace, LEAVING, story.clock().isoformat())
    await story.bot.farewell.of_workspaces()


async def test_who_leaves_takes_every_job_and_picture_along(story: Story) -> None:
    result = await a_fox(story)
    stranger = another_team(story.ann)
    await stranger.says("/imagine an owl", "C9")
    await story.settled()
    await leaves(story, "T1")
    (owl,) = story.messages("C9")
    assert await story.bot.doors.ledger.get(result.job) is None
    assert await records(story, "T1:") == 0
    assert await story.state(owl.job) is JobState.DONE
    pictures = story.settings.imagine_data_dir / "pictures"
    assert len(list(pictures.rglob("*.png"))) == 1


async def test_what_is_being_painted_for_who_leaves_is_broken_off(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    (placeholder,) = story.messages()
    await leaves(story, "T1")
    await story.until(lambda: story.model.broken_off == 1)
    assert await story.bot.doors.ledger.get(placeholder.job) is None


async def test_a_departure_that_a_crash_interrupted_goes_on_at_the_next_start(story: Story) -> None:
    result = await a_fox(story)
    await story.bot.doors.ledger.learn("T1", LEAVING, story.clock().isoformat())
    await story.kill()
    await story.start()

    async def gone() -> bool:
        return await story.bot.doors.ledger.get(result.job) is None

    await story.until(gone)
