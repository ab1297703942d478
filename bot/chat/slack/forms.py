"""A ``Form`` as a Slack view and back: one input block for each field, named by the option. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from bot.chat.slack import SHORTCUT
from bot.commands.plan import Field, FieldKind, Form
from bot.text import say
from bot.types import Text

View = dict[str, Any]

_ELEMENT = "value"
_FILE = "text_file"
_NOT_SAID = "-"
"""A select needs a value for "the model's own choice"; no option has this one."""


def view(form: Form, place: str, locale: str) -> View:
    """The modal; ``place`` is JSON that comes back with it."""
    carried = {**json.loads(place), "draft": form.draft}
    model = next((field.value for field in form.fields if field.refreshes), "")
    blocks = [_block(field, model, locale) for field in form.fields]
    blocks.insert(1, _file_block(locale))
    return {
        "type": "modal",
        "callback_id": SHORTCUT,
        "title": _plain(say(Text(key="form.title"), locale)),
        "submit": _plain(say(Text(key="form.submit"), locale)),
        "close": _plain(say(Text(key="form.close"), locale)),
        "private_metadata": json.dumps(carried),
        "blocks": blocks,
    }


def faults(found: Mapping[str, Text], sent: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """The answer to a submission that cannot be taken: what is wrong, under each field."""
    blocks = {
        _name(str(block.get("block_id"))): str(block.get("block_id")) for block in sent.get("blocks", ())
    }
    errors = {blocks.get(name, name): say(text, locale) for name, text in found.items()}
    return {"response_action": "errors", "errors": errors}


def values(sent: Mapping[str, Any]) -> dict[str, str]:
    """Field name → what was entered, as the person would type it."""
    state = (sent.get("state") or {}).get("values") or {}
    entered = {}
    for block, elements in state.items():
        if block == _FILE:
            continue
        entered[_name(block)] = _value(elements.get(_ELEMENT) or {})
    return entered


def _name(block: str) -> str:
    return block.split("@", maxsplit=1)[0]


def file_url(sent: Mapping[str, Any]) -> str:
    """Where the text file given instead of a prompt can be fetched; empty without one."""
    state = (sent.get("state") or {}).get("values") or {}
    files = ((state.get(_FILE) or {}).get(_ELEMENT) or {}).get("files") or []
    first = files[0] if files else {}
    return str(first.get("url_private_download") or first.get("url_private") or "")


def _value(element: Mapping[str, Any]) -> str:
    match element.get("type"):
        case "static_select":
            chosen = (element.get("selected_option") or {}).get("value", _NOT_SAID)
            return "" if chosen == _NOT_SAID else str(chosen)
        case "checkboxes":
            return "yes" if element.get("selected_options") else ""
        case _:
            return str(element.get("value") or "")


def _block(field: Field, model: str, locale: str) -> View:
    # Slack keeps what was entered under the same block_id, even where the new model has no such choice.
    kept = field.refreshes or field.name == "prompt"
    block: View = {
        "type": "input",
        "block_id": field.name if kept else f"{field.name}@{model}",
        "label": _plain(say(field.label, locale)),
        "element": _element(field, locale),
        "optional": field.name != "prompt",
    }
    if field.refreshes:
        block["dispatch_action"] = True
    if field.hint:
        block["hint"] = _plain(say(field.hint, locale))
    return block


def _element(field: Field, locale: str) -> View:
    match field.kind:
        case FieldKind.WORDS:
            return _words(field)
        case FieldKind.NUMBER:
            return _number(field)
        case FieldKind.CHOICE:
            return _select(field, locale)
        case FieldKind.SWITCH:
            option = {"text": _plain(say(Text(key="form.yes"), locale)), "value": "yes"}
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
    options = [_option(choice, choice) for choice in field.choices]
    if not field.refreshes:
        options.insert(0, _option(say(Text(key="form.own_choice"), locale), _NOT_SAID))
    element: View = {"type": "static_select", "action_id": _ELEMENT, "options": options[:100]}
    chosen = next((option for option in options if option["value"] == (field.value or _NOT_SAID)), None)
    return {**element, "initial_option": chosen} if chosen else element


def _option(words: str, value: str) -> View:
    return {"text": _plain(words[:75]), "value": value[:150]}


def _file_block(locale: str) -> View:
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
