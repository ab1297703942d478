"""``imagine-bot check`` against both stand-ins: what is proven, what is named, what samples' answers do."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot import app, checks, samples
from bot.chat import SHOWING, Showing
from bot.chat.slack import OPTIONAL_SCOPES, SCOPES
from bot.errors import ConfigError
from bot.playground import painter, slack
from bot.playground.painter import Painter
from bot.playground.slack import StandIn
from bot.playground.slack.state import Message
from bot.settings import Settings
from bot.types import JobId

GENERAL = "C0GENERAL1"


@pytest.fixture
async def workspace() -> AsyncIterator[StandIn]:
    async with slack.serve(page=False) as stand_in:
        yield stand_in


@pytest.fixture
async def images() -> AsyncIterator[Painter]:
    async with painter.serve(signed=False, key="right") as local:
        yield local


@pytest.fixture
def settings(workspace: StandIn, images: Painter, tmp_path: Path) -> Settings:
    values: dict[str, Any] = {
        "slack_bot_token": SecretStr(workspace.bot_token),
        "slack_app_token": SecretStr(workspace.app_token),
        "slack_api_url": workspace.api_url,
        "openai_api_key": SecretStr("right"),
        "openai_base_url": images.openai_url,
        "imagine_data_dir": tmp_path,
        "imagine_previews": 0,
        "host": "127.0.0.1",
        "port": 0,
    }
    return Settings(_env_file=None).model_copy(update=values)


def rows(printed: str) -> dict[str, tuple[str, str]]:
    """Row name → (ok or FAIL, what it said)."""
    found = {}
    for line in printed.splitlines():
        head, verdict, said = line.partition("  ok    ") if "  ok    " in line else line.partition("  FAIL  ")
        found[head.strip()] = (verdict.strip(), said)
    return found


async def test_a_right_configuration_is_proven_without_a_paid_call(
    settings: Settings, images: Painter, workspace: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await checks.check(settings, None) == 0
    found = rows(capsys.readouterr().out)
    assert {verdict for verdict, _ in found.values()} == {"ok"}
    assert {"slack token", "slack scopes", "slack socket", "database", "pictures"} <= set(found)
    assert any(name.startswith("openai ") for name in found)
    assert [call.path for call in images.calls if "images" in call.path] == []
    assert workspace.workspace.messages == []


async def test_missing_scopes_are_named(
    settings: Settings, workspace: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace.workspace.scopes -= {"files:write", "users:read"}
    assert await checks.check(settings, None) == 1
    verdict, said = rows(capsys.readouterr().out)["slack scopes"]
    assert verdict == "FAIL"
    assert "files:write, users:read" in said
    assert "chat:write" not in said


async def test_a_missing_optional_scope_is_told_and_is_no_fault(
    settings: Settings, workspace: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace.workspace.scopes -= {"reactions:read"}
    assert await checks.check(settings, None) == 0
    verdict, said = rows(capsys.readouterr().out)["slack scopes"]
    assert verdict == "ok"
    assert "without reactions:read, reactions under a result do nothing" in said


def test_the_stand_in_grants_what_the_manifest_asks_for() -> None:
    from bot.playground.slack.app import from_manifest

    assert {*SCOPES, *OPTIONAL_SCOPES} == from_manifest().scopes


async def test_a_wrong_bot_token_says_where_the_right_one_is(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = settings.model_copy(update={"slack_bot_token": SecretStr("xoxb-wrong")})
    assert await checks.check(wrong, None) == 1
    found = rows(capsys.readouterr().out)
    assert found["slack token"][0] == "FAIL"
    assert "OAuth page" in found["slack token"][1]
    assert found["database"][0] == "ok"


async def test_a_wrong_app_token_says_what_a_socket_needs(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = settings.model_copy(update={"slack_app_token": SecretStr("xapp-wrong")})
    assert await checks.check(wrong, None) == 1
    verdict, said = rows(capsys.readouterr().out)["slack socket"]
    assert (verdict, "connections:write" in said) == ("FAIL", True)


async def test_in_http_mode_no_socket_is_asked_for(
    settings: Settings, workspace: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    http = settings.model_copy(update={"slack_app_token": None, "slack_signing_secret": SecretStr("s")})
    assert await checks.check(http, None) == 0
    assert "slack signing" in rows(capsys.readouterr().out)
    assert workspace.workspace.calls_of("apps.connections.open") == []


async def test_a_wrong_key_and_an_unknown_model_are_told_apart(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await checks.check(settings.model_copy(update={"openai_api_key": SecretStr("wrong")}), None) == 1
    [wrong_key] = [row for name, row in rows(capsys.readouterr().out).items() if name.startswith("openai ")]
    assert wrong_key[0] == "FAIL"
    assert "401" in wrong_key[1]
    assert await checks.check(settings.model_copy(update={"imagine_model": "gpt-image-99"}), None) == 1
    unknown = rows(capsys.readouterr().out)["openai gpt-image-99"]
    assert unknown[0] == "FAIL"
    assert "404" in unknown[1]
    assert wrong_key[1] != unknown[1]


async def test_a_database_and_pictures_that_cannot_be_kept_are_told(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("no folder")
    database = f"sqlite:///{tmp_path}/file/x.sqlite3"
    blobs = (tmp_path / "file" / "pictures").as_uri()
    broken = settings.model_copy(update={"imagine_database_url": database, "imagine_blob_url": blobs})
    assert await checks.check(broken, None) == 1
    found = rows(capsys.readouterr().out)
    assert found["database"][0] == found["pictures"][0] == "FAIL"
    assert "IMAGINE_BLOB_URL" in found["pictures"][1]


async def test_an_incomplete_configuration_is_not_tried_at_all(
    settings: Settings, workspace: StandIn
) -> None:
    with pytest.raises(ConfigError, match="SLACK_BOT_TOKEN"):
        await checks.check(settings.model_copy(update={"slack_bot_token": None}), None)
    assert list(workspace.workspace.calls) == []


# -- sample pictures --------------------------------------------------------------------------------


def sample(workspace: StandIn, way: Showing) -> Message:
    [found] = [
        message
        for message in workspace.workspace.messages
        if (message.metadata or {}).get("event_payload", {}).get("job") == f"sample-{way.value}"
    ]
    return found


def pictures(message: Message) -> list[Any]:
    return [block for block in message.blocks if block["type"] == "image"]


async def test_samples_are_posted_in_every_way_and_ask_whether_they_are_seen(
    settings: Settings, workspace: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await checks.check(settings, GENERAL) == 0
    assert len(pictures(sample(workspace, Showing.POST))) == 1
    assert len(pictures(sample(workspace, Showing.UPDATE))) == 1
    assert pictures(sample(workspace, Showing.SHARE)) == []
    thread = sample(workspace, Showing.SHARE).ts
    replies = [message for message in workspace.workspace.messages if message.thread_ts == thread]
    assert [len(message.files) for message in replies] == [1]
    for way in Showing:
        buttons = sample(workspace, way).blocks[-1]["elements"]
        assert [(one["action_id"], one["value"]) for one in buttons] == [
            ("seen", f"sample-{way.value}"),
            ("unseen", f"sample-{way.value}"),
        ]
    assert workspace.workspace.refusals == []


async def test_a_channel_that_is_not_there_fails_with_the_cure(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await checks.check(settings, "C0NOWHERE") == 1
    verdict, said = rows(capsys.readouterr().out)["sample post"]
    assert (verdict, "channel's id" in said) == ("FAIL", True)


async def test_answers_reach_the_running_bot_and_the_best_seen_way_is_kept(
    settings: Settings, workspace: StandIn
) -> None:
    """The running bot has the SQLite file for itself; the check runs beside it all the same."""
    async with app.build(settings) as bot:
        found = {finding.name: finding for finding in await checks.findings(settings, GENERAL)}
        assert all(finding.ok for finding in found.values())
        assert "in use by a running imagine-bot" in found["database"].said
        team, ledger, stage = workspace.workspace.team.id, bot.doors.ledger, workspace.workspace

        assert (await stage.press("ann", sample(workspace, Showing.SHARE), "seen")).ok
        assert await ledger.fact(team, SHOWING) == "share"
        assert (await stage.press("ann", sample(workspace, Showing.UPDATE), "seen")).ok
        assert await ledger.fact(team, SHOWING) == "update"
        assert (await stage.press("ann", sample(workspace, Showing.POST), "unseen")).ok
        assert await ledger.fact(team, SHOWING) == "update"
        assert (await stage.press("ann", sample(workspace, Showing.POST), "seen")).ok
        assert await ledger.fact(team, SHOWING) == "post"
        await stage.until(lambda: len(stage.ephemerals) == 4)
        assert {note.text for note in stage.ephemerals} == {"Thank you, I'll remember that."}


def test_only_a_samples_name_names_a_way() -> None:
    assert [samples.way_of(samples.job_id(way)) for way in Showing] == list(Showing)
    assert samples.way_of(JobId("sample-")) is None
    assert samples.way_of(JobId("post")) is None


def test_nobody_having_seen_anything_decides_nothing() -> None:
    assert samples.best({}) is None
    assert samples.best(dict.fromkeys(Showing, samples.NO)) is None


@pytest.mark.parametrize(
    ("secret", "said"), [("", "/slack/install"), ("wrong", "bad_client_secret. Copy SLACK_CLIENT_SECRET")]
)
async def test_an_app_for_many_workspaces_is_proven_by_its_secret(
    settings: Settings, workspace: StandIn, secret: str, said: str
) -> None:
    app = workspace.cloud.app
    oauth = {
        "slack_bot_token": None,
        "slack_client_id": app.client_id,
        "slack_client_secret": SecretStr(secret or app.client_secret),
        "imagine_public_url": "https://bot.example",
    }
    found = await checks.findings(settings.model_copy(update=oauth), None)
    assert found[0].name == "slack app"
    assert (found[0].ok, said in found[0].said) == (not secret, True)
