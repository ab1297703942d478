"""What Slack refuses of Block Kit, with its own words and JSON pointers; pure, documented limits only.

https://docs.slack.dev/reference/block-kit
"""

from collections.abc import Callable, Iterable
from typing import Any

from bot.playground.slack.elements import INTERACTIVE, OPEN, Checks
from bot.playground.slack.state import Json

FileOk = Callable[[Json], bool]
"""Whether a ``slack_file`` object may be shown now."""

_BLOCKS_TOO_LONG = 13_200
"""Characters over all blocks of a message; measured by others, not documented (bolt-js issue 2509)."""


def message_faults(blocks: Any, file_ok: FileOk) -> list[str]:
    """Why a message's blocks are refused; empty when they are fine."""
    return _faults(blocks, 50, "/blocks", file_ok)


def view_faults(view: Any, file_ok: FileOk) -> list[str]:
    """Why a form is refused; empty when it is fine."""
    if not isinstance(view, dict):
        return ["must provide an object [json-pointer:/view]"]
    if view.get("type") not in ("modal", "home"):
        return [f"unsupported type: {view.get('type')} [json-pointer:/view/type]"]
    checks = Checks(file_ok)
    if view["type"] == "modal":
        checks.text(view.get("title"), "/view/title", 24, plain=True)
        for name in ("submit", "close"):
            if view.get(name) is not None:
                checks.text(view[name], f"/view/{name}", 24, plain=True)
        inputs = any(block.get("type") == "input" for block in _dicts(view.get("blocks")))
        checks.that(not inputs or view.get("submit"), "missing required field: submit", "/view")
    checks.string(view.get("private_metadata", ""), "/view/private_metadata", 3000)
    checks.string(view.get("callback_id", ""), "/view/callback_id", 255)
    checks.string(view.get("external_id", ""), "/view/external_id", 255)
    return checks.faults + _faults(view.get("blocks"), 100, "/view/blocks", file_ok)


def too_long(blocks: list[Json]) -> bool:
    """Whether the words of all blocks together are more than Slack takes."""
    return sum(len(text) for text in _words(blocks)) > _BLOCKS_TOO_LONG


def files_in(value: Any) -> Iterable[Json]:
    """Every ``slack_file`` object, however deep."""
    if isinstance(value, list):
        for one in value:
            yield from files_in(one)
    elif isinstance(value, dict):
        if isinstance(value.get("slack_file"), dict):
            yield value["slack_file"]
        for one in value.values():
            yield from files_in(one)


def _words(value: Any) -> Iterable[str]:
    if isinstance(value, list):
        for one in value:
            yield from _words(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key == "text" and isinstance(one, str):
                yield one
            else:
                yield from _words(one)


def _dicts(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _faults(blocks: Any, most: int, at: str, file_ok: FileOk) -> list[str]:
    if not isinstance(blocks, list):
        return [f"must provide an array [json-pointer:{at}]"]
    if len(blocks) > most:
        return [f"no more than {most} items allowed [json-pointer:{at}]"]
    checks = Checks(file_ok)
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        where = f"{at}/{index}"
        _block(checks, block, where)
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if block_id:
            checks.string(block_id, f"{where}/block_id", 255)
            checks.that(block_id not in seen, f'`block_id` "{block_id}" already exists', f"{where}/block_id")
            seen.add(block_id)
    return checks.faults


def _block(checks: Checks, block: Any, at: str) -> None:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind in _UNCHECKED:
        return
    if kind not in _CHECKS:
        checks.that(False, f"unsupported type: {kind}", f"{at}/type")
        return
    fields, check = _CHECKS[kind]
    for extra in block.keys() - fields - {"type", "block_id"}:
        checks.that(False, f"invalid additional property: {extra}", at)
    check(checks, block, at)


def _section(checks: Checks, block: Json, at: str) -> None:
    text, fields = block.get("text"), block.get("fields")
    checks.that(text is not None or fields, "missing required field: text", at)
    if text is not None:
        checks.text(text, f"{at}/text", 3000)
    if fields is not None:
        for index, field in enumerate(checks.items(fields, f"{at}/fields", 10)):
            checks.text(field, f"{at}/fields/{index}", 2000)
    if block.get("accessory") is not None:
        checks.element(block["accessory"], f"{at}/accessory", INTERACTIVE | {"image"})


def _header(checks: Checks, block: Json, at: str) -> None:
    checks.text(block.get("text"), f"{at}/text", 150, plain=True)


def _context(checks: Checks, block: Json, at: str) -> None:
    for index, element in enumerate(checks.items(block.get("elements"), f"{at}/elements", 10)):
        where = f"{at}/elements/{index}"
        if isinstance(element, dict) and element.get("type") == "image":
            checks.element(element, where, frozenset({"image"}))
        else:
            checks.text(element, where, 3000)


def _actions(checks: Checks, block: Json, at: str) -> None:
    seen: set[str] = set()
    for index, element in enumerate(checks.items(block.get("elements"), f"{at}/elements", 25)):
        where = f"{at}/elements/{index}"
        checks.element(element, where, INTERACTIVE)
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if action_id:
            checks.that(
                action_id not in seen, f'`action_id` "{action_id}" already exists', f"{where}/action_id"
            )
            seen.add(action_id)


def _image(checks: Checks, block: Json, at: str) -> None:
    checks.picture(block, at)
    if block.get("title") is not None:
        checks.text(block["title"], f"{at}/title", 2000, plain=True)


def _input(checks: Checks, block: Json, at: str) -> None:
    checks.text(block.get("label"), f"{at}/label", 2000, plain=True)
    if block.get("hint") is not None:
        checks.text(block["hint"], f"{at}/hint", 2000, plain=True)
    checks.element(block.get("element"), f"{at}/element", OPEN)


def _rich_text(checks: Checks, block: Json, at: str) -> None:
    checks.items(block.get("elements"), f"{at}/elements", 1000)


def _markdown(checks: Checks, block: Json, at: str) -> None:
    checks.string(block.get("text"), f"{at}/text", 12_000, least=1)


def _divider(checks: Checks, block: Json, at: str) -> None:
    """Nothing to say about a line."""


_CHECKS: dict[str, tuple[set[str], Callable[[Checks, Json, str], None]]] = {
    "section": ({"text", "fields", "accessory", "expand"}, _section),
    "header": ({"text", "level"}, _header),
    "context": ({"elements"}, _context),
    "actions": ({"elements"}, _actions),
    "image": (
        {
            "alt_text",
            "image_url",
            "slack_file",
            "title",
            "image_width",
            "image_height",
            "image_bytes",
            "fallback",
        },
        _image,
    ),
    "input": ({"label", "hint", "element", "optional", "dispatch_action"}, _input),
    "rich_text": ({"elements"}, _rich_text),
    "markdown": ({"text"}, _markdown),
    "divider": (set(), _divider),
}

# Newer blocks that the bot does not use: known to Slack, their insides are not looked at here.
_UNCHECKED = frozenset(
    {"alert", "call", "card", "carousel", "container", "context_actions", "file", "plan", "table"}
    | {"task_card", "video"}
)
