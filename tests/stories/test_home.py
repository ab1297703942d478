"""The app's own page: what is on its way and what was made, each person's own."""

from bot.types import Action
from tests.story import Story


async def test_a_newcomer_s_home_is_empty_and_says_so(story: Story) -> None:
    home = await story.ann.looks_home()
    assert (home.on_the_way.text.key, home.latest) == ("say.status_none", ())


async def test_home_shows_what_is_on_its_way_and_what_was_made_newest_first(story: Story) -> None:
    for prompt in ("a fox", "a hen"):
        await story.ann.says(f"/imagine {prompt}")
        await story.settled()
        story.clock.tick(1)
    story.model.brush.close()
    await story.ann.says("/imagine a cat")
    await story.painting()
    home = await story.ann.looks_home()
    assert [line.key for line in home.on_the_way.lines] == ["status.painting"]
    assert [one.job.request.prompt for one in home.latest] == ["a hen", "a fox"]
    newest = story.messages()[1].ref.id
    assert home.latest[0].url.endswith(f"C1/{newest}")


async def test_home_is_each_person_s_own_and_forgets_what_was_deleted(story: Story) -> None:
    await story.ann.says("/imagine a fox --private")
    await story.settled()
    assert (await story.bob.looks_home()).latest == ()
    await story.ann.presses(Action.DELETE, story.message(story.ann.dm))
    assert (await story.ann.looks_home()).latest == ()


async def test_a_result_without_a_link_is_listed_all_the_same(story: Story) -> None:
    await story.ann.says("/imagine a fox")
    await story.settled()
    story.chat.will_fail("address", "message_not_found")
    (only,) = (await story.ann.looks_home()).latest
    assert only.url == ""
