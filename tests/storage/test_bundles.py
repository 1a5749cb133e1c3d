"""Questions that say the same lie together: each in one bundle, by whatever process, on both databases."""

import asyncio
from datetime import timedelta
from uuid import UUID

from storage import bundles, questions
from storage.bundles import OPEN, PROPOSED, SETTLED, Bundle, Question
from storage.engine import Drawer
from tests.storage.conftest import NOW, Office

WORDS = "우리 강아지도 받을 수 있나요"


async def asked(office: Office, words: str = WORDS, guesses: tuple[str, ...] = ("a", "b")) -> UUID:
    return await office.do(lambda store: questions.note(store, "ko", questions.UNKNOWN, words=words, guesses=guesses))


async def gather(store: Drawer) -> int:
    """Put every loose question into the first bundle there is."""
    found = await bundles.loose(store, 50)
    for one in found:
        heads = await bundles.heads(store)
        await (bundles.join(store, one, heads[0].id) if heads else bundles.begin(store, one))
    return len(found)


async def only(office: Office) -> Bundle:
    (found,) = await office.do(lambda store: bundles.waiting(store, 10))
    return found


async def test_a_loose_question_begins_a_bundle_and_the_next_joins_it(office: Office) -> None:
    first = await asked(office)
    (loose,) = await office.do(lambda store: bundles.loose(store, 10))
    assert loose == Question(first, "ko", NOW.date(), WORDS, ("a", "b"))
    await office.do(gather)
    office.now += timedelta(days=1)
    await asked(office, "고양이도 주나요")
    await office.do(gather)
    bundle = await only(office)
    assert bundle == Bundle(first, "ko", OPEN, 2, office.now.date(), ("a", "b"), WORDS)
    assert await office.do(lambda store: bundles.words_of(store, first, 10)) == ("고양이도 주나요", WORDS)
    assert await office.do(lambda store: bundles.loose(store, 10)) == ()
    assert await office.do(bundles.count) == 1


async def test_processes_that_gather_at_once_take_each_question_once(office: Office) -> None:
    for _ in range(5):
        await asked(office)
    taken = await asyncio.gather(*(office.do(gather) for _ in range(4)))
    assert sum(taken) == 5
    assert (await only(office)).times == 5


async def test_what_is_answered_is_kept_no_longer_and_nothing_joins_it(office: Office) -> None:
    id = await asked(office)
    await office.do(gather)
    assert await office.do(lambda store: bundles.move(store, id, OPEN, PROPOSED))
    assert not await office.do(lambda store: bundles.move(store, id, OPEN, PROPOSED))
    await office.do(lambda store: bundles.settle(store, id, "use_where"))
    bundle = await office.do(lambda store: bundles.by_id(store, id))
    assert bundle is not None
    assert bundle.state == SETTLED
    assert await office.do(lambda store: bundles.words_of(store, id, 10)) == ()
    assert await office.do(lambda store: questions.topic_of(store, id)) == "use_where"
    assert await office.do(bundles.heads) == ()


async def test_what_has_an_answer_or_no_words_is_never_loose(office: Office) -> None:
    await office.do(lambda store: questions.note(store, "ko", questions.ANSWER, topic="hours"))
    await office.do(lambda store: questions.note(store, "ko", questions.CHOOSE, words=WORDS))
    await office.do(lambda store: questions.note(store, "ko", questions.UNKNOWN))
    assert await office.do(lambda store: bundles.loose(store, 10)) == ()
