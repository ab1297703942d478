"""What Microsoft says about our registration, for ``imagine-bot check``; nothing is posted."""

import aiohttp

from bot.chat.teams import ENDPOINT
from bot.chat.teams.identity import LOGIN
from bot.chat.teams.sdk import PUBLIC, CloudEnvironment, open_sdk
from bot.errors import ChatError, ConfigError
from bot.settings import Settings

_WITHIN = aiohttp.ClientTimeout(total=20)
_KEYS = "/keys"


async def token(settings: Settings, cloud: CloudEnvironment = PUBLIC) -> str:
    """Microsoft gives the bot a token. Raises ``ConfigError``."""
    sdk = open_sdk(settings, cloud)
    try:
        await sdk.token()
    except ChatError as error:
        raise ConfigError([_no_token(error, with_secret=bool(settings.teams_client_secret))]) from error
    finally:
        await sdk.close()
    return "Microsoft knows the bot"


def _no_token(error: ChatError, *, with_secret: bool) -> str:
    if error.call == LOGIN:
        service = (
            "login.microsoftonline.com" if with_secret else "the managed identity service of this machine"
        )
        return f"{service} did not answer as it should ({error.code}). Open the network to it."
    secret = "TEAMS_CLIENT_SECRET" if with_secret else "TEAMS_MANAGED_IDENTITY"
    return (
        f"TEAMS_CLIENT_ID: Microsoft gives no token with it ({error.code}). Compare it, {secret} and"
        " TEAMS_TENANT_ID with the Azure Bot's configuration."
    )


async def keys(cloud: CloudEnvironment = PUBLIC) -> str:
    """The keys that requests are checked with can be had. Raises ``ConfigError``."""
    url = cloud.openid_metadata_url.rpartition("/")[0] + _KEYS
    try:
        async with (
            aiohttp.ClientSession(timeout=_WITHIN, trust_env=True) as session,
            session.get(url) as answer,
        ):
            answer.raise_for_status()
            found = await answer.json()
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        fault = f"{url} cannot be read ({type(error).__name__}): no request from Teams could be proven."
        raise ConfigError([fault + " Open the network to it."]) from error
    return f"{len(found.get('keys', ()))} keys to check requests with"


async def address(public_url: str) -> str:
    """The bot hears at its public address, and refuses who is not Teams. Raises ``ConfigError``."""
    url = public_url.rstrip("/") + ENDPOINT
    try:
        async with (
            aiohttp.ClientSession(timeout=_WITHIN, trust_env=True) as session,
            session.post(url, json={"type": "message"}) as answer,
        ):
            status = answer.status
    except (aiohttp.ClientError, TimeoutError) as error:
        fault = f"IMAGINE_PUBLIC_URL: {url} cannot be reached ({type(error).__name__})."
        raise ConfigError([fault + " Start the bot and open the way to it."]) from error
    if status != 401:
        fault = f"IMAGINE_PUBLIC_URL: {url} answers {status}, not as this bot does."
        raise ConfigError([fault + " Start the bot and lead the address to it."])
    return f"the bot hears at {url}; this is the Azure Bot's messaging endpoint"
