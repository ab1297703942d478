"""The real SDK against a server on loopback: what is sent, what comes of the answer, one call each time."""

import asyncio
import socket
from contextlib import suppress
from typing import Any

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from pydantic import SecretStr

from bot.errors import Fault, ImageServiceError
from bot.providers import Order, Service, fetch
from bot.providers.openai import connect
from bot.settings import Settings
from bot.types import BlobKey, Options
from tests.ports import free_port
from tests.wire.images_server import (
    b64,
    completed,
    document,
    partial,
    picture,
    sse,
)
from tests.wire.service_bench import Bench

PNG = picture()


async def fails(bench: Bench, settings: Settings, **options: Any) -> ImageServiceError:
    with pytest.raises(ImageServiceError) as caught:
        await bench.paint(settings, **options)
    return caught.value


# -- what is sent -----------------------------------------------------------------------------------


async def test_openai_is_sent_what_the_card_allows(bench: Bench) -> None:
    bench.server.says(document(picture("WEBP")))
    await bench.paint(
        bench.openai(imagine_model="gpt-image-2"),
        size="1536x864",
        quality="high",
        format="webp",
        compression=80,
        background="opaque",
        moderation="low",
        complexity="high",
    )
    assert bench.call.path == "/v1/images/generations"
    assert bench.call.headers["authorization"] == "Bearer sk-test"
    assert bench.call.body == {
        "model": "gpt-image-2",
        "prompt": "a fox",
        "n": 1,
        "size": "1536x864",
        "quality": "high",
        "output_format": "webp",
        "output_compression": 80,
        "background": "opaque",
        "moderation": "low",
        "safety_identifier": "hashed-person",
    }


async def test_what_nobody_said_is_left_to_the_model(bench: Bench) -> None:
    bench.server.says(document(PNG))
    await bench.paint(bench.openai())
    assert set(bench.call.body) == {"model", "prompt", "n", "safety_identifier"}


async def test_a_gif_is_asked_for_with_its_frames_and_without_a_stream(bench: Bench) -> None:
    bench.server.says(document(picture("GIF")))
    await bench.paint(bench.openai(), format="gif", frames=4, delay=120, compression=50, previews=2)
    assert bench.call.body.items() >= {"frame_count": 4, "frame_duration_ms": 120}.items()
    assert not {"stream", "partial_images", "output_compression"} & set(bench.call.body)


async def test_azure_s_deployment_is_in_the_address_and_no_model_in_the_body(bench: Bench) -> None:
    bench.server.says(document(PNG))
    settings = bench.azure(
        azure_openai_api_key=SecretStr("azure-key"), openai_api_version="2025-04-01-preview"
    )
    painted = await bench.paint(settings, moderation="low", format="webp")
    assert bench.call.path == "/openai/deployments/my paint/images/generations"
    assert bench.call.query == {"api-version": "2025-04-01-preview"}
    assert bench.call.headers["api-key"] == "azure-key"
    assert bench.call.body == {"prompt": "a fox", "n": 1, "user": "hashed-person"}
    assert (painted.model, painted.service) == ("gpt-image-2", "azure")


async def test_azure_without_a_version_is_v1_with_the_deployment_as_model(bench: Bench) -> None:
    bench.server.says(document(PNG))
    await bench.paint(bench.azure(azure_openai_api_key=SecretStr("azure-key")))
    assert bench.call.path == "/openai/v1/images/generations"
    assert bench.call.headers["authorization"] == "Bearer azure-key"
    assert bench.call.body["model"] == "my paint"


@pytest.mark.parametrize("version", ["2025-04-01-preview", None])
async def test_entra_gives_a_token_for_each_call(bench: Bench, version: str | None) -> None:
    async def token() -> str:
        return "entra-token"

    bench.server.says(document(PNG))
    await bench.paint(bench.azure(openai_api_version=version), token=token)
    assert bench.call.headers["authorization"] == "Bearer entra-token"
    assert "api-key" not in bench.call.headers


