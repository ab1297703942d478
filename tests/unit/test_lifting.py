"""Answers parsed around their pictures: what comes out is what any parser finds."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.providers.lifting import parsed


def read(text: bytes, end: int | None = None) -> Any:
    return parsed(bytearray(text), len(text) if end is None else end)


def told(found: Any) -> Any:
    """The same with strings for views."""
    if isinstance(found, memoryview):
        return bytes(found).decode()
    if isinstance(found, list):
        return [told(one) for one in found]
    return {key: told(one) for key, one in found.items()} if isinstance(found, dict) else found


WORDS = some.one_of(
    some.text(), some.sampled_from(['"b64_json": "AAAA"', "b64_json", 'b64_json":"', "\\", "a\\/b"])
)
ITEMS = some.fixed_dictionaries({}, optional={"b64_json": WORDS, "revised_prompt": WORDS, "url": WORDS})


@given(some.lists(ITEMS), WORDS, some.booleans())
def test_what_comes_out_is_what_any_parser_finds(
    items: list[dict[str, str]], words: str, plain: bool
) -> None:
    answer = {"b64_json": words, "data": items, "background": words}
    assert told(read(json.dumps(answer, ensure_ascii=plain).encode())) == answer


def test_pictures_stay_where_they_arrived() -> None:
    text = bytearray(
        b'{"data": [{"b64_json" : "QUJD"}, {"b64_json":"data:image/png;base64,REVG"}]} what was before'
    )
    found: Any = parsed(text, text.index(b" what"))
    pictures = [one["b64_json"] for one in found["data"]]
    assert [bytes(one) for one in pictures] == [b"QUJD", b"REVG"]
    text[text.index(b"QUJD")] = ord("x")
    assert bytes(pictures[0]) == b"xUJD"


@pytest.mark.parametrize("cut", [30, 31, 34])
def test_an_answer_cut_off_is_no_answer(cut: int) -> None:
    with pytest.raises(ValueError, match="EOF"):
        read(b'{"data": [{"b64_json":"QUJDREVGREVG"}]}', cut)


@pytest.mark.parametrize("value", [7, True, False, None])
def test_what_is_no_string_is_no_other_picture(value: object) -> None:
    answer = {"data": [{"b64_json": value}, {"b64_json": "QUJD"}]}
    assert told(read(json.dumps(answer).encode())) == answer
