"""What is kept leaves in time: when it is old, and when its person asks for it."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.jobs import FORGET
from bot.jobs.archive import SqlArchive
from bot.types import Action, Finished, JobState, Role
from tests.fakes import Message
from tests.story import Someone, Story

DAY = 86_400.0


async def a_fox(story: Story, someone: Someone | None = None) -> Message:
    await (someone or story.ann).says("/imagine a fox")
    await story.settled()
    return story.messages()[-1]


def pictures(story: Story) -> Sequence[Path]:
    return list((story.settings.imagine_data_dir / "pictures").rglob("*.png"))


async def is_known(story: Story, message: Message) -> bool:
    return await story.bot.doors.ledger.get(message.job) is not None


async def test_what_is_old_leaves_here_and_stays_in_the_conversation(story: Story) -> None:
    await story.restart(imagine_retention_days=30)
    old = await a_fox(story)
    story.clock.tick(20 * DAY)
    new = await a_fox(story)
    story.clock.tick(11 * DAY)
    await story.bot.farewell.by_age()
    assert (await is_known(story, old), await is_known(story, new)) == (False, True)
    assert len(pictures(story)) == 1
    assert story.messages() == [old, new]
    await story.ann.presses(Action.AGAIN, old)
    assert story.ann.told()[-1] == "say.job_unknown"


async def test_what_is_old_leaves_with_its_copies_where_we_show_them(story: Story) -> None:
    await story.restart(imagine_retention_days=30)
    await a_fox(story)
    story.clock.tick(31 * DAY)
    await story.bot.farewell.by_age()
    stays = not story.chat.manner.links
    assert bool(story.chat.files) == stays


async def test_without_a_limit_everything_stays(story: Story) -> None:
    await story.restart(imagine_retention_days=0)
    old = await a_fox(story)
    story.clock.tick(5000 * DAY)
    await story.bot.farewell.by_age()
    assert await is_known(story, old)


async def test_what_waits_is_not_forgotten_however_long(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    story.clock.tick(1000 * DAY)
    await story.bot.farewell.by_age()
    story.model.brush.open()
    await story.settled()
    assert len(pictures(story)) == 1


async def test_who_asks_to_be_forgotten_confirms_and_everything_of_theirs_goes(story: Story) -> None:
    await a_fox(story)
    private = await a_fox(story)
    his = await a_fox(story, story.bob)
    await story.ann.says("/imagine forget me")
    assert story.ann.told()[-1] == "say.forget_me"
    assert await is_known(story, private)
    await story.ann.presses_told(Action.FORGET)
    assert story.ann.told()[-1] == "say.forgetting"
    await story.bot.farewell.of_people()
    assert story.messages() == [his]
    assert len(pictures(story)) == 1
    assert isinstance(his.face, Finished)
    assert list(story.chat.files) == [shown.file for shown in his.face.shown]
    assert await story.bot.doors.ledger.of_person(story.ann.person) == []
    assert await records(story, story.ann.person.id) == 0


async def test_what_is_being_painted_for_who_leaves_is_broken_off(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    await story.ann.says("/imagine forget me")
    await story.ann.presses_told(Action.FORGET)
    await story.bot.farewell.of_people()
    await story.until(lambda: story.model.broken_off == 1)
    assert story.messages() == []
    assert await records(story, story.ann.person.id) == 0


async def test_a_wish_to_be_forgotten_survives_a_crash(story: Story) -> None:
    picture = await a_fox(story)
    await story.ann.says("/imagine forget me")
    await story.ann.presses_told(Action.FORGET)
    await story.kill()
    await story.start()

    async def gone() -> bool:
        return not await is_known(story, picture)

    await story.until(gone)


async def test_what_is_asked_for_afterwards_stays(story: Story) -> None:
    await story.ann.says("/imagine forget me")
    await story.ann.presses_told(Action.FORGET)
    story.clock.tick(1)
    picture = await a_fox(story)
    await story.bot.farewell.of_people()
    assert await story.state(picture.job) is JobState.DONE


async def test_a_forged_button_forgets_nobody_but_who_pressed_it(story: Story) -> None:
    picture = await a_fox(story)
    await story.bob.says("/imagine forget me")
    await story.bob.presses_told(Action.FORGET)
    await story.bot.farewell.of_people()
    assert await is_known(story, picture)
    assert await story.bot.doors.ledger.facts(f"{FORGET}{story.ann.person.id}") == {}


async def test_the_engine_forgets_what_is_over_after_a_day(story: Story) -> None:
    await a_fox(story)
    assert await records(story) == 1
    await story.bot.doors.engine.prune(story.clock() - timedelta(days=300))
    assert await records(story) == 1
    story.clock.tick(5000 * DAY)  # the engine has a clock of its own: far beyond that

    async def forgotten() -> bool:  # the engine writes that a job is over a moment after the job is
        await story.bot.farewell.by_age()
        return await records(story) == 0

    await story.until(forgotten)


async def test_what_a_dead_call_kept_goes_though_its_job_was_cancelled(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    job, blobs = story.message().job, story.bot.doors.blobs
    left = await blobs.put(b"kept by a process that died then", "image/png", job)
    await story.ann.presses(Action.CANCEL, story.message())
    await story.settled()
    await story.bot.farewell.by_age()
    assert await blobs.of(job) == [left]  # it may be kept just now
    story.clock.tick(3601)
    await story.bot.farewell.by_age()
    assert await blobs.of(job) == []


async def records(story: Story, of: str = "") -> int:
    """The engine's records of workflows; ``of``: with these words in whose they are."""
    query = text("SELECT count(*) FROM workflow_status WHERE coalesce(queue_partition_key, '') LIKE :whose")

    def count(db: Connection) -> int:
        return int(db.execute(query, {"whose": f"%{of}%"}).scalar_one())

    return await story.bot.doors.database.read(count)


