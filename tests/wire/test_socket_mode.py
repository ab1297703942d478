"""The whole bot over Socket Mode: from what a person does to what stands in the channel."""

import asyncio
import time
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from tests.wire.images_server import serving
from tests.wire.whole_bot import Town, a_picture, running_bot, said, soon


async def test_a_command_becomes_a_picture_with_every_byte_as_it_was_painted(town: Town) -> None:
    async with running_bot(town):
        result = await town.imagine("a red fox --ar 1:1")
    [file] = town.shown(result)
    assert file.data == a_picture()
    assert "a red fox" in said(result)
    assert len(town.painter.paid) == 1
    assert len(town.slack.workspace.channel("general").messages) == 1


async def test_the_placeholder_stands_within_a_second_and_goes_when_the_picture_comes(town: Town) -> None:
    town.painter.seconds = 1.5
    async with running_bot(town):
        began = time.monotonic()
        await town.slack.workspace.command("ann", "general", "a red fox")
        await town.slack.workspace.until(lambda: town.roles("placeholder"), 1)
        assert time.monotonic() - began < 1
        assert len(await town.results()) == 1


@pytest.mark.parametrize(
    "prompt",
    [
        pytest.param("fox " * 7999 + "fox!", id="long"),
        pytest.param("a <b> & <@x> *bold* `code` :tada: \\ \" ' 由美 🦊 \u202eabc", id="odd"),
        pytest.param("two\nlines\n\nand a {brace", id="lines"),
    ],
)
async def test_a_prompt_arrives_whole_at_the_painter(town: Town, prompt: str) -> None:
    async with running_bot(town):
        await town.imagine(prompt)
    assert [call.params["prompt"] for call in town.painter.calls] == [prompt]


async def test_four_pictures_come_in_one_message(town: Town) -> None:
    async with running_bot(town):
        result = await town.imagine("a red fox --n 4")
    assert [file.data == a_picture() for file in town.shown(result)] == [True] * 4
    assert len(town.painter.paid) == 1


async def test_a_braces_prompt_waits_for_run_and_then_makes_each(town: Town) -> None:
    async with running_bot(town):
        await town.slack.workspace.command("ann", "general", "{red,blue} fox")
        note = await town.whisper("makes 2 pictures")
        assert town.painter.calls == []
        await town.slack.workspace.press("ann", note, "run")
        [result] = await town.results()
    assert len(town.shown(result)) == 2
    assert [call.params["prompt"] for call in town.painter.calls] == ["red fox", "blue fox"]


async def test_an_unknown_option_is_asked_about_and_run_makes_the_rest(town: Town) -> None:
    async with running_bot(town):
        await town.slack.workspace.command("ann", "general", "a red fox --qualty high")
        note = await town.whisper("Did you mean")
        await town.slack.workspace.press("ann", note, "run")
        await town.results()
    assert [call.params["prompt"] for call in town.painter.calls] == ["a red fox"]


async def test_help_and_status_answer_only_the_person(town: Town) -> None:
    town.painter.seconds = 2
    async with running_bot(town):
        await town.slack.workspace.command("ann", "general", "help")
        await town.whisper("I make pictures from words")
        await town.slack.workspace.command("ann", "general", "status")
        await town.whisper("You have no pictures on the way")
        await town.slack.workspace.command("ann", "general", "a red fox")
        await soon(lambda: bool(town.painter.calls))
        await town.slack.workspace.command("ann", "general", "status")
        note = await town.whisper("Your pictures on the way: 1")
        assert {one.seen_by for one in town.slack.workspace.ephemerals} == {"U0ANN00001"}
        button = note.blocks[-1]["elements"][0]["action_id"]
        await town.slack.workspace.press("ann", note, button)
        await town.whisper("Cancelled")
    assert town.roles("result") == []


async def test_words_in_the_bots_own_dm_are_a_prompt(town: Town) -> None:
    async with running_bot(town):
        await town.slack.workspace.say("ann", "dm:ann", "a red fox --ar 16:9")
        [result] = await town.results(channel="dm:ann")
    assert town.shown(result)[0].data == a_picture()
    assert [call.params["prompt"] for call in town.painter.calls] == ["a red fox"]


# -- once is once


async def test_a_redelivered_command_makes_one_picture(town: Town) -> None:
    async with running_bot(town):
        ack = await town.slack.workspace.command("ann", "general", "a red fox")
        again = await asyncio.gather(*[town.slack.workspace.redeliver(ack) for _ in range(3)])
        assert all(one.ok for one in again)
        await town.results()
        await town.slack.workspace.redeliver(ack)
        await town.imagine("something else")
    assert [call.params["prompt"] for call in town.painter.calls] == ["a red fox", "something else"]
    assert len(town.roles("result")) == 2


