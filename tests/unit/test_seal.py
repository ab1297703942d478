"""Tokens at rest: sealed by the newest key, opened by any, and by nothing else."""

import pytest

from bot.chat.slack.seal import Seal, Unreadable

TOKEN = "xoxb-1-2-three"


def test_what_is_kept_does_not_show_the_token() -> None:
    kept = Seal(["a key"]).close(TOKEN)
    assert kept
    assert "xoxb" not in kept
    assert Seal(["a key"]).open(kept) == TOKEN


def test_an_old_key_still_opens_and_the_new_one_seals() -> None:
    old, both = Seal(["old"]), Seal(["new", "old"])
    kept = old.close(TOKEN)
    assert both.open(kept) == TOKEN
    assert not both.is_newest(kept)
    anew = both.close(both.open(kept))
    assert both.is_newest(anew)
    assert Seal(["new"]).open(anew) == TOKEN


@pytest.mark.parametrize("key", ["", "another", "a key "])
def test_no_other_key_opens(key: str) -> None:
    with pytest.raises(Unreadable):
        Seal([key]).open(Seal(["a key"]).close(TOKEN))


def test_a_kept_token_that_was_changed_does_not_open() -> None:
    seal = Seal(["a key"])
    kept = seal.close(TOKEN) or ""
    with pytest.raises(Unreadable):
        seal.open(kept[:-5] + ("A" if kept[-5] != "A" else "B") + kept[-4:])


def test_no_token_is_kept_as_nothing() -> None:
    assert Seal(["a key"]).close(None) is None
    assert Seal(["a key"]).open(None) is None
