"""Who the bot is to Microsoft: the token that its calls carry, by secret, managed identity or both.

The SDK would get it too, but on the event loop the first time, without an end when Microsoft hangs, past
``SSL_CERT_FILE``, and with whatever ``CLIENT_SECRET`` or ``TENANT_ID`` the environment has for others.
"""

import asyncio
import re
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any

import msal
import requests

from bot.aside import aside
from bot.errors import ChatError
from bot.settings import Settings

_WITHIN = 8
"""Seconds for each of the two or three requests that a token takes."""
LOGIN = "login"
"""What a ``ChatError`` names where Microsoft was not even asked; a refusal is one of ``token``."""
_SYSTEM = "system"
_EXCHANGE = "api://AzureADTokenExchange"
"""What a managed identity's token is for, where the registration trusts it in place of a secret."""
_NUMBER = re.compile(r"AADSTS\d+")
"""Microsoft's number for a refusal: https://learn.microsoft.com/entra/identity-platform/reference-error-codes"""

Answer = dict[str, Any]
Ask = Callable[[], Answer]


class Identity:
    """The registration's own token. MSAL keeps it for its hour, so asking again costs nothing."""

    def __init__(self, settings: Settings, *, login: str, tenant: str, scope: str) -> None:
        """``login``: Microsoft's login service; ``tenant``: who vouches where the settings name nobody."""
        self._settings = settings
        self._authority = f"{login}/{settings.teams_tenant_id or tenant}"
        self._scope = scope
        self._session = _Session()
        self._ask: Ask | None = None
        self._asking: asyncio.Future[str | ChatError] | None = None

    async def token(self) -> str:
        """The token now. Everybody who asks meanwhile waits for one answer. Raises ``ChatError``."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.ensure_future(aside(self._asked))  # awaited by each who asks
        answer = await asyncio.shield(self._asking)
        if isinstance(answer, ChatError):
            raise answer
        return answer

    def close(self) -> None:
        """Let go of connections."""
        self._session.close()

    def _asked(self) -> str | ChatError:
        """One at a time, in a thread: MSAL looks around at its first use, and waits for its answers."""
        try:
            self._ask = self._ask or self._way()
            answer = self._ask()
        except (OSError, msal.exceptions.MsalError) as error:
            return ChatError(LOGIN, type(error).__name__)
        except ValueError as error:  # as MSAL says that there is no such tenant
            return ChatError("token", type(error).__name__)
        if "access_token" in answer:
            return str(answer["access_token"])
        number = _NUMBER.search(str(answer.get("error_description", "")))
        return ChatError("token", number[0] if number else str(answer.get("error", "refused")))

    def _way(self) -> Ask:
        """A secret; or the managed identity that the registration is; or one that the registration trusts."""
        app_id, managed = self._settings.teams_client_id, self._settings.teams_managed_identity
        if secret := self._settings.teams_client_secret:
            return self._registered(secret.get_secret_value())
        if managed in (None, "", app_id):
            return partial(self._managed(app_id).acquire_token_for_client, resource=self._resource)
        trusted = self._managed(None if managed == _SYSTEM else managed)
        return self._registered({"client_assertion": partial(_assertion, trusted)})

    @property
    def _resource(self) -> str:
        return self._scope.removesuffix("/.default")

    def _registered(self, credential: object) -> Ask:
        client = msal.ConfidentialClientApplication(
            self._settings.teams_client_id,
            client_credential=credential,
            authority=self._authority,
            instance_discovery=False,  # it is Microsoft's own; nobody else has to say so
            http_client=self._session,
        )
        return partial(client.acquire_token_for_client, [self._scope])

    def _managed(self, client_id: str | None) -> Any:
        """``client_id`` None: the machine's own."""
        which = msal.UserAssignedManagedIdentity(client_id=client_id) if client_id else None
        return msal.ManagedIdentityClient(
            which or msal.SystemAssignedManagedIdentity(), http_client=self._session
        )


def _assertion(trusted: Any) -> str:
    """Raises ``ValueError`` when the machine has no such identity."""
    answer: Answer = trusted.acquire_token_for_client(resource=_EXCHANGE)
    if "access_token" not in answer:
        raise ValueError(answer.get("error"))
    return str(answer["access_token"])


class _Session(requests.Session):
    """As every other client of ours: with an end, and with the certificates that the environment names."""

    def request(self, *args: Any, **more: Any) -> requests.Response:
        usual = {"timeout": _WITHIN, "verify": ssl.get_default_verify_paths().cafile}
        return super().request(*args, **{**usual, **more})
