"""What people write, change, take back and react with in Slack, as the bot hears it."""

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.chat.slack.incoming import read
from bot.types import (
    Attached,
    FileId,
    Incoming,
    MessageId,
    PlaceKind,
    Reacted,
    Rewritten,
    Sign,
    Trouble,
    Withdrawn,
    Words,
)

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
PAYLOADS = Path(__file__).parents[1] / "payloads"
HAT = Attached(
    file=FileId("F0HAT00001"),
    name="hat.png",
    media_type="image/png",
    size=48213,
    url="https://files.slack.com/files-pri/T1-F0HAT00001/download/hat.png",
)


def payload(name: str, **changes: Any) -> dict[str, Any]:
    """A payload of Slack's; ``changes`` in its event, None takes one out."""
    body: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    event = body["event"] | changes
    body["event"] = {key: value for key, value in event.items() if value is not None}
    return body


def heard(body: dict[str, Any]) -> Incoming:
    incoming = read(body, AT, "UBOT")
    assert incoming is not None
    return incoming


def words(**changes: Any) -> Words:
    said = heard(payload("message_files", **changes)).said
    assert isinstance(said, Words)
    return said


# -- messages


def test_a_reply_with_a_file_that_names_us_is_all_of_that() -> None:
    incoming = heard(payload("message_files"))
    message = MessageId("1790000010.000100")
    text = "put this hat on him"
    assert incoming.said == Words(text=text, files=(HAT,), mentioned=True, message=message)
    assert (incoming.person.id, incoming.place.channel) == ("U1", "C1")
    assert incoming.place.thread == "1790000000.000100"


def test_both_tellings_of_one_message_are_one_thing() -> None:
    message, mention = heard(payload("message_files")), heard(payload("app_mention"))
    assert message.key == mention.key == "slack:T1:message:C1:1790000010.000100"
    assert message.alias == mention.alias == "slack:T1:client:c-10"
    assert message.place.thread == mention.place.thread


def test_a_mention_without_files_may_have_a_twin_with_some() -> None:
    said = heard(payload("app_mention")).said
    message = MessageId("1790000010.000100")
    assert said == Words(text="put this hat on him", mentioned=True, message=message, twin=True)
    with_files = heard(payload("app_mention", files=payload("message_files")["event"]["files"])).said
    assert with_files == Words(text="put this hat on him", files=(HAT,), mentioned=True, message=message)


def test_a_mention_may_carry_its_files_in_its_words() -> None:
    file = {"type": "file", "file_id": "F0HAT00001"}
    block = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [file]}]}
    said = heard(payload("app_mention", blocks=[block])).said
    assert isinstance(said, Words)
    assert said.files == (Attached(file=FileId("F0HAT00001"), stub=True, within="C1"),)
    assert not said.twin


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<@UBOT> make it blue", "make it blue"),
        ("make it blue <@UBOT|imagine>", "make it blue"),
        ("make <@UBOT> it blue", "make it blue"),
        ("<@UBOT>", ""),
        ("ask <@U2>, <@UBOT>\nin two lines", "ask <@U2>,\nin two lines"),
    ],
)
def test_our_name_is_taken_out_of_the_words(text: str, left: str) -> None:
    said = words(text=text)
    assert said.mentioned
    assert "\n".join(line.strip() for line in said.text.splitlines()) == left


@pytest.mark.parametrize("text", ["make it blue", "<@UBOTTOM> make it blue", "UBOT make it blue"])
def test_other_names_are_not_ours(text: str) -> None:
    said = words(text=text)
    assert (said.text, said.mentioned) == (text, False)


def test_in_a_channel_only_what_may_concern_us_is_heard() -> None:
    plain: dict[str, Any] = {"text": "hello all", "files": None, "thread_ts": None, "subtype": None}
    assert read(payload("message_files", **plain), AT, "UBOT") is None
    heard(payload("message_files", **plain | {"text": "<@UBOT> a fox"}))
    heard(payload("message_files", **plain | {"thread_ts": "1790000000.000100"}))
    heard(payload("message_files", **plain | {"files": [{"id": "F1"}], "subtype": "file_share"}))
    heard(payload("message_files", **plain | {"channel_type": "im"}))


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("channel", PlaceKind.CHANNEL),
        ("group", PlaceKind.PRIVATE),
        ("mpim", PlaceKind.GROUP),
        ("im", PlaceKind.DM),
    ],
)
def test_every_kind_of_conversation_is_told_apart(kind: str, place: PlaceKind) -> None:
    assert heard(payload("message_files", channel_type=kind)).place.kind is place


