"""What every test may ask for: a database of its own, on SQLite and on a real PostgreSQL."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
import structlog

from tests.postgres import Postgres, running

FreshPostgres = Callable[..., str]

_numbers = count(1)


def pytest_configure() -> None:
    """Before anything is logged."""
    plain_logs()


def plain_logs() -> None:
    """Logs as at the start; a provoked fault takes a few lines: with every value drawn, a trace takes seconds."""
    structlog.reset_defaults()
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The session's server, which never waits for the disk; also the place to make a template once for many tests."""
    with running(durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def durable_postgres() -> Iterator[Postgres]:
    """A second server that keeps its promises to the disk, for tests that kill and measure."""
    with running(durable=True) as server:
        yield server


def _lend(server: Postgres) -> Iterator[FreshPostgres]:
    lent: list[str] = []

    def fresh(template: str = "template0") -> str:
        name = f"test_{next(_numbers)}"
        lent.append(name)
        return server.create(name, template)

    yield fresh
    for name in lent:
        server.drop(name)


@pytest.fixture
def fresh_postgres(postgres: Postgres) -> Iterator[FreshPostgres]:
    """Call it for the URL of a new database, empty or a copy of a template; gone after the test."""
    yield from _lend(postgres)


@pytest.fixture
def fresh_durable_postgres(durable_postgres: Postgres) -> Iterator[FreshPostgres]:
    """Like `fresh_postgres`, on the server that waits for the disk."""
    yield from _lend(durable_postgres)


@pytest.fixture
def postgres_url(fresh_postgres: FreshPostgres) -> str:
    """An empty PostgreSQL database of this test's own."""
    return fresh_postgres()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file of this test's own; made by whoever opens it first."""
    return f"sqlite+aiosqlite:///{tmp_path / 'changgu.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database, the test being run once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
