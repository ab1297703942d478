"""The form: what it shows of a request, and what its answers become."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import form, understand
from bot.commands.plan import Ask, Field, FieldKind, Form, FormFaults, Paint, Plan, ShowForm
from bot.types import FormChanged, FormSent, JobId, Options
from tests.unit.asking import MENU, OPTIONS, incoming, painted, speaks

DRAFT = JobId("k3f9k3f9k3f9k3f9")


def built(said: Options | None = None, prompt: str = "a fox") -> Form:
    return form.build(MENU, said or Options(), prompt)


def field(shown: Form, name: str) -> Field:
    return next(one for one in shown.fields if one.name == name)


def filled(shown: Form) -> dict[str, str]:
    """The answers of a person who changes nothing."""
    return {one.name: one.value for one in shown.fields if one.value}


def sent(fields: dict[str, str], draft_prompt: str = "", text_file: str = "") -> Plan:
    said = FormSent(fields=fields, draft=DRAFT if draft_prompt else None, text_file=text_file)
    return understand(incoming(said), MENU, draft_prompt)


def changed(fields: dict[str, str], draft_prompt: str = "") -> ShowForm:
    said = FormChanged(view="V1", fields=fields, draft=DRAFT if draft_prompt else None)
    plan = understand(incoming(said), MENU, draft_prompt)
    assert isinstance(plan, ShowForm)
    return plan


def test_the_form_has_every_option_of_the_model_and_no_other() -> None:
    names = [one.name for one in built().fields]
    assert names == [
        *("prompt", "size", "ar", "quality", "format", "compression", "background", "moderation"),
        *("n", "model", "complexity", "frames", "delay", "private"),
    ]
    assert [one.name for one in built(Options(model="dall-e-3")).fields] == [
        *("prompt", "size", "ar", "quality", "format", "n", "model", "private")
    ]


def test_choices_come_from_the_model_s_row() -> None:
    old = built(Options(model="gpt-image-1.5"))
    assert field(old, "size").choices == ("auto", "1024x1024", "1536x1024", "1024x1536")
    assert field(old, "ar").choices == ("1:1", "3:2", "2:3")
    assert field(old, "quality").choices == ("auto", "low", "medium", "high")
    assert field(built(), "size").kind is FieldKind.WORDS
    assert "16:9" in field(built(), "ar").choices
    assert field(built(Options(model="dall-e-3")), "n").most == 1


def test_only_a_new_model_draws_the_form_again() -> None:
    assert [one.name for one in built().fields if one.refreshes] == ["model"]
    assert field(built(), "model").value == "gpt-image-2.6-sunburst"


def test_every_label_and_hint_can_be_said() -> None:
    for one in built(prompt="x" * 4000).fields:
        assert speaks(one.label)
        assert one.hint is None or speaks(one.hint)


def test_a_form_sent_back_untouched_asks_for_the_same() -> None:
    request = painted("a fox --ar 7:5 --quality high --format webp --compression 50 --n 3 --private")
    plan = sent(filled(form.build(MENU, request.options, request.prompt)))
    assert isinstance(plan, Paint)
    assert plan.request == request


def test_a_ratio_is_shown_as_a_ratio_and_not_as_the_size_it_became() -> None:
    shown = built(painted("a fox --ar 16:9").options)
    assert (field(shown, "ar").value, field(shown, "size").value) == ("16:9", "")


def test_a_new_model_keeps_what_still_fits() -> None:
    fields = {"model": "gpt-image-2", "prompt": "a fox", "quality": "max", "n": "4", "format": "webp"}
    plan = changed(fields)
    assert plan.view == "V1"
    assert field(plan.form, "model").value == "gpt-image-2"
    kept = filled(plan.form)
    assert "quality" not in kept
    assert (kept["n"], kept["format"], kept["prompt"]) == ("4", "webp", "a fox")


def test_a_half_written_answer_does_not_stop_the_new_model() -> None:
    assert filled(changed({"model": "dall-e-3", "n": "x", "size": "huge", "ar": "9:1"}).form) == {
        "model": "dall-e-3",
        "n": "1",
    }


@pytest.mark.parametrize(
    ("fields", "faulty"),
    [
        ({}, "prompt"),
        ({"prompt": "  \x00 "}, "prompt"),
        ({"prompt": "x" * 32_001}, "prompt"),
        ({"prompt": "{a,b,c} {1,2,3,4}"}, "prompt"),
        ({"prompt": "fox", "size": "huge"}, "size"),
        ({"prompt": "fox", "size": "1000x1000"}, "size"),
        ({"prompt": "fox", "size": "1024x1024", "ar": "16:9"}, "ar"),
        ({"prompt": "fox", "n": "11"}, "n"),
        ({"prompt": "{a,b,c}", "n": "4"}, "n"),
        ({"prompt": "fox", "frames": "9"}, "frames"),
        ({"prompt": "fox", "compression": "9"}, "compression"),
        ({"prompt": "fox", "background": "transparent", "format": "jpeg"}, "background"),
        ({"prompt": "fox", "model": "dall-e-3", "quality": "max"}, "quality"),
    ],
)
def test_a_fault_is_shown_at_its_question(fields: dict[str, str], faulty: str) -> None:
    plan = sent(fields)
    assert isinstance(plan, FormFaults)
    assert list(plan.faults) == [faulty]
    assert speaks(plan.faults[faulty])


def test_permutations_in_a_form_ask_too() -> None:
    plan = sent({"prompt": "{red,blue} fox"})
    assert isinstance(plan, Ask)
    assert plan.request.prompts == ("red fox", "blue fox")


def test_words_in_a_form_are_only_words() -> None:
    plan = sent({"prompt": "--size &amp; “quotes”"})
    assert isinstance(plan, Paint)
    assert plan.request.prompt == "--size &amp; “quotes”"


def test_a_long_prompt_is_shown_in_part_and_kept_whole() -> None:
    prompt = "apples " * 2000 + "end"
    shown = form.build(MENU, Options(), prompt, draft=DRAFT)
    part = field(shown, "prompt").value
    assert 2990 < len(part) <= 3000
    assert part.endswith("apples")  # and not within one
    assert (shown.kept, shown.draft) == (len(prompt) - len(part), DRAFT)
    plan = sent(filled(shown), draft_prompt=prompt)
    assert isinstance(plan, Paint)
    assert plan.request.prompt == prompt
    edited = sent({"prompt": "new beginning"}, draft_prompt=prompt)
    assert isinstance(edited, Paint)
    assert edited.request.prompt == "new beginning" + prompt[len(part) :]
    again = changed(filled(shown), draft_prompt=prompt)
    assert (again.form.kept, again.form.draft) == (shown.kept, DRAFT)


def test_a_text_file_takes_the_place_of_the_whole_prompt() -> None:
    plan = sent({"prompt": "from the file"}, draft_prompt="x" * 4000, text_file="https://files.example/1")
    assert isinstance(plan, Paint)
    assert plan.request.prompt == "from the file"


@given(st.text(max_size=20), st.sampled_from(["🦊", "a", " ", "é", "猫 "]), st.integers(0, 4000))
def test_the_parts_of_a_prompt_are_the_prompt(start: str, filler: str, count: int) -> None:
    prompt = (start + filler * count).strip()
    shown, rest = form.parted(prompt)
    assert shown + rest == prompt
    assert len(shown.encode("utf-16-le")) // 2 <= 3000
    assert shown == shown.rstrip()


@given(OPTIONS)
def test_a_form_can_be_drawn_for_any_options(said: Options) -> None:
    for one in built(said).fields:
        assert one.kind is not FieldKind.CHOICE or one.value in ("", *one.choices)
