"""A ``Form`` as a Slack view and back: one block for each field, named by it. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from bot.chat.slack import SHORTCUT, files
from bot.chat.wording import FORM_SUBMITS, FORM_TITLES
from bot.commands.plan import Field, FieldKind, Form
from bot.text import say
from bot.types import Attached, FormKind, Text

View = dict[str, Any]

_ELEMENT = "value"
_FILE = "text_file"
_NOT_SAID = "-"
"""A select needs a value for "the model's own choice"; no option has this one."""
_LINK = "link"
_MOST_TICKS = 10
"""Choices that stand as boxes to tick; more stand in a menu."""
_MOST_FILES = 10
_PICTURES = ["png", "jpg", "jpeg", "webp", "gif", "heic", "heif", "avif", "bmp", "tif", "tiff"]

CALLBACKS = {
    FormKind.IMAGINE: SHORTCUT,
    FormKind.EDIT: "imagine_edit_form",
    FormKind.REGION: "imagine_region",
    FormKind.EXTEND: "imagine_extend",
    FormKind.ROLES: "imagine_roles",
}


def view(form: Form, place: str, locale: str) -> View:
    """The modal; ``place`` is JSON that comes back with it."""
    carried = {**json.loads(place), "draft": form.draft, "choice": form.choice}
    model = next((field.value for field in form.fields if field.refreshes), "")
    blocks = [_block(field, form, model, locale) for field in form.fields]
    if form.kind is FormKind.IMAGINE:
        blocks.insert(1, _text_file(locale))
    return {
        "type": "modal",
        "callback_id": CALLBACKS[form.kind],
        "title": _plain(say(Text(key=FORM_TITLES[form.kind]), locale)),
        "submit": _plain(say(Text(key=FORM_SUBMITS[form.kind]), locale)),
        "close": _plain(say(Text(key="form.close"), locale)),
        "private_metadata": json.dumps(carried),
        "blocks": blocks,
    }


def kind_of(view: Mapping[str, Any]) -> FormKind | None:
    """Which of our forms it is; None for anybody else's."""
    return next((kind for kind, name in CALLBACKS.items() if name == view.get("callback_id")), None)


