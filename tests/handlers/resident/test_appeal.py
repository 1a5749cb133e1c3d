from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from storage import cases, imports, staging
from storage.cases import Case
from storage.engine import Drawer
from storage.import_rows import Kind
from storage.tables import cases as cases_table
from tests.handlers.resident.conftest import Arrive
from tests.journey import CITY, SEOUL, Resident, Town

NOT_HER_DAY = datetime(2025, 9, 22, 10, 0, tzinfo=SEOUL)  # a Monday, for years that end in 1 and 6
HER_DAY = datetime(2025, 9, 24, 9, 0, tzinfo=SEOUL)  # a Wednesday, for years that end in 3 and 8


async def filed(town: Town) -> list[Case]:
    """All cases there are, oldest first."""

    async def find(store: Drawer) -> list[Case]:
        rows = await store.read(select(cases_table.c.id).order_by(cases_table.c.filed_at))
        found = [await cases.by_id(store, row.id) for row in rows.all()]
        return [case for case in found if case is not None]

    return list(await town.within(find))


async def brings_into_force(town: Town, folder: Path, kind: Kind) -> None:
    dongs = {name: dong.code for dong in CITY.places.dongs.values() for name in (dong.code, dong.name.ko)}
    staged = await staging.stage(town.database, town.vault, kind, folder / f"{kind}.csv", dongs, town.now)
    await imports.apply(town.database, town.vault, staged.version, town.now)


async def begins(resident: Resident, round: str = "livelihood-coupon-2025/1") -> None:
    await resident.writes("/appeal")
    await resident.presses(round)


async def to_the_summary(resident: Resident, whom: str, reason: str) -> None:
    for answer in (whom, reason, "later", "none"):
        await resident.presses(answer)


async def names_a_child(parent: Resident, name: str, born: str, parent_told: Sequence[str] = ()) -> None:
    """Begin an appeal for a newborn; a stranger tells her own name, birth date and dong too, and no phone."""
    await begins(parent)
    await parent.presses("new_child")
    for written in (name, born, *parent_told):
        await parent.writes(written)
    if parent_told:
        await parent.presses("skip")


async def files_for_a_child(parent: Resident, name: str, born: str, parent_told: Sequence[str] = ()) -> None:
    """File it too."""
    await names_a_child(parent, name, born, parent_told)
    for answer in ("newborn", "later", "none", "right"):
        await parent.presses(answer)


