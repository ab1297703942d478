"""Small steps the tests of the Slack stand-in take: upload, show, be refused."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack.state import Json

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


class Clock:
    """A time that moves only when told."""

    def __init__(self) -> None:
        self.at = 1_790_000_000.0

    def __call__(self) -> float:
        return self.at


async def refusal(call: object) -> Json:
    with pytest.raises(SlackApiError) as raised:
        await call  # type: ignore[misc]  # the SDK's methods are coroutines; their types say less
    data = raised.value.response.data
    assert isinstance(data, dict)
    return data


async def upload(client: AsyncWebClient, data: bytes = PNG, name: str = "fox.png") -> str:
    answer = await client.files_upload_v2(filename=name, content=data)
    files: list[Json] = answer["files"]
    return str(files[0]["id"])


def shown(file: str) -> list[Json]:
    return [{"type": "image", "alt_text": "a fox", "slack_file": {"id": file}}]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}
