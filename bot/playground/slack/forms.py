"""What Slack's own client does with a form before it is sent: fills in, requires, bounds; pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.playground.slack import payloads
from bot.playground.slack.state import Impossible, Json, View


def inputs(view: View) -> Iterator[tuple[str, Json, bool]]:
    """Each block id, element and whether it must be answered."""
    return inputs_in(view.body.get("blocks", ()))


def inputs_in(blocks: Iterable[Json]) -> Iterator[tuple[str, Json, bool]]:
    """The same of any blocks."""
    for block in blocks:
        if block["type"] == "input":
            yield block["block_id"], block["element"], not block.get("optional", False)
            continue
        elements = [block["accessory"]] if "accessory" in block else block.get("elements", ())
        for element in elements:
            if "action_id" in element and element["type"] not in ("button", "overflow"):
                yield block["block_id"], element, False


def chosen(blocks: Iterable[Json], before: Json) -> Json:
    """``state.values`` of a message's menus: what was chosen, or what they began with."""
    values: Json = {}
    for block_id, element, _ in inputs_in(blocks):
        entry = _carried(element, before.get(block_id, {}).get(element["action_id"]))
        values.setdefault(block_id, {})[element["action_id"]] = entry
    return values


def state_values(view: View, given: Mapping[str, Any]) -> Json:
    """``view.state.values``; ``given`` is by block id or action id, the rest stays as it stands.

    Raises ``Impossible`` for an answer to a question that the form does not ask.
    """
    now: Json = view.body.get("state", {}).get("values", {})
    values: Json = {}
    unknown = set(given)
    for block_id, element, _ in inputs(view):
        key = element["action_id"]
        names = {block_id, key} & set(given)
        unknown -= names
        if names:
            entry = payloads.answer(element, given[names.pop()])
        else:
            entry = _carried(element, now.get(block_id, {}).get(key))
        values.setdefault(block_id, {})[key] = entry
    if unknown:
        raise Impossible(f"the form does not ask for {', '.join(sorted(unknown))}")
    return values


def _carried(element: Json, entry: Json | None) -> Json:
    """What was filled in stays when a form is drawn again, as far as the new form still offers it."""
    if entry and entry["type"] == element["type"]:
        chosen = entry.get("selected_option")
        if chosen is None or chosen["value"] in payloads.option_values(element):
            return entry
    return payloads.answer(element, payloads.untouched(element))


class Unsendable(Impossible):
    """A form that Slack's client does not send, with what is wrong by block id."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{block_id}: {fault}" for block_id, fault in faults.items()))
        self.faults = faults


def refuse_unsendable(view: View, values: Json) -> None:
    """Raises ``Unsendable`` when Slack's client would not send the form."""
    faults = {}
    for block_id, element, needed in inputs(view):
        entry = values[block_id][element["action_id"]]
        said = next((value for key, value in entry.items() if key != "type"), None)
        if fault := _fault(element, said, needed=needed):
            faults[block_id] = fault
    if faults:
        raise Unsendable(faults)


def _fault(element: Json, said: Any, *, needed: bool) -> str:
    """What is wrong with one answer; empty when nothing is."""
    if not said:
        return "Please complete this required field." if needed else ""
    match element["type"]:
        case "plain_text_input":
            return _length_fault(said, element)
        case "number_input":
            return _number_fault(said, element)
        case _:
            return ""


def _length_fault(said: str, element: Json) -> str:
    fits = element.get("min_length", 0) <= len(said) <= element.get("max_length", 3000)
    return "" if fits else f"{len(said)} characters do not fit"


def _number_fault(said: str, element: Json) -> str:
    try:
        number = float(said)
    except ValueError:
        return f"{said!r} is not a number"
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return f"{said!r} is not a whole number"
    least, most = element.get("min_value", "-inf"), element.get("max_value", "inf")
    return "" if float(least) <= number <= float(most) else f"{said} is not between {least} and {most}"


def element_in(blocks: list[Json], action_id: str, block_id: str) -> tuple[Json, str]:
    """The element a person means, and its block's id. Raises ``Impossible``."""
    for block in blocks:
        parts = [block.get("accessory"), block.get("element"), *block.get("elements", ())]
        for part in parts:
            found = isinstance(part, dict) and part.get("action_id") == action_id
            if found and block_id in ("", block["block_id"]):
                return part, block["block_id"]
    raise Impossible(f"there is no {action_id} there")
