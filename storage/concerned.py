"""Whom a version of a file concerns: households with a row that is another, and open appeals that it may settle.

Read on a connection of its own, a chunk at a time. What the rules make of it is judged in `bot/comparing.py`.
"""

from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, or_, select

from storage import cases as cases_of
from storage import children, registry
from storage.cases import Case
from storage.differences import CHANGED, GONE, NEW, OLD, SAME, SAME_BEFORE, VERSIONS
from storage.engine import Db, Drawer
from storage.forms import identity
from storage.piles import Piles
from storage.registry import Payment
from storage.tables import cases, payments, roster, roster_lookups

AT_ONCE: Final = 5000  # rows read at a time
NOBODY: Final = UUID(int=0)
HOUSEHOLD: Final = 16  # bytes of a household's digest
SOME_DAY: Final = (7, 1)  # of a year in which every day is like the next


_touched_left = (
    select(OLD.c.resident, OLD.c.household, NEW.c.household)
    .select_from(OLD.outerjoin(NEW, SAME))
    .where(
        OLD.c.version == VERSIONS["before"],
        OLD.c.resident > bindparam("place"),
        or_(GONE, CHANGED, OLD.c.birth_year.in_(bindparam("years", expanding=True))),
    )
    .order_by(OLD.c.resident)
    .limit(AT_ONCE)
)
_touched_came = (
    select(NEW.c.resident, NEW.c.household, NEW.c.household)
    .select_from(NEW.outerjoin(OLD, SAME_BEFORE))
    .where(
        NEW.c.version == VERSIONS["after"], NEW.c.resident > bindparam("place"), OLD.c.resident.is_(None)
    )
    .order_by(NEW.c.resident)
    .limit(AT_ONCE)
)  # fmt: skip


async def touched(db: Db, before: int, after: int, years: Collection[int]) -> Piles:
    """The digests of all households with a row that is new, gone or changed, packed.

    A day of birth is sealed and cannot be compared here: whose rows the rules draw a line through, those born in one of
    these `years`, count as changed too.
    """
    found = Piles(HOUSEHOLD)
    versions = {"before": before, "after": after}
    for statement, more in ((_touched_left, {"years": list(years)}), (_touched_came, {})):
        place = NOBODY
        while rows := (await db.execute(statement, {**versions, **more, "place": place})).all():
            for _, *households in rows:
                for household in {one for one in households if one is not None}:
                    found.add(household)
            place = rows[-1][0]
    return found


async def distinct(found: Piles, at_once: int) -> AsyncIterator[list[bytes]]:
    """Each digest once, some at a time."""
    some, last = list[bytes](), b""
    for digest in found.drain():
        if digest != last:
            some.append(digest)
        last = digest
        if len(some) == at_once:
            yield some
            some = []
    if some:
        yield some


class Standing(NamedTuple):
    """How a resident stands on a version of the roster: all that rules ask for, from `birth_date` on."""

    id: UUID
    household: bytes
    birth_date: date
    category: str
    is_head: bool
    nationality_status: str
    insurance: str | None
    premium: int | None
    earners: int | None
    assets_over: bool | None
    insured: bool | None
    present_on_reference_date: bool | None


@dataclass(frozen=True, slots=True)
class Member:
    """A resident among her household, in one version of the roster."""

    me: Standing
    household: tuple[Standing, ...]


Pair = tuple[Member | None, Member | None]

_standing = select(
    roster.c.resident, roster.c.household, roster.c.birth_year, *(roster.c[name] for name in Standing._fields[3:])
).where(roster.c.version == bindparam("version"))
_of_households = _standing.join(
    roster_lookups,
    and_(roster_lookups.c.version == roster.c.version, roster_lookups.c.resident == roster.c.resident),
).where(roster_lookups.c.digest_hash.in_(bindparam("some", expanding=True)))
_of_residents = _standing.where(roster.c.resident.in_(bindparam("some", expanding=True)))


