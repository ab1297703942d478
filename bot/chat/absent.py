"""A platform that the bot was taken off: what is left of its jobs comes to an end, and holds nobody up."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NoReturn, cast

from bot.chat import Chat, Manner, Showing
from bot.errors import ChatError
from bot.types import Person, Platform


class Chats(dict[Platform, Chat]):
    """Everywhere the bot is; elsewhere nobody answers."""

    def __init__(self, chats: Mapping[Platform, Chat]) -> None:
        super().__init__(chats)

    def __missing__(self, platform: Platform) -> Chat:
        return cast(Chat, _Absent())


class _Absent:
    """See ``bot.chat.Chat``, whose every call fails here."""

    manner = Manner(showing=Showing.POST, links=False)

    async def locale(self, person: Person) -> str:
        return ""

    def __getattr__(self, call: str) -> Callable[..., Awaitable[NoReturn]]:
        async def refused(*_: Any, **__: Any) -> NoReturn:
            raise ChatError(call, "the bot is not set up there any more")

        return refused
