"""The keys with which this Teams signs its requests, and where a bot looks them up."""

import json
import time
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER = "https://api.botframework.com"
_SIZE, _PUBLIC = 2048, 65537
_HOUR = 3600
WELL_KNOWN = "/v1/.well-known/openidconfiguration"


@cache  # making them takes a good part of a second
def _pair() -> tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]:
    return rsa.generate_private_key(_PUBLIC, _SIZE), rsa.generate_private_key(_PUBLIC, _SIZE)


class Keys:
    """One key that is published, and one that is not."""

    def __init__(self, app_id: str) -> None:
        self._app_id = app_id
        self.looked_up = 0
        """How often a bot asked for the keys."""

    def token(self, service: str, *, forged: bool = False, kid: str = "k1", **claims: Any) -> str:
        """A token as Teams sends it; ``claims`` win, and None takes one away. ``forged``: by another key."""
        now = int(time.time())
        usual = {"iss": ISSUER, "aud": self._app_id, "exp": now + _HOUR, "nbf": now - 10, "iat": now - 10}
        ours, other = _pair()
        said = {name: value for name, value in (usual | {"serviceurl": service} | claims).items() if value}
        return jwt.encode(said, other if forged else ours, "RS256", headers={"kid": kid})

    def routes(self) -> list[web.RouteDef]:
        """Where Microsoft's would be."""
        return [web.get(WELL_KNOWN.replace("openidconfiguration", "keys"), self._published)]

    async def _published(self, _: web.Request) -> web.Response:
        self.looked_up += 1
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(_pair()[0].public_key()))
        return web.json_response({"keys": [{**key, "kid": "k1", "use": "sig"}]})
