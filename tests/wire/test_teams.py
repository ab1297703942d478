"""The whole bot in Teams, over real sockets and with Microsoft's own SDK."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground import painter, teams
from tests.wire.teams_town import SCOPES, TeamsTown, running_bot


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[TeamsTown]:
    async with teams.serve() as stand_in, painter.serve() as local:
        yield TeamsTown(teams=stand_in, painter=local, folder=tmp_path)


@pytest.mark.parametrize("conversation", SCOPES)
async def test_a_prompt_becomes_one_message_with_the_picture(town: TeamsTown, conversation: str) -> None:
    async with running_bot(town):
        message = await town.imagine("a red fox --ar 16:9", conversation=conversation)
    assert [message] == town.teams.state.in_conversation(conversation)
    assert "a red fox" in message.words
    [picture] = message.pictures
    assert picture["altText"].startswith("AI-generated image: a red fox")
    assert message.past, "a placeholder was there before"
