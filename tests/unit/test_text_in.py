"""What Slack sends is what was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.text_in import clean, plain


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("salt &amp; pepper &lt;3 &gt; x", "salt & pepper <3 > x"),
        ("&amp;lt;", "&lt;"),
        ("<@U123|ann> and <@U456>", "@ann and @U456"),
        ("in <#C1|general> or <#C2|> or <#C3>", "in #general or #C2 or #C3"),
        ("see <https://example.com/a?b=1&amp;c=2>", "see https://example.com/a?b=1&c=2"),
        ("see <http://example.com|example.com>", "see example.com"),
        (
            "mail <mailto:a@example.com|a@example.com> <mailto:b@example.com>",
            "mail a@example.com b@example.com",
        ),
        ("<!here> <!subteam^S1|@team> <!date^1^x|today>", "@here @team today"),
        ("<unknown thing>", "<unknown thing>"),
        ("a\r\nb\rc\x0bd", "a\nb\nc\nd"),
        ("a\x00b\x07c\x7fd\ud83de", "abcde"),
        ("👩\u200d🚀 שלום \u200fمرحبا", "👩\u200d🚀 שלום \u200fمرحبا"),
        ("  猫　犬 ", "猫　犬"),
    ],
)
def test_what_slack_sends_becomes_what_was_typed(sent: str, typed: str) -> None:
    assert clean(sent) == typed


def test_a_form_s_text_was_never_escaped() -> None:
    assert plain("&amp; <@U1|x>\x00") == "&amp; <@U1|x>"


@given(st.text(st.characters(), max_size=100))
def test_what_is_left_can_be_stored_anywhere(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert plain(cleaned) == cleaned
