"""From what somebody typed to the plan for it."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import line, understand
from bot.commands.options import ROWS
from bot.commands.plan import Ask, Newest, Paint, Press, Say, ShowForm, ShowStatus
from bot.providers import Menu, pricing
from bot.types import Action, Command, FormWanted, ImageRequest, JobId, MessageId, Options, Pressed, Text
from tests.unit.asking import (
    MENU,
    OPTIONS,
    PROMPTS,
    asked,
    command,
    incoming,
    offer,
    painted,
    speaks,
    told,
    words,
)


def actions(plan: Ask) -> list[Action]:
    return [button.action for button in plan.note.buttons]


def test_a_prompt_with_options_is_painted() -> None:
    request = painted("a red fox reading a newspaper --ar 16:9")
    assert request == ImageRequest(
        prompt="a red fox reading a newspaper",
        options=Options(ar="16:9", size="1536x864"),
        prompts=("a red fox reading a newspaper",),
    )


@pytest.mark.parametrize(
    "text",
    [
        "help me draw a cat",
        "status symbol watch",
        "list of birds",
        "help size of a cat",
        "-- help",
        "helpful cat",
    ],
)
def test_a_prompt_may_begin_like_a_command_word(text: str) -> None:
    assert painted(text).prompt == text.removeprefix("-- ")


@pytest.mark.parametrize("text", ["help", "HELP", "--help", "?", "ヘルプ", "使い方", " help! "])
def test_help_is_complete(text: str) -> None:
    plan = command(text)
    assert isinstance(plan, Say)
    shown = told(plan)
    assert all(f"--{row.flags[0]}" in shown for row in ROWS)
    assert all(one.name in shown for one in MENU.offers)
    assert "auto, low, medium, high, xhigh, max" in shown
    assert "{red,blue}" in shown
    assert "/imagine status" in shown
    assert all(speaks(one) for one in plan.note.lines)


def test_help_says_what_the_default_model_cannot_do() -> None:
    shown = told(command("help", Menu(offers=(offer("dall-e-3"),))))
    assert "dall-e-3 does not take this one" in shown
    assert "1792x1024" in shown


@pytest.mark.parametrize(
    "text",
    ["help gpt-image-1.5", "help GPT-Image-1.5", "help --model gpt-image-1.5", "ヘルプ —m gpt-image-1.5"],
)
def test_help_says_what_another_model_can_do(text: str) -> None:
    shown = told(command(text))
    assert "what the model gpt-image-1.5 can do" in shown
    assert "`--quality, -q`: auto, low, medium, high." in shown


@pytest.mark.parametrize("text", ["help --quality low", "help --model nobody", "help me", "--help --n 2"])
def test_help_with_options_is_no_picture_of_the_word(text: str) -> None:
    assert "what the model gpt-image-2.6-sunburst can do" in told(command(text))


@pytest.mark.parametrize("prompt", ["help", "help gpt-image-1.5", "help me"])
def test_a_picture_of_the_word_can_be_asked_for_again(prompt: str) -> None:
    request = painted(f"--quality low -- {prompt}")
    assert painted(line.join(request)) == request


@pytest.mark.parametrize("text", ["help size", "help --size", "ヘルプ -s"])
def test_help_explains_one_option(text: str) -> None:
    shown = told(command(text))
    assert "--size" in shown
    assert "--quality" not in shown


@pytest.mark.parametrize("text", ["status", "Status", "状態"])
def test_status_is_asked_for_in_two_languages(text: str) -> None:
    assert command(text) == ShowStatus()
    assert words(text) == ShowStatus()


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_the_command_alone_opens_the_form(text: str) -> None:
    plan = command(text)
    assert isinstance(plan, ShowForm)
    assert plan == understand(incoming(FormWanted()), MENU)


def test_options_alone_open_the_form_with_them() -> None:
    plan = command("--quality high --n 2")
    assert isinstance(plan, ShowForm)
    values = {field.name: field.value for field in plan.form.fields}
    assert (values["quality"], values["n"]) == ("high", "2")


def test_a_mistake_without_a_prompt_is_only_told() -> None:
    plan = command("--sieze 1024x1024")
    assert isinstance(plan, Say)
    assert plan.note.text.key == "refuse.no_prompt"
    assert "--size" in told(plan)


def test_an_unknown_option_keeps_the_prompt_and_offers_to_run_without() -> None:
    plan = asked("a fox --szie 1024x1024 in snow --n 2")
    assert plan.request.prompt == "a fox in snow"
    assert plan.request.options == Options(n=2)
    assert plan.note.quote == "/imagine a fox --szie 1024x1024 in snow --n 2"
    assert actions(plan) == [Action.RUN, Action.EDIT]
    assert {button.job for button in plan.note.buttons} == {JobId("")}
    assert told(plan).startswith("There is no option `--szie`. Did you mean `--size`?")
    assert "`--n 2`" in told(plan)


def test_every_mistake_is_told_at_once() -> None:
    shown = told(asked("a fox --foo --quality ultra --size 1000x1000"))
    assert all(word in shown for word in ("--foo", "ultra", "1008x1008"))


def test_permutations_ask_first_and_run_as_one_request() -> None:
    plan = asked("{red,blue} fox {in snow,at sea} --quality low")
    assert len(plan.request.prompts) == 4
    assert plan.request.prompt == "{red,blue} fox {in snow,at sea}"
    cost = pricing.estimate(plan.request, MENU.default)
    assert cost is not None
    assert (plan.note.text.key, plan.note.text.values) == (
        "ask.pictures",
        {"count": 4, "cost": f"{cost:.2f}"},
    )
    assert actions(plan) == [Action.RUN, Action.EDIT]


def test_a_bill_whose_quality_the_model_chooses_is_the_most_it_can_be() -> None:
    plan = asked("{red,blue} fox")
    cost = pricing.estimate(plan.request, MENU.default)
    assert plan.note.text == Text(key="ask.pictures_at_most", values={"count": 2, "cost": f"{cost:.2f}"})
    assert asked("{red,blue} fox --model dall-e-3").note.text.key == "ask.pictures"


def test_a_bill_without_prices_says_so() -> None:
    free = offer("gpt-image-2")
    free = replace(free, card=replace(free.card, prices=None))
    plan = command("{red,blue} fox", Menu(offers=(free,)))
    assert isinstance(plan, Ask)
    assert plan.note.text.key == "ask.pictures_unpriced"


def test_a_bill_is_never_told_as_nothing() -> None:
    cheap = offer("gpt-image-2")
    prices = replace(cheap.card.prices, out=Decimal("0.0001")) if cheap.card.prices else None
    plan = command("{red,blue} fox", Menu(offers=(replace(cheap, card=replace(cheap.card, prices=prices)),)))
    assert "$0.01" in told(plan)


def test_more_than_ten_permutations_are_refused_with_their_number() -> None:
    plan = asked("{a,b,c} {1,2,3,4}")
    assert (plan.note.text.key, plan.note.text.values["count"]) == ("refuse.too_many_prompts", 12)
    assert actions(plan) == [Action.EDIT]


def test_more_permutations_than_can_be_told_are_refused_all_the_same() -> None:
    plan = asked("{a,b,c}" * 5000)
    assert plan.note.text.key == "refuse.far_too_many_prompts"
    assert speaks(plan.note.text)


def test_permutations_times_n_are_at_most_ten() -> None:
    plan = asked("{red,blue} {fox,hen} --n 3")
    assert plan.note.text.key == "refuse.too_many_pictures"
    assert plan.request.options.n == 2
    assert "8 pictures" in told(plan)


def test_n_alone_needs_no_asking() -> None:
    assert painted("a fox --n 10").options.n == 10


def test_a_prompt_that_is_too_long_is_refused_whole() -> None:
    plan = asked("x" * 33_000)
    assert plan.note.text.key == "refuse.too_long"
    assert (actions(plan), len(plan.request.prompt)) == ([Action.EDIT], 33_000)
    assert len(painted("x" * 32_000).prompts[0]) == 32_000


def test_what_slack_escaped_is_painted_as_typed() -> None:
    assert painted("salt &amp; <@U1|ann> &lt;3\nbelow").prompt == "salt & @ann <3\nbelow"


def test_a_button_is_handed_on() -> None:
    pressed = Pressed(action=Action.AGAIN, job=JobId("k3f9"), message=MessageId("1.2"))
    assert understand(incoming(pressed), MENU) == Press(pressed=pressed)


@pytest.mark.parametrize(
    "text",
    [
        "What can you do?",
        "how does this work?",
        "Who are you?",
        "how do I use this",
        "Hello, what can you do?",
        "使い方は?",
        "何ができますか？",
        "こんにちは！使い方を教えてください。",
        "help",
        "ヘルプ",
    ],
)
def test_a_question_about_the_bot_in_a_dm_gets_help_and_no_bill(text: str) -> None:
    plan = words(text)
    assert isinstance(plan, Say)
    assert "--size" in told(plan)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("hello", "greeting.hello"),
        ("Hi there!", "greeting.hello"),
        ("hey 👋", "greeting.hello"),
        ("Good morning.", "greeting.hello"),
        ("hi! how are you?", "greeting.hello"),
        ("😀", "greeting.hello"),
        ("👍", "greeting.hello"),
        (":+1::skin-tone-3:", "greeting.hello"),
        ("Hey there :wave:", "greeting.hello"),
        (":wave: hi, thanks! 🎉", "greeting.thanks"),
        ("こんにちは！", "greeting.hello"),
        ("thanks a lot", "greeting.thanks"),
        ("Thank you!!", "greeting.thanks"),
        ("ok", "greeting.thanks"),
        ("ありがとうございます", "greeting.thanks"),
        ("お疲れ様です", "greeting.thanks"),
    ],
)
def test_small_talk_in_a_dm_gets_a_short_answer_with_an_example(text: str, key: str) -> None:
    plan = words(text)
    assert isinstance(plan, Say)
    assert plan.note.text.key == key
    assert [line.key for line in plan.note.lines] == ["help.usage", "help.more"]


@pytest.mark.parametrize("text", ["settings", "設定", "options"])
def test_settings_are_said_to_be_options_and_not_painted(text: str) -> None:
    for plan in (command(text), words(text)):
        assert isinstance(plan, Say)
        assert plan.note.text.key == "say.settings"


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("undo", Action.UNDO),
        ("go back", Action.UNDO),
        ("元に戻して", Action.UNDO),
        ("again", Action.AGAIN),
        ("Again!", Action.AGAIN),
        ("もう一度", Action.AGAIN),
    ],
)
def test_a_button_in_words_is_of_the_newest_picture(text: str, action: Action) -> None:
    assert command(text) == words(text) == Newest(action=action)


@pytest.mark.parametrize(
    "text", ['"undo"', "“again”", "「もう一度」", "undo button in neon", '"cancel" in neon']
)
def test_such_words_in_quotes_or_among_others_are_a_prompt(text: str) -> None:
    assert painted(text).prompt in (text, text[1:-1])


@pytest.mark.parametrize("text", ["cancel", "stop it!", "Delete this please", "中止", "止めてください"])
def test_words_that_end_something_are_no_prompt(text: str) -> None:
    for plan in (words(text), command(text)):
        assert isinstance(plan, Say)
        assert plan.note.text.key == "say.buttons"


@pytest.mark.parametrize(
    "text", ["what is the weather today?", "Is the moon big?", "今日の天気は何ですか", "東京はどこですか？"]
)
def test_another_question_in_a_dm_is_painted_only_on_demand(text: str) -> None:
    plan = words(text)
    assert isinstance(plan, Ask)
    assert plan.note.text.key == "greeting.question"
    assert "/imagine" in told(plan)
    assert (plan.request.prompt, plan.note.quote) == (text, text)
    assert actions(plan) == [Action.RUN, Action.EDIT]


def test_a_question_with_a_mistake_keeps_both() -> None:
    plan = words("what is the moon --foo ?")
    assert isinstance(plan, Ask)
    assert "--foo" in told(plan)


@pytest.mark.parametrize(
    "text",
    [
        "a red fox",
        "hello kitty",
        "thanks giving dinner",
        "can you draw a cat?",
        "could you make a picture of the sea?",
        "猫を描いてくれますか？",
        "a sign that asks why?",
        "hello, a red fox",
        "what a beautiful day",
        "good morning coffee",
        "stop sign",
        "delete the hat",
    ],
)
def test_a_prompt_in_a_dm_is_painted(text: str) -> None:
    plan = words(text)
    assert isinstance(plan, Paint)
    assert plan.request.prompt == text


def test_a_greeting_after_the_command_is_a_prompt() -> None:
    assert painted("hello").prompt == "hello"


@given(st.text(max_size=150) | PROMPTS)
def test_any_text_gets_a_plan_and_every_plan_can_be_said(text: str) -> None:
    for plan in (command(text), words(text)):
        if isinstance(plan, Ask | Say):
            assert all(speaks(one) for one in (plan.note.text, *plan.note.lines))


@given(PROMPTS, OPTIONS)
def test_copying_the_command_of_a_request_asks_for_the_same(prompt: str, said: Options) -> None:
    written = line.join(ImageRequest(prompt=prompt, options=said, prompts=(prompt,)))
    first = line.split(written)
    plan = understand(incoming(Command(text=written.replace("&", "&amp;").replace("<", "&lt;"))), MENU)
    assert isinstance(plan, Paint | Ask)
    assert plan.request.prompt == first.prompt == prompt
    again = line.join(plan.request)
    second = understand(incoming(Command(text=again.replace("&", "&amp;").replace("<", "&lt;"))), MENU)
    assert isinstance(second, Paint | Ask)
    assert second.request == plan.request
