"""Sentences by key and language: the right one, with blanks that are only data."""

import pytest

from bot.text import language_of, phrases, say
from bot.types import Text


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("ja-JP", "ja"),
        ("ja_JP", "ja"),
        ("JA", "ja"),
        ("en-GB", "en"),
        ("de-DE", "en"),
        ("", "en"),
        ("jam", "en"),
    ],
)
def test_the_locale_decides_and_english_is_for_everybody_else(locale: str, language: str) -> None:
    assert language_of(locale) == language


def test_values_are_data_whatever_they_look_like() -> None:
    said = say(Text(key="card.alt", values={"prompt": "{0} {key} {{x}} %s"}), "en")
    assert said == "AI-generated image: {0} {key} {{x}} %s"


def test_a_persons_language_is_spoken() -> None:
    text = Text(key="button.cancel")
    assert say(text, "ja-JP") == phrases("ja")["button.cancel"]
    assert say(text, "ja-JP") != say(text, "en-US")


def test_an_unknown_sentence_is_a_bug_and_not_an_empty_one() -> None:
    with pytest.raises(KeyError):
        say(Text(key="no.such"), "en")
