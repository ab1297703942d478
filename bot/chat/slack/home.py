"""The app's home tab: when it is looked at, what stands there, and its one button. Pure."""

from typing import Any

from bot.chat.slack.notes import escaped
from bot.chat.slack.pieces import SECTION_LIMIT, escape, plain, section
from bot.chat.slack.reading import Json, table_of, tables_of, team_of, text_of
from bot.chat.wording import cut, one_line, spoken
from bot.text import say
from bot.types import Home, Made, Person, Text

OPENED = "app_home_opened"
_IMAGINE = "home:imagine"
_PROMPT_SHOWN = 120
_HOW = ("help.opening", "help.usage", "help.form", "help.edit", "help.words")


def opened(body: Json) -> Person | None:
    """Who looks at the tab now. https://docs.slack.dev/reference/events/app_home_opened"""
    event = table_of(body, "event")
    if text_of(event, "type") != OPENED or text_of(event, "tab") != "home":
        return None
    return Person(workspace=team_of(body), id=text_of(event, "user"))


def asks_for_the_form(body: Json) -> bool:
    """Whether the tab's button was pressed."""
    return any(text_of(action, "action_id") == _IMAGINE for action in tables_of(body, "actions"))


def view(home: Home, locale: str) -> dict[str, Any]:
    """How to ask, then what is theirs: the pictures on their way, and the newest with the way there."""
    on_the_way = [home.on_the_way.text, *home.on_the_way.lines]
    words = "\n".join(say(escaped(line), locale) for line in on_the_way)
    blocks = [
        section("\n".join(say(Text(key=key), locale) for key in _HOW)),
        {"type": "actions", "elements": [_button(_IMAGINE, spoken("form.title", locale), style="primary")]},
        {"type": "divider"},
        section(cut(words, SECTION_LIMIT)),
        {"type": "divider"},
        section(spoken("home.latest" if home.latest else "home.none", locale)),
        *(_made(one, locale) for one in home.latest),
    ]
    return {"type": "home", "blocks": blocks}


def _made(one: Made, locale: str) -> dict[str, Any]:
    prompt = escape(cut(one_line(one.job.request.prompt), _PROMPT_SHOWN)) or "…"
    block = section(f"{one.job.short}  {prompt}")
    if not one.url:
        return block
    way = _button(f"home:go:{one.job.id}", spoken("button.go", locale), url=one.url)
    return {**block, "accessory": way}


def _button(name: str, label: str, **more: str) -> dict[str, Any]:
    return {"type": "button", "action_id": name, "text": plain(label), **more}
