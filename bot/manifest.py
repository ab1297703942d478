"""The Slack app's manifest, as ``manifest.yml`` has it for Socket Mode or turned to HTTP mode."""

from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from bot.chat.slack import DEPARTURES, REDIRECT_PATH
from bot.errors import ConfigError

EVENTS_PATH = "/slack/events"
"""Where the bot's own server takes commands, buttons and events from Slack."""


def manifest(url: str | None) -> str:
    """YAML that Slack makes an app from: for Socket Mode, or for HTTP mode at the bot's own address.

    Raises ``ConfigError`` when ``url`` is not the address of a web server.
    """
    text = _source()
    return text if url is None else yaml.safe_dump(_over_http(yaml.safe_load(text), url), sort_keys=False)


def _source() -> str:
    packed = resources.files("bot").joinpath("manifest.yml")  # put there when the wheel is built
    if packed.is_file():
        return packed.read_text(encoding="utf-8")
    return Path(__file__).parents[1].joinpath("manifest.yml").read_text(encoding="utf-8")


def _over_http(app: dict[str, Any], url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.netloc or parts.query or parts.fragment:
        raise ConfigError(
            [
                f"--url {url} is not an https address, and Slack calls no other. Give the bot's public one, https://…"
            ]
        )
    address = url.rstrip("/").removesuffix(EVENTS_PATH) + EVENTS_PATH
    for command in app["features"]["slash_commands"]:
        command["url"] = address
    settings = app["settings"]
    settings["event_subscriptions"] = {"request_url": address} | settings["event_subscriptions"]
    settings["interactivity"]["request_url"] = address
    settings["socket_mode_enabled"] = False
    # For installing into many workspaces (SLACK_CLIENT_ID), and of no effect where the bot has one token.
    app["oauth_config"]["redirect_urls"] = [address.removesuffix(EVENTS_PATH) + REDIRECT_PATH]
    settings["event_subscriptions"]["bot_events"] += DEPARTURES
    settings["org_deploy_enabled"] = True
    return app
