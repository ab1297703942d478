"""The floor: a bare loop that makes the calls of one job, and keeps nothing.

It runs as a process of its own and prints, for each run, its seconds and the processor time of one job.
"""

import argparse
import asyncio
import base64
import json
import sys
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any

import aiohttp

_MODEL = "gpt-image-2.6-sunburst"


@dataclass(frozen=True, kw_only=True, slots=True)
class Floor:
    """The calls, on one session."""

    session: aiohttp.ClientSession
    api_url: str
    token: str
    openai_url: str
    channel: str
    photos: tuple[str, ...] = ()
    """Addresses of the pictures that go in; none: it is no edit."""

    async def job(self, number: int) -> None:
        """Placeholder, picture, upload, result, placeholder gone."""
        placeholder = await self._slack("chat.postMessage", channel=self.channel, text=f"fox {number} …")
        prompt = f"a fox number {number}"
        picture = await (self._edited(prompt) if self.photos else self._paint(prompt))
        file = await self._upload(picture)
        image = {"type": "image", "slack_file": {"id": file}, "alt_text": "a fox"}
        await self._slack("chat.postMessage", channel=self.channel, text=f"fox {number}", blocks=[image])
        await self._slack("chat.delete", channel=self.channel, ts=placeholder["ts"])

    async def _paint(self, prompt: str) -> bytes:
        return await self._images("generations", json={"model": _MODEL, "prompt": prompt})

    async def _edited(self, prompt: str) -> bytes:
        """Every picture is fetched, and all go in with one call."""
        form = aiohttp.FormData({"model": _MODEL, "prompt": prompt})
        name = "image" if len(self.photos) == 1 else "image[]"
        for url in self.photos:
            headers = {"Authorization": f"Bearer {self.token}"}
            async with self.session.get(url, headers=headers) as response:
                data, kind = await response.read(), response.content_type
            form.add_field(name, data, filename="photo", content_type=kind)
        return await self._images("edits", data=form)

    async def _images(self, route: str, **body: Any) -> bytes:
        headers = {"Authorization": "Bearer sk-bench"}
        async with self.session.post(
            f"{self.openai_url}/images/{route}", headers=headers, **body
        ) as response:
            answer = await response.json()
        return base64.b64decode(answer["data"][0]["b64_json"])

    async def _upload(self, picture: bytes) -> str:
        place = await self._slack(
            "files.getUploadURLExternal", form=True, filename="fox.png", length=len(picture)
        )
        async with self.session.post(place["upload_url"], data=picture) as response:
            response.raise_for_status()
        name = str(place["file_id"])
        await self._slack("files.completeUploadExternal", form=True, files=json.dumps([{"id": name}]))
        return name

    async def _slack(self, method: str, *, form: bool = False, **args: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        body: dict[str, Any] = {"data": args} if form else {"json": args}
        async with self.session.post(f"{self.api_url}{method}", headers=headers, **body) as response:
            answer: dict[str, Any] = await response.json()
        if not answer["ok"]:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer


async def measure(args: argparse.Namespace) -> list[dict[str, float]]:
    """One warm-up, then every run."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        floor = Floor(
            session=session,
            api_url=args.api_url,
            token=args.token,
            openai_url=args.openai_url,
            channel=args.channel,
            photos=tuple(args.photo),
        )
        await floor.job(0)
        runs = []
        for _ in range(args.times):
            began, used = perf_counter(), process_time()
            await asyncio.gather(*(floor.job(number) for number in range(args.jobs)))
            runs.append({"seconds": perf_counter() - began, "processor": (process_time() - used) / args.jobs})
        return runs


def main() -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.floor", description=__doc__)
    for name in ("--api-url", "--token", "--openai-url", "--channel"):
        parser.add_argument(name, required=True)
    parser.add_argument("--photo", action="append", default=[], metavar="URL")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--times", type=int, default=1)
    sys.stdout.write(json.dumps(asyncio.run(measure(parser.parse_args()))) + "\n")


if __name__ == "__main__":
    main()
