"""What stands in a conversation, read page by page: how much comes at once is Slack's to decide."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.chat.slack.calls import Calls
from bot.chat.slack.reading import Json
from bot.errors import ChatError
from bot.types import Place

_AT_ONCE = 200
"""What Slack recommends to ask for; apps sold outside its marketplace get 15 messages, once a minute."""
_LOOKS = 10
"""Pages that are looked through for one message."""
_THREAD = 200
"""Messages of a thread that are read, from its first on."""
_THREAD_PAGES = 4


async def first(
    calls: Calls, place: Place, oldest: float, wanted: Callable[[Json], bool]
) -> Mapping[str, Any] | None:
    """The first such message of a place since then; None when there is none.

    Raises ``ChatError`` where nobody can say: it may not be read, or more was written than is looked through.
    """
    args = {"channel": place.channel, "oldest": f"{oldest:.6f}", "limit": str(_AT_ONCE)}
    args["include_all_metadata"] = "1"
    if place.thread:
        args["ts"] = place.thread
    method = "conversations.replies" if place.thread else "conversations.history"
    for _ in range(_LOOKS):
        answer = await calls.make(method, args, place.workspace)
        for message in answer.get("messages", ()):
            if wanted(message):
                return dict(message)
        if not answer.get("has_more"):
            return None
        args["cursor"] = _next(answer)
        if not args["cursor"]:
            break
    raise ChatError(method, "too_much_to_look_through")


async def thread(calls: Calls, place: Place) -> list[Mapping[str, Any]]:
    """The first messages of a thread. Raises ``ChatError``."""
    messages, cursor = list[Mapping[str, Any]](), ""
    for _ in range(_THREAD_PAGES):
        args = {"channel": place.channel, "ts": place.thread}
        args |= {"limit": str(_THREAD - len(messages)), "cursor": cursor}
        answer = await calls.make("conversations.replies", args, place.workspace)
        messages += answer.get("messages", ())
        cursor = _next(answer)
        if not cursor or len(messages) >= _THREAD:
            break
    return messages


def _next(answer: Mapping[str, Any]) -> str:
    return str((answer.get("response_metadata") or {}).get("next_cursor") or "")
