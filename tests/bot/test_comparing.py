"""What a roster changes by the rules: the same as if everybody had been judged anew, for any change of any rows."""

from collections import defaultdict
from datetime import date
from random import Random

import pytest

from bot.bringing import spellings
from bot.comparing import compare
from bot.sample import write_sample
from programmes.rules import Outcome, RosterFacts, facts_of, verdict
from storage import imports, staging
from storage.differences import Difference
from storage.staging import Staged
from tests.journey import CITY
from tests.storage.conftest import Office, office, store_db, vault

__all__ = ["office", "store_db", "vault"]

PEOPLE = 150
Entitled = dict[str, frozenset[tuple[str, str]]]


@pytest.fixture
def lines(office: Office) -> list[str]:
    write_sample(office.folder, PEOPLE, 1, office.now, lambda _done, _all: None)
    return (office.folder / "roster.csv").read_text("utf-8").splitlines()


async def staged_as(office: Office, lines: list[str]) -> Staged:
    path = office.folder / "roster-in.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return await staging.stage(office.database, office.vault, "roster", path, spellings(CITY), office.now)


async def compared(office: Office, before: list[str], after: list[str]) -> Difference:
    """Put one file in force, stage another, and compare them."""
    former = await staged_as(office, before)
    await imports.apply(office.database, office.vault, former.version, office.now)
    return await compare(office.database, office.vault, CITY, "roster", await staged_as(office, after), office.now)


def judged(lines: list[str]) -> Entitled:
    """Everybody by the rules, straight from the file."""
    names = lines[0].split(",")
    rows = [dict(zip(names, line.split(","), strict=True)) for line in lines[1:]]
    households = defaultdict(list)
    for row in rows:
        households[row["household_id"]].append(facts(row))
    return {row["person_id"]: due(facts(row), households[row["household_id"]]) for row in rows}


def facts(row: dict[str, str]) -> RosterFacts:
    def flag(name: str) -> bool | None:
        return row[name] == "1" if row[name] else None

    def number(name: str) -> int | None:
        return int(row[name]) if row[name] else None

    return RosterFacts(
        date.fromisoformat(row["birth_date"]), row["category"], row["is_head"] == "1", row["nationality_status"],
        row["insurance"] or None, number("premium"), number("earners"), flag("assets_over"), flag("insured"),
        flag("present_on_reference_date"),
    )  # fmt: skip


def due(one: RosterFacts, household: list[RosterFacts]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (programme.id, round.code)
        for programme in CITY.programmes.values()
        for round in programme.rounds
        if verdict(
            programme, facts_of(one, household, programme.reference_date), round.opens, round.code
        ).outcome is Outcome.YES
    )  # fmt: skip


def expected(before: list[str], after: list[str]) -> tuple[dict[tuple[str, str], tuple[int, int]], int]:
    was, is_ = judged(before), judged(after)
    shifts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    lose, none = 0, frozenset[tuple[str, str]]()
    for person in was.keys() | is_.keys():
        gained, lost = is_.get(person, none) - was.get(person, none), was.get(person, none) - is_.get(person, none)
        lose += bool(lost)
        for place in gained:
            shifts[place][0] += 1
        for place in lost:
            shifts[place][1] += 1
    return {place: (gain, lost) for place, (gain, lost) in shifts.items()}, lose


def spoilt(lines: list[str], seed: int) -> list[str]:
    """Some rows gone, some new, some otherwise: other days of birth, households, categories, premiums."""
    chance, names = Random(seed), lines[0].split(",")
    found = [lines[0]]
    for line in lines[1:]:
        cells = dict(zip(names, line.split(","), strict=True))
        for name, values in (
            ("birth_date", ("2025-06-18", "2025-06-19", "2006-12-31", "2007-01-01")),
            ("household_id", (lines[3].split(",")[names.index("household_id")], "new-household")),
            ("category", ("general", "basic")),
            ("nationality_status", ("korean", "other", "f5")),
            ("premium", ("", "0", "9000000")),
            ("present_on_reference_date", ("0", "1")),
            ("assets_over", ("0", "1")),
        ):
            if chance.random() < 0.08:
                cells[name] = chance.choice(values)
        if chance.random() > 0.03:
            found.append(",".join(cells.values()))
    new = lines[5].split(",")
    return [*found, ",".join(["someone-new", *new[1:]])]


@pytest.mark.parametrize("seed", range(4))
async def test_it_counts_what_judging_everybody_anew_would(office: Office, lines: list[str], seed: int) -> None:
    after = spoilt(lines, seed)
    found = await compared(office, lines, after)
    shifts, lose = expected(lines, after)
    assert {(one.programme, one.round): (one.gain, one.lose) for one in found.shifts} == shifts
    assert found.lose == lose > 0
    assert found.former == len(lines) - 1


async def test_a_day_of_birth_within_a_year_counts_though_it_is_sealed(office: Office, lines: list[str]) -> None:
    names = lines[0].split(",")
    cells = dict(zip(names, lines[4].split(","), strict=True)) | {"birth_date": "2025-06-18", "is_head": "0"}
    born, later = ",".join(cells.values()), ",".join((cells | {"birth_date": "2025-06-19"}).values())
    before, after = ([*lines[:4], line, *lines[5:]] for line in (born, later))
    found = await compared(office, before, after)
    assert {(one.programme, one.round): (one.gain, one.lose) for one in found.shifts} == expected(before, after)[0]


async def test_the_same_file_again_changes_nothing(office: Office, lines: list[str]) -> None:
    found = await compared(office, lines, lines)
    assert (found.whole.all, found.shifts, found.dongs, found.settles, found.lose) == (0, [], {}, 0, 0)


async def test_a_first_file_is_compared_with_nothing(office: Office, lines: list[str]) -> None:
    staged = await staged_as(office, lines)
    found = await compare(office.database, office.vault, CITY, "roster", staged, office.now)
    assert (found.former, found.whole.new, found.shifts) == (0, len(lines) - 1, [])
