"""An application taken at the door: consent on record, the means handed over, a number, and payments that say so."""

import pytest
from sqlalchemy import select, update

from bot.sample import CAST
from storage import applications, cases, outreach, registry, staff, visits
from storage.applications import Application
from storage.cases import Case
from storage.engine import Drawer
from storage.helpers import VISIT
from storage.tables import audit, payments, pointers, roster
from storage.tables import outreach as listed
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_helping import asks_for_a_visit, helper_of
from tests.handlers.staff.test_talks import said
from tests.handlers.staff.test_visits import asks, the_visits
from tests.house.test_journeys import explained, statements
from tests.journey import Officer, Resident, Town

WHO = "nguyen-thi-lan"  # she has not applied yet


@pytest.fixture
async def lan(recognised: Arrive) -> Resident:
    """Somebody who has asked for a visit."""
    lan = await recognised(WHO, language="en")
    await asks(lan)
    return lan


async def the_visit(town: Town) -> Case:
    (case,) = await the_visits(town)
    return case


async def at_the_door(town: Town) -> Officer:
    """The visiting officer of her dong, with the visit open."""
    case = await the_visit(town)
    seo = await town.officer("seo", role="visits", dong=case.dong)
    await seo.presses("visits")
    await seo.presses("any")
    await seo.presses(case.id.hex)
    return seo


async def takes_it(seo: Officer, consent: str = "signed") -> None:
    for code in ("apply", "livelihood-coupon-2025/1", "eeum", consent):
        await seo.presses(code)


async def taken(town: Town) -> tuple[Application, ...]:
    case = await the_visit(town)
    assert case.resident is not None
    found: tuple[Application, ...] = await town.within(lambda store: applications.of_resident(store, case.resident))
    return found


async def test_it_ends_the_visit_and_both_have_the_number(lan: Resident, town: Town) -> None:
    seo = await at_the_door(town)
    await takes_it(seo)
    assert said("apply.look.ask") in seo.question
    await seo.presses("take")
    (one,) = await taken(town)
    case = await the_visit(town)
    assert (case.state, case.open) == ("done", False)
    visit = await town.within(lambda store: visits.by_case(store, case.id))
    assert (visit.outcome, visit.times) == ("applied", 1)
    assert one.wanted.number.startswith("AP-")
    assert (one.wanted.round, one.wanted.means, one.wanted.consent, one.wanted.by) == ("1", "eeum", "signed", None)
    assert one.wanted.number in lan.last
    assert said("visit.applied", "en") in lan.last
    assert any(one.wanted.number in text for text in seo.all)


async def test_her_payments_say_so_until_an_import_does(lan: Resident, town: Town) -> None:
    seo = await at_the_door(town)
    await takes_it(seo)
    await seo.presses("take")
    (one,) = await taken(town)
    await lan.writes("/payment")
    assert said("payment.home", "en", day=town.now.date(), number=one.wanted.number) in lan.question
    assert "do not have it yet" in lan.question
    assert "Not applied for yet" not in lan.question
    assert not any(code.startswith("how-") for code in lan.codes)
    await imported(town, "applied")
    await lan.writes("/payment")
    assert one.wanted.number not in lan.question
    assert "Applied for" in lan.question


async def imported(town: Town, status: str) -> None:
    """A payment file in force says this of everybody."""
    version = select(pointers.c.version).where(pointers.c.kind == "payments").scalar_subquery()
    said_so = update(payments).where(payments.c.version == version).values(status=status)
    await town.within(lambda store: store.write(said_so))


async def test_who_consented_and_how_is_on_record_and_in_the_audit(lan: Resident, town: Town) -> None:
    seo = await at_the_door(town)
    await takes_it(seo, "proxy")
    await seo.writes("이수진")
    assert "이수진" in seo.question
    await seo.presses("take")
    (one,) = await taken(town)
    assert (one.wanted.consent, one.wanted.by) == ("proxy", "이수진")
    case = await the_visit(town)
    story = await town.within(lambda store: cases.story(store, case.id))
    assert [event.actor for event in story if event.kind == "applied"] == [seo.account]

    async def recorded(store: Drawer) -> list[str]:
        mine = select(audit.c.action).where(audit.c.actor == seo.account, audit.c.subject == case.resident)
        return list((await store.read(mine)).scalars())

    assert "visit.applied" in await town.within(recorded)


