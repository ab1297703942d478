"""Words under a picture: what people say to each other costs nothing, what asks for a change is an edit."""

import pytest

from bot.commands import smalltalk


@pytest.mark.parametrize(
    "words",
    [
        *("+1 :tada:", "let's ship it", "https://example.com/x", "see https://example.com/y", "wow!!! 😍"),
        *("brb lunch", "lunch?", "FYI @bob", "on it", "will do", "no thanks", "not now", "see you tomorrow"),
        *("ok great, thanks", "good idea", "I see", "makes sense", "I don't like it", "never mind"),
        *("can we use this in the deck?", "could you share the file?", "perfect for the slides"),
        *("I'll take the first one", "love the second one", "the second is best", "let me check"),
        *(
            "おつかれさまです",
            "確認しました",
            "後で見ます",
            "すみません",
            "これでいきましょう",
            "共有ありがとうございます",
        ),
    ],
)
def test_talk_among_people_asks_for_nothing(words: str) -> None:
    assert smalltalk.asks_nothing(words)


@pytest.mark.parametrize(
    "words",
    [
        *("let's make it darker", "make it like https://example.com/x", "darker", "more contrast", "no hat"),
        *("can you use a darker tone?", "I want it blue", "I'd like a hat", "I think it should be night"),
        *("great, now add a hat", "ok, make it red", "i am thinking of a red fox instead, paint it"),
        *(
            "no text",
            "okay but bluer",
            "later in the evening",
            "夜にして",
            "見やすくして",
            "ありがとう、もっと明るく",
        ),
        *("青い空をお願いします", "see-through glass", "put it on the table", "the second fox is too big"),
    ],
)
def test_what_asks_for_a_change_is_an_edit(words: str) -> None:
    assert not smalltalk.asks_nothing(words)
