"""What Teams sends becomes what a person did; payloads are shaped as Microsoft shows them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.chat.teams import address
from bot.chat.teams.incoming import read
from bot.types import (
    Action,
    Command,
    FormKind,
    FormSent,
    FormWanted,
    Incoming,
    JobId,
    MessageId,
    PlaceKind,
    Pointed,
    Pressed,
    Reacted,
    Rewritten,
    Sign,
    Trouble,
    Withdrawn,
    Words,
)

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
PAYLOADS = Path(__file__).parents[1] / "payloads/teams"
NAMES = sorted(path.stem for path in PAYLOADS.glob("*.json"))
SERVICE = "https://smba.trafficmanager.net/emea"
RESULT = MessageId("1795000000005")
US = "28:28a1b2c3-0000-4000-8000-00000000cafe"


def payload(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def heard(name: str, **changes: Any) -> Incoming:
    found = read(payload(name) | changes, AT)
    assert found is not None
    return found.incoming


def words(name: str, **changes: Any) -> Words:
    said = heard(name, **changes).said
    assert isinstance(said, Words)
    return said


# -- where and who


@pytest.mark.parametrize(
    ("name", "kind", "conversation", "thread"),
    [
        ("personal", PlaceKind.DM, "a:1ann", None),
        ("group", PlaceKind.PRIVATE, "19:group@thread.v2", None),
        ("channel", PlaceKind.CHANNEL, "19:general@thread.tacv2", "1795000000001"),
        ("thread", PlaceKind.CHANNEL, "19:general@thread.tacv2", "1795000000001"),
        ("quoting", PlaceKind.PRIVATE, "19:group@thread.v2", RESULT),
        ("quoting_in_html", PlaceKind.DM, "a:1ann", RESULT),
        ("quoting_by_reference", PlaceKind.DM, "a:1ann", RESULT),
    ],
)
def test_a_place_is_a_conversation_its_service_and_what_is_answered(
    name: str, kind: PlaceKind, conversation: str, thread: str | None
) -> None:
    place = heard(name).place
    where = address.read(place.channel)
    assert (place.kind, where.conversation, where.service) == (kind, conversation, SERVICE)
    assert place.thread == thread
    assert str(where) == place.channel


def test_only_channels_have_threads_for_the_connector() -> None:
    in_channel, in_chat = (address.read(heard(name).place.channel) for name in ("thread", "quoting"))
    assert in_channel.at(MessageId("1")) == "19:general@thread.tacv2;messageid=1"
    assert in_chat.at(RESULT) == "19:group@thread.v2"


@pytest.mark.parametrize("name", ["personal", "group", "edited"])
def test_what_a_message_in_a_chat_replies_to_is_what_it_is_about(name: str) -> None:
    assert heard(name, replyToId=RESULT).place.thread == RESULT


def test_what_a_message_quotes_is_nearer_than_what_it_replies_to() -> None:
    for name in ("quoting", "quoting_in_html", "quoting_by_reference"):
        assert heard(name, replyToId="1795000000001").place.thread == RESULT


def test_what_a_button_or_a_reaction_stands_under_is_no_reply() -> None:
    for name in ("dialog_opened", "press_as_message", "reaction"):
        assert heard(name, replyToId=RESULT).place.thread is None


def test_a_channels_thread_is_its_root_whatever_is_replied_to() -> None:
    assert heard("thread", replyToId=RESULT).place.thread == "1795000000001"


def test_a_person_is_who_they_are_in_their_tenant() -> None:
    incoming = heard("japanese")
    assert (incoming.person.workspace, incoming.person.id) == (
        "7a2d0e1c-1111-4222-8333-0123456789ab",
        "29:1yumi",
    )
    assert incoming.locale == "ja-JP"


def test_where_the_message_says_no_language_the_client_does() -> None:
    assert heard("japanese", locale="").locale == "ja-JP"


# -- words


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("personal", "a red fox"),
        ("group", "a red fox --ar 16:9"),
        ("channel", "a red fox"),
        ("thread", "make it @Bob &amp; blue"),
        ("japanese", "新聞を読むきつね"),
        ("quoting", "make it blue"),
    ],
)
def test_the_bots_name_is_no_part_of_the_words(name: str, text: str) -> None:
    assert words(name).text == text


def test_who_names_the_bot_means_it() -> None:
    assert [words(name).mentioned for name in ("personal", "group", "thread")] == [False, True, True]


def test_a_slash_command_may_come_without_its_slash() -> None:
    assert heard("slash").said == Command(text="a red fox")
    assert heard("slash", text="/imagine a red fox").said == Command(text="a red fox")
    assert words("slash", text="/status").text == "status"
    assert words("personal", text="imagine a red fox").text == "imagine a red fox"


def test_the_bots_name_alone_is_a_command_alone() -> None:
    assert heard("group", text="<at>Imagine</at> ").said == Command(text="")


@pytest.mark.parametrize(
    "text",
    [
        "<at>Imagine</at> <at>Imagine</at> a red fox",
        "a&nbsp;<at>Imagine</at>&nbsp;red fox",
        "a red fox <at>Imagine</at>",
        "\xa0a red <at>Imagine</at>fox",
        '<at id="0">Imagine</at>&nbsp;a red fox\r\n',
        "<at>imagine</at> a red fox",
    ],
)
@pytest.mark.parametrize("written", ["<at>Imagine</at>", ""])
def test_the_bots_name_leaves_no_trace_wherever_it_stands(text: str, written: str) -> None:
    mention = {"type": "mention", "text": written, "mentioned": {"id": US, "name": "Imagine"}}
    said = words("group", text=text, entities=[mention])
    assert (said.text, said.mentioned) == ("a red fox", True)


def test_the_lists_word_alone_asks_for_the_form() -> None:
    assert heard("group", text="<at>Imagine</at> imagine").said == Command(text="")
    assert heard("personal", text="Imagine").said == Command(text="")
    assert words("group", text="imagine", entities=[]).text == "imagine"


def test_a_wide_slash_is_one() -> None:
    assert heard("personal", text="／imagine きつね").said == Command(text="きつね")


def test_a_command_with_a_picture_keeps_it() -> None:
    said = words("pasted", text="/imagine make it night")
    assert (said.text, said.mentioned, len(said.files)) == ("make it night", True, 1)


def test_nothing_at_all_is_nothing() -> None:
    assert read(payload("personal") | {"text": "", "attachments": []}, AT) is None


# -- pictures


def test_a_pasted_picture_is_at_the_connector() -> None:
    [picture] = words("pasted").files
    assert picture.url == f"{SERVICE}/v3/attachments/0-weu-d1/views/original"
    assert (picture.media_type, picture.trouble, picture.signed) == ("", None, False)


def test_an_uploaded_file_is_where_its_address_of_minutes_says() -> None:
    [file] = words("uploaded").files
    assert (file.name, "tempauth=x" in file.url, file.signed) == ("fox.heic", True, True)


def test_a_file_that_is_only_mentioned_cannot_be_had() -> None:
    [file] = words("kept").files
    assert (file.trouble, file.url) == (Trouble.DENIED, "")


@pytest.mark.parametrize("name", ["quoting_in_html", "quoting_by_reference"])
def test_a_picture_in_a_quote_is_not_asked_for(name: str) -> None:
    assert words(name).files == ()


def test_a_file_beside_a_quote_is_asked_for() -> None:
    quote, page = payload("quoting_by_reference")["attachments"]
    more = {**page, "content": page["content"] + '<attachment id="another"></attachment>'}
    [file] = words("quoting_by_reference", attachments=[quote, more]).files
    assert file.trouble is Trouble.DENIED


def test_what_has_no_name_gets_one_that_can_be_said() -> None:
    [picture] = words("pasted").files
    assert picture.name == "image-1"


HOSTED = "https://graph.microsoft.com/v1.0/chats/1/messages/2/hostedContents/3/$value"
KEPT = "https://eu-api.asm.skype.com/v1/objects/0-weu-d1/views/imgo"


@pytest.mark.parametrize(
    ("page", "troubles"),
    [
        (f'<img src="{HOSTED}" width="2">', [Trouble.DENIED]),
        (f"<img alt='x' src='{HOSTED}'>", [Trouble.DENIED]),
        (f'<IMG SRC="{KEPT}"/>', [Trouble.DENIED]),
        ("<img src='x' itemtype='http://schema.skype.com/AMSImage'>", [Trouble.DENIED]),
        ('<img src="https://statics.teams.cdn.office.net/smile.png" itemtype="x/Emoji">', []),
        (f'<a href="{HOSTED}">a picture</a>', []),
        (f'<blockquote><img src="{HOSTED}"></blockquote>', []),
    ],
)
def test_a_pasted_picture_is_known_by_where_teams_keeps_it(page: str, troubles: list[Trouble]) -> None:
    pasted = payload("message_action_pasted")
    pasted["value"]["messagePayload"]["body"]["content"] = f"<p>look</p>{page}"
    found = read(pasted, AT)
    assert found
    assert isinstance(found.incoming.said, Pointed)
    assert [file.trouble for file in found.incoming.said.files] == troubles


# -- what follows on words


def test_a_changed_or_deleted_message_is_the_same_request() -> None:
    said, changed, gone = heard("group"), heard("edited"), heard("deleted")
    assert isinstance(changed.said, Rewritten)
    assert changed.said.text == "a blue fox"
    assert gone.said == Withdrawn(message=MessageId("1795000000000"))
    assert {said.key, changed.key, gone.key} == {said.key}


def test_a_reaction_that_means_something_is_heard() -> None:
    assert heard("reaction").said == Reacted(sign=Sign.DELETE, message=RESULT)
    assert read(payload("reaction") | {"reactionsAdded": [{"type": "heart"}]}, AT) is None


# -- buttons and forms


def test_a_press_is_its_button_however_it_comes() -> None:
    job = JobId("k3f9aaaabbbbcccc")
    assert heard("press").said == Pressed(action=Action.AGAIN, job=job, message=RESULT)
    assert heard("press_as_message").said == Pressed(
        action=Action.RETRY, job=job, message=RESULT, private=True
    )
    assert heard("dialog_opened").said == Pressed(action=Action.EDIT, job=job, message=RESULT)


def test_a_second_press_is_the_first_ones_echo() -> None:
    first, second = heard("press"), heard("press", id="f:99")
    assert first.key == second.key
    assert first.trigger != second.trigger


def test_a_form_is_its_answers() -> None:
    said = heard("dialog_sent").said
    assert isinstance(said, FormSent)
    assert (said.kind, said.draft) == (FormKind.IMAGINE, "k3f9aaaabbbbcccc")
    assert said.fields == {"prompt": "a fox", "n": "2", "private": "yes", "size": ""}
    assert heard("dialog_sent", id="f:9").key == heard("dialog_sent").key


def test_the_extension_opens_a_form_or_points_at_a_message() -> None:
    assert heard("extension").said == FormWanted()
    pointed = heard("message_action").said
    assert isinstance(pointed, Pointed)
    assert pointed.message == RESULT
    assert [file.trouble for file in pointed.files] == [Trouble.EXTERNAL]


def test_a_picture_that_a_message_only_names_is_told_from_none() -> None:
    pasted, plain = heard("message_action_pasted").said, payload("message_action_pasted")
    assert isinstance(pasted, Pointed)
    assert [file.trouble for file in pasted.files] == [Trouble.DENIED]
    plain["value"]["messagePayload"]["body"]["content"] = "<p>look</p>"
    found = read(plain, AT)
    assert found
    assert found.incoming.said == Pointed(message=RESULT)


# -- what is none of ours


@pytest.mark.parametrize("name", ["joined", "undeleted"])
def test_what_asks_for_nothing_is_left_alone(name: str) -> None:
    assert read(payload(name), AT) is None


def test_who_installs_the_bot_for_themselves_is_greeted_and_nobody_else() -> None:
    assert words("installed").text == "hello"
    team = {**payload("installed")["conversation"], "conversationType": "channel"}
    for change in ({"action": "remove"}, {"action": "add-upgrade"}, {"conversation": team}):
        assert read(payload("installed") | change, AT) is None


@pytest.mark.parametrize("name", NAMES)
def test_the_bots_own_words_and_other_channels_are_left_alone(name: str) -> None:
    us = {"from": {"id": US, "name": "Imagine"}}
    assert read(payload(name) | us, AT) is None
    assert read(payload(name) | {"channelId": "webchat"}, AT) is None


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("broken", [None, 3, "x", [], {}])
def test_a_payload_of_another_shape_never_raises(name: str, broken: object) -> None:
    whole = payload(name)
    for key in whole:
        read(whole | {key: broken}, AT)
    for key, value in whole.items():
        if isinstance(value, dict):
            for inner in value:
                read(whole | {key: value | {inner: broken}}, AT)


@pytest.mark.parametrize("name", NAMES)
def test_an_activity_delivered_again_has_the_same_key(name: str) -> None:
    first, again = read(payload(name), AT), read(payload(name), AT)
    assert (first and first.incoming.key) == (again and again.incoming.key)