async def test_a_compatible_server_gets_the_least_there_is(bench: Bench) -> None:
    bench.server.says(document(PNG))
    settings = bench.compatible(imagine_model="sdxl", imagine_server_key=SecretStr("local"))
    await bench.paint(settings, previews=3, quality="high")
    assert bench.call.path == "/v1/images/generations"
    assert bench.call.body == {
        "model": "sdxl",
        "prompt": "a fox",
        "n": 1,
        "size": "1024x1024",
        "response_format": "b64_json",
    }


async def test_a_server_whose_model_nobody_named_chooses_itself(bench: Bench) -> None:
    bench.server.says(document(PNG))
    await bench.paint(bench.compatible())
    assert "model" not in bench.call.body


async def test_dall_e_3_is_asked_for_bytes_and_told_the_user(bench: Bench) -> None:
    answer = document(PNG)
    answer["data"][0]["revised_prompt"] = "a very red fox"
    bench.server.says(answer)
    painted = await bench.paint(bench.openai(imagine_model="dall-e-3"), quality="hd", format="png")
    assert bench.call.body == {
        "model": "dall-e-3",
        "prompt": "a fox",
        "n": 1,
        "quality": "hd",
        "response_format": "b64_json",
        "user": "hashed-person",
    }
    assert painted.revised_prompt == "a very red fox"


async def test_an_odd_prompt_arrives_as_it_was_written(bench: Bench) -> None:
    bench.server.says(document(PNG))
    prompt = "狐が\n“新聞”を読む 🦊 " * 1500
    painted = await bench.paint(bench.openai(), prompt=prompt)
    assert bench.call.body["prompt"] == prompt
    assert painted.pictures[0].prompt == prompt


# -- what comes of the answer -----------------------------------------------------------------------


async def test_a_picture_is_kept_byte_for_byte_and_described_by_its_bytes(bench: Bench) -> None:
    bench.server.says(document(PNG, quality="high", size="1024x1024"))
    painted = await bench.paint(bench.openai(imagine_model="gpt-image-2"))
    assert bench.shelf.kept == [(PNG, "image/png")]
    (found,) = painted.pictures
    assert (found.width, found.height, found.size, found.blob) == (32, 16, len(PNG), "blob-1")
    assert painted.quality == "high"
    assert (painted.usage.text_in, painted.usage.image_in, painted.usage.out) == (50, 10, 1000)
    assert str(painted.cost) == "0.03033"


async def test_several_pictures_come_from_one_call(bench: Bench) -> None:
    pictures = [picture(size=(16 * count, 16)) for count in range(1, 5)]
    bench.server.says(document(*pictures))
    painted = await bench.paint(bench.openai(), n=4)
    assert bench.call.body["n"] == 4
    assert [one.width for one in painted.pictures] == [16, 32, 48, 64]


async def test_a_broken_picture_among_good_ones_is_left_out(bench: Bench) -> None:
    bench.server.says(document(PNG, b"not a picture", PNG))
    painted = await bench.paint(bench.openai(), n=3)
    assert len(painted.pictures) == 2


async def test_an_svg_is_kept_and_nobody_knows_its_price(bench: Bench) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 48"/>'
    bench.server.says(document(drawing))
    painted = await bench.paint(bench.openai(), format="svg")
    assert bench.shelf.kept == [(drawing, "image/svg+xml")]
    assert painted.cost is None


# -- streams ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n\n", "\r\n\r\n", "\r\r"])
async def test_partial_images_are_shown_and_the_last_event_is_the_picture(bench: Bench, end: str) -> None:
    early = picture(size=(8, 8))
    bench.server.says(sse(partial(early), completed(PNG, quality="medium"), end=end) + b"data: [DONE]\n\n")
    painted = await bench.paint(bench.openai(), previews=2)
    assert bench.call.body.items() >= {"stream": True, "partial_images": 2}.items()
    assert bench.previews == [early]
    assert bench.shelf.kept == [(PNG, "image/png")]
    assert (painted.usage.total, painted.quality) == (1060, "medium")