def test_a_reply_that_is_shown_in_the_channel_too_is_a_reply() -> None:
    incoming = heard(payload("message_files", subtype="thread_broadcast", root={"ts": "1790000000.000100"}))
    assert incoming.place.thread == "1790000000.000100"


def test_a_threads_first_message_is_no_reply_in_it() -> None:
    assert heard(payload("message_files", thread_ts="1790000010.000100")).place.thread is None


@pytest.mark.parametrize("name", ["message_files", "app_mention"])
@pytest.mark.parametrize("who", [{"bot_id": "B2"}, {"user": None}, {"user": "UBOT"}, {"user": "USLACKBOT"}])
def test_bots_and_ourselves_are_not_heard(name: str, who: dict[str, Any]) -> None:
    assert read(payload(name, **who), AT, "UBOT") is None


@pytest.mark.parametrize("subtype", ["bot_message", "channel_join", "message_replied", "channel_topic"])
def test_what_nobody_wrote_is_not_heard(subtype: str) -> None:
    assert read(payload("message_files", subtype=subtype), AT, "UBOT") is None


def test_without_knowing_our_own_name_nobody_names_us() -> None:
    said = read(payload("message_files", text="<@> hello"), AT, "")
    assert said is not None
    assert said.said == Words(text="<@> hello", files=(HAT,), message=MessageId("1790000010.000100"))


# -- files


@pytest.mark.parametrize(
    ("file", "trouble", "stub"),
    [
        ({"mode": "tombstone"}, Trouble.DELETED, False),
        ({"mode": "hidden_by_limit"}, Trouble.HIDDEN, False),
        ({"mode": "external", "url_private": "https://drive.example/x"}, Trouble.EXTERNAL, False),
        (
            {"mode": "hosted", "is_external": True, "url_private": "https://drive.example/x"},
            Trouble.EXTERNAL,
            False,
        ),
        ({"mode": "file_access", "file_access": "access_denied"}, Trouble.DENIED, False),
        ({"mode": "file_access", "file_access": "file_not_found"}, Trouble.DELETED, False),
        ({"mode": "file_access", "file_access": "check_file_info"}, None, True),
        ({"mode": "hosted", "url_private": "https://files.slack.com/x"}, None, False),
        ({"mode": "hosted"}, None, True),
    ],
)
def test_a_file_says_what_stands_in_its_way(
    file: dict[str, Any], trouble: Trouble | None, stub: bool
) -> None:
    [one] = words(files=[{"id": "F1", "name": "a.png"} | file]).files
    assert (one.trouble, one.stub) == (trouble, stub)


def test_files_of_a_forwarded_message_come_with_it() -> None:
    shared = [{"is_share": True, "files": [{"id": "F2", "name": "b.png", "url_private": "https://x"}]}]
    assert [one.file for one in words(attachments=shared).files] == ["F0HAT00001", "F2"]


def test_a_file_that_hangs_there_twice_is_one() -> None:
    twice = payload("message_files")["event"]["files"] * 2
    assert words(files=twice).files == (HAT,)


# -- edits, deletions, reactions


