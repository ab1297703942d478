"""Slack's stand-in as a process of its own: gives the bot commands when told to, says when what was seen.

One JSON object a line, both ways. Times are taken here, where a person would see the message.
"""

import asyncio
import json
import sys
from time import perf_counter
from typing import Any

from bot.playground.slack import Workspace, serve
from bot.playground.slack.state import Channel, ChannelKind, Message

_PEOPLE = ("ann", "ben", "yumi", "ada")
_CHANNELS = 100
_PATIENCE = 300.0
"""Seconds after which a measurement is given up."""


async def main() -> None:
    """Serve until the input ends."""
    async with serve(page=False) as slack:
        channels = _with_channels(slack.workspace)
        _say({"api_url": slack.api_url, "bot_token": slack.bot_token, "app_token": slack.app_token})
        while line := await asyncio.to_thread(sys.stdin.readline):
            question = json.loads(line)
            _say(await _commands(slack.workspace, channels[: question.pop("channels", 1)], **question))


def _with_channels(workspace: Workspace) -> list[Channel]:
    """Enough conversations that Slack's pace for one of them is not what is measured."""
    members = set(workspace.users)
    for number in range(_CHANNELS):
        name = f"bench-{number}"
        channel = Channel(id=f"C0BENCH{number:03}", name=name, kind=ChannelKind.PUBLIC, members=set(members))
        workspace.channels[channel.id] = channel
    return [workspace.channels[f"C0BENCH{number:03}"] for number in range(_CHANNELS)]


async def _commands(
    workspace: Workspace, channels: list[Channel], *, count: int, wait_for: str
) -> dict[str, Any]:
    """That many commands at once. ``wait_for``: ``placeholder`` or ``done``."""
    seen = len(_made(channels))
    posted, deleted = _results(channels), _deleted(channels)
    clock, began = workspace.now(), perf_counter()
    acks = await asyncio.gather(
        *(
            workspace.command(
                _PEOPLE[number % 4], channels[number % len(channels)].id, f"a fox number {number}"
            )
            for number in range(count)
        )
    )
    await workspace.until(lambda: len(_made(channels)) >= seen + count, _PATIENCE)
    if wait_for == "done":
        await workspace.until(
            lambda: _deleted(channels) >= deleted + count and _results(channels) >= posted + count,
            _PATIENCE,
        )
    return {
        "seconds": perf_counter() - began,
        "acks": [ack.seconds for ack in acks if ack.ok],
        "first": min((float(one.ts) for one in _made(channels)[seen:]), default=clock) - clock,
    }


def _made(channels: list[Channel]) -> list[Message]:
    """The bot's messages, deleted ones too, in the order they were posted."""
    messages = [one for channel in channels for one in (*channel.messages, *channel.deleted) if one.bot_id]
    return sorted(messages, key=lambda message: message.ts)


def _deleted(channels: list[Channel]) -> int:
    return sum(len(channel.deleted) for channel in channels)


def _results(channels: list[Channel]) -> int:
    return sum(
        any(block["type"] == "image" for block in message.blocks)
        for channel in channels
        for message in channel.messages
    )


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
