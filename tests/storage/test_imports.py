"""Imports: what a bad row costs (nothing), what a bad file costs (itself), versions, undo, crashes."""

import asyncio
from collections.abc import Awaitable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from storage import import_rows, imports, registry, staging
from storage.differences import Difference, Tally
from storage.engine import Drawer
from storage.ids import new_id
from storage.import_rows import BadFile, BadRow
from storage.imports import TABLES
from storage.staging import SHRUNK, TooManyBad
from storage.tables import audit, keys, residents
from storage.tables import imports as versions
from tests.storage.conftest import DONGS, NOW, PAYMENTS_HEADER, ROSTER_HEADER, Office, people

MANY = 200  # so many good rows that one or two bad ones are no reason to refuse the file

BAD = {
    "birth_date": ("1950-03-06", "1950-02-30"),
    "dong": ("가정1동", "없는동"),
    "resident_number": ("홍길동", "900101-1234567"),
    "truncated": (",korean,90000", ""),
    "shifted": (",general", ",,general"),
    "category": ("general", "rich"),
    "phone": ("010-2000-0005", "010-2000"),
    "flag": (",1,korean", ",yes,korean"),
    "nationality_status": ("korean", "martian"),
    "premium": ("90000", "-1"),
    "name": ("홍길동", "4711"),
    "household_id": ("H3", "세대"),
    "person_id": ("P5,", "??,"),
}


@pytest.fixture
async def shared_office(office: Office) -> Office:
    """With a roster in force, over all examples."""
    await office.bring(people(MANY))
    return office


async def dong_of(office: Office, person_id: str) -> str | None:
    async def look(store: Drawer) -> str | None:
        found = await registry.by_person_id(store, person_id)
        return found.dong if found else None

    return await office.do(look)


async def refused(office: Office, lines: list[str], header: str = ROSTER_HEADER) -> BadFile:
    with pytest.raises(BadFile) as caught:
        await office.stage(office.file(lines, header))
    return caught.value


