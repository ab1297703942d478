"""``imagine-bot check``: prove a configuration against the live services, without a paid call, as a table."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from bot import pixels, provenance, samples
from bot import settings as settings_
from bot.aside import aside
from bot.chat import Chat, Showing, Upload
from bot.chat.slack import INSTALL_PATH
from bot.chat.slack import proof as slack_proof
from bot.chat.slack.connection import Slack, open_slack
from bot.errors import ChatError, ConfigError, FileRefused, ImageServiceError
from bot.jobs import proof as jobs_proof
from bot.posting import Patience, when_ready
from bot.providers import ImageModel, Menu, Offer, catalogue
from bot.providers.openai import connect
from bot.settings import Settings, SlackMode
from bot.types import FileId, MessageRef, Place, PlaceKind, Platform, Post, Role, Sample

_PATIENCE = 60.0
"""Seconds one proof may take."""
_PATIENCE_FOR_SAMPLE = 120.0
"""Seconds; a file may need a while until it can be shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One row of the table."""

    name: str
    ok: bool
    said: str
    """What the service said, or the cure."""


async def check(settings: Settings, post: str | None) -> int:
    """Print the table; 0 when all is in order, else 1. Raises ``ConfigError`` where nothing can be tried.

    ``post``: a channel in which sample pictures ask whether they are seen.
    """
    found = await findings(settings, post)
    print(table(found))  # noqa: T201 -- a command line prints
    return 0 if all(finding.ok for finding in found) else 1


async def findings(settings: Settings, post: str | None) -> list[Finding]:
    """Every row of the table; see ``check``."""
    settings_.check(settings)
    menu = catalogue.menu(settings)
    return [
        *(await _slack(settings, post) if settings.in_slack else []),
        *(await _teams(settings) if settings.in_teams else []),
        *await _painters(settings, menu),
        await _found("database", partial(jobs_proof.database, settings.database_url)),
        await _found("pictures", partial(jobs_proof.blobs, settings.blob_url)),
        *await _credentials(settings),
    ]


def table(findings: list[Finding]) -> str:
    """A line for each, in columns."""
    width = max(len(finding.name) for finding in findings)
    return "\n".join(f"{one.name:<{width}}  {'ok' if one.ok else 'FAIL':<4}  {one.said}" for one in findings)


async def _found(name: str, prove: Callable[[], Awaitable[str]], patience: float = _PATIENCE) -> Finding:
    """What a proof said, or why it failed."""
    try:
        async with asyncio.timeout(patience):
            return Finding(name=name, ok=True, said=await prove())
    except ConfigError as error:
        said = " ".join(error.faults)
    except ImageServiceError as error:
        said = error.detail
    except ChatError as error:
        said = f"Slack's answer to {error.call} was {error.code}. {_cure(error.code)}"
    except TimeoutError:
        said = f"No answer within {patience:.0f} s. Check the address, the network and the proxy."
    return Finding(name=name, ok=False, said=said)


_CURES = {
    "missing_scope": "Compare the app with manifest.yml, then install it again.",
    "not_in_channel": "Invite the bot there first.",
    "channel_not_found": "Give a channel's id (C…); invite the bot first if the channel is private.",
    "is_archived": "Choose a channel that is not archived.",
    "invalid_blocks": "This workspace does not show uploaded files that way; another way may work.",
    "not_allowed_token_type": "SLACK_APP_TOKEN has to be the app-level token (xapp-…).",
    "bad_client_secret": "Copy SLACK_CLIENT_SECRET again from the app's Basic Information.",
    "invalid_client_id": "Copy SLACK_CLIENT_ID again from the app's Basic Information.",
    "invalid_auth": "Copy the token again from the app's settings.",
}


def _cure(code: str) -> str:
    return _CURES.get(code, "Look it up at https://docs.slack.dev/reference/methods")


# -- Slack


async def _slack(settings: Settings, channel: str | None) -> list[Finding]:
    if settings.slack_oauth:
        return await _app(settings, channel)
    async with AsyncExitStack() as stack:
        opened: list[Slack] = []

        async def enter() -> str:
            opened.append(await stack.enter_async_context(open_slack(settings, _unheard, _now)))
            return await slack_proof.identity(opened[0])

        token = await _found("slack token", enter)
        if not token.ok:
            return [token]
        found = [
            token,
            await _found("slack scopes", partial(_scopes, opened[0])),
            await _hearing(settings, opened[0]),
        ]
        return found + (await _samples(opened[0], channel) if channel else [])


async def _app(settings: Settings, channel: str | None) -> list[Finding]:
    """An app that is installed into many workspaces: it has no token that could be tried."""

    async def prove() -> str:
        await slack_proof.client_secret(settings)
        return f"Slack knows the app; workspaces install it at {settings.imagine_public_url}{INSTALL_PATH}"

    found = [await _found("slack app", prove)]
    if channel:
        said = "With SLACK_CLIENT_ID there is no one workspace to post in. Leave --post out."
        found.append(Finding(name="sample", ok=False, said=said))
    return found


def _unheard(_: ChatError) -> None:
    """Failed calls are counted for a running bot's metrics; here the table tells them."""


