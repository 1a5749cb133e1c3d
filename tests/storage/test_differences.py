"""What a version changes, counted by hand: rows by dong and category, sums, households touched, pairs of people."""

from storage import concerned, differences, registry
from storage.differences import Sums, Tally
from storage.engine import Drawer
from storage.ids import new_id
from tests.storage.conftest import PAYMENTS_HEADER, Office, people

NONE = frozenset[int]()


def paid(*sums: int | None, status: str = "paid") -> list[str]:
    """Payments of round 1 of P1, P2, ...: their sums, None for one that is not there."""
    return [
        f"P{n},1,{status},card,{amount},2025-07-22,2025-07-23" for n, amount in enumerate(sums, 1) if amount is not None
    ]


async def test_rows_are_counted_by_dong_and_category(office: Office) -> None:
    await office.bring(people(40))
    lines = people(40)[2:]  # P1 and P2 are gone
    lines[0] = lines[0].replace("general", "basic")
    lines[1] = lines[1].replace("가정1동", "신현동")
    lines[2] = lines[2].replace("홍길동", "임꺽정")  # a name alone changes no work
    lines += [line.replace("가정1동", "신현동") for line in people(1, first=90)]
    staged = await office.stage(office.file(lines))
    async with office.database.reading() as db:
        dongs, categories = await differences.tallies(db, "roster", 1, staged.version)
        assert await differences.rows(db, "roster", staged.version) == 39
    assert dongs == {"gajeong-1": Tally(0, 2, 2), "sinhyeon": Tally(1, 0, 0)}
    assert categories == {"general": Tally(1, 2, 2)}
    assert (staged.new, staged.gone, staged.changed) == (1, 2, 3)


async def test_sums_that_were_told_and_are_another_now_are_counted_and_who_is_newly_paid(office: Office) -> None:
    await office.bring(people(40))
    await office.bring(
        [*paid(*[100] * 30), *(f"P{n},1,applied,card,100,2025-07-22," for n in range(31, 41))], "payments"
    )
    lines = [*paid(150, 50, *[100] * 29), *(f"P{n},1,applied,card,100,2025-07-22," for n in range(32, 40))]
    lines[5] = "P6,1,returned,card,100,2025-07-22,2025-07-23"
    staged = await office.stage(office.file(lines, PAYMENTS_HEADER), "payments")
    async with office.database.reading() as db:
        found = await differences.sums(db, 2, staged.version)
        dongs, _ = await differences.tallies(db, "payments", 2, staged.version)
    assert found == [Sums("1", people=3, before=300, after=200, paid=1, unpaid=1)]
    assert dongs == {"gajeong-1": Tally(0, 1, 4)}


async def test_a_household_is_touched_when_any_row_of_it_is_another(office: Office) -> None:
    await office.bring(people(8))
    lines = people(8)
    lines[2] = lines[2].replace("90000", "80000")
    staged = await office.bring(lines)
    async with office.database.reading() as db:
        found = await concerned.touched(db, 1, staged.version, NONE)
        born = await concerned.touched(db, 1, staged.version, {1950})
    digests = [digest async for some in concerned.distinct(found, 10) for digest in some]
    assert digests == [office.vault.lookup("household", "H2")]
    assert len([digest async for some in concerned.distinct(born, 2) for digest in some]) == 4


async def test_everybody_of_a_touched_household_is_paired_once(office: Office) -> None:
    await office.bring(people(40))
    lines = [line for line in people(40) if not line.startswith("P4,")]  # of H2 with P3
    lines[0] = lines[0].replace("H1,", "H3,")  # P1 moves from P2 to P5 and P6
    staged = await office.bring([*lines, *people(1, first=99)])
    async with office.database.reading() as db:
        store = Drawer(db, office.vault, office.now)
        touched = await concerned.touched(db, 1, staged.version, NONE)
        digests = [digest async for some in concerned.distinct(touched, 9) for digest in some]
        found = await concerned.pairs(store, 1, staged.version, digests, NONE)
        alone = [pair for one in digests for pair in await concerned.pairs(store, 1, staged.version, [one], NONE)]
    sizes = sorted(
        (len(was.household) if was else 0, len(is_.household) if is_ else 0) for was, is_ in found
    )  # fmt: skip
    assert sizes == sorted([(2, 3), (2, 1), (2, 1), (2, 0), (2, 3), (2, 3), (0, 1)])
    assert len(alone) == len(found)


async def test_somebody_among_her_household_in_either_version(office: Office) -> None:
    await office.bring(people(4))
    staged = await office.bring([*people(4), people(1, first=5)[0].replace("H3", "H1")])

    async def look(store: Drawer) -> tuple[int, int, bool]:
        resident = await registry.by_person_id(store, "P1")
        assert resident is not None
        was, is_ = [await concerned.member(store, version, resident.id) for version in (1, staged.version)]
        assert was is not None
        assert is_ is not None
        nobody = await concerned.member(store, 1, new_id())
        return len(was.household), len(is_.household), nobody is None

    assert await office.do(look) == (2, 3, True)