async def test_a_preview_is_shown_while_the_picture_is_still_painted(bench: Bench) -> None:
    shown = asyncio.Event()

    async def show(_data: bytes) -> None:
        shown.set()

    bench.server.streams(sse(partial(PNG)), shown, sse(completed(PNG)))
    model, offer = bench.model(bench.openai())
    order = Order(prompt="a fox", options=Options(), offer=offer, person="p", previews=1)
    painted = await model.paint(order, bench.shelf.keep, show)
    assert len(painted.pictures) == 1


async def test_a_stream_in_tiny_pieces_is_read(bench: Bench) -> None:
    body = sse(partial(PNG), completed(PNG))
    bench.server.streams(*(body[at : at + 7] for at in range(0, len(body), 7)))
    assert len((await bench.paint(bench.openai(), previews=1)).pictures) == 1


async def test_a_server_that_ignores_stream_is_understood(bench: Bench) -> None:
    bench.server.says(document(PNG))
    painted = await bench.paint(bench.openai(), previews=1)
    assert len(painted.pictures) == 1
    assert bench.previews == []


@pytest.mark.parametrize(
    "options", [{"n": 2}, {"format": "svg"}, {"format": "gif"}, {"quality": "low"}, {"previews": 0}]
)
async def test_no_stream_is_asked_for_where_it_cannot_or_should_not_be(bench: Bench, options: Any) -> None:
    bench.server.says(document(PNG, PNG))
    await bench.paint(bench.openai(), **{"previews": 2, **options})
    assert "stream" not in bench.call.body


@pytest.mark.parametrize("junk", [b"plain text", b""])
async def test_a_partial_image_that_is_none_is_not_shown(bench: Bench, junk: bytes) -> None:
    bench.server.says(sse(partial(junk), completed(PNG)))
    assert len((await bench.paint(bench.openai(), previews=1)).pictures) == 1
    assert bench.previews == []


async def test_a_preview_that_fails_never_costs_the_picture(bench: Bench) -> None:
    async def show(_data: bytes) -> None:
        raise RuntimeError

    bench.server.says(sse(partial(PNG), completed(PNG)))
    model, offer = bench.model(bench.openai())
    order = Order(prompt="a fox", options=Options(), offer=offer, person="p", previews=1)
    assert len((await model.paint(order, bench.shelf.keep, show)).pictures) == 1


# -- addresses instead of bytes ---------------------------------------------------------------------


