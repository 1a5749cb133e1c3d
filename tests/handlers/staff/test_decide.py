"""Proposing and deciding: one record, one letter, one legal effect, whoever presses what and when."""

import asyncio

import pytest
from sqlalchemy import text, update

from storage import awards, decisions, queue, staff
from storage.decisions import Decision
from storage.engine import Drawer
from storage.tables import cases as cases_table
from tests.handlers.resident.conftest import Arrive
from tests.handlers.staff.deciding import appeal, dong_officer, proposes, story, takes, tasks, the_case
from tests.journey import Officer, Resident, Town


async def decision_of(town: Town) -> Decision | None:
    case = await the_case(town)
    found: Decision | None = await town.within(lambda store: decisions.latest(store, case.id))
    return found


async def proposed(town: Town, recognised: Arrive, **more: str) -> tuple[Resident, Officer]:
    """An appeal that the dong proposed to accept, and an officer of the team who has it in hand."""
    kim = await appeal(town, recognised, **more)
    han = await dong_officer(town)
    await takes(town, han)
    await proposes(town, han)
    seo = await town.officer("seo", role="decision")
    await takes(town, seo)
    return kim, seo


async def test_the_dong_proposes_and_the_team_has_it_in_its_queue(town: Town, recognised: Arrive) -> None:
    await appeal(town, recognised)
    han = await dong_officer(town)
    await takes(town, han)
    await han.presses("propose")
    for answer in ("accepted", "confirmed", "roster", "done", "near_poverty", "done", "none"):
        await han.presses(answer)
    assert "금액: 150,000원 → 300,000원" in han.question
    assert "확인한 것: 명부와 지급 자료" in han.question
    assert len(han.question) <= 900
    await han.presses("send")
    case = await the_case(town)
    assert (case.state, case.office, case.holder) == ("proposed", "decision", None)
    assert await decision_of(town) is None


async def test_as_proposed_closes_the_case_with_its_record_and_one_letter(town: Town, recognised: Arrive) -> None:
    kim, seo = await proposed(town, recognised)
    before = len(kim.all)
    await seo.presses("decide")
    assert "제안한 직원: han" in seo.question
    await seo.presses("as_proposed")
    await seo.presses("send")
    case, decision = await the_case(town), await decision_of(town)
    assert (case.state, case.open, case.holder, case.decided_by) == ("accepted", False, None, seo.account)
    assert decision is not None
    assert (decision.ruling.code, decision.ruling.rule, decision.ruling.seen) == (
        "confirmed",
        "2025-09-21",
        ("roster",),
    )
    assert await story(town) == ["filed", "take", "propose", "take", "accept"]
    (push,) = kim.all[before:]
    assert case.number in push
    assert not any(word in push for word in ("원", "인용", "300,000", "차상위"))


async def test_the_full_text_comes_when_she_opens_it_and_that_is_recorded(town: Town, recognised: Arrive) -> None:
    kim, seo = await proposed(town, recognised)
    for answer in ("decide", "as_proposed", "send"):
        await seo.presses(answer)
    case = await the_case(town)
    await kim.writes("/cases")
    await kim.presses(case.id.hex)
    await kim.presses("decision")
    told = kim.all[-2]
    for words in (
        "결과: 인용", "까닭: 말씀하신 내용이", "금액: 150,000원 → 300,000원", "결정한 곳: 서구청 지급결정팀",
        "2025년 10월 26일(일)까지", "물어보실 곳: 서구청", "기준 2025-09-21",
    ):  # fmt: skip
        assert words in told
    assert len(told) <= 900
    decision = await decision_of(town)
    assert decision is not None
    assert decision.opened_at == town.now


