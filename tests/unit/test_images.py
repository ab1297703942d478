"""Pictures by link: who has the link sees that one picture for an hour, and everybody else nothing."""

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from string import ascii_letters, digits

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings, strategies
from yarl import URL

from bot.images import LIFETIME, PATH, Links
from bot.jobs.blobs import ObjectBlobs
from bot.types import BlobKey
from tests.fakes import Clock

PNG, SVG = (
    b"\x89PNG not looked at",
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
)

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def blobs(tmp_path: Path) -> ObjectBlobs:
    (tmp_path / "secret.png").write_bytes(b"not a blob")
    return ObjectBlobs((tmp_path / "pictures").as_uri())


@pytest.fixture
def links(blobs: ObjectBlobs, clock: Clock) -> Links:
    return Links(keys=("the secret", "the old secret"), base="https://bot.example/", blobs=blobs, now=clock)


@pytest.fixture
async def client(links: Links) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes([web.get(PATH, links.serve)])
    async with TestClient(TestServer(app)) as opened:
        yield opened


def path(link: str) -> URL:
    assert link.startswith("https://bot.example/images/")
    return URL(URL(link).raw_path, encoded=True)


async def test_a_link_shows_its_picture(client: Client, links: Links, blobs: ObjectBlobs) -> None:
    link = links.to(await blobs.put(PNG, "image/png"), "image/png")
    answer = await client.get(path(link))
    assert answer.status == 200
    assert await answer.read() == PNG
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"] == 'inline; filename="imagine.png"'


async def test_a_picture_that_cannot_be_read_is_not_shown_broken(
    client: Client, links: Links, blobs: ObjectBlobs, tmp_path: Path
) -> None:
    blob = await blobs.put(PNG, "image/png")
    link = path(links.to(blob, "image/png"))
    await client.get(link)  # from memory
    (tmp_path / "pictures" / blob).write_bytes(PNG[:-1])
    answer = await client.get(link)
    assert (answer.status, "Cache-Control" in answer.headers) == (503, False)
    (tmp_path / "pictures" / blob).write_bytes(PNG)
    assert (await client.get(link)).status == 200


async def test_what_a_browser_gets_can_do_nothing(client: Client, links: Links, blobs: ObjectBlobs) -> None:
    answer = await client.get(path(links.to(await blobs.put(SVG, "image/svg+xml"), "image/svg+xml")))
    assert await answer.read() == SVG
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="imagine.svg"'
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_link_ends_after_its_hour(
    client: Client, links: Links, blobs: ObjectBlobs, clock: Clock
) -> None:
    link = path(links.to(await blobs.put(PNG, "image/png"), "image/png"))
    clock.tick(LIFETIME.total_seconds() - 1)
    assert (await client.get(link)).status == 200
    clock.tick(1)
    assert (await client.get(link)).status == 404


async def test_a_deleted_picture_is_gone(client: Client, links: Links, blobs: ObjectBlobs) -> None:
    blob = await blobs.put(PNG, "image/png")
    link = path(links.to(blob, "image/png"))
    await blobs.delete([blob])
    assert (await client.get(link)).status == 404


async def test_no_character_of_a_link_can_be_another(
    client: Client, links: Links, blobs: ObjectBlobs
) -> None:
    link = str(path(links.to(await blobs.put(PNG, "image/png"), "image/png")))
    for at in range(len("/images/"), len(link)):
        last = at == len(link) - 1  # base64 has spare bits there: several letters mean the same
        for other in ascii_letters + digits if last else "ABz":
            changed = link[:at] + other + link[at + 1 :]
            if changed != link:
                assert (await client.get(URL(changed, encoded=True))).status == 404


@pytest.mark.parametrize("secret", ["", "another", "the secret "])
async def test_another_key_opens_nothing(
    client: Client, blobs: ObjectBlobs, clock: Clock, secret: str
) -> None:
    forger = Links(keys=(secret,), base="https://bot.example", blobs=blobs, now=clock)
    link = forger.to(await blobs.put(PNG, "image/png"), "image/png")
    assert (await client.get(path(link))).status == 404


async def test_nothing_can_be_listed_or_asked_for_by_name(client: Client, blobs: ObjectBlobs) -> None:
    blob = await blobs.put(PNG, "image/png")
    naked = base64.urlsafe_b64encode(json.dumps([blob, "image/png", 9_999_999_999]).encode()).decode()
    for wrong in ("", blob, blob.partition("/")[2], "..%2fsecret.png", naked, f"{naked}.", "%00", "a" * 4000):
        assert (await client.get(URL(f"/images/{wrong}", encoded=True))).status == 404
    assert (await client.get("/images")).status == 404


async def test_only_pictures_are_served(client: Client, links: Links, blobs: ObjectBlobs) -> None:
    blob = await blobs.put(b"<script>alert(1)</script>", "text/html")
    assert (await client.get(path(links.to(blob, "text/html")))).status == 404


@given(name=strategies.text(min_size=1, max_size=80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_every_link_is_one_plain_address(links: Links, name: str) -> None:
    link = links.to(BlobKey(name), "image/png")
    assert len(link) < 3000  # what Slack takes as image_url
    assert str(path(link)).count("/") == 2
    assert link.isascii()


async def test_a_link_from_before_the_key_was_changed_still_works(
    client: Client, blobs: ObjectBlobs, clock: Clock
) -> None:
    old = Links(keys=("the old secret",), base="https://bot.example", blobs=blobs, now=clock)
    link = old.to(await blobs.put(PNG, "image/png"), "image/png")
    assert (await client.get(path(link))).status == 200
