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
    TEAMS = "teams"


class PlaceKind(StrEnum):
    """What sort of conversation a place is, as far as the platform says."""

    CHANNEL = "channel"
    PRIVATE = "private"
    GROUP = "group"  # a direct message of several people, which nobody can be invited to
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


_CARRIER, _NO_THREAD = "message", "-"
"""A picture that travels in a message of its own is that message, wherever its job's other messages are."""


def carried_by(message: MessageRef) -> FileId:
    """The name of the picture that this message consists of."""
    return FileId(" ".join((_CARRIER, message.id, message.thread or _NO_THREAD, message.channel)))


def carrier(file: FileId) -> MessageRef | None:
    """The message that a picture is, if it is one."""
    match file.split(" ", 3):
        case [kind, id_, thread, channel] if kind == _CARRIER:
            thread_id = None if thread == _NO_THREAD else MessageId(thread)
            return MessageRef(channel=channel, id=MessageId(id_), thread=thread_id)
        case _:
            return None


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
    PAINT = "paint"  # run it, from its words alone
    SHARE = "share"
    PROMPT = "prompt"
    SEEN = "seen"
    UNSEEN = "unseen"
    CHANGE = "change"  # the form that edits a result
    REGION = "region"  # the form that marks where
    LARGER = "larger"
    TRANSPARENT = "transparent"
    EXTEND = "extend"  # the form that asks for a ratio
    UNDO = "undo"
    COMPARE = "compare"
    BRANCH = "branch"
    CHOOSE = "choose"  # one of several pictures that may be meant
    ADJUST = "adjust"  # the region of a request that was not run yet
    MARKUP = "markup"  # run it, with the strokes themselves shown to the model
    SAME_REGION = "same_region"
    SOFTER = "softer"  # once more, with a wider feather
    FREE = "free"  # once more, in the model's own blend
    MODEL_FILE = "model_file"  # the model's own file behind a composite
    ROLES = "roles"  # the form that says what each picture is for
    GO = "go"  # leads to another conversation; a link, which never comes back
    SEND = "send"  # the pictures go to the person's own conversation with the bot
    FORGET = "forget"  # everything of who presses it; it is about no job


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """Words after ``/imagine``, as the platform sent them."""

    text: str


class Trouble(StrEnum):
    """Why a file that hangs on a message cannot be had."""

    DELETED = "deleted"
    HIDDEN = "hidden"  # behind a plan's limit
    EXTERNAL = "external"  # kept elsewhere; its address is a page
    DENIED = "denied"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attached:
    """A file that a person put under a message, as the platform describes it; nobody has looked inside."""

    file: FileId
    name: str = ""
    media_type: str = ""
    size: int = 0
    """Bytes, as declared."""
    url: str = ""
    stub: bool = False
    """The platform has to be asked about it before it can be fetched (Slack Connect)."""
    within: str = ""
    """The conversation that has to hold it, where somebody only named it: they may not see what we see."""
    signed: bool = False
    """The address opens by itself; a token beside it would take the place of the one in it (Teams)."""
    trouble: Trouble | None = None

    @property
    def may_be_picture(self) -> bool:
        """Whether a look inside is worth it; phones' pictures come with types that say nothing, too."""
        return self.media_type.startswith("image/") or self.media_type in _UNNAMED

    @property
    def is_text(self) -> bool:
        """Whether it holds plain words."""
        return self.media_type.startswith("text/") or self.name.lower().endswith((".txt", ".md"))


_UNNAMED = ("", "application/octet-stream", "binary/octet-stream")


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A plain message: in the bot's own DM, in a thread, or naming the bot."""

    text: str
    files: tuple[Attached, ...] = ()
    mentioned: bool = False
    message: MessageId | None = None
    twin: bool = False
    """The platform tells of it twice, and the other telling may be the one with the files."""
    alone: bool = False
    """The platform shows us nothing else that people put into its thread."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rewritten:
    """A person changed a message they had sent."""

    message: MessageId
    text: str
    files: tuple[Attached, ...] = ()
    mentioned: bool = False
    alone: bool = False
    """See ``Words``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawn:
    """A message was deleted: a person's own, or one of ours by somebody who may."""

    message: MessageId


class Sign(StrEnum):
    """What a reaction under a result asks for."""

    DELETE = "delete"
    TO_ME = "to_me"
    AGAIN = "again"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reacted:
    """A reaction under one of the bot's messages."""

    sign: Sign
    message: MessageId


