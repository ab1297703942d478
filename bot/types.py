"""The nouns on the line: frozen, keyword-only data; nothing here does anything or knows a platform.

``Incoming → Plan → ImageRequest → Job → Painted → Post``, and what they are made of.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType

JobId = NewType("JobId", str)
"""16 letters and digits, made from the request's key; people see the first four as ``#k3f9``."""

MessageId = NewType("MessageId", str)
"""A platform's own name of one message in one channel (Slack: its ``ts``)."""

FileId = NewType("FileId", str)
"""A platform's own name of one uploaded file."""

BlobKey = NewType("BlobKey", str)
"""Where the blob store keeps one picture."""


# -- where and who ----------------------------------------------------------------------------------


class Platform(StrEnum):
    """A chat platform the bot lives on."""

    SLACK = "slack"


class PlaceKind(StrEnum):
    """What sort of conversation a place is, as far as the platform says."""

    CHANNEL = "channel"
    PRIVATE = "private"
    DM = "dm"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody in one workspace."""

    workspace: str
    id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A conversation, or one thread of it."""

    platform: Platform
    workspace: str
    channel: str
    kind: PlaceKind
    thread: MessageId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageRef:
    """One message that exists on the platform."""

    channel: str
    id: MessageId
    thread: MessageId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Whisper:
    """How to tell one person something privately: first the reply address, else in the place, else by DM."""

    person: Person
    place: Place
    reply_to: str = ""
    """A one-time address that came with the request (Slack: response_url), good for about 30 minutes."""
    reply_until: datetime | None = None


# -- what they said ---------------------------------------------------------------------------------


class Action(StrEnum):
    """Every button. A button carries this and a job id, nothing else."""

    AGAIN = "again"
    VARIATIONS = "variations"
    ORIGINAL = "original"
    COPY = "copy"
    DELETE = "delete"
    CANCEL = "cancel"
    RETRY = "retry"
    EDIT = "edit"
    RUN = "run"
    SHARE = "share"
    PROMPT = "prompt"
    SEEN = "seen"
    UNSEEN = "unseen"


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """Words after ``/imagine``, as the platform sent them."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A plain message in the bot's own DM."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Pressed:
    """A button under a message of the bot's."""

    action: Action
    job: JobId
    message: MessageId
    private: bool = False
    """Under a note that one person sees; only their reply address can change or remove it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FormWanted:
    """The global shortcut, or ``/imagine`` alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FormChanged:
    """Another model was chosen in an open form."""

    view: str
    fields: dict[str, str]
    draft: JobId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FormSent:
    """A form was sent; ``fields`` by option name, plus ``prompt``."""

    fields: dict[str, str]
    draft: JobId | None = None
    """The job whose long prompt the form shows only the beginning of."""
    text_file: str = ""
    """Where a text file given instead of the prompt can be fetched, if one was."""


Said = Command | Words | Pressed | FormWanted | FormChanged | FormSent


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """One thing a person did, the same however often the platform delivers it."""

    key: str
    """Equal for every delivery of the same thing."""
    said: Said
    whisper: Whisper
    trigger: str = ""
    """What opens a form: good for 3 seconds and once."""
    at: datetime

    @property
    def person(self) -> Person:
        return self.whisper.person

    @property
    def place(self) -> Place:
        return self.whisper.place


# -- what is wanted ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """One field for each row of ``commands/options.py``; None: not said, the model's own default."""

    size: str | None = None
    """``auto`` or ``WxH`` in pixels."""
    ar: str | None = None
    """Aspect ratio ``W:H``; its size is chosen by the model's row."""
    quality: str | None = None
    format: str | None = None
    """``png``, ``jpeg``, ``webp``, ``gif`` or ``svg``."""
    compression: int | None = None
    """0 to 100."""
    background: str | None = None
    moderation: str | None = None
    n: int = 1
    model: str | None = None
    complexity: str | None = None
    frames: int | None = None
    delay: int | None = None
    """Milliseconds a GIF frame is shown."""
    private: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageRequest:
    """What somebody wants painted."""

    prompt: str
    """As it was meant, with permutations still in braces; never cut."""
    options: Options
    prompts: tuple[str, ...]
    """The prompts to paint: one, or each permutation (at most 10)."""


