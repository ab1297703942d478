"""Edits at Azure and at compatible servers: what the real SDK sends over a socket, and what comes of it."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from PIL import Image
from pydantic import SecretStr

from bot.pixels import regions
from bot.providers import InputFile
from bot.settings import Settings
from bot.types import Region
from tests.wire.images_server import Form, ImagesServer, document, picture, serving
from tests.wire.service_bench import Bench
from tests.wire.whole_bot import Town, a_picture, running_bot

PNG, JPEG = picture(), picture("JPEG")
VERSION = "2025-04-01-preview"
ROUTES = [(VERSION, "/openai/deployments/my paint/images/edits"), (None, "/openai/v1/images/edits")]


@pytest.fixture
def one(tmp_path: Path) -> InputFile:
    return written(tmp_path / "one", PNG, "image/png")


@pytest.fixture
def other(tmp_path: Path) -> InputFile:
    return written(tmp_path / "other", JPEG, "image/jpeg")


def written(path: Path, data: bytes, media_type: str) -> InputFile:
    path.write_bytes(data)
    return InputFile(path=path, media_type=media_type)


def azure(bench: Bench, version: str | None) -> Settings:
    return bench.azure(azure_openai_api_key=SecretStr("azure-key"), openai_api_version=version)


def form(bench: Bench) -> Form:
    assert isinstance(bench.call.body, Form)
    return bench.call.body


def files(bench: Bench) -> list[tuple[str, str, bytes]]:
    return [(file.name, file.media_type, file.data) for file in form(bench).files]


@pytest.mark.parametrize(("version", "path"), ROUTES)
async def test_azure_s_form_has_the_picture_and_what_azure_knows(
    bench: Bench, one: InputFile, version: str | None, path: str
) -> None:
    bench.server.says(document(PNG))
    await bench.paint(azure(bench, version), sources=[one], quality="high", format="webp", moderation="low")
    assert bench.call.path == path
    assert bench.call.query == ({"api-version": version} if version else {})
    assert bench.call.headers["api-key"] == "azure-key"
    assert files(bench) == [("image", "image/png", PNG)]
    model = {} if version else {"model": "my paint"}
    assert form(bench).fields == model | {
        "prompt": "a fox",
        "n": "1",
        "quality": "high",
        "user": "hashed-person",
    }


@pytest.mark.parametrize(("version", "path"), ROUTES)
async def test_several_pictures_go_to_azure_in_order_with_names_and_a_mask(
    bench: Bench, one: InputFile, other: InputFile, version: str | None, path: str
) -> None:
    bench.server.says(document(PNG))
    await bench.paint(azure(bench, version), sources=[one, other], mask=one)
    assert bench.call.path == path
    assert [(file.name, file.filename) for file in form(bench).files] == [
        ("image[]", "image-1.png"),
        ("image[]", "image-2.jpg"),
        ("mask", "mask.png"),
    ]
    assert [data for *_, data in files(bench)] == [PNG, JPEG, PNG]


async def test_a_compatible_server_gets_the_least_there_is_beside_the_pictures(
    bench: Bench, one: InputFile, other: InputFile
) -> None:
    bench.server.says(document(PNG))
    settings = bench.compatible(imagine_model="sdxl", imagine_server_key=SecretStr("local"))
    await bench.paint(settings, sources=[one, other], mask=one, previews=3, quality="high")
    assert bench.call.path == "/v1/images/edits"
    assert form(bench).fields == {
        "model": "sdxl",
        "prompt": "a fox",
        "n": "1",
        "size": "1024x1024",
        "response_format": "b64_json",
    }
    assert [name for name, *_ in files(bench)] == ["image[]", "image[]", "mask"]


def test_a_server_that_reads_a_mask_as_grey_finds_white_where_it_may_paint() -> None:
    drawn = regions.draw(Region(cells=("A1",)), width=80, height=80)
    grey = Image.open(BytesIO(drawn.mask)).convert("RGB").convert("L")
    assert grey.tobytes() == regions.area_of(drawn.mask).tobytes()
    assert grey.getpixel((0, 0)) == 255


# -- the whole bot at another service


def at_azure(town: Town, version: str | None) -> dict[str, Any]:
    return {
        "openai_api_key": None,
        "openai_base_url": None,
        "azure_openai_endpoint": town.painter.azure_url,
        "azure_openai_api_key": SecretStr("azure"),
        "openai_api_version": version,
        "imagine_model": "wall",
        "imagine_models": "wall=gpt-image-2",
        "imagine_images_per_minute": 0,  # at the lowest tier each call waits ten seconds
    }


def at_server(url: str) -> dict[str, Any]:
    only = {"openai_api_key": None, "openai_base_url": None, "imagine_model": "local"}
    return {**only, "imagine_server_url": url}


@pytest.mark.parametrize("version", [VERSION, None])
async def test_a_webp_photo_is_edited_at_azure_which_takes_none(town: Town, version: str | None) -> None:
    async with running_bot(town, **at_azure(town, version)):
        webp = ("cat.webp", picture("WEBP", (640, 480)))
        await town.slack.workspace.say("ben", "general", "@imagine a hat", files=[webp])
        await town.results(1)
    (call,) = town.painter.calls
    assert (call.status, call.params.get("model")) == (200, None if version else "wall")
    (sent,) = call.params["image"]
    assert sent["type"] == "image/jpeg"


@pytest.mark.parametrize("version", [VERSION, None])
async def test_a_region_and_a_second_picture_are_edited_at_azure(town: Town, version: str | None) -> None:
    async with running_bot(town, **at_azure(town, version)):
        stage = town.slack.workspace
        first = await town.imagine("a red fox")
        await stage.press("ann", first, "region")
        await stage.submit_view("ann", await town.view(), {"prompt": "a hat", "cells": "C3-E5"})
        await stage.press("ann", await town.whisper("Nothing is made before you press Run"), "run")
        await town.results(2)
        two = [("cat.png", PNG), ("dog.jpg", JPEG)]
        await stage.say("ben", "general", "@imagine both in one", files=two)
        await town.results(3)
    _, masked, combined = town.painter.calls
    assert (masked.status, masked.params["mask"]["type"]) == (200, "image/png")
    assert [one["type"] for one in combined.params["image"]] == ["image/png", "image/jpeg"]


async def test_webp_is_refused_in_words_where_azure_makes_none(town: Town) -> None:
    async with running_bot(town, **at_azure(town, VERSION)):
        await town.slack.workspace.command("ann", "general", "a fox --format webp")
        await town.whisper("`--format` cannot be “webp”")
    assert town.painter.calls == []


async def test_an_edit_at_a_compatible_server_keeps_its_shape_and_may_come_by_address(town: Town) -> None:
    async with serving() as server:
        by_address(server)
        async with running_bot(town, **at_server(server.url)):
            wide = ("cat.png", picture("PNG", (1600, 900)))
            await town.slack.workspace.say("ben", "general", "@imagine a hat", files=[wide])
            (result,) = await town.results(1)
    post, get = server.calls
    assert (post.path, get.path) == ("/v1/images/edits", "/made/1.png")
    assert post.body.fields["size"] == "1536x864"
    assert town.shown(result)[0].data == a_picture()


def by_address(server: ImagesServer) -> None:
    """A server that answers with a relative address."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            return web.Response(body=a_picture(), content_type="image/png")
        return web.json_response({"created": 1, "data": [{"url": "/made/1.png"}]})

    server.answer = answer
