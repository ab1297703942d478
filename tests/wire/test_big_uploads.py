"""Large pictures on their way to the image service are never in memory as a whole."""

import tracemalloc
from hashlib import sha256
from pathlib import Path

import httpx2
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.providers.wire import AiohttpTransport

MEGABYTE = 1 << 20


async def test_files_go_piece_by_piece_and_arrive_whole(tmp_path: Path) -> None:
    arrived: list[tuple[int | None, int]] = []
    digests: list[str] = []

    async def take(request: web.Request) -> web.Response:
        size = 0
        async for part in await request.multipart():
            assert not isinstance(part, str)
            digest = sha256()
            while chunk := await part.read_chunk(MEGABYTE):  # type: ignore[union-attr]  # one level only
                digest.update(chunk)
                size += len(chunk)
            digests.append(digest.hexdigest())
        arrived.append((request.content_length, size))
        return web.json_response({})

    paths = [tmp_path / name for name in ("one", "two", "three")]
    for number, path in enumerate(paths):
        path.write_bytes(bytes([number + 1]) * (8 * MEGABYTE))
    app = web.Application(client_max_size=64 * MEGABYTE)
    app.router.add_post("/", take)
    async with (
        TestServer(app) as server,
        httpx2.AsyncClient(transport=AiohttpTransport(proxied=False)) as client,
    ):
        tracemalloc.start()
        try:
            with paths[0].open("rb") as one, paths[1].open("rb") as two, paths[2].open("rb") as three:
                files = [("image[]", (name, file)) for name, file in (("1", one), ("2", two), ("3", three))]
                answer = await client.post(str(server.make_url("/")), files=files)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert answer.status_code == 200
    length, size = arrived[0]
    assert size == 24 * MEGABYTE
    assert length
    assert length > size  # said beforehand: services refuse bodies in chunks
    assert digests == [sha256(path.read_bytes()).hexdigest() for path in paths]
    assert peak < 8 * MEGABYTE
