"""Many workspaces on one bot: what is one's is nobody else's, and who leaves takes everything along."""

from datetime import timedelta

import pytest

from bot import samples
from bot.chat import LEAVING, SHOWING, Showing
from bot.types import (
    Action,
    Finished,
    FormChanged,
    FormSent,
    Incoming,
    JobState,
    MessageId,
    Said,
    Whisper,
)
from tests.fakes import Message
from tests.story import Someone, Story, another_team, channel


async def a_fox(story: Story, command: str = "/imagine a fox") -> Message:
    """A posted picture of Ann's."""
    await story.ann.says(command)
    await story.settled()
    return story.message()


async def does(story: Story, someone: Someone, said: Said) -> None:
    """Something sent from a channel of the person's own workspace."""
    place = channel("C9", workspace=someone.person.workspace)
    await someone.delivered(
        Incoming(
            key=f"forged:{next(story.ids)}",
            said=said,
            whisper=Whisper(
                person=someone.person, place=place, reply_until=story.clock() + timedelta(minutes=29)
            ),
            trigger=f"trigger-{next(story.ids)}",
            at=story.clock(),
        )
    )


@pytest.mark.parametrize("said", ["sent", "changed"])
async def test_a_form_about_another_workspaces_job_shows_nothing_of_it(story: Story, said: str) -> None:
    result = await a_fox(story, "/imagine a fox nobody else may see")
    stranger = another_team(story.ann)
    fields = {"prompt": "an owl"}
    sent: Said = FormSent(fields=fields, draft=result.job)
    if said == "changed":
        sent = FormChanged(view="V1", fields=fields, draft=result.job)
    await does(story, stranger, sent)
    await story.settled()
    assert stranger.told() == ["say.draft_gone"]
    assert stranger.form is None
    assert story.model.paid == 1


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
