"""The queue as an officer meets it: what waits for her offices, one winner, a card that tells no name before that."""

from dataclasses import replace
from datetime import timedelta
from time import process_time

import pytest
from sqlalchemy import insert, select

from bot.chores import holds
from bot.words import write
from programmes.casework import HOLD
from storage import cases, queue
from storage.cases import Case
from storage.engine import Drawer
from storage.ids import new_id
from storage.tables import audit
from storage.tables import cases as cases_table
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_appeal import begins, filed, to_the_summary
from tests.journey import CITY, Officer, Resident, Town

DONG = "cheongna-1"


async def appeals(recognised: Arrive) -> Resident:
    """Kim Youngja of 청라1동 appeals about her payment."""
    kim = await recognised()
    await begins(kim)
    await to_the_summary(kim, "본인", "amount")
    await kim.presses("right")
    return kim


async def at_card(town: Town, officer: Officer) -> Case:
    (case,) = await filed(town)
    await officer.writes(f"/case {case.number}")
    return case


async def the_case(town: Town) -> Case:
    (case,) = await filed(town)
    return case


async def test_a_new_appeal_waits_in_the_queue_of_its_dong(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    han = await town.officer("han", dong=DONG)
    await han.presses("queue")
    case = await the_case(town)
    assert han.buttons[0] == f"16시간 남음 · {case.number} · 접수 · 금액이 다르거나 빠졌어요"
    await han.presses(case.id.hex)
    assert f"사건: {case.number}" in han.question


async def test_other_dongs_and_teams_have_other_queues(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    case = await the_case(town)
    for role, dong in (("appeals", "yeonhui"), ("decision", None), ("calls", None)):
        officer = await town.officer(role, role=role, dong=dong)
        await officer.writes("/queue")
        assert "기다리는 사건이 없습니다" in officer.question
        await officer.writes("/mine")
        assert "맡으신 사건이 없습니다" in officer.question
    yeon = await town.officer("yeon", dong="yeonhui")
    await yeon.writes(f"/case {case.number}")
    assert "볼 수 있는 사건이 아닙니다" in yeon.question
    assert case.number not in yeon.question


async def test_the_name_is_masked_until_she_takes_the_case(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    han = await town.officer("han", dong=DONG)
    case = await at_card(town, han)
    assert "신청하신 분: 김○자" in han.question
    assert "김영자" not in han.question
    await han.presses("take")
    assert "신청하신 분: 김영자" in han.question
    assert "담당: 본인" in han.question
    assert len(han.question) <= 900
    assert (await the_case(town)).holder == han.account
    await han.writes("/mine")
    assert han.codes[0] == case.id.hex


async def test_the_second_hand_is_told_who_was_first(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    han, seo = await town.officer("한소라", dong=DONG), await town.officer("서지우", dong=DONG)
    await at_card(town, seo)
    await at_card(town, han)
    await han.presses("take")
    await seo.presses("take")
    assert any("버튼" in said or "한소라 님이 먼저" in said for said in seo.all[-2:])
    assert "담당: 한소라" in seo.question
    assert "take" not in seo.codes
    assert (await the_case(town)).holder == han.account


async def test_what_is_put_back_waits_again(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    han = await town.officer("han", dong=DONG)
    await at_card(town, han)
    await han.presses("take")
    await han.presses("+")
    await han.presses("release")
    case = await the_case(town)
    assert (case.state, case.holder) == ("filed", None)
    assert han.codes[0] == case.id.hex


async def test_a_number_can_be_typed_and_a_wrong_one_is_said(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    han, case = await town.officer("han", dong=DONG), await the_case(town)
    await han.writes("/case SG-250728-0001-5")
    assert "볼 수 있는 사건이 아닙니다" in han.question
    await han.writes(case.number.replace("-", " ").lower())
    assert f"사건: {case.number}" in han.question


async def test_a_case_sent_to_another_dong_is_theirs_with_its_clock(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    han, yeon = await town.officer("han", dong=DONG), await town.officer("yeon", dong="yeonhui")
    before = await at_card(town, han)
    await han.presses("take")
    await han.presses("transfer")
    await han.presses("연희동")
    case = await the_case(town)
    assert (case.office, case.dong, case.holder, case.state) == ("yeonhui", "yeonhui", None, "filed")
    assert case.due_at == before.due_at
    await han.writes(f"/case {case.number}")
    assert "볼 수 있는 사건이 아닙니다" in han.question
    await yeon.writes("/queue")
    assert yeon.codes[0] == case.id.hex


async def test_a_hold_of_thirty_quiet_working_minutes_lapses_to_the_front(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    han = await town.officer("han", dong=DONG)
    await at_card(town, han)
    await han.presses("take")
    lapse = holds.lapse(lambda: CITY, write)
    town.later(minutes=HOLD / timedelta(minutes=1) - 1)
    await town.within(lapse)
    assert (await the_case(town)).holder == han.account
    town.later(minutes=1)
    await town.within(lapse)
    await town.settled()
    case = await the_case(town)
    assert (case.state, case.holder, case.place) == ("filed", None, 0)
    assert any("대기열 맨 앞으로" in said for said in han.all)
    assert "30분" in han.all[-1]


async def test_a_night_and_a_lunch_do_not_end_a_hold(town: Town, recognised: Arrive) -> None:
    town.now = town.now.replace(hour=17, minute=50)
    await appeals(recognised)
    han = await town.officer("han", dong=DONG)
    await at_card(town, han)
    await han.presses("take")
    town.now = (town.now + timedelta(days=1)).replace(hour=9, minute=15)
    await town.within(holds.lapse(lambda: CITY, write))
    assert (await the_case(town)).holder == han.account


async def test_work_on_a_case_keeps_it(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    han = await town.officer("han", dong=DONG)
    case = await at_card(town, han)
    await han.presses("take")
    for _ in range(5):
        town.later(minutes=9)
        await han.writes(f"/case {case.number}")
        await han.presses("papers")
        await han.presses("no")
        await town.within(holds.lapse(lambda: CITY, write))
    assert (await the_case(town)).holder == han.account


async def test_her_own_case_is_not_hers_to_take(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    han, case = await town.officer("han", dong=DONG), await the_case(town)

    async def file_her_own(store: Drawer) -> None:
        await store.write(cases_table.update().where(cases_table.c.id == case.id).values(chat=han.chat))

    await at_card(town, han)
    await town.within(file_her_own)
    await han.presses("take")
    assert (await the_case(town)).holder is None
    await at_card(town, han)
    assert "다른 직원이 맡습니다" in han.question
    assert case.number not in han.question


async def test_rights_are_asked_at_the_press(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    visitor = await town.officer("visitor", role="visits", dong=DONG)
    await at_card(town, visitor)
    assert "take" not in visitor.codes
    number = visitor.sheets[-1].rows[0][0][0].partition(".")[0]
    for forged in ("take", "release", "decide", "finish", "words", "papers"):
        await visitor.presses_data(f"{number}.{forged}")
    assert (await the_case(town)).version == 1


@pytest.mark.parametrize(("how", "found"), [("number", True), ("phone", True), ("name", True), ("nobody", False)])
async def test_cases_are_found_by_exact_lookups_which_are_recorded(
    town: Town, recognised: Arrive, how: str, found: bool
) -> None:
    kim = await appeals(recognised)
    han, case = await town.officer("han", dong=DONG), await the_case(town)
    asked = {"number": case.number, "phone": kim.phone, "name": "김영자 1948-05-17", "nobody": "김영지 1948-05-17"}
    await han.presses("find")
    await han.writes(asked[how])
    if found:
        assert han.codes[0] == case.id.hex
        await han.presses(case.id.hex)
        assert f"사건: {case.number}" in han.question
    else:
        assert any("찾지 못했습니다" in said for said in han.all[-2:])

    async def recorded(store: Drawer) -> list[str]:
        return [row.action for row in await store.read(select(audit.c.action).where(audit.c.actor == han.account))]

    assert "case.looked_for" in await town.within(recorded)


async def unlisted(welcomed: Arrive) -> Resident:
    """Jung Taewon of 연희동, on no roster, appeals and shares his contact."""
    jung = await welcomed("jung-taewon")
    await begins(jung)
    await jung.presses("unlisted")
    for written in ("정태원", "1979-06-05", "연희동"):
        await jung.writes(written)
    await jung.shares_contact()
    for answer in ("returned", "later", "none", "right"):
        await jung.presses(answer)
    return jung


@pytest.mark.parametrize(("dong", "found"), [("yeonhui", True), (DONG, False)])
@pytest.mark.parametrize("how", ["phone", "name"])
async def test_somebody_on_no_roster_is_found_by_what_was_told_within_her_dong(
    city: Town, welcomed: Arrive, how: str, dong: str, found: bool
) -> None:
    jung = await unlisted(welcomed)
    case, han = await the_case(city), await city.officer("han", dong=dong)
    assert case.identity == "to_check"
    await han.presses("find")
    await han.writes({"phone": jung.phone, "name": "정태원 1979-06-05"}[how])
    if found:
        assert list(han.codes) == [case.id.hex, "again"]
    else:
        assert any("찾지 못했습니다" in said for said in han.all[-2:])
        assert not any(case.number in said for said in han.all)


async def test_who_was_filed_for_at_the_counter_is_found_by_the_phone_she_left(city: Town) -> None:
    calls = await city.officer("mina", role="calls")
    await calls.writes("/file")
    await calls.presses("livelihood-coupon-2025/1")
    for written in ("응우옌 티 란", "1995-02-03"):
        await calls.writes(written)
    for answer in ("unlisted", "yeonhui", "phone", "en", "returned"):
        await calls.presses(answer)
    await calls.writes("010-9999-0001")
    for answer in ("none", "later", "file"):
        await calls.presses(answer)
    case = await the_case(city)
    for written in ("+82 10 9999 0001", "응우옌티란 1995-02-03"):
        await calls.writes("/find")
        await calls.writes(written)
        assert list(calls.codes) == [case.id.hex, "again"]
    await calls.presses("again")
    await calls.writes("010-9999-0002")
    assert any("찾지 못했습니다" in said for said in calls.all[-2:])


async def test_a_case_past_the_longest_time_is_marked_in_the_queue_and_on_the_card(
    town: Town, recognised: Arrive
) -> None:
    await appeals(recognised)
    han = await town.officer("han", dong=DONG)
    town.now += timedelta(days=2, hours=23, minutes=50)  # Thursday 9:50
    await han.opens()
    await han.writes("/queue")
    assert han.buttons[0].startswith("7시간 지남 · ")
    case = await at_card(town, han)
    assert "가장 긴" not in han.question
    town.later(minutes=9)
    await han.writes("/queue")
    town.later(minutes=2)
    await han.writes("/queue")
    assert han.buttons[0].startswith(f"24시간 넘김 · {case.number}")
    await at_card(town, han)
    assert "가장 긴 처리 시간을 넘겼습니다: 근무 24시간" in han.question


async def test_a_task_is_taken_by_who_talks_and_marked_as_done(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    appeal = await the_case(town)
    task = replace(
        appeal, id=new_id(), number="SG-250728-0009-9", kind="task", programme="", round="", reason="undelivered.gone",
        subject_hash=b"t" * 16, dong=None, office="calls",
    )  # fmt: skip
    await town.within(lambda store: cases.file(store, task))
    mina = await town.officer("mina", role="calls")
    await mina.writes("/queue")
    for press in (task.id.hex, "take", "finish"):
        await mina.presses(press)
    done = await town.within(lambda store: cases.by_id(store, task.id))
    assert (done.state, done.open, done.holder) == ("done", False, None)


async def test_a_page_of_ten_thousand_waiting_is_there_at_once(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    first = await the_case(town)

    async def many(store: Drawer) -> None:
        row = dict((await store.read(select(cases_table).where(cases_table.c.id == first.id))).mappings().one())
        rows = [
            row | {"id": new_id(), "number": f"X{n}", "subject_hash": n.to_bytes(16), "sealed": None,
                   "due_at": row["due_at"] + timedelta(minutes=n)}
            for n in range(1, 10_001)
        ]  # fmt: skip
        await store.write(insert(cases_table), rows)

    await town.within(many)

    async def look(store: Drawer) -> float:
        began = process_time()
        found = await queue.waiting(store, [DONG, "yeonhui"], 40)
        assert found[0].number == first.number
        assert len(found) == 40
        return process_time() - began

    assert min([await town.within(look) for _ in range(5)]) < 0.02
    last = await town.within(lambda store: cases.by_number(store, "X10000"))

    async def count(store: Drawer) -> float:
        began = process_time()
        assert await queue.before(store, last) == 10_000
        return process_time() - began

    assert min([await town.within(count) for _ in range(5)]) < 0.02


async def test_who_is_not_on_duty_takes_nothing(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    town.now = town.now.replace(day=2, month=8)  # a Saturday
    han = await town.officer("han", dong=DONG)
    await at_card(town, han)
    await han.presses("take")
    assert (await the_case(town)).holder is None
    assert any("근무로 잡혀 있지 않아" in said for said in han.all[-2:])


async def test_talks_are_taken_by_their_own_dialog(town: Town, recognised: Arrive) -> None:
    await appeals(recognised)
    talk = replace(
        await the_case(town), id=new_id(), number="SG-250728-0009-9", kind="talk", programme="", round="",
        subject_hash=b"t" * 16, dong=None, office="calls",
    )  # fmt: skip
    await town.within(lambda store: cases.file(store, talk))
    mina = await town.officer("mina", role="calls")
    await mina.writes(f"/case {talk.number}")
    assert "take" not in mina.codes
    await mina.writes("/queue")
    assert "기다리는 사건이 없습니다" in mina.question