async def test_an_appeal_of_oneself_is_filed_with_a_number_and_a_due_time(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await begins(kim)
    await to_the_summary(kim, "본인", "amount")
    assert "신청 내용을 확인해" in kim.question
    assert len(kim.question) <= 900
    await kim.presses("right")
    (case,) = await filed(town)
    assert (case.kind, case.state, case.identity, case.for_whom) == ("appeal", "filed", "recognised", "self")
    assert case.due_at is not None
    assert case.due_at > town.now
    receipt = next(text for text in kim.all if case.number in text)
    assert "답변 예정" in receipt
    assert "원" not in receipt.replace("회원", "").replace("지원", "").replace("민원", "")
    assert len(receipt) <= 900


async def test_the_receipt_stands_above_the_question_that_follows_it(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await begins(kim)
    await to_the_summary(kim, "본인", "amount")
    await kim.presses("right")
    (case,) = await filed(town)
    assert case.number in kim.all[-2]
    assert kim.last == kim.question


async def test_the_due_time_is_explained_in_working_hours(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await begins(kim)
    await to_the_summary(kim, "본인", "amount")
    await kim.presses("right")
    await kim.presses("clock")
    told = next(text for text in reversed(kim.all) if "근무시간" in text)
    assert "2025년 7월 28일(월): 7시간" in told


async def test_the_same_appeal_is_shown_to_her_instead_of_filed_twice(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    for _ in range(2):
        await begins(kim)
        await kim.presses("본인")
        if "이미 접수" in "".join(kim.all[-2:]):
            break
        for answer in ("amount", "later", "none", "right"):
            await kim.presses(answer)
    (case,) = await filed(town)
    assert case.number in kim.question


async def test_a_wife_learns_that_the_childs_appeal_is_open_and_never_by_whom(town: Town, recognised: Arrive) -> None:
    husband = await recognised("park-junho")
    await files_for_a_child(husband, "박하늘", "2025.7.20")
    wife = await recognised("lee-sujin")
    await names_a_child(wife, "하늘이", "2025년 7월 20일")
    (case,) = await filed(town)
    assert any("이분의 이의신청은 이미 접수" in text for text in wife.all)
    assert not any(case.number in text for text in wife.all)
    assert case.for_whom == "new_child"
    assert case.household is not None


async def test_a_head_of_household_appeals_for_a_minor_on_the_roster(town: Town, recognised: Arrive) -> None:
    father = await recognised("park-junho")
    await begins(father)
    child = next(label for label in father.buttons if "2013" in label)
    await to_the_summary(father, child, "amount")
    await father.presses("right")
    (case,) = await filed(town)
    assert (case.for_whom, case.told["name"], case.identity) == ("minor", "박서연", "recognised")


async def test_who_is_on_no_list_files_with_identity_to_be_checked(town: Town, city: Town, welcomed: Arrive) -> None:
    jung = await welcomed("jung-taewon")
    await begins(jung)
    await jung.presses("unlisted")
    await jung.writes("정태원")
    await jung.writes("19790605")
    await jung.writes("연희동")
    await jung.shares_contact()
    for answer in ("returned", "later"):
        await jung.presses(answer)
    await jung.writes("6월에 출장에서 돌아왔습니다.")
    assert all(words in jung.question for words in ("정태원", "연희동", "+821", "출장"))
    assert "금액" not in jung.question
    await jung.presses("right")
    (case,) = await filed(town)
    assert (case.identity, case.for_whom, case.resident) == ("to_check", "unlisted", None)
    assert case.told["statement"] == "6월에 출장에서 돌아왔습니다."
    assert case.dong is not None


async def test_a_dong_meant_by_several_names_is_asked_again_among_them(town: Town, welcomed: Arrive) -> None:
    jung = await welcomed("jung-taewon")
    await begins(jung)
    await jung.presses("unlisted")
    await jung.writes("정태원")
    await jung.writes("19790605")
    await jung.writes("청라")
    assert len(jung.buttons) == 4
    await jung.presses("청라2동")
    assert "전화번호" in jung.question
    await jung.presses("skip")
    assert "이유" in jung.question


async def test_a_dong_elsewhere_is_refused_with_a_sentence(town: Town, welcomed: Arrive) -> None:
    jung = await welcomed("jung-taewon")
    await begins(jung)
    await jung.presses("unlisted")
    await jung.writes("정태원")
    await jung.writes("19790605")
    await jung.writes("역삼동")
    assert "찾지 못했습니다" in "".join(jung.all[-2:])


async def test_a_stranger_who_appeals_for_a_newborn_tells_who_she_is(town: Town, welcomed: Arrive) -> None:
    jung = await welcomed("jung-taewon")
    await files_for_a_child(jung, "정하늘", "2025-07-01", ("정태원", "1979-06-05", "연희동"))
    (case,) = await filed(town)
    assert (case.told["name"], case.told["filer"]) == ("정하늘", "정태원")
    assert case.identity == "to_check"


async def test_the_way_back_leads_to_each_question_which_century(welcomed: Arrive) -> None:
    jung = await welcomed("jung-taewon")
    await begins(jung)
    await jung.presses("new_child")
    for name, born, day in (("정하늘", "250701", "2025-07-01"), ("정태원", "150605", "1915-06-05")):
        await jung.writes(name)
        await jung.writes(born)
        await jung.presses(day)
    for back, years in ((1, ("1915", "2015")), (3, ("1925", "2025"))):
        for _ in range(back):
            await jung.writes("이전")
        assert all(any(year in label for label in jung.buttons) for year in years)


async def test_a_change_asks_only_what_was_changed(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await begins(kim)
    await to_the_summary(kim, "본인", "amount")
    await kim.presses("change")
    await kim.presses("statement")
    await kim.writes("금액이 적습니다.")
    assert "금액이 적습니다." in kim.question
    assert "신청 내용을 확인해" in kim.question


async def test_a_statement_of_over_a_thousand_letters_is_refused(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await begins(kim)
    for answer in ("본인", "amount", "later"):
        await kim.presses(answer)
    await kim.writes("가" * 1001)
    assert "1001자" in "".join(kim.all[-2:])


async def test_on_another_day_the_draft_is_kept_and_nothing_is_filed(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    town.now = NOT_HER_DAY
    await begins(kim, "livelihood-coupon-2025/2")
    await to_the_summary(kim, "본인", "amount")
    await kim.presses("right")
    assert "신청할 수 있는 때: 2025년 9월 24일(수)부터" in kim.question
    await kim.presses("now")
    assert "아직 접수할 수 있는 때가 아닙니다" in "".join(kim.all[-2:])
    assert await filed(town) == []
    await kim.presses("later")
    town.now = HER_DAY
    await kim.writes("/appeal")
    await kim.presses("go_on")
    await kim.presses("right")
    (case,) = await filed(town)
    assert case.round == "2"


async def test_a_draft_survives_a_look_at_another_dialog(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await begins(kim)
    await kim.presses("본인")
    await kim.presses("amount")
    await kim.writes("/help")
    await kim.writes("/appeal")
    assert "쓰시던 이의신청" in kim.question
    await kim.presses("go_on")
    assert "서류" in kim.question
    town.later(days=30)
    await kim.presses("later")
    assert "하실 말씀" in kim.question


async def test_a_window_that_closed_meanwhile_files_nothing(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await begins(kim)
    await to_the_summary(kim, "본인", "amount")
    town.now = datetime(2025, 9, 12, 18, 0, tzinfo=SEOUL)
    await kim.presses("right")
    assert any("이의신청은 끝났습니다" in text for text in kim.all)
    assert await filed(town) == []


async def test_when_no_window_is_open_a_person_is_offered(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    town.now = datetime(2030, 1, 7, 10, 0, tzinfo=SEOUL)
    await kim.writes("/appeal")
    assert "받는 기간이 아닙니다" in kim.question
    await kim.presses("human")
    assert "상담원에게 전할 말씀" in kim.question


async def test_filing_at_the_same_instant_from_two_presses_leaves_one_case(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await begins(kim)
    await to_the_summary(kim, "본인", "amount")
    _, data = kim._button("right")
    await kim.presses_data(data)
    await kim.presses_data(data)
    async with town.database.reading() as db:
        assert (await db.execute(select(func.count()).select_from(cases_table))).scalar_one() == 1


async def test_an_english_speaker_is_asked_and_answered_in_english(town: Town, recognised: Arrive) -> None:
    lan = await recognised("nguyen-thi-lan", language="en")
    await begins(lan)
    await to_the_summary(lan, "self" if "self" in lan.buttons else lan.buttons[0], "status")
    assert "Please check your appeal" in lan.question
    await lan.presses("right")
    (case,) = await filed(town)
    assert any(f"Number: {case.number}" in text for text in lan.all)
    assert case.language == "en"


async def test_the_longest_summary_fits_its_page(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await begins(kim)
    for answer in ("본인", "amount", "later"):
        await kim.presses(answer)
    await kim.writes("말씀 " * 300)
    assert "신청 내용을 확인해" in kim.question
    assert len(kim.question) <= 900


async def test_where_one_round_is_open_nobody_is_asked_which(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    town.now = datetime(2025, 3, 10, 10, 0, tzinfo=SEOUL)
    await kim.writes("/appeal")
    assert "누구를 위한" in kim.question


async def test_a_sum_that_changed_meanwhile_is_said_first(town: Town, recognised: Arrive, tmp_path: Path) -> None:
    kim = await recognised()
    await begins(kim)
    await to_the_summary(kim, "본인", "amount")
    rows = (tmp_path / "roster.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    changed = [row.replace("general", "basic") if "kim-youngja" in row else row for row in rows]
    (tmp_path / "roster.csv").write_text("".join(changed), encoding="utf-8")
    await brings_into_force(town, tmp_path, "roster")
    await kim.presses("right")
    assert "150,000원" in kim.question
    assert "400,000원" in kim.question
    assert await filed(town) == []
    await kim.presses("file")
    assert len(await filed(town)) == 1
