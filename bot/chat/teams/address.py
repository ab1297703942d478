"""Where in Teams something is: a conversation is only reached through the service it came from."""

import re
from dataclasses import dataclass

from bot.types import MessageId

_IN_CHAT, _IN_CHANNEL = "|", "#"
_THREAD = ";messageid="


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """One conversation; its text is what ``Place.channel`` holds, so that nothing else has to be kept."""

    conversation: str
    """Without the thread."""
    service: str
    """The connector's address for it, which depends on the region of the tenant."""
    threads: bool
    """It has some: it is a channel. In chats, a thread is only what we call the messages that quote one."""

    def __str__(self) -> str:
        return f"{self.conversation}{_IN_CHANNEL if self.threads else _IN_CHAT}{self.service}"

    def at(self, thread: MessageId | None) -> str:
        """The id by which Teams knows the conversation, or its thread."""
        return f"{self.conversation}{_THREAD}{thread}" if thread and self.threads else self.conversation


def read(channel: str) -> Address:
    """The address that ``str`` wrote."""
    conversation, between, service = re.split(f"([{_IN_CHAT}{_IN_CHANNEL}])", channel, maxsplit=1)
    return Address(conversation=conversation, service=service, threads=between == _IN_CHANNEL)


def parted(conversation: str) -> tuple[str, MessageId | None]:
    """A conversation's id as Teams sends it: the conversation, and the thread if it names one."""
    bare, _, root = conversation.partition(_THREAD)
    return bare, MessageId(root) if root else None
