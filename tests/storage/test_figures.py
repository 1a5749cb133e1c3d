"""The board's figures of a small town, counted by hand."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, update

from storage import broadcasts, cases, figures, ledger, pauses, people, questions, visits
from storage.audiences import Audience
from storage.engine import Drawer
from storage.figures import Answer, Appeals, Asked, Broadcast, Claims, Figures, Questions, Readers, Span, Visits
from storage.ids import new_id
from storage.tables import broadcasts as broadcast_rows
from storage.tables import people as people_table
from storage.tables import roster
from tests.storage.conftest import NOW, Office
from tests.storage.conftest import people as roster_lines
from tests.storage.test_cases import a_case
from tests.storage.test_visits import asked

HOUR = timedelta(hours=1)
PAYMENTS = [
    "P1,1,paid,card,150000,2025-07-21T10:00:00+09:00,2025-07-22T09:00:00+09:00",
    "P2,1,paid,eeum,300000,2025-07-21T11:00:00+09:00,2025-07-22T09:00:00+09:00",
    "P3,1,applied,card,150000,2025-07-28T00:30:00+09:00,",  # still Sunday in UTC
    "P4,1,not_applied,,,,",
    "P5,1,paid,card,150000,2025-07-21T10:00:00+09:00,2025-07-22T09:00:00+09:00",
    "P6,1,returned,card,150000,2025-07-22T10:00:00+09:00,2025-07-23T09:00:00+09:00",
    "P6,2,not_applied,,,,",
]


def worked(start: Any, end: Any, pauses: Sequence[Span]) -> timedelta:
    return end - start - sum((ended - began for began, ended in pauses), timedelta())  # type: ignore[no-any-return]


async def counted(office: Office) -> Figures:
    async with office.database.reading() as db:
        return await figures.everything(db, office.now, worked)


async def a_town(office: Office) -> None:
    lines = roster_lines(6)
    await office.bring([*lines[:4], *(line.replace("가정1동", "신현동") for line in lines[4:])])
    await office.bring(PAYMENTS, "payments")


async def filed(office: Office, n: int, **more: object) -> cases.Case:
    return await office.do(lambda store: cases.file(store, a_case(f"SG-{n}", bytes([n]) * 16, **more)))


async def test_an_empty_house_has_no_figures(office: Office) -> None:
    assert await counted(office) == Figures(NOW, None)


async def test_claims_are_counted_by_dong_status_means_and_korean_day(office: Office) -> None:
    await a_town(office)
    found = await counted(office)
    monday, tuesday, today = date(2025, 7, 21), date(2025, 7, 22), date(2025, 7, 28)
    assert set(found.claims) == {
        Claims("1", "gajeong-1", "paid", "card", monday, 1, 150000),
        Claims("1", "gajeong-1", "paid", "eeum", monday, 1, 300000),
        Claims("1", "gajeong-1", "applied", "card", today, 1, 150000),
        Claims("1", "gajeong-1", "not_applied", "", None, 1, 0),
        Claims("1", "sinhyeon", "paid", "card", monday, 1, 150000),
        Claims("1", "sinhyeon", "returned", "card", tuesday, 1, 150000),
        Claims("2", "sinhyeon", "not_applied", "", None, 1, 0),
    }
    assert found.as_of == NOW


async def test_only_the_files_in_force_count(office: Office) -> None:
    await a_town(office)
    async with office.database.reading() as db:
        before = await figures.files(db)
    await office.bring([line.replace("P4,1,not_applied", "P4,1,applied") for line in PAYMENTS], "payments")
    async with office.database.reading() as db:
        assert await figures.files(db) != before
        found = await figures.claims(db)
    assert sum(one.people for one in found) == len(PAYMENTS)
    assert sum(one.people for one in found if one.status == "applied") == 2


async def test_what_was_answered_of_texts_is_summed_over_four_weeks(office: Office) -> None:
    for days, answer in ((0, "ours"), (1, "ours"), (2, "scam"), (40, "scam")):
        office.now = NOW - timedelta(days=days)
        await office.do(partial(ledger.count_asked, answer=answer))
    office.now = NOW
    assert set((await counted(office)).asked) == {Asked("ours", 2), Asked("scam", 1)}


async def test_claims_that_were_counted_before_are_not_counted_again(office: Office) -> None:
    known = (Claims("1", "ara", "paid", "card", None, 7, 7),)
    async with office.database.reading() as db:
        assert (await figures.everything(db, NOW, worked, known)).claims == known


async def test_appeals_are_counted_by_reason_and_state_with_the_late_and_the_oldest(office: Office) -> None:
    await filed(office, 1, filed_at=NOW - 30 * HOUR, due_at=NOW - HOUR)
    await filed(office, 2, filed_at=NOW - 2 * HOUR, due_at=NOW + HOUR)
    await filed(office, 3, filed_at=NOW - 9 * HOUR, state="accepted", open=False, due_at=NOW - HOUR)
    await filed(office, 4, kind="task", programme="")
    assert set((await counted(office)).appeals) == {
        Appeals("p", "newborn", "gajeong-1", "filed", True, 2, 1, NOW - 30 * HOUR),
        Appeals("p", "newborn", "gajeong-1", "accepted", False, 1, 0, NOW - 9 * HOUR),
    }


async def test_the_residents_time_is_no_time_of_ours(office: Office) -> None:
    closed = {"state": "accepted", "open": False}
    case = await filed(office, 1, filed_at=NOW - 9 * HOUR, closed_at=NOW - HOUR, **closed)
    office.now = NOW - 5 * HOUR
    await office.do(lambda store: pauses.begin(store, case.id))
    office.now = NOW - 2 * HOUR
    await office.do(lambda store: pauses.end(store, case.id))
    office.now = NOW
    await filed(office, 2, filed_at=NOW - 9 * HOUR, closed_at=NOW - HOUR, state="withdrawn", open=False)
    await filed(office, 3, filed_at=NOW - 900 * HOUR, closed_at=NOW - 800 * HOUR, **closed)
    assert (await counted(office)).answers == (Answer("gajeong-1", 5 * 60, 60),)


async def test_visits_are_counted_by_what_came_of_them(office: Office) -> None:
    made = await asked(office, 1)
    await asked(office, 2)
    await office.do(lambda store: visits.made(store, made, new_id()))
    assert set((await counted(office)).visits) == {
        Visits("yeonhui", False, "done", 1),
        Visits("yeonhui", True, None, 1),
    }


async def test_questions_are_those_of_the_last_four_weeks(office: Office) -> None:
    others: tuple[dict[str, object], ...] = ({}, {}, {"reason": "sum"}, {"filed_at": NOW - timedelta(days=29)})
    for n, more in enumerate(others):
        await filed(office, n, **{"kind": "talk", "programme": "", "round": "", "reason": "", "dong": None} | more)
    assert set((await counted(office)).questions) == {Questions("", None, 2), Questions("sum", None, 1)}


async def test_what_was_asked_of_the_bot_is_told_by_topic_and_language(office: Office) -> None:
    async def ask(day: int, language: str, verdict: str, topic: str | None = None, kind: str | None = None) -> UUID:
        office.now = NOW - timedelta(days=day)
        note = partial(questions.note, language=language, verdict=verdict, topic=topic, kind=kind)
        return await office.do(note)

    for day, topic in ((0, "where"), (3, "where"), (29, "where")):
        await ask(day, "ko", questions.ANSWER, topic)
    bad = await ask(1, "en", questions.ANSWER, "where", "a-claim")
    await office.do(lambda store: questions.unhelpful(store, bad))
    await ask(1, "ko", questions.UNKNOWN)
    await ask(1, "ko", questions.UNKNOWN, kind="world")
    await ask(1, "ko", questions.CHOOSE)
    office.now = NOW
    assert set((await counted(office)).questions) == {
        Questions("where", None, 0, 2, 0, "ko"),
        Questions("where", None, 0, 1, 1, "en"),
        Questions(questions.UNANSWERED, None, 0, 1, 0, "ko"),
        Questions(figures.ELSEWHERE, None, 0, 1, 0, "ko"),
        Questions("", None, 0, 1, 0, "ko"),
    }


async def test_languages_are_told_of_all_and_by_dong_of_those_recognised(office: Office) -> None:
    await a_town(office)

    async def come(store: Drawer) -> None:
        resident = (await store.read(roster.select().where(roster.c.dong == "sinhyeon"))).first()
        assert resident is not None
        known = people.to_row(people.stranger(1, "en", NOW)) | {"resident": resident.resident}
        await store.write(
            insert(people_table), [known, people.to_row(people.stranger(2, "ko", NOW)) | {"resident": None}]
        )

    await office.do(come)
    assert set((await counted(office)).readers) == {Readers("en", "sinhyeon", 1), Readers("ko", None, 1)}


async def test_broadcasts_are_told_newest_first_with_what_became_of_all(office: Office) -> None:
    content = broadcasts.Content("information", Audience(), {"ko": "안녕하세요"})
    for _ in range(10):
        await office.do(lambda store: broadcasts.draft(store, new_id(), content))
    counts = {"wanted": 9, "sent": 2, "unreachable": 1, "refused": 1, "parked": 1, "skipped": 1, "cancelled": 3}
    await office.do(
        lambda store: store.write(update(broadcast_rows).where(broadcast_rows.c.number == 10).values(counts))
    )
    found = (await counted(office)).broadcasts
    assert [one.number for one in found] == [10, 9, 8, 7, 6, 5, 4, 3]
    assert found[0] == Broadcast(10, "information", "draft", NOW, 9, 2, 1, 1, 5)


async def test_the_head_of_a_dong_has_the_figures_of_hers_alone(office: Office) -> None:
    await a_town(office)
    await filed(office, 1)
    found = await counted(office)
    hers = found.within({"sinhyeon"})
    assert found.within(None) is found
    assert {one.dong for one in hers.claims} == {"sinhyeon"}
    assert not hers.appeals


async def test_figures_are_data(office: Office) -> None:
    await a_town(office)
    await filed(office, 1)
    found = await counted(office)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Figures) == found
