"""What an app for many workspaces keeps its tokens with; the composition root hands it in."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncEngine

# The SDK's tables under our names; the ledger's migrations make them.
BOTS = "imagine_slack_bots"
INSTALLATIONS = "imagine_slack_installations"
STATES = "imagine_slack_states"


class Facts(Protocol):
    """What is remembered about workspaces; the ledger does it."""

    async def fact(self, workspace: str, name: str) -> str: ...
    async def learn(self, workspace: str, name: str, value: str) -> None: ...
    async def facts(self, name: str) -> dict[str, str]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Safe:
    """Where tokens lie, and what closes them."""

    engine: AsyncEngine
    """The bot's own database, as the SDK's stores speak to it."""
    alone: Callable[[str], AbstractAsyncContextManager[None]]
    """Only one block of a name runs at a time, over all processes."""
    facts: Facts
    keys: tuple[str, ...]
    """Newest first: that one seals, all of them open."""
