"""A ``Form`` as a dialog's Adaptive Card: one input for each field, named by the option. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from bot.chat.teams.cards import Link
from bot.chat.teams.pieces import Card, Element, card, words
from bot.chat.wording import FORM_SUBMITS, FORM_TITLES, spoken
from bot.commands.plan import Field, FieldKind, Form
from bot.text import say
from bot.types import Text

_HEIGHT, _WIDTH = "large", "medium"


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What a dialog needs beside its form."""

    locale: str
    link: Link


def dialog(form: Form, name: str, look: Look, faults: Mapping[str, Text] | None = None) -> dict[str, Any]:
    """What Teams opens or draws again."""
    value = {
        "title": spoken(FORM_TITLES[form.kind], look.locale),
        "height": _HEIGHT,
        "width": _WIDTH,
        "card": {
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": sheet(form, name, look, faults),
        },
    }
    return {"task": {"type": "continue", "value": value}}


def message(said: str) -> dict[str, Any]:
    """What Teams shows in a dialog's place; an empty one closes it."""
    return {"task": {"type": "message", "value": said}}


def sheet(form: Form, name: str, look: Look, faults: Mapping[str, Text] | None = None) -> Card:
    """The form itself; ``name`` is this one's, however often it is sent."""
    asked = [field for field in form.fields if field.kind is not FieldKind.ACTION]
    body = [one for field in asked for one in _asked(field, form, look, (faults or {}).get(field.name))]
    data = {"form": form.kind.value, "draft": form.draft, "choice": form.choice, "sheet": name}
    actions = [_submit(spoken(FORM_SUBMITS[form.kind], look.locale), data, style="positive")]
    if any(field.refreshes for field in form.fields):
        actions.append(_submit(spoken("teams.redraw", look.locale), {**data, "turn": "redraw"}))
    actions += [_press(field, data, look) for field in form.fields if field.kind is FieldKind.ACTION]
    return card(body, actions)


def _press(field: Field, data: dict[str, Any], look: Look) -> Element:
    """A button inside the form: it opens a page, or the form comes back as changed."""
    title = say(field.label, look.locale)
    if field.url:
        return {"type": "Action.OpenUrl", "title": title, "url": field.url}
    return _submit(title, {**data, "turn": "redraw", field.name: "yes"})


def _submit(title: str, data: dict[str, Any], style: str = "") -> Element:
    action: Element = {"type": "Action.Submit", "title": title, "data": data}
    return {**action, "style": style} if style else action


def _asked(field: Field, form: Form, look: Look, fault: Text | None) -> list[Element]:
    label = say(field.label, look.locale)
    if field.kind is FieldKind.FILES:
        return []  # a dialog takes no files; they are sent with a message
    if field.kind is FieldKind.PICTURE:
        return [_picture(form, label, look)]
    elements = [{**_input(field, look.locale), "id": field.name, "label": label}]
    if field.hint:
        elements.append(_hint(say(field.hint, look.locale)))
    if fault:
        elements.append(words(say(fault, look.locale), color="Attention"))
    return elements


def _picture(form: Form, label: str, look: Look) -> Element:
    if form.picture is None:
        return words(label)
    return {"type": "Image", "url": look.link(form.picture), "altText": label, "size": "Stretch"}


def _hint(text: str) -> Element:
    return {
        "type": "RichTextBlock",
        "spacing": "None",
        "inlines": [{"type": "TextRun", "text": text, "size": "Small", "isSubtle": True}],
    }


def _input(field: Field, locale: str) -> Element:
    match field.kind:
        case FieldKind.WORDS:
            return _text(field, locale)
        case FieldKind.NUMBER:
            # Without bounds: with them, Microsoft's library takes an empty field for a wrong one and sends
            # nothing (NumberInput.isValid in adaptivecards 3.0.6). What is out of them is told by the form.
            number: Element = {"type": "Input.Number"}
            return {**number, "value": int(field.value)} if field.value else number
        case FieldKind.CHOICE | FieldKind.CHOICES:
            return _choices(field, locale)
        case FieldKind.SWITCH:
            title = spoken("form.yes", locale)
            return {
                "type": "Input.Toggle",
                "title": title,
                "valueOn": "yes",
                "valueOff": "",
                "value": field.value,
            }
        case FieldKind.FILES | FieldKind.PICTURE | FieldKind.ACTION:
            return {}  # these are drawn elsewhere
    assert_never(field.kind)


def _text(field: Field, locale: str) -> Element:
    box: Element = {"type": "Input.Text", "maxLength": field.most, "value": field.value}
    if field.name != "prompt":
        return box
    asked = {"isMultiline": True, "isRequired": True, "errorMessage": spoken("form.no_prompt", locale)}
    return {**box, **asked}


def _choices(field: Field, locale: str) -> Element:
    names = [say(text, locale) for text in field.words] or list(field.choices)
    choices = [{"title": name, "value": choice} for name, choice in zip(names, field.choices, strict=True)]
    several = field.kind is FieldKind.CHOICES
    if not (field.refreshes or several):
        choices.insert(0, {"title": spoken("form.own_choice", locale), "value": ""})
    box: Element = {"type": "Input.ChoiceSet", "choices": choices, "value": field.value}
    return {**box, "isMultiSelect": True, "style": "expanded"} if several else {**box, "style": "compact"}
