"""How each kind of image service is reached: addresses, keys, tokens and the SDK's clients."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit, urlunsplit

import openai

from bot.providers import Service
from bot.providers.entra import SCOPE, SCOPE_OF_DEPLOYMENTS, Entra, TokenSource
from bot.providers.wire import AiohttpTransport
from bot.settings import Settings

OPENAI_URL = "https://api.openai.com/v1"
CONNECT_SECONDS = 10.0
_NO_KEY = "none"  # the SDK insists on one; servers without keys ignore it


@dataclass(kw_only=True)
class Reach:
    """One service's address, and the client for each of its models."""

    service: Service
    base: str
    key: str
    client: Callable[[str], openai.AsyncOpenAI]
    names_model: bool = True
    """Whether the body names the model; on Azure's deployments route the address does."""
    closers: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    async def close(self) -> None:
        """Let go of connections and credentials."""
        for closer in self.closers:
            await closer()


def reaches(settings: Settings, token: TokenSource | None = None) -> list[Reach]:
    """Every configured service; ``token`` stands in for Entra ID. Raises ``ConfigError``."""
    found = []
    if settings.openai_api_key:
        base = settings.openai_base_url or OPENAI_URL
        found.append(_plain(Service.OPENAI, base, settings.openai_api_key.get_secret_value(), settings))
    if settings.azure_openai_endpoint:
        found.append(_azure(settings, settings.azure_openai_endpoint, token))
    if settings.imagine_server_url:
        secret = settings.imagine_server_key
        key = secret.get_secret_value() if secret else ""
        found.append(_plain(Service.SERVER, server_base(settings.imagine_server_url), key, settings))
    return found


def server_base(url: str) -> str:
    """A server's address with the /v1 that people leave out."""
    return url.rstrip("/") + "/v1" if urlsplit(url).path in ("", "/") else url


def azure_root(url: str) -> str:
    """The resource's address, whichever of the portal's longer addresses was pasted."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.partition("/openai")[0].rstrip("/"), "", ""))


_TIMEOUT = openai.Timeout(None, connect=CONNECT_SECONDS)
"""Only connecting has a limit here: the whole call has its own, IMAGINE_TIMEOUT."""


def _pool(settings: Settings) -> openai.DefaultAsyncHttpxClient:
    """Connections, for one client or many."""
    return openai.DefaultAsyncHttpxClient(
        timeout=_TIMEOUT, transport=AiohttpTransport(proxied=settings.proxied)
    )


def _plain(service: Service, base: str, key: str, settings: Settings) -> Reach:
    client = openai.AsyncOpenAI(
        base_url=base,
        api_key=key or _NO_KEY,
        max_retries=0,
        timeout=_TIMEOUT,
        http_client=_pool(settings),
    )
    return Reach(service=service, base=_slash(base), key=key, client=lambda _: client, closers=[client.close])


def _slash(base: str) -> str:
    """So that a relative address in an answer is read from within it."""
    return base if base.endswith("/") else base + "/"


def _azure(settings: Settings, endpoint: str, token: TokenSource | None) -> Reach:
    root, closers = azure_root(endpoint), list[Callable[[], Awaitable[None]]]()
    secret = settings.azure_openai_api_key
    if secret is None and token is None:
        entra = Entra(SCOPE_OF_DEPLOYMENTS if settings.openai_api_version else SCOPE)
        token, closers = entra, [entra.close]
    key = secret.get_secret_value() if secret else ""
    if settings.openai_api_version:
        return _deployments(settings, root, settings.openai_api_version, key, token, closers)
    client = openai.AsyncOpenAI(
        base_url=f"{root}/openai/v1/",
        api_key=key or token,
        default_headers={"api-key": key} if key else None,  # what gateways before Azure look for
        max_retries=0,
        timeout=_TIMEOUT,
        http_client=_pool(settings),
    )
    base = f"{root}/openai/v1/"
    return Reach(
        service=Service.AZURE, base=base, key=key, client=lambda _: client, closers=[client.close, *closers]
    )


def _deployments(
    settings: Settings,
    root: str,
    version: str,
    key: str,
    token: TokenSource | None,
    closers: list[Callable[[], Awaitable[None]]],
) -> Reach:
    """A client for each deployment, over one pool of connections."""
    pool = _pool(settings)
    clients: dict[str, openai.AsyncOpenAI] = {}

    def client(deployment: str) -> openai.AsyncOpenAI:
        if deployment not in clients:
            clients[deployment] = openai.AsyncAzureOpenAI(
                azure_endpoint=root,
                azure_deployment=quote(deployment, safe=""),
                api_version=version,
                api_key=key or None,
                azure_ad_token_provider=None if key else token,
                max_retries=0,
                timeout=_TIMEOUT,
                http_client=pool,
            )
        return clients[deployment]

    return Reach(
        service=Service.AZURE,
        base=f"{root}/openai/",
        key=key,
        client=client,
        names_model=False,
        closers=[pool.aclose, *closers],
    )