@dataclass(frozen=True, kw_only=True, slots=True)
class Pointed:
    """The message shortcut: edit what this message shows."""

    message: MessageId
    files: tuple[Attached, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Pressed:
    """A button under a message of the bot's."""

    action: Action
    job: JobId
    message: MessageId
    choice: int = 0
    """Which of the job's pictures, or of the candidates; counted from 0."""
    private: bool = False
    """Under a note that one person sees; only their reply address can change or remove it."""


class FormKind(StrEnum):
    """Which of the bot's forms."""

    IMAGINE = "imagine"
    EDIT = "edit"
    REGION = "region"
    EXTEND = "extend"
    ROLES = "roles"


@dataclass(frozen=True, kw_only=True, slots=True)
class FormWanted:
    """The global shortcut, or ``/imagine`` alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FormChanged:
    """Another model was chosen in an open form, or its Preview was pressed."""

    view: str
    fields: dict[str, str]
    kind: FormKind = FormKind.IMAGINE
    draft: JobId | None = None
    """The job that the form is about: whose prompt it keeps, whose picture it edits."""
    choice: int = 0
    """Which of that job's pictures; counted from 0."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FormSent:
    """A form was sent; ``fields`` by option name, plus ``prompt``."""

    fields: dict[str, str]
    kind: FormKind = FormKind.IMAGINE
    choice: int = 0
    files: tuple[Attached, ...] = ()
    """Pictures put into the form."""
    draft: JobId | None = None
    """The job whose long prompt the form shows only the beginning of."""
    text_file: str = ""
    """Where a text file given instead of the prompt can be fetched, if one was."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Brushed:
    """A region was painted by hand on the bot's own page, with what to change there."""

    job: JobId
    """The result whose picture it is, or the held request that becomes this one."""
    choice: int
    """Which of the result's pictures; counted from 0."""
    held: bool
    prompt: str
    region: "Region"


Said = (
    Command
    | Words
    | Rewritten
    | Withdrawn
    | Reacted
    | Pointed
    | Pressed
    | FormWanted
    | FormChanged
    | FormSent
    | Brushed
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """One thing a person did, the same however often the platform delivers it."""

    key: str
    """Equal for every delivery of the same thing."""
    alias: str = ""
    """Another name of the same thing, by which it may come once more."""
    said: Said
    whisper: Whisper
    locale: str = ""
    """Their language tag, where the platform sends it along; empty: ask it."""
    trigger: str = ""
    """What opens a form: good for 3 seconds and once."""
    at: datetime
    trace: str = ""
    """The trace it begins (``bot.traces``), where somebody wants traces."""

    @property
    def person(self) -> Person:
        return self.whisper.person

    @property
    def place(self) -> Place:
        return self.whisper.place


# -- where in a picture -----------------------------------------------------------------------------


class Zone(StrEnum):
    """A part of a picture that needs no measuring."""

    BACKGROUND = "background"  # all but an ellipse in the middle
    LEFT = "left"  # the thirds
    CENTRE_COLUMN = "centre_column"
    RIGHT = "right"
    TOP = "top"
    MIDDLE_ROW = "middle_row"
    BOTTOM = "bottom"
    CENTRE = "centre"  # the inner half
    BORDER = "border"  # a frame, an eighth wide


@dataclass(frozen=True, kw_only=True, slots=True)
class Length:
    """So many pixels, or percent of the picture's shorter side."""

    amount: float
    percent: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """Edges in pixels, or in percent of width and height; what lies outside the picture is cut off."""

    left: float
    top: float
    right: float
    bottom: float
    percent: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """Where a picture may change: all the parts together, or all but them."""

    cells: tuple[str, ...] = ()
    """Of the grid A1 (top left) to H8: the letter is the column."""
    zones: tuple[Zone, ...] = ()
    box: Box | None = None
    mask: BlobKey | None = None
    """A painted, marked or given mask in the form of the Images API: alpha 0 where it may change."""
    feather: Length = Length(amount=0)
    """How wide the edge is blended; always inside the region."""
    invert: bool = False


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


class SourceRole(StrEnum):
    """What a picture that goes in is for; goes to the model as plain words."""

    SUBJECT = "subject"
    STYLE = "style"
    BACKGROUND = "background"
    PRODUCT = "product"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """A picture that the bot made goes in."""

    job: JobId
    number: int = 0
    """Which of the job's pictures; counted from 0."""
    role: SourceRole | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A picture that a person posted goes in."""

    attached: Attached
    role: SourceRole | None = None


Source = Own | Given


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageRequest:
    """What somebody wants painted."""

    prompt: str
    """As it was meant, with permutations still in braces; never cut."""
    options: Options
    prompts: tuple[str, ...]
    """The prompts to paint: one, or each permutation (at most 10)."""
    sources: tuple[Source, ...] = ()
    """Pictures that go in, in order; the first is the one that is edited."""
    seek: bool = False
    """The sources are the pictures that people posted in the thread, which the platform is asked for once."""
    candidates: tuple[Own, ...] = ()
    """Pictures that may be meant, when nobody can say which: the person chooses."""
    region: Region | None = None
    """Where the first source may change; None: everywhere."""
    free: bool = False
    """The model's own blend is kept; else everything outside the region comes back as it was."""
    grows: bool = False
    """The canvas of the first source is grown to the size asked for, and only the new part painted."""
    strokes: BlobKey | None = None
    """What somebody drew on a copy of the first source, alone, where the model can be shown it."""
    markup: bool = False
    """The strokes go to the model as they are, in place of the region."""


class JobKind(StrEnum):
    """How a request came about."""

    IMAGINE = "imagine"
    AGAIN = "again"
    VARIATIONS = "variations"
    EDIT = "edit"
    UNDO = "undo"  # the version before, shown again; nothing is painted
    BRANCH = "branch"  # a version shown again as the start of a line of its own; nothing is painted
    BLEND = "blend"  # a version with another border between what changed and what did not; nothing is painted


COPIES = frozenset({JobKind.UNDO, JobKind.BRANCH, JobKind.BLEND})
"""Kinds that show what was painted for another job, and cost nothing."""


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
    trace: str = ""
    """The trace of what asked for it."""
    parent: JobId | None = None
    version: int = 1
    """Its place in the thread's line of versions."""
    from_version: int = 0
    """The version it goes on from; 0: none."""
    restores: JobId | None = None
    """The job whose pictures a copy shows."""
    why: Text | None = None
    """Why it failed or is held."""

    @property
    def short(self) -> str:
        """What people call it."""
        return f"#{self.id[:4]}"

    @property
    def takes_pictures(self) -> bool:
        """Whether pictures go into it, beside words."""
        return bool(self.request.sources) or self.request.seek or self.kind in COPIES


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
    model_file: BlobKey | None = None
    """The model's own file, where this one is a composite of it and the original."""
    seam: float | None = None
    """How visible a composite's border is, from 0 to 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """One picture that goes in: fetched, made fit for the model, and kept."""

    blob: BlobKey
    media_type: str
    width: int
    height: int
    size: int
    """Bytes."""
    name: str = ""
    changes: tuple[str, ...] = ()
    """What was done to make it fit, as text keys' last words (``turned``, ``shrunk``)."""
    original: BlobKey | None = None
    """The bytes as they came, where they had to be changed."""
    keeps: tuple[BlobKey, ...] = ()
    """The blobs that are this job's alone; others belong to the job whose picture goes in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """One result in a thread, as later requests refer to it."""

    job: Job
    pictures: tuple[Picture, ...]


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
    rest: float = 0.0
    """Seconds for which the service takes no further call to that deployment, as it said."""


# -- what is shown ----------------------------------------------------------------------------------


class Role(StrEnum):
    """Which of a job's messages a message is."""

    PLACEHOLDER = "placeholder"
    RESULT = "result"
    OPEN = "open"
    """A private result, shared where it was asked for."""
    COPY = "copy"
    """The result in its requester's own conversation with the bot."""
    MOVED = "moved"
    """A placeholder that stays because people answered under it."""


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
    """Pictures that could not be made, when others could."""
    attached: bool = False
    """The pictures are in the message's thread, not in its blocks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotMade:
    """The job failed; the reason is told to the requester alone."""

    kept: bool = False
    """It was made, and only could not be shown."""


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
    choice: int = 0
    url: str = ""
    """Opens this page instead of coming back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Illustration:
    """A picture inside a private note, uploaded already."""

    file: FileId
    alt: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """Something for one person's eyes."""

    text: Text
    buttons: tuple[Button, ...] = ()
    quote: str = ""
    """Their own words, shown as they wrote them (a prompt, a command line)."""
    lines: tuple[Text, ...] = ()
    """More sentences under the first, a line each (help, status)."""
    pictures: tuple[Illustration, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A result, and the way to it."""

    job: Job
    url: str
    """Opens its message; empty where the platform has no such link."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """What a person sees of their own where the platform gives the bot a page."""

    on_the_way: Note
    latest: tuple[Made, ...]
    """Newest first."""