def faults(found: Mapping[str, Text], sent: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """The answer to a submission that cannot be taken: what is wrong, under each field."""
    blocks = {
        _name(str(block.get("block_id"))): str(block.get("block_id")) for block in sent.get("blocks", ())
    }
    errors = {blocks.get(name, name): say(text, locale) for name, text in found.items()}
    return {"response_action": "errors", "errors": errors}


def values(sent: Mapping[str, Any]) -> dict[str, str]:
    """Field name → what was entered, as the person would type it."""
    return {
        _name(block): _value(element)
        for block, element in _entered(sent)
        if element.get("type") != "file_input"
    }


def pressed(action: Mapping[str, Any]) -> dict[str, str]:
    """The field of the button that was pressed in a form; nothing where another element was changed."""
    if action.get("type") != "button":
        return {}
    return {_name(str(action.get("block_id"))): "yes"}


def opens_a_page(action: Mapping[str, Any]) -> bool:
    """Whether a button was pressed that changes nothing here."""
    return action.get("action_id") == _LINK


def given(sent: Mapping[str, Any]) -> tuple[Attached, ...]:
    """The pictures that were put into the form."""
    found = [
        one
        for block, element in _entered(sent)
        if block != _FILE
        for one in files.in_message({"files": element.get("files")})
    ]
    return tuple(found)


def file_url(sent: Mapping[str, Any]) -> str:
    """Where the text file given instead of a prompt can be fetched; empty without one."""
    for block, element in _entered(sent):
        if block == _FILE and (found := files.in_message({"files": element.get("files")})):
            return found[0].url
    return ""


def _entered(sent: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Each block and what was entered there."""
    state = (sent.get("state") or {}).get("values") or {}
    return [(block, elements.get(_ELEMENT) or {}) for block, elements in state.items()]


def _name(block: str) -> str:
    return block.split("@", maxsplit=1)[0]


def _value(element: Mapping[str, Any]) -> str:
    match element.get("type"):
        case "static_select":
            chosen = (element.get("selected_option") or {}).get("value", _NOT_SAID)
            return "" if chosen == _NOT_SAID else str(chosen)
        case "checkboxes" | "multi_static_select":
            return ",".join(str(option.get("value")) for option in element.get("selected_options") or ())
        case _:
            return str(element.get("value") or "")


def _block(field: Field, form: Form, model: str, locale: str) -> View:
    match field.kind:
        case FieldKind.PICTURE:
            return _picture(field, form, locale)
        case FieldKind.ACTION:
            return {"type": "actions", "block_id": field.name, "elements": [_button(field, locale)]}
        case FieldKind.WORDS:
            element = _words(field)
        case FieldKind.NUMBER:
            element = _number(field)
        case FieldKind.CHOICE:
            element = _select(field, locale)
        case FieldKind.CHOICES:
            element = _several(field, locale)
        case FieldKind.FILES:
            element = _files(field)
        case FieldKind.SWITCH:
            element = _switch(field, locale)
    return _input(field, element, model, locale)


def _input(field: Field, element: View, model: str, locale: str) -> View:
    # Slack keeps what was entered under the same block_id, even where the new model has no such choice.
    kept = field.refreshes or field.name == "prompt" or not model
    block: View = {
        "type": "input",
        "block_id": field.name if kept else f"{field.name}@{model}",
        "label": _plain(say(field.label, locale)),
        "element": element,
        "optional": field.name != "prompt",
    }
    if field.refreshes:
        block["dispatch_action"] = True
    if field.hint:
        block["hint"] = _plain(say(field.hint, locale))
    return block


def _picture(field: Field, form: Form, locale: str) -> View:
    if form.picture is None:
        words = say(Text(key="form.drawing"), locale)
        return {"type": "section", "block_id": field.name, "text": {"type": "mrkdwn", "text": words}}
    return {
        "type": "image",
        "block_id": f"{field.name}@{form.picture}",  # another block for another picture, as Slack asks
        "slack_file": {"id": form.picture},
        "alt_text": say(field.label, locale)[:2000],
    }


def _button(field: Field, locale: str) -> View:
    button: View = {"type": "button", "action_id": _ELEMENT, "text": _plain(say(field.label, locale)[:75])}
    return {**button, "action_id": _LINK, "url": field.url} if field.url else button


def _files(field: Field) -> View:
    most = min(field.most or _MOST_FILES, _MOST_FILES)
    return {"type": "file_input", "action_id": _ELEMENT, "filetypes": _PICTURES, "max_files": most}


def _switch(field: Field, locale: str) -> View:
    option = _option(say(Text(key="form.yes"), locale), "yes")
    element: View = {"type": "checkboxes", "action_id": _ELEMENT, "options": [option]}
    return {**element, "initial_options": [option]} if field.value else element


def _words(field: Field) -> View:
    element: View = {"type": "plain_text_input", "action_id": _ELEMENT, "max_length": field.most}
    if field.name == "prompt":
        element["multiline"] = True
    return {**element, "initial_value": field.value} if field.value else element


def _number(field: Field) -> View:
    element: View = {
        "type": "number_input",
        "action_id": _ELEMENT,
        "is_decimal_allowed": False,
        "min_value": str(field.least),
        "max_value": str(field.most),
    }
    return {**element, "initial_value": field.value} if field.value else element


def _select(field: Field, locale: str) -> View:
    options = _options(field, locale)
    if not field.refreshes:
        options.insert(0, _option(say(Text(key="form.own_choice"), locale), _NOT_SAID))
    element: View = {"type": "static_select", "action_id": _ELEMENT, "options": options[:100]}
    chosen = next((option for option in options if option["value"] == (field.value or _NOT_SAID)), None)
    return {**element, "initial_option": chosen} if chosen else element


def _several(field: Field, locale: str) -> View:
    options = _options(field, locale)
    kind = "checkboxes" if len(options) <= _MOST_TICKS else "multi_static_select"
    element: View = {"type": kind, "action_id": _ELEMENT, "options": options[:100]}
    chosen = [option for option in options if option["value"] in field.value.split(",")]
    return {**element, "initial_options": chosen} if chosen else element


def _options(field: Field, locale: str) -> list[View]:
    shown = [say(words, locale) for words in field.words] or field.choices
    return [_option(words, choice) for words, choice in zip(shown, field.choices, strict=True)]


def _option(words: str, value: str) -> View:
    return {"text": _plain(words[:75]), "value": value[:150]}


def _text_file(locale: str) -> View:
    element = {"type": "file_input", "action_id": _ELEMENT, "filetypes": ["txt", "md"], "max_files": 1}
    return {
        "type": "input",
        "block_id": _FILE,
        "label": _plain(say(Text(key="form.text_file"), locale)),
        "element": element,
        "optional": True,
    }


def _plain(words: str) -> View:
    return {"type": "plain_text", "text": words, "emoji": True}
