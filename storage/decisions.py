"""Decisions: the record without which no appeal closes. Outcome, reason, the rule's version, what was looked at.

The decision, what it grants and the move that closes its case are one transaction, and the move is conditional: of
two hands one closes the case, and the other is told.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import orjson
from sqlalchemy import func, insert, select, text, update

from storage import awards, cases
from storage.cases import Case
from storage.engine import Drawer
from storage.ids import new_id
from storage.tables import cases as cases_table
from storage.tables import decisions, files, pointers, roster

MOVES = {"accepted": "accept", "rejected": "reject", "returned": "return"}  # outcome: the move that brings it about
NEAREST, LOOKED_AT = 5, 60


class Ruling(msgspec.Struct, frozen=True):
    """What is decided, or proposed: `code` is the finding's, `rule` the version of the rules, `seen` the papers.

    `amount` is the sum granted, in won, `before` what was said until then, `words` what the officer adds herself.
    """

    outcome: str
    code: str
    rule: str
    seen: tuple[str, ...]
    amount: int | None = None
    before: int | None = None
    words: str = ""


class Decision(msgspec.Struct, frozen=True):
    """A ruling that was made: the `n`-th of its case. `opened_at` is when the resident opened the full text."""

    id: UUID
    case: UUID
    n: int
    officer: UUID | None
    at: datetime
    opened_at: datetime | None
    ruling: Ruling


class Alike(msgspec.Struct, frozen=True):
    """A closed case of the same round and ground; `alike` counts in how much else it agrees, three at most."""

    id: UUID
    number: str
    outcome: str
    filed_at: datetime
    closed_at: datetime
    alike: int


def _place(decision: UUID) -> str:
    return f"decisions|sealed|{decision.hex}"


async def close(
    store: Drawer, case: Case, ruling: Ruling, officer: UUID, child: UUID | None = None
) -> tuple[Case, Decision]:
    """Close a case by a decision. Raises `cases.Moved` when another hand was first: then nothing is written.

    `child` is the resident whom the roster has by now, of a case filed for one it did not have: it is hers from now on.
    ValueError for a ruling without reason, rule or evidence: such a one closes nothing.
    """
    if not (ruling.code and ruling.rule and ruling.seen):
        raise ValueError("a decision wants its reason, the version of the rules and what was looked at")
    closed = await cases.move(
        store, case, ruling.outcome, open=False, actor=officer, kind=MOVES[ruling.outcome],
        changes={"decided_by": officer, **({"resident": child} if child else {})},
    )  # fmt: skip
    made = await _count(store, case.id)
    decision = Decision(new_id(), case.id, made + 1, officer, store.now, None, ruling)
    told = {"seen": ruling.seen, "words": ruling.words, "amount": ruling.amount, "before": ruling.before}
    sealed = (await store.key(case.id)).seal(orjson.dumps(told), _place(decision.id))
    row = {
        "id": decision.id, "case": case.id, "n": decision.n, "outcome": ruling.outcome, "code": ruling.code,
        "rule": ruling.rule, "officer": officer, "at": store.now, "sealed": sealed,
    }  # fmt: skip
    await store.write(insert(decisions), row)
    if ruling.amount is not None:
        await awards.grant(store, closed, ruling.amount, ruling.before)
    return closed, decision


async def _count(store: Drawer, case: UUID) -> int:
    counted = select(func.count()).select_from(decisions).where(decisions.c.case == case)
    return int((await store.read(counted)).scalar_one())


async def latest(store: Drawer, case: UUID) -> Decision | None:
    """The last decision of a case."""
    found = select(decisions).where(decisions.c.case == case).order_by(decisions.c.n.desc()).limit(1)
    row = (await store.read(found)).first()
    return await _opened(store, row) if row else None


async def _opened(store: Drawer, row: Any) -> Decision:
    told: dict[str, Any] = {}
    if row.sealed is not None:
        told = orjson.loads((await store.key(row.case)).open(row.sealed, _place(row.id)))
    told["seen"] = tuple(told.get("seen", ()))
    ruling = Ruling(row.outcome, row.code, row.rule, **told)
    return Decision(row.id, row.case, row.n, row.officer, row.at, row.opened_at, ruling)


async def opened(store: Drawer, decision: Decision, person: UUID) -> None:
    """The resident has the full text before her: the first time is recorded."""
    first = update(decisions).where(decisions.c.id == decision.id, decisions.c.opened_at.is_(None))
    if (await store.write(first.values(opened_at=store.now))).rowcount == 1:
        await cases.note(store, decision.case, "opened", person)
        store.audit("decision.opened", actor=person, subject=person, case=str(decision.case))


# ------------------------------------------------------------------------------------------------- nobody opened it

_unopened = text("decisions.opened_at IS NULL AND decisions.chased_at IS NULL")  # as the partial index has it


async def unopened(store: Drawer, before: datetime, limit: int) -> Sequence[tuple[UUID, UUID, datetime]]:
    """Decisions made before a moment that nobody opened or chased: id, case, when; oldest first."""
    found = select(decisions.c.id, decisions.c.case, decisions.c.at).where(_unopened, decisions.c.at < before)
    return [tuple(row) for row in await store.read(found.order_by(decisions.c.at).limit(limit))]


async def chase(store: Drawer, decision: UUID) -> bool:
    """A person shall see that the letter arrives; false when somebody does already."""
    mine = update(decisions).where(decisions.c.id == decision, decisions.c.chased_at.is_(None))
    return (await store.write(mine.values(chased_at=store.now))).rowcount == 1


# --------------------------------------------------------------------------------------------------- similar cases


async def alike(store: Drawer, case: Case) -> tuple[Alike, ...]:
    """The closed cases most like this one: same round and ground, then category, papers, identity; newest first."""
    c = cases_table.c
    closed = (
        select(c.id, c.number, c.state, c.filed_at, c.closed_at, c.identity, c.resident)
        .where(
            c.programme == case.programme, c.round == case.round, c.reason == case.reason, c.closed_at.is_not(None),
            c.state.in_(tuple(MOVES)), c.id != case.id,
        )
        .order_by(c.closed_at.desc())
        .limit(LOOKED_AT)
    )  # fmt: skip
    rows = (await store.read(closed)).all()
    if not rows:
        return ()
    papers = await _papers(store, [case.id, *(row.id for row in rows)])
    kinds = await _categories(store, [id for id in (case.resident, *(row.resident for row in rows)) if id])
    mine = kinds.get(case.resident), papers.get(case.id, set()), case.identity

    def agrees(row: Any) -> int:
        theirs = kinds.get(row.resident), papers.get(row.id, set()), row.identity
        return sum(one == other for one, other in zip(mine, theirs, strict=True))

    nearest = sorted(rows, key=agrees, reverse=True)[:NEAREST]
    return tuple(Alike(row.id, row.number, row.state, row.filed_at, row.closed_at, agrees(row)) for row in nearest)


async def _papers(store: Drawer, of: list[UUID]) -> dict[UUID, set[str | None]]:
    stored = select(files.c.case, files.c.paper).where(files.c.case.in_(of), files.c.state == "stored").distinct()
    found: dict[UUID, set[str | None]] = {}
    for row in await store.read(stored):
        found.setdefault(row.case, set()).add(row.paper)
    return found


async def _categories(store: Drawer, of: list[UUID]) -> dict[UUID | None, str]:
    version = select(pointers.c.version).where(pointers.c.kind == "roster").scalar_subquery()
    rows = await store.read(
        select(roster.c.resident, roster.c.category).where(roster.c.version == version, roster.c.resident.in_(of))
    )
    return {row.resident: row.category for row in rows}
