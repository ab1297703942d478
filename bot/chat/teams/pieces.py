"""The elements that Teams' cards are built of: words, pictures, buttons and their questions. Pure."""

from collections.abc import Sequence
from typing import Any

from bot.chat import wording
from bot.chat.wording import spoken
from bot.types import Action, Button

Card = dict[str, Any]
Element = dict[str, Any]

_IN_SIGHT = 6
"""Buttons that Teams draws; the others stand behind three dots."""

_DANGEROUS = frozenset({Action.DELETE, Action.CANCEL})
_ALWAYS_ASKED = frozenset({Action.FORGET})
"""Also under a private note, which only its person sees."""
_WANTED = frozenset({Action.RUN, Action.PAINT, Action.RETRY, Action.SHARE})
_DIALOGS = frozenset({Action.EDIT, Action.CHANGE, Action.REGION, Action.EXTEND, Action.ROLES})
"""Buttons that are answered with a form; Teams has to be told so beforehand."""


def card(body: Sequence[Element], actions: Sequence[Element] = ()) -> Card:
    """A whole card; 1.5 is the newest version that Teams draws everywhere."""
    made: Card = {
        "$schema": "https://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "msteams": {"width": "Full"},
        "body": list(body),
    }
    return {**made, "actions": list(actions)} if actions else made


def words(text: str, **style: str) -> Element:
    """Words as they are, never as markup; what our sentences put between backticks looks like code."""
    runs = []
    for number, part in enumerate(text.split("`") if text.count("`") % 2 == 0 else [text]):
        if part:
            runs.append(_run(part, **style, **({"fontType": "Monospace"} if number % 2 else {})))
    return {"type": "RichTextBlock", "inlines": runs or [_run("…", **style)]}


def literal(text: str, **style: Any) -> Element:
    """A person's words, backticks and all."""
    return {"type": "RichTextBlock", "inlines": [_run(text, **style)]}


def _run(text: str, **style: Any) -> Element:
    return {"type": "TextRun", "text": text, **style}


def small(text: str) -> Element:
    """A line of small print."""
    return literal(text, size="Small", isSubtle=True)


def image(url: str, alt: str, opens: str = "") -> Element:
    """A picture by its address; ``opens``: where a click on it leads."""
    drawn: Element = {
        "type": "Image",
        "url": url,
        "altText": alt,
        "size": "Stretch",
        "msTeams": {"allowExpand": True},
    }
    return {**drawn, "selectAction": {"type": "Action.OpenUrl", "url": opens}} if opens else drawn


def actions(buttons: list[Button], locale: str, *, private: bool = False) -> list[Element]:
    """Buttons in a row; ``private``: under a private note."""
    row = [_button(one, locale, wording.which(one, buttons), private=private) for one in buttons]
    return fitting(row)


def fitting(drawn: list[Element]) -> list[Element]:
    """What is too much stands behind three dots; a button that unfolds a question cannot stand there."""
    room = _IN_SIGHT - sum(_unfolds(one) for one in drawn)
    placed = []
    for one in drawn:
        if not _unfolds(one):
            room -= 1
            one = {**one, "mode": "primary" if room >= 0 else "secondary"}
        placed.append(one)
    return placed


def _unfolds(action: Element) -> bool:
    return bool(action["type"] == "Action.ToggleVisibility")


def _button(button: Button, locale: str, one_of: str, *, private: bool) -> Element:
    """``one_of``: several of one kind stand side by side, so each says which it is."""
    label = spoken(f"button.{button.action.value}", locale)
    title = f"{label} {one_of}" if one_of else label
    if button.url:
        return {"type": "Action.OpenUrl", "title": title, "url": button.url}
    data = _data(button, private=private)
    if button.action in _DIALOGS:
        return dialog(title, data)
    if _is_asked(button, private=private):
        return _unfolding(title, button)
    return execute(title, data, style="positive" if button.action in _WANTED else "")


def _data(button: Button, *, private: bool) -> dict[str, Any]:
    """What a press brings back."""
    data: dict[str, Any] = {"action": button.action.value, "job": button.job, "choice": button.choice}
    return {**data, "private": True} if private else data


def _is_asked(button: Button, *, private: bool) -> bool:
    """Whether a press asks back before anything is done."""
    return button.action in _ALWAYS_ASKED or (button.action in _DANGEROUS and not private)


def execute(title: str, data: dict[str, Any], style: str = "") -> Element:
    """A press that Teams answers for without a new message; older clients send one instead."""
    look = {"style": style} if style else {}
    return {
        "type": "Action.Execute",
        "title": title,
        "verb": str(data.get("action", "")),
        "data": data,
        **look,
        "fallback": {"type": "Action.Submit", "title": title, "data": data, **look},
    }


def dialog(title: str, data: dict[str, Any]) -> Element:
    """A press that opens a form."""
    return {"type": "Action.Submit", "title": title, "data": {**data, "msteams": {"type": "task/fetch"}}}


def questions(buttons: Sequence[Button], locale: str, *, private: bool = False) -> list[Element]:
    """Teams asks nothing back by itself: what each dangerous button unfolds, and folds away again."""
    return [_question(one, locale, private=private) for one in buttons if _is_asked(one, private=private)]


def _question(button: Button, locale: str, *, private: bool) -> Element:
    name = button.action.value
    yes = execute(spoken(f"confirm.{name}_yes", locale), _data(button, private=private), style="destructive")
    no = _unfolding(spoken("confirm.no", locale), button)
    asked = [
        words(spoken(f"confirm.{name}_title", locale), weight="Bolder"),
        words(spoken(f"confirm.{name}_text", locale)),
        {"type": "ActionSet", "actions": [yes, no]},
    ]
    return {
        "type": "Container",
        "id": _question_id(button),
        "isVisible": False,
        "style": "emphasis",
        "items": asked,
    }


def _unfolding(title: str, button: Button) -> Element:
    """Shows the question of a button, or hides it where it is shown."""
    target = _question_id(button)
    return {"type": "Action.ToggleVisibility", "title": title, "targetElements": [target]}


def _question_id(button: Button) -> str:
    return f"ask-{button.action.value}-{button.job}"
