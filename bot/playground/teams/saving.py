"""This Teams on disk: what people and the bot wrote, saved as it changes, and pictures."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.playground import keeping
from bot.playground.teams.state import Message, Said, State

_NAME = "tenant.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What is there again after a restart."""

    next_id: int
    messages: dict[str, Message]
    said: dict[str, Said]
    reactions: dict[str, dict[str, list[str]]]
    files: dict[str, str]
    """Media types of the pictures, which lie beside it by their ids."""


_JSON = TypeAdapter(Saved)


def restore(state: State, folder: Path) -> None:
    """Read what was saved, if there is any; what cannot be read is put aside. Slow: call it in a thread."""
    file = folder / _NAME
    if not file.exists():
        return
    try:
        saved = _JSON.validate_json(file.read_bytes())
    except ValidationError:
        file.replace(folder / f"{_NAME}.unreadable")
        return
    state.next_id = saved.next_id
    state.messages, state.said, state.reactions = saved.messages, saved.said, saved.reactions
    state.files = {name: ((folder / name).read_bytes(), kind) for name, kind in saved.files.items()}


def put(folder: Path, name: str, data: bytes) -> None:
    """Keep a picture. Slow: call it in a thread."""
    (folder / name).write_bytes(data)


async def keep(state: State, folder: Path) -> None:
    """Save after every change until cancelled, and once more then."""
    await keeping.keep(state, folder / _NAME, lambda: _taken(state))


def _taken(state: State) -> bytes:
    return _JSON.dump_json(
        Saved(
            next_id=state.next_id,
            messages=state.messages,
            said=state.said,
            reactions=state.reactions,
            files={name: kind for name, (_, kind) in state.files.items()},
        )
    )
