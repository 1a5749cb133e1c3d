"""What the counter learns: proposed by one, confirmed by another, once; on both databases."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from storage import amendments, bundles, questions
from storage.amendments import ANSWER, ELSEWHERE, PHRASINGS, Amendment
from storage.ids import new_id
from storage.tables import amendments as rows
from tests.storage.conftest import Office
from tests.storage.test_bundles import WORDS, asked, gather
from tests.storage.test_staff import actions

HAN, YUN = new_id(), new_id()
TEXT = {"ko": "받을 수 있습니다.", "en": "Yes."}


async def proposed(office: Office, kind: str = ANSWER, bundle: UUID | None = None, by: UUID = HAN) -> Amendment:
    words = TEXT if kind == ANSWER else {"ko": [WORDS], "en": []}
    place = "" if kind == ELSEWHERE else "coupon"
    assert await office.do(lambda store: amendments.propose(store, kind, place, "hours", words, by, bundle))
    return (await office.do(amendments.waiting))[-1]


async def confirmed(office: Office, one: Amendment, by: UUID = YUN) -> bool:
    return await office.do(lambda store: amendments.confirm(store, one, by))


async def in_force(office: Office) -> list[Amendment]:
    async with office.database.reading() as db:
        return list(await amendments.in_force(db, office.vault))


async def test_it_counts_when_another_confirms_and_never_by_who_proposed_it(office: Office) -> None:
    one = await proposed(office)
    assert (one.kind, one.programme, one.code, one.words, one.proposed_by) == (ANSWER, "coupon", "hours", TEXT, HAN)
    assert not await confirmed(office, one, HAN)
    assert await in_force(office) == []
    assert await confirmed(office, one)
    assert await in_force(office) == [one]
    assert await office.do(amendments.waiting) == ()
    assert await office.do(lambda store: amendments.by_id(store, one.id)) is None
    assert await actions(office) == ["answers.proposed", "answers.confirmed"]


async def test_what_one_proposed_lately_is_known_while_it_waits(office: Office) -> None:
    def waits(by: UUID, seconds: int = 0) -> Any:
        return office.do(lambda store: amendments.waits_of(store, by, store.now + timedelta(seconds=seconds)))

    assert not await waits(HAN)
    one = await proposed(office)
    assert await waits(HAN)
    assert not await waits(HAN, 1)
    assert not await waits(YUN)
    await confirmed(office, one)
    assert not await waits(HAN)


async def test_of_many_hands_one_confirms_or_declines(office: Office) -> None:
    one = await proposed(office)
    hands = [office.do(lambda store: amendments.confirm(store, one, new_id())) for _ in range(3)]
    hands += [office.do(lambda store: amendments.decline(store, one, HAN)) for _ in range(3)]
    assert sum(await asyncio.gather(*hands)) == 1


async def test_the_questions_of_a_bundle_wait_again_when_it_is_declined(office: Office) -> None:
    id = await asked(office)
    await office.do(gather)
    one = await proposed(office, PHRASINGS, id)
    assert not await office.do(lambda store: amendments.propose(store, PHRASINGS, "", "x", {}, YUN, id))
    assert await office.do(lambda store: bundles.waiting(store, 9)) == ()
    assert await office.do(lambda store: amendments.decline(store, one, HAN))
    assert [one.id for one in await office.do(lambda store: bundles.waiting(store, 9))] == [id]
    again = await proposed(office, PHRASINGS, id)
    assert await confirmed(office, again)
    assert await office.do(lambda store: bundles.words_of(store, id, 9)) == ()
    assert await office.do(lambda store: questions.topic_of(store, id)) == "hours"
    assert [one.id for one in await in_force(office)] == [again.id]


async def test_a_later_answer_takes_the_place_of_the_one_before_it(office: Office) -> None:
    first, elsewhere, second = await proposed(office), await proposed(office, ELSEWHERE), await proposed(office)
    for one in (first, elsewhere, second):
        assert await confirmed(office, one)
    assert await in_force(office) == [elsewhere, second]


async def test_what_the_files_say_is_retired_once(office: Office) -> None:
    one = await proposed(office)
    assert await office.do(lambda store: amendments.retire(store, [one.id])) == ()
    await confirmed(office, one)
    assert await office.do(lambda store: amendments.retire(store, [one.id])) == (one.id,)
    assert await in_force(office) == []
    assert await office.do(lambda store: amendments.retire(store, [one.id])) == ()


async def test_nothing_of_the_words_lies_open_in_the_table(office: Office) -> None:
    await proposed(office, PHRASINGS)
    async with office.database.reading() as db:
        (row,) = (await db.execute(select(rows))).all()
    assert WORDS.encode() not in row.sealed
