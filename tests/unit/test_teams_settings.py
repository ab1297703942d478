"""Teams' settings: alone or beside Slack, and what is refused with a sentence."""

import pytest

from bot.settings import Settings, faults

BOT = {"openai_api_key": "sk-1", "teams_client_id": "id", "teams_client_secret": "s", "teams_tenant_id": "t"}
HERE = {"host": "127.0.0.1"}
PUBLIC = {"imagine_public_url": "https://bot.example.com"}
SLACK = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}


def found(**values: object) -> list[str]:
    """The settings that are at fault."""
    lines = faults(Settings(_env_file=None, **values))  # type: ignore[arg-type] # as the environment has them
    return [line.split(maxsplit=1)[0].rstrip(".:") for line in lines]


@pytest.mark.parametrize("more", [{}, SLACK])
def test_teams_lives_alone_or_beside_slack(more: dict[str, str]) -> None:
    assert found(**BOT, **PUBLIC, **more) == []


def test_half_of_teams_does_not_ask_for_slack() -> None:
    half = {name: value for name, value in BOT.items() if name != "teams_client_id"}
    assert found(**half, **PUBLIC) == ["TEAMS_CLIENT_ID"]


def test_nothing_at_all_asks_for_slack() -> None:
    assert "SLACK_BOT_TOKEN" in found(openai_api_key="sk-1")


def test_half_of_slack_is_a_fault_beside_teams_too() -> None:
    assert found(**BOT, **PUBLIC, slack_app_token="xapp-1") == ["SLACK_BOT_TOKEN"]


@pytest.mark.parametrize("name", ["teams_client_secret", "teams_tenant_id", "teams_managed_identity"])
def test_what_belongs_to_a_bot_needs_the_bots_id(name: str) -> None:
    assert "TEAMS_CLIENT_ID" in found(openai_api_key="sk-1", **{name: "x"})


def test_a_bot_has_one_way_to_prove_itself() -> None:
    assert found(**BOT, **PUBLIC, teams_managed_identity="system") == ["TEAMS_MANAGED_IDENTITY"]


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"teams_unauthenticated": "1"}, "TEAMS_UNAUTHENTICATED"),
        ({"teams_service_url_override": "http://127.0.0.1:9"}, "TEAMS_SERVICE_URL_OVERRIDE"),
    ],
)
def test_what_is_for_emulators_is_refused_where_others_reach_us(values: dict[str, str], fault: str) -> None:
    known = {"openai_api_key": "sk-1", "teams_client_id": "id", **PUBLIC, **values}
    assert found(**known) == [fault]
    assert found(**known, host="0.0.0.0") == [fault]  # noqa: S104 -- what is refused here
    assert found(**known, **HERE) == []


@pytest.mark.parametrize("where", [HERE, PUBLIC])
def test_who_has_a_secret_does_not_believe_everybody(where: dict[str, str]) -> None:
    settings = Settings(_env_file=None, **BOT, **where, teams_unauthenticated=True)  # type: ignore[arg-type] # text, as the environment has it
    assert any("TEAMS_CLIENT_SECRET" in line and "TEAMS_UNAUTHENTICATED" in line for line in faults(settings))


def test_pictures_by_link_need_a_public_address() -> None:
    assert found(**BOT) == ["IMAGINE_PUBLIC_URL"]
    assert found(**BOT, imagine_teams_images="inline") == []


def test_on_this_machine_pictures_are_fetched_on_this_machine() -> None:
    settings = Settings(_env_file=None, **BOT, **HERE, port=3456)  # type: ignore[arg-type] # as above
    assert (faults(settings), settings.public_url) == ([], "http://127.0.0.1:3456")


def test_slack_alone_has_no_public_address_by_itself() -> None:
    assert Settings(_env_file=None, **SLACK, **HERE).public_url is None  # type: ignore[arg-type] # as above
