"""What Teams refuses in a message: its size, and cards that it would not draw."""

import json
import re
from typing import Any

from bot.playground.teams.state import ADAPTIVE, Json, parts

LARGEST = 100_000
"""Bytes of a message as Teams counts it, pictures inside it apart."""
LARGEST_PICTURE = 1_400_000
"""Bytes of one picture as text: 1 MB in base64."""
_VERSIONS = {"1.0", "1.1", "1.2", "1.3", "1.4", "1.5"}
_ELEMENTS = {
    *("AdaptiveCard", "TextBlock", "RichTextBlock", "TextRun", "Image", "Container", "ColumnSet", "Column"),
    *("FactSet", "ActionSet", "Input.Text", "Input.Number", "Input.ChoiceSet", "Input.Toggle"),
    *("Action.Execute", "Action.Submit", "Action.OpenUrl", "Action.ToggleVisibility"),
}
_IN_SIGHT = 6
_DATA = re.compile(r"^data:image/(png|jpeg|gif);base64,")


def refusal(activity: Json) -> tuple[int, str] | None:
    """The status and the code with which Teams refuses a message; None: it takes it."""
    attachments = activity.get("attachments") or []
    pictures = [one for one in attachments if _DATA.match(str(one.get("contentUrl", "")))]
    if any(len(one["contentUrl"]) > LARGEST_PICTURE for one in pictures):
        return 413, "MessageSizeTooBig"
    rest = [one for one in attachments if one not in pictures]
    if len(json.dumps({**activity, "attachments": rest}, ensure_ascii=False).encode("utf-16-le")) > LARGEST:
        return 413, "MessageSizeTooBig"
    cards = [one.get("content") for one in rest if one.get("contentType") == ADAPTIVE]
    return next((fault for card in cards if (fault := _card(card))), None)


def _card(card: Any) -> tuple[int, str] | None:
    if not isinstance(card, dict) or card.get("version") not in _VERSIONS:
        return 400, "BadArgument"
    typed = [one for one in parts(card) if "type" in one and "contentType" not in one]
    if any(one["type"] not in _ELEMENTS for one in typed):
        return 400, "BadArgument"
    if any(one["type"] == "Image" and not _fetchable(one.get("url")) for one in typed):
        return 400, "BadArgument"
    for one in typed:
        sight = [action for action in one.get("actions", ()) if action.get("mode") != "secondary"]
        if len(sight) > _IN_SIGHT:
            return 400, "BadArgument"
    return None


def _fetchable(url: Any) -> bool:
    return isinstance(url, str) and url.startswith(("https://", "http://127.0.0.1:"))
