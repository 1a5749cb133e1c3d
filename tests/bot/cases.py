"""A case filed by somebody in a town, without walking through the appeal."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from bot import words
from programmes import worktime
from storage import cases, people
from storage.cases import Case
from storage.ids import new_id
from tests.journey import CITY, Resident, Town

DONG = "yeonhui"
_numbers = count(1)


async def filed(town: Town, resident: Resident, hours: int = 16, **more: object) -> Case:
    """An appeal of this resident in the queue of 연희동, filed now."""
    person = await town.within(lambda store: people.by_chat(store, resident.chat))
    number = next(_numbers)
    case = Case(
        id=new_id(), number=f"SG-{number:04}", kind="appeal", programme="livelihood-coupon-2025", round="1",
        reason="newborn", state="filed", identity="recognised", for_whom="self",
        subject_hash=number.to_bytes(16), resident=None, household=None, person=person.id, chat=resident.chat,
        dong=DONG, office=DONG, language=resident.language, filed_at=town.now,
        due_at=worktime.due(town.now, hours, CITY.calendar), target_minutes=hours * 60,
    )  # fmt: skip
    return await town.within(lambda store: cases.file(store, replace(case, **more)))  # type: ignore[arg-type,no-any-return]


async def read(town: Town, case: Case) -> Case:
    """The case as it is now."""
    found = await town.within(lambda store: cases.by_id(store, case.id))
    assert found is not None
    return found  # type: ignore[no-any-return]


def said(moment: datetime) -> str:
    """A moment as a Korean reader sees it."""
    return words.moment(moment, "ko")


def hours(number: float) -> timedelta:
    return timedelta(hours=number)
