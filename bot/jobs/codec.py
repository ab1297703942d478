"""Our nouns as JSON and back: what the ledger's text columns hold."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from bot.types import Job, Painted, Text


@cache  # building one is slow
def _adapters() -> dict[type, TypeAdapter[Any]]:
    return {Job: TypeAdapter(Job), Painted: TypeAdapter(Painted), Text: TypeAdapter(Text)}


def dump(value: Job | Painted | Text) -> str:
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


def load_text(body: str) -> Text | None:
    """The sentence that ``dump`` wrote; None for the empty column."""
    text: Text | None = _adapters()[Text].validate_json(body) if body else None
    return text
