"""What ``commands`` decides: one of these, for the line to do."""

from dataclasses import dataclass
from enum import StrEnum

from bot.types import ImageRequest, JobId, JobKind, Note, Pressed, Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Descent:
    """Where a request comes from: what sort it is, and what it goes on from."""

    kind: JobKind = JobKind.IMAGINE
    parent: JobId | None = None
    version: int = 1
    from_version: int = 0
    """The parent's version; 0: it goes on from none."""
    restores: JobId | None = None
    """The job whose pictures are shown again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Paint:
    """Make it."""

    request: ImageRequest
    descent: Descent = Descent()
    note: Note | None = None
    """Something to say about it, privately."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """Keep the request, say why it is not made yet; the note's RUN button makes it.

    The note's buttons have an empty job id; intake puts in the id of the kept job.
    """

    request: ImageRequest
    note: Note
    descent: Descent = Descent()


@dataclass(frozen=True, kw_only=True, slots=True)
class Say:
    """Only an answer, privately."""

    note: Note


class FieldKind(StrEnum):
    """How a form asks."""

    WORDS = "words"
    CHOICE = "choice"
    NUMBER = "number"
    SWITCH = "switch"


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One question of a form; ``name`` is the option's name (or ``prompt``)."""

    name: str
    kind: FieldKind
    label: Text
    hint: Text | None = None
    value: str = ""
    """As the person would type it; empty: not said."""
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    refreshes: bool = False
    """A new value changes the other fields (the model does)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A form with every option of one model."""

    fields: tuple[Field, ...]
    draft: JobId | None = None
    """The job that keeps the whole prompt, when the form can show only its beginning."""
    kept: int = 0
    """Characters of the prompt that are kept beyond what is shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShowForm:
    """Open the form (or, for a changed model, draw the open one again)."""

    form: Form
    view: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FormFaults:
    """The form was sent with faults: field name → what is wrong."""

    faults: dict[str, Text]


@dataclass(frozen=True, kw_only=True, slots=True)
class ShowStatus:
    """Answer with the person's running and waiting jobs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Press:
    """A button: what it means depends on its job, which only the ledger knows."""

    pressed: Pressed


@dataclass(frozen=True, kw_only=True, slots=True)
class Nothing:
    """Not meant for the bot, or asking for nothing."""


Plan = Paint | Ask | Say | ShowForm | FormFaults | ShowStatus | Press | Nothing
