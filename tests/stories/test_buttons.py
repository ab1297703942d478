"""What the buttons do, and for whom."""

import asyncio

import pytest

from bot.delivery import Delivery
from bot.posting import Poster
from bot.types import Action, Cancelled, Finished, JobState
from tests.fakes import Message, picture
from tests.story import PATIENCE, Story, another_team, in_slack


async def a_fox(story: Story, command: str = "/imagine a fox") -> Message:
    """A posted picture of Ann's."""
    await story.ann.says(command)
    await story.settled()
    return story.message()


async def test_again_answers_in_the_results_thread(story: Story) -> None:
    result = await a_fox(story)
    await story.bob.presses(Action.AGAIN, result)
    await story.settled()
    _, new = story.messages()
    assert new.ref.thread == result.ref.id
    assert [order.prompt for order in story.model.orders] == ["a fox", "a fox"]


async def test_variations_are_four(story: Story) -> None:
    result = await a_fox(story)
    await story.ann.presses(Action.VARIATIONS, result)
    await story.settled()
    assert [order.options.n for order in story.model.orders] == [1, 4]


async def test_the_original_goes_into_the_thread_once(story: Story) -> None:
    result = await a_fox(story)
    await story.ann.presses(Action.ORIGINAL, result)
    await story.ann.presses(Action.ORIGINAL, result)
    assert [story.chat.files[file].data for file in result.files] == [picture("png", 10)]
    assert story.ann.told() == ["say.original_there"]


@in_slack
async def test_two_clicks_that_two_processes_take_attach_the_original_once(story: Story) -> None:
    result = await a_fox(story)
    doors = story.bot.doors
    other = Delivery(
        ledger=doors.ledger,
        blobs=doors.blobs,
        chats=doors.chats,
        poster=Poster(doors.ledger, now=story.clock, patience=PATIENCE),
        placeholders=story.bot.placeholders,
    )
    job = await story.job(result.job)
    await asyncio.gather(story.ann.presses(Action.ORIGINAL, result), other.share_originals(job))
    assert len(result.files) == 1


@in_slack
@pytest.mark.parametrize("done", [True, False])
async def test_an_original_whose_reply_is_lost_goes_into_the_thread_once(story: Story, done: bool) -> None:
    result = await a_fox(story)
    story.chat.will_lose_reply("share", done=done)
    await story.ann.presses(Action.ORIGINAL, result)
    assert (len(result.files), story.ann.told()) == ((1, []) if done else (0, ["say.chat_failed_press"]))
    await story.ann.presses(Action.ORIGINAL, result)
    assert len(result.files) == 1
    assert len(story.chat.files) == 2


async def test_copy_gives_the_command_back(story: Story) -> None:
    result = await a_fox(story, "/imagine a fox --quality high")
    await story.bob.presses(Action.COPY, result)
    assert story.bob.notes[-1].note.quote == "/imagine a fox --quality high"


async def test_who_asked_deletes_everything_of_it(story: Story) -> None:
    result = await a_fox(story)
    await story.ann.presses(Action.DELETE, result)
    assert story.messages() == []
    assert story.chat.files == {}
    pictures = story.settings.imagine_data_dir / "pictures"
    assert list(pictures.rglob("*.png")) == []
    job = await story.job(result.job)
    assert (job.state, job.request.prompt) == (JobState.DELETED, "")


async def test_others_may_not_delete(story: Story) -> None:
    result = await a_fox(story)
    await story.bob.presses(Action.DELETE, result)
    assert story.bob.told() == ["say.not_yours"]
    assert story.messages() == [result]


async def test_an_admin_may_delete(story: Story) -> None:
    result = await a_fox(story)
    story.chat.admins.add(story.bob.person)
    await story.bob.presses(Action.DELETE, result)
    assert story.messages() == []


async def test_a_deleted_picture_is_not_made_again(story: Story) -> None:
    result = await a_fox(story)
    await story.ann.presses(Action.DELETE, result)
    await story.ann.presses(Action.AGAIN, result)
    assert story.ann.told()[-1] == "say.job_deleted"
    await story.settled()
    assert story.model.paid == 1


async def test_another_workspaces_job_is_unknown(story: Story) -> None:
    result = await a_fox(story)
    stranger = another_team(story.ann)
    for action in Action:
        if action not in (Action.SEEN, Action.UNSEEN, Action.FORGET):
            await stranger.presses(action, result)
    assert set(stranger.told()) == {"say.job_unknown"}
    assert story.model.paid == 1
    assert story.messages() == [result]


async def test_a_waiting_job_is_cancelled_and_costs_nothing(story: Story) -> None:
    await story.restart(imagine_per_user=1)
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    await story.ann.says("/imagine an owl")
    await story.until(lambda: len(story.messages()) == 2)
    owl = story.messages()[1]
    await story.ann.presses(Action.CANCEL, owl)
    assert isinstance(owl.face, Cancelled)
    story.model.brush.open()
    await story.settled()
    assert [order.prompt for order in story.model.orders] == ["a fox"]
    assert await story.state(owl.job) is JobState.CANCELLED


async def test_a_job_is_cancelled_while_it_is_painted(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    placeholder = story.message()
    await story.ann.presses(Action.CANCEL, placeholder)
    await story.until(lambda: story.model.broken_off == 1)
    story.model.brush.open()
    await story.settled()
    assert isinstance(story.message().face, Cancelled)
    assert await story.state(placeholder.job) is JobState.CANCELLED
    assert story.ann.told() == ["say.cancelled"]
    paid = b'imagine_paid_calls_total{outcome="cancelled",service="openai"} 1.0'
    assert paid in story.bot.doors.metrics.text()  # it may be billed


async def test_others_may_not_cancel(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    await story.bob.presses(Action.CANCEL, story.message())
    assert story.bob.told() == ["say.not_yours"]
    story.model.brush.open()
    await story.settled()
    assert isinstance(story.message().face, Finished)


async def test_what_is_done_cannot_be_cancelled(story: Story) -> None:
    result = await a_fox(story)
    await story.ann.presses(Action.CANCEL, result)
    assert story.ann.told() == ["say.too_late"]
    assert story.messages() == [result]


async def test_status_names_what_is_on_its_way_with_cancel(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    await story.ann.says("/imagine status")
    told = story.ann.notes[-1]
    assert [line.key for line in told.note.lines] == ["status.painting"]
    assert told.offers() == [Action.CANCEL]
    await story.bob.says("/imagine status")
    assert story.bob.told() == ["say.status_none"]


async def test_edit_opens_a_form_with_the_prompt(story: Story) -> None:
    result = await a_fox(story, "/imagine a fox --quality high")
    await story.ann.presses(Action.EDIT, result)
    assert story.ann.form
    shown = {field.name: field.value for field in story.ann.form.fields}
    assert (shown["prompt"], shown["quality"]) == ("a fox", "high")
