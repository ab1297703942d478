"""Messages and forms that hold every block and element there is, as an app would send them."""

from typing import Any

from bot.playground.slack.state import Json


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def marked(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def options(*names: str) -> list[Json]:
    return [{"text": plain(name), "value": name.lower()} for name in names]


CONFIRM = {
    "title": plain("Are you sure?"),
    "text": marked("It cannot be *undone*."),
    "confirm": plain("Do it"),
    "deny": plain("Stop"),
    "style": "danger",
}


def message(picture: str) -> list[Json]:
    """Every block of a message; ``picture`` is a file's id."""
    source = {"slack_file": {"id": picture}, "alt_text": "A grey gradient"}
    button = {"type": "button", "action_id": "plain", "text": plain("Plain")}
    return [
        {"type": "header", "text": plain("A header :tada:")},
        {"type": "section", "text": marked("*bold* _italic_ ~struck~ `code` <https://example.com|link>")},
        {"type": "section", "fields": [marked("*Left*\none"), marked("*Right*\ntwo")]},
        {"type": "section", "text": plain("With a picture"), "accessory": {"type": "image", **source}},
        {
            "type": "section",
            "text": marked("With a menu"),
            "accessory": {
                "type": "static_select",
                "action_id": "menu",
                "placeholder": plain("Choose a colour"),
                "options": options("Red", "Blue"),
            },
        },
        {"type": "context", "elements": [{"type": "image", **source}, marked("small <@U0ANN00001> words")]},
        {"type": "image", "title": plain("A title"), **source},
        {"type": "divider"},
        {
            "type": "actions",
            "elements": [
                button,
                button | {"action_id": "green", "text": plain("Green"), "style": "primary"},
                button
                | {"action_id": "red", "text": plain("Red one"), "style": "danger", "confirm": CONFIRM},
                button | {"action_id": "link", "text": plain("Link"), "url": "https://example.com/"},
                {"type": "overflow", "action_id": "more", "options": options("Larger", "Undo")},
            ],
        },
        {"type": "rich_text", "elements": _rich()},
    ]


def _rich() -> list[Json]:
    def text(words: str, **style: bool) -> Json:
        return {"type": "text", "text": words} | ({"style": style} if style else {})

    def section(*elements: Json) -> Json:
        return {"type": "rich_text_section", "elements": list(elements)}

    return [
        section(text("rich "), text("and bold", bold=True), {"type": "user", "user_id": "U0BEN00002"}),
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [section(text("a point")), section(text("another"))],
        },
        {"type": "rich_text_quote", "elements": [text("a quote")]},
        {"type": "rich_text_preformatted", "elements": [text("<script>alert(1)</script>")]},
    ]


def form(**more: Any) -> Json:
    """A form with every input."""
    text = {"type": "plain_text_input", "action_id": "value"}
    return {
        "type": "modal",
        "callback_id": "gallery",
        "title": plain("Every input"),
        "submit": plain("Send it"),
        "close": plain("Close"),
        "notify_on_close": True,
        "blocks": [
            question("words", "Words", text | {"multiline": True, "placeholder": plain("Say it")}),
            question("line", "Line", text | {"initial_value": "as it was"}),
            question(
                "count", "Count", {"type": "number_input", "action_id": "value", "is_decimal_allowed": False}
            ),
            question("colour", "Colour", _chosen("static_select")),
            question("sides", "Sides", _chosen("checkboxes")),
            question("one", "Only one", _chosen("radio_buttons")),
            question("many", "Several", _chosen("multi_static_select")),
            question("who", "Who", {"type": "users_select", "action_id": "value"}),
            question("where", "Where", {"type": "conversations_select", "action_id": "value"}),
            question("files", "Pictures", {"type": "file_input", "action_id": "value", "max_files": 3}),
            {
                "type": "actions",
                "elements": [{"type": "button", "action_id": "preview", "text": plain("Preview")}],
            },
        ],
    } | more


def _chosen(kind: str) -> Json:
    return {"type": kind, "action_id": "value", "options": options("Red", "Green", "Blue")}


def question(name: str, label: str, element: Json) -> Json:
    """An input that need not be answered."""
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "hint": plain(f"A hint for {label.lower()}"),
        "optional": True,
        "element": element,
    }
