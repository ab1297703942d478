"""Where a message becomes its result in place, as in Teams: one message from the first to the last."""

from bot.types import Action, Finished, Painting, Queued, Role
from tests.story import Story, in_teams

pytestmark = in_teams


async def test_the_placeholder_becomes_the_result(story: Story) -> None:
    await story.ann.says("/imagine a fox")
    await story.settled()
    message = story.message()
    assert isinstance(message.posts[0].face, Queued)
    assert isinstance(message.face, Finished)
    assert (story.chat.calls["post"], story.chat.deleted) == (1, [])


async def test_a_failed_update_is_never_painted_again(story: Story) -> None:
    story.chat.will_fail("update", role=Role.RESULT)
    await story.ann.says("/imagine a fox")
    await story.ann.is_told("say.painted_not_posted")
    await story.ann.presses_told(Action.RETRY)
    await story.settled()
    assert isinstance(story.message().face, Finished)
    assert story.model.paid == 1


async def test_a_placeholder_that_somebody_deleted_is_replaced_by_the_result(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    story.chat.messages.clear()
    story.model.brush.open()
    await story.settled()
    assert isinstance(story.message().face, Finished)
    assert story.model.paid == 1


async def test_a_lost_reply_is_not_repeated_since_nobody_can_look(story: Story) -> None:
    story.chat.will_lose_reply("post", role=Role.PLACEHOLDER)
    await story.ann.says("/imagine a fox")
    await story.ann.is_told("say.unclear")
    assert (len(story.messages()), story.model.paid) == (1, 0)


async def test_the_originals_are_a_link_away(story: Story) -> None:
    await story.ann.says("/imagine a fox --format webp")
    await story.settled()
    assert story.message().files == []
    assert story.chat.calls["share"] == 0


async def test_the_result_waits_for_a_progress_update_in_flight(story: Story) -> None:
    story.chat.updates.close()
    story.model.brush.close()
    await story.ann.says("/imagine a fox --quality low")  # not worth a preview
    await story.until(lambda: story.chat.updates.waiting == 1)
    story.model.brush.open()
    await story.until(lambda: story.model.paid == 1)
    story.chat.updates.open()
    await story.settled()
    faces = [type(post.face) for post in story.message().posts]
    assert faces[-2:] == [Painting, Finished]


async def test_a_kill_before_the_result_shows_it_in_the_same_message(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    await story.kill()
    await story.start()
    await story.settled()
    assert isinstance(story.message().face, Finished)
    assert story.chat.calls["post"] == 1
