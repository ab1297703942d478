"""The image service's own limit is kept by waiting, where all can see it; that loses and costs nothing."""

from sqlalchemy import Connection, text

from bot.errors import Fault, ImageServiceError
from bot.types import Action, Cancelled, Finished, JobState, Painting, Queued, Role
from tests.fakes import Message
from tests.story import Story, in_slack


def waits(story: Story) -> list[Message]:
    faces = [(message, message.face) for message in story.messages()]
    return [message for message, face in faces if isinstance(face, Painting) and face.waiting]


async def test_what_is_over_the_services_limit_waits_and_says_so(story: Story) -> None:
    await story.restart(imagine_images_per_minute=1)
    await story.ann.says("/imagine a fox")
    await story.settled()
    await story.bob.says("/imagine a hare")
    await story.until(lambda: len(waits(story)) == 1)
    assert story.model.paid == 1
    assert [message.role for message in story.messages()] == [Role.RESULT, Role.PLACEHOLDER]
    assert story.bob.told() == []


@in_slack
async def test_a_clock_that_jumps_ahead_loses_nothing_and_pays_nothing_again(story: Story) -> None:
    await story.restart(imagine_images_per_minute=1)
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    await story.bob.says("/imagine a hare")
    await story.until(lambda: len(waits(story)) == 1)
    story.clock.tick(30 * 24 * 3600)
    await story.painting(2)
    story.model.brush.open()
    await story.settled()
    assert [message.role for message in story.messages()] == [Role.RESULT, Role.RESULT]
    assert story.model.paid == 2


async def test_who_waited_for_the_limit_gets_the_picture(story: Story) -> None:
    await story.restart(imagine_images_per_minute=1)
    await story.ann.says("/imagine a fox")
    await story.settled()
    story.clock.tick(61.4)  # a tenth of a second before the minute is over
    await story.bob.says("/imagine a hare")
    await story.until(lambda: len(waits(story)) == 1)
    story.clock.tick(0.2)
    await story.settled()
    assert [message.role for message in story.messages()] == [Role.RESULT, Role.RESULT]
    assert story.model.paid == 2


async def test_what_was_called_before_a_crash_still_counts(story: Story) -> None:
    await story.restart(imagine_images_per_minute=1)
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    await story.kill()
    story.model.brush.open()
    await story.start(imagine_images_per_minute=1)
    await story.until(lambda: len(waits(story)) == 1)
    assert story.model.paid == 1


async def test_without_a_limit_nobody_waits(story: Story) -> None:
    await story.ann.says("/imagine a fox")
    await story.bob.says("/imagine a hare")
    await story.settled()
    assert not any(isinstance(message.face, Queued | Painting) for message in story.messages())
    assert story.model.paid == 2


async def test_who_asks_for_more_than_their_share_is_told_their_place(story: Story) -> None:
    await story.restart(imagine_per_user=1)
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    await story.ann.says("/imagine a hare")
    await story.until(lambda: len(story.messages()) == 2)
    first, second = [message.face for message in story.messages()]
    assert not isinstance(first, Queued) or not first.ahead
    assert isinstance(second, Queued)
    assert second.ahead == 1


async def test_a_long_status_counts_them_all(story: Story) -> None:
    story.model.brush.close()
    for number in range(12):
        await story.ann.says(f"/imagine fox {number}")
    await story.ann.says("/imagine status")
    told = story.ann.notes[-1].note
    assert told.text.values == {"count": 12}
    assert told.lines[-1].values == {"count": 2}
    assert len(told.buttons) == 10


async def test_a_service_that_says_it_has_had_enough_is_left_alone_without_a_429(story: Story) -> None:
    story.model.rest = 3
    await story.ann.says("/imagine a fox")
    await story.settled()
    await story.bob.says("/imagine a hare")
    await story.until(lambda: len(waits(story)) == 1)
    assert story.model.paid == 1
    story.clock.tick(3)
    await story.settled()
    assert story.model.paid == 2


async def test_one_429_is_heard_by_everybody(story: Story) -> None:
    story.model.will_fail(busy(30))
    await story.ann.says("/imagine a fox")
    await story.until(lambda: len(waits(story)) == 1)
    await story.bob.says("/imagine a hare")
    await story.until(lambda: len(waits(story)) == 2)
    assert story.model.paid == 1


async def test_who_waits_for_a_limit_is_in_nobodys_way(story: Story) -> None:
    models = "gpt-image-1.5,gpt-image-2"
    await story.restart(imagine_models=models, imagine_concurrency=1, imagine_per_user=1)
    story.model.will_fail(busy(300))
    await story.ann.says("/imagine a fox --model gpt-image-1.5")
    await story.until(lambda: len(waits(story)) == 1)
    await story.ann.says("/imagine a hare --model gpt-image-2")
    await story.until(lambda: any(isinstance(message.face, Finished) for message in story.messages()))
    assert len(waits(story)) == 1


async def test_who_waits_for_a_limit_may_be_cancelled(story: Story) -> None:
    story.model.will_fail(busy(300))
    await story.ann.says("/imagine a fox")
    await story.until(lambda: len(waits(story)) == 1)
    await story.until(lambda: not story.bot.doors.engine._running)
    assert await story.state(story.message().job) is JobState.WAITING
    await story.ann.presses(Action.CANCEL, story.message())
    assert isinstance(story.message().face, Cancelled)
    assert await states(story) == ["CANCELLED", "SUCCESS"]


async def test_who_waits_for_a_limit_waits_on_after_a_restart(story: Story) -> None:
    story.model.will_fail(busy(3))
    await story.ann.says("/imagine a fox")
    await story.until(lambda: len(waits(story)) == 1)
    await story.restart()
    story.clock.tick(30)
    await story.settled()
    assert isinstance(story.message().face, Finished)
    assert len(story.model.orders) == 2


async def states(story: Story) -> list[str]:
    """How the engine's workflows stand."""

    def look(db: Connection) -> list[str]:
        return sorted(db.execute(text("SELECT status FROM workflow_status")).scalars())

    return await story.bot.doors.database.read(look)


def busy(seconds: float) -> ImageServiceError:
    return ImageServiceError(Fault.BUSY, "openai", "429", retry_after=seconds)
