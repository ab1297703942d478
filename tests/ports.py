"""Ports for whoever has to be told one before they listen on it."""

import socket
from contextlib import closing, suppress
from secrets import randbelow

_FIRST, _COUNT = 20_000, 12_000
"""Below those that systems give to who asks for any: connections of other tests would take it meanwhile."""


def free_port() -> int:
    """A port of this machine that nobody has."""
    while True:
        port = _FIRST + randbelow(_COUNT)
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
