"""Every personal column is sealed or on the clear list, and has a line in `retention.toml` (house rule 15)."""

import tomllib

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.dialects import postgresql

from programmes.model import load_all
from storage.tables import DONG, metadata
from tests.house.tree import ROOT

RETENTION = tomllib.loads((ROOT / "storage" / "retention.toml").read_text("utf-8"))["keep"]
CLEAR = {  # words in clear because work needs them: codes, states and random ids, never what somebody wrote
    "settings": {"name", "value"},
    "audit": {"action"},
    "people": {"language", "desk"},
    "sessions": {"desk", "dialog", "step"},
    "outbox": {"lane", "kind", "state", "outcome"},
    "lines": {"lane"},
    "carriers": {"process"},
    "budget": {"name"},
    "imports": {"kind", "state", "difference"},
    "pointers": {"kind"},
    "roster": {"dong", "category", "nationality_status", "insurance"},
    "payments": {"round", "status", "method"},
    "sum_changes": {"round"},
    "cases": {
        "number", "kind", "programme", "round", "reason", "state", "identity", "for_whom", "dong", "language",
        "office",
    },
    "case_events": {"kind"},
    "decisions": {"outcome", "code", "rule"},
    "awards": {"programme", "round"},
    "exports": {"kind"},
    "visits": {"half", "outcome"},
    "staff": {"lives"},
    "grants": {"role", "dong"},
    "rights_ledger": {"what"},
    "reviews": {"found"},
    "duty": {"half"},
    "closures": {"name"},
    "boards": {"office", "language"},
    "board_codes": {"office", "language"},
    "helpers": {"purpose"},
    "outreach": {"round", "dong", "outcome"},
    "files": {"paper", "state", "kind", "outcome"},
    "jobs": {"kind", "state", "wanted"},
    "signals": {"name"},
    "misses": {"who"},
    "tallies": {"name"},
    "broadcasts": {"purpose", "stage", "halt", "audience", "words", "picture", "recall", "correction", "counted"},
    "recipients": {"state"},
    "asked_whether_ours": {"answer"},
    "questions": {"language", "verdict", "topic", "kind", "guesses"},
    "bundles": {"language", "state", "guesses"},
    "amendments": {"kind", "programme", "code"},
}  # fmt: skip
OF_THE_HOUSE = {
    "settings", "keys", "lines", "carriers", "budget", "imports", "pointers", "case_days", "jobs", "signals",
    "tallies", "closures", "boards", "broadcasts", "broadcast_texts", "broadcast_cards",
    "asked_whether_ours",
}  # fmt: skip
OF_BYTES = {"seal", "digest", "household"}  # keyed digests that do not end in _hash


def test_words_in_clear_are_on_the_list() -> None:
    for table in metadata.sorted_tables:
        words = {column.name for column in table.columns if isinstance(column.type, String | Text)}
        assert words <= CLEAR.get(table.name, set()), f"{table.name}: {words - CLEAR.get(table.name, set())}"


def test_bytes_are_sealed_or_keyed_digests() -> None:
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, LargeBinary):
                assert column.name in {"sealed", *OF_BYTES} or column.name.endswith("_hash"), (
                    f"{table.name}.{column.name}"
                )


def test_every_table_about_people_has_its_time() -> None:
    kept = {line["table"] for line in RETENTION}
    about_people = {table.name for table in metadata.sorted_tables} - OF_THE_HOUSE
    assert about_people - kept == set()


def test_every_dong_fits_into_its_column() -> None:
    room = DONG.dialect_impl(postgresql.dialect())  # type: ignore[no-untyped-call]
    assert isinstance(room, String)
    assert max(map(len, load_all().places.dongs)) <= (room.length or 0)
