"""What Slack sends becomes what a person did; payloads are shaped as Slack's reference shows them."""

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.chat.slack.incoming import read
from bot.types import (
    Action,
    Attached,
    Command,
    FileId,
    FormChanged,
    FormKind,
    FormSent,
    FormWanted,
    Incoming,
    JobId,
    MessageId,
    PlaceKind,
    Pointed,
    Pressed,
    Words,
)

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
BOT = "UBOT"
PAYLOADS = Path(__file__).parents[1] / "payloads"
NAMES = sorted(path.stem for path in PAYLOADS.glob("*.json"))


def payload(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def heard(body: dict[str, Any]) -> Incoming:
    incoming = read(body, AT, BOT)
    assert incoming is not None
    return incoming


def test_a_command_is_its_words_and_where_to_answer() -> None:
    incoming = heard(payload("command"))
    assert incoming.said == Command(text="a fox &amp; a hen --ar 16:9")
    assert (incoming.person.id, incoming.place.channel, incoming.place.kind) == (
        "U1",
        "C1",
        PlaceKind.CHANNEL,
    )
    assert incoming.whisper.reply_to.startswith("https://hooks.slack.com/commands/")
    assert incoming.whisper.reply_until is not None
    assert incoming.whisper.reply_until < AT + timedelta(minutes=30)


def test_plain_words_in_the_bots_dm_are_heard() -> None:
    incoming = heard(payload("message_im"))
    assert incoming.said == Words(text="a lighthouse", message=MessageId("1790000000.000100"))
    assert incoming.alias == "slack:T1:client:c-1"
    assert incoming.place.kind is PlaceKind.DM


@pytest.mark.parametrize(
    "change",
    [
        {"bot_id": "B1"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"user": None},
        {"channel_type": "channel", "channel": "C1"},
        {"type": "reaction_removed"},
    ],
)
def test_own_edited_and_other_messages_are_not_heard(change: dict[str, Any]) -> None:
    body = payload("message_im")
    body["event"] |= change
    assert read(body, AT, BOT) is None


def test_a_press_carries_the_job_and_stays_in_the_thread() -> None:
    incoming = heard(payload("press"))
    message = MessageId("1790000001.000200")
    assert incoming.said == Pressed(action=Action.AGAIN, job="k3f9abcd", message=message)  # type: ignore[arg-type]  # read from JSON
    assert incoming.place.thread == "1790000000.000100"


def test_a_press_in_a_private_note_is_known_as_such() -> None:
    incoming = heard(payload("press_private"))
    assert isinstance(incoming.said, Pressed)
    assert (incoming.said.action, incoming.said.private) == (Action.CANCEL, True)
    assert incoming.place.kind is PlaceKind.PRIVATE


def test_a_menu_says_what_for_which_job_and_which_picture() -> None:
    incoming = heard(payload("press_menu"))
    message = MessageId("1790000001.000200")
    assert incoming.said == Pressed(action=Action.LARGER, job=JobId("k3f9abcd"), message=message, choice=2)


def test_a_buttons_value_may_name_the_picture() -> None:
    body = payload("press")
    body["actions"][0]["value"] = "k3f9abcd:3"
    said = heard(body).said
    assert isinstance(said, Pressed)
    assert (said.job, said.choice) == ("k3f9abcd", 3)
    keys = {heard(payload("press")).key, heard(body).key}
    assert len(keys) == 2


@pytest.mark.parametrize("value", ["k3f9abcd:x", "k3f9abcd:²", "k3f9abcd:", "k3f9abcd:-1"])
def test_a_forged_choice_is_the_first_picture(value: str) -> None:
    body = payload("press")
    body["actions"][0]["value"] = value
    said = heard(body).said
    assert isinstance(said, Pressed)
    assert said.choice == 0


def test_a_button_that_opens_a_page_does_nothing_else() -> None:
    body = payload("press")
    body["actions"][0]["action_id"] = "link:region"
    assert read(body, AT, BOT) is None


def test_the_message_shortcut_brings_what_the_message_shows() -> None:
    incoming = heard(payload("message_action"))
    logo = Attached(
        file=FileId("F0LOGO0001"),
        name="logo.heic",
        media_type="image/heic",
        size=900000,
        url="https://files.slack.com/files-pri/T1-F0LOGO0001/logo.heic",
    )
    stub = Attached(file=FileId("F0STUB0001"), stub=True)
    assert incoming.said == Pointed(message=MessageId("1790000009.000900"), files=(logo, stub))
    assert (incoming.place.channel, incoming.person.id) == ("C2", "U1")
    assert incoming.trigger == "1.2.e"
    assert incoming.whisper.reply_to.startswith("https://hooks.slack.com/app/")
    assert read(payload("message_action") | {"callback_id": "another"}, AT, BOT) is None


def test_the_message_shortcut_sees_what_a_link_shows() -> None:
    body = payload("message_action")
    link = {"from_url": "https://acme.slack.com/archives/C1/p1", "files": [{"id": "F9", "name": "x.png"}]}
    body["message"] |= {"files": [], "attachments": [link]}
    said = heard(body).said
    assert isinstance(said, Pointed)
    assert [one.file for one in said.files] == ["F9"]


def test_the_message_shortcut_sees_our_own_result_where_it_was_forwarded() -> None:
    body = payload("message_action")
    image = {"type": "image", "alt_text": "x", "slack_file": {"id": "F0OURS0001"}}
    blocks = [{"team": "T1", "message": {"blocks": [image]}}]
    body["message"] |= {"files": [], "attachments": [{"is_share": True, "message_blocks": blocks}]}
    said = heard(body).said
    assert isinstance(said, Pointed)
    assert [one.file for one in said.files] == ["F0OURS0001"]


def test_the_message_shortcut_on_our_own_result_names_its_pictures() -> None:
    body = payload("message_action")
    image = {"type": "image", "alt_text": "x", "slack_file": {"id": "F0OURS0001"}}
    accessory = {"type": "section", "accessory": image | {"slack_file": {"id": "F0OURS0002"}}}
    body["message"] = {
        "user": "UBOT",
        "bot_id": "B1",
        "ts": "1790000009.000900",
        "blocks": [image, accessory],
    }
    said = heard(body).said
    assert isinstance(said, Pointed)
    assert [(one.file, one.stub) for one in said.files] == [("F0OURS0001", True), ("F0OURS0002", True)]


def test_the_form_of_an_edit_brings_its_job_its_picture_and_the_files() -> None:
    incoming = heard(payload("submission_edit"))
    hat = Attached(
        file=FileId("F0HAT00001"),
        name="hat.png",
        media_type="image/png",
        size=48213,
        url="https://files.slack.com/hat.png",
    )
    assert incoming.said == FormSent(
        fields={"prompt": "a red hat", "zones": "left,border"},
        kind=FormKind.EDIT,
        choice=1,
        files=(hat,),
        draft=JobId("k3f9abcd"),
    )
    assert incoming.place.thread == "1790000000.000100"


def test_a_preview_pressed_in_a_form_says_so_beside_what_was_filled_in() -> None:
    fields = {"cells": "C3-E5", "preview": "yes"}
    said = FormChanged(view="V3", fields=fields, kind=FormKind.REGION, draft=JobId("k3f9abcd"))
    assert heard(payload("preview_pressed")).said == said


def test_a_button_that_opens_a_page_changes_no_form() -> None:
    body = payload("preview_pressed")
    body["actions"][0].update(action_id="link", block_id="brush", url="https://bot.example/brush/x")
    assert read(body, AT, BOT) is None


def test_a_form_cannot_say_that_it_belongs_to_another_workspace() -> None:
    body = payload("submission_edit")
    body["view"]["private_metadata"] = body["view"]["private_metadata"].replace("T1", "T2")
    assert heard(body).place.workspace == "T1"


def test_buttons_of_nobody_we_know_are_not_heard() -> None:
    body = payload("press")
    body["actions"][0]["action_id"] = "launch"
    assert read(body, AT, BOT) is None


def test_the_shortcut_asks_for_the_form_in_the_persons_dm() -> None:
    incoming = heard(payload("shortcut"))
    assert incoming.said == FormWanted()
    assert (incoming.place.channel, incoming.place.kind) == ("U1", PlaceKind.DM)
    assert read(payload("shortcut") | {"callback_id": "another"}, AT, BOT) is None


def test_a_sent_form_brings_its_fields_and_the_place_it_was_opened_in() -> None:
    incoming = heard(payload("submission"))
    fields = {"prompt": "a fox", "quality": "high", "background": "", "size": "", "n": "2", "private": "yes"}
    url = "https://files.slack.com/p.txt"
    assert incoming.said == FormSent(fields=fields, draft="k3f9abcd", text_file=url)  # type: ignore[arg-type]  # read from JSON
    assert (incoming.place.channel, incoming.place.kind) == ("C1", PlaceKind.CHANNEL)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_thing_delivered_again_has_the_same_key(name: str) -> None:
    body = payload(name)
    again = copy.deepcopy(body) | {"event_id": "Ev2", "token": "y", "retry_attempt": 1}
    assert heard(again).key == read(body, AT + timedelta(seconds=0), BOT).key  # type: ignore[union-attr]  # heard just now
    assert read(body, AT + timedelta(seconds=90), BOT).key == heard(body).key  # type: ignore[union-attr]  # the same


def test_different_things_have_different_keys() -> None:
    command, press, message = payload("command"), payload("press"), payload("message_im")
    variants = [command, command | {"trigger_id": "another"}, press, message]
    for path, value in ((("actions", 0, "action_id"), "variations"), (("user", "id"), "U2")):
        changed = copy.deepcopy(press)
        inner: Any = changed
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value
        variants.append(changed)
    other = copy.deepcopy(message)
    other["event"]["ts"] = "1790000000.000101"
    keys = [heard(body).key for body in [*variants, other]]
    assert len(set(keys)) == len(keys)
    assert all(key.startswith("slack:T1:") for key in keys)


@pytest.mark.parametrize(
    "body", [{}, {"type": "url_verification"}, {"command": "/other"}, {"type": "view_closed"}]
)
def test_what_is_nothing_to_us_is_not_heard(body: dict[str, Any]) -> None:
    assert read(body, AT, BOT) is None
