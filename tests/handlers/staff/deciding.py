"""What the tests of asking and deciding begin with: an appeal that was filed, and officers who have it in hand."""

from storage import cases
from storage.cases import Case
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_appeal import begins, filed, to_the_summary
from tests.journey import Officer, Resident, Town


async def appeal(town: Town, recognised: Arrive, name: str = "kim-youngja", language: str = "ko") -> Resident:
    """Somebody of the cast who has filed an appeal about her sum in round 1."""
    resident = await recognised(name, language=language)
    await begins(resident)
    await to_the_summary(resident, "본인" if language == "ko" else "Myself", "amount")
    await resident.presses("right")
    return resident


async def the_case(town: Town) -> Case:
    """The last appeal that was filed."""
    return [case for case in await filed(town) if case.kind == "appeal"][-1]


async def tasks(town: Town) -> list[Case]:
    """What there is to do for a person."""
    return [case for case in await filed(town) if case.kind == "task"]


async def dong_officer(town: Town, name: str = "han") -> Officer:
    """An appeal officer of the case's dong."""
    return await town.officer(name, role="appeals", dong=(await the_case(town)).dong)


async def takes(town: Town, officer: Officer) -> Case:
    """The officer opens the case by its number and takes it."""
    await officer.opens()
    await officer.writes(f"/case {(await the_case(town)).number}")
    await officer.presses("take")
    case = await the_case(town)
    assert case.holder == officer.account
    return case


async def proposes(town: Town, officer: Officer, *answers: str) -> None:
    """Propose with these answers after the outcome: by default to accept with the basic sum."""
    await officer.presses("propose")
    for answer in answers or ("accepted", "confirmed", "roster", "done", "near_poverty", "done", "none", "send"):
        await officer.presses(answer)


async def story(town: Town) -> list[str]:
    """The kinds of what happened to the case, in order."""
    case = await the_case(town)
    return [event.kind for event in await town.within(lambda store: cases.story(store, case.id))]