async def test_an_english_reader_gets_her_letter_in_english_with_the_officers_own_words(
    town: Town, recognised: Arrive
) -> None:
    lan, seo = await proposed(town, recognised, name="nguyen-thi-lan", language="en")
    await seo.presses("decide")
    for answer in ("rejected", "not-met", "register", "done"):
        await seo.presses(answer)
    assert "영어로 읽는 분" in seo.question
    await seo.writes("체류자격을 다시 확인해 주십시오.")
    assert "Outcome: Not accepted" in seo.question
    assert "The officer’s words: 체류자격을 다시 확인해 주십시오." in seo.question
    await seo.presses("send")
    assert (await the_case(town)).state == "rejected"
    await lan.writes("/cases")
    await lan.presses((await the_case(town)).id.hex)
    await lan.presses("decision")
    assert "Why: We looked into it" in lan.all[-2]
    assert "administrative appeal until Sunday 26 October 2025" in lan.all[-2]


async def test_nothing_closes_without_evidence(town: Town, recognised: Arrive) -> None:
    _, seo = await proposed(town, recognised)
    await seo.presses("decide")
    for answer in ("rejected", "not-met", "done"):
        await seo.presses(answer)
    assert "하나라도 골라" in seo.all[-2]
    assert (await the_case(town)).state == "deciding"


async def test_what_is_ticked_can_be_unticked(town: Town, recognised: Arrive) -> None:
    _, seo = await proposed(town, recognised)
    await seo.presses("decide")
    for answer in ("rejected", "not-met", "roster"):
        await seo.presses(answer)
    assert "✓ 명부와 지급 자료" in seo.buttons
    await seo.presses("roster")
    assert "명부와 지급 자료" in seo.buttons


async def test_the_team_sends_back_with_words_for_the_dong(town: Town, recognised: Arrive) -> None:
    _, seo = await proposed(town, recognised)
    await seo.presses("decide")
    await seo.presses("send_back")
    await seo.writes("입국 기록을 다시 보아 주십시오.")
    case = await the_case(town)
    assert (case.state, case.office, case.holder) == ("filed", case.dong, None)
    assert await decision_of(town) is None


async def test_a_sum_that_stays_grants_nothing(town: Town, recognised: Arrive) -> None:
    _, seo = await proposed(town, recognised)
    await seo.presses("decide")
    for answer in ("accepted", "confirmed", "roster", "done", "done", "none", "send"):
        await seo.presses(answer)
    case = await the_case(town)
    assert case.state == "accepted"
    assert await town.within(lambda store: awards.of_case(store, case.id)) is None


async def test_who_wants_paper_gets_a_task_to_print_and_post(town: Town, recognised: Arrive) -> None:
    kim, seo = await proposed(town, recognised)
    await kim.writes("/notices")
    await kim.presses("decisions_here")
    before = len(kim.all)
    for answer in ("decide", "as_proposed", "send"):
        await seo.presses(answer)
    assert kim.all[before:] == []
    case = await the_case(town)
    (task,) = await tasks(town)
    assert (task.reason, task.told["number"], task.office) == ("post.decision", case.number, case.dong)


# -------------------------------------------------------------------------------------- one legal effect, never two


async def test_the_same_press_twice_decides_once(town: Town, recognised: Arrive) -> None:
    kim, seo = await proposed(town, recognised)
    await seo.presses("decide")
    await seo.presses("as_proposed")
    _, data = seo._button("send")
    before = len(kim.all)
    await asyncio.gather(seo.presses_data(data), seo.presses_data(data))
    decision = await decision_of(town)
    assert decision is not None
    assert decision.n == 1
    assert len(kim.all) == before + 1


async def test_a_button_replayed_after_the_case_was_reopened_decides_nothing(town: Town, recognised: Arrive) -> None:
    kim, seo = await proposed(town, recognised)
    for answer in ("decide", "as_proposed"):
        await seo.presses(answer)
    _, data = seo._button("send")
    await seo.presses_data(data)
    await seo.writes(f"/case {(await the_case(town)).number}")
    await seo.presses("reopen")
    await seo.writes("금액을 다시 보아야 합니다.")
    before, told = await the_case(town), len(kim.all)
    await seo.presses_data(data)
    assert await the_case(town) == before
    decision = await decision_of(town)
    assert decision is not None
    assert decision.n == 1
    assert len(kim.all) == told