async def pairs(
    store: Drawer, before: int, after: int, digests: Collection[bytes], years: Collection[int]
) -> list[Pair]:
    """Everybody of these households as she was and as she is; who moved, at the household she is in now.

    Only who was born in one of these `years` has her true day of birth, for it is sealed; the others one of that year.
    """
    are = await _standings(store, after, _of_households, digests, years)
    were = await _standings(store, before, _of_households, digests, years)
    there, here = {one.id for one in are}, {one.id for one in were}
    came = await _standings(store, before, _of_residents, there - here, years)
    elsewhere = {one.household for one in came} - set(digests)
    left_behind = await _standings(store, before, _of_households, elsewhere, years)
    former, now = _members((*were, *left_behind, *came)), _members(are)
    left = here - there
    moved_on = {one.id for one in await _standings(store, after, _of_residents, left, ())}
    return [(former.get(id), now.get(id)) for id in (*there, *(left - moved_on))]


async def _standings(
    store: Drawer, version: int, which: Select[Any], some: Collection[Any], years: Collection[int]
) -> list[Standing]:
    if not some:
        return []
    rows = (await store.read(which, {"version": version, "some": list(some)})).all()
    asked = [resident for resident, _, born, *_ in rows if born in years]
    days = {one.id: one.birth_date for one in await registry.of_version(store, version, asked)}
    return [Standing(id, home, days.get(id) or date(born, *SOME_DAY), *told) for id, home, born, *told in rows]


def _members(standings: Iterable[Standing]) -> dict[UUID, Member]:
    once = {one.id: one for one in standings}
    households: dict[bytes, list[Standing]] = {}
    for one in once.values():
        households.setdefault(one.household, []).append(one)
    homes = {digest: tuple(them) for digest, them in households.items()}
    return {one.id: Member(one, homes[one.household]) for one in once.values()}


async def member(store: Drawer, version: int, resident: UUID) -> Member | None:
    """A resident among her household."""
    found = await registry.of_version(store, version, [resident])
    if not found:
        return None
    residents = (*await registry.found_in(store, version, [found[0].household]), *found)
    return _members(Standing(*(getattr(one, name) for name in Standing._fields)) for one in residents)[resident]


# ------------------------------------------------------------------------------------------------------ open appeals

_appeals = (
    select(cases.c.id)
    .where(cases.c.open, cases.c.kind == "appeal", cases.c.id > bindparam("place"))
    .order_by(cases.c.id)
    .limit(bindparam("limit"))
)
_payment = select(*(payments.c[name] for name in Payment.__dataclass_fields__)).where(
    payments.c.version == bindparam("version"),
    payments.c.resident == bindparam("resident"),
    payments.c.round == bindparam("round"),
)


async def open_appeals(store: Drawer, place: UUID | None, limit: int) -> tuple[Case, ...]:
    """The next open appeals, in the order of their ids."""
    found = (await store.read(_appeals, {"place": place or NOBODY, "limit": limit})).scalars().all()
    opened = [await cases_of.by_id(store, one) for one in found]
    return tuple(one for one in opened if one is not None)


async def whom(store: Drawer, appeal: Case, version: int) -> UUID | None:
    """Whom an appeal is about, by name and birth date where she was on no roster when she filed; None if not on it.

    A child is of its parent's household besides.
    """
    if appeal.resident is not None:
        return appeal.resident
    if appeal.for_whom == children.NEW_CHILD:
        child = await children.found_in(store, appeal, version)
        return child.id if child else None
    name, born = appeal.told.get("name"), appeal.told.get("birth")
    if not name or not born:
        return None
    digests = store.vault.lookups("identity", identity(str(name), date.fromisoformat(str(born))))
    found = await registry.found_in(store, version, digests)
    return found[0].id if len(found) == 1 else None


async def payment(store: Drawer, version: int, resident: UUID, round: str) -> Payment | None:
    """What a version of the payments has of a resident's round."""
    row = (await store.read(_payment, {"version": version, "resident": resident, "round": round})).first()
    return Payment(*row) if row else None
