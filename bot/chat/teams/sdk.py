"""Microsoft's SDK, as far as we use it: who may call us, who we are, and an HTTP client that says so.

Importing it takes most of a second: only where Teams is configured.
"""

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import dotenv
import jwt

from bot.chat.teams.identity import Identity
from bot.settings import Settings


@contextmanager
def _without_env_files() -> Iterator[None]:
    """The SDK reads a ``.env`` into the environment when it is imported; ours is read in one place only."""
    load, dotenv.load_dotenv = dotenv.load_dotenv, _leave_alone
    try:
        yield
    finally:
        dotenv.load_dotenv = load


def _leave_alone(*_: object, **__: object) -> bool:
    return False


def _without_warnings() -> "warnings.catch_warnings[None]":
    """The SDK warns of parts of itself that are new or old, and that we do not touch."""
    return warnings.catch_warnings(action="ignore")


with _without_env_files(), _without_warnings():
    from microsoft_teams.api import InvokeResponse
    from microsoft_teams.api.auth.cloud_environment import PUBLIC, CloudEnvironment
    from microsoft_teams.apps import ActivityEvent
    from microsoft_teams.apps.auth.token_validator import TokenValidator
    from microsoft_teams.apps.http.adapter import HttpMethod, HttpRouteHandler
    from microsoft_teams.apps.http.http_server import HttpServer
    from microsoft_teams.common import Client, ClientOptions

Activity = dict[str, Any]
Answer = Callable[[Activity], Awaitable[Any]]
"""Takes an activity whose sender was proven; returns the body of the answer, or None."""
Token = Callable[[], Awaitable[str]]

__all__ = ["PUBLIC", "SERVICE", "Activity", "Answer", "Client", "CloudEnvironment", "Sdk", "open_sdk"]

SERVICE = "https://smba.trafficmanager.net/teams"
"""Where a conversation is begun of which no service address is known."""
logging.getLogger("microsoft_teams").setLevel(
    logging.ERROR
)  # it warns of what we do not use, or say ourselves
_CALL_WITHIN = 20.0
"""Seconds; the SDK's own client would wait for ever."""
_CHECKS_AT_ONCE = 2
_KEYS_KEPT = 24 * 3600.0
"""Seconds Microsoft's keys are believed without asking again, as its own older SDKs do; one that is not
among them is asked for at once."""
_KEYS_WITHIN = 5.0
"""Seconds; Teams waits 15 for the whole answer."""
_NOBODY = "unregistered"
"""Who we are where no registration is needed, because nobody checks it."""


class _NoServer:
    """The SDK's idea of a web server; ours calls it, not the other way round."""

    def register_route(self, _method: HttpMethod, _path: str, _handler: HttpRouteHandler) -> None:
        """Our own server has the route."""

    def serve_static(self, path: str, directory: str) -> None:
        """We have no pages of the SDK's."""

    async def start(self, _port: int) -> None:
        """Our own server runs already."""

    async def stop(self) -> None:
        """As ``start``."""


class _Proof:
    """Whether a request comes from Teams: the SDK's check of a token, in a thread of its own.

    The SDK fetches Microsoft's keys on the event loop and every five minutes, so that nobody is heard while
    they are out of reach; it takes an activity without a service address for proven, and a token without an
    end for one that has not ended. None of it is for us. Tokens of Agent 365, which prove no service address,
    are none of ours.
    """

    def __init__(self, app_id: str, cloud: CloudEnvironment) -> None:
        self._validator = TokenValidator.for_service(app_id, cloud=cloud)
        keys = jwt.PyJWKClient(self._validator.options.jwks_uri, lifespan=_KEYS_KEPT, timeout=_KEYS_WITHIN)
        self._validator._jwks_client = keys  # noqa: SLF001 -- there is no other way in
        self._threads = ThreadPoolExecutor(_CHECKS_AT_ONCE, thread_name_prefix="teams-proof")

    async def validate_token(self, raw_token: str, service_url: str | None = None) -> dict[str, Any]:
        if not service_url:
            raise jwt.InvalidTokenError("the activity names no service address")

        def check() -> dict[str, Any]:
            claims = asyncio.run(self._validator.validate_token(raw_token, service_url))
            if "exp" not in claims:
                raise jwt.MissingRequiredClaimError("exp")
            return claims

        return await asyncio.get_running_loop().run_in_executor(self._threads, check)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class Sdk:
    """One registered bot."""

    def __init__(self, server: HttpServer, proof: _Proof, who: Identity, app_id: str, token: Token) -> None:
        self._server = server
        self._proof = proof
        self._who = who
        self.app_id = app_id
        self.token = token
        """The bot's token, as every call sends it. Raises ``ChatError``."""
        self.http = Client(ClientOptions(timeout=_CALL_WITHIN, token=token))
        """Sends our token with each call."""
        self.handle: HttpRouteHandler = server.handle_request
        """Proves a request, gives its activity to whoever hears, and returns what to reply."""

    def hear(self, answer: Answer) -> None:
        """From now on, activities go there."""

        async def take(event: ActivityEvent) -> InvokeResponse[Any]:
            # Past the SDK's own reading of activities, which answers 500 to a kind that it does not know.
            known = {"id": event.body.id, "type": event.body.type}
            return InvokeResponse(status=200, body=await answer({**(event.body.model_extra or {}), **known}))

        self._server.on_request = take

    async def close(self) -> None:
        """Let go of connections and threads."""
        self._proof.close()
        self._who.close()
        await self.http.http.aclose()


def open_sdk(settings: Settings, cloud: CloudEnvironment = PUBLIC) -> Sdk:
    """The parts of the SDK for these settings. ``cloud``: whose keys and names are believed.

    Its ``App``, which would join them, takes settings of its own from the environment.
    """
    app_id, server = settings.teams_client_id or _NOBODY, HttpServer(_NoServer())
    proof = _Proof(app_id, cloud)
    open_door = settings.teams_unauthenticated
    server.initialize(cloud=cloud, dangerously_allow_unauthenticated_requests=open_door)
    server._token_validator = proof  # type: ignore[assignment] # noqa: SLF001 -- there is no other way in
    who = Identity(settings, login=cloud.login_endpoint, tenant=cloud.login_tenant, scope=cloud.bot_scope)
    return Sdk(server, proof, who, app_id, _local_token if open_door else who.token)


async def _local_token() -> str:
    """Only emulators get to see it, since nothing else is spoken to then."""
    return "local"
