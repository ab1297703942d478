"""The only reader of the environment: one frozen ``Settings``, and the list of what is wrong with it."""

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from platformdirs import user_data_path
from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot import provenance
from bot.errors import ConfigError


class SlackMode(StrEnum):
    """How Slack's events reach the bot."""

    SOCKET = "socket"
    HTTP = "http"


def _either(*names: str) -> Any:
    return Field(default=None, validation_alias=AliasChoices(*names))


class Settings(BaseSettings):
    """Every setting, as DESIGN section 3 names them. Real variables win over ``.env``."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True
    )

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"

    teams_client_id: str | None = None
    teams_client_secret: SecretStr | None = None
    teams_tenant_id: str | None = None
    teams_managed_identity: str | None = None
    teams_tenants: str = ""
    teams_service_url_override: str | None = None
    teams_unauthenticated: bool = False
    imagine_teams_images: Literal["link", "inline"] = "link"

    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    imagine_server_url: str | None = None
    imagine_server_key: SecretStr | None = None
    azure_openai_endpoint: str | None = _either("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_IMAGE_ENDPOINT")
    azure_openai_api_key: SecretStr | None = _either("AZURE_OPENAI_API_KEY", "AZURE_OPENAI_API_IMAGE_KEY")
    openai_api_version: str | None = _either("OPENAI_API_VERSION", "AZURE_OPENAI_API_VERSION")

    imagine_model: str | None = _either("IMAGINE_MODEL", "AZURE_OPENAI_API_IMAGE_MODEL")
    imagine_models: str = ""
    imagine_data_dir: Path = Field(default_factory=lambda: user_data_path("imagine-bot"))
    imagine_database_url: str | None = None
    imagine_blob_url: str | None = None
    imagine_images_per_minute: int | None = Field(default=None, ge=0)
    imagine_timeout: float = Field(default=300, gt=0)
    imagine_queue_depth: int = Field(default=1000, ge=1)
    imagine_retention_days: int = Field(default=90, ge=0)
    imagine_secret_key: SecretStr | None = None
    imagine_concurrency: int = Field(default=32, ge=1)
    imagine_per_user: int = Field(default=3, ge=1)
    imagine_previews: int = Field(default=1, ge=0, le=3)
    imagine_public_url: str | None = None
    imagine_c2pa_cert: str | None = None
    imagine_c2pa_key: SecretStr | None = None
    otel_exporter_otlp_endpoint: str | None = None
    otel_exporter_otlp_headers: SecretStr | None = None
    imagine_log: Literal["text", "json"] | None = None
    imagine_log_level: Literal["debug", "info", "warning", "error"] = "info"
    host: str = "0.0.0.0"  # noqa: S104 -- a container is reached from outside; DESIGN section 3
    port: int = Field(default=3000, ge=0, le=65535)

    @property
    def slack_mode(self) -> SlackMode:
        return SlackMode.SOCKET if self.slack_app_token else SlackMode.HTTP

    @property
    def slack_oauth(self) -> bool:
        """Whether workspaces install the app themselves, and each has a token of its own."""
        return self.slack_client_id is not None

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The operator's keys, newest first: the first one signs and encrypts, all of them are understood."""
        given = self.imagine_secret_key.get_secret_value() if self.imagine_secret_key else ""
        return tuple(key.strip() for key in given.split(",") if key.strip())

    @property
    def in_slack(self) -> bool:
        """Whether anything of Slack is set, or nothing of another platform."""
        tokens = self.slack_bot_token, self.slack_app_token, self.slack_signing_secret, self.slack_client_id
        half = self.teams_client_secret, self.teams_tenant_id, self.teams_managed_identity
        return any(tokens) or not (self.in_teams or any(half))

    @property
    def in_teams(self) -> bool:
        return bool(self.teams_client_id) or self.teams_unauthenticated

    @property
    def emulated(self) -> bool:
        """An emulator on this machine stands in for Teams."""
        return self.teams_unauthenticated or bool(self.teams_service_url_override)

    @property
    def tenants_heard(self) -> frozenset[str]:
        """Whose people are heard in Teams; none named: everybody whom Teams lets in."""
        return frozenset(one.strip().lower() for one in self.teams_tenants.split(",") if one.strip())

    @property
    def here_only(self) -> bool:
        """Nobody outside this machine reaches the bot's server."""
        return self.host in _LOOPBACK

    @property
    def public_url(self) -> str | None:
        """Where pictures are fetched; a Teams emulator fetches them on this machine."""
        if self.imagine_public_url or not (self.in_teams and self.here_only):
            return self.imagine_public_url
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def database_url(self) -> str:
        """A SQLAlchemy URL; Postgres by psycopg."""
        url = self.imagine_database_url or f"sqlite:///{self.imagine_data_dir.resolve() / 'imagine.sqlite3'}"
        for plain in ("postgresql://", "postgres://"):
            if url.startswith(plain):
                return "postgresql+psycopg://" + url.removeprefix(plain)
        return url

    @property
    def proxied(self) -> bool:
        """Whether the environment names a proxy: looking there costs aiohttp two threads for each call."""
        return bool(getproxies())

    @property
    def slack_direct(self) -> bool:
        """Whether ``NO_PROXY`` names Slack's host."""
        return bool(proxy_bypass(urlsplit(self.slack_api_url).hostname or ""))

    @property
    def blob_url(self) -> str:
        """Where pictures are kept, as obstore reads it."""
        return self.imagine_blob_url or (self.imagine_data_dir.resolve() / "pictures").as_uri()


