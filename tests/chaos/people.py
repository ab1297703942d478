"""What people do at random, and what they were promised by an acknowledgement."""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.playground.slack import Impossible
from bot.playground.slack.delivery import Ack
from bot.playground.slack.state import Message
from tests.wire.whole_bot import Town, payload, said

NAMES = ("ann", "ben", "yumi", "ada")
CHANNELS = ("general", "general", "general", "random")
_WORDS = re.compile(r"\w+ rides horse number \d+|like sky\d+")
_PAUSE = (0.05, 0.5)
"""Seconds between two things one person does."""


@dataclass(kw_only=True)
class People:
    """Everybody in town."""

    town: Town
    chance: random.Random
    asked: dict[str, bool] = field(default_factory=dict)
    """Prompt → whether it was acknowledged."""
    deleted: dict[str, str] = field(default_factory=dict)
    """Job → what was asked for with it, where somebody pressed Delete."""
    edits: int = 0
    acts: dict[str, int] = field(default_factory=dict)

    async def live(self, seconds: float) -> None:
        """Everybody does things, all at the same time."""
        until = asyncio.get_running_loop().time() + seconds
        await asyncio.gather(*[self._one(name, until) for name in NAMES])

    async def _one(self, name: str, until: float) -> None:
        choices: dict[str, tuple[int, Callable[[str], Awaitable[Ack | None]]]] = {
            "command": (70, self._command),
            "cancel": (8, lambda who: self._press(who, "cancel", "placeholder")),
            "again": (7, lambda who: self._press(who, "again", "result")),
            "delete": (4, self._delete),
            "reply": (6, self._reply),
            "status": (5, self._status),
        }
        weights = [weight for weight, _ in choices.values()]
        while asyncio.get_running_loop().time() < until:
            [what] = self.chance.choices(list(choices), weights)
            self.acts[what] = self.acts.get(what, 0) + 1
            await choices[what][1](name)
            await asyncio.sleep(self.chance.uniform(*_PAUSE))

    async def _command(self, name: str) -> Ack:
        prompt = f"{name} rides horse number {len(self.asked)}"
        self.asked[prompt] = False
        options = self.chance.choices(["", " --n 2", " --private", " --quality low"], [7, 1, 1, 1])[0]
        where = self.chance.choice(CHANNELS)
        ack = await self.town.slack.workspace.command(name, where, prompt + options)
        self.asked[prompt] = ack.ok
        return ack

    async def _delete(self, name: str) -> Ack | None:
        found = self._messages("result")
        if not found:
            return None
        message = self.chance.choice(found)
        self.deleted[payload(message)["job"]] = words_in(said(message))
        return await self._pressed(name, "delete", message)

    async def _press(self, name: str, action: str, role: str) -> Ack | None:
        """A button under a message of one of these roles; most often it is still there."""
        found = self._messages(role)
        return await self._pressed(name, action, self.chance.choice(found)) if found else None

    async def _pressed(self, name: str, action: str, message: Message) -> Ack | None:
        try:
            return await self.town.slack.workspace.press(name, message, action)
        except Impossible:  # it has gone meanwhile, or has no such button
            return None

    async def _reply(self, name: str) -> Ack | None:
        found = [one for one in self._messages("result") if one.channel.endswith("GENERAL1")]
        if not found:
            return None
        message = self.chance.choice(found)
        self.edits += 1
        text = f"make the horse blue like sky{self.edits}"
        try:
            return await self.town.slack.workspace.say(
                name, "general", text, thread=message.thread_ts or message.ts
            )
        except Impossible:  # somebody has deleted what its thread began with
            return None

    async def _status(self, name: str) -> Ack:
        return await self.town.slack.workspace.command(name, "general", "status")

    def _messages(self, role: str) -> list[Message]:
        return [one for one in self.town.slack.workspace.messages if payload(one).get("role") == role]


def words_in(text: str) -> str:
    """What tells one request from all others, wherever its words stand; empty where none do."""
    found = _WORDS.search(text)
    return found[0] if found else ""
