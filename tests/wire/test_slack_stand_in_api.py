"""The stand-in's Web API says what Slack says: who may do what, messages, response_urls, faults."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import StandIn, Trouble
from tests.wire.slack_calls import PNG, Clock, plain, refusal, upload

# -- who may do what ---------------------------------------------------------------------------------------


async def test_tokens_are_looked_at(slack: StandIn) -> None:
    nobody = AsyncWebClient(base_url=slack.api_url)
    assert (await refusal(nobody.auth_test()))["error"] == "not_authed"
    stranger = AsyncWebClient(token="xoxb-no", base_url=slack.api_url)
    assert (await refusal(stranger.auth_test()))["error"] == "invalid_auth"
    wrong = AsyncWebClient(token=slack.app_token, base_url=slack.api_url)
    assert (await refusal(wrong.auth_test()))["error"] == "not_allowed_token_type"


async def test_an_unknown_method_is_said_to_be_one(client: AsyncWebClient) -> None:
    assert (await refusal(client.api_call("images.paint")))["error"] == "unknown_method"


async def test_membership_decides_where_the_bot_may_write_and_read(
    slack: StandIn, client: AsyncWebClient
) -> None:
    random, secret = slack.workspace.channel("random").id, slack.workspace.channel("secret").id
    foreign = slack.workspace.channel("ann-ben").id
    assert (await client.chat_postMessage(channel=random, text="hello"))["ok"]
    for hidden in (secret, foreign):
        said = await refusal(client.chat_postMessage(channel=hidden, text="hello"))
        assert said["error"] == "channel_not_found"
    assert (await refusal(client.conversations_history(channel=random)))["error"] == "not_in_channel"
    ann = slack.workspace.user("ann").id
    said = await refusal(client.chat_postEphemeral(channel=random, user=ann, text="psst"))
    assert said["error"] == "not_in_channel"
    slack.workspace.scopes.discard("chat:write.public")
    assert (await refusal(client.chat_postMessage(channel=random, text="x")))["error"] == "not_in_channel"


async def test_a_missing_scope_is_named(slack: StandIn, client: AsyncWebClient) -> None:
    slack.workspace.scopes.discard("users:read")
    said = await refusal(client.users_info(user=slack.workspace.user("ann").id))
    assert (said["error"], said["needed"]) == ("missing_scope", "users:read")


async def test_a_person_has_a_locale_when_asked_for(slack: StandIn, client: AsyncWebClient) -> None:
    yumi = slack.workspace.user("yumi").id
    assert "locale" not in (await client.users_info(user=yumi))["user"]
    assert (await client.users_info(user=yumi, include_locale=True))["user"]["locale"] == "ja-JP"


# -- messages ------------------------------------------------------------------------------------------------


async def test_metadata_is_read_back_only_when_asked_for(client: AsyncWebClient) -> None:
    metadata = {"event_type": "job", "event_payload": {"id": "k3f9"}}
    posted = await client.chat_postMessage(channel="C0GENERAL1", text="x", metadata=metadata)
    bare = (await client.conversations_history(channel="C0GENERAL1"))["messages"][0]
    assert bare["metadata"] == {"event_type": "job"}
    full = await client.conversations_history(
        channel="C0GENERAL1", include_all_metadata=True, oldest=posted["ts"], inclusive=True
    )
    assert full["messages"][0]["metadata"] == metadata
    later = await client.conversations_history(channel="C0GENERAL1", oldest=posted["ts"])
    assert later["messages"] == []


async def test_an_update_keeps_metadata_and_marks_only_words_as_edited(
    slack: StandIn, client: AsyncWebClient
) -> None:
    metadata = {"event_type": "job", "event_payload": {"id": "k3f9"}}
    ts = (await client.chat_postMessage(channel="C0GENERAL1", text="x", metadata=metadata))["ts"]
    block = {"type": "section", "text": plain("new")}
    await client.chat_update(channel="C0GENERAL1", ts=ts, text="y", blocks=[block])
    message = slack.workspace.find(ts)
    assert (message.metadata, message.edited) == (metadata, None)
    await client.chat_update(channel="C0GENERAL1", ts=ts, text="z", metadata={})
    assert message.metadata is None
    assert message.edited is not None
    assert [before["text"] for before in message.history] == ["x", "y"]


async def test_only_own_and_living_messages_are_changed(slack: StandIn, client: AsyncWebClient) -> None:
    theirs = (await slack.workspace.say("ann", "general", "mine")).message
    assert theirs is not None
    said = await refusal(client.chat_update(channel="C0GENERAL1", ts=theirs.ts, text="x"))
    assert said["error"] == "cant_update_message"
    said = await refusal(client.chat_delete(channel="C0GENERAL1", ts=theirs.ts))
    assert said["error"] == "cant_delete_message"
    ours = (await client.chat_postMessage(channel="C0GENERAL1", text="x"))["ts"]
    await client.chat_delete(channel="C0GENERAL1", ts=ours)
    for call in (
        client.chat_update(channel="C0GENERAL1", ts=ours, text="x"),
        client.chat_delete(channel="C0GENERAL1", ts=ours),
    ):
        assert (await refusal(call))["error"] == "message_not_found"


async def test_a_deleted_message_with_replies_leaves_a_stone(slack: StandIn, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C0GENERAL1", text="x"))["ts"]
    await slack.workspace.say("ann", "general", "nice", thread=ts)
    await client.chat_delete(channel="C0GENERAL1", ts=ts)
    told = (await client.conversations_replies(channel="C0GENERAL1", ts=ts))["messages"]
    assert [message.get("subtype", "") for message in told] == ["tombstone", ""]


async def test_history_comes_in_pages(client: AsyncWebClient) -> None:
    for number in range(5):
        await client.chat_postMessage(channel="C0GENERAL1", text=f"{number}")
    first = await client.conversations_history(channel="C0GENERAL1", limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel="C0GENERAL1", limit=3, cursor=cursor)
    texts = [message["text"] for page in (first, second) for message in page["messages"]]
    assert texts == ["4", "3", "2", "1", "0"]
    assert not second["has_more"]


async def test_words_that_are_too_long_are_refused(client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C0GENERAL1", text="x" * 40_000))["ts"]
    said = await refusal(client.chat_update(channel="C0GENERAL1", ts=ts, text="x" * 4_001))
    assert said["error"] == "msg_too_long"
    said = await refusal(client.api_call("chat.postMessage", json={"channel": "C0GENERAL1"}))
    assert said["error"] == "no_text"


async def test_a_response_url_is_good_five_times_and_half_an_hour(slack: StandIn, clock: Clock) -> None:
    workspace = slack.workspace
    ann, general = workspace.user("ann"), workspace.channel("secret")
    url, late = workspace.new_reply_url(ann, general), workspace.new_reply_url(ann, general)
    async with aiohttp.ClientSession() as session:
        for number in range(5):
            async with session.post(url, json={"text": f"{number}"}) as answer:
                assert (answer.status, await answer.text()) == (200, "ok")
        async with session.post(url, json={"text": "6"}) as answer:
            assert (answer.status, (await answer.json())["error"]) == (404, "used_url")
        clock.at += 30 * 60 + 1
        async with session.post(late, json={"text": "late"}) as answer:
            assert (await answer.json())["error"] == "expired_url"
    assert [message.text for message in general.ephemerals] == ["0", "1", "2", "3", "4"]
    assert general.messages == []


async def test_a_response_url_replaces_and_deletes_what_was_pressed(slack: StandIn) -> None:
    workspace = slack.workspace
    ann, general = workspace.user("ann"), workspace.channel("general")
    original = workspace.add(general, workspace.whisper(general, ann, "pick one"))
    url = workspace.new_reply_url(ann, general, original)
    async with aiohttp.ClientSession() as session:
        await session.post(url, json={"text": "picked", "replace_original": True})
        assert [message.text for message in general.ephemerals] == ["picked"]
        await session.post(url, json={"delete_original": True})
        assert general.ephemerals == []
        await session.post(url, json={"text": "for all", "response_type": "in_channel"})
    assert [message.text for message in general.messages] == ["for all"]


async def test_a_private_message_shows_in_a_thread_only_when_there_are_replies(
    slack: StandIn, client: AsyncWebClient
) -> None:
    general, ann = slack.workspace.channel("general"), slack.workspace.user("ann").id
    root = (await client.chat_postMessage(channel=general.id, text="root"))["ts"]
    whisper = {"channel": general.id, "user": ann, "thread_ts": root}
    assert (await client.chat_postEphemeral(text="unseen", **whisper))["ok"]
    await slack.workspace.say("ben", "general", "nice", thread=root)
    await client.chat_postEphemeral(text="seen", **whisper)
    assert [one.text for one in general.ephemerals] == ["seen"]


# -- faults ------------------------------------------------------------------------------------------------


async def test_a_rate_limit_says_when_to_come_back(slack: StandIn, client: AsyncWebClient) -> None:
    slack.workspace.faults.on("chat.postMessage", Trouble.RATE_LIMITED, value=7)
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel="C0GENERAL1", text="x")
    assert (raised.value.response.status_code, raised.value.response.headers["Retry-After"]) == (429, "7")
    assert (await client.chat_postMessage(channel="C0GENERAL1", text="x"))["ok"]
    assert len(slack.workspace.channel("general").messages) == 1


async def test_a_lost_reply_was_done_and_a_dropped_call_was_not(
    slack: StandIn, client: AsyncWebClient
) -> None:
    slack.workspace.faults.on("chat.postMessage", Trouble.LOST_REPLY)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C0GENERAL1", text="done")
    slack.workspace.faults.on("chat.postMessage", Trouble.DROP)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C0GENERAL1", text="not done")
    assert [message.text for message in slack.workspace.channel("general").messages] == ["done"]


async def test_faults_hit_the_calls_they_were_meant_for(slack: StandIn, client: AsyncWebClient) -> None:
    slack.workspace.faults.on("chat.update", Trouble.REFUSE, error="edit_window_closed", times=2, skip=1)
    ts = (await client.chat_postMessage(channel="C0GENERAL1", text="x"))["ts"]
    errors = []
    for number in range(4):
        try:
            await client.chat_update(channel="C0GENERAL1", ts=ts, text=f"{number}")
        except SlackApiError as error:
            errors.append((number, error.response["error"]))
    assert errors == [(1, "edit_window_closed"), (2, "edit_window_closed")]


async def test_a_failing_server_answers_with_a_page(slack: StandIn, client: AsyncWebClient) -> None:
    slack.workspace.faults.on("upload", Trouble.STATUS, value=503)
    with pytest.raises(Exception, match="503"):
        await upload(client)
    assert await upload(client)


async def test_faults_and_the_state_are_there_for_other_processes(
    slack: StandIn, client: AsyncWebClient
) -> None:
    fault = {"method": "chat.postMessage", "trouble": "refuse", "error": "fatal_error", "times": 1}
    async with aiohttp.ClientSession(slack.base_url) as session:
        await session.post("/playground/faults", json=fault | {"flags": {"history_unreadable": True}})
        said = await refusal(client.chat_postMessage(channel="C0GENERAL1", text="x"))
        assert said["error"] == "fatal_error"
        assert (await refusal(client.conversations_history(channel="C0GENERAL1")))["error"] == "missing_scope"
        async with session.post(
            "/playground/do", json={"do": "say", "user": "ann", "channel": "random", "text": "hi"}
        ) as answer:
            assert (await answer.json())["ts"]
        async with session.get("/playground/state") as answer:
            state = await answer.json()
    assert [call["error"] for call in state["refusals"]] == ["fatal_error", "missing_scope"]
    assert state["channels"][1]["messages"][0]["text"] == "hi"


async def test_what_is_said_stands_there_though_no_bot_hears_it(slack: StandIn) -> None:
    async with aiohttp.ClientSession(slack.base_url) as session:
        said = {"do": "say", "user": "ann", "channel": "general", "text": "hi"}
        async with session.post("/playground/do", json=said) as answer:
            assert (await answer.json())["ok"]
    assert [call.error for call in slack.workspace.refusals] == ["dispatch_failed"]


async def test_other_sites_are_not_answered(slack: StandIn) -> None:
    async with aiohttp.ClientSession() as session:
        for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
            async with session.get(f"{slack.base_url}/playground/state", headers=headers) as answer:
                assert answer.status == 403


async def test_the_page_runs_no_script_but_its_own(slack: StandIn) -> None:
    async with aiohttp.ClientSession() as session, session.get(slack.base_url) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "default-src 'none'" in policy


async def test_many_pictures_at_once_all_arrive_whole(slack: StandIn, client: AsyncWebClient) -> None:
    files = await asyncio.gather(*[upload(client, PNG + bytes([number])) for number in range(20)])
    assert [slack.workspace.files[file].data[-1] for file in files] == list(range(20))


async def test_a_download_can_be_sent_on_to_another_host(slack: StandIn, client: AsyncWebClient) -> None:
    url = (await client.files_info(file=await upload(client)))["file"]["url_private"]
    slack.workspace.faults.on("download", Trouble.REDIRECT, error="https://evil.example/a.png")
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.get(url, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (302, "https://evil.example/a.png")
        async with session.get(url) as answer:
            assert await answer.read() == PNG


async def test_garbage_is_a_page_with_status_200_and_nothing_done(
    slack: StandIn, client: AsyncWebClient
) -> None:
    slack.workspace.faults.on("chat.postMessage", Trouble.GARBAGE)
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C0GENERAL1", text="x")
    assert slack.workspace.channel("general").messages == []


# -- limits ------------------------------------------------------------------------------------------------


async def test_where_limits_hold_a_method_may_be_called_so_often_a_minute(
    slack: StandIn, client: AsyncWebClient, clock: Clock
) -> None:
    slack.workspace.rates.hold = True
    other = (await client.chat_postMessage(channel="C0RANDOM02", text="x"))["ts"]
    for _ in range(60):
        await client.chat_postMessage(channel="C0GENERAL1", text="x")
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel="C0GENERAL1", text="x")
    assert (raised.value.response.status_code, raised.value.response.headers["Retry-After"]) == (429, "60")
    await client.chat_postMessage(channel="C0RANDOM02", text="x", thread_ts=other)
    clock.at += 60
    await client.chat_postMessage(channel="C0GENERAL1", text="x")


async def test_a_commercial_app_reads_fifteen_messages_a_minute(
    slack: StandIn, client: AsyncWebClient, clock: Clock
) -> None:
    slack.workspace.rates.commercial = True
    for number in range(20):
        await client.chat_postMessage(channel="C0GENERAL1", text=f"{number}")
    told = await client.conversations_history(channel="C0GENERAL1", limit=200)
    assert (len(told["messages"]), told["has_more"]) == (15, True)
    said = await refusal(client.conversations_history(channel="C0GENERAL1"))
    assert said["error"] == "ratelimited"
    clock.at += 60
    assert (await client.conversations_history(channel="C0GENERAL1"))["ok"]


# -- what else is refused ------------------------------------------------------------------------------------


async def test_in_an_archived_channel_nothing_is_posted_or_changed(
    slack: StandIn, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postMessage(channel="C0GENERAL1", text="x"))["ts"]
    ann = slack.workspace.user("ann").id
    slack.workspace.archive("general")
    for call, error in (
        (client.chat_postMessage(channel="C0GENERAL1", text="y"), "is_archived"),
        (client.chat_postEphemeral(channel="C0GENERAL1", text="y", user=ann), "is_archived"),
        (client.chat_update(channel="C0GENERAL1", ts=ts, text="y"), "is_inactive"),
    ):
        assert (await refusal(call))["error"] == error


async def test_reactions_of_the_bot_are_its_own_once(slack: StandIn, client: AsyncWebClient) -> None:
    slack.workspace.scopes.add("reactions:write")
    ts = (await client.chat_postMessage(channel="C0GENERAL1", text="x"))["ts"]
    place = {"channel": "C0GENERAL1", "timestamp": ts}
    await client.reactions_add(name="eyes", **place)
    assert (await refusal(client.reactions_add(name="eyes", **place)))["error"] == "already_reacted"
    assert (await refusal(client.reactions_add(name="👀", **place)))["error"] == "invalid_name"
    told = (await client.conversations_history(channel="C0GENERAL1"))["messages"][0]
    assert told["reactions"] == [{"name": "eyes", "users": [slack.workspace.team.bot_user], "count": 1}]
    await client.reactions_remove(name="eyes", **place)
    assert (await refusal(client.reactions_remove(name="eyes", **place)))["error"] == "no_reaction"


async def test_a_channel_is_described_to_who_may_read_of_its_kind(
    slack: StandIn, client: AsyncWebClient
) -> None:
    said = await refusal(client.conversations_info(channel="C0GENERAL1"))
    assert (said["error"], said["needed"]) == ("missing_scope", "channels:read")
    slack.workspace.scopes.add("channels:read")
    told = (await client.conversations_info(channel="C0RANDOM02"))["channel"]
    assert (told["name"], told["is_member"], told["is_private"]) == ("random", False, False)


async def test_forms_are_refused_in_slacks_words(slack: StandIn, client: AsyncWebClient) -> None:
    form = {"type": "modal", "title": plain("One"), "external_id": "mine"}
    blocks = [{"type": "section", "text": plain("x")}]
    ann = slack.workspace.user("ann")

    def opened(**more: object) -> object:
        view = form | {"blocks": blocks} | more
        return client.views_open(trigger_id=slack.workspace.new_trigger(ann), view=view)

    shown = await client.views_open(
        trigger_id=slack.workspace.new_trigger(ann), view=form | {"blocks": blocks}
    )
    await client.views_update(view_id=shown["view"]["id"], view=form | {"blocks": blocks})
    assert (await refusal(opened()))["error"] == "duplicate_external_id"
    long = [{"type": "section", "text": plain("x" * 2900)} for _ in range(90)]
    assert (await refusal(opened(blocks=long, external_id="")))["error"] == "view_too_large"
    slack.cloud.app.has_home = True
    home = client.views_publish(user_id=ann.id, view={"type": "modal", "title": plain("x"), "blocks": blocks})
    assert (await refusal(home))["error"] == "invalid_arguments"
    trigger = slack.workspace.new_trigger(ann)
    pushed = client.views_push(trigger_id=trigger, view=form | {"external_id": "", "blocks": blocks})
    assert (await refusal(pushed))["error"] == "not_found"


async def test_only_three_forms_stand_on_one_another(slack: StandIn, client: AsyncWebClient) -> None:
    ann = slack.workspace.user("ann")
    view = {"type": "modal", "title": plain("One"), "blocks": [{"type": "section", "text": plain("x")}]}
    top = slack.workspace.open_view(ann.id, dict(view))
    for _ in range(2):
        trigger = slack.workspace.new_trigger(ann, top.id)
        pushed = await client.views_push(trigger_id=trigger, view=view)
        assert pushed["view"]["previous_view_id"] == top.id
        top = slack.workspace.views[pushed["view"]["id"]]
    last = client.views_push(trigger_id=slack.workspace.new_trigger(ann, top.id), view=view)
    assert (await refusal(last))["error"] == "push_limit_reached"
