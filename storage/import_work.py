"""The heavy half of an import, for worker processes: check lines, make keys, seal rows. No database here.

Rows are brought into the order of their person digests before anything is written. Residents, their keys, their roster
rows and the former version all lie in that order, so that every table is read and written from one end to the other:
a random order would touch a page a row, and the writer's time with it.
"""

import gc
import mmap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson

from storage.forms import identity
from storage.ids import new_id
from storage.import_rows import BadRow, PaymentRow, RosterRow, Sheet
from storage.vault import Key, OfficeKey, Vault

ROSTER: Final = (
    "version", "resident", "dong", "birth_year", "category", "household", "is_head", "nationality_status", "insurance",
    "premium", "earners", "assets_over", "insured", "present_on_reference_date", "sealed",
)  # fmt: skip
PAYMENTS: Final = ("version", "resident", "round", "status", "method", "amount", "applied_at", "paid_at")
HOUSEHOLD: Final = "household"
PLACE: Final = slice(17, 23)  # in an entry: 16 bytes person digest, 1 round, 6 offset, 4 line number


class Bad(NamedTuple):
    """A row that is not taken: its line number and why."""

    line: int
    reason: str


@dataclass(slots=True)
class Checked:
    """What a block of lines came to: entries of good rows, and bad rows with the key (digest, round) they are of."""

    entries: list[bytes] = field(default_factory=list)
    bad: list[tuple[Bad, bytes | None]] = field(default_factory=list)


class Known(NamedTuple):
    """A resident who is known already, with her wrapped key if she has one."""

    id: UUID
    key: bytes | None


@dataclass(slots=True)
class Made:
    """Rows ready for the tables, `lookups` as digest and resident id one after another, and what changed."""

    residents: list[dict[str, Any]] = field(default_factory=list)
    keys: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    lookups: list[bytes] = field(default_factory=list)
    new: int = 0
    gone: int = 0
    changed: int = 0
    kept: int = 0
    bad: list[Bad] = field(default_factory=list)


class Errand(NamedTuple):
    """All that does not change from chunk to chunk: the file, its form, and the office's keys."""

    path: Path
    sheet: Sheet
    office: tuple[OfficeKey, ...]


class Task(NamedTuple):
    """A chunk of good rows in the order of their digests, with the residents and the former rows of its range.

    `former` is by key (digest and round). `keep` are the keys of bad rows, whose former rows stay; None when a bad row
    does not tell whose it is: then nobody who is missing from the file is dropped by it.
    """

    version: int
    entries: Sequence[bytes]
    known: Mapping[bytes, Known]
    former: Mapping[bytes, Mapping[str, Any]]
    keep: frozenset[bytes] | None


_errand: Errand


def begin(errand: Errand) -> None:
    """Set this process up for one file."""
    global _errand
    _errand = errand
    _vault.cache_clear()
    _file.cache_clear()


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
    vault, sheet, done = _vault(), _errand.sheet, Checked()
    for number, text in enumerate(block.splitlines(keepends=True), line):
        if text.strip():
            try:
                row = sheet.row(text)
                key = _key(vault, row.person_id, row.round if isinstance(row, PaymentRow) else "")
                done.entries.append(key + offset.to_bytes(6, "big") + number.to_bytes(4, "big"))
            except BadRow as bad:
                told = sheet.key(text)
                done.bad.append((Bad(number, bad.reason), _key(vault, *told) if told else None))
        offset += len(text)
    return done


def _key(vault: Vault, person_id: str, round_: str) -> bytes:
    return person_hash(vault, person_id) + (round_ or "\0").encode()


@cache
def _vault() -> Vault:
    return Vault(_errand.office)


@cache
def _file() -> mmap.mmap:
    with _errand.path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _rows(entries: Iterable[bytes]) -> Iterator[tuple[bytes, Any]]:
    file = _file()
    for entry in entries:
        start = int.from_bytes(entry[PLACE], "big")
        end = file.find(b"\n", start)
        yield entry, _errand.sheet.row(file[start:] if end < 0 else file[start:end])


# ----------------------------------------------------------------------------------------------------------- roster