def by_url(bench: Bench, url: str) -> None:
    """The server answers with an address; a GET of anything is the picture."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            return web.Response(body=PNG)
        return web.json_response({"created": 1, "data": [{"url": url}]})

    bench.server.answer = answer


@pytest.mark.parametrize("url", ["{own}/files/1.png", "/v1/images/abc/content", "images/abc/content"])
async def test_an_address_on_the_server_itself_is_fetched(bench: Bench, url: str) -> None:
    by_url(bench, url.format(own=bench.server.url))
    await bench.paint(bench.compatible(imagine_server_key=SecretStr("local")))
    assert bench.shelf.kept == [(PNG, "image/png")]
    assert [call.method for call in bench.server.calls] == ["POST", "GET"]
    assert bench.server.calls[1].headers["authorization"] == "Bearer local"


async def test_a_data_address_is_bytes(bench: Bench) -> None:
    by_url(bench, "data:image/png;base64," + b64(PNG))
    await bench.paint(bench.compatible())
    assert bench.shelf.kept == [(PNG, "image/png")]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/private",
        "https://127.0.0.1/private",
        "https://localhost/private",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://2130706433/",
        "http://example.com/plain.png",
        "ftp://example.com/a.png",
        "file:///etc/hostname",
        "https://example.com:port/",
    ],
)
async def test_an_address_into_a_private_network_is_never_fetched(bench: Bench, url: str) -> None:
    by_url(bench, url)
    assert (await fails(bench, bench.compatible())).fault is Fault.GARBAGE
    assert [call.method for call in bench.server.calls] == ["POST"]


async def test_a_redirect_is_not_followed(bench: Bench) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/elsewhere":
            return web.Response(body=PNG)
        if request.method == "GET":
            raise web.HTTPFound("/elsewhere")
        return web.json_response({"data": [{"url": "/picture"}]})

    bench.server.answer = answer
    assert (await fails(bench, bench.compatible())).fault is Fault.GARBAGE
    assert [call.path for call in bench.server.calls] == ["/v1/images/generations", "/picture"]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("fe80::1%eth0", False),
        ("::ffff:192.168.0.1", False),
        ("2002:0a00:0001::", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("224.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 -- the address itself is what is judged
        ("not an address", False),
    ],
)
def test_only_addresses_of_the_public_internet_are_public(address: str, public: bool) -> None:
    assert fetch.is_public(address) is public


class Names(AbstractResolver):
    """Every name leads to these addresses."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0)
            for one in self.addresses
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("addresses", [("10.0.0.1",), ("93.184.216.34", "127.0.0.1"), ()])
async def test_a_name_that_leads_into_a_private_network_is_refused(addresses: tuple[str, ...]) -> None:
    with pytest.raises(fetch.FetchRefusedError):
        await fetch.PublicOnly(Names(*addresses)).resolve("pictures.example", 443)


async def test_a_public_name_is_connected_to_at_the_address_that_was_checked() -> None:
    found = await fetch.PublicOnly(Names("93.184.216.34")).resolve("pictures.example", 443)
    assert [one["host"] for one in found] == ["93.184.216.34"]


# -- when it goes wrong -----------------------------------------------------------------------------

HTML = "<html><body>Please sign in</body></html>"
WHOLE = sse(completed(PNG))


