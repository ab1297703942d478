"""Slack's news that the app is not wanted (there) any more, as data. Pure.

https://docs.slack.dev/reference/events/app_uninstalled, …/tokens_revoked, …/team_access_revoked
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.chat.slack import DEPARTURES

ENTERPRISE = "enterprise"
"""The name of a fact: the organisation whose installation a workspace uses."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Departure:
    """An installation that ended, wholly or in part."""

    enterprise: str | None
    team: str | None
    """None: it was the organisation's."""
    at: datetime
    why: str
    lost: tuple[str, ...] = ()
    """The workspaces that the organisation took from its installation; none: the whole of it ended."""

    @property
    def uninstalled(self) -> bool:
        """Whether the workspace's data goes too; a token that was taken back may be replaced tomorrow."""
        return self.why != "tokens_revoked"

    def installed_again(self, installed_at: float | None, *, within: float) -> bool:
        """Whether this is old news: Slack repeats events for an hour, and somebody was faster."""
        return not self.lost and installed_at is not None and installed_at > self.at.timestamp() + within


def departure(body: Mapping[str, Any], at: datetime) -> Departure | None:
    """What an event says about an installation; None for every other payload."""
    event = body.get("event") or {}
    why = event.get("type")
    if body.get("type") != "event_callback" or why not in DEPARTURES:
        return None
    if why == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
        return None  # a person's own token: we keep none
    where = (body.get("authorizations") or [{}])[0]
    org_wide = where.get("is_enterprise_install") is True or why == "team_access_revoked"
    sent = body.get("event_time")
    return Departure(
        enterprise=where.get("enterprise_id") or body.get("enterprise_id"),
        team=None if org_wide else where.get("team_id") or body.get("team_id"),
        at=datetime.fromtimestamp(sent, tz=UTC) if isinstance(sent, int | float) else at,
        why=str(why),
        lost=tuple(str(team) for team in event.get("team_ids") or ()),
    )
