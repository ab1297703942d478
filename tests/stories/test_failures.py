"""What goes wrong is told once, privately, with what helps; and it never costs twice."""

import asyncio

import pytest

from bot.errors import Fault, ImageServiceError, Shut
from bot.types import Action, Cancelled, Finished, JobState, Moved, NotMade, Role, Text
from tests.story import Story, in_slack


def fails(fault: Fault, *, categories: tuple[str, ...] = ()) -> ImageServiceError:
    return ImageServiceError(fault, "openai", "for the operator", retry_after=0.0, categories=categories)


async def test_a_blocked_prompt_disappears_and_is_told_only_to_who_asked(story: Story) -> None:
    story.model.will_fail(fails(Fault.BLOCKED))
    await story.ann.says("/imagine something awful")
    told = await story.ann.is_told("fault.blocked")
    assert story.messages() == []
    assert told.offers() == [Action.EDIT]
    assert story.model.paid == 1
    assert story.bob.told() == []


async def test_the_reasons_of_a_block_are_passed_on(story: Story) -> None:
    story.model.will_fail(fails(Fault.BLOCKED, categories=("violence", "sexual")))
    await story.ann.says("/imagine something awful")
    told = await story.ann.is_told("fault.blocked")
    assert [line.key for line in told.note.lines] == ["category.violence", "category.sexual"]


async def test_a_busy_service_is_waited_for(story: Story) -> None:
    story.model.will_fail(fails(Fault.BUSY), times=2)
    await story.ann.says("/imagine a fox")
    await story.settled()
    assert story.message().role is Role.RESULT
    assert len(story.model.orders) == 3
    assert story.ann.told() == []


@pytest.mark.parametrize("fault", [Fault.QUOTA, Fault.ACCOUNT_BLOCKED, Fault.GARBAGE, Fault.TIMEOUT])
async def test_what_trying_again_cannot_cure_is_called_once(story: Story, fault: Fault) -> None:
    story.model.will_fail(fails(fault), times=5)
    await story.ann.says("/imagine a fox")
    told = await story.ann.is_told(f"fault.{fault.value}")
    assert story.model.paid == 1
    assert told.offers() == [Action.RETRY, Action.EDIT]
    assert isinstance(story.message().face, NotMade)


@pytest.mark.parametrize(
    ("key", "numbered"),
    [("fault.refused", True), ("fault.refused_size", False), ("fault.refused_prompt", False)],
)
async def test_what_the_service_refuses_is_changed_and_not_repeated(
    story: Story, key: str, numbered: bool
) -> None:
    refused = ImageServiceError(Fault.REFUSED, "openai", "for the operator", text=Text(key=key))
    story.model.will_fail(refused, times=5)
    await story.ann.says("/imagine a fox")
    told = await story.ann.is_told(key)
    assert told.offers() == [Action.EDIT]
    assert [line.key for line in told.note.lines] == (["say.number"] if numbered else [])


async def test_a_broken_answer_is_asked_for_once_more(story: Story) -> None:
    story.model.will_fail(fails(Fault.BROKEN))
    await story.ann.says("/imagine a fox")
    await story.settled()
    assert story.message().role is Role.RESULT
    assert story.model.paid == 2


async def test_a_service_that_stays_broken_is_called_twice_and_no_more(story: Story) -> None:
    story.model.will_fail(fails(Fault.BROKEN), times=5)
    await story.ann.says("/imagine a fox")
    told = await story.ann.is_told("fault.broken")
    assert story.model.paid == 2
    assert Action.RETRY in told.offers()


async def test_after_a_time_out_retry_makes_the_picture(story: Story) -> None:
    story.model.will_fail(fails(Fault.TIMEOUT))
    await story.ann.says("/imagine a fox")
    await story.ann.is_told("fault.timeout")
    await story.ann.presses_told(Action.RETRY)
    await story.settled()
    assert isinstance(story.message().face, Finished)
    assert story.model.paid == 2


@in_slack
async def test_a_failed_post_is_never_painted_again(story: Story) -> None:
    story.chat.will_fail("post", role=Role.RESULT)
    await story.ann.says("/imagine a fox")
    told = await story.ann.is_told("say.painted_not_posted")
    assert told.offers() == [Action.RETRY]
    assert story.message().face == NotMade(kept=True)
    await story.ann.presses_told(Action.RETRY)
    await story.settled()
    assert isinstance(story.message().face, Finished)
    assert story.model.paid == 1


async def test_a_placeholder_that_cannot_be_posted_costs_nothing(story: Story) -> None:
    story.chat.will_fail("post", role=Role.PLACEHOLDER)
    await story.ann.says("/imagine a fox")
    told = await story.ann.is_told("say.chat_failed")
    assert Action.RETRY in told.offers()
    assert story.model.paid == 0


