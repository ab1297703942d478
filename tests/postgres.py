"""A Postgres of the tests' own: the installed server on loopback, on scratch data, gone with them."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text

from tests.ports import free_port

DEBIAN = Path("/usr/lib/postgresql")
"""Debian keeps the server's programs here, by version, and out of the path."""
_ACCOUNT = "postgres"
_READY_WITHIN = 20.0
_ANSWER_WITHIN = 60.0
_NEVER_ALONE = 'exec 3<&0; "$@" </dev/null & { cat <&3 >/dev/null; kill -INT $! 2>/dev/null; wait $!; }'
"""Runs a server while somebody holds the other end of its input: tests that are killed leave none behind."""


def programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``; None where no server is installed."""
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@dataclass
class Postgres:
    """One server; it may be stopped, killed and started again on the same data."""

    programs: Path
    folder: Path
    port: int
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _started: float = 0.0

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [str(self.programs / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        # No sync: what the machine survives, the tests survive. One listener, on loopback.
        settings = (
            "fsync=off",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=300",
        )
        options = [word for setting in settings for word in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 -- every word of it is ours
                ["/bin/sh", "-c", _NEVER_ALONE, "sh", *command, *options],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                user=_account(),
                start_new_session=True,  # Ctrl-C stops the tests, and they stop it
            )
        self._wait()
        self._started = time.monotonic()

    def too_young(self, seconds: float) -> float:
        """How long to wait until it has run for so many seconds."""
        return max(0.0, self._started + seconds - time.monotonic())

    def _wait(self) -> None:
        until = time.monotonic() + _READY_WITHIN
        while self._ask("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), check=False).returncode:
            assert time.monotonic() < until, (self.folder / "log").read_text()
            time.sleep(0.05)

    def _ask(
        self, program: str, *arguments: str, check: bool = True, stdin: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        command = [str(self.programs / program), *arguments]
        return subprocess.run(  # noqa: S603 -- every word of it is ours
            command,
            check=check,
            cwd=self.folder,
            user=_account(),
            capture_output=True,
            input=stdin,
            timeout=_ANSWER_WITHIN,
        )

    def stop(self, *, kindly: bool = True) -> None:
        """Cut every session and stop; not ``kindly``: as if it had died."""
        if self._process:
            server = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
            os.kill(server, signal.SIGINT if kindly else signal.SIGQUIT)
            self._process.communicate(timeout=30)
            self._process = None

    def restart(self) -> None:
        """As an upgrade of the server does it: every session is cut."""
        self.stop()
        self.start()

    def database(self) -> str:
        """The address of a new, empty database, as an operator writes it."""
        name = f"bot_{uuid4().hex[:12]}"
        self.run(f"CREATE DATABASE {name}")
        return f"postgresql://imagine@127.0.0.1:{self.port}/{name}"

    def dumped(self, url: str) -> str:
        """A database as SQL that ``load`` takes."""
        return self._ask("pg_dump", "--no-owner", "--no-privileges", "--inserts", url).stdout.decode()

    def load(self, url: str, file: Path) -> None:
        """Fill an empty database."""
        self._ask("psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, stdin=file.read_bytes())

    def run(self, statement: str) -> None:
        """Run a statement as the server's owner."""
        address = f"postgresql+psycopg://imagine@127.0.0.1:{self.port}/postgres"
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def serve() -> Iterator[Postgres]:
    """A running server, until the block ends. Only where ``programs`` finds one."""
    found = programs()
    assert found, "no Postgres is installed"
    with tempfile.TemporaryDirectory(prefix="imagine-postgres-") as name:
        folder = Path(name)
        if _account():
            shutil.chown(folder, _ACCOUNT, _ACCOUNT)
        server = Postgres(programs=found, folder=folder, port=free_port())
        trust = ("--auth=trust", "--username=imagine", "--no-sync", "--encoding=UTF8", "--locale=C")
        server._ask("initdb", "-D", str(folder / "data"), *trust)
        server.start()
        try:
            yield server
        finally:
            server.stop(kindly=False)


def _account() -> str | None:
    """Postgres refuses to run as root: its package brings an account for it."""
    return _ACCOUNT if os.geteuid() == 0 else None
