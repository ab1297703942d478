"""The buttons, forms, shortcut and reactions under a result that lead to another picture."""

from bot.commands.rework import LARGER, TRANSPARENT
from bot.types import Action, Attached, FileId, FormKind, JobState, MessageId, Sign, Trouble
from tests.fakes import Message, photo
from tests.story import Story, in_slack


async def painted(story: Story, text: str = "/imagine a fox") -> Message:
    """The result of a command."""
    await story.ann.says(text)
    await story.settled()
    return story.messages()[-1]


def newest(story: Story) -> Message:
    return story.messages()[-1]


async def test_the_edit_form_takes_words_options_and_more_pictures(story: Story) -> None:
    first, more = await painted(story), photo()
    await story.ann.presses(Action.CHANGE, first)
    assert story.ann.form
    assert story.ann.form.kind is FormKind.EDIT
    await story.ann.sends({"prompt": "give it this hat", "quality": "low"}, [story.chat.gives(more)])
    await story.settled()
    order = story.model.orders[-1]
    assert (order.prompt, order.options.quality) == ("give it this hat", "low")
    assert story.model.sent[-1] == [*story.pictures(first), more]
    assert newest(story).ref.thread == first.ref.id


async def test_an_edit_form_without_words_says_so(story: Story) -> None:
    first = await painted(story)
    await story.ann.presses(Action.CHANGE, first)
    await story.ann.sends({"prompt": " "})
    assert set(story.ann.faults) == {"prompt"}
    assert story.model.paid == 1


async def test_larger_keeps_the_shape(story: Story) -> None:
    story.model.paints.append(photo(size=(1024, 1024)))
    first = await painted(story)
    story.model.paints.append(photo(size=(2048, 2048)))
    await story.ann.presses(Action.LARGER, first)
    await story.settled()
    order = story.model.orders[-1]
    assert (order.prompt, order.options.size) == (LARGER, "2048x2048")


async def test_what_is_the_largest_is_said_to_be(story: Story) -> None:
    story.model.paints.append(photo(size=(3840, 2160)))
    first = await painted(story)
    await story.ann.presses(Action.LARGER, first)
    assert story.ann.told() == ["rework.largest"]


async def test_a_transparent_background_is_asked_of_the_model(story: Story) -> None:
    first = await painted(story)
    await story.ann.presses(Action.TRANSPARENT, first)
    await story.settled()
    order = story.model.orders[-1]
    assert order.prompt == TRANSPARENT
    assert (order.options.background, order.options.format) == ("transparent", "png")


