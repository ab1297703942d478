"""Our nouns as JSON and back: what the ledger's text columns hold."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from bot.types import Input, Job, Painted, Text


@cache  # building one is slow
def _adapters() -> dict[type, TypeAdapter[Any]]:
    return {noun: TypeAdapter(noun) for noun in (Input, Job, Painted, Text)}


def dump(value: Input | Job | Painted | Text) -> str:
    """A noun as JSON."""
    return _adapters()[type(value)].dump_json(value).decode()


def load_job(body: str) -> Job:
    """The job that ``dump`` wrote."""
    job: Job = _adapters()[Job].validate_json(body)
    return job


def load_painted(body: str) -> Painted:
    """The painted pictures that ``dump`` wrote."""
    painted: Painted = _adapters()[Painted].validate_json(body)
    return painted


def load_input(body: str) -> Input:
    """The picture going in that ``dump`` wrote."""
    one: Input = _adapters()[Input].validate_json(body)
    return one


def load_text(body: str) -> Text | None:
    """The sentence that ``dump`` wrote; None for the empty column."""
    text: Text | None = _adapters()[Text].validate_json(body) if body else None
    return text