async def test_a_double_click_makes_one_picture(town: Town) -> None:
    async with running_bot(town):
        result = await town.imagine("a red fox")
        press = town.slack.workspace.press
        await asyncio.gather(press("ann", result, "again"), press("ann", result, "again"))
        await town.results(2)
        await town.imagine("something else")
    assert len(town.painter.calls) == 3


# -- buttons


async def test_again_and_variations_answer_in_the_thread_of_the_picture(town: Town) -> None:
    async with running_bot(town):
        result = await town.imagine("a red fox")
        await town.slack.workspace.press("ben", result, "again")
        again = (await town.results(2))[-1]
        await town.slack.workspace.press("ben", result, "variations")
        varied = (await town.results(3))[-1]
    assert [again.thread_ts, varied.thread_ts] == [result.ts, result.ts]
    assert [call.params.get("n", 1) for call in town.painter.calls] == [1, 1, 4]
    assert len(town.shown(varied)) == 4


async def test_original_puts_the_untouched_file_into_the_thread_once(town: Town) -> None:
    async with running_bot(town):
        result = await town.imagine("a red fox")
        await town.slack.workspace.press("ben", result, "original")
        channel = town.slack.workspace.channel("general")
        [reply] = await town.slack.workspace.until(lambda: channel.replies(result.ts))
        await town.slack.workspace.press("ben", result, "original")
        await town.whisper("already in the thread")
    assert [town.slack.workspace.files[one].data for one in reply.files] == [a_picture()]
    assert len(channel.replies(result.ts)) == 1


async def test_copy_gives_the_command_that_asks_for_it_again(town: Town) -> None:
    async with running_bot(town):
        result = await town.imagine('a "red" fox & <friends> --quality high')
        await town.slack.workspace.press("ben", result, "copy")
        note = await town.whisper("command to copy")
    words = [part["text"] for block in note.blocks if block["type"] == "rich_text" for part in _texts(block)]
    assert words == ['/imagine a "red" fox & <friends> --quality high']


def _texts(block: dict[str, list[dict[str, list[dict[str, str]]]]]) -> list[dict[str, str]]:
    return [part for element in block["elements"] for part in element["elements"]]


async def test_a_double_click_on_original_attaches_it_once(town: Town) -> None:
    async with running_bot(town):
        result = await town.imagine("a red fox")
        press = town.slack.workspace.press
        await asyncio.gather(press("ben", result, "original"), press("ben", result, "original"))
        await town.whisper("already in the thread")
    assert len(town.slack.workspace.channel("general").replies(result.ts)) == 1


async def test_a_prompt_of_any_length_can_be_had_back(town: Town) -> None:
    prompt = "word " * 6000 + "end"
    async with running_bot(town):
        result = await town.imagine(prompt)
        await town.slack.workspace.press("ben", result, "copy")
        await town.slack.workspace.until(lambda: "end" in "".join(map(said, town.slack.workspace.ephemerals)))
    pages = [note.blocks for note in town.slack.workspace.ephemerals]
    parts = [
        part["text"] for blocks in pages for b in blocks if b["type"] == "rich_text" for part in _texts(b)
    ]
    assert "".join(parts) == f"/imagine {prompt}"


async def test_delete_takes_everything_away_and_is_for_the_asker_or_an_admin(town: Town) -> None:
    async with running_bot(town):
        result = await town.imagine("a red fox")
        [file] = town.shown(result)
        await town.slack.workspace.press("ben", result, "delete")
        await town.whisper("Only the person who asked")
        assert not file.deleted
        await town.slack.workspace.press("ada", result, "delete")
        await town.whisper("Deleted")
    assert town.slack.workspace.channel("general").messages == []
    assert file.deleted
    assert not [one for one in (town.folder / "data" / "pictures").rglob("*") if one.is_file()]


async def test_cancel_stops_a_painting_and_nothing_is_posted(town: Town) -> None:
    town.painter.seconds = 3
    async with running_bot(town):
        await town.slack.workspace.command("ann", "general", "a red fox")
        [placeholder] = await town.slack.workspace.until(lambda: town.roles("placeholder"))
        await soon(lambda: bool(town.painter.calls))
        await town.slack.workspace.press("ann", placeholder, "cancel")
        await town.slack.workspace.until(lambda: "Cancelled" in said(placeholder))
        town.painter.seconds = 0
        await town.slack.workspace.command("ben", "general", "something else")
        await town.slack.workspace.until(lambda: town.roles("result"))
    assert "Cancelled" in said(placeholder)
    assert len(town.roles("result")) == 1
    assert len(town.painter.calls) == 2


