"""The stand-in refuses the Block Kit that Slack refuses, in Slack's words."""

from typing import Any

import pytest

from bot.playground.slack import blocks as block_kit
from bot.playground.slack.state import Json


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str) -> Json:
    return {"type": "section", "text": mrkdwn(text)}


def button(**changes: Any) -> Json:
    return {"type": "button", "action_id": "again", "text": plain("Again")} | changes


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def picture(**changes: Any) -> Json:
    return {"type": "image", "alt_text": "a fox", "slack_file": {"id": "F0123456789"}} | changes


def options(count: int) -> list[Json]:
    return [{"text": plain(f"{number}"), "value": f"{number}"} for number in range(count)]


def menu(count: int) -> Json:
    return {"type": "static_select", "action_id": "model", "options": options(count)}


def asks(element: Json) -> Json:
    return {"type": "input", "block_id": "q", "label": plain("Q"), "element": element}


def words(**changes: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "prompt"} | changes


def form(**changes: Any) -> Json:
    return {
        "type": "modal",
        "title": plain("Imagine"),
        "submit": plain("Go"),
        "blocks": [asks(words())],
    } | changes


def faults(*blocks: Json, ready: bool = True) -> list[str]:
    return block_kit.message_faults(list(blocks), lambda _: ready)


FINE = [
    section("x" * 3000),
    {"type": "header", "text": plain("x" * 150)},
    {"type": "context", "elements": [mrkdwn("x")] * 10},
    actions(*[button(action_id=f"a{number}") for number in range(25)]),
    actions(button(text=plain("x" * 75), value="v" * 2000, style="danger")),
    actions(menu(100)),
    picture(alt_text="x" * 2000),
    {"type": "image", "alt_text": "x", "image_url": "https://example.com/fox.png"},
    asks(words(multiline=True, max_length=3000, initial_value="x" * 3000)),
    {"type": "divider"},
]


@pytest.mark.parametrize("block", FINE, ids=lambda block: block["type"])
def test_what_just_fits_is_taken(block: Json) -> None:
    assert faults(block) == []


REFUSED = [
    (section("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "section"}, "missing required field: text [json-pointer:/blocks/0]"),
    (
        {"type": "header", "text": plain("x" * 151)},
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        {"type": "header", "text": mrkdwn("x")},
        "must be a valid enum value: plain_text [json-pointer:/blocks/0/text/type]",
    ),
    (
        {"type": "context", "elements": [mrkdwn("x")] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    ({"type": "context", "elements": []}, "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    (
        actions(*[button(action_id=f"a{number}") for number in range(26)]),
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        actions(button(), button()),
        '`action_id` "again" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ),
    (
        actions(button(text=plain("x" * 76))),
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    (
        actions(button(value="v" * 2001)),
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    (actions(words()), "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]"),
    (actions(menu(101)), "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]"),
    (
        actions(menu(2) | {"initial_option": {"text": plain("9"), "value": "9"}}),
        "must match one of the options [json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    (picture(alt_text="x" * 2001), "must be less than 2001 characters [json-pointer:/blocks/0/alt_text]"),
    (picture(alt_text=None), "must provide a string [json-pointer:/blocks/0/alt_text]"),
    (picture(image_url="https://x"), "must provide one of image_url and slack_file [json-pointer:/blocks/0]"),
    (
        picture(slack_file={"id": "f1"}),
        "does not match required pattern: ^[F][A-Z0-9]{8,}$ [json-pointer:/blocks/0/slack_file/id]",
    ),
    (asks(words(max_length=3001)), "must be 1 to 3000 [json-pointer:/blocks/0/element/max_length]"),
    (section("x") | {"style": "bold"}, "invalid additional property: style [json-pointer:/blocks/0]"),
    ({"type": "poster"}, "unsupported type: poster [json-pointer:/blocks/0/type]"),
]


@pytest.mark.parametrize(("block", "fault"), REFUSED, ids=[fault for _, fault in REFUSED])
def test_what_is_too_much_is_refused_with_its_place(block: Json, fault: str) -> None:
    assert faults(block) == [fault]


def test_more_than_fifty_blocks_are_refused() -> None:
    assert faults(*[section("x")] * 50) == []
    assert faults(*[section("x")] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]


def test_a_block_id_is_there_once() -> None:
    twice = section("x") | {"block_id": "b"}
    assert faults(twice, twice) == ['`block_id` "b" already exists [json-pointer:/blocks/1/block_id]']


def test_the_same_action_id_in_two_blocks_is_fine() -> None:
    assert faults(actions(button()), actions(button())) == []


def test_a_file_that_is_not_ready_is_an_invalid_slack_file() -> None:
    assert faults(section("x"), picture(), ready=False) == [
        "invalid slack file [json-pointer:/blocks/1/slack_file]"
    ]


FORM_FAULTS = [
    ({"title": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/title/text]"),
    (
        {"private_metadata": "x" * 3001},
        "must be less than 3001 characters [json-pointer:/view/private_metadata]",
    ),
    ({"submit": None}, "missing required field: submit [json-pointer:/view]"),
    ({"type": "window"}, "unsupported type: window [json-pointer:/view/type]"),
    ({"blocks": [section("x")] * 101}, "no more than 100 items allowed [json-pointer:/view/blocks]"),
]


@pytest.mark.parametrize(("changes", "fault"), FORM_FAULTS, ids=[fault for _, fault in FORM_FAULTS])
def test_a_form_that_slack_refuses_is_refused(changes: Json, fault: str) -> None:
    assert block_kit.view_faults(form(), lambda _: True) == []
    assert block_kit.view_faults(form(**changes), lambda _: True) == [fault]


def test_all_words_of_a_message_together_have_a_limit() -> None:
    assert not block_kit.too_long([section("x" * 3000)] * 4)
    assert block_kit.too_long([section("x" * 3000)] * 5)
