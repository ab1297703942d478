"""What must agree with something else, and is easily forgotten: files, tables, words, settings, locks."""

import ast
import json
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import jsonschema
import pytest
import yaml

from bot.chat import Showing, slack
from bot.chat.slack.pieces import CONFIRMED
from bot.chat.teams import EDIT, MAKE
from bot.commands.options import ROWS
from bot.commands.region import Field
from bot.errors import ConfigError, Fault, FileFault
from bot.gathering import _TOLD
from bot.manifest import manifest
from bot.pixels.opening import Reason
from bot.playground.slack.web_api import METHODS
from bot.providers.policy import CATEGORIES
from bot.settings import Settings
from bot.text import LANGUAGES, phrases
from bot.types import Action, JobState, SourceRole, Zone
from tests.wire.test_slack_faults_aside import STRUCK

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "../shared/specs/manifest.schema.1.0.0.json"
HTTP = "https://bot.example.com"


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def committed() -> tuple[Path, ...]:
    """Every file of the project: what git knows, or, in an unpacked archive, what its rooms hold."""
    ask = ["git", "ls-files"]
    asked = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 -- constant
    if asked.returncode == 0:
        return tuple(path for name in asked.stdout.splitlines() if (path := ROOT / name).is_file())
    return tuple(
        path for room in ("bot", "tests", "docs") for path in (ROOT / room).rglob("*") if path.is_file()
    )


def texts() -> list[tuple[str, str]]:
    """(name, content) of every committed file that is text."""
    found = []
    for path in committed():
        data = path.read_bytes()
        if b"\0" not in data:
            found.append((str(path.relative_to(ROOT)), data.decode("utf-8")))
    return found


# -- the Slack app ----------------------------------------------------------------------------------


@pytest.fixture(params=[None, HTTP], ids=["socket", "http"])
def app(request: pytest.FixtureRequest) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(manifest(request.param))
    return loaded


def test_slack_accepts_the_manifest(app: dict[str, Any]) -> None:
    if not SCHEMA.is_file():
        pytest.skip("Slack's manifest schema is not beside the checkout")
    jsonschema.validate(app, json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_the_manifest_names_what_the_code_handles(app: dict[str, Any]) -> None:
    features = app["features"]
    assert [one["command"] for one in features["slash_commands"]] == list(slack.COMMANDS)
    assert [one["callback_id"] for one in features["shortcuts"]] == list(slack.SHORTCUTS)
    over_http = not app["settings"]["socket_mode_enabled"]
    events = [*slack.EVENTS, *(slack.DEPARTURES if over_http else ())]
    assert app["settings"]["event_subscriptions"]["bot_events"] == events
    scopes = app["oauth_config"]["scopes"]
    assert scopes["bot_optional"] == list(slack.OPTIONAL_SCOPES)
    assert sorted(scopes["bot"]) == sorted((*slack.SCOPES, *slack.OPTIONAL_SCOPES))


def test_socket_mode_names_no_address() -> None:
    assert yaml.safe_load(manifest(None))["settings"]["socket_mode_enabled"] is True
    assert "url:" not in manifest(None).replace("--url", "")


@pytest.mark.parametrize("url", [HTTP, f"{HTTP}/", f"{HTTP}/slack/events"])
def test_http_mode_sends_everything_to_one_address(url: str) -> None:
    app = yaml.safe_load(manifest(url))
    settings = app["settings"]
    addresses = [
        app["features"]["slash_commands"][0]["url"],
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
    ]
    assert addresses == [f"{HTTP}/slack/events"] * 3
    assert settings["socket_mode_enabled"] is False


def test_an_app_for_many_workspaces_says_where_people_come_back() -> None:
    app = yaml.safe_load(manifest(f"{HTTP}/"))
    assert app["oauth_config"]["redirect_urls"] == [f"{HTTP}/slack/oauth_redirect"]
    assert app["settings"]["org_deploy_enabled"] is True


@pytest.mark.parametrize(
    "url", ["", "bot.example.com", "ftp://bot.example.com", "https://", "https://a.example?x=1"]
)
def test_a_manifest_for_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="--url"):
        manifest(url)


