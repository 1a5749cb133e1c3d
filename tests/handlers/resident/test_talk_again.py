"""A talk that has ended is one press away: the same within a week, a new one tied to it later."""

from datetime import timedelta

from programmes.casework import TALK_AGAIN
from storage import cases, talks
from storage.cases import Case
from storage.engine import Drawer
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_appeal import filed
from tests.handlers.staff.test_talks import begins, closes, said, takes
from tests.house.test_journeys import explained, statements
from tests.journey import Officer, Resident, Town


async def ended(town: Town, welcomed: Arrive) -> tuple[Resident, Officer, Case]:
    """A resident whose talk an officer has just ended."""
    kim = await welcomed()
    await begins(kim)
    han = await town.officer("한결", role="calls")
    await takes(han)
    await closes(han)
    (case,) = await filed(town)
    return kim, han, case


async def test_the_letter_that_ends_a_talk_offers_to_go_on(town: Town, welcomed: Arrive) -> None:
    kim, _, case = await ended(town, welcomed)
    assert kim.buttons == [said("talk.rate.good"), said("talk.rate.bad"), said("talk.again")]
    await kim.presses(said("talk.again"))
    (again,) = await filed(town)
    assert (again.id, again.open, again.state, again.holder) == (case.id, True, "reopened", None)
    assert said("talk.again.done", number=case.number) in kim.all
    assert said("human.go_on") in kim.question


async def test_the_next_officer_reads_what_was_said_before(town: Town, welcomed: Arrive) -> None:
    kim, han, _ = await ended(town, welcomed)
    await kim.presses(said("talk.again"))
    await kim.writes("한 가지 더 있습니다.")
    await takes(han)
    assert "카드를 잃어버렸습니다." in han.question
    assert "한 가지 더 있습니다." in han.question


async def test_after_saying_that_it_helped_a_talk_can_still_go_on(town: Town, welcomed: Arrive) -> None:
    kim, _, case = await ended(town, welcomed)
    await kim.presses(said("talk.rate.good"))
    assert kim.buttons == [said("talk.again")]
    await kim.presses(said("talk.again"))
    (again,) = await filed(town)
    assert (again.id, again.open) == (case.id, True)


async def test_what_is_not_solved_goes_on_in_the_same_talk_with_her_next_words(town: Town, welcomed: Arrive) -> None:
    kim, _, case = await ended(town, welcomed)
    await kim.presses(said("talk.rate.bad"))
    (still,) = await filed(town)
    assert not still.open
    await kim.writes("카드가 아직 안 왔습니다.")
    (again,) = await filed(town)
    assert (again.id, again.open) == (case.id, True)

    async def lines(store: Drawer) -> list[str]:
        return [line.words for line in await talks.last_lines(store, case.id, 9)]

    assert await town.within(lines) == ["카드를 잃어버렸습니다.", "카드가 아직 안 왔습니다."]


async def test_after_the_time_a_new_talk_tied_to_the_former_begins(town: Town, welcomed: Arrive) -> None:
    kim, han, case = await ended(town, welcomed)
    town.now += TALK_AGAIN + timedelta(minutes=1)
    await kim.presses(said("talk.again"))
    (new,) = [one for one in await filed(town) if one.id != case.id]
    assert (new.open, new.told["after"], new.office) == (True, case.number, "calls")
    assert any(new.number in text for text in kim.all)
    await han.opens()
    await takes(han)
    assert said("talk.after", number=case.number) in han.question


async def test_the_last_moment_of_the_time_still_counts(town: Town, welcomed: Arrive) -> None:
    kim, _, case = await ended(town, welcomed)
    town.now = (case.closed_at or town.now) + TALK_AGAIN
    await kim.presses(said("talk.again"))
    assert [one.id for one in await filed(town) if one.open] == [case.id]


async def test_pressed_twice_it_is_one_talk(town: Town, welcomed: Arrive) -> None:
    kim, _, case = await ended(town, welcomed)
    for _ in range(2):
        await kim.presses_data(f"t.{case.id.hex}.again")
    (again,) = await filed(town)
    assert again.open
    assert kim.all.count(said("talk.again.done", number=case.number)) == 1


async def test_who_has_begun_another_talk_goes_on_in_that_one(town: Town, welcomed: Arrive) -> None:
    kim, _, case = await ended(town, welcomed)
    await begins(kim, "다른 일입니다.")
    await kim.presses_data(f"t.{case.id.hex}.again")
    open = [one for one in await filed(town) if one.open]
    assert [one.told["words"] for one in open] == ["다른 일입니다."]


async def test_nobody_opens_the_talk_of_another(town: Town, welcomed: Arrive) -> None:
    _, _, case = await ended(town, welcomed)
    stranger = town.resident("stranger")
    await stranger.writes("/human")
    await stranger.presses_data(f"t.{case.id.hex}.again")
    assert said("desk.old_button") in stranger.all
    assert not any(one.open for one in await filed(town))


async def test_a_talk_is_opened_again_among_ones_cases_too(town: Town, welcomed: Arrive) -> None:
    kim, _, case = await ended(town, welcomed)
    await kim.writes("/cases")
    await kim.presses(case.id.hex)
    await kim.presses(said("talk.again"))
    (again,) = await filed(town)
    assert (again.id, again.open) == (case.id, True)


async def test_words_of_danger_in_a_reopened_talk_wake_anew(town: Town, welcomed: Arrive) -> None:
    kim = await welcomed()
    han = await town.officer("한결", role="calls")
    await begins(kim, "죽고 싶습니다.")
    await takes(han)
    await closes(han)
    await kim.presses(said("talk.again"))
    await kim.writes("정말 죽고 싶습니다.")
    (case,) = await filed(town)
    told = f"{said('staff.title')}\n{said('talk.danger', number=case.number)}"
    assert han.all.count(told) == 2


async def test_who_opened_it_again_stands_in_its_story(town: Town, welcomed: Arrive) -> None:
    kim, _, case = await ended(town, welcomed)
    await kim.presses(said("talk.again"))
    story = await town.within(lambda store: cases.story(store, case.id))
    assert [(event.kind, event.actor) for event in story][-1] == ("reopen", case.person)


async def test_talking_again_scans_no_table(town: Town, welcomed: Arrive) -> None:
    kim, han, case = await ended(town, welcomed)
    with statements(town) as seen:
        await kim.presses(said("talk.rate.good"))
        await kim.presses(said("talk.again"))
        await takes(han)
        await closes(han)
        town.now += TALK_AGAIN + timedelta(minutes=1)
        await kim.presses_data(f"t.{case.id.hex}.again")
    await explained(town, seen)
