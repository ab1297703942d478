"""The pictures that hang on an activity, as Teams names them in each place. Pure; fetches nothing."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from bot.types import Attached, FileId, Trouble

_UPLOADED = "application/vnd.microsoft.teams.file.download.info"
_STORED = "reference"
"""A file in SharePoint, named by a page's address that opens for people only."""
REFERENCE = "messageReference"
"""The message that this one quotes; nothing to fetch."""
# What stands in a message's HTML where a picture or a file is that the activity itself does not bring.
_QUOTE = re.compile(r"<blockquote\b.*?</blockquote>", re.IGNORECASE | re.DOTALL)
_STUB = re.compile(
    r"""<img\b[^<>]*\bitemtype=["']http://schema\.skype\.com/AMSImage["']"""
    r"""|<img\b[^<>]*\bsrc=["'][^"'<>]*(?:hostedContents|asm\.skype\.com)"""
    r"""|<attachment\b(?:[^<>]*\bid="([^"]*)")?""",
    re.IGNORECASE,
)


def attached(message: Mapping[str, Any]) -> tuple[Attached, ...]:
    """Every picture and file of a message, in order; what cannot be had is named with the reason."""
    found = [one for one in (_one(part, n) for n, part in enumerate(_parts(message), start=1)) if one]
    if not found and _has_stub(message):
        found.append(Attached(file=FileId("stub"), trouble=Trouble.DENIED))
    return tuple(found)


def _parts(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    parts = message.get("attachments")
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _one(part: Mapping[str, Any], number: int) -> Attached | None:
    kind, url = _str(part, "contentType"), _str(part, "contentUrl")
    name = _str(part, "name") or f"image-{number}"  # what is pasted has none
    if kind.startswith("image/"):
        media_type = "" if kind == "image/*" else kind
        return Attached(file=_id(url), name=name, media_type=media_type, url=url)
    if kind == _UPLOADED:
        content = part.get("content")
        link = _str(content, "downloadUrl") if isinstance(content, dict) else ""
        return Attached(file=_id(link), name=name, url=link, signed=True)
    if kind == _STORED:
        return Attached(file=_id(url), name=name, url=url, trouble=Trouble.EXTERNAL)
    return None


def _id(url: str) -> FileId:
    """Teams has no id for a file that all its ways agree on; the address is one."""
    return FileId(hashlib.sha256(url.encode()).hexdigest()[:32])


def _has_stub(message: Mapping[str, Any]) -> bool:
    """What a page names and nobody brings. A message that is pointed at has its page beside its parts."""
    pages = [_str(part, "content") for part in _parts(message) if part.get("contentType") == "text/html"]
    body = message.get("body")
    pages += [_str(body, "content")] if isinstance(body, dict) else []
    brought = {_str(part, "id") for part in _parts(message) if part.get("id")}
    return any(stub[1] not in brought for page in pages for stub in _STUB.finditer(_QUOTE.sub("", page)))


def _str(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""