async def test_a_colleague_who_does_not_hold_it_cannot_decide(town: Town, recognised: Arrive) -> None:
    _, _ = await proposed(town, recognised)
    other = await town.officer("moon", role="decision")
    await other.writes(f"/case {(await the_case(town)).number}")
    assert "decide" not in other.codes
    await other.presses_data("s9.decide")
    assert (await the_case(town)).state == "deciding"


async def test_a_hold_that_ended_while_she_wrote_ends_the_dialog(town: Town, recognised: Arrive) -> None:
    _, seo = await proposed(town, recognised)
    await seo.presses("decide")
    await seo.presses("as_proposed")
    case = await the_case(town)
    await town.within(lambda store: queue.give_back(store, case, "proposed"))
    await seo.presses("send")
    assert "지금 맡고 계신 신청이 아닙니다" in "".join(seo.all[-2:])
    assert (await the_case(town)).state == "proposed"
    assert await decision_of(town) is None


async def test_two_officers_who_held_it_in_turn_decide_once(town: Town, recognised: Arrive) -> None:
    kim, seo = await proposed(town, recognised)
    await seo.presses("decide")
    await seo.presses("as_proposed")
    case = await the_case(town)
    await town.within(lambda store: queue.give_back(store, case, "proposed"))
    moon = await town.officer("moon", role="decision")
    await takes(town, moon)
    for answer in ("decide", "rejected", "not-met", "roster", "done", "none"):
        await moon.presses(answer)
    before = len(kim.all)
    await asyncio.gather(seo.presses("send"), moon.presses("send"))
    decision = await decision_of(town)
    assert decision is not None
    assert (decision.officer, decision.ruling.outcome) == (moon.account, "rejected")
    assert len(kim.all) == before + 1


async def test_the_button_of_a_former_colleague_does_nothing(town: Town, recognised: Arrive) -> None:
    _, seo = await proposed(town, recognised)
    await seo.presses("decide")
    await seo.presses("as_proposed")
    assert seo.account is not None
    officer = await town.within(lambda store: staff.by_id(store, seo.account))
    await town.within(lambda store: staff.remove(store, officer, None))
    await seo.presses("send")
    assert (await the_case(town)).state == "deciding"
    assert await decision_of(town) is None


async def test_a_right_taken_away_counts_from_the_next_press(town: Town, recognised: Arrive) -> None:
    _, seo = await proposed(town, recognised)
    await seo.presses("decide")
    await seo.presses("as_proposed")

    async def only_calls(store: Drawer) -> None:
        assert seo.account is not None
        officer = await staff.by_id(store, seo.account)
        assert officer is not None
        await staff.grant(store, officer.id, "calls", None, None, None)
        await staff.revoke(store, officer.held[0].id, None)

    await town.within(only_calls)
    await seo.presses("send")
    assert (await the_case(town)).state == "deciding"


async def test_an_officer_cannot_decide_about_herself(town: Town, recognised: Arrive) -> None:
    """She took it before it became her own: the press that decides asks again."""
    _, seo = await proposed(town, recognised)
    await seo.presses("decide")
    await seo.presses("as_proposed")
    case = await the_case(town)

    async def becomes_hers(store: Drawer) -> None:
        await store.write(update(cases_table).where(cases_table.c.id == case.id).values(chat=seo.chat))

    await town.within(becomes_hers)
    await seo.presses("send")
    assert (await the_case(town)).state == "deciding"


# -------------------------------------------------------------------------------------------------- reopened cases


async def test_a_reopened_case_goes_to_another_officer_and_its_award_ends(town: Town, recognised: Arrive) -> None:
    _, seo = await proposed(town, recognised)
    for answer in ("decide", "as_proposed", "send"):
        await seo.presses(answer)
    await seo.writes(f"/case {(await the_case(town)).number}")
    await seo.presses("reopen")
    await seo.writes("금액을 다시 보아야 합니다.")
    case = await the_case(town)
    assert (case.state, case.open, case.place, case.office) == ("reopened", True, 0, case.dong)
    assert await town.within(lambda store: awards.of_case(store, case.id)) is None
    han = await town.officer("han2", role="appeals", dong=case.dong)
    await takes(town, han)
    await proposes(town, han)
    await seo.writes(f"/case {case.number}")
    if "take" in seo.codes:
        await seo.presses("take")
    assert (await the_case(town)).holder is None
    moon = await town.officer("moon", role="decision")
    await takes(town, moon)
    for answer in ("decide", "as_proposed", "send"):
        await moon.presses(answer)
    decision = await decision_of(town)
    assert decision is not None
    assert (decision.n, decision.officer) == (2, moon.account)


