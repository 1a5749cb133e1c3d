"""Questions: sealed with their person's key until they are answered, then of nobody; on both databases."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, update

from storage import jobs, people, questions, retention
from storage.engine import Drawer
from storage.ids import new_id
from storage.jobs import Job
from storage.people import Person
from storage.questions import ANSWER, ASK, CHOOSE, UNKNOWN
from storage.tables import jobs as job_rows
from storage.tables import keys
from storage.tables import people as people_table
from storage.tables import questions as rows
from tests.storage.conftest import NOW, Office

WORDS = "우리 강아지도 받을 수 있나요"


async def person(office: Office) -> Person:
    one = people.stranger(7001, "ko", NOW)
    await office.do(lambda store: store.write(insert(people_table), people.to_row(one)))
    return one


async def waiting(office: Office) -> Job:
    asker = await person(office)
    await office.do(lambda store: questions.ask(store, asker, WORDS))
    [job] = await office.do(lambda store: jobs.take(store, new_id(), (ASK,), 60, 5))
    return job


async def noted(office: Office, verdict: str = UNKNOWN, words: str = WORDS, topic: str | None = None) -> UUID:
    return await office.do(lambda store: questions.note(store, "ko", verdict, topic=topic, words=words))


async def words(office: Office, id: UUID) -> str:
    return await office.do(lambda store: questions.words_of(store, id))


async def listed(office: Office) -> list[str]:
    """What has no answer yet."""
    async with office.database.reading() as db:
        found = await db.execute(select(rows.c.id).where(rows.c.verdict == UNKNOWN, rows.c.sealed.is_not(None)))
    return sorted([await words(office, id) for id in found.scalars()])


async def test_what_was_asked_is_sealed_with_its_persons_key_and_goes_when_it_is_answered(office: Office) -> None:
    job = await waiting(office)
    assert job.sealed is not None
    assert WORDS.encode() not in job.sealed
    found = await office.do(lambda store: questions.asked(store, job))
    assert found is not None
    assert (found[0], found[1].chat) == (WORDS, 7001)
    assert await office.do(lambda store: jobs.finish(store, job))
    async with office.database.reading() as db:
        assert (await db.execute(select(job_rows.c.sealed))).scalar_one() is None


@pytest.mark.parametrize("gone", ["person", "key"])
async def test_what_an_erased_person_asked_is_unreadable(office: Office, gone: str) -> None:
    job = await waiting(office)

    async def erase(store: Drawer) -> None:
        if gone == "person":
            await store.write(delete(people_table))
            return
        await store.write(update(people_table).values(id=new_id()))  # she came back
        await store.write(delete(keys))

    await office.do(erase)
    assert await office.do(lambda store: questions.asked(store, job)) is None


async def test_so_many_may_wait_before_it_is_crowded(office: Office) -> None:
    asker = await person(office)
    for crowded in (False, False, True):
        await office.do(lambda store: questions.ask(store, asker, WORDS))
        assert await office.do(lambda store: questions.crowded(store, 2)) is crowded


async def test_a_row_tells_the_day_in_korea_and_neither_a_time_nor_a_person(office: Office) -> None:
    office.now = NOW + timedelta(hours=15)  # past midnight in Seoul
    id = await noted(office)
    async with office.database.reading() as db:
        row = (await db.execute(select(rows))).one()
    assert (row.id, row.day, row.language, row.verdict, row.topic) == (id, date(2025, 7, 29), "ko", UNKNOWN, None)
    assert id.version == 4
    assert WORDS.encode() not in row.sealed
    assert not {"chat", "person", "at"} & set(row._fields)


async def test_of_several_topics_the_chosen_one_is_counted_and_the_words_go(office: Office) -> None:
    id = await noted(office, CHOOSE)
    assert await listed(office) == []
    await office.do(lambda store: questions.chosen(store, id, "use_where"))
    assert await office.do(lambda store: questions.topic_of(store, id)) == "use_where"
    assert await words(office, id) == ""
    await office.do(lambda store: questions.none_of_these(store, id))
    assert await listed(office) == []


async def test_where_none_was_meant_the_question_has_no_answer_yet(office: Office) -> None:
    id = await noted(office, CHOOSE, topic="use_where")
    await office.do(lambda store: questions.none_of_these(store, id))
    await office.do(lambda store: questions.chosen(store, id, "use_where"))
    assert await listed(office) == [WORDS]
    assert await office.do(lambda store: questions.topic_of(store, id)) is None


async def test_an_answer_helped_until_somebody_says_no(office: Office) -> None:
    id = await noted(office, ANSWER, "", "what_is")
    await office.do(lambda store: questions.unhelpful(store, id))
    async with office.database.reading() as db:
        assert not (await db.execute(select(rows.c.helped))).scalar_one()


async def test_words_of_a_choice_never_made_go_after_a_week_and_rows_after_a_year(office: Office) -> None:
    await noted(office, CHOOSE)
    id = await noted(office)

    async def swept(days: int) -> list[tuple[str, bool]]:
        office.now = NOW + timedelta(days=days)
        await office.do(lambda store: retention.sweep(store, store.now, None, at_once=9))
        async with office.database.reading() as db:
            return sorted((row.verdict, row.sealed is None) for row in await db.execute(select(rows)))

    assert await swept(6) == [(CHOOSE, False), (UNKNOWN, False)]
    assert await swept(9) == [(CHOOSE, True), (UNKNOWN, False)]
    assert await words(office, id) == WORDS
    assert await swept(367) == []