async def test_without_consent_nothing_is_taken(lan: Resident, town: Town) -> None:
    seo = await at_the_door(town)
    await takes_it(seo, "no")
    assert said("counter.without") in seo.all
    assert (await the_visit(town)).open
    assert await taken(town) == ()


async def test_what_was_applied_for_is_not_offered(recognised: Arrive, town: Town) -> None:
    kim = await recognised()  # she was paid
    await asks(kim)
    seo = await at_the_door(town)
    await seo.presses("apply")
    assert said("apply.none") in seo.question
    assert seo.codes == ["back"]


async def test_only_means_that_can_be_handed_over_are_offered(lan: Resident, town: Town) -> None:
    seo = await at_the_door(town)
    await seo.presses("apply")
    await seo.presses("livelihood-coupon-2025/1")
    assert seo.codes == ["eeum"]


async def test_of_two_officers_one_takes_it(lan: Resident, town: Town) -> None:
    first, second = await at_the_door(town), await at_the_door(town)
    for officer in (first, second):
        await takes_it(officer)
    await first.presses("take")
    await second.presses("take")
    assert len(await taken(town)) == 1
    assert said("visits.over") in second.all


async def test_nobody_calls_her_to_apply_any_more(lan: Resident, town: Town) -> None:
    case = await the_visit(town)
    whom = case.resident
    assert whom is not None
    row = {"resident": whom, "round": "1", "dong": case.dong, "alone": True, "birth_year": 1990, "listing": 1}
    await town.within(lambda store: store.write(listed.insert(), row))
    seo = await at_the_door(town)
    await takes_it(seo)
    await seo.presses("take")
    one = await town.within(lambda store: outreach.by_id(store, whom, "1"))
    assert one.outcome == outreach.VISITED


async def test_a_right_that_ended_meanwhile_takes_nothing(lan: Resident, town: Town) -> None:
    seo = await at_the_door(town)
    await takes_it(seo)
    assert seo.account is not None
    account = seo.account
    officer = await town.within(lambda store: staff.by_id(store, account))
    await town.within(lambda store: staff.remove(store, officer, None))
    await seo.presses("take")
    assert await taken(town) == ()
    assert (await the_visit(town)).open


async def test_taking_one_scans_no_table(lan: Resident, town: Town) -> None:
    seo = await at_the_door(town)
    with statements(town) as seen:
        await takes_it(seo)
        await seo.presses("take")
        await lan.writes("/payment")
    await explained(town, seen)


async def test_who_helped_her_to_a_visit_is_not_told_what_she_applied_for(recognised: Arrive, town: Town) -> None:
    lan = await recognised(WHO, language="en")
    member = next(one for one in CAST if one.person_id == WHO)
    (known,) = await town.within(lambda store: registry.by_identity(store, member.name, member.birth_date))
    lee, _ = await helper_of(town, known, VISIT)
    await asks_for_a_visit(lee, known)
    seo = await at_the_door(town)
    await takes_it(seo)
    before = len(lee.all)
    await seo.presses("take")
    (one,) = await taken(town)
    assert lee.all[before:] == [said("visits.told.done", number=(await the_visit(town)).number)]
    assert one.wanted.number in lan.last


# ----------------------------------------------------------------------------------------------- minors of a household

HEAD, MINORS = "park-junho", ("park-seoyeon", "park-doyun")


@pytest.fixture
async def seo(town: Town, recognised: Arrive) -> Officer:
    """At the door of a father of two; nobody of them has applied."""
    await asks(await recognised(HEAD))
    return await at_the_door(town)


async def those(town: Town, *person_ids: str) -> list[registry.Resident]:
    found = [await town.within(lambda store, one=one: registry.by_person_id(store, one)) for one in person_ids]
    assert all(found)
    return found


async def of(town: Town, person_id: str) -> tuple[Application, ...]:
    """What was applied for on behalf of one of his household."""
    one, head = await those(town, person_id, HEAD)
    return await town.within(lambda store: applications.of_resident(store, one.id, [head.id]))  # type: ignore[no-any-return]


async def begins(seo: Officer) -> None:
    for code in ("apply", "livelihood-coupon-2025/1"):
        await seo.presses(code)


