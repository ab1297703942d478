"""The app package: what Microsoft's schema asks for, both languages, icons of the right sizes."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from PIL import Image

from bot.chat.teams import EDIT, MAKE
from bot.chat.teams.package import package
from bot.errors import ConfigError

BOT = "28a1b2c3-0000-4000-8000-00000000cafe"
URL = "https://bot.example.com"
SCHEMAS = Path(__file__).parents[2] / "../shared/specs/teams"


def opened(**options: bool) -> dict[str, bytes]:
    """The package's files."""
    with zipfile.ZipFile(io.BytesIO(package(BOT, URL, **options))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def schema(name: str) -> Any:
    path = SCHEMAS / f"{name}.schema.json"
    if not path.is_file():
        pytest.skip("Teams' manifest schema is not beside the checkout")
    # It says draft 4, where "const" means nothing, and uses it; some of its expressions Python cannot read.
    return jsonschema.Draft7Validator(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("all_messages", [False, True])
def test_teams_accepts_the_manifest(all_messages: bool) -> None:
    manifest = json.loads(opened(all_messages=all_messages)["manifest.json"])
    schema("MicrosoftTeams").validate(manifest)
    assert manifest["manifestVersion"] == "1.29"


def test_teams_accepts_the_other_languages() -> None:
    files = opened()
    manifest = json.loads(files["manifest.json"])
    named = [one["file"] for one in manifest["localizationInfo"]["additionalLanguages"]]
    assert named == ["ja.json"]
    schema("MicrosoftTeams.Localization").validate(json.loads(files["ja.json"]))


def test_everything_the_manifest_names_is_in_the_package() -> None:
    files = opened()
    manifest = json.loads(files["manifest.json"])
    assert {*manifest["icons"].values(), "ja.json", "manifest.json"} == set(files)


def test_the_manifest_names_what_the_code_handles() -> None:
    manifest = json.loads(opened()["manifest.json"])
    [extension], [bot] = manifest["composeExtensions"], manifest["bots"]
    assert [one["id"] for one in extension["commands"]] == [MAKE, EDIT]
    assert {bot["botId"], extension["botId"]} == {BOT}
    assert manifest["id"] != BOT
    assert manifest["validDomains"] == ["bot.example.com"]


def test_the_icons_have_the_sizes_and_colours_that_teams_wants() -> None:
    files = opened()
    color, outline = (Image.open(io.BytesIO(files[name])) for name in ("color.png", "outline.png"))
    assert (color.size, outline.size, outline.mode) == ((192, 192), (32, 32), "RGBA")
    assert list(outline.getextrema()) == [(255, 255), (255, 255), (255, 255), (0, 255)]


def test_only_who_asks_for_it_gets_to_read_all_messages() -> None:
    asked = json.loads(opened(all_messages=True)["manifest.json"])["authorization"]["permissions"]
    names = [one["name"] for one in asked["resourceSpecific"]]
    assert names == ["ChannelMessage.Read.Group", "ChatMessage.Read.Chat"]
    assert "authorization" not in json.loads(opened()["manifest.json"])


def test_the_same_settings_make_the_same_file() -> None:
    assert package(BOT, URL) == package(BOT, URL)


@pytest.mark.parametrize(
    ("bot", "url", "fault"),
    [
        (None, URL, "TEAMS_CLIENT_ID"),
        ("the-bot", URL, "TEAMS_CLIENT_ID"),
        (BOT, "http://bot.example.com", "--url"),
        (BOT, "bot.example.com", "--url"),
        (BOT, None, "--url"),
    ],
)
def test_what_makes_no_package_is_said(bot: str | None, url: str | None, fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        package(bot, url)
