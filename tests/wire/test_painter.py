"""The local painter meets the real openai SDK over a socket, and the vendors' own schemas."""

import base64
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import jsonschema
import openai
import pytest
from openai import AsyncAzureOpenAI, AsyncOpenAI
from openai.types import ImagesResponse
from PIL import Image

from bot.playground.painter import BLOCK_WORD, Painter, Trouble, serve
from bot.playground.painter.limits import Limit

MODEL = "gpt-image-2.6-sunburst"
SPECS = Path(__file__).parents[3] / "shared" / "specs" / "images"
SMALL = "1024x640"


@pytest.fixture
async def painter() -> AsyncIterator[Painter]:
    async with serve(signed=False, deployments={"our-images": "gpt-image-2"}) as running:
        yield running


@pytest.fixture
async def client(painter: Painter) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=painter.openai_url, api_key="sk-local", max_retries=0) as client:
        yield client


@pytest.fixture
async def azure(painter: Painter) -> AsyncIterator[AsyncAzureOpenAI]:
    async with AsyncAzureOpenAI(
        azure_endpoint=painter.azure_url, api_key="key", api_version="2025-04-01-preview", max_retries=0
    ) as client:
        yield client


def picture_of(response: ImagesResponse, index: int = 0) -> Image.Image:
    return Image.open(BytesIO(bytes_of(response, index)))


def bytes_of(response: ImagesResponse, index: int = 0) -> bytes:
    assert response.data
    encoded = response.data[index].b64_json
    assert encoded
    return base64.b64decode(encoded)


