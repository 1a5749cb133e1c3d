"""What every test may ask for: a database of its own, on SQLite and on a real PostgreSQL."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests import blank
from tests.postgres import Postgres, running

FreshPostgres = Callable[..., str]

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
_numbers = count(1)


def pytest_configure() -> None:
    """Before anything is logged, and whatever else the machine has to do."""
    plain_logs()
    settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that kill and wait for minutes come first, or one worker would be at them when all others are done."""
    items.sort(key=lambda item: not any(item.get_closest_marker(one) for one in ("crash", "browser")))


def plain_logs() -> None:
    """Logs as at the start; a provoked fault takes a few lines: with every value drawn, a trace takes seconds."""
    structlog.reset_defaults()
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Whatever level or form of the logs a test sets up ends with it."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


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
def postgres_url(postgres: Postgres, fresh_postgres: FreshPostgres) -> str:
    """A PostgreSQL database of this test's own, ready for use."""
    return fresh_postgres(blank.postgres(postgres))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file of this test's own, ready for use."""
    return blank.sqlite(tmp_path / "changgu.db")


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """A database ready for use, the test being run once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Like `database_url`, without anything in it."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    fresh: FreshPostgres = request.getfixturevalue("fresh_postgres")
    return fresh()
