"""A talk goes to another office with all that was said, its person is told once, and the former hand is free."""

from storage import talks
from storage.cases import Case
from storage.engine import Drawer
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_appeal import filed
from tests.handlers.staff.test_talks import begins, said, takes
from tests.journey import CITY, Officer, Resident, Town

DONG = "cheongna-1"


async def sent_on(town: Town, welcomed: Arrive, office: str = "청라1동") -> tuple[Resident, Officer, Case]:
    """A talk of the call centre, sent on by who had it open."""
    kim = await welcomed()
    await begins(kim)
    han = await town.officer("한결", role="calls")
    await takes(han)
    await han.writes("어느 동에 사십니까?")
    await kim.writes("청라1동입니다.")
    await han.presses("transfer")
    await han.writes(office)
    (case,) = await filed(town)
    return kim, han, case


async def test_a_talk_goes_from_the_call_centre_to_a_dong(town: Town, welcomed: Arrive) -> None:
    kim, _, case = await sent_on(town, welcomed)
    assert (case.office, case.dong, case.holder, case.state, case.open) == (DONG, DONG, None, "filed", True)
    told = said("talk.moved", number=case.number, office=CITY.places.dongs[DONG].name)
    assert kim.all.count(told) == 1


async def test_all_that_was_said_goes_along(town: Town, welcomed: Arrive) -> None:
    kim, _, _ = await sent_on(town, welcomed)
    seo = await town.officer("서준", role="appeals", dong=DONG)
    await takes(seo)
    for words in ("카드를 잃어버렸습니다.", "어느 동에 사십니까?", "청라1동입니다."):
        assert words in seo.question
    await seo.writes("월요일에 오십시오.")
    assert kim.last == said("talk.from_office", said="월요일에 오십시오.")


async def test_the_former_officers_words_go_to_nobody_and_her_screen_names_nobody(town: Town, welcomed: Arrive) -> None:
    kim, han, case = await sent_on(town, welcomed)
    assert said("talk.with", who=case.number) not in han.question
    before = len(kim.all)
    await han.writes("잠깐만요.")
    assert len(kim.all) == before

    async def hers(store: Drawer) -> tuple[talks.Talk, ...]:
        return await talks.in_hand(store, han.account or case.id)

    assert await town.within(hers) == ()


async def test_what_the_person_writes_meanwhile_waits_for_the_next_officer(town: Town, welcomed: Arrive) -> None:
    kim, han, case = await sent_on(town, welcomed)
    before = len(han.all)
    await kim.writes("/human")
    await kim.writes("듣고 계십니까?")
    assert said("human.added", number=case.number) in kim.all
    assert len(han.all) == before


async def test_a_dong_sends_a_talk_back_to_the_call_centre(town: Town, welcomed: Arrive) -> None:
    kim, _, _ = await sent_on(town, welcomed)
    seo = await town.officer("서준", role="appeals", dong=DONG)
    await takes(seo)
    await seo.presses("transfer")
    await seo.presses("calls")
    (case,) = await filed(town)
    assert (case.office, case.holder) == ("calls", None)
    assert kim.last == said("talk.moved", number=case.number, office=said("office.calls"))
    await takes(await town.officer("도윤", role="calls"))
    assert (await filed(town))[0].holder is not None


async def test_an_english_reader_is_told_in_english(town: Town, welcomed: Arrive) -> None:
    kim = await welcomed(language="en")
    await begins(kim, "I lost my card.")
    han = await town.officer("한결", role="calls")
    await takes(han)
    await han.presses("transfer")
    await han.writes("청라1동")
    (case,) = await filed(town)
    assert kim.last == said("talk.moved", "en", number=case.number, office=CITY.places.dongs[DONG].name)


async def test_who_thinks_better_of_it_talks_on(town: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    await begins(kim)
    han = await town.officer("한결", role="calls")
    await takes(han)
    await han.presses("transfer")
    await han.writes(said("transfer.no"))
    (case,) = await filed(town)
    assert case.holder == han.account
    await han.writes("계십니까?")
    assert "계십니까?" in kim.last


async def test_a_visiting_officer_may_not_send_one_on(town: Town, recognised: Arrive) -> None:
    kim = await recognised()
    await kim.writes("/cases")
    await kim.presses("?")
    await kim.writes("언제 오십니까?")
    (case,) = await filed(town)
    lim = await town.officer("림", role="visits", dong=case.dong)
    await takes(lim)
    assert "transfer" not in lim.codes
