"""A form as Slack's view and back: nothing is lost on the way, and Slack accepts every one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.slack import forms
from bot.chat.slack.incoming import place_json
from bot.commands import form
from bot.playground.slack import blocks as block_kit
from bot.text import LANGUAGES
from bot.types import JobId, Options, Text
from tests.unit.asking import GENERAL, MENU

FULL = Options(size="1024x1024", quality="high", format="jpeg", compression=80, n=2, private=True)
PLACE = place_json(GENERAL)


def submitted(view: dict[str, Any]) -> dict[str, Any]:
    """What Slack sends when the form is sent as it was opened."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        element = block["element"]
        kind = element["type"]
        entered: dict[str, Any] = {"type": kind}
        if kind == "static_select":
            entered["selected_option"] = element.get("initial_option")
        elif kind == "checkboxes":
            entered["selected_options"] = element.get("initial_options", [])
        elif kind == "file_input":
            entered["files"] = []
        else:
            entered["value"] = element.get("initial_value")
        state[block["block_id"]] = {element["action_id"]: entered}
    return {**view, "state": {"values": state}}


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("model", [offer.name for offer in MENU.offers])
def test_slack_accepts_the_form_of_every_model(model: str, locale: str) -> None:
    asked = form.build(MENU, Options(model=model), "a fox " * 5000, draft=JobId("k3f9abcdefghijkl"))
    assert block_kit.view_faults(forms.view(asked, PLACE, locale), lambda _: True) == []


@pytest.mark.parametrize("model", [offer.name for offer in MENU.offers])
def test_a_form_sent_as_it_was_opened_says_what_it_was_opened_with(model: str) -> None:
    asked = form.build(MENU, form.still_fitting(Options(model=model), MENU), "a fox")
    sent = forms.values(submitted(forms.view(asked, PLACE, "en")))
    assert sent == {field.name: field.value for field in asked.fields}


def test_every_option_comes_back_as_it_was_entered() -> None:
    asked = form.build(MENU, FULL, "a fox")
    sent = forms.values(submitted(forms.view(asked, PLACE, "ja")))
    said, misfits = form.answers(sent, MENU)
    assert misfits == ()
    kept = (said.size, said.quality, said.format, said.compression, said.n, said.private)
    assert kept == ("1024x1024", "high", "jpeg", 80, 2, True)


@given(st.text(min_size=1, max_size=2000).filter(str.strip))
def test_any_prompt_comes_back_whole(prompt: str) -> None:
    asked = form.build(MENU, Options(), prompt)
    assert forms.values(submitted(forms.view(asked, PLACE, "en")))["prompt"] == asked.fields[0].value


def test_the_form_knows_where_it_was_opened_and_whose_draft_it_is() -> None:
    asked = form.build(MENU, Options(), "a fox", draft=JobId("k3f9abcdefghijkl"))
    carried = json.loads(forms.view(asked, PLACE, "en")["private_metadata"])
    assert carried == {**json.loads(PLACE), "draft": "k3f9abcdefghijkl"}


def test_a_fault_stands_under_its_own_field() -> None:
    view = forms.view(form.build(MENU, Options(), ""), PLACE, "en")
    answer = forms.faults(
        {"prompt": Text(key="form.no_prompt"), "size": Text(key="form.no_prompt")}, view, "en"
    )
    assert answer["response_action"] == "errors"
    assert set(answer["errors"]) <= {block["block_id"] for block in view["blocks"]}
    assert len(answer["errors"]) == 2


def test_a_given_text_file_is_named_and_no_field() -> None:
    view = submitted(forms.view(form.build(MENU, Options(), "a fox"), PLACE, "en"))
    assert forms.file_url(view) == ""
    file = {"url_private": "https://files.slack.com/a", "url_private_download": "https://files.slack.com/b"}
    view["state"]["values"]["text_file"]["value"]["files"] = [file]
    assert forms.file_url(view) == "https://files.slack.com/b"
    assert "text_file" not in forms.values(view)
