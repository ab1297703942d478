"""Microsoft's login on 127.0.0.1, behind a certificate that only ``SSL_CERT_FILE`` vouches for."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.chat.teams.sdk import PUBLIC, CloudEnvironment

TENANT = "7a2d0e1c-1111-4222-8333-0123456789ab"


@dataclass
class Login:
    """``status``, ``answer`` and ``delay`` may be changed at any time; each request for a token is kept."""

    url: str
    certificate: Path
    asked: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    answer: Mapping[str, Any] = field(default_factory=lambda: {"access_token": "a-token", "expires_in": 3600})
    delay: float = 0

    @property
    def cloud(self) -> CloudEnvironment:
        return replace(PUBLIC, login_endpoint=self.url)

    async def about(self, request: web.Request) -> web.Response:
        tenant = f"{self.url}/{request.match_info['tenant']}"
        known = {"issuer": f"{tenant}/v2.0", "authorization_endpoint": f"{tenant}/authorize"}
        return web.json_response({**known, "token_endpoint": f"{tenant}/oauth2/v2.0/token"})

    async def token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append({**form, "tenant": request.match_info["tenant"]})
        await asyncio.sleep(self.delay)
        return web.json_response({"token_type": "Bearer", **self.answer}, status=self.status)


@asynccontextmanager
async def microsofts_login(folder: Path) -> AsyncIterator[Login]:
    """Run it on a free port."""
    certificate, server = _certificate(folder), web.Application()
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=1)
    login = Login(url="", certificate=certificate)
    server.add_routes(
        [
            web.get("/{tenant}/v2.0/.well-known/openid-configuration", login.about),
            web.post("/{tenant}/oauth2/v2.0/token", login.token),
        ]
    )
    safe = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    safe.load_cert_chain(certificate)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=safe).start()
        login.url = f"https://localhost:{runner.addresses[0][1]}"
        yield login
    finally:
        await runner.cleanup()


def _certificate(folder: Path) -> Path:
    """A certificate of nobody's with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(pem, pkcs8, serialization.NoEncryption())
    path = folder / "localhost.pem"
    path.write_bytes(made.public_bytes(pem) + secret)
    return path