def png(size: tuple[int, int] = (1024, 640), colour: tuple[int, ...] = (200, 30, 30)) -> bytes:
    out = BytesIO()
    Image.new("RGBA" if len(colour) == 4 else "RGB", size, colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def fits() -> Callable[[str, Any], None]:
    """Check a value against one of the vendors' schemas, where they are beside the checkout."""

    def check(schema: str, value: Any) -> None:
        file = SPECS / f"{schema}.json"
        if not file.exists():
            pytest.skip(f"no {file.name} beside the checkout: this answer was not compared with its schema")
        jsonschema.validate(value, json.loads(file.read_text()))

    return check


async def raw(painter: Painter, path: str, body: dict[str, Any]) -> tuple[int, Any]:
    """What is on the wire, without the SDK's reading of it."""
    headers = {"Authorization": "Bearer sk-local", "api-key": "key"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{painter.base_url}{path}", json=body, headers=headers) as response,
    ):
        text = await response.text()
        return response.status, json.loads(text) if response.content_type == "application/json" else text


# -- what it paints ---------------------------------------------------------------------------------


async def test_a_prompt_becomes_a_picture_of_the_size_asked(client: AsyncOpenAI) -> None:
    answer = await client.images.generate(model=MODEL, prompt="a red fox", size="1536x864", quality="low")
    assert picture_of(answer).size == (1536, 864)
    assert (answer.size, answer.quality, answer.output_format) == ("1536x864", "low", "png")
    assert answer.usage
    assert answer.usage.output_tokens == 480  # four times the 120 of series 2.5


async def test_the_same_words_give_the_same_picture_and_others_another(client: AsyncOpenAI) -> None:
    one, again, other = [
        bytes_of(await client.images.generate(model=MODEL, prompt=prompt, size=SMALL))
        for prompt in ("a fox", "a fox", "a hen")
    ]
    assert one == again
    assert one != other


@pytest.mark.parametrize(
    ("file_format", "pillow"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP"), ("gif", "GIF")]
)
async def test_every_raster_format_is_what_it_says(
    client: AsyncOpenAI, file_format: Any, pillow: str
) -> None:
    answer = await client.images.generate(
        model=MODEL, prompt="狐 🦊", size="816x816", output_format=file_format
    )
    picture = picture_of(answer)
    assert picture.format == pillow
    assert picture.size == (816, 816)


async def test_a_gif_has_the_frames_and_the_delay_asked(client: AsyncOpenAI) -> None:
    answer = await client.images.generate(
        model=MODEL,
        prompt="clouds",
        size="816x816",
        output_format="gif",
        frame_count=4,
        frame_duration_ms=126,
    )
    picture = picture_of(answer)
    assert getattr(picture, "n_frames", 1) == 4
    assert picture.info["duration"] == 130


async def test_an_svg_holds_the_prompt_as_text_and_no_markup_of_it(client: AsyncOpenAI) -> None:
    answer = await client.images.generate(model=MODEL, prompt="<script>狐</script>", output_format="svg")
    drawn = bytes_of(answer).decode()
    assert "&lt;script&gt;狐" in drawn
    assert "<script" not in drawn
    assert answer.svg_usage


async def test_a_transparent_background_is_transparent(client: AsyncOpenAI) -> None:
    answer = await client.images.generate(model=MODEL, prompt="fox", size=SMALL, background="transparent")
    assert picture_of(answer).getchannel("A").getextrema() == (0, 255)
    opaque = await client.images.generate(model=MODEL, prompt="fox", size=SMALL)
    assert picture_of(opaque).mode == "RGB"


async def test_several_pictures_differ(client: AsyncOpenAI) -> None:
    answer = await client.images.generate(model=MODEL, prompt="fox", size=SMALL, n=3, quality="high")
    assert answer.data
    assert len({datum.b64_json for datum in answer.data}) == 3


async def test_a_stream_sends_unfinished_pictures_and_then_the_real_one(client: AsyncOpenAI) -> None:
    stream = await client.images.generate(
        model=MODEL, prompt="fox", size=SMALL, quality="medium", stream=True, partial_images=2
    )
    events = [event async for event in stream]
    assert [event.type for event in events] == [
        "image_generation.partial_image",
        "image_generation.partial_image",
        "image_generation.completed",
    ]
    whole = await client.images.generate(model=MODEL, prompt="fox", size=SMALL, quality="medium")
    assert whole.data
    assert events[2].b64_json == whole.data[0].b64_json
    assert len({event.b64_json for event in events}) == 3
    last = events[2]
    assert last.type == "image_generation.completed"
    assert whole.usage
    assert last.usage.output_tokens == whole.usage.output_tokens + 200


def with_hole(box: tuple[int, int, int, int]) -> tuple[str, bytes, str]:
    """A mask of the usual size that is see-through in a box."""
    mask = Image.new("RGBA", (1024, 640), (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), box)
    out = BytesIO()
    mask.save(out, "PNG")
    return "mask.png", out.getvalue(), "image/png"


def off(picture: Image.Image, at: tuple[int, int], colour: tuple[int, ...] = (200, 30, 30)) -> int:
    """How far a pixel is from a colour, in its worst channel."""
    found = picture.convert("RGB").getpixel(at)
    assert isinstance(found, tuple)
    return max(abs(int(one) - other) for one, other in zip(found, colour, strict=True))


async def test_a_mask_is_soft_the_hole_is_new_and_nothing_else_stays_quite_as_it_was(
    client: AsyncOpenAI,
) -> None:
    answer = await client.images.edit(
        model=MODEL,
        image=("red.png", png(), "image/png"),
        mask=with_hole((300, 50, 600, 250)),
        prompt="a lake",
        size=SMALL,
    )
    picture = picture_of(answer)
    assert off(picture, (450, 150)) > 40
    assert 0 < off(picture, (100, 100)) < 8
    assert off(picture, (450, 150)) > off(picture, (296, 150)) > 8
    assert answer.usage
    assert answer.usage.input_tokens_details.image_tokens == 640


async def test_the_previews_of_a_masked_edit_are_hazy_in_the_hole_only(client: AsyncOpenAI) -> None:
    stream = await client.images.edit(
        model=MODEL,
        image=("red.png", png(), "image/png"),
        mask=with_hole((300, 50, 600, 250)),
        prompt="a lake",
        size=SMALL,
        stream=True,
        partial_images=2,
    )
    events = [event async for event in stream]
    assert [event.type for event in events] == ["image_edit.partial_image"] * 2 + ["image_edit.completed"]
    first, _, last = [Image.open(BytesIO(base64.b64decode(event.b64_json))) for event in events]
    assert off(first, (100, 100)) == off(last, (100, 100))
    done = last.convert("RGB").getpixel((450, 150))
    assert isinstance(done, tuple)
    assert off(first, (450, 150), done) > 20


async def test_markup_says_where_and_stays_visible(client: AsyncOpenAI) -> None:
    strokes = Image.new("RGBA", (1024, 640))
    strokes.paste((0, 0, 255, 255), (300, 100, 500, 120))
    out = BytesIO()
    strokes.save(out, "PNG")
    answer = await client.images.edit(
        model=MODEL,
        image=("red.png", png(), "image/png"),
        markup=("markup.png", out.getvalue(), "image/png"),
        prompt="a lake",
        size=SMALL,
    )
    assert off(picture_of(answer), (400, 110)) > 40
    assert off(picture_of(answer), (800, 100)) < 8


async def test_all_of_sixteen_sources_are_seen_in_the_edit(painter: Painter, client: AsyncOpenAI) -> None:
    colours = [(15 * number, 255 - 15 * number, 128) for number in range(16)]
    sources = [(f"{number}.png", png((64, 64), colour), "image/png") for number, colour in enumerate(colours)]
    answer = await client.images.edit(model=MODEL, image=sources, prompt="all", size="1024x1024")
    picture = picture_of(answer).convert("RGB").crop((0, 0, 1024, 480))
    seen = {colour for _, colour in picture.getcolors(1024 * 480) or []}
    assert [colour for colour in colours[1:] if colour not in seen] == []
    assert len(painter.calls[0].params["image"]) == 16
    with pytest.raises(openai.BadRequestError) as many:
        await client.images.edit(model=MODEL, image=[*sources, sources[0]], prompt="all")
    assert many.value.code == "array_above_max_length"


async def test_high_fidelity_keeps_more_of_the_source(client: AsyncOpenAI) -> None:
    image = ("red.png", png((1024, 1024)), "image/png")
    faithful, free = [
        picture_of(
            await client.images.edit(
                model="gpt-image-1.5", image=image, prompt="sea", size="1024x1024", input_fidelity=fidelity
            )
        )
        for fidelity in ("high", "low")
    ]
    assert off(faithful, (50, 50)) < off(free, (50, 50))


@pytest.mark.parametrize(
    ("model", "source", "expected"),
    [
        (MODEL, (1500, 1000), (1248, 832)),
        (MODEL, (400, 4000), (592, 1776)),
        ("gpt-image-1.5", (1000, 1400), (1024, 1536)),
    ],
)
async def test_an_edit_of_no_size_has_the_shape_of_its_source(
    client: AsyncOpenAI, model: str, source: tuple[int, int], expected: tuple[int, int]
) -> None:
    answer = await client.images.edit(model=model, image=("a.png", png(source), "image/png"), prompt="x")
    assert picture_of(answer).size == expected
    assert answer.size == f"{expected[0]}x{expected[1]}"


# -- the vendors' schemas ---------------------------------------------------------------------------


async def test_answers_fit_the_vendors_schemas(painter: Painter, fits: Callable[[str, Any], None]) -> None:
    for more in ({}, {"n": 2, "safety_identifier": "p1"}, {"output_format": "svg"}):
        request = {"model": MODEL, "prompt": "fox", "size": SMALL, **more}
        fits("CreateImageRequest", request)
        status, body = await raw(painter, "/v1/images/generations", request)
        assert status == 200
        fits("ImagesResponse", body)


async def test_stream_events_fit_the_vendors_schemas(
    painter: Painter, fits: Callable[[str, Any], None]
) -> None:
    _, text = await raw(
        painter,
        "/v1/images/generations",
        {"model": MODEL, "prompt": "fox", "size": SMALL, "stream": True, "partial_images": 1},
    )
    events = [
        json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data:")
    ]
    assert len(events) == 2
    for event in events:
        fits("ImageGenStreamEvent", event)


async def test_refusals_fit_the_vendors_schemas(painter: Painter, fits: Callable[[str, Any], None]) -> None:
    for trouble in (Trouble.RATE_LIMITED, Trouble.NO_QUOTA, Trouble.BLOCKED, Trouble.POLICY, Trouble.ERROR):
        painter.faults.on(trouble, times=2)
        for path, model in (("/v1", MODEL), ("/openai/v1", "gpt-image-2")):
            _, body = await raw(painter, f"{path}/images/generations", {"model": model, "prompt": "fox"})
            fits("ErrorEnvelope", body)


# -- what it refuses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "param", "code"),
    [
        ({"size": "1000x1000"}, "size", "invalid_value"),
        ({"size": "3840x1024"}, "size", "invalid_value"),
        ({"size": "512x512"}, "size", "invalid_value"),
        ({"size": "big"}, "size", "invalid_value"),
        ({"quality": "finest"}, "quality", "invalid_value"),
        ({"model": "gpt-image-2", "quality": "max"}, "quality", "invalid_value"),
        ({"model": "gpt-image-2", "output_format": "svg"}, "output_format", "invalid_value"),
        ({"model": "gpt-image-1.5", "size": "1536x864"}, "size", "invalid_value"),
        ({"n": 11}, "n", "integer_above_max_value"),
        ({"n": 0}, "n", "integer_below_min_value"),
        ({"n": "many"}, "n", "invalid_type"),
        ({"prompt": "x" * 32_001}, "prompt", "string_above_max_length"),
        ({"prompt": " "}, "prompt", "empty_string"),
        ({"prompt": None}, "prompt", "missing_required_parameter"),
        ({"background": "transparent", "output_format": "jpeg"}, "background", "invalid_value"),
        ({"output_compression": 50}, "output_compression", "invalid_value"),
        ({"partial_images": 4, "stream": True}, "partial_images", "integer_above_max_value"),
        ({"output_format": "gif", "stream": True}, "stream", "invalid_value"),
        ({"output_format": "svg", "n": 2}, "n", "invalid_value"),
        ({"frame_count": 3}, "frame_count", "invalid_value"),
        ({"response_format": "b64_json"}, "response_format", "unknown_parameter"),
        ({"colour": "red"}, "colour", "unknown_parameter"),
    ],
)
async def test_a_wrong_parameter_is_named_and_not_paid(
    painter: Painter, wrong: dict[str, Any], param: str, code: str
) -> None:
    status, body = await raw(
        painter, "/v1/images/generations", {"model": MODEL, "prompt": "a fox", "size": SMALL, **wrong}
    )
    assert (status, body["error"]["param"], body["error"]["code"]) == (400, param, code)
    assert painter.paid == []


async def test_a_wrong_key_is_refused() -> None:
    async with serve(signed=False, key="sk-right") as painter:
        async with AsyncOpenAI(base_url=painter.openai_url, api_key="sk-wrong", max_retries=0) as client:
            with pytest.raises(openai.AuthenticationError) as refused:
                await client.images.generate(model=MODEL, prompt="fox")
            assert refused.value.code == "invalid_api_key"
        async with AsyncOpenAI(base_url=painter.openai_url, api_key="sk-right", max_retries=0) as client:
            await client.images.generate(model=MODEL, prompt="fox", size=SMALL)


async def test_a_model_that_is_not_there_is_not_found(client: AsyncOpenAI) -> None:
    for name in ("gpt-image-9", "gpt-image-1", "dall-e-3"):
        with pytest.raises(openai.NotFoundError) as missing:
            await client.images.generate(model=name, prompt="fox")
        assert missing.value.code == "model_not_found"


async def test_a_retired_model_answers_with_an_address_where_it_is_still_offered() -> None:
    async with (
        serve(signed=False, retired=True) as painter,
        AsyncOpenAI(base_url=painter.openai_url, api_key="sk-local", max_retries=0) as client,
        aiohttp.ClientSession() as session,
    ):
        answer = await client.images.generate(model="dall-e-3", prompt="fox", size="1792x1024")
        assert answer.data
        assert answer.data[0].url
        async with session.get(answer.data[0].url) as response:
            assert Image.open(BytesIO(await response.read())).size == (1792, 1024)
        encoded = await client.images.generate(model="dall-e-3", prompt="fox", response_format="b64_json")
        assert encoded.data
        assert encoded.data[0].revised_prompt
        assert encoded.usage is None


async def test_the_safety_system_blocks_the_word(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as blocked:
        await client.images.generate(model=MODEL, prompt=f"a {BLOCK_WORD} fox")
    assert blocked.value.code == "moderation_blocked"
    assert blocked.value.type == "image_generation_user_error"


async def test_files_without_a_type_or_of_another_size_than_the_mask_are_refused(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as nameless:
        await client.images.edit(model=MODEL, image=png(), prompt="fox")
    assert nameless.value.code == "unsupported_file_mimetype"
    image = ("a.png", png(), "image/png")
    for mask in (png((64, 64), (0, 0, 0, 0)), png()):
        with pytest.raises(openai.BadRequestError) as wrong:
            await client.images.edit(
                model=MODEL, image=image, mask=("m.png", mask, "image/png"), prompt="fox"
            )
        assert wrong.value.code == "invalid_mask_image_format"
    with pytest.raises(openai.BadRequestError) as broken:
        await client.images.edit(model=MODEL, image=("a.png", b"no picture", "image/png"), prompt="fox")
    assert broken.value.code == "invalid_image_file"


def saved(kind: str, mode: str = "RGB") -> bytes:
    out = BytesIO()
    Image.new(mode, (64, 64)).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type", "code"),
    [
        (saved("GIF"), "image/gif", "unsupported_file_mimetype"),
        (saved("BMP"), "image/heic", "unsupported_file_mimetype"),
        (saved("GIF"), "image/png", "invalid_image_file"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "image/png", "invalid_image_file"),
        (saved("JPEG", "CMYK"), "image/jpeg", "invalid_image_file"),
        (saved("PNG", "I;16"), "image/png", "invalid_image_file"),
        (saved("PNG")[:60], "image/png", "invalid_image_file"),
    ],
)
async def test_a_source_that_the_service_does_not_read_is_refused_unpaid(
    painter: Painter, client: AsyncOpenAI, data: bytes, media_type: str, code: str
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        await client.images.edit(model=MODEL, image=("a", data, media_type), prompt="fox")
    assert (refused.value.code, refused.value.param) == (code, "image")
    assert painter.paid == []


async def test_a_source_of_fifty_megabytes_is_too_large(client: AsyncOpenAI) -> None:
    large = ("a.png", png((8, 8)) + bytes(50 * 1024 * 1024), "image/png")
    with pytest.raises(openai.BadRequestError) as refused:
        await client.images.edit(model=MODEL, image=large, prompt="fox")
    assert refused.value.code == "file_too_large"


async def test_azure_takes_no_webp_for_a_source(azure: AsyncAzureOpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        await azure.images.edit(
            model="gpt-image-2", image=("a.webp", saved("WEBP"), "image/webp"), prompt="fox"
        )
    assert refused.value.code == "unsupported_file_mimetype"


# -- Azure ------------------------------------------------------------------------------------------


async def test_azure_answers_on_its_deployments_route(painter: Painter, azure: AsyncAzureOpenAI) -> None:
    answer = await azure.images.generate(model="gpt-image-2", prompt="fox", size=SMALL)
    assert picture_of(answer).size == (1024, 640)
    assert answer.quality == "high"
    assert painter.calls[0].path == "/openai/deployments/gpt-image-2/images/generations"
    edit = await azure.images.edit(
        model="gpt-image-2", image=("a.png", png(), "image/png"), prompt="fox", size=SMALL
    )
    assert picture_of(edit).size == (1024, 640)


async def test_azure_refuses_a_deployments_name_as_the_model(
    painter: Painter, azure: AsyncAzureOpenAI
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        await azure.images.generate(model="our-images", prompt="fox")
    assert (refused.value.code, refused.value.param) == ("invalid_value", "model")
    path = "/openai/deployments/our-images/images/generations?api-version=2025-04-01-preview"
    status, _ = await raw(painter, path, {"prompt": "fox", "size": SMALL})
    assert status == 200


async def test_azure_answers_on_v1_by_the_deployments_name(painter: Painter) -> None:
    async with AsyncOpenAI(
        base_url=f"{painter.azure_url}/openai/v1/", api_key="key", max_retries=0
    ) as client:
        answer = await client.images.generate(model="our-images", prompt="fox", size=SMALL)
        assert picture_of(answer).size == (1024, 640)
        with pytest.raises(openai.NotFoundError) as missing:
            await client.images.generate(model="nobodys", prompt="fox")
        assert missing.value.code == "DeploymentNotFound"


async def test_azure_has_its_own_refusals(painter: Painter, azure: AsyncAzureOpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as webp:
        await azure.images.generate(model="gpt-image-2", prompt="fox", output_format="webp")
    assert webp.value.param == "output_format"
    with pytest.raises(openai.BadRequestError) as moderation:
        await azure.images.generate(model="gpt-image-2", prompt="fox", moderation="low")
    assert moderation.value.code == "unknown_parameter"
    with pytest.raises(openai.BadRequestError) as blocked:
        await azure.images.generate(model="gpt-image-2", prompt=BLOCK_WORD)
    assert blocked.value.code == "contentFilter"
    unversioned = await raw(painter, "/openai/deployments/gpt-image-2/images/generations", {"prompt": "fox"})
    assert unversioned == (404, {"error": {"code": "404", "message": "Resource not found"}})


async def test_models_can_be_listed_without_paying(painter: Painter, client: AsyncOpenAI) -> None:
    names = [model.id async for model in client.models.list()]
    assert MODEL in names
    assert "dall-e-3" not in names
    assert (await client.models.retrieve(MODEL)).id == MODEL
    with pytest.raises(openai.NotFoundError):
        await client.models.retrieve("gpt-image-1")
    assert painter.calls == []


# -- troubles ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "error", "paid"),
    [
        (Trouble.RATE_LIMITED, openai.RateLimitError, 0),
        (Trouble.NO_QUOTA, openai.RateLimitError, 0),
        (Trouble.ACCOUNT_BLOCKED, openai.PermissionDeniedError, 0),
        (Trouble.POLICY, openai.BadRequestError, 0),
        (Trouble.ERROR, openai.InternalServerError, 0),
        (Trouble.PROXY, openai.InternalServerError, 0),
        (Trouble.DROP, openai.APIConnectionError, 0),
        (Trouble.LOST_REPLY, openai.APIConnectionError, 1),
        (Trouble.BROKEN, openai.APIConnectionError, 1),
        (Trouble.STREAM_ERROR, openai.APIError, 1),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_a_trouble_is_met_once_and_counted_as_paid_only_when_painted(
    painter: Painter,
    client: AsyncOpenAI,
    trouble: Trouble,
    error: type[openai.OpenAIError],
    paid: int,
    stream: bool,
) -> None:
    async def call() -> None:
        if stream:
            events = await client.images.generate(model=MODEL, prompt="fox", size=SMALL, stream=True)
            assert [event.type async for event in events] == ["image_generation.completed"]
        else:
            picture_of(await client.images.generate(model=MODEL, prompt="fox", size=SMALL))

    painter.faults.on(trouble)
    with pytest.raises(error):
        await call()
    assert len(painter.paid) == paid
    await call()
    assert len(painter.paid) == paid + 1
    assert len(painter.calls) == 2


async def test_a_rate_limit_says_how_long_to_wait(painter: Painter, client: AsyncOpenAI) -> None:
    painter.faults.on(Trouble.RATE_LIMITED, value=2.5)
    with pytest.raises(openai.RateLimitError) as limited:
        await client.images.generate(model=MODEL, prompt="fox")
    assert limited.value.code == "rate_limit_exceeded"
    assert limited.value.response.headers["retry-after-ms"] == "2500"
    assert limited.value.response.headers["x-ratelimit-remaining-requests"] == "0"


async def test_garbage_comes_with_status_200(painter: Painter, client: AsyncOpenAI) -> None:
    async def spoiled(trouble: Trouble) -> ImagesResponse:
        painter.faults.on(trouble)
        return await client.images.generate(model=MODEL, prompt="fox", size=SMALL)

    with pytest.raises(OSError, match="cannot identify"):
        picture_of(await spoiled(Trouble.NOT_A_PICTURE))
    with pytest.raises(OSError, match="truncated"):
        picture_of(await spoiled(Trouble.TRUNCATED)).load()
    assert (await spoiled(Trouble.EMPTY)).data == []
    assert picture_of(await spoiled(Trouble.WRONG_SIZE)).size == (512, 320)
    assert "<html>" in str(await spoiled(Trouble.HTML))
    assert len(painter.paid) == 5


async def test_faults_and_calls_are_reached_over_http_too(painter: Painter, client: AsyncOpenAI) -> None:
    faults = f"{painter.base_url}/painter/faults"
    async with aiohttp.ClientSession() as session:
        async with session.post(faults, json={"trouble": "error", "containing": "hen", "times": None}) as put:
            assert put.status == 204
        async with session.post(faults, json={"trouble": "nonsense"}) as wrong:
            assert wrong.status == 400
        await client.images.generate(model=MODEL, prompt="a fox", size=SMALL)
        for _ in range(2):
            with pytest.raises(openai.InternalServerError):
                await client.images.generate(model=MODEL, prompt="a hen", size=SMALL)
        async with session.get(f"{painter.base_url}/painter/calls") as response:
            calls = await response.json()
        assert [(call["params"]["prompt"], call["paid"], call["status"]) for call in calls] == [
            ("a fox", True, 200),
            ("a hen", False, 500),
            ("a hen", False, 500),
        ]
        async with session.delete(faults) as cleared:
            assert cleared.status == 204
    await client.images.generate(model=MODEL, prompt="a hen", size=SMALL)


async def test_another_name_for_this_address_is_refused(painter: Painter) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{painter.base_url}/painter/calls", headers={"Host": "evil.example"}) as response,
    ):
        assert response.status == 403


# -- the service's own limit ------------------------------------------------------------------------


async def test_six_calls_a_minute_are_not_two_in_a_second() -> None:
    async with (
        serve(signed=False, per_minute=6, fixed_picture=png((64, 64))) as painter,
        AsyncAzureOpenAI(
            azure_endpoint=painter.azure_url, api_key="key", api_version="2025-04-01-preview", max_retries=0
        ) as client,
    ):
        raw = client.images.with_raw_response
        first = await raw.generate(model="gpt-image-2", prompt="fox", n=3)
        assert first.headers["x-ratelimit-limit-requests"] == "6"
        assert first.headers["x-ratelimit-remaining-requests"] == "5"
        with pytest.raises(openai.RateLimitError) as limited:
            await client.images.generate(model="gpt-image-2", prompt="fox")
        assert 8_000 < int(limited.value.response.headers["retry-after-ms"]) <= 10_000
        assert limited.value.response.headers["x-ratelimit-remaining-requests"] == "4"  # it counts too
        await client.images.generate(model="gpt-image-1.5", prompt="another model")
    assert len(painter.paid) == 2


def test_what_is_over_the_limit_may_come_when_enough_is_out_of_the_windows() -> None:
    at = [0.0]
    limit = Limit(12, lambda: at[0])  # two in ten seconds
    assert [limit.take(1), limit.take(1)] == [0, 0]
    at[0] = 4
    assert limit.take(1) == 6
    at[0] = 10
    assert limit.take(1) == 0  # but the refused call was counted
    assert limit.take(1) == 4
    at[0] = 40
    assert limit.take(12) == 30
    at[0] = 100
    assert limit.take(12) == 0
    assert limit.headers()["x-ratelimit-remaining-requests"] == "0"


# -- for the benchmark ------------------------------------------------------------------------------


async def test_a_fixed_picture_is_sent_as_it_is() -> None:
    fixed = png((64, 64))
    async with (
        serve(fixed_picture=fixed) as painter,
        AsyncOpenAI(base_url=painter.openai_url, api_key="sk-local", max_retries=0) as client,
    ):
        answer = await client.images.generate(model=MODEL, prompt="fox", n=2)
        assert [bytes_of(answer, 0), bytes_of(answer, 1)] == [fixed, fixed]
        stream = await client.images.generate(model=MODEL, prompt="fox", stream=True, partial_images=1)
        assert [base64.b64decode(event.b64_json) async for event in stream] == [fixed, fixed]


async def test_it_runs_as_a_process_of_its_own() -> None:
    command = [sys.executable, "-m", "bot.playground.painter", "--port", "0", "--unsigned"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: ASYNC220, S603 -- ours
        assert process.stdout
        url = process.stdout.readline().strip()
        try:
            async with AsyncOpenAI(base_url=url, api_key="sk-local", max_retries=0) as client:
                answer = await client.images.generate(model=MODEL, prompt="fox", size=SMALL)
                assert picture_of(answer).size == (1024, 640)
        finally:
            process.terminate()
    assert process.returncode == 0


# -- content credentials ----------------------------------------------------------------------------


@pytest.mark.parametrize("file_format", ["png", "jpeg", "webp", "gif", "svg"])
async def test_every_format_is_signed_and_a_changed_byte_is_noticed(file_format: Any) -> None:
    c2pa = pytest.importorskip("c2pa", reason="c2pa-python belongs to the playground's extra")
    async with (
        serve() as painter,
        AsyncOpenAI(base_url=painter.openai_url, api_key="sk-local", max_retries=0) as client,
    ):
        answer = await client.images.generate(
            model=MODEL, prompt="fox", size="816x816", output_format=file_format
        )
    data = bytes_of(answer)
    media_type = "image/svg+xml" if file_format == "svg" else f"image/{file_format}"
    with c2pa.Reader(media_type, BytesIO(data)) as reader:
        assert reader.get_validation_state() == "Valid"
        assert 'digitalsourcetype/algorithmicMedia"' in reader.json()
    with c2pa.Reader(media_type, BytesIO(_changed(data, file_format))) as reader:
        assert reader.get_validation_state() == "Invalid"


def _changed(data: bytes, file_format: str) -> bytes:
    """One byte of the picture itself, well outside the manifest."""
    places = {"svg": data.rindex(b"fox") if file_format == "svg" else 0, "webp": 200}
    at = places.get(file_format, len(data) - 200)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


async def test_what_is_not_signed_has_no_credentials(client: AsyncOpenAI) -> None:
    c2pa = pytest.importorskip("c2pa", reason="c2pa-python belongs to the playground's extra")
    answer = await client.images.generate(model=MODEL, prompt="fox", size=SMALL)
    with pytest.raises(c2pa.C2paError, match="ManifestNotFound"):
        c2pa.Reader("image/png", BytesIO(bytes_of(answer)))
