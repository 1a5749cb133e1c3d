"""The tests' own PostgreSQL: recent enough, one database for each, honest about the disk where asked."""

import asyncpg
import pytest

from tests.conftest import FreshPostgres
from tests.postgres import Postgres

pytestmark = pytest.mark.postgres


async def ask(url: str, question: str) -> str:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return str(await connection.fetchval(question))
    finally:
        await connection.close()


async def test_server_is_at_least_version_15_and_spares_the_disk(postgres_url: str) -> None:
    assert int(await ask(postgres_url, "SHOW server_version_num")) >= 150_000
    assert await ask(postgres_url, "SHOW fsync") == "off"


async def test_durable_server_waits_for_the_disk(fresh_durable_postgres: FreshPostgres) -> None:
    assert await ask(fresh_durable_postgres(), "SHOW fsync") == "on"


async def test_a_copy_of_a_template_has_its_tables_and_nobody_elses(
    postgres: Postgres, fresh_postgres: FreshPostgres
) -> None:
    postgres.create("with_a_table")
    postgres.sql("CREATE TABLE cast_of_ten AS SELECT generate_series(1, 10)", database="with_a_table")
    assert await ask(fresh_postgres("with_a_table"), "SELECT count(*) FROM cast_of_ten") == "10"
    assert await ask(fresh_postgres(), "SELECT to_regclass('cast_of_ten') IS NULL") == "True"
    postgres.drop("with_a_table")


async def test_database_url_is_given_for_both(database_url: str) -> None:
    assert database_url.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://"))
