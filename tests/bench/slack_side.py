"""Slack's stand-in as a process of its own: gives the bot work when told to, says when what was seen.

One JSON object a line, both ways. Times are taken here, where a person would see the message.
"""

import asyncio
import json
import sys
from pathlib import Path
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
        _say(
            {
                "api_url": slack.api_url,
                "bot_token": slack.bot_token,
                "app_token": slack.app_token,
                "signing_secret": slack.signing_secret,
            }
        )
        while line := await asyncio.to_thread(sys.stdin.readline):
            question = json.loads(line)
            match question.pop("do"):
                case "command":
                    some = channels[: question.pop("channels", 1)]
                    _say(await _commands(slack.workspace, some, **question))
                case "deliver":
                    slack.deliver_to(question["url"])
                    _say({})
                case "upload":
                    _say(await _uploaded(slack.workspace, question["paths"]))
                case _:
                    _say(await _edit(slack.workspace, channels[0], question["files"]))


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


async def _uploaded(workspace: Workspace, paths: list[str]) -> list[dict[str, str]]:
    """Files that a person brought, and shows nobody yet."""
    found = []
    for path in paths:
        data = await asyncio.to_thread(Path(path).read_bytes)
        file = await asyncio.to_thread(workspace.person_uploads, _PEOPLE[0], Path(path).name, data)
        found.append({"id": file.id, "url": workspace.urls(file)["url_private_download"]})
    return found


async def _edit(workspace: Workspace, channel: Channel, files: list[str]) -> dict[str, float]:
    """A reply with these files under the channel's first result, until its answer is there."""
    first = next(message for message in channel.messages if _is_result(message))
    posted, deleted = _results([channel]), _deleted([channel])
    began = perf_counter()
    await workspace.say(_PEOPLE[0], channel.id, "make it all blue", thread=first.ts, files=files)
    await workspace.until(lambda: _results([channel]) > posted and _deleted([channel]) > deleted, _PATIENCE)
    return {"seconds": perf_counter() - began}


def _made(channels: list[Channel]) -> list[Message]:
    """The bot's messages, deleted ones too, in the order they were posted."""
    messages = [one for channel in channels for one in (*channel.messages, *channel.deleted) if one.bot_id]
    return sorted(messages, key=lambda message: message.ts)


def _deleted(channels: list[Channel]) -> int:
    return sum(len(channel.deleted) for channel in channels)


def _results(channels: list[Channel]) -> int:
    return sum(_is_result(message) for channel in channels for message in channel.messages)


def _is_result(message: Message) -> bool:
    return any(block["type"] == "image" for block in message.blocks)


def _say(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
