"""Tokens as they lie in the database: the newest of the operator's keys seals them, every key opens them."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE = b"imagine.slack.tokens.1"
"""Keeps this key apart from whatever else the secret key is for."""


class Unreadable(Exception):
    """None of the keys opens it."""


class Seal:
    """Closes with the first key, opens with any."""

    def __init__(self, keys: Sequence[str]) -> None:
        ciphers = [Fernet(_derived(key)) for key in keys]
        self._newest, self._all = ciphers[0], MultiFernet(ciphers)

    def close(self, token: str | None) -> str | None:
        """What to keep instead of a token; nothing for no token."""
        return self._newest.encrypt(token.encode()).decode() if token else None

    def open(self, kept: str | None) -> str | None:
        """The token again. Raises ``Unreadable``."""
        try:
            return self._all.decrypt(kept).decode() if kept else None
        except InvalidToken as error:
            raise Unreadable from error

    def is_newest(self, kept: str | None) -> bool:
        """Whether the newest key closed it, so that it needs no older one."""
        try:
            return not kept or bool(self._newest.decrypt(kept))
        except InvalidToken:
            return False


def _derived(key: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE)
    return urlsafe_b64encode(derive.derive(key.encode()))
