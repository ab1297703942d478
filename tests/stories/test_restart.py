"""The bot stops or is killed with work in flight; another goes on from the disk, and paid calls count."""

import asyncio
from typing import cast

import pytest
from sqlalchemy import Connection, select, text, update

from bot.chat import SHOWING, Showing
from bot.jobs.presence import Presence
from bot.jobs.tables import jobs
from bot.types import Action, Finished, JobState, MessageId, NotMade, Platform, Role
from tests.fakes import picture
from tests.story import TEAM, Story, in_slack, in_teams


async def test_a_kill_while_painting_costs_one_call_more_and_loses_nothing(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    await story.kill()
    await story.start()
    await story.settled()
    assert isinstance(story.message().face, Finished)
    assert story.model.paid == 2


async def test_a_kill_after_an_upload_leaves_no_file_that_nobody_sees(story: Story) -> None:
    story.chat.uploads.close()
    await story.ann.says("/imagine a fox")
    await story.until(lambda: story.chat.uploads.waiting == 1)
    await story.kill()
    await story.start()
    await story.settled()
    face = story.message().face
    assert isinstance(face, Finished)
    assert list(story.chat.files) == [shown.file for shown in face.shown]
    assert story.model.paid == 1


async def test_what_a_dead_call_left_stays_while_it_may_only_be_frozen_and_goes_then(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    job = story.messages()[0].job
    stray = await story.bot.doors.blobs.put(b"kept, and not yet known", "image/png", job)
    await story.kill()
    story.model.brush.close()
    await story.start()
    await story.painting()
    assert await story.bot.doors.blobs.of(job) == [stray]  # the other may wake up, and this be the picture
    story.model.brush.open()
    await story.settled()
    story.clock.tick(3601)
    await story.bot.farewell.by_age()
    (picture,) = await story.bot.doors.blobs.of(job)
    assert picture != stray


async def test_a_deleted_picture_leaves_nothing_in_the_store(story: Story) -> None:
    await story.ann.says("/imagine a fox --n 2")
    await story.settled()
    blobs, job = story.bot.doors.blobs, story.message().job
    await blobs.put(b"kept, and never known", "image/png", job)
    assert len(await blobs.of(job)) == 3
    await story.ann.presses(Action.DELETE, story.message())
    assert await blobs.of(job) == []


async def test_a_call_that_breaks_after_its_first_picture_leaves_nothing_in_the_store(story: Story) -> None:
    story.model.breaks_after_keeping = True
    await story.ann.says("/imagine a fox --n 2")
    told = await story.ann.is_told("fault.broken")
    (job,) = {button.job for button in told.note.buttons}
    assert await story.bot.doors.blobs.of(job) == []


@in_slack
async def test_a_kill_while_posting_neither_pays_nor_shows_again(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    story.chat.replies.close()
    story.model.brush.open()
    await story.until(lambda: story.chat.replies.waiting == 1)
    await story.kill()
    await story.start()
    await story.settled()
    assert isinstance(story.message().face, Finished)
    assert story.chat.calls["post"] == 2
    assert story.model.paid == 1


@in_slack
@pytest.mark.parametrize("options", ["--format webp", "--format webp --n 2"])
async def test_a_kill_right_after_originals_were_shared_leaves_each_once(story: Story, options: str) -> None:
    story.chat.shares.close()
    await story.ann.says(f"/imagine a fox {options}")
    await story.until(lambda: story.chat.shares.waiting == 1)
    there = list(story.messages()[-1].files)
    await story.kill()
    await story.start()
    await story.settled()
    assert story.message().files == there
    assert await story.state(story.message().job) is JobState.DONE
    assert {*there} <= {*story.chat.files}
    await story.ann.presses(Action.ORIGINAL, story.message())
    assert story.ann.told() == ["say.original_there"]
    await story.ann.presses(Action.DELETE, story.message())
    assert story.chat.files == {}


@in_slack
async def test_a_kill_right_after_the_picture_itself_was_shared_leaves_it_once(story: Story) -> None:
    await story.bot.doors.ledger.learn(TEAM, SHOWING, Showing.SHARE)
    story.chat.shares.close()
    await story.ann.says("/imagine a fox")
    await story.until(lambda: story.chat.shares.waiting == 1)
    await story.kill()
    await story.start()
    await story.settled()
    assert story.message().files == list(story.chat.files)
    assert len(story.message().files) == 1
    assert story.message().role is Role.RESULT


@in_slack
async def test_a_kill_right_after_original_was_pressed_leaves_it_once(story: Story) -> None:
    await story.ann.says("/imagine a fox")
    await story.settled()
    result = story.message()
    story.chat.shares.close()
    pressing = asyncio.create_task(story.ann.presses(Action.ORIGINAL, result))  # ended by the kill
    await story.until(lambda: story.chat.shares.waiting == 1)
    await story.kill(pressing)
    await story.start()
    await story.ann.presses(Action.ORIGINAL, result)
    assert len(result.files) == 1
    assert story.ann.told() == ["say.original_there"]


@in_slack
@pytest.mark.parametrize("told", [True, False])
async def test_an_original_that_does_not_go_into_the_thread_is_there_after_original(
    story: Story, told: bool
) -> None:
    story.chat.will_lose_reply("share", done=False)
    if not told:
        story.chat.will_fail("tell")
    await story.ann.says("/imagine a fox --format webp")
    await story.settled()
    assert story.ann.told() == ["say.original_not_attached"] * told
    assert await story.state(story.message().job) is JobState.DONE
    await story.restart()
    await story.ann.presses(Action.ORIGINAL, story.message())
    face = story.message().face
    assert isinstance(face, Finished)
    assert len(story.message().files) == 1
    assert list(story.chat.files) == [face.shown[0].file, *story.message().files]
    assert story.model.paid == 1


@in_slack
async def test_a_kill_while_the_placeholder_is_posted_leaves_one_message(story: Story) -> None:
    story.chat.replies.close()
    await story.ann.says("/imagine a fox")
    await story.until(lambda: story.chat.replies.waiting == 1)
    await story.kill()
    before = story.model.paid
    await story.start()
    await story.settled()
    assert isinstance(story.message().face, Finished)
    assert [message.role for message in story.chat.deleted] == [Role.PLACEHOLDER]
    assert story.model.paid == before + 1


async def test_a_kill_of_permutations_pays_again_only_for_the_one_that_was_cut_off(story: Story) -> None:
    story.model.brush.close()
    story.model.brush_is_for = "blue owl"
    await story.ann.says("/imagine {red,blue} owl")
    await story.ann.presses_told(Action.RUN)
    await story.painting()
    await story.kill()
    await story.start()
    await story.settled()
    assert [order.prompt for order in story.model.orders] == ["red owl", "blue owl", "blue owl"]
    face = story.message().face
    assert isinstance(face, Finished)
    assert len(face.shown) == 2


async def test_a_stop_lets_the_picture_in_hand_be_finished(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    story.model.brush.open()
    await story.stop()
    assert isinstance(story.message().face, Finished)
    assert story.model.paid == 1


async def test_buttons_work_after_a_restart(story: Story) -> None:
    await story.ann.says("/imagine a fox")
    await story.settled()
    result = story.message()
    await story.restart()
    await story.ann.presses(Action.COPY, result)
    assert story.ann.notes[-1].note.quote == "/imagine a fox"
    await story.ann.presses(Action.ORIGINAL, result)
    assert [story.chat.files[file].data for file in result.files] == [picture("png", 10)]
    await story.ann.presses(Action.DELETE, result)
    assert story.messages() == []


async def test_a_held_request_survives_a_restart(story: Story) -> None:
    story.chat.closed_to_us = {"C1"}
    await story.ann.says("/imagine a fox")
    told = await story.ann.is_told("say.not_welcome")
    await story.restart()
    assert await story.state(told.note.buttons[0].job) is JobState.HELD
    story.chat.closed_to_us = set()
    await story.ann.presses_told(Action.RETRY)
    await story.settled()
    assert isinstance(story.message().face, Finished)


async def dead(story: Story, status: str) -> bool:
    """Whether the engine has given a workflow up."""

    def look(db: Connection) -> bool:
        return status in db.execute(text("SELECT status FROM workflow_status")).scalars().all()

    return await story.bot.doors.database.read(look)


async def test_a_dead_letter_becomes_a_failure_with_retry(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    worn = "UPDATE workflow_status SET recovery_attempts = 1000"
    await story.bot.doors.database.write(lambda db: db.execute(text(worn)))
    await story.kill()
    await story.start()
    await story.until(lambda: dead(story, "MAX_RECOVERY_ATTEMPTS_EXCEEDED"))
    await story.bot.teller.give_up()
    told = await story.ann.is_told("say.bug")
    assert Action.RETRY in told.offers()
    assert isinstance(story.message().face, NotMade)
    await story.bot.teller.give_up()
    assert story.ann.told() == ["say.bug"]
    await story.ann.presses_told(Action.RETRY)
    await story.settled()
    assert isinstance(story.message().face, Finished)
    await story.bot.teller.give_up()
    assert story.ann.told() == ["say.bug"]


class Woken:
    """Stands for the lock on Postgres of a process that was frozen: others may have had its jobs."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def sure(self) -> bool:
        self.asked.set()
        return False


@in_slack
async def test_who_was_frozen_says_nothing_of_a_job_that_another_process_shows_by_now(story: Story) -> None:
    woken, engine = Woken(), story.bot.doors.engine
    story.chat.unreadable = {"C1"}
    story.chat.will_lose_reply("post")
    story.chat.replies.close()
    await story.ann.says("/imagine a fox")
    await story.until(lambda: story.chat.replies.waiting == 1)
    engine._presence = cast(Presence, woken)
    await story.bot.doors.database.write(lambda db: db.execute(update(jobs).values(keeper="another")))
    story.chat.replies.open()
    await story.until(woken.asked.is_set)
    engine._presence, story.chat.unreadable = None, set()
    await story.restart()
    await story.settled()
    assert isinstance(story.message().face, Finished)
    assert story.ann.told() == []


@pytest.mark.parametrize(
    ("words", "key", "action"),
    [
        ("/imagine {red,blue} owl", "ask.interrupted", Action.RUN),
        ("/imagine an owl --colour red", "ask.interrupted", Action.RUN),
    ],
)
async def test_a_question_that_a_kill_swallowed_is_asked_after_it(
    story: Story, words: str, key: str, action: Action
) -> None:
    await story.ann.is_heard(words)
    assert story.ann.told() == []
    await story.kill()
    await story.start()
    await story.ann.is_told(key)
    await story.ann.presses_told(action)
    await story.settled()
    assert isinstance(story.message().face, Finished)
    await story.restart()
    await story.settled()
    assert story.ann.told() == [key]


async def test_an_offer_that_was_made_is_not_made_again(story: Story) -> None:
    await story.bob.writes("a fox at night", thread=MessageId("t1"), mentioned=True)
    told = await story.bob.is_told("ask.words_alone")
    offered = told.note.buttons[0].job

    def written_down(db: Connection) -> bool:
        return bool(db.execute(select(jobs.c.queued).where(jobs.c.id == offered)).scalar_one())

    await story.until(lambda: story.bot.doors.database.read(written_down))
    await story.kill()
    await story.start()
    await story.ann.says("/imagine a cat")
    await story.settled()
    assert story.bob.told() == ["ask.words_alone"]


async def test_a_question_that_was_asked_is_not_asked_again(story: Story) -> None:
    await story.ann.says("/imagine {red,blue} owl")
    await story.kill()
    await story.start()
    await story.bob.says("/imagine a cat")
    await story.settled()
    assert story.ann.told() == ["ask.pictures_at_most"]


@in_teams
async def test_what_is_left_of_a_platform_that_the_bot_was_taken_off_holds_nobody_up(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    left = story.message().job
    await story.kill()
    elsewhere = Story(story.settings, Platform.SLACK)
    elsewhere.ids = story.ids
    await elsewhere.start()
    try:
        await elsewhere.settled()
        assert await elsewhere.state(left) is JobState.FAILED
        await elsewhere.bot.placeholders.catch_up()
        await elsewhere.bot.farewell.by_age()
        await elsewhere.ann.says("/imagine a cat")
        await elsewhere.settled()
        assert isinstance(elsewhere.message().face, Finished)
        assert elsewhere.model.paid == 1
    finally:
        await elsewhere.stop()
