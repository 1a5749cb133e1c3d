"""A decision changes what is said of a sum: old and new, over the roster and the payment file, until that says so."""

from pathlib import Path

from storage import awards, cases
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_appeal import begins, brings_into_force, filed, to_the_summary
from tests.journey import Resident, Town


async def granted(town: Town, kim: Resident, amount: int = 300_000, before: int | None = 150_000) -> None:
    """Her appeal was accepted."""
    await begins(kim)
    await to_the_summary(kim, kim.buttons[0], "amount")
    await kim.presses("right")
    case = (await filed(town))[-1]
    await town.within(lambda store: awards.grant(store, case, amount, before))


async def test_eligibility_says_the_old_sum_and_the_new_one(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await granted(town, kim)
    await kim.writes("/eligibility")
    before = len(kim.all)
    await kim.presses("livelihood-coupon-2025")
    first = kim.all[before]
    assert "금액이 바뀌었습니다" in first
    assert "금액: 150,000원 → 300,000원" in first
    assert "대상이 아닙니다" not in first


async def test_payment_says_both_what_was_paid_and_what_was_decided(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await granted(town, kim)
    await kim.writes("/payment")
    assert "금액: 150,000원" in kim.last
    assert "이의신청 결정(2025년 7월 28일(월)): 150,000원 → 300,000원" in kim.last


async def test_an_english_reader_sees_a_grant_where_nothing_was_paid(town: Town, recognised: Arrive) -> None:
    li = await recognised("li-wei", language="en")
    await granted(town, li, 150_000, None)
    await li.writes("/payment")
    assert "[Coupon, Round 1] by the decision on your appeal" in li.last
    assert "none → KRW 150,000" in li.last


async def test_it_outlives_an_import_that_says_the_old_sum(town: Town, recognised: Arrive, tmp_path: Path) -> None:
    kim = await recognised()
    await granted(town, kim)
    await brings_into_force(town, tmp_path, "payments")
    await town.within(awards.confirm)
    await kim.writes("/payment")
    assert "→ 300,000원" in kim.last


async def test_a_payment_file_that_pays_it_ends_the_overlay(town: Town, recognised: Arrive, tmp_path: Path) -> None:
    kim = await recognised()
    await granted(town, kim)
    file = tmp_path / "payments.csv"
    rows = file.read_text("utf-8").splitlines()
    paid = [row.replace("150000", "300000") if row.startswith("kim-youngja,1,") else row for row in rows]
    assert paid != rows
    file.write_text("\n".join(paid) + "\n", "utf-8")
    await brings_into_force(town, tmp_path, "payments")
    assert await town.within(awards.confirm) == 1
    await kim.writes("/payment")
    assert "금액: 300,000원" in kim.last
    assert "→" not in kim.last


async def test_a_grant_that_was_taken_back_is_not_said(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await granted(town, kim)
    case = (await filed(town))[-1]
    await town.within(lambda store: awards.revoke(store, case.id))
    await kim.writes("/payment")
    assert "→" not in kim.last


async def test_a_new_appeal_shows_the_sum_that_was_granted(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await granted(town, kim)
    case = (await filed(town))[-1]
    await town.within(lambda store: cases.move(store, case, "accepted", open=False, actor=None, kind="accept"))
    await begins(kim)
    await to_the_summary(kim, "본인", "amount")
    assert "300,000원" in kim.question
