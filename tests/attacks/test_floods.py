"""Whoever brings too much is warned once and then met with silence; nobody else feels it, and the store stays small."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select

from bot import words
from bot.floods import REMEMBERED, Floods, Measure
from bot.metrics import FLOODED
from handlers.dialog import Contact, Inbound, Kind, Upload, t
from storage.tables import metadata
from tests.attacks.flood import Flood, pour
from tests.handlers.resident.conftest import Arrive
from tests.journey import Town

KIM, LEE = 7001, 7002
MEASURE = Measure()
WARNING = words.write(t("desk.flood"), "ko")
DANGER = "저 지금 죽고 싶습니다"


@dataclass
class Watch:
    """A stopwatch that a test moves on."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def floods(watch: Watch) -> Floods:
    return Floods(watch, MEASURE)


def one(number: int | None, chat: int = KIM, kind: Kind = Kind.PRESS, **more: Any) -> Inbound:
    return Inbound(number, chat, kind, **more)


def passed(floods: Floods, inbounds: Sequence[Inbound]) -> list[Kind]:
    """The kinds of what got through."""
    return [through.kind for inbound in inbounds if (through := floods.pass_on(inbound)) is not None]


def test_ten_at_once_are_heard_then_one_warning_then_nothing(floods: Floods) -> None:
    assert passed(floods, [one(n) for n in range(1000)]) == [Kind.PRESS] * 10 + [Kind.FLOOD]


def test_twenty_a_minute_are_heard_for_hours(floods: Floods, watch: Watch) -> None:
    for n in range(2000):
        watch.seconds += 3
        assert floods.pass_on(one(n)) is not None


def test_silence_lasts_while_it_goes_on_and_ends_half_a_minute_after(floods: Floods, watch: Watch) -> None:
    heard = passed(floods, [one(n) for n in range(50)])
    for n in range(100, 1100):
        watch.seconds += 0.5
        heard += passed(floods, [one(n)])
    assert heard == [Kind.PRESS] * 10 + [Kind.FLOOD]
    watch.seconds += 33
    assert passed(floods, [one(2000)]) == [Kind.PRESS]


def test_a_second_flood_after_a_quiet_minute_is_warned_again(floods: Floods, watch: Watch) -> None:
    for start in (0, 1000):
        assert Kind.FLOOD in passed(floods, [one(start + n) for n in range(50)])
        watch.seconds += 61


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.PRESS, Kind.UPLOAD, Kind.CONTACT, Kind.EDIT, Kind.OTHER, Kind.GROUP])
def test_everything_that_is_answered_counts(floods: Floods, kind: Kind) -> None:
    assert len(passed(floods, [one(n, kind=kind) for n in range(100)])) == 11


@pytest.mark.parametrize("kind", [Kind.LEFT, Kind.BACK])
def test_who_leaves_and_comes_back_is_always_noted(floods: Floods, kind: Kind) -> None:
    assert len(passed(floods, [one(n, kind=kind) for n in range(100)])) == 100


def test_our_own_errands_are_no_flood(floods: Floods) -> None:
    assert len(passed(floods, [one(None, kind=Kind.ERRAND)] * 100)) == 100


def test_an_album_counts_once_and_stays_whole(floods: Floods) -> None:
    numbers = count()
    albums = [
        [one(next(numbers), kind=Kind.UPLOAD, upload=Upload("r", "n", 1, f"album {n}")) for _ in range(10)]
        for n in range(20)
    ]
    heard = [passed(floods, album) for album in albums]
    assert heard == [[Kind.UPLOAD] * 10] * 10 + [[Kind.FLOOD]] + [[]] * 9


def test_words_of_danger_are_heard_in_a_flood_but_are_no_way_around_it(floods: Floods) -> None:
    assert len(passed(floods, [one(n) for n in range(500)])) == 11
    heard = passed(floods, [one(500 + n, kind=Kind.TEXT, text=DANGER) for n in range(500)])
    assert heard == [Kind.TEXT] * 10


def test_an_update_that_was_let_in_is_let_in_again(floods: Floods) -> None:
    assert passed(floods, [one(n) for n in range(10)] * 3) == [Kind.PRESS] * 30
    assert passed(floods, [one(n) for n in range(10, 1000)]) == [Kind.FLOOD]
    assert passed(floods, [one(9)]) == [Kind.PRESS]


def test_others_are_heard_meanwhile(floods: Floods) -> None:
    passed(floods, [one(n) for n in range(1000)])
    assert passed(floods, [one(n, LEE) for n in range(2000, 2010)]) == [Kind.PRESS] * 10


def test_memory_does_not_grow_with_chats_or_updates(watch: Watch) -> None:
    floods = Floods(watch, Measure(chats=100))
    for n in range(1000):
        floods.pass_on(one(n, chat=n))
    for n in range(1000):
        watch.seconds += 60
        floods.pass_on(one(n, chat=999))
    assert len(floods._levels) == 100
    assert all(len(level.let_in) <= REMEMBERED for level in floods._levels.values())


async def rows(town: Town) -> Counter[str]:
    """How many rows each table has."""
    async with town.database.reading() as db:
        found = {one: await db.execute(select(func.count()).select_from(one)) for one in metadata.sorted_tables}
        return Counter({table.name: int(result.scalar_one()) for table, result in found.items()})


@pytest.fixture
def guarded(town: Town, floods: Floods) -> Town:
    """The town with the limit before its reception."""
    town.reception._floods = floods
    return town


async def test_a_flood_of_presses_grows_the_store_by_eleven_turns(guarded: Town, welcomed: Arrive) -> None:
    guarded.reception._floods = None
    kim = await welcomed()
    guarded.reception._floods = Floods(Watch())
    before, counted = await rows(guarded), FLOODED._value.get()
    kept = await pour(guarded, Flood(chats=(kim.chat,), each=1000))
    assert all(kept)
    grown = (await rows(guarded)) - before
    assert grown["claims"] == 11
    assert grown["outbox"] <= 2 * 11  # each refused in a sentence, and asked again
    assert grown.total() <= 4 * 11
    assert FLOODED._value.get() - counted == 990
    assert Counter(kim.all)[WARNING] == 1


async def test_many_chats_cost_what_each_is_allowed(guarded: Town) -> None:
    before = await rows(guarded)
    chats = range(20_000, 20_050)
    assert all(await pour(guarded, Flood(chats=chats, each=20)))
    grown = (await rows(guarded)) - before
    assert grown["claims"] == len(chats) * 11
    assert grown["people"] == grown["keys"] == grown["sessions"] == len(chats)
    assert grown["outbox"] <= len(chats) * 2 * 11


async def test_the_neighbour_of_a_flood_is_answered(guarded: Town) -> None:
    lee = guarded.resident("lee")
    flood = asyncio.create_task(pour(guarded, Flood(chats=(KIM + 500,), each=2000)))
    await lee.writes("/start")
    await lee.presses("한국어")
    assert lee.buttons
    assert all(await flood)


async def test_the_warning_is_said_in_her_language_and_leaves_her_where_she_is(
    guarded: Town, welcomed: Arrive, watch: Watch
) -> None:
    guarded.reception._floods = None
    john = await welcomed(language="en")
    await john.writes("/appeal")
    asked = john.question
    guarded.reception._floods = Floods(watch)
    for _ in range(12):
        await john.does(Kind.CONTACT, contact=Contact("+821012345678", own=True))
    assert john.last == words.write(t("desk.flood"), "en")
    watch.seconds += 60
    await john.writes("nonsense")
    assert john.question == asked
