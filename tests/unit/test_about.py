"""What stands at the bot's own address, for who follows a link to it."""

import pytest

from bot.about import page


@pytest.mark.parametrize(
    ("locale", "lang", "kept"),
    [("en-GB", "en", "for 90 days"), ("ja", "ja", "90 日間"), ("", "en", "for 90 days")],
)
def test_the_page_says_what_is_kept_in_the_language_of_the_browser(locale: str, lang: str, kept: str) -> None:
    shown = page(locale, 90)
    assert f'<html lang="{lang}">' in shown
    assert kept in shown
    assert "forget me" in shown


def test_what_is_never_deleted_by_age_is_said_so() -> None:
    assert "until they are deleted" in page("en", 0)