@pytest.mark.parametrize("closed", [False, True])
async def test_a_deletion_that_a_crash_cut_off_is_brought_to_its_end(story: Story, closed: bool) -> None:
    message = await a_fox(story)
    over = [JobState.DONE]
    await story.bot.doors.ledger.move(message.job, JobState.DELETED, only_from=over)
    if closed:
        story.chat.will_fail("delete", "is_archived")
    await story.restart()

    async def gone() -> bool:
        return not (pictures(story) or story.chat.files or (await story.job(message.job)).request.prompt)

    await story.until(gone)
    assert bool(story.messages()) == closed
    assert await story.bot.doors.ledger.message(message.job, Role.RESULT) is None
    assert await SqlArchive(story.bot.doors.database).deleted(1) == []


async def test_a_deletion_that_nobody_answers_about_waits_for_the_next_look(story: Story) -> None:
    message = await a_fox(story)
    await story.bot.doors.ledger.move(message.job, JobState.DELETED, only_from=[JobState.DONE])
    story.chat.will_not_answer("delete")
    await story.bot.farewell.by_age()
    assert story.messages() == [message]
    assert len(pictures(story)) == 1
    await story.bot.farewell.by_age()
    assert story.messages() == []
    assert not pictures(story)


async def test_a_deletion_goes_on_when_the_store_is_there_again(story: Story) -> None:
    message = await a_fox(story)
    kept, away = story.settings.imagine_data_dir / "pictures", story.settings.imagine_data_dir / "away"
    kept.rename(away)
    kept.touch()  # a file in its place, as a network that is gone would be
    await story.ann.presses(Action.DELETE, message)
    assert story.ann.told()[-1] == "say.deleted"
    assert story.messages() == []
    await story.bot.farewell.by_age()  # it may look in vain
    kept.unlink()
    away.rename(kept)
    assert len(pictures(story)) == 1
    await story.bot.farewell.by_age()
    assert not pictures(story)