async def count(office: Office, table: str) -> int:
    async with office.database.reading() as db:
        return int((await db.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


@pytest.mark.parametrize("reason", BAD)
async def test_a_bad_row_is_reported_without_its_value_and_keeps_the_former_one(office: Office, reason: str) -> None:
    await office.bring(people(MANY))
    lines = [line.replace("가정1동", "신현동") for line in people(MANY)]
    good, bad = BAD[reason]
    lines[4] = people(MANY)[4].replace(good, bad, 1)
    assert lines[4] != people(MANY)[4]
    staged = await office.bring(lines)
    assert staged.bad == [(6, reason)]
    assert (staged.rows, staged.kept, staged.gone, staged.changed) == (MANY - 1, 1, 0, MANY - 1)
    assert await dong_of(office, "P5") == "gajeong-1"
    assert await dong_of(office, "P4") == "sinhyeon"


async def test_of_a_person_who_stands_there_twice_no_row_is_taken(office: Office) -> None:
    await office.bring(people(MANY))
    staged = await office.bring([*people(MANY), people(1)[0].replace("가정1동", "신현동")])
    assert staged.bad == [(2, "doubled"), (MANY + 2, "doubled")]
    assert await dong_of(office, "P1") == "gajeong-1"


async def test_a_bad_row_of_nobody_known_lets_nobody_be_dropped(office: Office) -> None:
    await office.bring(people(MANY))
    lines = people(MANY)
    lines[4] = lines[4].replace("P5,", "P5x,").replace("가정1동", "없는동")
    staged = await office.bring(lines)
    assert (staged.gone, staged.kept) == (0, 1)
    assert await dong_of(office, "P5") == "gajeong-1"


async def test_who_is_missing_from_a_good_file_is_gone(office: Office) -> None:
    await office.bring(people(MANY))
    staged = await office.bring([*people(MANY)[1:], *people(1, first=900)])
    assert (staged.new, staged.gone, staged.changed) == (1, 1, 0)
    assert await dong_of(office, "P1") is None


async def test_over_one_bad_row_in_a_hundred_the_file_is_refused_and_nothing_stays(office: Office) -> None:
    await office.bring(people(MANY))
    lines = people(MANY)
    for n in range(3):
        lines[n] = lines[n].replace("가정1동", "없는동")
    with pytest.raises(TooManyBad) as caught:
        await office.stage(office.file(lines))
    assert caught.value.bad == [(2, "dong"), (3, "dong"), (4, "dong")]
    assert await count(office, "roster") == MANY
    assert await dong_of(office, "P1") == "gajeong-1"


async def test_a_file_that_is_wrong_as_a_whole_is_refused(office: Office) -> None:
    assert (await refused(office, [])).reason == "empty"
    wanting = (await refused(office, people(9), "person_id,name")).facts["columns"]
    assert str(wanting).startswith("birth_date, category")
    assert (await refused(office, people(9), ROSTER_HEADER + ",name")).reason == "doubled_columns"
    shifted = [f"{line.partition(',')[2]}," for line in people(9)]
    assert (await refused(office, shifted)).reason == "too_many_bad"
    missing = await refused(office, [line.replace(",general", "") for line in people(9)])
    assert (missing.reason, missing.facts) == ("columns", {"bad": 9, "rows": 9, "why": "truncated"})
    extra = await refused(office, [line.replace(",general", ",general,,") for line in people(9)])
    assert (extra.reason, extra.facts["why"]) == ("columns", "shifted")
    assert (await refused(office, people(9) * 2)).reason == "doubled"
    wide = office.folder / "wide.csv"
    wide.write_text("\n".join([ROSTER_HEADER, *people(9)]) + "\n", encoding="utf-16")
    with pytest.raises(BadFile, match="encoding"):
        await office.stage(wide)
    latin = office.folder / "latin.csv"
    latin.write_bytes(ROSTER_HEADER.encode() + b"\nP1,\xff\xff\xff,\n")
    with pytest.raises(BadFile, match="encoding"):
        await office.stage(latin)


async def test_a_file_that_was_cut_off_is_refused(office: Office) -> None:
    await office.bring(people(MANY))
    bad = await refused(office, people(MANY // 2))
    assert (bad.reason, bad.facts) == ("shrunk", {"rows": MANY // 2, "before": MANY})


@pytest.mark.parametrize("cut", [1, 3, 40])
async def test_a_file_whose_last_line_does_not_end_is_refused_and_nothing_is_written(office: Office, cut: int) -> None:
    await office.bring(people(9))
    path = office.file(people(9))
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(BadFile, match="cut_off"):
        await office.stage(path)
    assert await count(office, "roster") == 9
    assert await count(office, "imports") == 1


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
async def test_whatever_is_done_to_a_file_it_is_refused_or_whole(shared_office: Office, data: st.DataObject) -> None:
    """Bytes cut, doubled, shifted, replaced: what is in force never changes, and nothing is half applied."""
    office = shared_office
    good = "\n".join([ROSTER_HEADER, *people(MANY)]).encode() + b"\n"
    at = data.draw(st.integers(0, len(good) - 1))
    length = data.draw(st.integers(0, 400))
    put = data.draw(
        st.one_of(st.binary(max_size=40), st.just(good[at : at + 300]), st.sampled_from([b",", b"\n", b'"']))
    )
    path = office.folder / "mangled.csv"
    path.write_bytes(good[:at] + put + good[at + length :])
    try:
        staged = await office.stage(path)
    except BadFile:
        pass
    else:
        assert staged.rows + staged.kept >= SHRUNK * MANY
        await imports.apply(office.database, office.vault, staged.version, NOW)
        await imports.undo(office.database, office.vault, "roster", NOW)
    async with office.database.reading() as db:
        force = await imports.in_force(db, "roster")
    assert force is not None
    assert (force.version, await dong_of(office, "P1")) == (1, "gajeong-1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
async def test_three_encodings_and_korean_columns_give_the_same(office: Office, encoding: str) -> None:
    korean = {english: korean for korean, english in import_rows.KOREAN["roster"].items()}
    header = ",".join(korean[name] for name in ROSTER_HEADER.split(","))
    await office.stage(office.file(people(3), header, encoding))
    assert await count(office, "roster") == 3


async def test_quotes_blank_lines_and_unknown_columns_do_no_harm(office: Office) -> None:
    quoted = people(1)[0].replace("홍길동각", '"홍길동각"') + ",ignored"
    staged = await office.stage(office.file([quoted, "", ""], ROSTER_HEADER + ",comment"))
    assert (staged.rows, staged.bad) == (1, [])


async def test_residents_keep_their_id_and_key_from_version_to_version(office: Office) -> None:
    await office.bring(people(MANY))

    async def ids(store: Drawer) -> list[object]:
        found = (
            select(residents.c.id, keys.c.sealed).join(keys, keys.c.owner == residents.c.id).order_by(residents.c.id)
        )
        return list(await store.read(found))

    before = await office.do(ids)
    await office.bring(people(MANY))
    assert await office.do(ids) == before


async def test_undo_goes_back_one_version_and_then_none(office: Office) -> None:
    with pytest.raises(BadFile, match="nothing_to_undo"):
        await imports.undo(office.database, office.vault, "roster", NOW)
    first = await office.bring(people(9))
    await office.bring([line.replace("가정1동", "신현동") for line in people(9)])
    assert await imports.undo(office.database, office.vault, "roster", NOW) == first.version
    assert await dong_of(office, "P1") == "gajeong-1"
    assert await imports.undo(office.database, office.vault, "roster", NOW) is None
    assert await dong_of(office, "P1") is None


async def test_only_a_staged_version_is_applied_and_only_once(office: Office) -> None:
    staged = await office.bring(people(3))
    for version in (staged.version, 99):
        with pytest.raises(BadFile, match="not_staged"):
            await imports.apply(office.database, office.vault, version, NOW)


async def test_of_two_hands_that_apply_or_undo_at_once_one_does(office: Office) -> None:
    first = await office.bring(people(3))
    staged = await office.stage(office.file(people(4)))

    async def outcome(work: Awaitable[object]) -> str:
        try:
            await work
        except BadFile as bad:
            return bad.reason
        return "done"

    def apply() -> Awaitable[object]:
        return office.do(lambda store: imports.put_in_force(store, staged.version))

    def undo() -> Awaitable[object]:
        return office.do(lambda store: imports.go_back(store, "roster", staged.version))

    assert sorted(await asyncio.gather(outcome(apply()), outcome(apply()))) == ["done", "not_staged"]
    assert sorted(await asyncio.gather(outcome(undo()), outcome(undo()))) == ["done", "nothing_to_undo"]
    async with office.database.reading() as db:
        force = await imports.in_force(db, "roster")
    assert force is not None
    assert force.version == first.version


async def test_what_was_compared_with_another_version_is_not_applied(office: Office) -> None:
    await office.bring(people(3))
    staged = await office.stage(office.file(people(4)))
    await imports.undo(office.database, office.vault, "roster", NOW)
    with pytest.raises(BadFile, match="stale"):
        await imports.apply(office.database, office.vault, staged.version, NOW)
    assert await dong_of(office, "P4") is None


async def test_what_is_staged_beside_the_one_in_force_is_cleared_by_the_next_and_then_not_applied(
    office: Office,
) -> None:
    await office.bring(people(3))
    waiting = await office.stage(office.file(people(4)))
    await office.stage(office.file(people(5)))
    with pytest.raises(BadFile, match="not_staged"):
        await imports.apply(office.database, office.vault, waiting.version, NOW)


async def test_versions_are_listed_with_who_stands_for_them_and_what_they_change(office: Office) -> None:
    await office.bring(people(3))
    staged, admin = await office.stage(office.file(people(4))), new_id()
    difference = Difference(4, 3, 0, 0, Tally(1), dongs={"gajeong-1": Tally(1)})
    await office.do(lambda store: imports.compared(store, staged.version, difference, None))
    waiting, force = await office.do(lambda store: imports.latest(store, 9))
    assert (waiting.waits, waiting.in_force, waiting.staged_by, waiting.difference) == (True, False, None, difference)
    assert (force.version, force.in_force, force.difference) == (1, True, None)
    assert await office.do(lambda store: imports.stand_for(store, staged.version, admin))
    assert not await office.do(lambda store: imports.stand_for(store, staged.version, new_id()))
    await imports.apply(office.database, office.vault, staged.version, NOW, admin)
    one = await office.do(lambda store: imports.by_number(store, staged.version))
    assert one is not None
    assert (one.staged_by, one.applied_by, one.in_force, one.waits) == (admin, admin, True, False)
    assert await office.do(lambda store: imports.by_number(store, 99)) is None
    async with office.database.reading() as db:
        said = (await db.execute(select(audit.c.action).where(audit.c.actor == admin))).scalars().all()
    assert sorted(said) == ["import.applied", "import.stood_for"]


async def test_the_version_in_force_the_one_before_and_what_changes_are_told_from_are_kept(office: Office) -> None:
    for _ in range(3):
        await office.bring(people(20))
    last = await office.bring(people(20))
    await imports.prune(office.database, "roster")
    async with office.database.reading() as db:
        table = TABLES["roster"][0]
        kept = (await db.execute(select(table.c.version).distinct())).scalars().all()
        states = (await db.execute(select(versions.c.state).order_by(versions.c.version))).scalars().all()
    assert sorted(kept) == [1, last.version - 1, last.version]
    assert states == ["applied", "pruned", "applied", "applied"]


async def test_a_killed_import_changes_nothing_and_its_debris_is_cleared(office: Office) -> None:
    await office.bring(people(MANY))

    class Killed(BaseException):
        pass

    def stop(what: str, _done: int, _total: int) -> None:
        if what == "writing":
            raise Killed

    path = office.file([line.replace("가정1동", "신현동") for line in people(MANY)])
    with pytest.raises(Killed):
        async with imports.alone(office.database):
            await staging.stage(office.database, office.vault, "roster", path, DONGS, NOW, stop)
    assert await dong_of(office, "P1") == "gajeong-1"
    assert await count(office, "roster") == 2 * MANY
    await office.stage(path)
    async with office.database.reading() as db:
        states = (await db.execute(select(versions.c.state).order_by(versions.c.version))).scalars().all()
    assert states == ["applied", "pruned", "staged"]
    assert await count(office, "roster") == 2 * MANY


async def test_two_imports_at_once_are_refused(office: Office) -> None:
    async with imports.alone(office.database):
        with pytest.raises(BadFile, match="busy"):
            async with imports.alone(office.database):
                pass
    async with imports.alone(office.database):
        pass


async def test_payments_of_people_who_are_not_on_the_roster_are_bad_rows(office: Office) -> None:
    await office.bring(people(MANY))
    lines = [f"P{n},1,paid,card,150000,2025-07-22,2025-07-23" for n in range(1, MANY + 1)]
    staged = await office.bring([*lines, "P999,1,applied,card,150000,2025-07-22,"], "payments")
    assert (staged.rows, staged.bad) == (MANY, [(MANY + 2, "unknown_person")])


async def test_payments_need_a_roster(office: Office) -> None:
    with pytest.raises(BadFile, match="no_roster"):
        await office.stage(office.file(["P1,1,applied,card,150000,2025-07-22,"], PAYMENTS_HEADER), "payments")


async def test_a_bad_payment_keeps_the_former_one_of_that_round(office: Office) -> None:
    await office.bring(people(MANY))
    lines = [f"P{n},{r},paid,card,150000,2025-07-22,2025-07-23" for n in range(1, MANY + 1) for r in (1, 2)]
    await office.bring(lines, "payments")
    lines[0] = lines[0].replace("card", "cash")
    staged = await office.bring(lines, "payments")
    assert (staged.bad, staged.kept, staged.gone) == ([(2, "method")], 1, 0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("P1,3,paid,card,1,2025-07-22,2025-07-23", "round"),
        ("P1,1,lost,card,1,2025-07-22,2025-07-23", "status"),
        ("P1,1,paid,card,99999999,2025-07-22,2025-07-23", "amount"),
        ("P1,1,paid,card,1.5,2025-07-22,2025-07-23", "amount"),
        ("P1,1,paid,card,1,2025-07-22,2025-07-21", "moment"),
        ("P1,1,paid,card,1,2025-07-22,", "moment"),
        ("P1,1,applied,card,1,22.07.2025,", "moment"),
        ("P1,1,applied,card,1,2030-01-01,", "moment"),
    ],
)
def test_each_fault_of_a_payment_has_its_reason(line: str, reason: str) -> None:
    sheet = import_rows.sheet("payments", PAYMENTS_HEADER.encode() + b"\n", b"", {}, NOW.date())
    with pytest.raises(BadRow, match=reason):
        sheet.row(line.encode())


@given(st.binary(max_size=120))
def test_no_line_whatever_breaks_the_reader(line: bytes) -> None:
    sheet = import_rows.sheet("roster", ROSTER_HEADER.encode() + b"\n", b"", DONGS, NOW.date())
    sheet.key(line)
    with pytest.raises(BadRow):
        sheet.row(line)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_thirteen_digits_anywhere_are_never_taken(noise: str) -> None:
    sheet = import_rows.sheet("roster", ROSTER_HEADER.encode() + b"\n", b"", DONGS, NOW.date())
    with pytest.raises(BadRow):
        sheet.row(f"P1,{noise}900101-1234567,1950-01-01,,가정1동,general,H1,1,korean,".encode())


async def test_the_order_of_the_lines_does_not_matter(office: Office) -> None:
    await office.bring(people(MANY))
    staged = await office.bring(sorted(people(MANY), reverse=True))
    assert (staged.rows, staged.new, staged.changed, staged.gone) == (MANY, 0, 0, 0)


async def test_a_large_file_goes_through_worker_processes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "SMALL_FILE", 0)
    monkeypatch.setattr(staging, "CHUNK", 50)
    staged = await office.bring(people(MANY))
    assert staged.new == MANY
    assert (await office.bring(people(MANY))).changed == 0
    async with office.database.reading() as db:
        assert (await db.execute(select(func.count()).select_from(residents))).scalar_one() == MANY


def test_a_header_that_ends_within_a_character_does_not_swallow_the_next_line() -> None:
    korean = ",".join(import_rows.KOREAN["roster"]).encode("cp949")
    with pytest.raises(BadFile, match="encoding"):
        import_rows.sheet("roster", korean + b"\xce", b"\xa1", DONGS, NOW.date())
