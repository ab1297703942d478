"""One stateful fake for each door to the outside: a chat platform, an image service, a clock.

They outlive the bot: a test may stop one bot and start another on the same workspace and the same service.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO
from itertools import count
from pathlib import Path

from PIL import Image

from bot.chat import Found, Known, Manner, Showing, Upload
from bot.errors import (
    ChatError,
    Fault,
    FileFault,
    FileRefused,
    FileUnavailable,
    ImageServiceError,
    LostReply,
    MessageGone,
    NoAnswer,
    NotWelcome,
    Overslept,
    Shut,
)
from bot.providers import Keep, Offer, Order, Preview, Service
from bot.types import (
    Action,
    Attached,
    Face,
    FileId,
    Finished,
    JobId,
    MessageId,
    MessageRef,
    Note,
    Painted,
    Person,
    Picture,
    Place,
    PlaceKind,
    Platform,
    Post,
    Role,
    Usage,
    Whisper,
)


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self._now

    def tick(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


class Gate:
    """Open, until a test closes it; who comes meanwhile waits in front of it."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()
        self.waiting = 0

    def close(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    async def passed(self) -> None:
        self.waiting += 1
        try:
            await self._open.wait()
        finally:
            self.waiting -= 1


# -- the chat platform ------------------------------------------------------------------------------


@dataclass
class Message:
    """One message of the bot's in the workspace."""

    ref: MessageRef
    posts: list[Post]
    """What it looked like, newest last."""
    files: list[FileId] = field(default_factory=list)
    """Files shared into its thread."""
    replies: int = 0
    """Answers of people under it."""

    @property
    def face(self) -> Face:
        return self.posts[-1].face

    @property
    def role(self) -> Role:
        return self.posts[-1].role

    @property
    def job(self) -> JobId:
        return self.posts[-1].job.id

    @property
    def locale(self) -> str:
        return self.posts[-1].job.locale


@dataclass(frozen=True)
class Told:
    """One private note."""

    note: Note
    locale: str
    thread: MessageId | None

    @property
    def key(self) -> str:
        return self.note.text.key

    def offers(self) -> list[Action]:
        return [button.action for button in self.note.buttons]


@dataclass
class Mishap:
    """What becomes of one future call."""

    call: str
    error: Exception
    """One that is no ``ChatError`` stands for the process's death there."""
    done: bool = False
    """Whether the call has its effect all the same."""
    role: Role | None = None
    """Only for a message of this role."""


MANNERS = {
    Platform.SLACK: Manner(showing=Showing.POST, links=False),
    Platform.TEAMS: Manner(showing=Showing.UPDATE, links=True),
}


class FakeChat:
    """A workspace where the bot is welcome and nothing goes wrong, until a test says otherwise."""

    def __init__(self, platform: Platform = Platform.SLACK) -> None:
        self.platform = platform
        self.manner = MANNERS[platform]
        self.messages: dict[MessageId, Message] = {}
        self.deleted: list[Message] = []
        self.files: dict[FileId, Upload] = {}
        self.given: dict[FileId, bytes] = {}
        """Files of people, as they can be fetched."""
        self.threads: dict[MessageId, list[Attached]] = {}
        """What people posted in a thread, oldest first."""
        self.told: dict[Person, list[Told]] = {}
        self.calls: Counter[str] = Counter()
        self.locales: dict[Person, str] = {}
        self.admins: set[Person] = set()
        self.closed_to_us: set[str] = set()
        """Channels where the bot may not write."""
        self.shut = Shut.STRANGER
        """Why not."""
        self.unreadable: set[str] = set()
        """Channels whose history the bot may not read."""
        self.refuses_files: float = 0
        """How many messages with files in their blocks are still refused."""
        self.mishaps: list[Mishap] = []
        self.arrivals = Gate()
        """Posts and shares on their way, before they are made."""
        self.updates = Gate()
        self.uploads = Gate()
        """What the answer to an upload waits at; the file is there already."""
        self.shares = Gate()
        """What the answer to a share waits at; the files are in the thread already."""
        self.fetches = Gate()
        """What a person's file on its way to us waits at."""
        self.replies = Gate()
        """What the answer to a post waits at; the message is there already."""
        self.notes = Gate()
        """What the answer to a private note waits at; its person has it already."""
        self._ids = count(1)

    # what tests do and see

    def open_gates(self) -> None:
        """Nobody waits any longer."""
        before = (self.arrivals, self.updates, self.uploads, self.shares, self.fetches)
        for gate in (*before, self.replies, self.notes):
            gate.open()

    def will_fail(self, call: str, code: str = "fatal_error", *, role: Role | None = None) -> None:
        """The next such call is refused and has no effect."""
        self.mishaps.append(Mishap(call, ChatError(call, code), role=role))

    def will_lose_reply(self, call: str, *, done: bool = True, role: Role | None = None) -> None:
        """The next such call gets no answer; ``done`` says whether it has its effect."""
        self.mishaps.append(Mishap(call, LostReply(call, "timeout"), done=done, role=role))

    def will_not_answer(self, call: str, *, role: Role | None = None) -> None:
        """The next such call is tried again and again, and nobody answers."""
        self.mishaps.append(Mishap(call, NoAnswer(call, "http_503"), role=role))

    def will_oversleep(self, call: str) -> None:
        """The next such call is not made: this process was away for long."""
        self.mishaps.append(Mishap(call, Overslept(call, "overslept")))

    def gives(self, data: bytes, name: str = "photo.png", media_type: str = "image/png") -> Attached:
        """A person has put this file under a message."""
        file = FileId(f"G{next(self._ids)}")
        self.given[file] = data
        return Attached(file=file, name=name, media_type=media_type, size=len(data), url=f"https://x/{file}")

    def in_channel(self, channel: str) -> list[Message]:
        return [message for message in self.messages.values() if message.ref.channel == channel]

    def people_answer_under(self, message: Message) -> None:
        message.replies += 1

    # the door

    async def locale(self, person: Person) -> str:
        return self.locales.get(person, "")

    async def post(self, post: Post, to: Place) -> MessageRef:
        mishap = self._meet("post", post.role)
        if mishap and not mishap.done:
            raise mishap.error
        if to.channel in self.closed_to_us:
            raise NotWelcome("post", "not_in_channel", self.shut)
        await self.arrivals.passed()
        self._show_files(post)
        id_ = MessageId(f"{next(self._ids)}.0")
        ref = MessageRef(channel=to.channel, id=id_, thread=to.thread)
        self.messages[id_] = Message(ref, [post])
        await self.replies.passed()
        if mishap:
            raise mishap.error
        return ref

    def _show_files(self, post: Post) -> None:
        """What the platform checks about the files in a message's blocks."""
        if not isinstance(post.face, Finished) or post.face.attached:
            return
        if self.refuses_files > 0:
            self.refuses_files -= 1
            raise FileRefused("post", "invalid_blocks")
        for shown in post.face.shown:
            upload = self.files.get(shown.preview or shown.file)
            if upload is None or upload.data.startswith(b"RIFF"):
                raise FileRefused("post", "invalid_blocks")

    async def find(self, post: Post, to: Place, since: datetime) -> MessageRef | Found:
        self._meet_failing("find")
        if to.channel in self.unreadable or self.platform is Platform.TEAMS:
            return Found.CANNOT_LOOK
        wanted = (post.job.id, post.role)
        for message in self.in_channel(to.channel):
            if (message.job, message.role) == wanted:
                return message.ref
        return Found.NOT_THERE

    async def update(self, message: MessageRef, post: Post) -> None:
        self._meet_failing("update", post.role)
        await self.updates.passed()
        known = self.messages.get(message.id)
        if known is None:
            raise MessageGone("update", "message_not_found")
        self._show_files(post)
        known.posts.append(post)

    async def delete(self, message: MessageRef, workspace: str) -> None:
        self._meet_failing("delete")
        known = self.messages.pop(message.id, None)
        if known:
            self.deleted.append(known)

    async def has_replies(self, message: MessageRef, workspace: str) -> bool:
        self._meet_failing("has_replies")
        known = self.messages.get(message.id)
        readable = message.channel not in self.unreadable
        return readable and known is not None and known.replies > 0

    async def upload(
        self, files: Sequence[Upload], workspace: str, known: Known | None = None
    ) -> tuple[FileId, ...]:
        self._meet_failing("upload")
        kept = tuple(self._keep(file) for file in files)
        for file in kept:
            if known:
                await known(file)
        await self.uploads.passed()
        return kept

    async def share(
        self, files: Sequence[Upload], under: MessageRef, workspace: str, known: Known | None = None
    ) -> tuple[FileId, ...]:
        mishap = self._meet("share")
        if under.channel in self.closed_to_us:
            raise NotWelcome("share", "not_in_channel", self.shut)
        await self.arrivals.passed()
        ids = tuple(self._keep(file) for file in files)
        for file in ids:
            if known:
                await known(file)
        if mishap and not mishap.done:
            raise mishap.error
        if under.id in self.messages:
            self.messages[under.id].files += ids
        await self.shares.passed()
        if mishap:
            raise mishap.error
        return ids

    async def is_shared(self, files: Sequence[FileId], under: MessageRef, workspace: str) -> bool:
        self._meet_failing("is_shared")
        message = self.messages.get(under.id)
        return message is not None and not {*files}.isdisjoint(message.files)

    async def unshare(self, file: FileId, under: MessageRef, workspace: str) -> None:
        self._meet_failing("unshare")
        if under.id in self.messages:
            self.messages[under.id].files = [one for one in self.messages[under.id].files if one != file]
        self.files.pop(file, None)

    async def delete_file(self, file: FileId, workspace: str) -> None:
        self._meet_failing("delete_file")
        self.files.pop(file, None)

    async def fetch(self, attached: Attached, workspace: str, to: Path, most: int) -> None:
        self._meet_failing("fetch")
        await self.fetches.passed()
        data = self.given.get(attached.file)
        why = FileFault(attached.trouble.value) if attached.trouble else None
        if why is None and data is None:
            why = FileFault.GONE
        if why is None and max(attached.size, len(data or b"")) > most:
            why = FileFault.TOO_BIG
        if why:
            raise FileUnavailable("fetch", why.value, why, attached.name)
        await asyncio.to_thread(to.write_bytes, data or b"")

    async def posted(self, place: Place) -> tuple[Attached, ...]:
        self._meet_failing("posted")
        return tuple(self.threads.get(place.thread or MessageId(""), ()))

    async def tell(self, note: Note, whisper: Whisper, locale: str) -> None:
        self._meet_failing("tell")
        told = Told(note=note, locale=locale, thread=whisper.place.thread)
        self.told.setdefault(whisper.person, []).append(told)
        await self.notes.passed()

    async def open_dm(self, person: Person) -> Place:
        self._meet_failing("open_dm")
        return Place(
            platform=self.platform, workspace=person.workspace, channel=dm_of(person), kind=PlaceKind.DM
        )

    async def address(self, place: Place, message: MessageId | None = None) -> str:
        self._meet_failing("address")
        return f"https://chat.example/{place.channel}/{message or ''}"

    async def is_admin(self, person: Person) -> bool:
        return person in self.admins

    # inside

    def _meet(self, call: str, role: Role | None = None) -> Mishap | None:
        self.calls[call] += 1
        for mishap in self.mishaps:
            if mishap.call == call and mishap.role in (None, role):
                self.mishaps.remove(mishap)
                return mishap
        return None

    def _meet_failing(self, call: str, role: Role | None = None) -> None:
        mishap = self._meet(call, role)
        if mishap:
            raise mishap.error

    def _keep(self, file: Upload) -> FileId:
        id_ = FileId(f"F{next(self._ids)}")
        self.files[id_] = file
        return id_


def dm_of(person: Person) -> str:
    """The bot's conversation with one person."""
    return f"D{person.id}"


# -- the image service ------------------------------------------------------------------------------

_TYPES = {"svg": "svg+xml"}
_FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP", "gif": "GIF"}


@cache
def picture(format_: str, number: int) -> bytes:
    """A small real picture; another for each number."""
    image, file = Image.new("RGB", (8, 6), (number * 40 % 256, number * 7 % 256, 90)), BytesIO()
    image.save(file, _FORMATS[format_])
    return file.getvalue()


@cache
def photo(format_: str = "png", number: int = 1, size: tuple[int, int] = (64, 48)) -> bytes:
    """Something with a gradient and a shape in it, as people post."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.paste((200, number * 50 % 256, 30), (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    file = BytesIO()
    image.save(file, _FORMATS[format_])
    return file.getvalue()


@dataclass(frozen=True)
class Failing:
    """How one future call ends instead of with pictures."""

    error: Exception
    prompt: str = ""
    """Only a call for this prompt; empty: any."""


class FakeModel:
    """An image service that paints at once, counts its calls, and fails when told to."""

    service = Service.OPENAI

    def __init__(self) -> None:
        self.orders: list[Order] = []
        """Every call that was made, and so may have to be paid."""
        self.sent: list[list[bytes]] = []
        """The pictures that went into each call."""
        self.paints: list[bytes] = []
        """What the next pictures are, before it paints of its own."""
        self.painted: list[bytes] = []
        """Every picture that it made."""
        self.masks: list[bytes | None] = []
        """The mask of each call."""
        self.markups: list[bytes | None] = []
        """The strokes that were shown in each call."""
        self.failures: list[Failing] = []
        self.brush = Gate()
        """What painters wait at, having taken the order."""
        self.brush_is_for = ""
        """Only who paints this prompt waits there; empty: everybody."""
        self.revised_prompt = ""
        self.breaks_after_keeping = False
        """Each call breaks when its first picture was kept."""
        self.most = 10
        """Pictures that it gives at most, however many were ordered."""
        self.rest = 0.0
        """Seconds for which it says that it takes no further call."""
        self.previews: list[bytes] = []
        """Partial images shown before a picture is finished."""
        self.broken_off = 0
        """Calls whose caller went away."""

    def will_fail(self, error: Exception, *, times: int = 1, prompt: str = "") -> None:
        """The next calls end so; an error that is no ``ImageServiceError`` is a bug of the model's."""
        self.failures += [Failing(error, prompt)] * times

    @property
    def paid(self) -> int:
        return len(self.orders)

    async def paint(self, order: Order, keep: Keep, preview: Preview | None) -> Painted:
        self.orders.append(order)
        self.sent.append([one.path.read_bytes() for one in order.sources])
        self.markups.append(order.markup.path.read_bytes() if order.markup else None)
        self.masks.append(order.mask.path.read_bytes() if order.mask else None)
        try:
            if self.brush_is_for in ("", order.prompt):
                await self.brush.passed()
        except asyncio.CancelledError:
            self.broken_off += 1
            raise
        self._fail_if_told(order)
        if preview:
            for partial in self.previews:
                with suppress(ChatError):
                    await preview(partial)
        return await self._painted(order, keep)

    def _fail_if_told(self, order: Order) -> None:
        for failing in self.failures:
            if failing.prompt in ("", order.prompt):
                self.failures.remove(failing)
                raise failing.error

    async def _painted(self, order: Order, keep: Keep) -> Painted:
        format_ = order.options.format or "png"
        pictures: list[Picture] = []
        for _ in range(min(order.options.n, self.most)):
            number = len(self.orders) * 10 + len(pictures)
            data = self.paints.pop(0) if self.paints else picture(format_, number)
            self.painted.append(data)
            width, height = (8, 6) if format_ == "svg" else Image.open(BytesIO(data)).size
            blob = await keep(data, f"image/{_TYPES.get(format_, format_)}")
            if self.breaks_after_keeping:
                raise ImageServiceError(Fault.BROKEN, self.service.value, "broken")
            pictures.append(
                Picture(
                    blob=blob,
                    media_type=f"image/{_TYPES.get(format_, format_)}",
                    width=width,
                    height=height,
                    size=len(data),
                    prompt=order.prompt,
                )
            )
        return Painted(
            pictures=tuple(pictures),
            model=order.offer.card.name,
            service=self.service.value,
            quality="high",
            revised_prompt=self.revised_prompt,
            usage=Usage(text_in=10, out=4160),
            cost=Decimal("0.16"),
            seconds=0.5,
            rest=self.rest,
        )

    async def check(self, offer: Offer) -> str:
        return "it paints"

    async def close(self) -> None:
        self.brush.open()
