"""What a page shows and does beside its workspace: the bot's process, the image service, their troubles."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot.playground.faults import Fault, Switchboard
from bot.playground.painter import Painter
from bot.playground.painter.faults import Fault as PainterFault
from bot.playground.painter.faults import Trouble as PainterTrouble

Json = dict[str, Any]

_SERVICE: Mapping[str, PainterFault] = {
    "rate_limited": PainterFault(trouble=PainterTrouble.RATE_LIMITED, value=2, times=None),
    "slow": PainterFault(trouble=PainterTrouble.SLOW, value=8, times=None),
    "down": PainterFault(trouble=PainterTrouble.PROXY, value=503, times=None),
    "lost_reply": PainterFault(trouble=PainterTrouble.LOST_REPLY),
}
_SERVICE_CALLS = 60
"""The latest calls to the image service that a page lists."""


class NotUnderstood(Exception):
    """Nothing that could be done behind the stage."""


class BotProcess(Protocol):
    """The bot as something that can be killed and started again."""

    @property
    def running(self) -> bool:
        """Whether the process lives."""

    @property
    def connected(self) -> bool:
        """Whether it hears what people say."""

    async def start(self) -> None:
        """Start it; it connects by itself, a little later."""

    async def kill(self) -> None:
        """End it as a power cut would."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One stand-in with the troubles that its switches stand for, by kind."""

    faults: Switchboard[Any]
    kinds: Mapping[str, Fault[Any]]

    def on(self) -> dict[str, bool]:
        """Which of them are on."""
        return {kind: any(map(_like(one), self.faults)) for kind, one in self.kinds.items()}

    def put(self, kind: str, *, on: bool) -> None:
        """One trouble on or off. Raises ``KeyError`` for one that is not known."""
        self.faults.drop(_like(self.kinds[kind]))
        if on:
            self.faults.add(replace(self.kinds[kind]))


def _like(wanted: Fault[Any]) -> Callable[[Fault[Any]], bool]:
    """The same trouble with the same calls, however often it has hit already."""
    return lambda fault: replace(fault, times=wanted.times) == wanted


@dataclass(kw_only=True, slots=True)
class Backstage:
    """Filled in by who runs the playground; empty where a test runs a stand-in alone."""

    about: Json = field(default_factory=dict)
    """What the app is: its name, commands, shortcuts and the hints for what one types."""
    bot: BotProcess | None = None
    painter: Painter | None = None
    """None: the image service is a real one."""
    pictures: str = ""
    """The beginning of addresses at which the bot itself shows pictures; the page may fetch those."""
    workspaces: dict[str, Side] = field(default_factory=dict)
    """The stand-ins for where people are, by the names of their platforms."""
    watchers: list[Callable[[], None]] = field(default_factory=list)
    """Told when something changed here."""

    def sides(self) -> dict[str, Side]:
        """Everything that has switches."""
        service = {"service": Side(faults=self.painter.faults, kinds=_SERVICE)} if self.painter else {}
        return {**self.workspaces, **service}

    def touch(self) -> None:
        """Every page may want to look again."""
        for told in self.watchers:
            told()

    def seen(self) -> Json:
        """What a page shows of it."""
        return {
            "service": painter_calls(self.painter)[-_SERVICE_CALLS:],
            "switches": {name: side.on() for name, side in self.sides().items()},
            "bot_running": self.bot.running if self.bot else None,
        }

    async def do(self, wanted: Json) -> None:
        """``{"bot": "kill" | "start"}``, ``{"clear": true}``, or a side's trouble on or off.

        Raises ``NotUnderstood``, and ``KeyError`` for a trouble that is not known.
        """
        match wanted:
            case {"bot": "kill"} if self.bot:
                await self.bot.kill()
            case {"bot": "start"} if self.bot:
                await self.bot.start()
            case {"clear": True}:
                for one in self.sides().values():
                    one.faults.clear()
            case {"side": str(side), "kind": str(kind), "on": bool(on)}:
                self.sides()[side].put(kind, on=on)
            case _:
                raise NotUnderstood
        self.touch()


def painter_calls(painter: Painter | None) -> list[Json]:
    """The calls to the image service, as a page lists them."""
    return [
        {
            "at": call.at.timestamp(),
            "path": call.path,
            "status": call.status,
            "finished": call.finished,
            "paid": call.paid,
        }
        for call in (painter.calls if painter else ())
    ]
