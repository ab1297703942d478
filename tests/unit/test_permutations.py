"""Braces that are a list, and braces that are words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.permutations import expand, read


def test_two_lists_make_every_combination_in_order() -> None:
    assert expand("{red,blue} fox {in snow, at sea}") == (
        "red fox in snow",
        "red fox at sea",
        "blue fox in snow",
        "blue fox at sea",
    )


def test_japanese_commas_part_choices_too() -> None:
    assert expand("{赤い、青い}狐") == ("赤い狐", "青い狐")


def test_empty_choices_do_not_count() -> None:
    assert expand("{red,blue,} fox") == ("red fox", "blue fox")
    assert expand("{red,} fox") == ("{red,} fox",)


@pytest.mark.parametrize(
    "prompt",
    [
        "a fox",
        "{}",
        "{one}",
        "{,}",
        '{"a": 1, "b": 2}',
        "{'a', 'b'}",
        "{“a”, “b”}",
        '[{"x": [1, 2]}, {"y": {"z": 1, "w": 2}}]',
        "body {color: red, blue}",
        "{a; b, c}",
        "x_{i,j} and y^{2,3}",
        "$\\frac{a,b}$",
        "${a,b}",
        "{a,{b,c}}",
        "{a,\nb}",
        "{a,b",
        "a,b}",
        "}{",
        "{x=1, y=2}",
    ],
)
def test_braces_of_code_and_formulas_are_words(prompt: str) -> None:
    assert expand(prompt) == (prompt,)


def test_an_escaped_brace_is_a_brace() -> None:
    assert expand("\\{red,blue\\} fox") == ("{red,blue} fox",)
    assert expand("\\{x\\} {red,blue}") == ("{x} red", "{x} blue")


def test_a_huge_product_is_counted_and_not_made() -> None:
    prompt = "{a,b,c}" * 5000
    assert read(prompt).count == 3**5000
    assert expand(prompt) == (prompt,)


def test_more_than_ten_are_not_expanded() -> None:
    assert len(expand("{a,b} {1,2,3,4,5}")) == 10
    assert expand("{a,b,c} {1,2,3,4}") == ("{a,b,c} {1,2,3,4}",)


@given(st.text("{},\\ab", max_size=40))
def test_there_is_always_something_to_paint(prompt: str) -> None:
    assert 1 <= len(expand(prompt)) <= 10
