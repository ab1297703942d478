"""The person's own language decides."""

from bot.errors import Fault
from tests.stories.test_failures import fails
from tests.story import Story


async def test_the_message_speaks_the_language_of_who_asked(story: Story) -> None:
    story.chat.locales[story.ann.person] = "ja-JP"
    await story.ann.says("/imagine 赤い狐")
    await story.settled()
    assert story.message().locale == "ja-JP"
    (upload,) = story.chat.files.values()
    assert "赤い狐" in upload.alt
    assert "AI-generated" not in upload.alt


async def test_a_failure_is_told_in_it_too(story: Story) -> None:
    story.chat.locales[story.ann.person] = "ja-JP"
    story.model.will_fail(fails(Fault.QUOTA))
    await story.ann.says("/imagine a fox")
    told = await story.ann.is_told("fault.quota")
    assert told.locale == "ja-JP"


async def test_a_plain_word_in_the_dm_is_a_prompt_and_a_greeting_is_not(story: Story) -> None:
    await story.ann.says("hello", story.ann.dm)
    assert story.ann.told() == ["greeting.hello"]
    await story.ann.says("a red fox in the snow", story.ann.dm)
    await story.settled()
    assert [order.prompt for order in story.model.orders] == ["a red fox in the snow"]