def _now() -> datetime:
    return datetime.now(UTC)


async def _scopes(slack: Slack) -> str:
    missing, optional = await slack_proof.missing_scopes(slack)
    if missing:
        names = ", ".join(missing)
        raise ConfigError(
            [f"SLACK_BOT_TOKEN lacks {names}. Add them on the OAuth page, then install the app again."]
        )
    return _without(optional) if optional else "all that manifest.yml names"


_OPTIONAL = {"reactions:read": "reactions under a result do nothing"}


def _without(scopes: list[str]) -> str:
    """What does not work for want of optional scopes."""
    lost = "; ".join(f"without {scope}, {_OPTIONAL[scope]}" for scope in scopes)
    return f"all that are needed; {lost}"


async def _hearing(settings: Settings, slack: Slack) -> Finding:
    if settings.slack_mode is SlackMode.SOCKET and settings.slack_app_token:
        return await _found(
            "slack socket", partial(_socket, slack, settings.slack_app_token.get_secret_value())
        )
    said = "SLACK_SIGNING_SECRET is set; only Slack's own first request can prove it"
    return Finding(name="slack signing", ok=True, said=said)


async def _socket(slack: Slack, token: str) -> str:
    try:
        await slack_proof.open_socket(slack, token)
    except ChatError as error:
        fault = (
            f"SLACK_APP_TOKEN: Slack opened no socket ({error.code}). It starts with xapp- and needs"
            " connections:write, and Socket Mode must be on in the app's settings."
        )
        raise ConfigError([fault]) from error
    return "Slack offers a socket"


# -- Teams


async def _teams(settings: Settings) -> list[Finding]:
    from bot.chat.teams import proof  # its SDK is an extra

    if settings.teams_unauthenticated:
        said = "TEAMS_UNAUTHENTICATED is set: requests are believed, and only an emulator is spoken to"
        return [Finding(name="teams", ok=True, said=said)]
    found = [
        await _found("teams token", partial(proof.token, settings)),
        await _found("teams keys", proof.keys),
    ]
    if settings.imagine_public_url:
        found.append(await _found("teams address", partial(proof.address, settings.imagine_public_url)))
    return found


# -- image services


async def _painters(settings: Settings, menu: Menu) -> list[Finding]:
    models = connect(settings)
    try:
        found = [
            await _painter(models[offer.service], offer) for offer in menu.offers if offer.service in models
        ]
    finally:
        for model in models.values():
            await model.close()
    warnings = catalogue.warnings(menu, _now().date())
    return found + [Finding(name="note", ok=True, said=warning) for warning in warnings]


async def _painter(model: ImageModel, offer: Offer) -> Finding:
    return await _found(f"{offer.service.value} {offer.name}", partial(model.check, offer))


# -- content credentials


async def _credentials(settings: Settings) -> list[Finding]:
    cert, key = settings.imagine_c2pa_cert, settings.imagine_c2pa_key
    if cert is None or key is None:
        return []
    credentials = provenance.read_credentials(cert, key.get_secret_value())
    return [
        await _found(
            "content credentials",
            partial(aside, provenance.prove, credentials, pixels.sample_png("Signed")),
        )
    ]


# -- sample pictures


async def _samples(slack: Slack, channel: str) -> list[Finding]:
    place = Place(platform=Platform.SLACK, workspace=slack.team, channel=channel, kind=PlaceKind.CHANNEL)
    return [
        await _found(f"sample {way.value}", partial(_sample, slack.chat, place, way), _PATIENCE_FOR_SAMPLE)
        for way in Showing
    ]


async def _sample(chat: Chat, place: Place, way: Showing) -> str:
    data = await aside(pixels.sample_png, f"Test picture: {way.value}")
    upload = Upload(name=f"imagine-test-{way.value}.png", data=data, alt="Test picture, painted by no model")
    match way:
        case Showing.POST:
            [file] = await chat.upload([upload], place.workspace)
            await when_ready(partial(chat.post, _post(way, place, file), place), Patience())
        case Showing.UPDATE:
            message = await chat.post(_post(way, place), place)
            [file] = await chat.upload([upload], place.workspace)
            await _put_in(chat, message, _post(way, place, file), place.workspace)
        case Showing.SHARE:
            message = await chat.post(_post(way, place), place)
            await chat.share([upload], message, place.workspace)
    return "posted; press its button there while the bot runs, and the answer is kept"


async def _put_in(chat: Chat, message: MessageRef, post: Post, workspace: str) -> None:
    try:
        await when_ready(partial(chat.update, message, post), Patience())
    except FileRefused:
        await chat.delete(message, workspace)  # its question would be about a picture that never came
        raise


def _post(way: Showing, place: Place, file: FileId | None = None) -> Post:
    job = samples.job(way, place, _now())
    return Post(job=job, role=Role.RESULT, face=Sample(way=way.value, file=file))