async def test_undo_and_branch_cost_nothing(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("make it night", first)
    await story.settled()
    second = newest(story)
    await story.ann.presses(Action.BRANCH, second)
    await story.settled()
    branch = newest(story)
    assert branch.ref.thread is None
    assert story.pictures(branch) == story.pictures(second)
    await story.ann.presses(Action.UNDO, second)
    await story.settled()
    assert story.pictures(newest(story)) == story.pictures(first)
    assert story.model.paid == 2
    await story.ann.replies("add stars", branch)
    await story.settled()
    assert story.model.sent[-1] == story.pictures(second)


async def test_a_branch_outlives_what_it_came_from(story: Story) -> None:
    first = await painted(story)
    kept = story.pictures(first)
    await story.ann.presses(Action.BRANCH, first)
    await story.settled()
    await story.ann.presses(Action.DELETE, first)
    await story.ann.replies("add stars", newest(story))
    await story.settled()
    assert story.model.sent[-1] == kept


async def test_before_and_after_stand_side_by_side(story: Story) -> None:
    first = await painted(story)
    await story.ann.replies("make it night", first)
    await story.settled()
    await story.bob.presses(Action.COMPARE, newest(story))
    note = story.bob.notes[-1].note
    assert note.text.values == {"before": "v1", "after": "v2"}
    assert note.pictures[0].file in story.chat.files
    assert story.model.paid == 2


@in_slack
async def test_a_result_is_compared_as_soon_as_it_can_be_seen(story: Story) -> None:
    first = await painted(story)
    story.chat.shares.close()
    await story.ann.replies("make it night --format webp", first)
    await story.until(lambda: story.chat.shares.waiting == 1)
    await story.bob.presses(Action.COMPARE, newest(story))
    assert story.bob.notes[-1].note.text.key == "easel.compared"
    story.chat.shares.open()
    await story.settled()


async def test_a_double_click_on_an_edit_button_is_one_edit(story: Story) -> None:
    first = await painted(story)
    await story.ann.presses(Action.TRANSPARENT, first)
    await story.ann.presses(Action.TRANSPARENT, first)
    await story.settled()
    assert story.model.paid == 2


async def test_the_shortcut_edits_somebodys_picture(story: Story) -> None:
    data = photo()
    await story.ann.points_at(MessageId("m1"), [story.chat.gives(data)])
    await story.ann.sends({"prompt": "a hat"})
    await story.settled()
    assert story.model.sent[-1] == [data]
    assert story.message().ref.thread == MessageId("m1")


async def test_the_shortcut_on_a_result_edits_it(story: Story) -> None:
    first = await painted(story)
    await story.ann.points_at(first.ref.id)
    await story.ann.sends({"prompt": "a hat"})
    await story.settled()
    assert story.model.sent[-1] == story.pictures(first)


async def test_the_shortcut_on_words_says_that_there_is_no_picture(story: Story) -> None:
    await story.ann.points_at(MessageId("m1"))
    assert story.ann.told() == ["reply.no_picture_there"]


async def test_the_shortcut_says_why_a_picture_that_is_there_cannot_be_had(story: Story) -> None:
    kept = Attached(file=FileId("F1"), name="fox.png", trouble=Trouble.EXTERNAL)
    await story.ann.points_at(MessageId("m1"), [kept])
    assert story.ann.told() == ["file.external"]


async def test_the_shortcut_where_the_bot_may_not_post_keeps_the_request(story: Story) -> None:
    story.chat.closed_to_us.add("C1")
    data = photo()
    await story.ann.points_at(MessageId("m1"), [story.chat.gives(data)])
    await story.ann.sends({"prompt": "a hat"})
    await story.ann.is_told("say.not_welcome")
    story.chat.closed_to_us.clear()
    await story.ann.presses_told(Action.RETRY)
    await story.settled()
    assert story.model.sent[-1] == [data]


async def test_the_requesters_reactions_are_buttons(story: Story) -> None:
    first = await painted(story)
    await story.ann.reacts(Sign.AGAIN, first)
    await story.settled()
    assert story.model.paid == 2
    await story.ann.reacts(Sign.TO_ME, first)
    (copy,) = story.messages(story.ann.dm)
    assert story.pictures(copy) == story.pictures(first)
    await story.ann.reacts(Sign.DELETE, first)
    assert first not in story.messages()
    assert await story.state(first.job) is JobState.DELETED


async def test_anybody_elses_reaction_is_only_a_reaction(story: Story) -> None:
    first = await painted(story)
    for sign in Sign:
        await story.bob.reacts(sign, first)
    await story.settled()
    assert story.messages() == [first]
    assert story.model.paid == 1


async def test_under_several_pictures_it_is_asked_which_one(story: Story) -> None:
    first = await painted(story, "/imagine a fox --n 3")
    await story.ann.presses(Action.TRANSPARENT, first)
    assert story.model.paid == 1
    note = story.ann.notes[-1].note
    assert note.text.key == "ask.which"
    assert len(note.pictures) == len(note.buttons) == 3
    await story.ann.presses_told(Action.TRANSPARENT, choice=2)
    await story.settled()
    assert story.model.sent[-1] == [story.pictures(first)[2]]
    assert newest(story).ref.thread == first.ref.id


async def test_the_region_of_the_picture_that_was_chosen_is_changed(story: Story) -> None:
    first = await painted(story, "/imagine a fox --n 3")
    await story.ann.presses(Action.REGION, first)
    await story.ann.presses_told(Action.REGION, choice=1)
    assert story.ann.form
    assert story.ann.form.choice == 1
    await story.ann.sends({"prompt": "a hat", "cells": "A1"})
    await story.ann.presses_told(Action.RUN)
    await story.settled()
    assert story.model.sent[-1] == [story.pictures(first)[1]]
