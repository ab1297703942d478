"""What the page shows and does beside the workspace: the bot's process, the image service, their troubles."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.playground.painter import Painter
from bot.playground.painter import Trouble as PainterTrouble
from bot.playground.slack.faults import Trouble
from bot.playground.slack.people import Workspace
from bot.playground.slack.state import Json

EVERY = "*"
_SLACK: Mapping[str, Json] = {
    "rate_limited": {"method": EVERY, "trouble": Trouble.RATE_LIMITED, "value": 2, "times": None},
    "slow": {"method": EVERY, "trouble": Trouble.SLOW, "value": 3, "times": None},
    "down": {"method": EVERY, "trouble": Trouble.STATUS, "value": 503, "times": None},
    "lost_reply": {"method": "chat.postMessage", "trouble": Trouble.LOST_REPLY, "value": 0, "times": 1},
}
_SERVICE: Mapping[str, Json] = {
    "rate_limited": {"trouble": PainterTrouble.RATE_LIMITED, "value": 2, "times": None},
    "slow": {"trouble": PainterTrouble.SLOW, "value": 8, "times": None},
    "down": {"trouble": PainterTrouble.PROXY, "value": 503, "times": None},
    "lost_reply": {"trouble": PainterTrouble.LOST_REPLY, "value": 0, "times": 1},
}


class BotProcess(Protocol):
    """The bot as something that can be killed and started again."""

    @property
    def running(self) -> bool:
        """Whether the process lives."""

    async def start(self) -> None:
        """Start it; it connects by itself, a little later."""

    async def kill(self) -> None:
        """End it as a power cut would."""


@dataclass(kw_only=True, slots=True)
class Backstage:
    """Filled in by who runs the playground; empty where a test runs the stand-in alone."""

    about: Json = field(default_factory=dict)
    """What the app is: its name, commands, shortcuts and the hints for what one types."""
    bot: BotProcess | None = None
    painter: Painter | None = None
    """None: the image service is a real one."""
    pictures: str = ""
    """The beginning of addresses at which the bot itself shows pictures; the page may fetch those."""


def switches(workspace: Workspace, painter: Painter | None) -> Json:
    """Side → kind of trouble → whether it is on."""
    slack = [(fault.method, fault.trouble) for fault in workspace.faults]
    said: Json = {
        "slack": {kind: (each["method"], each["trouble"]) in slack for kind, each in _SLACK.items()}
    }
    if painter:
        there = [fault.trouble for fault in painter.faults]
        said["service"] = {kind: each["trouble"] in there for kind, each in _SERVICE.items()}
    return said


def switch(workspace: Workspace, painter: Painter | None, side: str, kind: str, *, on: bool) -> None:
    """One trouble on or off. Raises ``KeyError`` for one that is not known."""
    if side == "slack":
        _switch(workspace.faults, _SLACK[kind], on=on)
    elif painter:
        _switch(painter.faults, _SERVICE[kind], on=on)


def _switch(board: Any, wanted: Json, *, on: bool) -> None:
    names = ("method", "trouble", "value", "error", "containing", "times", "skip")
    others = [
        {name: getattr(fault, name) for name in names if hasattr(fault, name)}
        for fault in board
        if any(getattr(fault, name) != wanted[name] for name in ("method", "trouble") if name in wanted)
    ]
    board.clear()
    for fault in [*others, wanted] if on else others:
        board.on(**fault)


def painter_calls(painter: Painter | None) -> list[Json]:
    """The calls to the image service, as the page lists them."""
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
