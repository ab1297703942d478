"""Slack's file objects as ``Attached``: what hangs on a message, and why it cannot be had. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.chat.slack.reading import Json, table_of, tables_of, text_of
from bot.types import Attached, FileId, MessageId, Trouble

_MODES = {
    "tombstone": Trouble.DELETED,
    "hidden_by_limit": Trouble.HIDDEN,
    "external": Trouble.EXTERNAL,
}
_INSIDE = ("blocks", "elements", "accessory", "message_blocks", "message")
"""Where blocks stand in a message, in a forwarded one, and in each other."""
_ACCESS = {"access_denied": Trouble.DENIED, "file_not_found": Trouble.DELETED}


def attached(file: Json) -> Attached:
    """One file object. https://docs.slack.dev/reference/objects/file-object"""
    mode, access = text_of(file, "mode"), text_of(file, "file_access")
    trouble = _MODES.get(mode) or _ACCESS.get(access)
    if trouble is None and file.get("is_external") is True:
        trouble = Trouble.EXTERNAL
    url = text_of(file, "url_private_download") or text_of(file, "url_private")
    size = file.get("size")
    return Attached(
        file=FileId(text_of(file, "id")),
        name=text_of(file, "name") or text_of(file, "title"),
        media_type=text_of(file, "mimetype"),
        size=size if isinstance(size, int) else 0,
        url=url,
        # Slack Connect sends "file_access": "check_file_info" and no address.
        stub=trouble is None and (access == "check_file_info" or not url),
        trouble=trouble,
    )


def in_message(message: Json) -> tuple[Attached, ...]:
    """Every file that hangs on a message or on a message forwarded with it, in order, each once.

    What Slack adds later to show a link is not part of what was said.
    """
    forwarded = [one for one in tables_of(message, "attachments") if one.get("is_share") is True]
    return _once(attached(one) for part in (message, *forwarded) for one in tables_of(part, "files"))


def shown_in(message: Json) -> tuple[Attached, ...]:
    """Every file that people see in a message: also behind links, and our own pictures, forwarded too."""
    parts = (message, *tables_of(message, "attachments"))
    hanging = [attached(one) for part in parts for one in tables_of(part, "files")]
    named = [Attached(file=FileId(id_), stub=True) for part in parts for id_ in _ids(part)]
    return _once(iter((*named, *hanging)))


def in_blocks(message: Json, within: str = "") -> tuple[Attached, ...]:
    """Files that stand in a message's blocks by id alone: pictures, and files named in its words."""
    return _once(Attached(file=FileId(id_), stub=True, within=within) for id_ in _ids(message))


def stands_in(channel: str, file: Json) -> bool:
    """Whether a file was shared in a conversation."""
    shares = table_of(file, "shares")
    return any(channel in table_of(shares, kind) for kind in ("public", "private"))


def messages_under(channel: str, thread: str, file: Json) -> tuple[MessageId, ...]:
    """The messages of that thread which a file was shared with."""
    shares = table_of(file, "shares")
    places = [one for kind in ("public", "private") for one in tables_of(table_of(shares, kind), channel)]
    return tuple(MessageId(text_of(one, "ts")) for one in places if text_of(one, "thread_ts") == thread)


def completed(one: Attached, file: Json) -> Attached:
    """A stub with what Slack says when it is asked about it."""
    known = attached(file)
    return replace(known, file=one.file, name=known.name or one.name)


def _once(found: Iterator[Attached]) -> tuple[Attached, ...]:
    return tuple({one.file: one for one in found if one.file}.values())


def _ids(value: Any) -> Iterator[str]:
    """The ids of ``slack_file`` objects and of rich text's ``file`` elements, however deep."""
    if isinstance(value, list):
        for one in value:
            yield from _ids(one)
    elif isinstance(value, dict):
        if isinstance(value.get("slack_file"), dict):
            yield text_of(value["slack_file"], "id")
        if value.get("type") == "file":
            yield text_of(value, "file_id")
        for name in _INSIDE:
            yield from _ids(value.get(name))