async def test_a_dm_that_cannot_be_opened_is_the_platforms_fault_and_costs_nothing(story: Story) -> None:
    story.chat.will_fail("open_dm")
    await story.ann.says("/imagine a fox --private")
    await story.ann.is_told("say.chat_failed")
    await story.ann.presses_told(Action.RETRY)
    await story.settled()
    assert story.model.paid == 1
    assert isinstance(story.message(story.ann.dm).face, Finished)


@pytest.mark.parametrize("role", [Role.PLACEHOLDER, Role.RESULT])
@in_slack
async def test_a_post_whose_reply_was_lost_is_found_and_not_repeated(story: Story, role: Role) -> None:
    story.chat.will_lose_reply("post", role=role)
    await story.ann.says("/imagine a fox")
    await story.settled()
    assert isinstance(story.message().face, Finished)
    assert story.chat.calls["post"] == 2
    assert story.chat.calls["find"] == 1
    assert story.model.paid == 1


@pytest.mark.parametrize("role", [Role.PLACEHOLDER, Role.RESULT])
@in_slack
async def test_a_post_that_was_lost_on_its_way_is_made_again(story: Story, role: Role) -> None:
    story.chat.will_lose_reply("post", done=False, role=role)
    await story.ann.says("/imagine a fox")
    await story.settled()
    assert isinstance(story.message().face, Finished)
    assert story.chat.calls["post"] == 3
    assert story.model.paid == 1


@in_slack
async def test_where_nobody_can_look_an_unclear_post_is_not_repeated(story: Story) -> None:
    story.chat.unreadable = {"C1"}
    story.chat.will_lose_reply("post", role=Role.RESULT)
    await story.ann.says("/imagine a fox")
    told = await story.ann.is_told("say.unclear")
    assert told.offers() == [Action.RETRY]
    await story.settled()
    assert [message.role for message in story.messages()] == [Role.RESULT]
    assert story.model.paid == 1


@in_slack
async def test_a_placeholder_that_may_not_be_deleted_says_where_the_picture_is(story: Story) -> None:
    story.chat.will_fail("delete", "compliance_exports_prevent_deletion")
    await story.ann.says("/imagine a fox")
    await story.settled()
    placeholder, result = story.messages()
    assert isinstance(placeholder.face, Moved)
    assert isinstance(result.face, Finished)


@in_slack
async def test_a_placeholder_that_nobody_answers_about_is_taken_away_later(story: Story) -> None:
    story.chat.will_not_answer("delete")
    await story.ann.says("/imagine a fox")
    await story.settled()
    assert [message.role for message in story.messages()] == [Role.PLACEHOLDER, Role.RESULT]
    await story.bot.placeholders.catch_up()  # too early: Slack is left alone for a minute
    assert len(story.messages()) == 2
    story.chat.will_not_answer("delete")
    story.clock.tick(60)
    await story.restart()
    await story.until(lambda: not story.chat.mishaps)  # in vain, and it is known after another minute
    assert len(story.messages()) == 2
    story.clock.tick(60)
    await story.bot.placeholders.catch_up()
    assert [message.role for message in story.messages()] == [Role.RESULT]
    story.clock.tick(60)
    await story.bot.placeholders.catch_up()
    assert story.chat.calls["delete"] == 3


async def test_a_failure_that_nobody_answers_about_is_shown_later(story: Story) -> None:
    story.model.will_fail(fails(Fault.QUOTA))
    story.chat.will_not_answer("update", role=Role.PLACEHOLDER)
    await story.ann.says("/imagine a fox")
    await story.ann.is_told("fault.quota")
    assert not isinstance(story.message().face, NotMade)
    story.clock.tick(60)
    await story.bot.placeholders.catch_up()
    assert isinstance(story.message().face, NotMade)


async def test_the_message_of_a_blocked_prompt_that_nobody_answers_about_goes_later(story: Story) -> None:
    story.model.will_fail(fails(Fault.BLOCKED))
    story.chat.will_not_answer("delete")
    await story.ann.says("/imagine something awful")
    await story.ann.is_told("fault.blocked")
    assert len(story.messages()) == 1
    story.clock.tick(60)
    await story.bot.placeholders.catch_up()
    assert story.messages() == []


async def test_a_job_that_was_retried_meanwhile_is_not_said_to_have_failed(story: Story) -> None:
    story.model.will_fail(fails(Fault.QUOTA))
    story.chat.will_not_answer("update", role=Role.PLACEHOLDER)
    await story.ann.says("/imagine a fox")
    await story.ann.is_told("fault.quota")
    await story.ann.presses_told(Action.RETRY)
    await story.settled()
    story.clock.tick(60)
    await story.bot.placeholders.catch_up()
    assert isinstance(story.message().face, Finished)


