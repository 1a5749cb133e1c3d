"""A child filed for before any roster had it: when one has, its card says so, its holder hears, and it is paid once."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import words
from bot.chores.changed import GRACE, Telling
from storage import awards, cases, exports, registry
from storage.cases import Case
from storage.ids import new_id
from storage.registry import Resident
from storage.tables import cases as cases_table
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_appeal import files_for_a_child
from tests.handlers.staff.deciding import dong_officer, proposes, takes, the_case
from tests.handlers.staff.test_talks import said
from tests.house.test_journeys import explained, statements
from tests.incoming import bringer, brings
from tests.journey import CITY, Officer, Town

NAME, BORN, PARENT = "박하늘", "2025-06-17", "park-junho"


async def brings_the_child(town: Town, folder: Path) -> None:
    """The office sends a roster that has the child in its parents' household."""
    header, *lines = (folder / "roster.csv").read_text("utf-8").splitlines()
    names = header.split(",")
    parent = dict(zip(names, next(line for line in lines if line.startswith(PARENT)).split(","), strict=True))
    child = parent | {"person_id": "sky", "name": NAME, "birth_date": BORN, "phone": "", "is_head": "0"}
    await brings(town, folder, "roster", [header, *lines, ",".join(child.values())])


async def the_child(town: Town) -> Resident:
    found = await town.within(lambda store: registry.by_person_id(store, "sky"))
    assert isinstance(found, Resident)
    return found


@pytest.fixture
async def han(town: Town, recognised: Arrive) -> Officer:
    """An officer who has the child's case in hand."""
    await files_for_a_child(await recognised(PARENT), NAME, BORN)
    han = await dong_officer(town)
    await takes(town, han)
    return han


async def accepted(town: Town, han: Officer) -> Officer:
    """As the dong proposed; the team's officer stands before the last button."""
    await proposes(town, han)
    seo = await town.officer("seo", role="decision")
    await takes(town, seo)
    for answer in ("decide", "as_proposed"):
        await seo.presses(answer)
    return seo


async def test_the_import_counts_it_and_its_card_says_since_when(town: Town, han: Officer, tmp_path: Path) -> None:
    await brings_the_child(town, tmp_path)
    (staged,) = [one for one in await bringer(town).latest(9) if one.kind == "roster" and one.in_force]
    case = await the_case(town)
    assert staged.difference is not None
    assert (staged.difference.settles, staged.difference.numbers) == (1, [case.number])
    listed = said("card.listed", at=town.now)
    town.now += GRACE
    await Telling(town.database, town.vault, lambda: CITY, words.write, lambda: town.now).all()
    await town.settled()
    assert any(case.number in text for text in han.all[-1:])
    town.later(minutes=2)
    await brings_the_child(town, tmp_path)
    await han.writes(f"/case {case.number}")
    assert listed in han.question


async def test_a_case_that_no_roster_has_the_child_of_says_nothing(town: Town, han: Officer) -> None:
    await han.writes(f"/case {(await the_case(town)).number}")
    assert said("card.listed", at=town.now).partition(":")[0] not in han.question


async def test_a_decision_grants_to_the_child_on_the_roster(town: Town, han: Officer, tmp_path: Path) -> None:
    await brings_the_child(town, tmp_path)
    with statements(town) as first:
        await proposes(town, han)
    seo = await town.officer("seo", role="decision")
    await takes(town, seo)
    with statements(town) as then:
        for answer in ("decide", "as_proposed", "send"):
            await seo.presses(answer)
    await explained(town, {**first, **then})
    case, child = await the_case(town), await the_child(town)
    assert (case.state, case.resident) == ("accepted", child.id)
    assert list(await town.within(lambda store: awards.of_resident(store, child.id, case.programme))) == ["1"]
    (row,) = (await town.within(exports.waiting_payments)).values()
    assert row.person_id == "sky"


async def test_a_roster_that_came_after_the_proposal_is_heeded(town: Town, han: Officer, tmp_path: Path) -> None:
    await proposes(town, han)
    await brings_the_child(town, tmp_path)
    seo = await town.officer("seo", role="decision")
    await takes(town, seo)
    for answer in ("decide", "as_proposed", "send"):
        await seo.presses(answer)
    case = await the_case(town)
    award = await town.within(lambda store: awards.of_case(store, case.id))
    assert award.before == 150_000  # by the roster: born before the reference date


async def test_while_another_case_about_the_child_is_open_nothing_is_granted_twice(
    town: Town, han: Officer, tmp_path: Path
) -> None:
    await brings_the_child(town, tmp_path)
    seo, case, child = await accepted(town, han), await the_case(town), await the_child(town)
    other = await second(town, case, child)
    await seo.presses("send")
    assert any(said("decide.child.open", number=other) in text for text in seo.all[-2:])
    assert (await town.within(lambda store: cases.by_id(store, case.id))).open
    ended = update(cases_table).where(cases_table.c.number == other).values(open=False)
    await town.within(lambda store: store.write(ended))
    await seo.presses("send")
    assert not (await town.within(lambda store: cases.by_id(store, case.id))).open


async def second(town: Town, case: Case, child: Resident) -> str:
    """The head of household files for the minor whom the roster has."""
    again = replace(
        case, id=new_id(), number="SG-2", for_whom="minor", resident=child.id, subject_hash=child.id.bytes, holder=None
    )
    return (await town.within(lambda store: cases.file(store, again))).number  # type: ignore[no-any-return]
