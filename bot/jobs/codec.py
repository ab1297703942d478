"""Our nouns as JSON and back: what the ledger's text columns hold."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from bot.types import Job, Painted, Text


@cache
def _adapter(noun: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(noun)


def dump(value: Job | Painted | Text) -> str:
    """A noun as JSON."""
    return _adapter(type(value)).dump_json(value).decode()


def load_job(body: str) -> Job:
    """The job that ``dump`` wrote."""
    job: Job = _adapter(Job).validate_json(body)
    return job


def load_painted(body: str) -> Painted:
    """The painted pictures that ``dump`` wrote."""
    painted: Painted = _adapter(Painted).validate_json(body)
    return painted


def load_text(body: str) -> Text | None:
    """The sentence that ``dump`` wrote; None for the empty column."""
    text: Text | None = _adapter(Text).validate_json(body) if body else None
    return text