@pytest.mark.parametrize(
    ("status", "body", "headers", "fault"),
    [
        (400, {"error": {"code": "moderation_blocked", "type": "user_error"}}, {}, Fault.BLOCKED),
        (400, {"error": {"code": "contentFilter", "message": "failed"}}, {}, Fault.BLOCKED),
        (403, {"error": {"message": "temporarily blocked because"}}, {}, Fault.ACCOUNT_BLOCKED),
        (429, {"error": {"code": "rate_limit_exceeded"}}, {"retry_after": "7"}, Fault.BUSY),
        (429, {"error": {"code": "insufficient_quota"}}, {}, Fault.QUOTA),
        (401, {"error": {"code": "invalid_api_key"}}, {}, Fault.REFUSED),
        (404, {"error": {"code": "DeploymentNotFound"}}, {}, Fault.REFUSED),
        (400, {"error": {"code": "invalid_value", "param": "size"}}, {}, Fault.REFUSED),
        (400, {"error": "prompt required"}, {}, Fault.REFUSED),
        (422, {"detail": [{"msg": "bad"}]}, {}, Fault.REFUSED),
        (500, {"error": {"code": 500, "message": "oops"}}, {}, Fault.BROKEN),
        (503, HTML, {}, Fault.BROKEN),
        (502, HTML, {}, Fault.BROKEN),
        (200, HTML, {}, Fault.GARBAGE),
        (200, "", {}, Fault.GARBAGE),
        (200, [1, 2], {}, Fault.GARBAGE),
        (200, {"created": 1, "data": []}, {}, Fault.GARBAGE),
        (200, {"created": 1}, {}, Fault.GARBAGE),
        (200, {"data": [{}]}, {}, Fault.GARBAGE),
        (200, {"data": ["x"]}, {}, Fault.GARBAGE),
        (200, {"data": [{"b64_json": "!!!"}]}, {}, Fault.GARBAGE),
        (200, document(b"plain text"), {}, Fault.GARBAGE),
        (200, document(PNG[: len(PNG) // 2]), {}, Fault.GARBAGE),
        (200, b'{"created": 1, "data": [{"b64_json": "iVBOR', {}, Fault.BROKEN),
        (200, {"error": {"code": "moderation_blocked"}}, {}, Fault.BLOCKED),
        (200, sse({"type": "error", "error": {"code": "moderation_blocked"}}), {}, Fault.BLOCKED),
        (200, sse({"type": "error", "error": {"message": "oops"}}), {}, Fault.BROKEN),
        (200, sse(partial(PNG)), {}, Fault.BROKEN),
        (200, WHOLE[: len(WHOLE) // 2], {}, Fault.BROKEN),
        (200, sse(completed(b"plain text")), {}, Fault.GARBAGE),
    ],
)
async def test_this_answer_is_this_fault_after_one_call(
    bench: Bench, status: int, body: object, headers: dict[str, str], fault: Fault
) -> None:
    bench.server.says(body, status, **headers)
    error = await fails(bench, bench.openai(), previews=1)
    assert error.fault is fault
    assert error.text is not None
    assert len(bench.server.calls) == 1
    assert bench.shelf.kept == []
    assert error.retry_after == (7.0 if headers else None)


async def test_a_connection_dropped_in_the_answer_is_broken(bench: Bench) -> None:
    bench.server.streams(WHOLE[:50], broken=True)
    assert (await fails(bench, bench.openai())).fault is Fault.BROKEN
    assert len(bench.server.calls) == 1


async def test_a_connection_dropped_before_the_answer_is_broken(bench: Bench) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    bench.server.answer = answer
    assert (await fails(bench, bench.openai())).fault is Fault.BROKEN
    assert len(bench.server.calls) == 1


async def test_a_call_goes_by_the_proxy_that_the_environment_names(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", bench.server.url)
    bench.server.says(document(PNG))
    settings = bench.settings(openai_api_key=SecretStr("sk-test"), openai_base_url="http://images.invalid/v1")
    await bench.paint(settings)
    assert bench.server.calls[0].headers["host"] == "images.invalid"


async def test_a_service_that_is_not_there_was_never_sent_anything(bench: Bench) -> None:
    url = f"http://127.0.0.1:{free_port()}/v1"
    settings = bench.settings(openai_api_key=SecretStr("k"), openai_base_url=url)
    assert (await fails(bench, settings)).fault is Fault.UNREACHED


@pytest.mark.parametrize("began", [b"", b'{"created": 1, "data'])
async def test_a_picture_that_takes_too_long_is_given_up(bench: Bench, began: bytes) -> None:
    never = asyncio.Event()
    bench.server.streams(*((began,) if began else ()), never)
    error = await fails(bench, bench.openai(imagine_timeout=0.4))
    never.set()
    assert error.fault is Fault.TIMEOUT
    assert len(bench.server.calls) == 1


async def test_a_store_that_times_out_is_not_the_service_s_fault(bench: Bench) -> None:
    async def keep(_data: bytes, _media_type: str) -> BlobKey:
        raise TimeoutError

    bench.server.says(document(PNG))
    model, offer = bench.model(bench.openai())
    order = Order(prompt="a fox", options=Options(), offer=offer, person="p")
    with pytest.raises(TimeoutError):
        await model.paint(order, keep, None)


@pytest.mark.parametrize("slow", [0.0, 0.02], ids=["stalled", "trickling"])
async def test_answers_that_stall_do_not_keep_others_waiting(bench: Bench, slow: float) -> None:
    """Three bodies that begin and stop, or go on byte by byte, must not hold the two desks."""
    stalled, stop = asyncio.Event(), asyncio.Event()
    waiting = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal waiting
        if len(bench.server.calls) > 3:
            return web.json_response(document(PNG))
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b'{"created": 1,')
        waiting += 1
        if waiting == 3:
            stalled.set()
        with suppress(ConnectionResetError):
            while slow and not stop.is_set():
                await response.write(b" ")
                await asyncio.sleep(slow)
        await stop.wait()
        return response

    bench.server.answer = answer
    model, offer = bench.model(bench.openai())
    order = Order(prompt="a fox", options=Options(), offer=offer, person="p")
    async with asyncio.TaskGroup() as group:
        three = [group.create_task(model.paint(order, bench.shelf.keep, None)) for _ in range(3)]
        await stalled.wait()
        async with asyncio.timeout(20):
            painted = await model.paint(order, bench.shelf.keep, None)
        for one in three:
            one.cancel()
        stop.set()
    assert len(painted.pictures) == 1


async def test_a_cancelled_call_gives_its_place_back(bench: Bench) -> None:
    begun, stop = asyncio.Event(), asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        if len(bench.server.calls) > 4:
            return web.json_response(document(PNG))
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b'{"created": 1,')
        begun.set()
        await stop.wait()
        return response

    bench.server.answer = answer
    model, offer = bench.model(bench.openai())
    order = Order(prompt="a fox", options=Options(), offer=offer, person="p")
    for _ in range(4):
        begun.clear()
        task = asyncio.create_task(model.paint(order, bench.shelf.keep, None))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    stop.set()
    assert len((await model.paint(order, bench.shelf.keep, None)).pictures) == 1


# -- the check --------------------------------------------------------------------------------------


async def test_check_tells_what_openai_says_of_the_model(bench: Bench) -> None:
    bench.server.says({"id": "gpt-image-2", "object": "model", "created": 1, "shutdown_date": "2027-05-01"})
    model, offer = bench.model(bench.openai(imagine_model="gpt-image-2"))
    assert await model.check(offer) == "has gpt-image-2, which shuts down on 2027-05-01"
    assert bench.call.method == "GET"


async def test_check_refuses_a_model_the_key_does_not_have(bench: Bench) -> None:
    bench.server.says({"error": {"code": "model_not_found", "param": "model"}}, 404)
    model, offer = bench.model(bench.openai())
    with pytest.raises(ImageServiceError, match="set IMAGINE_MODEL"):
        await model.check(offer)


@pytest.mark.parametrize("version", ["2025-04-01-preview", None])
async def test_check_of_a_deployment_sends_no_prompt(bench: Bench, version: str | None) -> None:
    bench.server.says({"error": {"code": "invalid_request", "message": "prompt is required"}}, 400)
    key = SecretStr("azure-key")
    model, offer = bench.model(bench.azure(azure_openai_api_key=key, openai_api_version=version))
    assert await model.check(offer) == "has the deployment my paint"
    assert bench.call.body == ({} if version else {"model": "my paint"})


async def test_check_names_the_cure_for_a_missing_deployment(bench: Bench) -> None:
    bench.server.says({"error": {"code": "DeploymentNotFound"}}, 404)
    model, offer = bench.model(bench.azure(azure_openai_api_key=SecretStr("azure-key")))
    with pytest.raises(ImageServiceError, match="No such deployment"):
        await model.check(offer)


async def test_check_of_a_server_without_a_list_is_content_that_it_answers(bench: Bench) -> None:
    bench.server.says("not found", 404)
    model, offer = bench.model(bench.compatible(imagine_model="sdxl"))
    assert await model.check(offer) == "answers, but has no list of models"


async def test_check_of_a_server_says_when_the_model_is_not_in_its_list(bench: Bench) -> None:
    listed = {"object": "list", "data": [{"id": "flux", "object": "model", "created": 1, "owned_by": "me"}]}
    bench.server.says(listed)
    model, offer = bench.model(bench.compatible(imagine_model="sdxl"))
    assert await model.check(offer) == "answers, but does not list sdxl; it lists flux"


def test_only_what_is_configured_is_connected() -> None:
    assert connect(Settings(_env_file=None)) == {}
    settings = Settings(_env_file=None, imagine_server_url="http://127.0.0.1:1")
    assert set(connect(settings)) == {Service.SERVER}
