"""Slack's news of an end, read: whose installation it was, and whether data goes with it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.chat.slack.departures import Departure, departure

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SENT = datetime(2026, 11, 21, 11, 59, tzinfo=UTC)


def event(kind: str, *, org_wide: bool = False, **inside: Any) -> dict[str, Any]:
    team = None if org_wide else "T1"
    where = {"enterprise_id": "E1", "team_id": team, "is_enterprise_install": org_wide}
    return {
        "type": "event_callback",
        "team_id": "T1",
        "enterprise_id": "E1",
        "event": {"type": kind, **inside},
        "event_time": int(SENT.timestamp()),
        "authorizations": [where],
    }


def read(body: dict[str, Any]) -> Departure:
    found = departure(body, NOW)
    assert found
    return found


def test_an_uninstall_takes_the_data_along() -> None:
    left = read(event("app_uninstalled"))
    assert (left.team, left.enterprise, left.at, left.uninstalled) == ("T1", "E1", SENT, True)


def test_an_uninstall_for_an_organisation_is_no_teams() -> None:
    left = read(event("app_uninstalled", org_wide=True))
    assert (left.team, left.enterprise) == (None, "E1")


def test_a_token_that_was_taken_back_leaves_the_data() -> None:
    assert not read(event("tokens_revoked", tokens={"bot": ["U0BOT"], "oauth": []})).uninstalled


def test_a_persons_own_token_is_none_of_ours() -> None:
    assert departure(event("tokens_revoked", tokens={"oauth": ["U1"]}), NOW) is None


def test_workspaces_that_lost_an_organisations_app_are_named() -> None:
    left = read(event("team_access_revoked", org_wide=True, team_ids=["T2", "T3"]))
    assert (left.team, left.lost, left.uninstalled) == (None, ("T2", "T3"), True)


def test_without_authorizations_the_event_speaks_of_its_own_team() -> None:
    body = event("app_uninstalled") | {"authorizations": []}
    assert read(body).team == "T1"


@pytest.mark.parametrize("kind", ["message", "app_home_opened", "team_access_granted"])
def test_other_news_is_no_departure(kind: str) -> None:
    assert departure(event(kind), NOW) is None


def test_an_old_uninstall_is_told_from_a_new_one() -> None:
    left = read(event("app_uninstalled"))
    before, after = SENT.timestamp() - 60, SENT.timestamp() + 60
    assert not left.installed_again(before, within=5)
    assert left.installed_again(after, within=5)
    assert not left.installed_again(None, within=5)
