"""What Slack refuses of the parts of a block: texts, pictures, buttons, menus, inputs; pure."""

import re
from collections.abc import Callable
from typing import Any

from bot.playground.slack.state import Json

OPEN = frozenset(
    {"plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input"}
    | {"file_input", "static_select", "multi_static_select", "users_select", "multi_users_select"}
    | {"conversations_select", "multi_conversations_select", "channels_select", "multi_channels_select"}
    | {"external_select", "multi_external_select", "datepicker", "timepicker", "datetimepicker"}
    | {"checkboxes", "radio_buttons"}
)
"""Elements that an input block takes."""

INTERACTIVE = (
    OPEN
    - {"plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input"}
    - {"file_input"}
) | {"button", "overflow", "workflow_button"}
"""Elements that an actions block or an accessory takes."""

_FILE_ID = re.compile(r"F[A-Z0-9]{8,}")
_MOST_OPTIONS = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}


class Checks:
    """Collects what is wrong, each with the place it is at."""

    def __init__(self, file_ok: Callable[[Json], bool]) -> None:
        self.faults: list[str] = []
        self._file_ok = file_ok

    def that(self, right: object, otherwise: str, at: str) -> bool:
        """Note ``otherwise`` unless ``right``; answers whether it was."""
        if not right:
            self.faults.append(f"{otherwise} [json-pointer:{at}]")
        return bool(right)

    def string(self, value: Any, at: str, most: int, least: int = 0) -> None:
        if not self.that(isinstance(value, str), "must provide a string", at):
            return
        self.that(len(value) <= most, f"must be less than {most + 1} characters", at)
        self.that(len(value) >= least, f"must be more than {least - 1} characters", at)

    def text(self, value: Any, at: str, most: int, *, plain: bool = False) -> None:
        """A text object."""
        if not self.that(isinstance(value, dict), "must provide an object", at):
            return
        kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
        self.that(value.get("type") in kinds, f"must be a valid enum value: {', '.join(kinds)}", f"{at}/type")
        self.string(value.get("text"), f"{at}/text", most, least=1)

    def items(self, value: Any, at: str, most: int) -> list[Any]:
        """A list of 1 to ``most``; what can be looked at of it."""
        if not self.that(isinstance(value, list) and value, "no fewer than 1 items allowed", at):
            return []
        self.that(len(value) <= most, f"no more than {most} items allowed", at)
        return list(value)

    def picture(self, value: Json, at: str) -> None:
        """What an image block and an image element have in common."""
        self.string(value.get("alt_text"), f"{at}/alt_text", 2000)
        file, url = value.get("slack_file"), value.get("image_url")
        if not self.that((file is None) != (url is None), "must provide one of image_url and slack_file", at):
            return
        if url is not None:
            self.string(url, f"{at}/image_url", 3000, least=1)
            self.that(str(url).startswith(("http://", "https://")), "invalid url", f"{at}/image_url")
        else:
            self.slack_file(file, f"{at}/slack_file")

    def slack_file(self, file: Any, at: str) -> None:
        if not self.that(isinstance(file, dict), "must provide an object", at):
            return
        if not self.that(("id" in file) != ("url" in file), "must provide one of id and url", at):
            return
        if "id" in file and not _FILE_ID.fullmatch(str(file["id"])):
            self.that(False, "does not match required pattern: ^[F][A-Z0-9]{8,}$", f"{at}/id")
        else:
            self.that(self._file_ok(file), "invalid slack file", at)

    def element(self, element: Any, at: str, allowed: frozenset[str]) -> None:
        """One interactive part, or a picture beside words."""
        kind = element.get("type") if isinstance(element, dict) else None
        if not self.that(kind in allowed, f"unsupported type: {kind}", f"{at}/type"):
            return
        self.string(element.get("action_id", ""), f"{at}/action_id", 255)
        if element.get("placeholder") is not None:
            self.text(element["placeholder"], f"{at}/placeholder", 150, plain=True)
        if element.get("confirm") is not None:
            self._confirm(element["confirm"], f"{at}/confirm")
        match kind:
            case "image":
                self.picture(element, at)
            case "button":
                self._button(element, at)
            case "static_select" | "multi_static_select" | "overflow" | "checkboxes" | "radio_buttons":
                self._options(element, at)
            case "plain_text_input":
                self._words(element, at)
            case "number_input":
                decimal = element.get("is_decimal_allowed")
                self.that(isinstance(decimal, bool), "missing required field: is_decimal_allowed", at)
            case "file_input":
                self.that(1 <= element.get("max_files", 10) <= 10, "must be 1 to 10", f"{at}/max_files")
            case _:
                pass  # the other elements have no limits of their own that the bot could meet

    def _confirm(self, confirm: Any, at: str) -> None:
        if self.that(isinstance(confirm, dict), "must provide an object", at):
            self.text(confirm.get("title"), f"{at}/title", 100, plain=True)
            self.text(confirm.get("text"), f"{at}/text", 300)
            for name in ("confirm", "deny"):
                self.text(confirm.get(name), f"{at}/{name}", 30, plain=True)

    def _button(self, button: Json, at: str) -> None:
        self.text(button.get("text"), f"{at}/text", 75, plain=True)
        self.string(button.get("value", ""), f"{at}/value", 2000)
        self.string(button.get("url", ""), f"{at}/url", 3000)
        self.string(button.get("accessibility_label", ""), f"{at}/accessibility_label", 75)
        style = button.get("style", "primary")
        self.that(
            style in ("primary", "danger"), "must be a valid enum value: primary, danger", f"{at}/style"
        )

    def _options(self, element: Json, at: str) -> None:
        groups = element.get("option_groups")
        if groups is not None:
            lists = [
                (group.get("options"), f"{at}/option_groups/{index}/options")
                for index, group in enumerate(self.items(groups, f"{at}/option_groups", 100))
            ]
        else:
            lists = [(element.get("options"), f"{at}/options")]
        every: list[Json] = []
        for options, where in lists:
            most = _MOST_OPTIONS.get(element["type"], 100)
            every += [
                self._option(option, f"{where}/{index}")
                for index, option in enumerate(self.items(options, where, most))
            ]
        chosen = [*element.get("initial_options", []), element.get("initial_option")]
        for one in filter(None, chosen):
            self.that(one in every, "must match one of the options", f"{at}/initial_option")

    def _option(self, option: Any, at: str) -> Json:
        if not self.that(isinstance(option, dict), "must provide an object", at):
            return {}
        self.text(option.get("text"), f"{at}/text", 75)
        self.string(option.get("value"), f"{at}/value", 150, least=1)
        if option.get("description") is not None:
            self.text(option["description"], f"{at}/description", 75)
        return dict(option)

    def _words(self, element: Json, at: str) -> None:
        most = element.get("max_length", 3000)
        self.that(1 <= most <= 3000, "must be 1 to 3000", f"{at}/max_length")
        self.that(0 <= element.get("min_length", 0) <= most, "must be 0 to 3000", f"{at}/min_length")
        self.string(element.get("initial_value", ""), f"{at}/initial_value", min(most, 3000))
