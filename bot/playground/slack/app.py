"""The app as Slack has it: what its manifest asks for, and its secrets."""

import secrets
from dataclasses import dataclass, field
from typing import Any

import yaml

from bot.manifest import manifest


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut:
    """An entry of the shortcuts menu, or of a message's menu."""

    callback_id: str
    name: str
    of_message: bool


@dataclass(kw_only=True, slots=True)
class App:
    """One app, whoever installs it."""

    scopes: frozenset[str]
    """Everything it asks for, the optional ones too."""
    events: frozenset[str]
    commands: tuple[str, ...]
    shortcuts: tuple[Shortcut, ...]
    has_home: bool
    rotates_tokens: bool = False
    redirect_urls: tuple[str, ...] = ()
    """Where a browser may be sent with a code: addresses that begin like one of these."""
    id: str = "A0PLAYGRND"
    app_token: str = "xapp-playground-app"  # noqa: S105 -- made up, good for this stand-in only
    client_id: str = "1790000000.1790000001"
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))


def from_manifest(text: str | None = None) -> App:
    """The app that Slack makes of a manifest; without one, of the bot's own."""
    body: dict[str, Any] = yaml.safe_load(text or manifest(None))
    features, scopes = body["features"], body["oauth_config"]["scopes"]
    subscriptions = body["settings"].get("event_subscriptions", {})
    return App(
        scopes=frozenset(scopes["bot"]),
        events=frozenset(subscriptions.get("bot_events", ())),
        commands=tuple(one["command"] for one in features.get("slash_commands", ())),
        shortcuts=tuple(
            Shortcut(callback_id=one["callback_id"], name=one["name"], of_message=one["type"] == "message")
            for one in features.get("shortcuts", ())
        ),
        rotates_tokens=body["settings"].get("token_rotation_enabled", False),
        redirect_urls=tuple(body["oauth_config"].get("redirect_urls", ())) or ("http://127.0.0.1",),
        has_home=features.get("app_home", {}).get("home_tab_enabled", False),
    )
