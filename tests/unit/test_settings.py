"""Settings: what is wrong is said in one line each, all of it at once."""

import pytest

from bot import settings
from bot.errors import ConfigError


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_a_value_that_cannot_be_read_hides_no_other_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGINE_TIMEOUT", "-3")
    monkeypatch.setenv("IMAGINE_BLOB_URL", "ftp://x")
    with pytest.raises(ConfigError) as raised:
        settings.read(to_serve=True, _env_file=None)
    named = [fault.split()[0].rstrip(":") for fault in raised.value.faults]
    assert named == [
        "IMAGINE_TIMEOUT",
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "OPENAI_API_KEY",
        "IMAGINE_BLOB_URL",
    ]


def test_the_playground_asks_only_for_values_it_can_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGINE_PREVIEWS", "7")
    with pytest.raises(ConfigError) as raised:
        settings.read(_env_file=None)
    assert [fault.split(":")[0] for fault in raised.value.faults] == ["IMAGINE_PREVIEWS"]


def test_the_names_of_the_azure_samples_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_API_IMAGE_ENDPOINT", "https://x.openai.azure.com")
    monkeypatch.setenv("AZURE_OPENAI_API_IMAGE_MODEL", "pictures")
    read = settings.read(_env_file=None)
    assert (read.azure_openai_endpoint, read.imagine_model) == ("https://x.openai.azure.com", "pictures")


# -- many workspaces


OAUTH = {
    "SLACK_CLIENT_ID": "111.222",
    "SLACK_CLIENT_SECRET": "s",
    "SLACK_SIGNING_SECRET": "s",
    "IMAGINE_PUBLIC_URL": "https://bot.example",
    "OPENAI_API_KEY": "sk-x",
}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, []),
        ({"SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": ""}, []),
        ({"SLACK_CLIENT_ID": ""}, ["SLACK_CLIENT_ID is missing"]),
        ({"SLACK_CLIENT_SECRET": ""}, ["SLACK_CLIENT_SECRET is missing"]),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, ["SLACK_BOT_TOKEN contradicts SLACK_CLIENT_ID"]),
        ({"SLACK_SIGNING_SECRET": ""}, ["SLACK_APP_TOKEN is missing"]),
        ({"IMAGINE_PUBLIC_URL": ""}, ["IMAGINE_PUBLIC_URL is missing"]),
        ({"IMAGINE_PUBLIC_URL": "http://bot.example"}, ["IMAGINE_PUBLIC_URL is not an https address"]),
        ({"IMAGINE_PUBLIC_URL": "http://127.0.0.1:3000"}, []),
    ],
)
def test_an_app_for_many_workspaces_is_told_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, str], told: list[str]
) -> None:
    for name, value in (OAUTH | change).items():
        monkeypatch.setenv(name, value)
    faults = settings.faults(settings.read(_env_file=None))
    assert len(faults) == len(told)
    assert all(fault.startswith(begin) for fault, begin in zip(faults, told, strict=True))


def test_secret_keys_are_told_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGINE_SECRET_KEY", "new, old,")
    assert settings.read(_env_file=None).secret_keys == ("new", "old")