async def test_a_retry_while_others_are_told_is_not_said_to_have_failed(story: Story) -> None:
    for person in (story.ann, story.bob):
        story.model.will_fail(fails(Fault.QUOTA))
        story.chat.will_not_answer("update", role=Role.PLACEHOLDER)
        await person.says("/imagine a fox")
        await person.is_told("fault.quota")
    of_bob = story.messages()[1]
    story.clock.tick(60)
    story.chat.updates.close()
    telling = asyncio.create_task(story.bot.placeholders.catch_up())
    await story.until(lambda: story.chat.updates.waiting == 1)
    await story.bob.presses_told(Action.RETRY)
    story.chat.updates.open()
    await telling
    await story.settled()
    assert not any(isinstance(post.face, NotMade) for post in of_bob.posts)


async def test_a_cancel_that_nobody_answers_about_holds_and_is_shown_later(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    story.chat.will_not_answer("update", role=Role.PLACEHOLDER)
    await story.ann.presses(Action.CANCEL, story.message())
    await story.ann.is_told("say.cancelled")
    assert not isinstance(story.message().face, Cancelled)
    story.clock.tick(60)
    await story.bot.placeholders.catch_up()
    assert isinstance(story.message().face, Cancelled)


@in_slack
async def test_retry_of_an_unclear_post_posts_and_pays_nothing(story: Story) -> None:
    story.chat.unreadable = {"C1"}
    story.chat.will_lose_reply("post", done=False, role=Role.RESULT)
    await story.ann.says("/imagine a fox")
    await story.ann.is_told("say.unclear")
    await story.ann.presses_told(Action.RETRY)
    await story.settled()
    assert isinstance(story.message().face, Finished)
    assert story.model.paid == 1


async def test_where_the_bot_is_not_welcome_the_request_is_kept_for_retry(story: Story) -> None:
    story.chat.closed_to_us = {"C1"}
    await story.ann.says("/imagine a fox")
    told = await story.ann.is_told("say.not_welcome")
    assert told.offers() == [Action.RETRY]
    assert story.model.paid == 0
    assert await story.state(told.note.buttons[0].job) is JobState.HELD
    story.chat.closed_to_us = set()
    await story.ann.presses_told(Action.RETRY)
    await story.settled()
    assert isinstance(story.message().face, Finished)
    assert story.model.orders[0].prompt == "a fox"


@pytest.mark.parametrize(
    ("shut", "where", "key", "offers"),
    [
        (Shut.STRANGER, "DBOBANN", "say.not_here", [Action.EDIT, Action.RETRY]),
        (Shut.ARCHIVED, "C1", "say.archived", [Action.EDIT]),
        (Shut.RESTRICTED, "C1", "say.restricted", [Action.RETRY, Action.EDIT]),
    ],
)
async def test_an_invitation_is_advised_only_where_it_can_help(
    story: Story, shut: Shut, where: str, key: str, offers: list[Action]
) -> None:
    story.chat.closed_to_us, story.chat.shut = {where}, shut
    await story.ann.says("/imagine a fox", where)
    told = await story.ann.is_told(key)
    assert told.offers() == offers
    await story.ann.presses_told(Action.EDIT)
    await story.ann.sends({"private": "yes"})
    await story.settled()
    assert isinstance(story.message(story.ann.dm).face, Finished)


@in_slack
async def test_a_channel_that_was_archived_meanwhile_is_named_and_nothing_painted_again(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    story.chat.closed_to_us, story.chat.shut = {"C1"}, Shut.ARCHIVED
    story.model.brush.open()
    told = await story.ann.is_told("say.painted_not_posted")
    assert [line.key for line in told.note.lines] == ["say.archived", "say.number"]
    assert told.offers() == [Action.RETRY, Action.EDIT]
    story.chat.closed_to_us = set()
    await story.ann.presses_told(Action.RETRY)
    await story.settled()
    assert story.model.paid == 1


async def test_a_bug_while_painting_is_a_visible_failure_with_retry(story: Story) -> None:
    story.model.will_fail(RuntimeError("a bug"))
    await story.ann.says("/imagine a fox")
    told = await story.ann.is_told("say.bug")
    assert isinstance(story.message().face, NotMade)
    number = told.note.lines[-1]
    assert (number.key, number.values) == ("say.number", {"id": f"#{story.message().job[:4]}"})
    assert story.ann.notes[-1].offers() == [Action.RETRY, Action.EDIT]
    await story.ann.presses_told(Action.RETRY)
    await story.settled()
    assert isinstance(story.message().face, Finished)


async def test_a_picture_that_its_store_spoils_is_not_posted_and_retry_posts_it_unpaid(story: Story) -> None:
    story.chat.uploads.close()
    await story.ann.says("/imagine a fox")
    await story.until(lambda: story.chat.uploads.waiting == 1)
    await story.kill()
    (file,) = (story.settings.imagine_data_dir / "pictures").rglob("*.png")
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])
    await story.start()
    told = await story.ann.is_told("say.not_read")
    assert told.offers() == [Action.RETRY]
    assert isinstance(story.message().face, NotMade)
    file.write_bytes(whole)
    await story.ann.presses_told(Action.RETRY)
    await story.settled()
    assert story.pictures(story.message()) == [whole]
    assert story.model.paid == 1
