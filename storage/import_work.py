"""The heavy half of an import, for worker processes: check lines, make keys, seal rows. No database here.

Rows are brought into the order of their person digests before anything is written. Residents, their keys, their roster
rows and the former version all lie in that order, so that every table is read and written from one end to the other:
a random order would touch a page a row, and the writer's time with it.
"""

import gc
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from struct import Struct
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson

from storage.forms import identity
from storage.ids import new_id
from storage.import_rows import BadRow, PaymentRow, RosterRow, Sheet
from storage.vault import Key, Vault

ROSTER: Final = (
    "version", "resident", "dong", "birth_year", "category", "household", "is_head", "nationality_status", "insurance",
    "premium", "earners", "assets_over", "insured", "present_on_reference_date", "sealed",
)  # fmt: skip
PAYMENTS: Final = ("version", "resident", "round", "status", "method", "amount", "applied_at", "paid_at")
HOUSEHOLD: Final = "household"
ENTRY: Final = Struct(">17sIQI")  # a good row: its key (person digest, round), line number, offset and length
LOOKUP: Final = 32  # bytes: what a resident is found by (digest) and her id

Row = tuple[Any, ...]  # as it stands in the table, in the order of `ROSTER` or `PAYMENTS`


class Bad(NamedTuple):
    """A row that is not taken: its line number and why."""

    line: int
    reason: str


@dataclass(slots=True)
class Checked:
    """What a block of lines came to: packed entries of good rows, and bad rows with the key they are of."""

    entries: bytearray = field(default_factory=bytearray)
    bad: list[tuple[Bad, bytes | None]] = field(default_factory=list)


class Known(NamedTuple):
    """A resident who is known already, with her wrapped key if she has one and it is wanted."""

    id: UUID
    key: bytes | None


@dataclass(slots=True)
class Made:
    """Rows ready for the tables (`residents`: id, digest, sealed; `keys`: owner, sealed), lookups, and what changed."""

    residents: list[Row] = field(default_factory=list)
    keys: list[Row] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    lookups: bytearray = field(default_factory=bytearray)
    new: int = 0
    gone: int = 0
    changed: int = 0
    kept: int = 0
    bad: list[Bad] = field(default_factory=list)


class Errand(NamedTuple):
    """All that does not change from chunk to chunk: the open file's descriptor, its form, and the vault."""

    file: int
    sheet: Sheet
    vault: Vault


class Task(NamedTuple):
    """A chunk of good rows in the order of their digests, with the residents and the former rows of its range.

    `former` is by key (digest and round). `keep` are the keys of bad rows, whose former rows stay; None when a bad row
    does not tell whose it is: then nobody who is missing from the file is dropped by it.
    """

    version: int
    entries: bytes
    known: Mapping[bytes, Known]
    former: Mapping[bytes, Row]
    keep: frozenset[bytes] | None


_errand: Errand


def begin(errand: Errand) -> None:
    """Set this process up for one file."""
    global _errand
    _errand = errand


def begin_worker(errand: Errand) -> None:
    """Set a worker process up: what it makes lives shortly and holds no cycles, so that none need be looked for."""
    gc.disable()
    begin(errand)


def person_hash(vault: Vault, person_id: str) -> bytes:
    """The digest the office's id of a person is found by."""
    return vault.lookup("person", person_id)


# --------------------------------------------------------------------------------------------------------- checking


def check(block: bytes, offset: int, line: int) -> Checked:
    """Check the lines of a block that begins at `offset` and at line number `line`."""
    vault, sheet, done = _errand.vault, _errand.sheet, Checked()
    for number, text in enumerate(block.splitlines(keepends=True), line):
        if text.strip():
            try:
                row = sheet.row(text)
                key = _key(vault, row.person_id, row.round if isinstance(row, PaymentRow) else "")
                done.entries += ENTRY.pack(key, number, offset, len(text))
            except BadRow as bad:
                told = sheet.key(text)
                done.bad.append((Bad(number, bad.reason), _key(vault, *told) if told else None))
        offset += len(text)
    return done


def _key(vault: Vault, person_id: str, round_: str) -> bytes:
    return person_hash(vault, person_id) + (round_ or "\0").encode()


def _rows(entries: bytes) -> Iterator[tuple[bytes, int, Any]]:
    for key, line, offset, length in ENTRY.iter_unpack(entries):
        yield key, line, _errand.sheet.row(os.pread(_errand.file, length, offset))


