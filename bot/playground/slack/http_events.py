"""HTTP mode: signed requests to the bot's own address.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import json
import secrets
import time
from urllib.parse import urlencode

import aiohttp

from bot.playground.slack.cloud import Cloud
from bot.playground.slack.delivery import ACK_SECONDS, Ack, Kind, Retry, Thing
from bot.playground.slack.state import Json

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


class SignedPosts:
    """Everything goes to one address, as Bolt wants it."""

    def __init__(self, cloud: Cloud, session: aiohttp.ClientSession, url: str) -> None:
        self._cloud = cloud
        self._session = session
        self._url = url

    @property
    def connected(self) -> bool:
        return bool(self._url)

    async def verify(self) -> bool:
        """Slack's handshake with a new address: it must give the challenge back."""
        challenge = secrets.token_hex(12)
        body = json.dumps({"type": "url_verification", "token": "x", "challenge": challenge})
        async with self._session.post(
            self._url, data=body.encode(), headers=self._headers(body, _JSON)
        ) as answer:
            return challenge in await answer.text()

    async def deliver(self, thing: Thing, retry: Retry | None = None) -> Ack:
        body, content_type = _encoded(thing)
        headers = self._headers(body, content_type)
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
        start = time.perf_counter()
        timeout = aiohttp.ClientTimeout(total=ACK_SECONDS)
        try:
            async with self._session.post(
                self._url, data=body.encode(), headers=headers, timeout=timeout
            ) as answer:
                text = await answer.text()
        except TimeoutError:
            return Ack(ok=False, error="operation_timeout", thing=thing, seconds=time.perf_counter() - start)
        except aiohttp.ClientError:
            return Ack(ok=False, error="dispatch_failed", thing=thing, seconds=time.perf_counter() - start)
        seconds = time.perf_counter() - start
        if answer.status != 200:
            return Ack(ok=False, error="dispatch_failed", thing=thing, seconds=seconds)
        payload = _said(text, answer.content_type)
        return Ack(ok=True, payload=payload, seconds=seconds, thing=thing)

    def _headers(self, body: str, content_type: str) -> dict[str, str]:
        timestamp = str(int(self._cloud.now()))
        return {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._cloud.app.signing_secret, timestamp, body),
        }


def signature(secret: str, timestamp: str, body: str) -> str:
    """Slack's v0 signature."""
    base = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def _encoded(thing: Thing) -> tuple[str, str]:
    match thing.kind:
        case Kind.COMMAND:
            return urlencode(thing.payload), _FORM
        case Kind.INTERACTIVE:
            return urlencode({"payload": json.dumps(thing.payload)}), _FORM
        case Kind.EVENT:
            return json.dumps(thing.payload), _JSON


def _said(text: str, content_type: str) -> Json | None:
    if not text:
        return None
    if content_type == _JSON:
        said: Json = json.loads(text)
        return said
    return {"text": text}
