"""Nothing is shown to a helper outside her purpose and her dates: every purpose × date × action, each cell run."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import product
from typing import cast

import pytest
from sqlalchemy import insert

from bot import words
from bot.chores import helping
from bot.sample import CAST
from handlers.resident.guards import CONSENT_VERSION
from programmes.model import Lang
from storage import cases, helpers, people, registry
from storage.engine import Drawer
from storage.helpers import CHECK, FILE, PURPOSES, VISIT, Helper
from storage.registry import Resident as Listed
from storage.tables import people as people_table
from tests.journey import MONDAY, Resident, Town

KIM = next(one for one in CAST if one.person_id == "kim-youngja")
DAYS = 7
LAST = MONDAY + timedelta(days=DAYS)
WHENS = ("code unused", "first day", "last day", "day after", "ended")
HOLDS = ("first day", "last day")


async def kim_of(town: Town) -> Listed:
    """Whom everybody helps here."""
    found = await town.within(lambda store: registry.by_identity(store, KIM.name, KIM.birth_date))
    return found[0]  # type: ignore[no-any-return]


async def stranger(town: Town, language: str = "ko") -> Resident:
    """Somebody who has consented and is on no roster."""
    one = town.resident("lee", language=language)

    async def known(store: Drawer) -> None:
        row = people.to_row(people.stranger(one.chat, cast("Lang", language), store.now)) | {"consent": CONSENT_VERSION}
        await store.write(insert(people_table), row)

    await town.within(known)
    return one


async def helper_of(town: Town, kim: Listed, purpose: str, when: str = "first day") -> tuple[Resident, Helper | None]:
    """A helper on record since Monday, at that time of the record; the town's clock stands there."""
    town.now = MONDAY
    lee = await stranger(town)
    code = await town.within(lambda store: helpers.make_code(store, kim.id, purpose, DAYS))
    person = await town.within(lambda store: people.by_chat(store, lee.chat))
    helper = None
    if when != "code unused":
        helper = await town.within(lambda store: helpers.accept(store, code, person.id, None))
    if when == "ended":
        await town.within(lambda store: helpers.end(store, cast("Helper", helper), None))
    town.now = {"last day": LAST, "day after": LAST + timedelta(days=1)}.get(when, MONDAY)
    return lee, helper


def knows(lee: Resident, since: int = 0) -> bool:
    """Whether anything of the person helped stands on her screen."""
    shown = [*lee.all[since:], *(label for sheet in lee.sheets[since:] for row in sheet.rows for _, label in row)]
    return any(word in text for text in shown for word in ("김○자", KIM.name, "1948"))


async def picks(lee: Resident, kim: Listed) -> bool:
    """Choose her where it is asked for whom; false where she is not offered."""
    if f"for-{kim.id.hex}" not in lee.codes:
        return False
    await lee.presses(f"for-{kim.id.hex}")
    return True


async def checks(lee: Resident, kim: Listed) -> None:
    await lee.writes("/eligibility")
    if await picks(lee, kim):
        await lee.presses("livelihood-coupon-2025")


async def looks_at_payment(lee: Resident, kim: Listed) -> None:
    await lee.writes("/eligibility")
    if await picks(lee, kim):
        await lee.presses("livelihood-coupon-2025")
        await lee.presses("payment")


async def files(lee: Resident, kim: Listed) -> None:
    await lee.writes("/appeal")
    await lee.presses("livelihood-coupon-2025/1")
    if await picks(lee, kim):
        for answer in ("amount", "later", "none", "right"):
            await lee.presses(answer)


async def asks_for_a_visit(lee: Resident, kim: Listed) -> None:
    await lee.writes("/visit")
    if await picks(lee, kim):
        await lee.presses("mobility")
        await lee.writes("서곶로 307")
        await lee.presses("any")
        await lee.presses("right")


Act = Callable[[Resident, Listed], Awaitable[None]]
ACTIONS: dict[str, tuple[str, Act]] = {
    "eligibility": (CHECK, checks),
    "payment": (CHECK, looks_at_payment),
    "appeal": (FILE, files),
    "visit": (VISIT, asks_for_a_visit),
}


@pytest.mark.parametrize("action", ACTIONS)
async def test_only_the_purpose_and_its_days_show_anything(city: Town, action: str) -> None:
    kim = await kim_of(city)
    wanted, act = ACTIONS[action]
    for purpose, when in product(PURPOSES, WHENS):
        lee, _ = await helper_of(city, kim, purpose, when)
        await act(lee, kim)
        assert knows(lee) == (purpose == wanted and when in HOLDS), f"{purpose}, {when}: {lee.all}"
        for case in await city.within(lambda store, kim=kim: cases.about_residents(store, [kim.id])):
            await city.within(
                lambda store, case=case: cases.move(store, case, "withdrawn", open=False, actor=None, kind="withdraw")
            )  # so that the next one may file too


@pytest.mark.parametrize("over", ["day after", "ended"])
@pytest.mark.parametrize("action", ACTIONS)
async def test_what_stands_open_when_it_ends_shows_nothing_more(city: Town, action: str, over: str) -> None:
    kim = await kim_of(city)
    purpose, act = ACTIONS[action]
    lee, helper = await helper_of(city, kim, purpose)
    await act(lee, kim)
    if action == "appeal":
        await lee.presses("case")
    standing, before = list(lee.codes), len(lee.all)
    if over == "ended":
        await city.within(lambda store: helpers.end(store, cast("Helper", helper), None))
    else:
        city.now = LAST + timedelta(days=1)
    for code in standing:
        _, data = lee._button(code) if code in lee.codes else (0, code)
        await lee.presses_data(data)
    await lee.writes("1")
    await lee.writes("/cases")
    await lee.writes("/mydata")
    assert not knows(lee, before), lee.all[before:]


async def test_letters_about_what_was_filed_go_to_nobody_whose_last_day_is_past(city: Town) -> None:
    kim = await kim_of(city)
    lee, _ = await helper_of(city, kim, FILE)
    await files(lee, kim)
    (case,) = await city.within(lambda store: cases.about_residents(store, [kim.id]))
    assert case.chat == lee.chat
    city.now = LAST + timedelta(days=1)
    await city.within(helping.end(words.write))
    (case,) = await city.within(lambda store: cases.about_residents(store, [kim.id]))
    assert case.chat == helpers.NOBODY  # she has no chat: a person calls or posts