# ----------------------------------------------------------------------------------------------------------- roster


def _make_roster(task: Task) -> Made:
    vault, made, seen = _errand.vault, Made(), set[bytes]()
    for digest, _, row in _rows(task.entries):
        seen.add(digest)
        resident, key = _resident(made, vault, digest[:16], row, task.known.get(digest[:16]))
        secret = orjson.dumps([row.name, row.birth_date, row.phone, row.household_id])
        before, told = task.former.get(digest), _told(vault, row)
        if before is None:
            made.new += 1
        elif before[2:-1] != told or secret != _opened(key, before):
            made.changed += 1
        _add(made, vault, task.version, resident, key, told, secret)
    for digest, before in task.former.items():
        if digest not in seen:
            _keep_or_drop(made, vault, task, digest, before)
    return made


def _resident(made: Made, vault: Vault, digest: bytes, row: RosterRow, known: Known | None) -> tuple[UUID, Key]:
    if known is not None and known.key is not None:
        return known.id, vault.opened(known.id, known.key)
    resident = known.id if known else new_id()
    key, wrapped = vault.new_key(resident)
    made.keys.append((resident, wrapped))
    made.residents.append((resident, digest, key.seal(row.person_id.encode(), resident_place(resident))))
    return resident, key


def _told(vault: Vault, row: RosterRow) -> Row:
    return (
        row.dong,
        row.birth_date.year,
        row.category,
        vault.lookup(HOUSEHOLD, row.household_id),
        row.is_head,
        row.nationality_status,
        row.insurance,
        row.premium,
        row.earners,
        row.assets_over,
        row.insured,
        row.present_on_reference_date,
    )


def _add(made: Made, vault: Vault, version: int, resident: UUID, key: Key, told: Row, secret: bytes) -> None:
    made.rows.append((version, resident, *told, key.seal(secret, roster_place(version, resident))))
    owner = resident.bytes
    made.lookups += told[ROSTER.index(HOUSEHOLD) - 2] + owner
    for kind, value in found_by(secret):
        if kind != HOUSEHOLD:
            made.lookups += vault.lookup(kind, value) + owner


def found_by(secret: bytes) -> list[tuple[str, str]]:
    """What one roster row is found by, as kind and value: household, identity, and phone if she left one."""
    name, birth_date, phone, household = orjson.loads(secret)
    found = [(HOUSEHOLD, household), ("identity", identity(name, birth_date))]
    return [*found, ("phone", phone)] if phone else found


def _opened(key: Key, before: Row) -> bytes:
    version, resident, *_, sealed = before
    return key.open(sealed, roster_place(version, resident))


def _keep_or_drop(made: Made, vault: Vault, task: Task, digest: bytes, before: Row) -> None:
    known = task.known[digest[:16]]
    if known.key is None or not _stays(task, digest):
        made.gone += 1
        return
    key = vault.opened(known.id, known.key)
    _add(made, vault, task.version, known.id, key, before[2:-1], _opened(key, before))
    made.kept += 1


def _stays(task: Task, key: bytes) -> bool:
    return task.keep is None or key in task.keep


def roster_place(version: int, resident: UUID) -> str:
    """What a roster row's seal is bound to."""
    return f"roster|sealed|{version}|{resident.hex}"


def resident_place(resident: UUID) -> str:
    """What the seal of the office's own id is bound to."""
    return f"residents|sealed|{resident.hex}"


# --------------------------------------------------------------------------------------------------------- payments


def _make_payments(task: Task) -> Made:
    made, seen = Made(), set[bytes]()
    for key, line, row in _rows(task.entries):
        resident = task.known.get(key[:16])
        if resident is None:
            made.bad.append(Bad(line, "unknown_person"))
            continue
        seen.add(key)
        before, told = task.former.get(key), row[1:]
        made.new += before is None
        made.changed += before is not None and before[2:] != told
        made.rows.append((task.version, resident.id, *told))
    for key, before in task.former.items():
        if key not in seen and _stays(task, key):
            made.rows.append((task.version, *before[1:]))
            made.kept += 1
        else:
            made.gone += key not in seen
    return made


# ----------------------------------------------------------------------------------------------------------- either


def make(task: Task) -> Made:
    """Make the rows of one chunk. Who is paid but does not stand on the roster is a bad row."""
    return _make_roster(task) if _errand.sheet.kind == "roster" else _make_payments(task)
