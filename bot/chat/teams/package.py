"""The app package that an administrator uploads to Teams: manifest, words in each language, two icons."""

import io
import json
import re
import zipfile
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

from PIL import Image, ImageDraw

from bot import __version__
from bot.chat.teams import EDIT, MAKE
from bot.errors import ConfigError
from bot.text import LANGUAGES, phrases

Json = dict[str, Any]

_VERSION = "1.29"
_SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{_VERSION}"
_SCOPES = ["personal", "team", "groupChat"]
COMMANDS = ("imagine", "status", "help")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_RSC = ("ChannelMessage.Read.Group", "ChatMessage.Read.Chat")
"""With them a reply need not name the bot: Teams then sends it all that is said where it is installed."""

_NIGHT, _SUN, _NEAR, _FAR = "#2d2a4a", "#ecb22e", "#2eb67d", "#1f7a5a"
_COLOR_SIDE, _OUTLINE_SIDE, _FINER = 192, 32, 8


def package(bot_id: str | None, url: str | None, *, all_messages: bool = False) -> bytes:
    """The zip file. ``all_messages``: owners are asked to let the bot read what does not name it.

    Raises ``ConfigError`` when the bot's id or its public address is not one.
    """
    faults = []
    if not _GUID.fullmatch(bot_id or ""):
        faults.append("TEAMS_CLIENT_ID is not an application (client) ID. Copy it from the Azure Bot.")
    host = urlsplit(url or "")
    if host.scheme != "https" or not host.netloc or host.query or host.fragment:
        faults.append("--url is not an https address. Give the bot's public one, https://…")
    if faults or not bot_id or not url:
        raise ConfigError(faults)
    files = {
        "manifest.json": _written(manifest(bot_id, url, all_messages=all_messages)),
        **{f"{language}.json": _written(words(language)) for language in LANGUAGES[1:]},
        "color.png": color_icon(),
        "outline.png": outline_icon(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(zipfile.ZipInfo(name), data)  # no times: the same settings make the same file
    return out.getvalue()


def manifest(bot_id: str, url: str, *, all_messages: bool = False) -> Json:
    """Schema: github.com/OfficeDev/microsoft-teams-app-schema."""
    say, address = phrases(LANGUAGES[0]), url.rstrip("/")
    made: Json = {
        "$schema": f"{_SCHEMA}/MicrosoftTeams.schema.json",
        "manifestVersion": _VERSION,
        "version": __version__,
        "id": str(uuid5(NAMESPACE_URL, f"imagine-bot:{UUID(bot_id)}")),
        "localizationInfo": {
            "defaultLanguageTag": LANGUAGES[0],
            "additionalLanguages": [{"languageTag": one, "file": f"{one}.json"} for one in LANGUAGES[1:]],
        },
        "developer": {
            "name": say["teams_app.developer"],
            "websiteUrl": address,
            "privacyUrl": address,
            "termsOfUseUrl": address,
        },
        "name": {"short": say["teams_app.name"], "full": say["teams_app.full_name"]},
        "description": {"short": say["teams_app.short"], "full": say["teams_app.full"]},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": _NIGHT,
        "bots": [_bot(bot_id, say)],
        "composeExtensions": [_extension(bot_id, say)],
        "validDomains": [urlsplit(url).netloc],
    }
    if all_messages:
        rights = [{"name": name, "type": "Application"} for name in _RSC]
        made["authorization"] = {"permissions": {"resourceSpecific": rights}}
    return made


def _bot(bot_id: str, say: dict[str, str]) -> Json:
    commands = [
        {"title": name, "description": say[f"teams_app.{name}_command"], "type": "basic"} for name in COMMANDS
    ]
    return {
        "botId": bot_id,
        "scopes": _SCOPES,
        "supportsFiles": True,
        "supportsTargetedMessages": True,
        "commandLists": [{"scopes": _SCOPES, "triggers": ["mention", "slash"], "commands": commands}],
    }


def _extension(bot_id: str, say: dict[str, str]) -> Json:
    contexts = {MAKE: ["compose", "commandBox"], EDIT: ["message"]}
    commands = [
        {
            "id": name,
            "type": "action",
            "context": context,
            "title": say[f"teams_app.{name}_title"],
            "description": say[f"teams_app.{name}_description"],
            "fetchTask": True,
        }
        for name, context in contexts.items()
    ]
    return {"botId": bot_id, "commands": commands}


def words(language: str) -> Json:
    """What the manifest says, in another language."""
    say = phrases(language)
    made: Json = {
        "$schema": f"{_SCHEMA}/MicrosoftTeams.Localization.schema.json",
        "name.short": say["teams_app.name"],
        "name.full": say["teams_app.full_name"],
        "description.short": say["teams_app.short"],
        "description.full": say["teams_app.full"],
    }
    for number, name in enumerate(COMMANDS):
        made[f"bots[0].commandLists[0].commands[{number}].description"] = say[f"teams_app.{name}_command"]
    for number, name in enumerate((MAKE, EDIT)):
        at = f"composeExtensions[0].commands[{number}]"
        made[f"{at}.title"] = say[f"teams_app.{name}_title"]
        made[f"{at}.description"] = say[f"teams_app.{name}_description"]
    return made


def _written(table: Json) -> bytes:
    return (json.dumps(table, ensure_ascii=False, indent=2) + "\n").encode()


# -- icons


def color_icon() -> bytes:
    """Hills under a sun at night; drawn larger and made small, for smooth edges."""
    side = _COLOR_SIDE * _FINER // 2
    image = Image.new("RGB", (side, side), _NIGHT)
    draw = ImageDraw.Draw(image)
    draw.ellipse(_box(side, 0.30, 0.25, 0.50, 0.45), fill=_SUN)
    draw.polygon(_points(side, (0.46, 0.76), (0.64, 0.42), (0.84, 0.76)), fill=_FAR)
    draw.polygon(_points(side, (0.16, 0.76), (0.40, 0.48), (0.66, 0.76)), fill=_NEAR)
    return _png(image.resize((_COLOR_SIDE, _COLOR_SIDE), Image.Resampling.LANCZOS))


def outline_icon() -> bytes:
    """The same in white lines on nothing, as Teams wants its second icon."""
    side = _OUTLINE_SIDE * _FINER
    ink = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(ink)
    line = 2 * _FINER
    draw.rounded_rectangle(_box(side, 0.06, 0.12, 0.94, 0.88), radius=4 * _FINER, outline=255, width=line)
    draw.ellipse(_box(side, 0.22, 0.26, 0.42, 0.46), outline=255, width=line)
    hills = _points(side, (0.16, 0.74), (0.40, 0.54), (0.52, 0.64), (0.66, 0.44), (0.84, 0.74))
    draw.line(hills, fill=255, width=line, joint="curve")
    image = Image.new("RGBA", (_OUTLINE_SIDE, _OUTLINE_SIDE), "white")
    image.putalpha(ink.resize((_OUTLINE_SIDE, _OUTLINE_SIDE), Image.Resampling.LANCZOS))
    return _png(image)


def _box(
    side: int, left: float, top: float, right: float, bottom: float
) -> tuple[float, float, float, float]:
    return left * side, top * side, right * side, bottom * side


def _points(side: int, *shares: tuple[float, float]) -> list[tuple[float, float]]:
    return [(x * side, y * side) for x, y in shares]


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
