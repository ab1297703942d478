"""What follows when something that a person did was taken."""

from dataclasses import dataclass

from bot.commands.plan import Form
from bot.types import Job, JobId, Note, Pressed, Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What the platform's room does next: acknowledge, then this."""

    note: Note | None = None
    form: Form | None = None
    view: str = ""
    """The open form to draw again; empty: open a new one."""
    faults: dict[str, Text] | None = None
    pressed: tuple[Pressed, Job] | None = None
    status: bool = False
    asks: JobId | None = None
    """The held job that the note is the question about."""
    job: JobId | None = None
    """The job that was recorded, so that a record that came too late can be taken back."""
    draw: JobId | None = None
    """The held job whose pictures the note shows, once they are drawn."""
    withdrawn: Job | None = None
    """The job whose message, or whose result, was deleted."""
    once: str = ""
    """The request's key: the note is told once, however often the message is delivered."""
    twin: bool = False
    """The note can wait for the message's other telling, which may ask for more."""
