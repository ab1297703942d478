"""The tokens of the app: who gave which, until when it is good, and how a new one is had for an old."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.playground.slack.state import Refused

EXPIRES_SECONDS = 12 * 60 * 60
"""With token rotation (https://docs.slack.dev/authentication/using-token-rotation)."""


@dataclass(kw_only=True, slots=True)
class Grant:
    """One bot token."""

    token: str
    bot_user: str
    scopes: frozenset[str]
    team: str = ""
    """Empty where a whole organisation installed the app."""
    enterprise: str = ""
    refresh_token: str = ""
    expires: float | None = None
    ended: str = ""
    """Slack's word for why it is good no longer."""

    @property
    def org_wide(self) -> bool:
        return not self.team


class Tokens:
    """Every token that was ever given."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._grants: dict[str, Grant] = {}

    def all(self) -> list[Grant]:
        return list(self._grants.values())

    def add(self, grant: Grant) -> Grant:
        self._grants[grant.token] = grant
        return grant

    def of(self, token: str) -> Grant:
        """What a token is good for. Raises ``Refused``."""
        grant = self._grants.get(token)
        if grant is None:
            raise Refused("invalid_auth")
        if grant.ended:
            raise Refused(grant.ended)
        if grant.expires is not None and self._now() >= grant.expires:
            raise Refused("token_expired")
        return grant

    def issue(
        self, *, team: str, enterprise: str, bot_user: str, scopes: frozenset[str], rotates: bool
    ) -> Grant:
        """A token for who just allowed it: the same as before where tokens do not expire."""
        for old in self.live(team, enterprise):
            if not rotates and old.expires is None:
                old.scopes |= scopes
                return old
        return self.add(
            Grant(
                token=_new("xoxe.xoxb-" if rotates else "xoxb-"),
                team=team,
                enterprise=enterprise,
                bot_user=bot_user,
                scopes=scopes,
                refresh_token=_new("xoxe-") if rotates else "",
                expires=self._now() + EXPIRES_SECONDS if rotates else None,
            )
        )

    def refreshed(self, refresh_token: str) -> Grant:
        """A new token for an old one; each refresh token is good once. Raises ``Refused``."""
        old = next((one for one in self._grants.values() if one.refresh_token == refresh_token), None)
        if old is None or not refresh_token or old.ended:
            raise Refused("invalid_refresh_token")
        old.refresh_token = ""
        return self.issue(
            team=old.team,
            enterprise=old.enterprise,
            bot_user=old.bot_user,
            scopes=old.scopes,
            rotates=True,
        )

    def live(self, team: str, enterprise: str) -> list[Grant]:
        """The tokens of one installation."""
        mine = [one for one in self._grants.values() if (one.team, one.enterprise) == (team, enterprise)]
        return [one for one in mine if not one.ended]


def _new(prefix: str) -> str:
    return prefix + secrets.token_hex(20)
