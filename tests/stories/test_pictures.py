"""A command becomes a picture, and one message of the bot's is left."""

from bot.chat import SHOWING, Showing
from bot.types import Finished, JobState, Moved, Painting, Queued, Role
from tests.fakes import Message, picture
from tests.story import TEAM, Story, in_slack


def finished(story: Story, channel: str = "C1") -> Finished:
    face = story.message(channel).face
    assert isinstance(face, Finished)
    return face


async def paid_for(story: Story, message: Message) -> bool:
    return bool(await story.bot.doors.ledger.painted(message.job))


async def test_a_command_becomes_a_picture(story: Story) -> None:
    await story.ann.says("/imagine a red fox --size landscape")
    await story.settled()
    (shown,) = finished(story).shown
    assert story.chat.files[shown.file].data == picture("png", 10)
    assert story.message().role is Role.RESULT
    assert await story.state(story.message().job) is JobState.DONE
    assert story.model.paid == 1
    assert story.model.orders[0].prompt == "a red fox"
    assert story.ann.told() == []


@in_slack
async def test_the_placeholder_is_there_before_the_picture_and_gone_after(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    placeholder = story.message()
    assert placeholder.role is Role.PLACEHOLDER
    assert isinstance(placeholder.posts[0].face, Queued)
    story.model.brush.open()
    await story.settled()
    assert story.chat.deleted == [placeholder]
    assert story.message().role is Role.RESULT


async def test_the_file_says_what_was_asked_and_that_it_is_generated(story: Story) -> None:
    await story.ann.says("/imagine a red fox")
    await story.settled()
    (shown,) = finished(story).shown
    assert story.chat.files[shown.file].alt == "AI-generated image: a red fox"


async def test_four_pictures_are_one_call_and_one_message(story: Story) -> None:
    await story.ann.says("/imagine a fox --n 4")
    await story.settled()
    assert [order.options.n for order in story.model.orders] == [4]
    data = [story.chat.files[shown.file].data for shown in finished(story).shown]
    assert data == [picture("png", number) for number in (10, 11, 12, 13)]
    assert finished(story).missing == 0


async def test_fewer_pictures_than_were_asked_for_are_shown_and_said_to_be_fewer(story: Story) -> None:
    story.model.most = 3
    await story.ann.says("/imagine a fox --n 4")
    await story.settled()
    assert (len(finished(story).shown), finished(story).missing) == (3, 1)


@in_slack
async def test_an_svg_that_cannot_be_drawn_here_is_not_lost(story: Story) -> None:
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 6'><a:b/></svg>"
    story.model.paints = [drawing]
    await story.ann.says("/imagine a fox --format svg")
    await story.settled()
    (shown,) = finished(story).shown
    assert shown.preview is not None
    assert story.chat.files[shown.preview].data.startswith(b"\x89PNG")
    (original,) = story.message().files
    assert story.chat.files[original].data == drawing


@in_slack
async def test_a_webp_is_shown_as_png_and_its_original_is_in_the_thread(story: Story) -> None:
    await story.ann.says("/imagine a fox --format webp")
    await story.settled()
    (shown,) = finished(story).shown
    assert shown.preview
    assert story.chat.files[shown.preview].data.startswith(b"\x89PNG")
    (original,) = story.message().files
    assert story.chat.files[original].data == picture("webp", 10)
    assert story.chat.files[original].name.endswith(".webp")


@in_slack
async def test_a_placeholder_that_people_answered_under_stays_and_points_on(story: Story) -> None:
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    placeholder = story.message()
    story.chat.people_answer_under(placeholder)
    story.clock.tick(60)
    story.model.brush.open()
    await story.settled()
    assert isinstance(placeholder.face, Moved)
    assert [message.role for message in story.messages()] == [Role.PLACEHOLDER, Role.RESULT]


async def test_the_prompt_that_the_model_made_of_it_is_shown(story: Story) -> None:
    story.model.revised_prompt = "a red fox in the style of an etching"
    await story.ann.says("/imagine a fox")
    await story.settled()
    assert finished(story).painted[0].revised_prompt == "a red fox in the style of an etching"


async def test_files_refused_for_a_while_are_shown_in_the_end(story: Story) -> None:
    story.chat.refuses_files = 2
    await story.ann.says("/imagine a fox")
    await story.settled()
    assert not finished(story).attached
    assert story.chat.calls["upload"] == 1
    assert story.model.paid == 1


@in_slack
async def test_files_refused_for_good_are_shared_into_the_thread(story: Story) -> None:
    story.chat.refuses_files = float("inf")
    await story.ann.says("/imagine a fox")
    await story.settled()
    assert finished(story).attached
    (file,) = story.message().files
    assert story.chat.files[file].data == picture("png", 10)
    assert story.model.paid == 1


@in_slack
async def test_where_files_were_refused_the_next_picture_is_shared_at_once(story: Story) -> None:
    story.chat.refuses_files = float("inf")
    await story.ann.says("/imagine a fox")
    await story.settled()
    uploads = story.chat.calls["upload"]
    await story.ann.says("/imagine an owl", "C2")
    await story.settled()
    assert finished(story, "C2").attached
    assert story.chat.calls["upload"] == uploads
    assert len(story.message("C2").files) == 1


async def test_where_updating_is_proven_the_placeholder_becomes_the_result(story: Story) -> None:
    await story.bot.doors.ledger.learn(TEAM, SHOWING, Showing.UPDATE)
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.painting()
    placeholder = story.message()
    story.model.brush.open()
    await story.settled()
    assert story.message() is placeholder
    assert isinstance(placeholder.face, Finished)
    assert story.chat.calls["post"] == 1


async def test_previews_are_dropped_when_the_picture_is_there(story: Story) -> None:
    await story.bot.doors.ledger.learn(TEAM, SHOWING, Showing.UPDATE)
    story.model.previews = [picture("png", 1)]
    await story.ann.says("/imagine a fox")
    await story.settled()
    assert story.model.orders[0].previews == 1
    assert story.chat.calls["delete_file"] == 1
    assert [file.data for file in story.chat.files.values()] == [picture("png", 10)]


@in_slack
async def test_the_result_waits_for_a_progress_update_in_flight(story: Story) -> None:
    story.chat.updates.close()
    story.model.brush.close()
    await story.ann.says("/imagine a fox")
    await story.until(lambda: story.chat.updates.waiting == 1)
    placeholder = story.message()
    story.model.brush.open()
    await story.until(lambda: paid_for(story, placeholder))
    assert story.messages() == [placeholder]
    story.chat.updates.open()
    await story.settled()
    assert isinstance(placeholder.face, Painting)
    assert story.message().role is Role.RESULT