def read(*, to_serve: bool = False, **overrides: Any) -> Settings:
    """Read the environment and ``.env``.

    Raises ``ConfigError`` with one line for each value that cannot be read; ``to_serve``: and one for all
    else that ``check`` would find.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        others = _other_faults(error, overrides) if to_serve else []
        raise ConfigError([_fault(one) for one in error.errors()] + others) from error


def environment(changes: Mapping[str, str]) -> dict[str, str]:
    """The environment for a bot of its own process: ours, with these changes; an empty value unsets one."""
    return {**os.environ, **changes}  # noqa: TID251 -- this file reads it


def _other_faults(error: ValidationError, overrides: dict[str, Any]) -> list[str]:
    """What else is wrong: the settings once more, with defaults where a value could not be read."""
    fields = {str(one["loc"][0]).lower() for one in error.errors() if one["loc"]} & set(Settings.model_fields)
    known = {name: Settings.model_fields[name].get_default(call_default_factory=True) for name in fields}
    try:
        return faults(Settings(**{**overrides, **known}))
    except ValidationError:
        return []


def _fault(one: Any) -> str:
    name = str(one["loc"][0]).upper() if one["loc"] else "?"
    return f"{name}: {one['msg']}. Set it to a value of that kind, or leave it out for the default."


def check(settings: Settings) -> None:
    """Refuse what ``serve`` cannot run with. Raises ``ConfigError`` with one line for each fault."""
    found = faults(settings)
    if found:
        raise ConfigError(found)


def faults(settings: Settings) -> list[str]:
    """One line for each thing that ``serve`` cannot run with."""
    slack = _slack_faults(settings) if settings.in_slack else []
    others = (_teams_faults, _service_faults, _url_faults, _c2pa_faults)
    return slack + [fault for find in others for fault in find(settings)]


def _slack_faults(settings: Settings) -> list[str]:
    if settings.slack_client_id or settings.slack_client_secret:
        return [*_oauth_faults(settings), *_hearing_faults(settings)]
    faults = []
    if settings.slack_bot_token is None:
        faults.append("SLACK_BOT_TOKEN is missing. Copy the bot token (xoxb-…) from your app's OAuth page.")
    elif not settings.slack_bot_token.get_secret_value().startswith("xoxb-"):
        faults.append("SLACK_BOT_TOKEN is not a bot token. It starts with xoxb-; see the app's OAuth page.")
    return [*faults, *_hearing_faults(settings)]


def _oauth_faults(settings: Settings) -> list[str]:
    faults = []
    if not settings.slack_client_id:
        faults.append("SLACK_CLIENT_ID is missing. Copy it from the app's Basic Information.")
    if settings.slack_client_secret is None:
        faults.append("SLACK_CLIENT_SECRET is missing. SLACK_CLIENT_ID needs the secret that goes with it.")
    if settings.slack_bot_token is not None:
        faults.append(
            "SLACK_BOT_TOKEN contradicts SLACK_CLIENT_ID: with that, each workspace has a token of its own."
            " Leave one of the two out."
        )
    if not settings.imagine_public_url:
        faults.append(
            "IMAGINE_PUBLIC_URL is missing. Slack sends people back there after they have installed the app."
        )
    elif not _is_safe(settings.imagine_public_url):
        faults.append(
            "IMAGINE_PUBLIC_URL is not an https address, and Slack sends people back to no other."
            " Give the public one."
        )
    return faults


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme != "http" or parts.hostname in ("localhost", "127.0.0.1", "::1")


def _hearing_faults(settings: Settings) -> list[str]:
    faults = []
    app_token = settings.slack_app_token
    if app_token and not app_token.get_secret_value().startswith("xapp-"):
        faults.append(
            "SLACK_APP_TOKEN is not an app-level token. It starts with xapp- and needs connections:write."
        )
    if app_token is None and settings.slack_signing_secret is None:
        faults.append(
            "SLACK_APP_TOKEN is missing. Set it for Socket Mode, or SLACK_SIGNING_SECRET for HTTP mode."
        )
    return faults


def _teams_faults(settings: Settings) -> list[str]:
    faults = []
    rest = (settings.teams_client_secret, settings.teams_tenant_id, settings.teams_managed_identity)
    if any(rest) and not settings.teams_client_id:
        faults.append("TEAMS_CLIENT_ID is missing. Copy the application (client) ID of the Azure Bot.")
    if settings.teams_client_secret and settings.teams_managed_identity:
        faults.append("TEAMS_MANAGED_IDENTITY and TEAMS_CLIENT_SECRET are both set. Take one of them out.")
    if settings.teams_unauthenticated and settings.teams_client_secret:
        faults.append(
            "TEAMS_UNAUTHENTICATED believes anybody, and TEAMS_CLIENT_SECRET is a real bot's. Take the first"
            " one out, or for an emulator the second."
        )
    if settings.teams_unauthenticated and not settings.here_only:
        faults.append(
            "TEAMS_UNAUTHENTICATED lets anybody who reaches the bot speak for anyone. It is for emulators on"
            " this machine: set HOST to 127.0.0.1, or take it out."
        )
    if settings.teams_service_url_override and not settings.here_only:
        faults.append(
            "TEAMS_SERVICE_URL_OVERRIDE sends the bot's answers to another address than Teams. It is for"
            " emulators on this machine: set HOST to 127.0.0.1, or take it out."
        )
    if settings.in_teams and settings.imagine_teams_images == "link" and not settings.public_url:
        faults.append(
            "IMAGINE_PUBLIC_URL is missing. Teams fetches pictures from the bot's own server: set its https"
            " address, or IMAGINE_TEAMS_IMAGES=inline for smaller pictures without it."
        )
    return faults


def _service_faults(settings: Settings) -> list[str]:
    faults = []
    openai, server = settings.openai_api_key, settings.imagine_server_url
    azure = settings.azure_openai_endpoint
    if not (openai or server or azure):
        faults.append(
            "OPENAI_API_KEY is missing. Set it, or AZURE_OPENAI_ENDPOINT, or IMAGINE_SERVER_URL:"
            " one of them has to paint."
        )
    if settings.azure_openai_api_key and not azure:
        faults.append("AZURE_OPENAI_ENDPOINT is missing. AZURE_OPENAI_API_KEY needs the resource's address.")
    if settings.openai_base_url and not openai:
        faults.append("OPENAI_API_KEY is missing. OPENAI_BASE_URL needs the key that goes with it.")
    if settings.imagine_server_key and not server:
        faults.append("IMAGINE_SERVER_URL is missing. IMAGINE_SERVER_KEY needs the server's address.")
    if azure and not settings.imagine_model and "=" not in settings.imagine_models and not openai:
        faults.append(
            "IMAGINE_MODEL is missing. On Azure it names your deployment"
            " (and IMAGINE_MODELS=deployment=model says what it is)."
        )
    return faults


def _c2pa_faults(settings: Settings) -> list[str]:
    cert, key = settings.imagine_c2pa_cert, settings.imagine_c2pa_key
    if cert is None and key is None:
        return []
    if cert is None or key is None:
        missing = "IMAGINE_C2PA_CERT" if cert is None else "IMAGINE_C2PA_KEY"
        return [f"{missing} is missing. Derived pictures are signed with a certificate and its key."]
    try:
        provenance.read_credentials(cert, key.get_secret_value())
    except ConfigError as error:
        return error.faults
    return []


_WEB = ("http", "https")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _url_faults(settings: Settings) -> list[str]:
    urls = {
        "SLACK_API_URL": (settings.slack_api_url, _WEB),
        "TEAMS_SERVICE_URL_OVERRIDE": (settings.teams_service_url_override, _WEB),
        "OPENAI_BASE_URL": (settings.openai_base_url, _WEB),
        "IMAGINE_SERVER_URL": (settings.imagine_server_url, _WEB),
        "AZURE_OPENAI_ENDPOINT": (settings.azure_openai_endpoint, _WEB),
        "IMAGINE_PUBLIC_URL": (settings.imagine_public_url, _WEB),
        "OTEL_EXPORTER_OTLP_ENDPOINT": (settings.otel_exporter_otlp_endpoint, _WEB),
        "IMAGINE_DATABASE_URL": (settings.imagine_database_url, ("sqlite", "postgresql", "postgres")),
        "IMAGINE_BLOB_URL": (settings.imagine_blob_url, ("file", "s3", "az", "gs")),
    }
    return [
        f"{name} does not start with {'://, '.join(schemes)}://. Write the whole address."
        for name, (url, schemes) in urls.items()
        if url and urlsplit(url).scheme not in schemes
    ]
