"""Words of danger are heard in an answer too, whatever was asked, and the answer is taken all the same."""

import pytest
from sqlalchemy import select

from storage.cases import Case
from storage.tables import files
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_appeal import begins, filed
from tests.handlers.staff.test_talks import at_the_desk, picture, said
from tests.journey import Resident, Town

NUMBERS = ("119", "112", "109")


async def the_talks(town: Town) -> list[Case]:
    return [case for case in await filed(town) if case.kind == "talk"]


async def to_the_address(kim: Resident) -> None:
    """Stand where an address is asked for, in words."""
    await kim.writes("/visit")
    await kim.presses("here")
    await kim.presses("mobility")


async def test_an_answer_is_taken_and_the_numbers_stand_above_the_next_question(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    han = await town.officer("한결", role="calls")
    await to_the_address(kim)
    before = len(kim.all)
    await kim.writes("서곶로 307, 남편이 쓰러졌어요")
    assert all(number in kim.all[before] for number in NUMBERS)
    assert said("visit.when.ask") in kim.question
    (case,) = await the_talks(town)
    assert case.told["words"] == "서곶로 307, 남편이 쓰러졌어요"
    assert at_the_desk("talk.danger", number=case.number) in han.all


async def test_words_that_are_refused_as_an_answer_reach_a_person(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await to_the_address(kim)
    before = len(kim.all)
    await kim.writes("불이야")  # too short for an address
    assert all(number in kim.all[before] for number in NUMBERS)
    assert said("visit.where.bad") in kim.all[before:]
    assert len(await the_talks(town)) == 1


async def test_the_first_words_of_a_stranger_are_heard(town: Town) -> None:
    stranger = town.resident("stranger")
    await stranger.writes("살려 주세요")
    assert all(number in stranger.all[0] for number in NUMBERS)
    assert len(await the_talks(town)) == 1


async def test_a_photo_with_such_words_stays_an_answer_and_the_words_reach_a_person(
    town: Town, recognised: Arrive
) -> None:
    kim = await recognised()
    await begins(kim)
    await kim.presses("본인")
    await kim.presses("amount")
    await kim.presses(kim.codes[0])  # a paper
    before = len(kim.all)
    await kim.sends_photo(picture(), caption="불이 났어요")
    assert all(number in kim.all[before] for number in NUMBERS)
    (case,) = await the_talks(town)
    kept = set((await town.within(lambda store: store.read(select(files.c.case)))).scalars())
    assert len(kept) == 1
    assert case.id not in kept
    assert case.told["words"] == "불이 났어요"


@pytest.mark.parametrize("way", ["/human", "/menu"])
async def test_the_numbers_are_said_once_a_turn(town: Town, welcomed: Arrive, way: str) -> None:
    kim = await welcomed()
    await kim.writes(way)
    before = len(kim.all)
    await kim.writes("죽고 싶어요")
    assert [all(number in text for number in NUMBERS) for text in kim.all[before:]].count(True) == 1
    assert len(await the_talks(town)) == 1
