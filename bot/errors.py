"""The errors the bot raises on purpose, as a tree named by what the catcher can do.

BotError
├── OutsideError       a service failed; the operator needs the cause
│   ├── ImageServiceError   the image service; says whether trying again may help and what it may cost
│   ├── StoreError          the blob store; what it has is there, and cannot be read just now
│   └── ChatError           the chat platform
│       ├── NotWelcome      the bot may not post there, and why
│       ├── LostReply       it may or may not have happened: look before repeating
│       ├── Overslept       it was not sent, but another process may have sent its own
│       ├── FileRefused     the platform will not show an uploaded file as a block
│       ├── FileUnavailable  a file that a person gave cannot be had; the person is told why
│       └── MessageGone     the message to change is not there any more
└── ConfigError        the operator must change a setting; one line for each fault
What a person can put right is no error here: commands and intake answer it with a Note.
Anything else is a bug: logged with the job id, told as "something went wrong on my side".
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.types import Text


class BotError(Exception):
    """The root of the tree."""


class ConfigError(BotError):
    """Settings that are missing or contradict each other."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class OutsideError(BotError):
    """A service outside failed. The message is for the operator and holds no prompt and no secret."""


class Fault(StrEnum):
    """What went wrong at an image service, by what may be done about it."""

    BUSY = "busy"  # rate limit: wait and try again; nothing was paid
    UNREACHED = "unreached"  # the request was never sent: try again; nothing was paid
    BROKEN = "broken"  # 5xx, a broken stream or reply: may have been paid; one more try at most
    TIMEOUT = "timeout"  # may have been paid; only the person may try again
    BLOCKED = "blocked"  # the safety system refused the prompt or the picture
    ACCOUNT_BLOCKED = "account_blocked"  # the service refuses the whole account or deployment
    QUOTA = "quota"  # no money left there
    REFUSED = "refused"  # any other 4xx: the request or the configuration is wrong
    GARBAGE = "garbage"  # an answer that is not a picture; it was probably paid


@dataclass
class ImageServiceError(OutsideError):
    """An image service did not paint."""

    fault: Fault
    service: str
    detail: str
    """For the operator: status, code, what to do. No prompt, no key."""
    retry_after: float | None = None
    """Seconds the service asked to wait."""
    categories: tuple[str, ...] = ()
    """Content-filter categories, when BLOCKED says them."""
    text: Text | None = None
    """What the person is told, when it is more than the fault's own sentence."""

    def __str__(self) -> str:
        return f"{self.service}: {self.fault.value}: {self.detail}"


class StoreError(OutsideError):
    """The blob store did not give back what was kept: no answer, or other bytes."""


@dataclass
class ChatError(OutsideError):
    """The chat platform refused or failed."""

    call: str
    code: str
    """The platform's own word for it."""

    def __str__(self) -> str:
        return f"{self.call}: {self.code}"


class Shut(StrEnum):
    """Why the bot may not write in a conversation."""

    STRANGER = "stranger"  # it is not in there
    ARCHIVED = "archived"  # nobody may
    RESTRICTED = "restricted"  # its admins let only some


@dataclass
class NotWelcome(ChatError):
    """The bot may not write in that conversation."""

    why: Shut = Shut.STRANGER


class LostReply(ChatError):
    """The call was sent and no answer came."""


class NoAnswer(ChatError):
    """The platform was asked again and again and did not answer; later it may."""


class Overslept(ChatError):
    """This process was away for so long that another may have its jobs by now; nothing was sent."""


class FileRefused(ChatError):
    """The platform does not (yet) accept the file in a block."""


class MessageGone(ChatError):
    """The message is not there, or may not be changed any more."""


class FileFault(StrEnum):
    """Why a file that a person gave cannot be had."""

    LOGIN = "login"  # a login page came instead: the bot lacks the right to read files
    DELETED = "deleted"
    HIDDEN = "hidden"  # behind the limit of the workspace's plan
    EXTERNAL = "external"  # kept elsewhere (a drive); its address is a page
    DENIED = "denied"  # its owner keeps it from us
    TOO_BIG = "too_big"
    GONE = "gone"  # nowhere that the bot may look
    ELSEWHERE = "elsewhere"  # its address leads away from the platform, where no token of ours goes
    BROKEN = "broken"  # the download failed, more than once


@dataclass
class FileUnavailable(ChatError):
    """A file that a person gave cannot be had."""

    why: FileFault
    name: str
    """What the person calls it."""

    @property
    def text(self) -> Text:
        """What the person is told."""
        return Text(key=f"file.{self.why.value}", values={"name": self.name})
