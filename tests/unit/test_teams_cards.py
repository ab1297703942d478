"""Whatever a job's message, a private note or a form holds, Teams accepts it, in every language."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.teams import cards, forms
from bot.chat.teams.cards import OWN_WORDS
from bot.commands import form
from bot.playground.teams.rules import refusal
from bot.playground.teams.state import ADAPTIVE, parts, words_in
from bot.providers import catalogue
from bot.settings import Settings
from bot.text import LANGUAGES, phrases
from bot.types import (
    Action,
    Button,
    Face,
    FileId,
    Illustration,
    Job,
    JobId,
    Note,
    Options,
    Post,
    Queued,
    Role,
    Text,
)
from tests.unit.test_slack_cards import ODD, composed, faces, finished, job

MENU = catalogue.menu(Settings(_env_file=None).model_copy(update={"openai_api_key": "sk-1"}))
LOOK = cards.Look(link=lambda key: f"https://bot.example.com/images/{key}", person="Ann Archer")
Card = dict[str, Any]


def taken(card: Card) -> Card:
    """The card, once Teams has taken it."""
    activity = {"type": "message", "attachments": [{"contentType": ADAPTIVE, "content": card}]}
    assert refusal(activity) is None
    return card


def drawn(job: Job, face: Face, role: Role = Role.RESULT) -> Card:
    post = Post(job=job, role=role, face=face)
    assert 0 < len(cards.summary(post)) <= 1200
    return taken(cards.draw(post, LOOK))


def actions(card: Card) -> list[Card]:
    found: list[Card] = card.get("actions", [])
    return found


def names(card: Card) -> list[str]:
    """The buttons that send something, by what they send."""
    return [one["data"]["action"] for one in actions(card) if "data" in one]


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("prompt", ODD, ids=range(len(ODD)))
def test_teams_accepts_every_face_of_a_message(prompt: str, locale: str) -> None:
    for count in (1, 10):
        for private in (False, True):
            for face in faces(prompt):
                drawn(job(prompt, locale, count=count, private=private), face)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_message_fits_the_oldest_limit_of_teams(locale: str) -> None:
    prompt, look = "漢" * 4000, replace(LOOK, link=lambda _: "https://bot.example.com/images/" + "x" * 160)
    for face in faces(prompt):
        post = Post(job=job(prompt, locale, count=10, private=True), role=Role.RESULT, face=face)
        assert len(json.dumps(cards.draw(post, look), ensure_ascii=False).encode()) < 28_000
    for page in cards.note(note(quote=prompt * 5), locale, look.link):
        assert len(json.dumps(page, ensure_ascii=False).encode()) < 28_000


@given(st.text(min_size=1, max_size=4000))
def test_a_persons_words_stay_words(prompt: str) -> None:
    card = drawn(job(prompt), finished(prompt))
    assert [one["type"] for one in parts(card) if one.get("type") == "TextBlock"] == []


def test_a_message_is_accepted_by_its_own_content_and_not_by_a_lenient_check() -> None:
    look = replace(LOOK, link=lambda key: f"data:image/png;base64,{key}")
    card = cards.draw(Post(job=job("a fox"), role=Role.RESULT, face=finished("a fox")), look)
    activity = {"type": "message", "attachments": [{"contentType": ADAPTIVE, "content": card}]}
    assert refusal(activity) == (400, "BadArgument")


def test_a_picture_is_shown_small_and_opens_whole() -> None:
    card = drawn(job("a fox"), finished("a fox"))
    [image] = [one for one in parts(card) if one.get("type") == "Image"]
    assert image["url"].endswith("/images/F000000000")
    assert image["selectAction"]["url"].endswith("/images/b")
    assert image["altText"] == "AI-generated image: a fox"
    assert actions(card)[0] == {
        "type": "Action.OpenUrl",
        "title": "Full size",
        "url": "https://bot.example.com/images/b",
        "mode": "primary",
    }


def test_no_more_than_six_buttons_are_in_sight_and_delete_is_one_of_them() -> None:
    card = drawn(job("a fox " * 100, private=True), finished("a fox"))
    seen = [one for one in actions(card) if one.get("mode") != "secondary"]
    assert len(seen) == 6
    assert [one["title"] for one in seen if one["type"] == "Action.ToggleVisibility"] == ["Delete"]


def questions(card: Card) -> list[Card]:
    """What is folded away in a card."""
    return [one for one in card["body"] if one.get("isVisible") is False]


@pytest.mark.parametrize("face", [Queued(), finished("a fox")], ids=["cancel", "delete"])
def test_what_is_asked_before_something_ends_can_be_folded_away_again(face: Face) -> None:
    card = drawn(job("a fox"), face)
    [question] = questions(card)
    yes, no = question["items"][-1]["actions"]
    [opens] = [one for one in actions(card) if one["type"] == "Action.ToggleVisibility"]
    assert yes["style"] == "destructive"
    assert (no["type"], no["title"]) == ("Action.ToggleVisibility", "Keep it")
    assert no["targetElements"] == opens["targetElements"] == [question["id"]]


def test_forget_me_is_asked_twice() -> None:
    button = Button(action=Action.FORGET, job=JobId("me"))
    [page] = cards.note(note(buttons=(button,)), "en", LOOK.link)
    [question] = questions(taken(page))
    assert "This cannot be undone." in " ".join(words_in(question))
    assert names(page) == []
    [yes, _] = question["items"][-1]["actions"]
    assert yes["data"] == {"action": "forget", "job": "me", "choice": 0, "private": True}


def test_backticks_in_a_prompt_are_shown_as_they_were_typed() -> None:
    assert words_in(drawn(job("run `rm -rf`"), finished("a fox")))[0] == "run `rm -rf`"


def test_a_button_carries_its_action_its_job_and_its_choice() -> None:
    wanted = job("a fox")
    for button in parts(drawn(wanted, finished("a fox"))):
        if button.get("type") == "Action.Execute":
            assert set(button["data"]) == {"action", "job", "choice"}
            assert button["data"]["job"] == wanted.id
            assert button["fallback"]["data"] == button["data"]


def test_a_button_that_opens_a_form_says_so_beforehand() -> None:
    for button in actions(drawn(job("a fox"), finished("a fox"))):
        data = button.get("data", {})
        opens = data.get("action") in {"edit", "change", "region", "extend", "roles"}
        assert ("msteams" in data) == opens


def test_the_originals_need_no_button() -> None:
    assert "original" not in names(drawn(job("a fox"), finished("a fox")))
    card = drawn(job("a fox"), composed())
    [file] = [one for one in actions(card) if one["title"] == "The model's own file"]
    assert file["url"].endswith("/images/m")


def test_alone_with_the_bot_nobody_needs_to_be_named() -> None:
    post = Post(job=job("a fox"), role=Role.RESULT, face=Queued())
    assert "Ann Archer" in " ".join(words_in(cards.draw(post, LOOK)))
    assert "Ann Archer" not in " ".join(words_in(cards.draw(post, replace(LOOK, person=""))))


# -- notes


def note(**values: Any) -> Note:
    return Note(**({"text": Text(key="say.prompt")} | values))


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("quote", ODD, ids=range(len(ODD)))
def test_teams_accepts_a_note_with_any_words_whole(quote: str, locale: str) -> None:
    pages = [taken(page) for page in cards.note(note(quote=quote), locale, LOOK.link)]
    said = "".join("".join(words_in(page)) for page in pages)
    assert quote in said


def test_a_notes_buttons_and_pictures_are_there_once() -> None:
    buttons = tuple(Button(action=Action.CHOOSE, job=JobId("k3f9"), choice=number) for number in range(3))
    pictures = (Illustration(file=FileId("F1"), alt=Text(key="card.preview_alt")),)
    pages = cards.note(note(quote="x" * 20_000, buttons=buttons, pictures=pictures), "en", LOOK.link)
    assert len(pages) > 1
    titles = [one["title"] for page in pages for one in actions(taken(page))]
    assert titles == ["This one 1", "This one 2", "This one 3"]
    assert all(one["data"]["private"] for one in actions(pages[-1]))
    assert len([one for page in pages for one in parts(page) if one.get("type") == "Image"]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_in_teams_that_only_slack_has(language: str) -> None:
    # An app that workspaces install is Slack's alone, and so is a question over a private note's button; the
    # page at the bot's address is for both.
    elsewhere = {"say.not_installed", "confirm.forget_text"}
    own = [key for key in phrases(language) if not key.startswith("about.")]
    said = {key: phrases(language)[OWN_WORDS.get(key, key)] for key in own}
    foreign = "Slack|/invite|`/imagine|direct message|ダイレクトメッセージ|workspace|ワークスペース"
    strange = re.compile(rf"{foreign}|[*][^ *]+[*]", re.IGNORECASE)
    assert sorted({key for key, words in said.items() if strange.search(words)} - elsewhere) == []


# -- forms


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("model", [offer.name for offer in MENU.offers])
def test_teams_accepts_every_models_form(model: str, locale: str) -> None:
    look = forms.Look(locale=locale, link=LOOK.link)
    built = form.build(MENU, Options(model=model), "a fox", draft=JobId("k3f9"))
    opened = forms.dialog(built, "s1", look)["task"]["value"]
    card = taken(opened["card"]["content"])
    asked = [one["id"] for one in parts(card) if "id" in one]
    assert asked == [field.name for field in built.fields]
    assert {one["data"]["draft"] for one in actions(card)} == {"k3f9"}


def test_a_number_may_be_left_out() -> None:
    """Microsoft's library sends nothing while an empty number has bounds."""
    built = form.build(MENU, Options(), "a fox")
    card = forms.sheet(built, "s1", forms.Look(locale="en", link=LOOK.link))
    numbers = [one for one in card["body"] if one["type"] == "Input.Number"]
    assert len(numbers) > 1
    assert [one for one in numbers if {"min", "max"} & set(one)] == []


def test_a_fault_stands_under_its_field() -> None:
    built = form.build(MENU, Options(), "a fox")
    faults = {"size": Text(key="form.no_prompt")}
    card = forms.sheet(built, "s1", forms.Look(locale="en", link=LOOK.link), faults)
    at = next(number for number, one in enumerate(card["body"]) if one.get("id") == "size")
    said = [words_in(one) for one in card["body"][at + 1 : at + 3]]
    assert ["Please say what to paint."] in said