class JobKind(StrEnum):
    """How a request came about."""

    IMAGINE = "imagine"
    AGAIN = "again"
    VARIATIONS = "variations"


class JobState(StrEnum):
    """Where a job is on the line; the last four are ends."""

    HELD = "held"  # saved, waiting for the person's word (run it? invited? retry?)
    WAITING = "waiting"
    PAINTING = "painting"
    PAINTED = "painted"  # paid for and kept; not yet seen
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DELETED = "deleted"


ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.DELETED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """Something to say, before it has a language: a key of ``text/*.toml`` and what fills its blanks."""

    key: str
    values: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One request on its way to one visible outcome."""

    id: JobId
    kind: JobKind
    state: JobState
    request: ImageRequest
    by: Person
    place: Place
    """Where the result goes; Again and Variations answer in the result's thread."""
    whisper: Whisper
    locale: str = ""
    created_at: datetime
    parent: JobId | None = None
    why: Text | None = None
    """Why it failed or is held."""

    @property
    def short(self) -> str:
        """What people call it."""
        return f"#{self.id[:4]}"


# -- what comes out ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """Tokens as the service counted them; zeros where it said nothing."""

    text_in: int = 0
    image_in: int = 0
    out: int = 0

    @property
    def total(self) -> int:
        return self.text_in + self.image_in + self.out


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """One picture that was paid for; its bytes are in the blob store, unchanged."""

    blob: BlobKey
    media_type: str
    width: int
    height: int
    """Pixels, read from the bytes."""
    size: int
    """Bytes."""
    prompt: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Painted:
    """What came of one call to an image service."""

    pictures: tuple[Picture, ...]
    model: str
    """The model's name in the catalogue."""
    service: str
    quality: str = ""
    """As the service resolved it; empty when it did not say."""
    revised_prompt: str = ""
    usage: Usage
    cost: Decimal | None = None
    """USD by the catalogue's prices; None where the catalogue has none."""
    seconds: float


# -- what is shown ----------------------------------------------------------------------------------


class Role(StrEnum):
    """Which of a job's messages a message is."""

    PLACEHOLDER = "placeholder"
    RESULT = "result"
    OPEN = "open"
    """A private result, shared where it was asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Queued:
    """The job waits."""

    ahead: int | None = None
    """About how many are before it."""
    seconds: int | None = None
    """About how long until it is painted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Painting:
    """The job is being painted."""

    done: int = 0
    """Pictures finished, of ``len(request.prompts)``."""
    preview: FileId | None = None
    preview_url: str = ""
    waiting: bool = False
    """The image service asked for patience."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One picture as the result message shows it."""

    picture: Picture
    file: FileId
    preview: FileId | None = None
    """A PNG shown in its place, where the platform cannot show the format itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """The job's pictures."""

    shown: tuple[Shown, ...]
    painted: tuple[Painted, ...]
    missing: int = 0
    """Permutations that could not be made, when others could."""
    attached: bool = False
    """The pictures are in the message's thread, not in its blocks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotMade:
    """The job failed; the reason is told to the requester alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cancelled:
    """The requester cancelled."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """The result is another message; this one stays because people answered under it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """A picture of ``imagine-bot check --post``, and the question whether it is seen."""

    way: str
    """Which ``bot.chat.Showing`` it tries."""
    file: FileId | None = None
    """None: it is not there yet, or is shared into the thread."""


Face = Queued | Painting | Finished | NotMade | Cancelled | Moved | Sample


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """A job's message, as it should look now."""

    job: Job
    role: Role
    face: Face


@dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    """A press that comes back as ``Pressed``."""

    action: Action
    job: JobId


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """Something for one person's eyes."""

    text: Text
    buttons: tuple[Button, ...] = ()
    quote: str = ""
    """Their own words, shown as they wrote them (a prompt, a command line)."""
    lines: tuple[Text, ...] = ()
    """More sentences under the first, a line each (help, status)."""
