"""A town's people a thousandfold, made by the database itself: rows of the right sizes that open for nobody.

Every resident gets as many others around her in the order of ids, with digests at random, so that the true ones lie
as far apart as in an office of that size.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.postgres import Postgres

ODD, MASK = 0x9E3779B1, (1 << 32) - 1  # n * ODD mod 2**32 is different for every n
ROSTER: Final = (
    "dong", "birth_year", "category", "is_head", "nationality_status", "insurance", "premium", "earners",
    "assets_over", "insured", "present_on_reference_date",
)  # fmt: skip
PAYMENTS: Final = ("round", "status", "method", "amount", "applied_at", "paid_at")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a database says: so many random bytes; and the n-th id after one."""

    blob: str
    id: str


SQLITE: Final = Dialect("randomblob({})", "substr({0}, 1, 24) || printf('%08x', (n * {ODD}) & {MASK})")
POSTGRES: Final = Dialect(
    "substr(decode(repeat(md5(random()::text), 20), 'hex'), 1, {})",
    "(substr(replace({0}::text, '-', ''), 1, 24) || lpad(to_hex((n * {ODD}) & {MASK}), 8, '0'))::uuid",
)


def statements(dialect: Dialect, times: int) -> Iterator[str]:
    """What makes `times` people of each: keys, roster rows, what they are found by, payments."""

    def blob(size: str) -> str:
        return dialect.blob.format(size)

    def id(column: str) -> str:
        return dialect.id.format(column, ODD=ODD, MASK=MASK)

    upto = f"(WITH RECURSIVE upto(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM upto WHERE n < {times - 1}) "
    others = f"CROSS JOIN {upto} SELECT CAST(n AS bigint) AS n FROM upto) AS others"
    told, paid = ", ".join(ROSTER), ", ".join(PAYMENTS)
    yield (
        f"INSERT INTO keys (owner, sealed) SELECT {id('owner')}, {blob('length(keys.sealed)')} "
        f"FROM keys JOIN roster ON roster.resident = keys.owner {others} ORDER BY 1"
    )
    yield (
        f"INSERT INTO roster (version, resident, household, sealed, {told}) "
        f"SELECT version, {id('resident')}, {blob('16')}, {blob('length(sealed)')}, {told} FROM roster {others} "
        f"ORDER BY 2"
    )
    yield (
        f"INSERT INTO roster_lookups (version, digest_hash, resident) "
        f"SELECT version, {blob('16')}, {id('resident')} FROM roster_lookups {others} ORDER BY 2"
    )
    yield (
        f"INSERT INTO payments (version, resident, {paid}) SELECT version, {id('resident')}, {paid} "
        f"FROM payments {others} ORDER BY 2"
    )


def fill_sqlite(town: Path, file: Path, times: int) -> None:
    """Copy a town's file and fill the copy."""
    with closing(sqlite3.connect(town)) as source, closing(sqlite3.connect(file)) as raw:
        source.backup(raw)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000"):
            raw.execute(f"PRAGMA {pragma}")
        for statement in statements(SQLITE, times):
            raw.execute(statement)
            raw.commit()


def fill_postgres(server: Postgres, name: str, times: int) -> None:
    """Fill a database, and tell the planner."""
    server.sql(*statements(POSTGRES, times), "VACUUM ANALYZE", database=name)
