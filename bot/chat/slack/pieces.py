"""The blocks that Slack's messages are built of, within Slack's limits. Pure."""

import re
from collections.abc import Sequence
from typing import Any

from bot.chat.wording import cut, spoken, which
from bot.types import Action, Button, FileId

Block = dict[str, Any]
Page = tuple[str, list[Block]]
"""One message: its text (for notifications and screen readers) and its blocks."""

# https://docs.slack.dev/reference/block-kit/blocks
SECTION_LIMIT = 3000
ALT_LIMIT = 2000
FILE_ALT_LIMIT = 1000
TEXT_LIMIT = 3000
BLOCK_LIMIT = 50
WORDS_LIMIT = 12_000
"""Characters over all blocks of a message: past about 13,200 Slack refuses it (bolt-js#2509)."""
_CONTEXT_LIMIT = 2000
_MENU_LIMIT = 5
"""Choices of one overflow menu."""

_MARKS = re.compile(r"[*_~`]|:[^\s:]+:")
"""What mrkdwn reads among words: emphasis, code, the names of emoji."""

_HALF_ESCAPE = re.compile(r"&\w*$")

LINK = "link"
"""Begins the action_id of a button that opens a page: Slack tells us of the press all the same."""
CONFIRMED = {Action.DELETE, Action.CANCEL, Action.FORGET}
_STYLES = {
    Action.DELETE: "danger",
    Action.CANCEL: "danger",
    Action.FORGET: "danger",
    Action.RUN: "primary",
    Action.PAINT: "primary",
    Action.RETRY: "primary",
}


def escape(words: str) -> str:
    """A person's words inside mrkdwn, so that none of them means anything to Slack."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped_to(words: str, limit: int) -> str:
    """The same in at most so many characters, the escapes counted; none of these is cut in two."""
    whole = escape(words)
    return whole if len(whole) <= limit else _HALF_ESCAPE.sub("", whole[: limit - 1]).rstrip() + "…"


def section(words: str) -> Block:
    """A paragraph."""
    text = {"type": "mrkdwn", "text": cut(words, SECTION_LIMIT), "verbatim": True}
    return {"type": "section", "text": text}


def heading(words: str) -> Block:
    """A person's words in bold, as they were typed.

    Where mrkdwn would read marks among them they go as rich text; else a section, which every client, search
    and export of Slack's shows.
    """
    if not _MARKS.search(words):
        return section(f"*{escape(words) or '…'}*")
    text = {"type": "text", "text": words, "style": {"bold": True}}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [text]}]}


def context(words: str) -> Block:
    """A line of small print."""
    text = {"type": "mrkdwn", "text": cut(words, _CONTEXT_LIMIT), "verbatim": True}
    return {"type": "context", "elements": [text]}


def image(name: str, file: FileId, alt: str) -> Block:
    """An uploaded picture; ``name`` sets it apart from others with the same file's id."""
    source = {"slack_file": {"id": file}}
    return {"type": "image", "block_id": f"{name}-{file}", "alt_text": cut(alt, ALT_LIMIT) or "…", **source}


def actions(buttons: Sequence[Button], locale: str, menus: Sequence[Sequence[Button]] = ()) -> Block:
    """Buttons in a row, and behind them menus of what is wanted more rarely."""
    row = [_button(button, locale, which(button, buttons)) for button in buttons]
    parts = [menu[at : at + _MENU_LIMIT] for menu in menus for at in range(0, len(menu), _MENU_LIMIT)]
    row += [_menu(part, f"more{number or ''}", locale) for number, part in enumerate(parts)]
    return {"type": "actions", "elements": row}


def _menu(choices: Sequence[Button], name: str, locale: str) -> Block:
    options = [
        {"text": plain(_label(one, locale)), "value": f"{one.action.value}:{_value(one)}"} for one in choices
    ]
    return {"type": "overflow", "action_id": name, "options": options}


def _button(button: Button, locale: str, one_of: str) -> Block:
    """``one_of``: several of one kind stand side by side, so each says which it is."""
    label, name = _label(button, locale), button.action.value
    if button.url:
        name = f"{LINK}:{name}"
    if one_of:
        label, name = f"{label} {one_of}", f"{name}:{_value(button)}"
    element: Block = {"type": "button", "action_id": name, "value": _value(button), "text": plain(label)}
    if button.url:
        element["url"] = button.url
    if button.action in _STYLES:
        element["style"] = _STYLES[button.action]
    if button.action in CONFIRMED:
        element["confirm"] = _confirm(button.action.value, locale)
    return element


def _confirm(name: str, locale: str) -> Block:
    return {
        "title": plain(spoken(f"confirm.{name}_title", locale)),
        "text": plain(spoken(f"confirm.{name}_text", locale)),
        "confirm": plain(spoken(f"confirm.{name}_yes", locale)),
        "deny": plain(spoken("confirm.no", locale)),
        "style": "danger",
    }


def _label(button: Button, locale: str) -> str:
    return spoken(f"button.{button.action.value}", locale)


def _value(button: Button) -> str:
    return f"{button.job}:{button.choice}" if button.choice else button.job


def plain(words: str) -> Block:
    """Words without markup."""
    return {"type": "plain_text", "text": words, "emoji": True}