def test_an_installed_bot_finds_its_manifest() -> None:
    wheel = tomllib.loads(read("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"] == {"manifest.yml": "bot/manifest.yml"}
    assert manifest(None) == read("manifest.yml")


# -- words ------------------------------------------------------------------------------------------

FAMILIES = {
    *(f"button.{action.value}" for action in Action),
    *(f"category.{name}" for name in CATEGORIES),
    *(f"changed.{change.value}" for change in _TOLD),
    *(f"confirm.{action.value}_{part}" for action in CONFIRMED for part in ("title", "text", "yes")),
    *(f"fault.{fault.value}" for fault in Fault),
    *(f"file.{why.value}" for why in FileFault),
    *(f"option.{row.name}.{part}" for row in ROWS for part in ("label", "help")),
    *(f"sample.{way.value}" for way in Showing),
    *(f"region.{name}{end}" for name in ("cells", "box") for end in ("", "_hint")),
    *(f"region.{field.value}_unread" for field in Field),
    *(f"role.{role.value}" for role in SourceRole),
    *(f"zone.{zone.value}" for zone in Zone),
    *(f"teams_app.{name}_command" for name in ("imagine", "status", "help")),
    *(f"teams_app.{name}_{part}" for name in (MAKE, EDIT) for part in ("title", "description")),
    *(f"unusable.{reason.value}" for reason in Reason),
    *(f"status.{state.value}" for state in (JobState.WAITING, JobState.PAINTING, JobState.PAINTED)),
}
"""Keys that the code builds from a table; every other key stands in it as it is."""


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@cache
def words_in_code() -> frozenset[str]:
    """Every string constant of the bot."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "bot").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return frozenset(
        node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things_with_the_same_blanks(language: str) -> None:
    english, other = phrases("en"), phrases(language)
    assert set(other) == set(english)
    differing = [key for key in english if blanks(english[key]) != blanks(other[key])]
    assert differing == []
    assert [key for key, sentence in other.items() if not sentence.strip()] == []


def test_there_is_one_file_for_each_language() -> None:
    assert {path.stem for path in (ROOT / "bot/text").glob("*.toml")} == set(LANGUAGES)


def test_every_sentence_is_used() -> None:
    assert sorted(set(phrases("en")) - words_in_code() - FAMILIES) == []


def test_every_sentence_that_the_code_names_exists() -> None:
    tables = "|".join(sorted({key.split(".")[0] for key in phrases("en")}))
    a_key = re.compile(rf"(?:{tables})(?:\.[a-z_]+)+")
    files = {path.name for path in (ROOT / "bot").rglob("*") if path.is_file()}
    named = {word for word in words_in_code() if a_key.fullmatch(word)} - files
    assert sorted((named | FAMILIES) - set(phrases("en"))) == []


# -- settings ---------------------------------------------------------------------------------------

_EXAMPLE_LINE = re.compile(r"^#?([A-Z][A-Z0-9_]+)=", re.MULTILINE)


def test_every_setting_is_explained_in_the_example() -> None:
    lines = read(".env.example").splitlines()
    named = [(number, match[1]) for number, line in enumerate(lines) if (match := _EXAMPLE_LINE.match(line))]
    assert sorted(name for _, name in named) == sorted(name.upper() for name in Settings.model_fields)
    assert [name for number, name in named if not re.match(r"# \S+ .*[.:]", lines[number - 1])] == []


def test_the_example_states_the_real_defaults() -> None:
    stated = dict(re.findall(r"^#([A-Z_]+)=(\S+)$", read(".env.example"), re.MULTILINE))
    real = {name.upper(): field.default for name, field in Settings.model_fields.items()}
    checked = {name: value for name, value in stated.items() if isinstance(real[name], str | int | float)}
    assert len(checked) > 5
    assert checked == {name: str(real[name]) for name in checked}


def test_the_example_is_a_configuration_that_can_be_read() -> None:
    settings = Settings(_env_file=ROOT / ".env.example")
    assert settings.imagine_concurrency == 32


def test_the_compose_file_sets_only_settings_that_exist() -> None:
    services = yaml.safe_load(read("compose.yml"))["services"]
    bots = [service for service in services.values() if service.get("image") == "imagine-bot"]
    assert len(bots) == 3
    names = {name.lower() for bot in bots for name in bot.get("environment", {})}
    assert names <= set(Settings.model_fields)


# -- paper ------------------------------------------------------------------------------------------


def commands() -> set[str]:
    """The commands of the console script, read from its parser."""
    return set(re.findall(r'add_parser\(\s*"([a-z-]+)"', read("bot/__main__.py")))


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.*## ", read("Makefile"), re.MULTILINE))


def test_the_contract_with_the_outside_is_kept() -> None:
    assert commands() == {"serve", "playground", "check", "manifest", "teams-package"}
    assert targets() >= {"setup", "playground", "test", "bench", "lock", "help"}


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/operating.md", "docs/design.md"])
def test_the_commands_on_paper_exist(page: str) -> None:
    text = read(page)
    assert set(re.findall(r"imagine-bot ([a-z-]+)\b", text)) <= commands()
    assert set(re.findall(r"^ *make ([a-z]+)$|`make ([a-z]+)`", text, re.MULTILINE)) <= {
        pair for name in targets() for pair in ((name, ""), ("", name))
    }


def test_every_test_that_the_fault_table_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "operating.md").read_text()))
    there = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(), re.MULTILINE)
    }
    assert len(named) > 30
    assert named <= there


def test_every_slack_method_that_the_bot_calls_is_seen_to_fail() -> None:
    named = {
        node.value
        for file in (ROOT / "bot" / "chat" / "slack").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    called = named & METHODS.keys()
    assert len(called) > 15
    assert called <= STRUCK


def test_the_links_between_pages_lead_somewhere() -> None:
    links = [
        (name, target)
        for name, text in texts()
        if name.endswith(".md")
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    ]
    assert links
    broken = [link for link in links if not (ROOT / link[0]).parent.joinpath(link[1]).exists()]
    assert broken == []


def test_every_metric_is_explained() -> None:
    named = set(re.findall(r'_(?:counter|gauge|histogram)\(\s*"([a-z_]+)"', read("bot/observe.py")))
    explained = {
        name.removesuffix("_total")
        for name in re.findall(r"\| `imagine_([a-z_]+)`", read("docs/operating.md"))
    }
    assert named
    assert explained == named


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    every = [
        *project["dependencies"],
        *(one for extra in project["optional-dependencies"].values() for one in extra),
    ]
    names = {re.split(r"[<>=\[]", one)[0] for one in every}
    page = read("docs/decisions/0002-libraries.md")
    assert sorted(name for name in names if f"`{name}`" not in page) == []


def test_the_changelog_has_a_place_for_what_is_next() -> None:
    assert re.search(r"^## Unreleased$", read("CHANGELOG.md"), re.MULTILINE)


# -- the tree ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_the_locks_have_hashes_and_no_address(lock: str) -> None:
    text = read(lock)
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(packages) > 50
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_both_locks_agree() -> None:
    pins = [
        set(re.findall(r"^([\w.-]+==\S+)", read(name), re.MULTILINE))
        for name in ("requirements.lock", "requirements-test.lock")
    ]
    assert pins[0] <= pins[1]


def test_the_locks_hold_what_the_project_names() -> None:
    table = tomllib.loads(read("pyproject.toml"))
    groups = table["dependency-groups"]
    wanted = [
        *table["project"]["dependencies"],
        *(one for group in groups.values() for one in group if isinstance(one, str)),
    ]
    locked = set(re.findall(r"^([\w.-]+)==", read("requirements-test.lock"), re.MULTILINE))
    assert (
        sorted(name for one in wanted if (name := re.split(r"[<>=\[]", one)[0].lower()) not in locked) == []
    )


def test_no_path_of_a_machine_is_committed() -> None:
    machine = re.compile(r"(?<![\w.:-])/(?:work|home|root|Users)/\w|/tmp/\w|[A-Z]:\\\\")
    found = [
        f"{name}: {line.strip()[:80]}"
        for name, text in texts()
        for line in text.splitlines()
        if machine.search(line)
    ]
    assert [one for one in found if not one.startswith("tests/test_house.py: machine = ")] == []


def test_every_exception_to_a_rule_has_its_reason_on_the_line() -> None:
    silenced = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b(.*)")
    reason = re.compile(r"(?:--|#) *\w")
    bare = [
        f"{name}:{number}"
        for name, text in texts()
        if name.endswith(".py") and name != "tests/test_house.py"
        for number, line in enumerate(text.splitlines(), start=1)
        if (match := silenced.search(line)) and not reason.search(match[1])
    ]
    assert bare == []


def test_slow_work_takes_no_thread_of_the_engines() -> None:
    ours = [(name, text) for name, text in texts() if re.match(r"bot/(?!playground/).*\.py$", name)]
    assert [name for name, text in ours if re.search(r"asyncio\.to_thread\b(?!``)", text)] == []


def test_every_file_says_what_it_is_for() -> None:
    python = [(name, text) for name, text in texts() if name.endswith(".py")]
    assert [name for name, text in python if text.strip() and not ast.get_docstring(ast.parse(text))] == []


def test_the_levels_of_the_log_are_those_of_the_settings() -> None:
    levels = get_args(Settings.model_fields["imagine_log_level"].annotation)
    assert re.search(rf"# {', '.join(levels[:-1])} or {levels[-1]}\.", read(".env.example"))
