"""The form over Socket Mode: opened, redrawn for another model, sent, with a text file, with a long draft."""

import asyncio

from tests.wire.whole_bot import Town, a_picture, running_bot, said

MODELS = "gpt-image-2.6-sunburst,gpt-image-1.5"


async def test_a_bare_command_opens_the_form_and_sending_it_paints_where_it_was_opened(town: Town) -> None:
    async with running_bot(town):
        await town.slack.workspace.command("ann", "general", "")
        view = await town.view()
        ack = await town.slack.workspace.submit_view("ann", view, {"prompt": "a red fox"})
        assert ack.ok
        assert town.slack.workspace.view_of("ann") is None
        [result] = await town.results()
    assert town.shown(result)[0].data == a_picture()
    assert [call.params["prompt"] for call in town.painter.calls] == ["a red fox"]


async def test_another_model_redraws_the_form_and_keeps_what_was_written(town: Town) -> None:
    workspace = town.slack.workspace
    async with running_bot(town, imagine_models=MODELS):
        await workspace.command("ann", "general", "")
        view = await town.view()
        before = view.hash
        assert "svg" in str(view.body["blocks"])
        kept = {"prompt": "a red fox"}
        model = next(b["element"] for b in view.body["blocks"] if b["block_id"] == "model")
        values = kept
        await workspace.change_view(
            "ann", view, model["action_id"], "gpt-image-1.5", block_id="model", values=values
        )
        await workspace.until(lambda: view.hash != before)
        assert "svg" not in str(view.body["blocks"])
        await workspace.submit_view("ann", view, {})
        await town.results()
    [call] = town.painter.calls
    assert (call.params["model"], call.params["prompt"]) == ("gpt-image-1.5", "a red fox")


async def test_a_fault_is_shown_under_its_field_and_nothing_written_is_lost(town: Town) -> None:
    workspace = town.slack.workspace
    async with running_bot(town):
        await workspace.command("ann", "general", "")
        view = await town.view()
        size = next(b["block_id"] for b in view.body["blocks"] if b["block_id"].startswith("size"))
        await workspace.submit_view("ann", view, {"prompt": "a red fox", size: "17x99"})
        assert list(view.errors) == [size]
        assert town.painter.calls == []
        await workspace.submit_view("ann", view, {size: "1024x1024"})
        await town.results()
    assert [call.params["prompt"] for call in town.painter.calls] == ["a red fox"]


async def test_a_text_file_is_the_prompt_whole(town: Town) -> None:
    prompt = "a fox 由美 " * 2900
    workspace = town.slack.workspace
    async with running_bot(town):
        await workspace.command("ann", "general", "")
        view = await town.view()
        file = await asyncio.to_thread(workspace.person_uploads, "ann", "prompt.txt", prompt.encode())
        given = {"prompt": "see the file", "text_file": [workspace.file_payload(file)]}
        ack = await workspace.submit_view("ann", view, given)
        assert ack.ok
        await town.results()
    assert [call.params["prompt"] for call in town.painter.calls] == [prompt.strip()]


async def test_a_long_prompt_goes_through_edit_whole(town: Town) -> None:
    prompt = "word " * 4000 + "end"
    async with running_bot(town):
        await town.slack.workspace.command("ann", "general", f"{prompt} --qualty high")
        await town.whisper("Did you mean")
        note = await town.whisper("'edit'")  # it takes two messages to give so long a prompt back
        await town.slack.workspace.press("ann", note, "edit")
        view = await town.view()
        await town.slack.workspace.submit_view("ann", view, {})
        await town.results()
    assert [call.params["prompt"] for call in town.painter.calls] == [prompt]


async def test_the_form_speaks_the_persons_language(town: Town) -> None:
    async with running_bot(town):
        await town.slack.workspace.command("yumi", "general", "")
        view = await town.view("yumi")
    assert view.body["submit"]["text"] != "Paint it"
    assert "Size" not in str(view.body["blocks"])


async def test_the_form_for_a_private_picture_answers_in_the_dm_and_share_brings_it_out(town: Town) -> None:
    async with running_bot(town):
        result = await town.imagine_privately("a red fox")
        assert town.roles("result") == []
        await town.slack.workspace.press("ann", result, "share")
        [shared] = await town.slack.workspace.until(lambda: town.roles("open"))
    assert "a red fox" in said(shared)
    assert town.shown(shared)[0].data == a_picture()
