"""What people do in the stand-in's channels reaches Slack's own framework as Slack would tell it."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest
from PIL import Image
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import Impossible, StandIn, serve
from bot.playground.slack.app import Shortcut
from bot.playground.slack.state import Json, Keeping
from tests.wire.slack_calls import Clock, plain, refusal, shown, upload

ANYTHING = re.compile(".+")
EVERYTHING = {"message.im", "message.channels", "message.groups", "app_mention"} | {
    "app_home_opened",
    "reaction_added",
    "reaction_removed",
    "member_joined_channel",
}


def picture(size: tuple[int, int] = (1200, 800), kind: str = "PNG") -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


@dataclass(kw_only=True)
class Ear:
    """What Bolt passed on, in the order it came."""

    slack: StandIn
    bodies: list[Json] = field(default_factory=list)

    @property
    def events(self) -> list[Json]:
        return [body["event"] for body in self.bodies if "event" in body]

    async def heard(self, count: int) -> list[Json]:
        """Wait for so many events: Bolt hands an event on after it was acknowledged."""
        await self.slack.workspace.until(lambda: len(self.events) >= count, 5)
        return self.events


@asynccontextmanager
async def listening(slack: StandIn, client: AsyncWebClient) -> AsyncIterator[Ear]:
    app, ear = AsyncApp(client=client), Ear(slack=slack)

    async def hear(body: Json, ack: AsyncAck) -> None:
        ear.bodies.append(body)
        await ack()
        slack.workspace.touch()

    app.event(ANYTHING)(hear)
    app.shortcut(ANYTHING)(hear)
    app.action(ANYTHING)(hear)
    app.view_closed(ANYTHING)(hear)
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=1)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped
    try:
        await slack.connected()
        yield ear
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped


@pytest.fixture
async def ear(slack: StandIn, client: AsyncWebClient) -> AsyncIterator[Ear]:
    slack.cloud.app.shortcuts = (Shortcut(callback_id="edit_message", name="Edit", of_message=True),)
    slack.cloud.app.has_home = True
    slack.workspace.subscriptions |= EVERYTHING
    slack.workspace.scopes |= {"app_mentions:read", "reactions:read", "reactions:write"}
    async with listening(slack, client) as ear:
        yield ear


# -- what is said --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mention_first", [False, True])
async def test_a_reply_with_a_mention_and_a_file_is_told_twice_in_either_order(
    ear: Ear, mention_first: bool
) -> None:
    root = (await ear.slack.workspace.say("ben", "general", "hello")).message
    assert root
    said = await ear.slack.workspace.say(
        "ann",
        "general",
        "@imagine make it <blue> & nice",
        thread=root.ts,
        files=[("fox.png", picture())],
        mention_first=mention_first,
        mention_with_files=False,
        gap=0.05,
    )
    assert said.ok
    assert said.message
    first, second = (await ear.heard(3))[1:]
    mention, message = (first, second) if mention_first else (second, first)
    assert mention["type"] == "app_mention"
    assert (message["type"], message["subtype"]) == ("message", "file_share")
    assert mention["ts"] == message["ts"] == said.message.ts
    assert mention["client_msg_id"] == message["client_msg_id"]
    assert message["text"] == f"<@{ear.slack.workspace.team.bot_user}> make it &lt;blue&gt; &amp; nice"
    assert message["parent_user_id"] == ear.slack.workspace.user("ben").id
    assert message["thread_ts"] == root.ts
    assert "files" not in mention
    assert [file["name"] for file in message["files"]] == ["fox.png"]
    assert "channel_type" not in mention
    assert ear.bodies[1]["event_id"] != ear.bodies[2]["event_id"]


async def test_a_mention_may_have_the_files_too(ear: Ear) -> None:
    await ear.slack.workspace.say("ann", "general", "@imagine", files=[("a.png", picture())])
    message, mention = await ear.heard(2)
    assert mention["files"] == message["files"]


async def test_a_mention_may_only_name_the_files_in_its_blocks(ear: Ear) -> None:
    await ear.slack.workspace.say(
        "ann", "general", "@imagine", files=[("a.png", picture())], mention_names_files=True
    )
    message, mention = await ear.heard(2)
    assert "files" not in mention
    (element,) = mention["blocks"][1]["elements"][0]["elements"]
    assert element == {"type": "file", "file_id": message["files"][0]["id"]}


async def test_a_forwarded_message_brings_its_files_along(ear: Ear, client: AsyncWebClient) -> None:
    said = (await ear.slack.workspace.say("ann", "secret", "look", files=[("a.png", picture())])).message
    assert said
    assert (await refusal(client.files_info(file=said.files[0])))["error"] == "file_not_found"
    await ear.slack.workspace.forward("ann", said, "general", "@imagine this")
    message, mention = await ear.heard(2)
    (shared,) = message["attachments"]
    assert (shared["is_share"], shared["text"], shared["files"][0]["name"]) == (True, "look", "a.png")
    assert mention["attachments"] == message["attachments"]
    assert "files" not in message
    assert (await client.files_info(file=said.files[0]))["file"]["name"] == "a.png"


async def test_a_link_that_is_shown_changes_a_message_that_nobody_edited(ear: Ear) -> None:
    said = (await ear.slack.workspace.say("ann", "general", "see https://example.com/")).message
    assert said
    await ear.slack.workspace.unfurl(said)
    changed = (await ear.heard(2))[1]
    assert changed["message"]["text"] == changed["previous_message"]["text"] == "see <https://example.com/>"
    assert changed["message"]["attachments"]
    assert "edited" not in changed["message"]


async def test_a_phantom_has_another_ts_and_the_same_client_msg_id(ear: Ear) -> None:
    ack = await ear.slack.workspace.say("ann", "general", "hello")
    await ear.slack.workspace.phantom(ack)
    first, second = await ear.heard(2)
    assert first["ts"] != second["ts"]
    assert first["client_msg_id"] == second["client_msg_id"]


async def test_a_group_message_is_heard_where_the_bot_was_asked_in(ear: Ear, client: AsyncWebClient) -> None:
    ear.slack.workspace.subscriptions.add("message.mpim")
    group = ear.slack.workspace.new_group_dm("ann", "ben", "imagine")
    await ear.slack.workspace.say("ann", group.id, "@imagine a fox")
    message, mention = await ear.heard(2)
    assert (message["channel_type"], mention["type"]) == ("mpim", "app_mention")
    assert (await client.conversations_history(channel=group.id))["messages"][0]["ts"] == message["ts"]
    await ear.slack.workspace.say("ann", ear.slack.workspace.new_group_dm("ann", "ben", "ada").id, "@imagine")
    assert len(ear.events) == 2


async def test_where_the_bot_is_not_nothing_is_told(ear: Ear) -> None:
    for channel in ("random", "secret", "ann-ben"):
        assert (await ear.slack.workspace.say("ann", channel, "@imagine")).ok
    await ear.slack.workspace.say("ann", "dm:ann", "@imagine")
    assert [one["channel_type"] for one in await ear.heard(1)] == ["im"]


async def test_who_is_not_there_says_nothing_and_sees_nothing(slack: StandIn) -> None:
    said = (await slack.workspace.say("ann", "ann-ben", "psst")).message
    assert said
    with pytest.raises(Impossible, match="not in"):
        await slack.workspace.say("yumi", "ann-ben", "me too")
    with pytest.raises(Impossible, match="does not see"):
        await slack.workspace.react("yumi", said, "eyes")


async def test_a_broadcast_reply_brings_its_root(ear: Ear) -> None:
    root = (await ear.slack.workspace.say("ben", "general", "root")).message
    assert root
    await ear.slack.workspace.say("ann", "general", "for all", thread=root.ts, broadcast=True)
    last = (await ear.heard(2))[-1]
    assert last["subtype"] == "thread_broadcast"
    assert (last["root"]["text"], last["root"]["reply_count"]) == ("root", 1)


async def test_another_bot_says_who_it_is(ear: Ear) -> None:
    await ear.slack.workspace.say("weather", "general", "rain")
    (said,) = await ear.heard(1)
    assert (said["bot_id"], said["user"]) == ("B0WEATHER5", ear.slack.workspace.user("weather").id)
    assert "client_msg_id" not in said


async def test_an_edit_tells_before_and_after_and_the_mention_again(ear: Ear) -> None:
    said = (await ear.slack.workspace.say("ann", "general", "@imagine a fox")).message
    assert said
    await ear.heard(2)
    await ear.slack.workspace.edit("ann", said, "@imagine a hen")
    changed, mention = (await ear.heard(4))[2:]
    assert (changed["subtype"], changed["hidden"]) == ("message_changed", True)
    assert "user" not in changed
    assert changed["previous_message"]["text"].endswith("a fox")
    assert changed["message"]["text"].endswith("a hen")
    assert changed["message"]["edited"]["user"] == said.user
    assert mention["edited"]["user"] == said.user
    with pytest.raises(Impossible, match="cannot change"):
        await ear.slack.workspace.edit("ben", said, "mine")


async def test_after_the_edit_window_nobody_changes_anything(
    ear: Ear, client: AsyncWebClient, clock: Clock
) -> None:
    said = (await ear.slack.workspace.say("ann", "general", "a fox")).message
    assert said
    ts = (await client.chat_postMessage(channel="C0GENERAL1", text="x"))["ts"]
    ear.slack.workspace.edit_window = 60
    clock.at += 61
    with pytest.raises(Impossible, match="too late"):
        await ear.slack.workspace.edit("ann", said, "a hen")
    refused = await refusal(client.chat_update(channel="C0GENERAL1", ts=ts, text="y"))
    assert refused["error"] == "edit_window_closed"


async def test_a_deleted_message_is_told_with_what_it_was(ear: Ear, client: AsyncWebClient) -> None:
    file = ear.slack.workspace.person_uploads("ann", "a.png", picture())
    said = (await ear.slack.workspace.say("ann", "general", "a fox", files=[file])).message
    assert said
    await ear.slack.workspace.delete("ann", said)
    gone = (await ear.heard(2))[-1]
    assert (gone["subtype"], gone["deleted_ts"]) == ("message_deleted", said.ts)
    assert gone["previous_message"]["files"][0]["id"] == file.id
    assert (await refusal(client.files_info(file=file.id)))["error"] == "file_deleted"


async def test_a_deleted_root_becomes_a_stone_until_its_last_reply_goes(ear: Ear) -> None:
    root = (await ear.slack.workspace.say("ann", "general", "root")).message
    assert root
    reply = (await ear.slack.workspace.say("ben", "general", "reply", thread=root.ts)).message
    assert reply
    await ear.slack.workspace.delete("ann", root)
    stone = (await ear.heard(3))[-1]
    assert (stone["subtype"], stone["message"]["subtype"]) == ("message_changed", "tombstone")
    await ear.slack.workspace.delete("ben", reply)
    assert [one["deleted_ts"] for one in (await ear.heard(5))[3:]] == [reply.ts, root.ts]
    assert ear.slack.workspace.channel("general").messages == []


async def test_only_an_admin_deletes_what_another_said(ear: Ear, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C0GENERAL1", text="x"))["ts"]
    with pytest.raises(Impossible):
        await ear.slack.workspace.delete("ann", ts)
    await ear.slack.workspace.delete("ada", ts)
    assert (await refusal(client.chat_update(channel="C0GENERAL1", ts=ts, text="y")))[
        "error"
    ] == "message_not_found"


async def test_a_reaction_is_told_and_taken_back(ear: Ear, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C0GENERAL1", text="x"))["ts"]
    await ear.slack.workspace.react("ann", ts, "x")
    with pytest.raises(Impossible):
        await ear.slack.workspace.react("ann", ts, "x")
    await ear.slack.workspace.react("ann", ts, "x", add=False)
    added, removed = await ear.heard(2)
    assert (added["type"], removed["type"]) == ("reaction_added", "reaction_removed")
    assert added["item"] == {"type": "message", "channel": "C0GENERAL1", "ts": ts}
    assert added["item_user"] == ear.slack.workspace.team.bot_user
    ear.slack.workspace.scopes.discard("reactions:read")
    await ear.slack.workspace.react("ann", ts, "repeat")
    assert len(ear.events) == 2


# -- files ---------------------------------------------------------------------------------------------


async def test_a_photo_says_how_large_it_is_and_has_smaller_copies(
    ear: Ear, slack: StandIn, client: AsyncWebClient
) -> None:
    await slack.workspace.say("ann", "general", files=[("fox.jpeg", picture(kind="JPEG"))])
    (file,) = (await ear.heard(1))[0]["files"]
    assert (file["mimetype"], file["filetype"], file["mode"]) == ("image/jpeg", "jpg", "hosted")
    assert (file["original_w"], file["original_h"]) == (1200, 800)
    assert (file["thumb_1024_w"], file["thumb_1024_h"]) == (1024, 683)
    assert list(file["shares"]["public"]) == ["C0GENERAL1"]
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession() as session:
        async with session.get(file["thumb_480"], headers=headers) as answer:
            assert Image.open(BytesIO(await answer.read())).size == (480, 320)
        async with session.get(file["thumb_480"]) as answer:
            assert answer.content_type == "text/html"
    assert (await client.files_info(file=file["id"]))["file"]["channels"] == ["C0GENERAL1"]


async def test_slack_names_a_photo_of_a_phone_and_a_text(ear: Ear) -> None:
    heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100)
    await ear.slack.workspace.say("ann", "general", files=[("a.heic", heic), ("a.txt", b"a long prompt")])
    photo, words = (await ear.heard(1))[0]["files"]
    assert (photo["mimetype"], photo["filetype"], photo["mode"]) == ("image/heic", "heic", "hosted")
    assert "thumb_360" not in photo
    assert (words["mimetype"], words["filetype"], words["mode"]) == ("text/plain", "text", "snippet")


async def test_files_that_are_not_there_say_so_in_slacks_ways(ear: Ear, client: AsyncWebClient) -> None:
    brought = [
        ear.slack.workspace.person_uploads("ann", "a.png", picture(), keeping=keeping) for keeping in Keeping
    ]
    await ear.slack.workspace.say("ann", "general", files=brought)
    told = {file["id"]: file for file in (await ear.heard(1))[0]["files"]}
    hosted, stub, denied, hidden, external = [told[file.id] for file in brought]
    assert hosted["mode"] == "hosted"
    assert stub["file_access"] == "check_file_info"
    assert "url_private" not in stub
    assert (await client.files_info(file=stub["id"]))["file"]["url_private"]
    assert denied["file_access"] == "access_denied"
    assert hidden["mode"] == "hidden_by_limit"
    assert (external["mode"], external["is_external"]) == ("external", True)
    brought[0].deleted = True
    history = await client.conversations_history(channel="C0GENERAL1")
    assert history["messages"][0]["files"][0]["mode"] == "tombstone"


async def test_a_file_of_a_channel_without_the_bot_is_not_the_bots(
    slack: StandIn, client: AsyncWebClient
) -> None:
    said = (await slack.workspace.say("ann", "secret", files=[("a.png", picture())])).message
    assert said
    (file,) = said.files
    assert (await refusal(client.files_info(file=file)))["error"] == "file_not_found"
    refused = await refusal(client.chat_postMessage(channel="C0GENERAL1", text="x", blocks=shown(file)))
    assert refused["error"] == "invalid_blocks"
    url = slack.workspace.urls(slack.workspace.files[file])["url_private"]
    async with (
        aiohttp.ClientSession() as session,
        session.get(url, headers={"Authorization": f"Bearer {slack.bot_token}"}) as answer,
    ):
        assert answer.content_type == "text/html"


async def test_a_photo_of_a_phone_has_thumbnails_unless_slack_makes_none(ear: Ear) -> None:
    heif = pytest.importorskip("pillow_heif", reason="the extra heic is not installed")
    heif.register_heif_opener(thumbnails=False)
    photo = picture((640, 480), kind="HEIF")
    await ear.slack.workspace.say("ann", "general", files=[("a.heic", photo)])
    ear.slack.workspace.heic_has_thumbnails = False
    await ear.slack.workspace.say("ann", "general", files=[("a.heic", photo)])
    first, second = [event["files"][0] for event in await ear.heard(2)]
    assert (first["mimetype"], first["original_w"], first["thumb_480_h"]) == ("image/heic", 640, 360)
    assert "thumb_480" not in second


async def test_a_file_deleted_by_itself_leaves_its_message(ear: Ear) -> None:
    ear.slack.workspace.subscriptions.add("file_deleted")
    said = (await ear.slack.workspace.say("ann", "general", "look", files=[("a.png", picture())])).message
    assert said
    with pytest.raises(Impossible):
        await ear.slack.workspace.delete_file("ben", said.files[0])
    await ear.slack.workspace.delete_file("ann", said.files[0])
    assert (await ear.heard(2))[1]["file_id"] == said.files[0]
    assert ear.slack.workspace.told(ear.slack.workspace.channel("general"), said)["files"][0] == {
        "id": said.files[0],
        "mode": "tombstone",
    }


# -- shortcuts, the home tab, private messages, coming and going -------------------------------------------


async def test_a_message_shortcut_brings_the_message_wherever_the_person_is(ear: Ear) -> None:
    for channel in ("general", "secret"):
        said = (await ear.slack.workspace.say("ann", channel, "look", files=[("a.png", picture())])).message
        assert said
        assert (await ear.slack.workspace.message_shortcut("ben", said, "edit_message")).ok
    bodies = [body for body in ear.bodies if body.get("type") == "message_action"]
    assert [body["callback_id"] for body in bodies] == ["edit_message"] * 2
    assert [body["channel"]["name"] for body in bodies] == ["general", "privategroup"]
    assert bodies[0]["message"]["files"][0]["name"] == "a.png"
    assert bodies[0]["message"]["ts"] == bodies[0]["message_ts"]
    assert bodies[0]["response_url"].startswith(ear.slack.base_url)


async def test_only_what_the_manifest_names_can_be_chosen(slack: StandIn, client: AsyncWebClient) -> None:
    said = (await slack.workspace.say("ann", "random", "look")).message
    assert said
    with pytest.raises(Impossible, match="not a valid command"):
        await slack.workspace.command("ann", "general", name="/paint")
    with pytest.raises(Impossible, match="no shortcut"):
        await slack.workspace.shortcut("ann", "other")
    with pytest.raises(Impossible, match="no shortcut"):
        await slack.workspace.message_shortcut("ann", said, "imagine_form")
    slack.cloud.app.has_home = False
    home = {"type": "home", "blocks": [{"type": "section", "text": plain("x")}]}
    refused = await refusal(client.views_publish(user_id=slack.workspace.user("ann").id, view=home))
    assert refused["error"] == "not_enabled"


async def test_a_home_tab_is_published_opened_and_pressed(ear: Ear, client: AsyncWebClient) -> None:
    workspace = ear.slack.workspace
    ann = workspace.user("ann").id
    await workspace.open_home("ann")
    assert "view" not in (await ear.heard(1))[0]
    button = {"type": "button", "action_id": "start", "text": plain("Start"), "value": "1"}
    home = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}
    await client.views_publish(user_id=ann, view=home)
    await workspace.open_home("ann")
    assert (await ear.heard(2))[1]["view"]["blocks"][0]["elements"][0]["action_id"] == "start"
    await workspace.change_view("ann", workspace.homes[ann], "start")
    assert ear.bodies[-1]["actions"][0]["value"] == "1"
    assert ear.bodies[-1]["view"]["type"] == "home"


async def test_a_private_message_is_gone_when_slack_is_started_anew(
    slack: StandIn, client: AsyncWebClient
) -> None:
    general = slack.workspace.channel("general")
    for name in ("ann", "ann", "ben"):
        await client.chat_postEphemeral(channel=general.id, user=slack.workspace.user(name).id, text=name)
    with pytest.raises(Impossible):
        slack.workspace.dismiss("ben", general.ephemerals[0])
    slack.workspace.dismiss("ann", general.ephemerals[0])
    assert [one.text for one in general.ephemerals] == ["ann", "ben"]
    slack.workspace.reload("ann")
    assert [one.text for one in general.ephemerals] == ["ben"]


async def test_what_others_said_is_unread_until_it_is_looked_at(
    slack: StandIn, client: AsyncWebClient
) -> None:
    root = (await slack.workspace.say("ann", "general", "one")).message
    assert root
    await client.chat_postMessage(channel="C0GENERAL1", text="two")
    await client.chat_postMessage(channel="C0GENERAL1", text="in the thread", thread_ts=root.ts)
    assert [slack.workspace.unread(who, "general") for who in ("ann", "ben")] == [1, 2]
    slack.workspace.mark_read("ben", "general")
    assert slack.workspace.unread("ben", "general") == 0


async def test_a_bot_that_was_taken_out_of_a_channel_may_not_speak_there(
    ear: Ear, client: AsyncWebClient
) -> None:
    ear.slack.workspace.scopes.discard("chat:write.public")
    await ear.slack.workspace.join("imagine", "secret")
    assert (await client.chat_postMessage(channel="C0SECRET03", text="x"))["ok"]
    await ear.slack.workspace.leave("imagine", "secret")
    refused = await refusal(client.chat_postMessage(channel="C0SECRET03", text="x"))
    assert refused["error"] == "channel_not_found"
    await ear.slack.workspace.leave("imagine", "general")
    refused = await refusal(client.chat_postMessage(channel="C0GENERAL1", text="x"))
    assert refused["error"] == "not_in_channel"
    ear.slack.workspace.archive("random")
    with pytest.raises(Impossible, match="archived"):
        await ear.slack.workspace.say("ann", "random", "x")


async def test_who_comes_and_goes_is_said_in_the_channel(ear: Ear) -> None:
    workspace = ear.slack.workspace
    with pytest.raises(Impossible):
        await workspace.join("ann", "general")
    await workspace.leave("ann", "general")
    await workspace.join("ann", "general")
    left, joined, member = await ear.heard(3)
    assert (left["subtype"], joined["subtype"]) == ("channel_leave", "channel_join")
    assert joined["text"] == f"<@{workspace.user('ann').id}> has joined the channel"
    assert (member["type"], member["user"]) == ("member_joined_channel", workspace.user("ann").id)
    await workspace.leave("imagine", "general")
    assert len(ear.events) == 3


async def test_all_forms_of_a_stack_close_at_once_and_say_so(ear: Ear) -> None:
    form = {"type": "modal", "callback_id": "one", "title": plain("One"), "notify_on_close": True}
    blocks = [{"type": "section", "text": plain("x")}]
    ann = ear.slack.workspace.user("ann").id
    under = ear.slack.workspace.open_view(ann, form | {"blocks": blocks})
    over = ear.slack.workspace.open_view(ann, form | {"callback_id": "two", "blocks": blocks}, under=under)
    await ear.slack.workspace.close_view("ann", over, all_of_them=True)
    assert ear.slack.workspace.view_of("ann") is None
    closed = [body for body in ear.bodies if body.get("type") == "view_closed"]
    assert [(one["view"]["callback_id"], one["is_cleared"]) for one in closed] == [
        ("two", True),
        ("one", True),
    ]


# -- menus in messages, events sent again, connections ---------------------------------------------------


async def test_what_is_chosen_in_a_messages_menus_comes_with_every_press(
    ear: Ear, client: AsyncWebClient
) -> None:
    options = [{"text": plain(name), "value": name} for name in ("subject", "style")]
    menu = {"type": "static_select", "action_id": "role", "options": options, "initial_option": options[0]}
    run = {"type": "button", "action_id": "run", "text": plain("Run"), "value": "j1"}
    blocks = [
        {"type": "actions", "block_id": "first", "elements": [menu]},
        {"type": "actions", "block_id": "second", "elements": [dict(menu)]},
        {"type": "actions", "block_id": "go", "elements": [run]},
    ]
    ts = (await client.chat_postMessage(channel="C0GENERAL1", text="x", blocks=blocks))["ts"]
    await ear.slack.workspace.press("ann", ts, "role", block_id="second", value="style")
    await ear.slack.workspace.press("ann", ts, "run")
    await ear.slack.workspace.press("ben", ts, "run")
    chosen = [
        [body["state"]["values"][block]["role"]["selected_option"]["value"] for block in ("first", "second")]
        for body in ear.bodies[1:]
    ]
    assert chosen == [["subject", "style"], ["subject", "subject"]]


async def test_an_event_that_nobody_took_is_sent_again_and_says_so(
    slack: StandIn, client: AsyncWebClient
) -> None:
    slack.workspace.subscriptions |= EVERYTHING
    slack.workspace.event_retries = (1.5, 60)
    assert not (await slack.workspace.say("ann", "dm:ann", "first")).ok
    assert not (await slack.workspace.command("ann", "general", "x")).ok
    assert not (await slack.workspace.say("ann", "dm:ann", "second")).ok
    heard: list[tuple[str, str]] = []
    app = AsyncApp(client=client)

    async def hear(body: Json, request: AsyncBoltRequest, ack: AsyncAck) -> None:
        what = body["event"]["text"] if "event" in body else body["command"]
        heard.append((what, request.headers.get("x-slack-retry-num", [""])[0]))
        await ack()
        slack.workspace.touch()

    app.event("message")(hear)
    app.command("/imagine")(hear)

    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=1)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped
    try:
        await slack.workspace.until(lambda: len(heard) >= 2, 5)
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped
    assert heard == [("first", "1"), ("second", "1")]


async def test_a_deaf_connection_is_open_and_nothing_comes_through(ear: Ear) -> None:
    ear.slack.sockets.go_deaf()
    assert ear.slack.sockets.connected
    ack = await ear.slack.workspace.say("ann", "general", "hello?")
    assert (ack.ok, ack.error) == (False, "operation_timeout")
    assert ear.events == []


async def test_a_broken_line_is_joined_again_by_slacks_own_client(ear: Ear) -> None:
    before = len(ear.slack.workspace.calls_of("apps.connections.open"))
    ear.slack.sockets.cut()
    workspace = ear.slack.workspace
    await workspace.until(lambda: len(workspace.calls_of("apps.connections.open")) > before, 15)
    await ear.slack.connected()


async def test_an_eleventh_connection_is_sent_away(slack: StandIn) -> None:
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        greetings = []
        for _ in range(11):
            url = slack.sockets.new_url()
            socket = await stack.enter_async_context(session.ws_connect(url))
            greetings.append(await socket.receive_json())
    assert [said["type"] for said in greetings] == ["hello"] * 10 + ["disconnect"]
    assert greetings[-1]["reason"] == "too_many_websockets"


# -- a restart -------------------------------------------------------------------------------------------


async def test_everything_is_there_again_after_a_restart_but_what_one_person_saw(tmp_path: Path) -> None:
    async with serve(page=False, folder=tmp_path) as before:
        workspace, second = before.workspace, before.cloud.add("acme", installed=True)
        said = (await workspace.say("ann", "general", "look", files=[("a.png", picture())])).message
        assert said
        client = AsyncWebClient(token=before.bot_token, base_url=before.api_url)
        metadata = {"event_type": "job", "event_payload": {"id": "k3f9"}}
        await client.chat_postMessage(channel="C0GENERAL1", text="a", thread_ts=said.ts, metadata=metadata)
        await client.chat_postEphemeral(channel="C0GENERAL1", user=said.user, text="psst")
        await workspace.react("ben", said, "x")
        await workspace.join("imagine", "secret")
        workspace.mark_read("ben", "general")
        secrets = before.signing_secret, second.bot_token
    async with serve(page=False, folder=tmp_path) as after:
        workspace = after.workspace
        assert workspace.channel("general").messages == before.workspace.channel("general").messages
        assert workspace.ephemerals == []
        assert workspace.unread("ben", "general") == 0
        assert (after.signing_secret, after.cloud.team("acme").bot_token) == secrets
        client = AsyncWebClient(token=after.bot_token, base_url=after.api_url)
        assert await upload(client)
        assert (await client.files_info(file=said.files[0]))["file"]["original_w"] == 1200
        assert workspace.files[said.files[0]].data == picture()
        assert (await client.chat_postMessage(channel="C0SECRET03", text="x"))["ok"]
        assert (await client_of_second(after, secrets[1]).auth_test())["team"] == "acme"


def client_of_second(slack: StandIn, token: str) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=slack.api_url)


async def test_what_was_said_before_a_crash_is_on_disk(tmp_path: Path) -> None:
    async with serve(page=False, folder=tmp_path) as running:
        await running.workspace.say("ann", "general", "saved at once")
        file = tmp_path / "workspaces.json"
        async with asyncio.timeout(5):
            while not file.exists():  # noqa: ASYNC110 -- nobody tells that a file was written
                await asyncio.sleep(0.05)
        assert "saved at once" in file.read_text()


async def test_what_cannot_be_read_is_put_aside_and_the_workspace_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "workspaces.json").write_text('{"of": "another version"}')
    async with serve(page=False, folder=tmp_path) as running:
        assert running.workspace.messages == []
        assert (await running.workspace.say("ann", "random", "hello")).ok
    assert "another version" in (tmp_path / "workspaces.json.unreadable").read_text()
    assert "hello" in (tmp_path / "workspaces.json").read_text()
