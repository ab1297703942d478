"""A form as Slack's view and back: nothing is lost on the way, and Slack accepts every one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.slack import forms
from bot.chat.slack.incoming import place_json
from bot.commands import form
from bot.commands.plan import Field, FieldKind, Form
from bot.playground.slack import blocks as block_kit
from bot.text import LANGUAGES
from bot.types import FileId, FormKind, JobId, Options, Text
from tests.unit.asking import GENERAL, MENU

FULL = Options(size="1024x1024", quality="high", format="jpeg", compression=80, n=2, private=True)
PLACE = place_json(GENERAL)


def submitted(view: dict[str, Any]) -> dict[str, Any]:
    """What Slack sends when the form is sent as it was opened."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        kind = element["type"]
        entered: dict[str, Any] = {"type": kind}
        if kind == "static_select":
            entered["selected_option"] = element.get("initial_option")
        elif kind in ("checkboxes", "multi_static_select"):
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
    assert carried == {**json.loads(PLACE), "draft": "k3f9abcdefghijkl", "choice": 0}


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
    file = {"id": "F1", "url_private": "https://files.slack.com/a"}
    file["url_private_download"] = "https://files.slack.com/b"
    view["state"]["values"]["text_file"]["value"]["files"] = [file]
    assert forms.file_url(view) == "https://files.slack.com/b"
    assert "text_file" not in forms.values(view)


def about_a_picture(kind: FormKind, picture: FileId | None = None, choices: int = 3) -> Form:
    """A form with every kind of field that options do not have."""
    label = Text(key="form.prompt")
    names = tuple(f"zone{number}" for number in range(choices))
    return Form(
        kind=kind,
        picture=picture,
        draft=JobId("k3f9abcdefghijkl"),
        choice=2,
        fields=(
            Field(name="shown", kind=FieldKind.PICTURE, label=label),
            Field(name="prompt", kind=FieldKind.WORDS, label=label, most=3000),
            Field(name="zones", kind=FieldKind.CHOICES, label=label, value="zone0,zone2", choices=names),
            Field(name="preview", kind=FieldKind.ACTION, label=Text(key="button.adjust")),
            Field(name="page", kind=FieldKind.ACTION, label=label, url="https://bot.example.com/paint"),
            Field(name="files", kind=FieldKind.FILES, label=label),
        ),
    )


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("picture", [None, FileId("F000000001")])
@pytest.mark.parametrize("kind", FormKind)
def test_slack_accepts_forms_about_a_picture(kind: FormKind, picture: FileId | None, locale: str) -> None:
    view = forms.view(about_a_picture(kind, picture), PLACE, locale)
    assert block_kit.view_faults(view, lambda _: True) == []
    assert forms.kind_of(view) is kind


def test_only_the_form_for_new_pictures_takes_a_text_file() -> None:
    with_it = [
        kind for kind in FormKind if "text_file" in str(forms.view(about_a_picture(kind), PLACE, "en"))
    ]
    assert with_it == [FormKind.IMAGINE]


def test_another_app_has_forms_too() -> None:
    assert forms.kind_of({"callback_id": "poll"}) is None


def test_a_picture_that_is_not_there_yet_is_said_to_be_on_its_way() -> None:
    drawing = forms.view(about_a_picture(FormKind.REGION), PLACE, "en")
    there = forms.view(about_a_picture(FormKind.REGION, FileId("F000000001")), PLACE, "en")
    assert "drawing" in drawing["blocks"][0]["text"]["text"]
    assert there["blocks"][0]["slack_file"] == {"id": "F000000001"}


@pytest.mark.parametrize("choices", [3, 10, 11])
def test_several_choices_come_back_as_a_list(choices: int) -> None:
    view = submitted(forms.view(about_a_picture(FormKind.REGION, choices=choices), PLACE, "en"))
    assert block_kit.view_faults({**view, "state": None}, lambda _: True) == []
    assert forms.values(view) == {"prompt": "", "zones": "zone0,zone2"}


def test_choices_have_names_in_the_persons_language_and_values_that_stay() -> None:
    words = (Text(key="button.undo"), Text(key="button.again"))
    field = Field(
        name="z",
        kind=FieldKind.CHOICES,
        label=words[0],
        choices=("undo", "again"),
        words=words,
        value="again",
    )
    view = forms.view(Form(kind=FormKind.REGION, fields=(field,)), PLACE, "ja")
    assert "もう一度" in str(view["blocks"])
    assert forms.values(submitted(view)) == {"z": "again"}


def test_pictures_given_in_a_form_are_no_fields() -> None:
    view = submitted(forms.view(about_a_picture(FormKind.EDIT), PLACE, "en"))
    file = {"id": "F1", "name": "a.png", "url_private": "https://files.slack.com/a"}
    view["state"]["values"]["files"]["value"]["files"] = [file, file | {"id": "F2"}]
    assert [one.file for one in forms.given(view)] == ["F1", "F2"]
    assert "files" not in forms.values(view)


def test_a_form_keeps_what_was_entered_when_it_is_drawn_again_with_a_picture() -> None:
    before = forms.view(about_a_picture(FormKind.REGION), PLACE, "en")
    after = forms.view(about_a_picture(FormKind.REGION, FileId("F000000001")), PLACE, "en")
    inputs = [[b["block_id"] for b in view["blocks"] if b["type"] == "input"] for view in (before, after)]
    assert inputs[0] == inputs[1] == ["prompt", "zones", "files"]