# -- where the bot is and is not


async def test_a_private_channel_without_the_bot_gets_an_invitation_and_retry_works(town: Town) -> None:
    workspace = town.slack.workspace
    async with running_bot(town):
        await workspace.command("ann", "secret", "a red fox")
        note = await town.whisper("/invite")
        assert note.seen_by == "U0ANN00001"
        assert town.painter.calls == []
        workspace.channel("secret").members.add(workspace.team.bot_user)
        await workspace.press("ann", note, "retry")
        await town.results(channel="secret")
    assert len(town.painter.paid) == 1


async def test_a_public_channel_without_the_bot_gets_the_picture(town: Town) -> None:
    async with running_bot(town):
        result = await town.imagine("a red fox", channel="random")
    assert town.shown(result)[0].data == a_picture()


async def test_a_workspace_where_updated_blocks_vanish_shows_the_picture(town: Town) -> None:
    town.slack.workspace.updated_blocks_vanish = True
    town.painter.seconds = 1.5
    async with running_bot(town):
        result = await town.imagine("a red fox")
    assert town.shown(result)[0].data == a_picture()


async def test_where_files_are_refused_for_good_they_are_shared_into_the_thread(town: Town) -> None:
    town.slack.workspace.slack_file_refused_for_good = True
    async with running_bot(town):
        for number in (1, 2):
            result = await town.imagine(f"fox {number}")
            channel = town.slack.workspace.channel("general")
            [reply] = channel.replies(result.ts)
            assert [town.slack.workspace.files[one].data for one in reply.files] == [a_picture()]
            assert len([one for one in channel.messages if not one.is_reply]) == number
    assert len(town.painter.paid) == 2


# -- other services


@pytest.mark.parametrize(
    ("version", "path"),
    [
        ("2025-04-01-preview", "/openai/deployments/wall/images/generations"),
        (None, "/openai/v1/images/generations"),
    ],
)
async def test_an_azure_deployment_paints_on_the_route_that_is_set(
    town: Town, version: str | None, path: str
) -> None:
    azure: dict[str, Any] = {
        "openai_api_key": None,
        "openai_base_url": None,
        "azure_openai_endpoint": town.painter.azure_url,
        "azure_openai_api_key": SecretStr("azure"),
        "imagine_model": "wall",
        "imagine_models": "wall=gpt-image-2",
    }
    async with running_bot(town, **azure, openai_api_version=version):
        await town.imagine("a red fox")
    [call] = town.painter.calls
    assert (call.path, call.params.get("model")) == (path, None if version else "wall")


async def test_a_compatible_server_that_answers_with_an_address_is_fetched_from_there(town: Town) -> None:
    async with serving() as server:

        async def answer(request: web.Request) -> web.StreamResponse:
            if request.path.endswith("/generations"):
                return web.json_response({"created": 1, "data": [{"url": f"{server.url}/made/1.png"}]})
            return web.Response(body=a_picture(), content_type="image/png")

        server.answer = answer
        only: dict[str, Any] = {"openai_api_key": None, "openai_base_url": None, "imagine_model": "local"}
        async with running_bot(town, imagine_server_url=server.url, **only):
            result = await town.imagine("a red fox")
    assert town.shown(result)[0].data == a_picture()
    assert [call.path for call in server.calls] == ["/v1/images/generations", "/made/1.png"]


async def test_several_services_at_once_are_chosen_by_model(town: Town) -> None:
    async with running_bot(
        town,
        azure_openai_endpoint=town.painter.azure_url,
        azure_openai_api_key=SecretStr("azure"),
        imagine_models="wall=gpt-image-2",
    ):
        await town.imagine("a red fox --model wall")
        await town.imagine("a red fox")
    assert [call.path.partition("/images")[0] for call in town.painter.calls] == ["/openai/v1", "/v1"]


async def test_the_language_is_the_persons(town: Town) -> None:
    async with running_bot(town):
        result = await town.imagine("赤いきつね", user="yumi")
        await town.slack.workspace.command("yumi", "general", "help")
        await town.whisper("言葉から画像を作ります")
    assert "もう一度" in said(result)
    assert "Again" not in said(result)