def changed(now: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    body = payload("message_changed")
    body["event"]["message"] |= now
    body["event"]["previous_message"] |= before or {}
    return body


def test_an_edit_is_the_new_words_under_the_old_name() -> None:
    incoming = heard(payload("message_changed"))
    assert incoming.said == Rewritten(message=MessageId("1790000010.000100"), text="make the hat red")
    assert incoming.place.thread == "1790000000.000100"
    assert incoming.key == heard(payload("message_files")).key


def test_an_edit_may_add_our_name_or_a_file() -> None:
    said = heard(changed({"text": "<@UBOT> make the hat red"})).said
    assert isinstance(said, Rewritten)
    assert (said.text, said.mentioned) == ("make the hat red", True)
    files = payload("message_files")["event"]["files"]
    with_file = heard(changed({"text": "make the hat blue", "files": files})).said
    assert isinstance(with_file, Rewritten)
    assert with_file.files == (HAT,)


def test_what_slack_changes_by_itself_is_no_edit() -> None:
    shown = [{"from_url": "https://acme.slack.com/archives/C1/p1", "files": [{"id": "F9"}]}]
    unfurled = {"text": "make the hat blue", "attachments": shown}
    assert read(changed(unfurled), AT, "UBOT") is None
    assert read(changed({"text": "make the hat blue", "reply_count": 2}), AT, "UBOT") is None


@pytest.mark.parametrize("who", [{"bot_id": "B1"}, {"user": "UBOT"}])
def test_our_own_progress_is_no_edit(who: dict[str, Any]) -> None:
    assert read(changed(who), AT, "UBOT") is None


def test_an_edit_that_cannot_concern_us_is_not_heard() -> None:
    body = payload("message_changed")
    for message in ("message", "previous_message"):
        del body["event"][message]["thread_ts"]
    assert read(body, AT, "UBOT") is None
    body["event"]["previous_message"]["text"] = "<@UBOT> make the hat blue"
    assert heard(body).said == Rewritten(message=MessageId("1790000010.000100"), text="make the hat red")


def test_a_deleted_message_is_withdrawn_by_its_writer() -> None:
    incoming = heard(payload("message_deleted"))
    assert incoming.said == Withdrawn(message=MessageId("1790000010.000100"))
    assert incoming.person.id == "U1"
    assert incoming.key == heard(payload("message_files")).key


def test_a_deleted_message_with_replies_leaves_a_stone_and_is_withdrawn() -> None:
    stone = {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "hidden": True}
    assert heard(changed(stone)).said == Withdrawn(message=MessageId("1790000010.000100"))
    assert heard(changed(stone)).key == heard(payload("message_deleted")).key


def test_a_file_that_was_deleted_from_a_message_changes_it() -> None:
    files = payload("message_files")["event"]["files"]
    gone = [{"id": "F0HAT00001", "mode": "tombstone"}]
    same = {"text": "make the hat blue"}
    assert read(changed(same | {"files": files}, {"files": files}), AT, "UBOT") is None
    said = heard(changed(same | {"files": gone}, {"files": files})).said
    assert isinstance(said, Rewritten)
    assert [one.trouble for one in said.files] == [Trouble.DELETED]


def test_a_deleted_message_that_cannot_concern_us_is_nothing() -> None:
    body = payload("message_deleted")
    del body["event"]["previous_message"]["thread_ts"]
    assert read(body, AT, "UBOT") is None


def test_a_deleted_message_of_ours_is_heard_of_and_another_bots_is_not() -> None:
    body = payload("message_deleted")
    body["event"]["previous_message"] = {"user": "UBOT", "bot_id": "B1", "ts": "1790000010.000100"}
    assert heard(body).said == Withdrawn(message=MessageId("1790000010.000100"))
    body["event"]["previous_message"]["user"] = "UOTHER"
    assert read(body, AT, "UBOT") is None


@pytest.mark.parametrize(
    ("name", "sign"),
    [("x", Sign.DELETE), ("envelope", Sign.TO_ME), ("email", Sign.TO_ME), ("repeat", Sign.AGAIN)],
)
def test_a_reaction_under_our_message_is_a_sign(name: str, sign: Sign) -> None:
    incoming = heard(payload("reaction_added", reaction=name))
    assert incoming.said == Reacted(sign=sign, message=MessageId("1790000001.000200"))
    assert (incoming.place.channel, incoming.person.id) == ("C1", "U1")


@pytest.mark.parametrize(
    "change",
    [
        {"reaction": "heart"},
        {"item_user": "U2"},
        {"item_user": None},
        {"user": "UBOT"},
        {"item": {"type": "file", "file": "F1"}},
        {"type": "reaction_removed"},
    ],
)
def test_other_reactions_are_nothing(change: dict[str, Any]) -> None:
    assert read(payload("reaction_added", **change), AT, "UBOT") is None


def test_a_reaction_given_anew_is_another_one() -> None:
    first, second = payload("reaction_added"), payload("reaction_added", event_ts="1790000099.000400")
    assert heard(first).key != heard(second).key
    assert heard(copy.deepcopy(first)).key == heard(first).key