async def test_the_time_a_case_lay_closed_is_not_counted(town: Town, recognised: Arrive) -> None:
    _, seo = await proposed(town, recognised)
    before = (await the_case(town)).due_at
    for answer in ("decide", "as_proposed", "send"):
        await seo.presses(answer)
    town.later(days=7)
    await seo.opens()
    await seo.writes(f"/case {(await the_case(town)).number}")
    await seo.presses("reopen")
    await seo.writes("다시 봅니다.")
    after = (await the_case(town)).due_at
    assert before is not None
    assert after is not None
    assert (after - before).days == 7


async def test_where_the_dong_decides_it_closes_without_the_team(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await kim.writes("/appeal")
    await kim.presses("education-card/2025")
    for answer in ("본인", "other", "later", "none", "right"):
        await kim.presses(answer)
    han = await dong_officer(town)
    await takes(town, han)
    await han.presses("decide")
    for answer in ("rejected", "not-met", "roster", "done", "none", "send"):
        await han.presses(answer)
    case = await the_case(town)
    assert (case.state, case.decided_by) == ("rejected", han.account)


@pytest.mark.parametrize("outcome", ["accepted", "rejected"])
async def test_the_dong_cannot_decide_what_the_team_decides(town: Town, recognised: Arrive, outcome: str) -> None:
    await appeal(town, recognised)
    han = await dong_officer(town)
    await takes(town, han)
    await han.presses("decide")
    assert outcome not in han.codes
    assert han.codes == ["returned"]


async def test_a_decision_whose_letter_cannot_be_written_is_no_decision(town: Town, recognised: Arrive) -> None:
    kim, seo = await proposed(town, recognised)
    await seo.presses("decide")
    await seo.presses("as_proposed")
    full = (
        "CREATE TRIGGER full BEFORE INSERT ON outbox WHEN NEW.kind = 'decision' BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    await town.within(lambda store: store.write(text(full)))
    before = len(kim.all)
    assert not await seo.presses("send")
    assert (await the_case(town)).state == "deciding"
    assert await decision_of(town) is None
    await town.within(lambda store: store.write(text("DROP TRIGGER full")))
    await seo.presses("send")
    assert (await the_case(town)).state == "accepted"
    assert len(kim.all) == before + 1


async def test_the_letter_to_post_is_handed_to_who_has_the_task(town: Town, recognised: Arrive) -> None:
    lan, seo = await proposed(town, recognised, name="nguyen-thi-lan", language="en")
    await lan.writes("/notices")
    await lan.presses("decisions_here")
    for answer in ("decide", "as_proposed", "send"):
        await seo.presses(answer)
    (task,) = await tasks(town)
    han = await dong_officer(town, "han2")
    await han.writes(f"/case {task.number}")
    assert "print" not in han.codes
    for answer in ("take", "print", "print"):
        await han.presses(answer)
    (sheet,) = [sheet.file for sheet in han.sheets if sheet.file]
    assert sheet[0] == f"{(await the_case(town)).number}.txt"
    assert "Outcome: Accepted" in sheet[1].decode("utf-8-sig")
    assert "printed" in await story(town)


async def test_who_decides_again_sees_how_it_ended_before(town: Town, recognised: Arrive) -> None:
    _, seo = await proposed(town, recognised)
    for answer in ("decide", "as_proposed", "send"):
        await seo.presses(answer)
    await seo.writes(f"/case {(await the_case(town)).number}")
    await seo.presses("reopen")
    await seo.writes("다시 봅니다.")
    han = await dong_officer(town, "han2")
    await takes(town, han)
    await han.presses("propose")
    assert "지난 결정: 인용: 받아들임, 2025년 7월 28일(월)" in han.question
