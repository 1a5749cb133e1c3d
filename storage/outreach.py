"""Nobody left out: who has not claimed yet, by dong, those who live alone first and of them the oldest.

The list is made beside the residents' traffic (`bot/chores/outreach.py`): read along the payments in force on a
connection of its own, written a chunk at a time. What came of a call or a visit stays with who is found again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, delete, exists, or_, select, tuple_, update

from storage import settings
from storage.bulk import Bulk
from storage.engine import Db, Drawer
from storage.tables import outreach, payments, pointers, roster, roster_lookups

NOT_APPLIED: Final = "not_applied"
REACHED, VISITED, NO_ANSWER, NOT_HOME, REFUSED, WRONG = (
    "reached", "visited", "no_answer", "not_home", "refused", "wrong",
)  # fmt: skip
OUTCOMES: Final = (REACHED, NO_ANSWER, VISITED, NOT_HOME, REFUSED, WRONG)
AGAIN: Final = (NO_ANSWER, NOT_HOME)  # these are tried once more
NAME: Final = "outreach"  # in the settings: count of the list, and what it was made from


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """Somebody entitled who has not applied in a round; `alone` in her household."""

    resident: UUID
    round: str
    dong: str
    alone: bool
    birth_year: int
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list is made from: the files in force, the rounds in which one may apply now; `n` counts the lists."""

    n: int
    roster: int
    payments: int
    rounds: tuple[str, ...]

    @property
    def written(self) -> str:
        """As it is kept in the settings."""
        return f"{self.n} {self.roster} {self.payments} {','.join(self.rounds)}"


# -------------------------------------------------------------------------------------------------- making the list

_COLUMNS: Final = ("resident", "round", "dong", "alone", "birth_year", "listing")
_listed = Bulk(outreach, _COLUMNS, overwrite=("resident", "round"))
_another = exists().where(
    roster_lookups.c.version == roster.c.version,
    roster_lookups.c.digest_hash == roster.c.household,
    roster_lookups.c.resident != roster.c.resident,
)
_unclaimed = (
    select(payments.c.resident, payments.c.round, roster.c.dong, (~_another).label("alone"), roster.c.birth_year)
    .join(roster, roster.c.resident == payments.c.resident)
    .where(
        roster.c.version == bindparam("roster"), payments.c.version == bindparam("payments"),
        tuple_(payments.c.resident, payments.c.round)
        > tuple_(bindparam("resident", type_=payments.c.resident.type), bindparam("after")),
        payments.c.status == NOT_APPLIED, payments.c.round.in_(bindparam("rounds", expanding=True)),
        or_(roster.c.is_head, roster.c.birth_year <= bindparam("adults")),  # children follow who heads the household
    )
    .order_by(payments.c.resident, payments.c.round)
    .limit(bindparam("limit"))
)  # fmt: skip
_former = select(outreach.c.resident, outreach.c.round).where(outreach.c.listing < bindparam("n"))
_gone = delete(outreach).where(
    outreach.c.resident == bindparam("gone"), outreach.c.round == bindparam("of"), outreach.c.listing < bindparam("n")
)


async def wanted(db: Db, rounds: tuple[str, ...]) -> Listing | None:
    """The list that is to be made, None when the one there is was made from the same, or there are no files."""
    rows = await db.execute(select(pointers.c.kind, pointers.c.version))
    versions = {row.kind: row.version for row in rows}
    if not {"roster", "payments"} <= versions.keys():
        return None
    n, _, made_from = (await settings.in_force(db, NAME) or "0 ").partition(" ")
    listing = Listing(int(n) + 1, versions["roster"], versions["payments"], rounds)
    return None if listing.written.partition(" ")[2] == made_from else listing


async def found(db: Db, listing: Listing, adults: int, after: Sequence[Any] | None, limit: int) -> list[dict[str, Any]]:
    """The next rows of the list, from a read connection; `adults` is the last birth year of who applies alone."""
    resident, round = (after[0], after[1]) if after else (UUID(int=0), "")
    where = {"roster": listing.roster, "payments": listing.payments, "rounds": list(listing.rounds), "adults": adults}
    place = {"resident": resident, "after": round, "limit": limit}
    rows = (await db.execute(_unclaimed, where | place)).mappings()
    return [{**row, "alone": bool(row["alone"]), "listing": listing.n} for row in rows]


async def put(store: Drawer, rows: Sequence[dict[str, Any]]) -> None:
    """Write a chunk; who stood there before keeps what came of calls and visits."""
    await _listed.put(store.db, rows)


async def former(db: Db, listing: Listing, limit: int) -> list[dict[str, Any]]:
    """Rows of former lists that this one did not find again."""
    rows = await db.execute(_former.limit(limit), {"n": listing.n})
    return [{"gone": row.resident, "of": row.round, "n": listing.n} for row in rows]


async def drop(store: Drawer, rows: Sequence[dict[str, Any]]) -> None:
    """Take those off the list: they have claimed, moved away, or the round is over."""
    await store.write(_gone, rows)


async def finish(store: Drawer, listing: Listing) -> None:
    """The list is whole."""
    await settings.put(store, NAME, listing.written)


# ------------------------------------------------------------------------------------------------- reading, noting

_select = select(*(outreach.c[name] for name in Unclaimed.__dataclass_fields__))
_of_dong = (
    _select.where(
        outreach.c.dong == bindparam("dong"), outreach.c.round == bindparam("round"),
        outreach.c.alone == bindparam("alone"),
    )
    .order_by(outreach.c.birth_year)
    .limit(bindparam("limit"))
)  # fmt: skip
_fresh = _of_dong.where(outreach.c.outcome.is_(None))
_tried = _of_dong.where(outreach.c.outcome == bindparam("outcome"))


async def of_dongs(
    store: Drawer, dongs: Iterable[str], rounds: Iterable[str], limit: int, *, again: bool = False
) -> tuple[Unclaimed, ...]:
    """The first of these dongs to call or visit, or with `again` those nobody reached; along the index, no more."""
    asks = [(_tried, {"outcome": outcome}) for outcome in AGAIN] if again else [(_fresh, {})]
    found = [
        Unclaimed(*row)
        for dong in sorted(dongs)
        for round in rounds
        for alone in (True, False)
        for statement, more in asks
        for row in await store.read(statement, {"dong": dong, "round": round, "alone": alone, "limit": limit, **more})
    ]
    return tuple(sorted(found, key=lambda one: (not one.alone, one.birth_year, one.resident))[:limit])


async def by_id(store: Drawer, resident: UUID, round: str) -> Unclaimed | None:
    """Her place on the list; rights are the caller's to check."""
    row = (await store.read(_select.where(outreach.c.resident == resident, outreach.c.round == round))).first()
    return Unclaimed(*row) if row else None


async def note(store: Drawer, one: Unclaimed, outcome: str, officer: UUID) -> None:
    """Write down what came of a call or a visit."""
    mine = outreach.c.resident == one.resident, outreach.c.round == one.round
    await store.write(update(outreach).where(*mine).values(outcome=outcome, at=store.now, staff=officer))
    store.audit("outreach.noted", actor=officer, subject=one.resident, round=one.round, outcome=outcome)
