"""What a staged file changes, by the programmes' rules: who becomes eligible, who no longer is, which appeals end.

It is read beside everybody's work, household by household, and only where a row differs.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from programmes.lines import Lines, Sides
from programmes.model import City, FactValue, Programme, Round
from programmes.rules import Outcome, RosterFacts, facts_of, verdict
from storage import concerned, differences, imports
from storage.cases import Case
from storage.children import NEW_CHILD
from storage.concerned import Member, Standing
from storage.differences import PAID, Difference, Shift, Tally
from storage.engine import Database, Drawer
from storage.import_rows import Kind
from storage.imports import Progress, silent
from storage.staging import Staged
from storage.vault import Vault

HOUSEHOLDS: Final = 200  # judged at a time
APPEALS: Final = 100
NUMBERS: Final = 20  # case numbers shown
MOST_KNOWN: Final = 50_000  # kinds of people remembered, some 20 MB
Place = tuple[str, str]  # a programme and one of its rounds
Due = frozenset[Place]
NOTHING: Final = Due()


async def compare(
    database: Database,
    vault: Vault,
    city: City,
    kind: Kind,
    staged: Staged,
    now: datetime,
    progress: Progress = silent,
) -> Difference:
    """What the staged version changes against the one in force."""
    async with database.reading() as db:
        force = await imports.in_force(db, kind)
        former = await differences.rows(db, kind, force.version) if force else 0
    whole = Tally(staged.new, staged.gone, staged.changed)
    found = Difference(staged.rows, former, len(staged.bad), staged.kept, whole, dict(staged.reasons))
    if force is None:
        return found
    async with database.reading() as db:
        found.dongs, found.categories = await differences.tallies(db, kind, force.version, staged.version)
    if kind == "roster":
        await _shifts(database, vault, city, found, (force.version, staged.version), now, progress)
    else:
        async with database.reading() as db:
            found.sums = await differences.sums(db, force.version, staged.version)
        found.lose = sum(one.unpaid for one in found.sums)
    await _settled(database, vault, city, kind, found, (force.version, staged.version), now)
    return found


# ------------------------------------------------------------------------------------------------------ entitlements


async def _shifts(
    database: Database,
    vault: Vault,
    city: City,
    found: Difference,
    versions: tuple[int, int],
    now: datetime,
    progress: Progress,
) -> None:
    judge = Judge(city, now)
    async with database.reading() as db:
        touched = await concerned.touched(db, *versions, judge.years)
    gained, lost = Counter[Place](), Counter[Place]()
    done, total = 0, len(touched)
    async for digests in concerned.distinct(touched, HOUSEHOLDS):
        async with database.reading() as db:
            for was, is_ in await concerned.pairs(Drawer(db, vault, now), *versions, digests, judge.years):
                before, after = judge.due(was), judge.due(is_)
                if before != after:
                    gained.update(after - before)
                    lost.update(before - after)
                    found.lose += not before <= after
        done += len(digests)
        progress("comparing", done, total)
    progress("comparing", total, total)
    found.shifts = [Shift(*place, gained[place], lost[place]) for place in judge.places if gained[place] or lost[place]]


class Judge:
    """Who is due what by the rules of each round, as they were on its last day where it is over.

    Whoever the rules cannot tell apart, herself and among her household, is judged once.
    """

    def __init__(self, city: City, now: datetime) -> None:
        self._city, self._now, self._lines = city, now, Lines(city.programmes.values())
        self._rows: dict[Sides, tuple[int, RosterFacts]] = {}  # the first of each kind stands for it, with its number
        self._known: dict[tuple[int, ...], Due] = {}
        self.years = self._lines.years
        self.places = [(one.id, round.code) for one in city.programmes.values() for round in one.rounds]

    def due(self, member: Member | None) -> Due:
        """The programmes and rounds of which a resident gets something; of none who is not on the roster."""
        if member is None:
            return NOTHING
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
            self._rows.clear()
        household = [self._row(one) for one in member.household]
        me = household[member.household.index(member.me)]
        alike = (me[0], *sorted([number for number, _ in household]))
        if (known := self._known.get(alike)) is None:
            known = self._known[alike] = self._judged(me[1], [row for _, row in household])
        return known

    def _row(self, one: Standing) -> tuple[int, RosterFacts]:
        row = _row_of(one)
        return self._rows.setdefault(self._lines.sides(row), (len(self._rows), row))

    def _judged(self, me: RosterFacts, household: list[RosterFacts]) -> Due:
        return frozenset(
            (programme.id, round.code)
            for programme in self._city.programmes.values()
            for facts in (facts_of(me, household, programme.reference_date),)
            for round in programme.rounds
            if _due(facts, programme, round, self._now)
        )


def _row_of(one: Standing) -> RosterFacts:
    return RosterFacts(*one[2:])


def _facts(member: Member, programme: Programme) -> Mapping[str, FactValue]:
    household = [_row_of(one) for one in member.household]
    return facts_of(_row_of(member.me), household, programme.reference_date)


def _due(facts: Mapping[str, FactValue], programme: Programme, round: Round, now: datetime) -> bool:
    at = min(now, round.closes - timedelta(seconds=1))
    return verdict(programme, facts, at, round.code).outcome is Outcome.YES


# ------------------------------------------------------------------------------------------------------ open appeals


async def _settled(
    database: Database,
    vault: Vault,
    city: City,
    kind: Kind,
    found: Difference,
    versions: tuple[int, int],
    now: datetime,
) -> None:
    place: UUID | None = None
    while True:
        async with database.reading() as db:
            store = Drawer(db, vault, now)
            appeals = await concerned.open_appeals(store, place, APPEALS)
            for appeal in appeals:
                if await settles(store, city, kind, versions, appeal):
                    found.settles += 1
                    found.numbers += [appeal.number] if len(found.numbers) < NUMBERS else []
        if not appeals:
            return
        place = appeals[-1].id


async def settles(store: Drawer, city: City, kind: Kind, versions: tuple[int, int], appeal: Case) -> bool:
    """Whether the later version pays, or makes eligible, whom an open appeal is about; the earlier one did not.

    A child is filed for because no roster has it: that is settled when one does.
    """
    if kind == "payments":
        return await _pays(store, versions, appeal)
    programme = city.programmes.get(appeal.programme)
    round = programme.round(appeal.round) if programme else None
    resident = await concerned.whom(store, appeal, versions[1])
    if programme is None or round is None or resident is None:
        return False
    members = [await concerned.member(store, version, resident) for version in versions]
    if appeal.for_whom == NEW_CHILD and members[0] is None:
        return members[1] is not None
    was, is_ = (one is not None and _due(_facts(one, programme), programme, round, store.now) for one in members)
    return is_ and not was


async def _pays(store: Drawer, versions: tuple[int, int], appeal: Case) -> bool:
    roster = await imports.in_force(store.db, "roster")
    resident = await concerned.whom(store, appeal, roster.version) if roster else None
    if resident is None:
        return False
    was, is_ = [await concerned.payment(store, version, resident, appeal.round) for version in versions]
    if is_ is None or is_.status != PAID:
        return False
    return was is None or was.status != PAID or was.amount != is_.amount
