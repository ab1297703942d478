"""Whose payload it is, wherever Slack says so."""

from typing import Any

import pytest

from bot.chat.slack.incoming import read
from bot.chat.slack.reading import team_of
from bot.types import FormSent, PlaceKind
from tests.unit.test_slack_incoming import AT, BOT, payload


@pytest.mark.parametrize(
    ("body", "team"),
    [
        ({"team_id": "T1"}, "T1"),
        ({"team": {"id": "T1"}, "user": {"team_id": "T2"}}, "T1"),
        ({"team": None, "user": {"id": "U1", "team_id": "T2"}}, "T2"),
        ({"team_id": "T2", "authorizations": [{"team_id": "T1"}]}, "T1"),
        ({"team_id": "T2", "authorizations": [{"team_id": None, "enterprise_id": "E1"}]}, "T2"),
        ({"team": {"id": "T2"}, "view": {"app_installed_team_id": "T1"}}, "T1"),
        ({"team": None, "view": {"team_id": "T3"}}, "T3"),
        ({"team": "nonsense", "authorizations": "nonsense"}, ""),
    ],
)
def test_the_workspace_is_the_one_whose_installation_is_meant(body: dict[str, Any], team: str) -> None:
    assert team_of(body) == team


def test_a_form_that_claims_another_workspaces_channel_goes_to_the_senders_own_dm() -> None:
    body = payload("submission")
    body["view"]["private_metadata"] = '{"channel": "C9", "kind": "channel", "team": "T9", "draft": "abcd"}'
    incoming = read(body, AT, BOT)
    assert incoming
    assert isinstance(incoming.said, FormSent)
    assert (incoming.place.workspace, incoming.person.workspace) == (team_of(body), team_of(body))
    assert (incoming.place.channel, incoming.place.kind) == (incoming.person.id, PlaceKind.DM)
