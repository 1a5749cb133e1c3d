"""Loose questions find their bundle: by language, once, however many there are and in whatever order they came."""

from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chores.bundling import AT_ONCE, gather
from storage import bundles, questions
from storage.bundles import Bundle
from tests.journey import Town

DOG, CAT = "우리 강아지도 받을 수 있나요", "우리 고양이도 받을 수 있나요"
SAID = (DOG, "우리강아지도 받을수있나요??", CAT, "can my dog get it too", "Can my dogs get it too?")


async def ask(town: Town, words: str, language: str = "ko") -> None:
    await town.within(lambda store: questions.note(store, language, questions.UNKNOWN, words=words))


async def gathered(town: Town) -> tuple[Bundle, ...]:
    while await town.within(gather):
        pass
    found: tuple[Bundle, ...] = await town.within(lambda store: bundles.waiting(store, 100))
    return found


async def test_what_says_the_same_lies_together_and_languages_apart(town: Town) -> None:
    for words in SAID[:3]:
        await ask(town, words)
    for words in SAID[3:]:
        await ask(town, words, "en")
    await ask(town, DOG, "en")
    found = await gathered(town)
    assert sorted((one.language, one.times) for one in found) == [("en", 1), ("en", 2), ("ko", 1), ("ko", 2)]


async def test_more_than_are_taken_at_once_are_gathered_all(town: Town) -> None:
    for n in range(2 * AT_ONCE + 1):
        await ask(town, DOG if n % 2 else CAT)
    assert sorted(one.times for one in await gathered(town)) == [AT_ONCE, AT_ONCE + 1]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(st.sampled_from(SAID), min_size=1, max_size=12))
async def test_each_question_lies_in_one_bundle_and_the_same_words_in_the_same(town: Town, asked: list[str]) -> None:
    before = sum(one.times for one in await gathered(town))
    for words in asked:
        await ask(town, words)
    found = await gathered(town)
    assert sum(one.times for one in found) == before + len(asked)
    said = [await town.within(partial(bundles.words_of, bundle=one.id, limit=200)) for one in found]
    assert all(sum(words in bundle for bundle in said) == 1 for words in asked)
    assert await town.within(lambda store: bundles.loose(store, 1)) == ()
