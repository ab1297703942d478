"""What the page shows and does beside the workspace: the bot's process, the image service, their troubles."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot.playground.faults import Fault
from bot.playground.painter import Painter
from bot.playground.painter.faults import Fault as PainterFault
from bot.playground.painter.faults import Trouble as PainterTrouble
from bot.playground.slack.faults import Fault as SlackFault
from bot.playground.slack.faults import Trouble as SlackTrouble
from bot.playground.slack.people import Workspace
from bot.playground.slack.state import Json

_SLACK: Mapping[str, SlackFault] = {
    "rate_limited": SlackFault(method="*", trouble=SlackTrouble.RATE_LIMITED, value=2, times=None),
    "slow": SlackFault(method="*", trouble=SlackTrouble.SLOW, value=3, times=None),
    "down": SlackFault(method="*", trouble=SlackTrouble.STATUS, value=503, times=None),
    "lost_reply": SlackFault(method="chat.postMessage", trouble=SlackTrouble.LOST_REPLY),
}
_SERVICE: Mapping[str, PainterFault] = {
    "rate_limited": PainterFault(trouble=PainterTrouble.RATE_LIMITED, value=2, times=None),
    "slow": PainterFault(trouble=PainterTrouble.SLOW, value=8, times=None),
    "down": PainterFault(trouble=PainterTrouble.PROXY, value=503, times=None),
    "lost_reply": PainterFault(trouble=PainterTrouble.LOST_REPLY),
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
    said: Json = {"slack": {kind: any(map(_like(one), workspace.faults)) for kind, one in _SLACK.items()}}
    if painter:
        said["service"] = {kind: any(map(_like(one), painter.faults)) for kind, one in _SERVICE.items()}
    return said


def switch(workspace: Workspace, painter: Painter | None, side: str, kind: str, *, on: bool) -> None:
    """One trouble on or off. Raises ``KeyError`` for one that is not known."""
    if side == "slack":
        workspace.faults.drop(_like(_SLACK[kind]))
        if on:
            workspace.faults.add(replace(_SLACK[kind]))
    elif painter:
        painter.faults.drop(_like(_SERVICE[kind]))
        if on:
            painter.faults.add(replace(_SERVICE[kind]))


def _like(wanted: Fault[Any]) -> Callable[[Fault[Any]], bool]:
    """The same trouble with the same calls, however often it has hit already."""
    return lambda fault: replace(fault, times=wanted.times) == wanted


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
