"""What ``commands`` decides: one of these, for the line to do."""

from dataclasses import dataclass
from enum import StrEnum

from bot.types import Action, FileId, FormKind, ImageRequest, JobId, JobKind, Note, Pressed, Text


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
    CHOICES = "choices"  # several of them; the value is a comma list
    FILES = "files"  # pictures; they come back beside the fields
    PICTURE = "picture"  # shows the form's picture, or that it is being drawn
    ACTION = "action"  # a button: pressed, the form comes back as changed, with ``yes`` in this field


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
    words: tuple[Text, ...] = ()
    """What the choices are called; without, they are shown as they are."""
    least: int = 0
    most: int = 0
    refreshes: bool = False
    """A new value changes the other fields (the model does)."""
    url: str = ""
    """Of an ACTION that opens a page instead of coming back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """Questions, and what comes back with the answers."""

    fields: tuple[Field, ...]
    kind: FormKind = FormKind.IMAGINE
    picture: FileId | None = None
    """Shown where a PICTURE field is; None while it is being drawn."""
    draft: JobId | None = None
    """The job that the form is about, or that keeps the prompt of which the form shows only the beginning."""
    choice: int = 0
    """Which of that job's pictures; counted from 0."""
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
class Newest:
    """A button in words, under no picture: it is of the person's newest result in this place."""

    action: Action


@dataclass(frozen=True, kw_only=True, slots=True)
class Press:
    """A button: what it means depends on its job, which only the ledger knows."""

    pressed: Pressed


@dataclass(frozen=True, kw_only=True, slots=True)
class Nothing:
    """Not meant for the bot, or asking for nothing."""


Plan = Paint | Ask | Say | ShowForm | FormFaults | ShowStatus | Newest | Press | Nothing
