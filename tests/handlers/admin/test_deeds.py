"""Who did what, by officer, day and kind; and the record checked on demand."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import update

from bot.auditor import Auditor
from bot.words import catalogue, write
from handlers.admin.deeds import FAMILIES, TOLD, deed
from storage import audit, jobs, staff
from storage.engine import Drawer
from storage.ids import new_id
from storage.tables import audit as rows
from tests.house.tree import ROOT
from tests.journey import CITY, Officer, Town

KIM = new_id()
OF_RESIDENTS = {"recognised", "consent", "erased", "recognition", "decision", "file", "backup", "destroyed"}


def auditor(town: Town) -> Auditor:
    return Auditor(town.database, town.vault, lambda: CITY, write, lambda: town.now)


async def works(town: Town) -> None:
    """Let the auditor do what was asked for, and the letters go out."""
    while await auditor(town).once():
        pass
    await town.settled()


async def does(town: Town, officer: Officer, *actions: str, **detail: object) -> None:
    async def all_of_them(store: Drawer) -> None:
        for action in actions:
            store.audit(action, actor=officer.account, subject=KIM, **detail)

    await town.within(all_of_them)


async def opens(yun: Officer) -> None:
    await yun.writes("/people")
    await yun.presses("deeds")


@pytest.fixture
async def han(town: Town) -> Officer:
    return await town.officer("han", role="calls")


async def test_by_person_by_day_by_kind(town: Town, yun: Officer, han: Officer) -> None:
    await does(town, han, "case.read", "case.read", "paper.shown")
    await opens(yun)
    assert han.account is not None
    await yun.presses(han.account.hex)
    await yun.presses("0")
    assert "사건을 열어 봄: 2" in yun.buttons
    assert "서류를 봄: 1" in yun.buttons
    await yun.presses("case.read")
    assert yun.question.count("사건을 열어 봄") == 2
    assert f"주민 {KIM.hex[-8:]}" in yun.question
    assert KIM.hex not in yun.question
    await yun.presses("kinds")
    await yun.presses("choice")
    assert "check" in yun.codes


async def test_long_lists_come_a_page_at_a_time(town: Town, yun: Officer, han: Officer) -> None:
    await does(town, han, *["case.read"] * 20)
    await opens(yun)
    assert han.account is not None
    await yun.presses(han.account.hex)
    await yun.writes("2025-07-28")
    await yun.presses("case.read")
    seen = yun.question.count("사건을 열어 봄")
    while "more" in yun.codes:
        assert len(yun.question) <= 900
        await yun.presses("more")
        seen += yun.question.count("사건을 열어 봄")
    assert seen == 20


async def test_that_somebody_looked_is_recorded_and_officers_are_named(town: Town, yun: Officer, han: Officer) -> None:
    await opens(yun)
    assert han.account is not None
    assert yun.account is not None
    await yun.presses(han.account.hex)
    await yun.presses("1")
    assert "기록이 없습니다" in yun.question
    await opens(yun)
    await yun.presses(yun.account.hex)
    await yun.presses("0")
    await yun.presses("deeds.read")
    assert "누가 한 일을 봄 · 직원 han" in yun.question


@pytest.mark.parametrize("said", ["2099-01-01", "어느 날", "13월 40일"])
async def test_a_day_that_is_none_is_asked_again(yun: Officer, han: Officer, said: str) -> None:
    await opens(yun)
    assert han.account is not None
    await yun.presses(han.account.hex)
    await yun.writes(said)
    assert yun.codes == ["0", "1"]


async def test_who_is_no_admin_any_more_sees_nothing(town: Town, yun: Officer, han: Officer) -> None:
    await opens(yun)
    assert han.account is not None
    held = await town.within(lambda store: _end_of(store, yun))
    assert held
    await yun.presses(han.account.hex)
    assert "권한이 끝났습니다" in yun.question


async def _end_of(store: Drawer, officer: Officer) -> bool:
    assert officer.account is not None
    found = await staff.by_id(store, officer.account)
    assert found is not None
    return await staff.revoke(store, found.held[0].id, None)


def test_every_kind_of_act_in_the_code_has_a_sentence() -> None:
    written = {
        found[1]
        for folder in ("handlers", "storage", "bot")
        for path in (ROOT / folder).rglob("*.py")
        for found in re.finditer(r'audit\(\s*f?"([a-z_]+)[."]', path.read_text("utf-8"))
    }
    families = FAMILIES | {one.partition(".")[0] for one in TOLD}
    assert written - OF_RESIDENTS <= families, written - OF_RESIDENTS - families
    for language in ("ko", "en"):
        said = catalogue(language)
        assert {f"did.{one}" for one in (*TOLD, *FAMILIES)} <= said.keys()
    assert deed("nothing.known") == deed("something")


# -------------------------------------------------------------------------------------------------------- the record


async def sealed(town: Town) -> None:
    await town.within(lambda store: audit.seal_waiting(store, 1000))


async def test_the_record_is_checked_on_demand_and_its_head_told(town: Town, yun: Officer, han: Officer) -> None:
    await does(town, han, "case.read", "case.read")
    await sealed(town)
    await opens(yun)
    await yun.presses("check")
    assert "확인합니다" in yun.all[-2]
    await works(town)
    async with town.database.reading() as db:
        head = await audit.head(db)
    assert f"끝: {head}" in yun.last
    assert f"확인한 줄: {head.place}" in yun.last


async def test_a_changed_row_is_told_with_its_place(town: Town, yun: Officer, han: Officer) -> None:
    await does(town, han, "case.read", "case.read")
    await sealed(town)
    change = update(rows).where(rows.c.place == 2).values(action="nothing")
    await town.within(lambda store: store.write(change))
    await opens(yun)
    await yun.presses("check")
    await works(town)
    assert "처음 다른 자리: 2" in yun.last
    assert "앞에 온전한 줄: 1" in yun.last


async def test_pressing_twice_walks_once_and_two_auditors_tell_once(town: Town, yun: Officer) -> None:
    await opens(yun)
    await yun.presses("check")
    await yun.presses("check")
    told = len(yun.all)
    first, second = auditor(town), auditor(town)
    (job,) = await town.within(lambda store: jobs.take(store, first.me, ("check record",), -1.0, 5))
    assert await second.once()
    await first.do(job)
    await town.settled()
    assert len(yun.all) == told + 1


async def test_a_job_that_fails_is_tried_again_and_at_last_said(
    town: Town, yun: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opens(yun)
    await yun.presses("check")

    async def broken(*_: object) -> Callable[[], None]:
        raise RuntimeError("the disk")

    monkeypatch.setattr(audit, "verify", broken)
    for _ in range(3):
        assert await auditor(town).once()
        town.later(seconds=6)
    await town.settled()
    assert "끝까지 읽지 못했습니다" in yun.last
