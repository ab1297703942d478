"""Slack's own SDKs meet the stand-in over real sockets."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.models.blocks import Block, ImageBlock
from slack_sdk.models.views import View as SdkView
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import Impossible, StandIn
from bot.playground.slack.state import Json
from tests.wire.slack_calls import PNG, Clock, plain, refusal, shown, upload

WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(100)


@asynccontextmanager
async def in_socket_mode(app: AsyncApp, slack: StandIn) -> AsyncIterator[None]:
    handler = AsyncSocketModeHandler(app, slack.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped
    try:
        await slack.connected()
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped


@asynccontextmanager
async def in_http_mode(app: AsyncApp, slack: StandIn) -> AsyncIterator[str]:
    runner = web.AppRunner(app.web_app(path="/slack/events"))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    slack.deliver_to(url)
    try:
        yield url
    finally:
        await runner.cleanup()


FORM: Json = {
    "type": "modal",
    "callback_id": "imagine",
    "title": plain("Imagine"),
    "submit": plain("Go"),
    "blocks": [
        {
            "type": "input",
            "block_id": "prompt",
            "label": plain("Prompt"),
            "element": {"type": "plain_text_input", "action_id": "prompt", "max_length": 10},
        },
        {
            "type": "input",
            "block_id": "model",
            "dispatch_action": True,
            "optional": True,
            "label": plain("Model"),
            "element": {
                "type": "static_select",
                "action_id": "model",
                "options": [{"text": plain(name), "value": name} for name in ("big", "small")],
            },
        },
    ],
}


# -- what people do reaches Bolt ---------------------------------------------------------------------


async def test_a_command_reaches_bolt_in_socket_mode_and_its_ack_comes_back(
    slack: StandIn, client: AsyncWebClient
) -> None:
    app = AsyncApp(client=client)
    heard: list[Json] = []

    @app.command("/imagine")
    async def listener(ack: AsyncAck, body: Json) -> None:
        heard.append(body)
        await ack(text="On it", response_type="ephemeral")

    async with in_socket_mode(app, slack):
        typed = "a fox & <owl> by @ben in #random https://example.com/a#b --ar 1:1"
        ack = await slack.workspace.command("ann", "general", typed)
    assert heard[0]["text"] == (
        "a fox &amp; &lt;owl&gt; by <@U0BEN00002|ben> in <#C0RANDOM02|random>"
        " <https://example.com/a#b> --ar 1:1"
    )
    assert heard[0]["channel_name"] == "general"
    assert ack.ok
    assert ack.payload == {"text": "On it", "response_type": "ephemeral"}
    assert 0 < ack.seconds < 3
    assert [told.text for told in slack.workspace.channel("general").ephemerals] == ["On it"]


async def test_a_command_reaches_bolt_in_http_mode_signed(slack: StandIn, client: AsyncWebClient) -> None:
    app = AsyncApp(client=client, signing_secret=slack.signing_secret)

    @app.command("/imagine")
    async def listener(ack: AsyncAck, body: Json) -> None:
        await ack(f"{body['channel_name']}: {body['text']}")

    # Bolt looks at the real clock when it checks a signature.
    slack.cloud.now = time.time
    async with in_http_mode(app, slack):
        ack = await slack.workspace.command("yumi", "dm:yumi", "きつね")
    assert ack.payload == {"text": "directmessage: きつね"}


async def test_a_wrong_signature_is_refused_by_bolt(slack: StandIn, client: AsyncWebClient) -> None:
    slack.cloud.now = time.time
    async with in_http_mode(AsyncApp(client=client, signing_secret="another"), slack) as url:
        assert not (await slack.workspace.command("ann", "general", "x")).ok
        assert not await slack.deliver_to(url).verify()
    assert slack.workspace.refusals[-1].error == "dispatch_failed"


async def test_an_old_signature_is_refused_by_bolt(
    slack: StandIn, client: AsyncWebClient, clock: Clock
) -> None:
    app = AsyncApp(client=client, signing_secret=slack.signing_secret)
    async with in_http_mode(app, slack) as url:
        clock.at = time.time() - 6 * 60
        assert not await slack.deliver_to(url).verify()
        clock.at = time.time()
        assert await slack.deliver_to(url).verify()


async def test_with_no_bot_there_slack_says_so_to_the_person(slack: StandIn) -> None:
    ack = await slack.workspace.command("ann", "general", "x")
    assert (ack.ok, ack.error) == (False, "dispatch_failed")
    assert "dispatch_failed" in slack.workspace.channel("general").ephemerals[0].text


async def test_a_pressed_button_arrives_with_its_message_and_value(
    slack: StandIn, client: AsyncWebClient
) -> None:
    app = AsyncApp(client=client)
    heard: list[Json] = []

    @app.action("again")
    async def listener(ack: AsyncAck, body: Json) -> None:
        heard.append(body)
        await ack()

    again = {"type": "button", "action_id": "again", "text": plain("Again"), "value": "job1"}
    posted = await client.chat_postMessage(
        channel="C0GENERAL1", text="x", blocks=[{"type": "actions", "elements": [again]}]
    )
    async with in_socket_mode(app, slack):
        assert (await slack.workspace.press("ben", posted["ts"], "again")).ok
        with pytest.raises(Impossible):
            await slack.workspace.press("ben", posted["ts"], "delete")
    assert heard[0]["actions"][0]["value"] == "job1"
    assert heard[0]["container"]["message_ts"] == heard[0]["message"]["ts"] == posted["ts"]
    assert heard[0]["user"]["id"] == slack.workspace.user("ben").id
    Block.parse_all(heard[0]["message"]["blocks"])


async def test_words_in_the_dm_are_an_event_and_its_redelivery_has_the_same_id(
    slack: StandIn, client: AsyncWebClient
) -> None:
    app = AsyncApp(client=client)
    heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    @app.event("message")
    async def listener(body: Json, request: object) -> None:
        headers: dict[str, list[str]] = getattr(request, "headers", {})
        heard.put_nowait((body["event_id"], headers.get("x-slack-retry-num", [""])[0]))

    async with in_socket_mode(app, slack):
        ack = await slack.workspace.say("ann", "dm:ann", "a fox")
        assert (await slack.workspace.redeliver(ack)).ok
        first = await asyncio.wait_for(heard.get(), 5)
        second = await asyncio.wait_for(heard.get(), 5)
    assert first[0] == second[0]
    assert (first[1], second[1]) == ("0", "1")


async def test_a_redelivered_command_has_another_envelope_and_the_same_trigger(slack: StandIn) -> None:
    envelopes: list[Json] = []
    async with aiohttp.ClientSession() as session, _raw_socket(slack, session) as socket:
        await slack.connected()

        async def answer() -> None:
            async for message in socket:
                said = json.loads(message.data)
                if "envelope_id" in said:
                    envelopes.append(said)
                    await socket.send_json({"envelope_id": said["envelope_id"]})

        answering = asyncio.create_task(answer())
        ack = await slack.workspace.command("ann", "general", "x")
        await slack.workspace.redeliver(ack)
        await socket.close()
        await answering
    first, second = envelopes
    assert first["envelope_id"] != second["envelope_id"]
    assert first["payload"]["trigger_id"] == second["payload"]["trigger_id"]
    assert first["accepts_response_payload"] is True


@asynccontextmanager
async def _raw_socket(
    slack: StandIn, session: aiohttp.ClientSession
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    headers = {"Authorization": f"Bearer {slack.app_token}"}
    async with session.post(f"{slack.api_url}apps.connections.open", headers=headers) as answer:
        url = (await answer.json())["url"]
    async with session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        yield socket


async def test_slack_tells_the_bot_of_its_own_messages_in_a_dm(
    slack: StandIn, client: AsyncWebClient
) -> None:
    dm = slack.workspace.channel("dm:ann").id
    async with aiohttp.ClientSession() as session, _raw_socket(slack, session) as socket:
        await slack.connected()
        ts = (await client.chat_postMessage(channel=dm, text="x"))["ts"]
        told = []
        for change in (
            None,
            client.chat_update(channel=dm, ts=ts, text="y"),
            client.chat_delete(channel=dm, ts=ts),
        ):
            if change:
                await change
            envelope = await socket.receive_json()
            told.append(
                envelope["payload"]["event"].get("subtype", envelope["payload"]["event"].get("bot_id"))
            )
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
    assert told == [slack.workspace.team.bot, "message_changed", "message_deleted"]


async def test_a_refreshed_socket_is_told_first_and_its_address_is_used_up(slack: StandIn) -> None:
    async with aiohttp.ClientSession() as session, _raw_socket(slack, session) as socket:
        await slack.connected()
        told = asyncio.create_task(socket.receive_json())
        await slack.sockets.refresh("warning")
        assert (await told)["reason"] == "warning"
        assert not slack.sockets.connected
        url = slack.base_url.replace("http", "ws", 1) + "/link/?ticket=none"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


# -- forms ---------------------------------------------------------------------------------------------


async def test_a_form_opens_changes_and_is_sent(slack: StandIn, client: AsyncWebClient) -> None:
    app = AsyncApp(client=client)
    sent: list[Json] = []

    @app.shortcut("imagine_form")
    async def wanted(ack: AsyncAck, body: Json) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.action("model")
    async def changed(ack: AsyncAck, body: Json) -> None:
        await ack()
        title = plain(body["actions"][0]["selected_option"]["value"])
        await client.views_update(
            view_id=body["view"]["id"], hash=body["view"]["hash"], view=FORM | {"title": title}
        )

    @app.view("imagine")
    async def listener(ack: AsyncAck, body: Json) -> None:
        sent.append(body["view"])
        if len(sent) == 1:
            await ack(response_action="errors", errors={"prompt": "Too short"})
        else:
            await ack()

    workspace = slack.workspace
    async with in_socket_mode(app, slack):
        await workspace.shortcut("ann", "imagine_form")
        view = await workspace.until(lambda: workspace.view_of("ann"))
        assert view is not None
        with pytest.raises(Impossible, match="prompt"):
            await workspace.submit_view("ann", view)
        with pytest.raises(Impossible, match="prompt"):
            await workspace.submit_view("ann", view, {"prompt": "x" * 11})
        await workspace.change_view("ann", view, "model", "small", values={"prompt": "fox"})
        await workspace.until(lambda: view.body["title"]["text"] == "small")
        await workspace.submit_view("ann", view)
        assert view.errors == {"prompt": "Too short"}
        await workspace.submit_view("ann", view, {"prompt": "a fox"})
    assert workspace.view_of("ann") is None
    values = sent[1]["state"]["values"]
    assert values["prompt"]["prompt"] == {"type": "plain_text_input", "value": "a fox"}
    assert values["model"]["model"]["selected_option"]["value"] == "small"
    assert (
        SdkView(**{key: sent[1][key] for key in ("type", "id", "hash", "blocks", "state")}).state is not None
    )


async def test_a_trigger_lives_three_seconds_and_once(
    slack: StandIn, client: AsyncWebClient, clock: Clock
) -> None:
    ann = slack.workspace.user("ann")
    first, late = slack.workspace.new_trigger(ann), slack.workspace.new_trigger(ann)
    await client.views_open(trigger_id=first, view=FORM)
    assert (await refusal(client.views_open(trigger_id=first, view=FORM)))["error"] == "exchanged_trigger_id"
    clock.at += 3.1
    assert (await refusal(client.views_open(trigger_id=late, view=FORM)))["error"] == "expired_trigger_id"
    assert (await refusal(client.views_open(trigger_id="x", view=FORM)))["error"] == "invalid_trigger_id"


async def test_a_stale_hash_is_a_conflict(slack: StandIn, client: AsyncWebClient) -> None:
    trigger = slack.workspace.new_trigger(slack.workspace.user("ann"))
    opened = await client.views_open(trigger_id=trigger, view=FORM)
    await client.views_update(view_id=opened["view"]["id"], hash=opened["view"]["hash"], view=FORM)
    again = client.views_update(view_id=opened["view"]["id"], hash=opened["view"]["hash"], view=FORM)
    assert (await refusal(again))["error"] == "hash_conflict"


# -- pictures --------------------------------------------------------------------------------------------


async def test_a_picture_is_shown_once_slack_has_processed_it(
    slack: StandIn, client: AsyncWebClient, clock: Clock
) -> None:
    slack.workspace.file_delay = 0.3
    file = await upload(client)
    assert (await client.files_info(file=file))["file"]["mimetype"] == ""
    said = await refusal(client.chat_postMessage(channel="C0GENERAL1", text="x", blocks=shown(file)))
    assert said["error"] == "invalid_blocks"
    assert said["errors"] == ["invalid slack file [json-pointer:/blocks/0/slack_file]"]
    clock.at += 0.3
    assert (await client.files_info(file=file))["file"]["mimetype"] == "image/png"
    posted = await client.chat_postMessage(channel="C0GENERAL1", text="x", blocks=shown(file))
    assert isinstance(Block.parse(posted["message"]["blocks"][0]), ImageBlock)
    assert slack.workspace.files[file].data == PNG


@pytest.mark.parametrize(("data", "name"), [(WEBP, "fox.webp"), (b"<svg xmlns='x'/>", "fox.svg")])
async def test_a_file_that_slack_cannot_show_is_never_taken(
    client: AsyncWebClient, data: bytes, name: str
) -> None:
    file = await upload(client, data, name)
    said = await refusal(client.chat_postMessage(channel="C0GENERAL1", text="x", blocks=shown(file)))
    assert said["errors"] == ["invalid slack file [json-pointer:/blocks/0/slack_file]"]


async def test_a_deleted_file_is_gone(client: AsyncWebClient) -> None:
    file = await upload(client)
    await client.files_delete(file=file)
    assert (await refusal(client.files_info(file=file)))["error"] == "file_deleted"
    said = await refusal(client.chat_postMessage(channel="C0GENERAL1", text="x", blocks=shown(file)))
    assert said["error"] == "invalid_blocks"


async def test_a_download_without_the_token_is_a_login_page(slack: StandIn, client: AsyncWebClient) -> None:
    url = (await client.files_info(file=await upload(client)))["file"]["url_private_download"]
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as answer:
            assert (answer.status, answer.content_type) == (200, "text/html")
        async with session.get(url, headers={"Authorization": f"Bearer {slack.bot_token}"}) as answer:
            assert await answer.read() == PNG
        slack.workspace.scopes.discard("files:read")
        async with session.get(url, headers={"Authorization": f"Bearer {slack.bot_token}"}) as answer:
            assert answer.content_type == "text/html"


async def test_a_share_goes_into_the_thread(slack: StandIn, client: AsyncWebClient) -> None:
    root = await client.chat_postMessage(channel="C0GENERAL1", text="root")
    await client.files_upload_v2(filename="a.png", content=PNG, channel="C0GENERAL1", thread_ts=root["ts"])
    (reply,) = slack.workspace.channel("general").replies(root["ts"])
    assert slack.workspace.files[reply.files[0]].shares["C0GENERAL1"][0]["ts"] == reply.ts


async def test_a_share_with_an_alt_text_is_silently_not_shared(
    slack: StandIn, client: AsyncWebClient
) -> None:
    await client.files_upload_v2(filename="a.png", content=PNG, channel="C0GENERAL1", alt_txt="a fox")
    assert slack.workspace.channel("general").messages == []


async def test_an_updated_block_loses_a_new_file_where_the_workspace_is_like_that(
    slack: StandIn, client: AsyncWebClient
) -> None:
    slack.workspace.updated_blocks_vanish = True
    fresh, known = await upload(client), await upload(client)
    await client.chat_postMessage(channel="C0GENERAL1", text="x", blocks=shown(known))
    posted = await client.chat_postMessage(channel="C0GENERAL1", text="x")
    ts = posted["ts"]
    await client.chat_update(channel="C0GENERAL1", ts=ts, text="x", blocks=shown(fresh))
    assert slack.workspace.find(ts).blocks == []
    await client.chat_update(channel="C0GENERAL1", ts=ts, text="x", blocks=shown(known))
    assert len(slack.workspace.find(ts).blocks) == 1


async def test_it_runs_as_a_process_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.playground.slack", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    url, bot_token, *_ = (await process.stdout.readline()).decode().split()
    answer = await AsyncWebClient(token=bot_token, base_url=f"{url}api/").auth_test()
    process.terminate()
    assert await process.wait() == 0
    assert answer["user"] == "imagine"
