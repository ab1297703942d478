"""Tokens of Entra ID for Azure OpenAI; azure-identity is imported only where they are used."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.errors import ConfigError, Fault, ImageServiceError
from bot.providers import Service, faults

TokenSource = Callable[[], Awaitable[str]]
"""Gives a token that is good now; caches by itself."""

SCOPE = "https://ai.azure.com/.default"
SCOPE_OF_DEPLOYMENTS = "https://cognitiveservices.azure.com/.default"
_MISSING = (
    "AZURE_OPENAI_API_KEY is missing, and so is azure-identity for Entra ID."
    " Set the key, or install imagine-bot[azure]."
)


class Entra:
    """Whoever this process is to Azure (DefaultAzureCredential)."""

    def __init__(self, scope: str) -> None:
        try:
            from azure.core import exceptions
            from azure.identity.aio import DefaultAzureCredential, get_bearer_token_provider
        except ImportError as error:
            raise ConfigError([_MISSING]) from error
        self._errors = exceptions
        self._credential = DefaultAzureCredential()
        self._token = get_bearer_token_provider(self._credential, scope)

    async def __call__(self) -> str:
        """A token. Raises ``ImageServiceError``; nothing has been sent to the image service then."""
        try:
            return await self._token()
        except self._errors.ClientAuthenticationError as error:
            raise _refused(error) from error
        except self._errors.AzureError as error:
            raise faults.plain(Fault.UNREACHED, Service.AZURE.value, "Entra ID was not reached") from error

    async def close(self) -> None:
        """Close the credential and its connections."""
        await self._credential.close()


def _refused(error: Exception) -> ImageServiceError:
    body = {"error": {"code": type(error).__name__}}
    refused = faults.fault_of(faults.Reply(status=401, body=body), Service.AZURE.value, now=datetime.now(UTC))
    refused.detail = (
        "Entra ID gave no token: sign in (az login), or give this machine's identity the role"
        " Cognitive Services OpenAI User, or set AZURE_OPENAI_API_KEY."
    )
    return refused