def _make_roster(task: Task) -> Made:
    vault, made, seen = _vault(), Made(), set[bytes]()
    for entry, row in _rows(task.entries):
        seen.add(entry[:17])
        resident, key = _resident(made, vault, entry[:16], row, task.known.get(entry[:16]))
        secret = orjson.dumps([row.name, row.birth_date, row.phone, row.household_id])
        before, told = task.former.get(entry[:17]), _told(vault, row)
        if before is None:
            made.new += 1
        elif any(before[name] != value for name, value in told.items()) or secret != _opened(key, before):
            made.changed += 1
        _add(made, vault, task.version, resident, key, told, secret)
    for digest, before in task.former.items():
        if digest not in seen:
            _keep_or_drop(made, vault, task, digest, before)
    return made


def _resident(made: Made, vault: Vault, digest: bytes, row: RosterRow, known: Known | None) -> tuple[UUID, Key]:
    if known is not None and known.key is not None:
        return known.id, vault.unwrap(known.id, known.key)
    resident = known.id if known else new_id()
    key, wrapped = vault.new_key(resident)
    made.keys.append({"owner": resident, "sealed": wrapped})
    sealed = key.seal(row.person_id.encode(), resident_place(resident))
    made.residents.append({"id": resident, "person_hash": digest, "sealed": sealed})
    return resident, key


def _told(vault: Vault, row: RosterRow) -> dict[str, Any]:
    return {
        "dong": row.dong,
        "birth_year": row.birth_date.year,
        "category": row.category,
        "household": vault.lookup(HOUSEHOLD, row.household_id),
        "is_head": row.is_head,
        "nationality_status": row.nationality_status,
        "insurance": row.insurance,
        "premium": row.premium,
        "earners": row.earners,
        "assets_over": row.assets_over,
        "insured": row.insured,
        "present_on_reference_date": row.present_on_reference_date,
    }


def _add(made: Made, vault: Vault, version: int, resident: UUID, key: Key, told: dict[str, Any], secret: bytes) -> None:
    sealed = key.seal(secret, roster_place(version, resident))
    made.rows.append({"version": version, "resident": resident, **told, "sealed": sealed})
    found = [told["household"], *(vault.lookup(kind, value) for kind, value in found_by(secret) if kind != HOUSEHOLD)]
    made.lookups.extend(digest + resident.bytes for digest in found)


def found_by(secret: bytes) -> list[tuple[str, str]]:
    """What one roster row is found by, as kind and value: household, identity, and phone if she left one."""
    name, birth_date, phone, household = orjson.loads(secret)
    found = [(HOUSEHOLD, household), ("identity", identity(name, birth_date))]
    return [*found, ("phone", phone)] if phone else found


def _opened(key: Key, before: Mapping[str, Any]) -> bytes:
    return key.open(before["sealed"], roster_place(before["version"], before["resident"]))


def _keep_or_drop(made: Made, vault: Vault, task: Task, digest: bytes, before: Mapping[str, Any]) -> None:
    known = task.known[digest[:16]]
    if known.key is None or not _stays(task, digest):
        made.gone += 1
        return
    key = vault.unwrap(known.id, known.key)
    told = {name: before[name] for name in ROSTER[2:-1]}
    _add(made, vault, task.version, known.id, key, told, _opened(key, before))
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
    for entry, row in _rows(task.entries):
        resident = task.known.get(entry[:16])
        if resident is None:
            made.bad.append(Bad(line_of(entry), "unknown_person"))
            continue
        key, told = entry[:17], row._asdict()
        del told["person_id"]
        seen.add(key)
        before = task.former.get(key)
        made.new += before is None
        made.changed += before is not None and any(before[name] != value for name, value in told.items())
        made.rows.append({"version": task.version, "resident": resident.id, **told})
    for key, before in task.former.items():
        if key not in seen and _stays(task, key):
            made.rows.append({**before, "version": task.version})
            made.kept += 1
        else:
            made.gone += key not in seen
    return made


# ----------------------------------------------------------------------------------------------------------- either


def line_of(entry: bytes) -> int:
    """The line number of an entry."""
    return int.from_bytes(entry[23:], "big")


def make(task: Task) -> Made:
    """Make the rows of one chunk. Who is paid but does not stand on the roster is a bad row."""
    return _make_roster(task) if _errand.sheet.kind == "roster" else _make_payments(task)