async def test_the_head_of_household_applies_for_the_minors_too(town: Town, seo: Officer) -> None:
    await begins(seo)
    assert seo.buttons[:3] == ["✓ 본인", "✓ 박○연 님 (2013년생)", "✓ 박○윤 님 (2017년생)"]
    for code in ("done", "eeum"):
        await seo.presses(code)
    assert said("apply.consent.minors", count=2) in seo.question
    await seo.presses("signed")
    assert said("apply.look.whom", name="박준호") in seo.question
    for who in ("박○연 님 (2013년생)", "박○윤 님 (2017년생)"):
        assert said("apply.look.minor", who=who) in seo.question
    await seo.presses("take")
    (mine,), *theirs = [await of(town, one) for one in (HEAD, *MINORS)]
    assert theirs == [(mine,), (mine,)]
    assert mine.wanted.whom == tuple(one.id for one in await those(town, HEAD, *MINORS))
    assert await of(town, "lee-sujin") == ()


async def test_their_payments_say_so_to_who_applied_for_them(town: Town, recognised: Arrive) -> None:
    park = await recognised(HEAD)
    await asks(park)
    seo = await at_the_door(town)
    await begins(seo)
    for code in ("done", "eeum", "signed", "take"):
        await seo.presses(code)
    (one,) = await of(town, MINORS[0])
    assert said("visit.applied.people", count=3) in park.last
    await park.writes("/payment")
    await park.presses("박○연 님 (2013년생)")
    assert said("payment.home", day=town.now.date(), number=one.wanted.number) in park.question


async def test_who_is_unticked_may_apply_another_time(town: Town, seo: Officer) -> None:
    await begins(seo)
    me, child, _ = seo.codes[:3]
    for code in (me, child, "done", "eeum", "signed"):
        await seo.presses(code)
    assert said("apply.look.whom", name="박준호") not in seo.question
    await seo.presses("take")
    assert [len(await of(town, one)) for one in (HEAD, *MINORS)] == [0, 0, 1]
    park = Resident(town, (await the_visit(town)).chat, HEAD, "ko", "")
    await asks(park)
    await again_at_the_door(town, seo)
    await begins(seo)
    assert seo.codes[:3] == [me, child, "done"]


async def again_at_the_door(town: Town, seo: Officer) -> None:
    case = next(one for one in await the_visits(town) if one.open)
    await seo.writes("/visits")
    for code in ("any", case.id.hex):
        await seo.presses(code)


async def test_nobody_ticked_is_nobody_applied_for(town: Town, seo: Officer) -> None:
    await begins(seo)
    for code in (*seo.codes[:3], "done"):
        await seo.presses(code)
    assert any(said("apply.whom.none") in text for text in seo.all[-2:])


async def test_who_does_not_head_the_household_applies_for_herself_alone(lan: Resident, town: Town) -> None:
    seo = await at_the_door(town)
    await begins(seo)
    assert seo.codes == ["eeum"]


async def test_a_minor_whom_the_rules_leave_out_is_not_offered(town: Town, seo: Officer) -> None:
    (child,) = await those(town, MINORS[0])
    abroad = update(roster).where(roster.c.resident == child.id).values(present_on_reference_date=False)
    await town.within(lambda store: store.write(abroad))
    await begins(seo)
    assert child.id.hex not in seo.codes
    assert len(seo.codes) == 3


async def test_a_payment_file_that_came_meanwhile_takes_the_offer_back(town: Town, seo: Officer) -> None:
    await begins(seo)
    for code in ("done", "eeum", "signed"):
        await seo.presses(code)
    await imported(town, "applied")
    await seo.presses("take")
    assert await of(town, HEAD) == ()
    assert (await the_visit(town)).open


async def test_nobody_of_them_is_called_to_apply_any_more(town: Town, seo: Officer) -> None:
    everybody = await those(town, HEAD, *MINORS)
    case = await the_visit(town)
    for one in everybody:
        row = {"resident": one.id, "round": "1", "dong": case.dong, "alone": False, "birth_year": 1983, "listing": 1}
        await town.within(lambda store, row=row: store.write(listed.insert(), row))
    await begins(seo)
    for code in ("done", "eeum", "signed", "take"):
        await seo.presses(code)
    for one in everybody:
        kept = await town.within(lambda store, one=one: outreach.by_id(store, one.id, "1"))
        assert kept.outcome == outreach.VISITED
