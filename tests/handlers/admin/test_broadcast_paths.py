"""No way leads from a draft to sending but through another admin's approval of the same content.

Every button × stage × who presses it, also those she is not offered, through the real desk and storage; buttons that
are forged, replayed or late; and two hands at once, on both databases. Sentences of the storage that no button says:
`tests/storage/test_broadcast_paths.py`.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select, update

from handlers.admin import broadcast
from storage import broadcasts, staff
from storage.broadcasts import Broadcast, Content
from storage.engine import Drawer
from storage.tables import audit
from storage.tables import broadcasts as broadcasts_table
from tests.handlers.admin.broadcasting import EN, KO, Broadcasting, admins, broadcasting_town
from tests.journey import Officer

CODES = (
    broadcast.PUT, broadcast.APPROVE, broadcast.WITHDRAW, broadcast.CANCEL, broadcast.EDIT, broadcast.LOOK,
    broadcast.COUNT, broadcast.WATCH, broadcast.PAUSE, broadcast.RESUME, broadcast.DELETE, broadcast.CORRECT,
    broadcast.NOTE, broadcast.PARKED, broadcast.LIST,
)  # fmt: skip
BEFORE = ("draft", "asked", "approved")
WHO = ("drafter", "second", "third", "former", "officer")
MAY: dict[tuple[str, str], set[tuple[str, str]]] = {  # who, stage: code and the stage it leads to
    ("drafter", "draft"): {("put", "asked"), ("cancel", "cancelled")},
    ("drafter", "asked"): {("withdraw", "draft"), ("cancel", "cancelled")},
    ("drafter", "approved"): {("withdraw", "draft"), ("cancel", "cancelled")},
    ("second", "draft"): {("cancel", "cancelled")},
    ("second", "asked"): {("approve", "approved"), ("withdraw", "draft"), ("cancel", "cancelled")},
    ("second", "approved"): {("withdraw", "draft"), ("cancel", "cancelled")},
    ("third", "draft"): {("cancel", "cancelled")},
    ("third", "asked"): {("approve", "approved"), ("withdraw", "draft"), ("cancel", "cancelled")},
    ("third", "approved"): {("cancel", "cancelled")},
}


GOES = (("canary", None), ("minute", None), ("running", None), ("running", "person"))
TAPS = ("pause", "resume", "cancel", "approve")  # under a live card; the last one is forged


class Crowd:
    """Everybody who may stand before a broadcast, and the broadcast they stand before."""

    def __init__(self, town: Broadcasting, who: dict[str, Officer]) -> None:
        self.town, self.who = town, who

    async def made(self, stage: str) -> Broadcast:
        """A broadcast for tomorrow, come so far; counted."""
        drafter, second = (self.who[name].account for name in ("drafter", "second"))
        assert drafter is not None
        assert second is not None
        content = Content(words={"ko": KO, "en": EN}, starts_at=self.town.now.replace(day=31, hour=10))

        async def make(store: Drawer) -> int:
            one = await broadcasts.draft(store, drafter, content)
            if stage in ("asked", "approved"):
                digest = await broadcasts.ask(store, one.id, drafter)
                assert digest is not None
                assert stage == "asked" or await broadcasts.approve(store, one.id, second, digest)
            return one.number

        number: int = await self.town.within(make)
        one = await self.town.broadcast(number)
        told = await self.town.counting._counted(one.id)
        assert told is not None
        assert await self.town.within(lambda store: broadcasts.keep_count(store, one.id, told["counted"]))
        return await self.town.broadcast(number)

    async def presses(self, who: str, one: Broadcast, code: str) -> str:
        """Open the card, see it, and press this whether it is offered or not; gives the stage it led to."""
        presser = self.who[who]
        await presser.presses_data(f"bc.open.{one.number}")
        if code == broadcast.APPROVE:
            await presser.presses_data(f"{self.question(presser)}.look")
        await presser.presses_data(f"{self.question(presser)}.{code}")
        await presser.presses_data(f"{self.question(presser)}.yes")
        return (await self.town.broadcast(one.number)).stage

    async def stands(self, one: Broadcast, stage: str, halt: str | None) -> None:
        """Let the one that was approved stand so, as if the clock had moved it there."""
        values = {"stage": stage, "halt": halt, "ended_at": None, "cancelled": 0}
        this = update(broadcasts_table).where(broadcasts_table.c.id == one.id)
        await self.town.within(lambda store: store.write(this.values(values)))

    async def taps(self, who: str, one: Broadcast, what: str) -> None:
        """Press a button under its live card, and say yes to whatever is asked then."""
        presser = self.who[who]
        await presser.presses_data(f"bc.{what}.{one.number}")
        await presser.presses_data(f"{self.question(presser)}.yes")

    @staticmethod
    def question(presser: Officer) -> str:
        """What the data of the last question's buttons begin with."""
        rows = next(sheet.rows for sheet in reversed(presser.sheets) if sheet.rows and "bc." not in sheet.rows[0][0][0])
        return rows[0][0][0].partition(".")[0]


@pytest.fixture
async def crowd(tmp_path: Path) -> AsyncIterator[Crowd]:
    async with broadcasting_town(tmp_path) as town:
        yield await gathered(town)


async def gathered(town: Broadcasting) -> Crowd:
    await town.people(range(20_000, 20_004))
    found = await admins(town, "drafter", "second", "third", "former")
    who = {one.name: one for one in found}
    who["officer"] = await town.officer("officer", role="appeals", dong="yeonhui")
    account = await town.within(lambda store: staff.by_id(store, who["former"].account or UUID(int=0)))
    role = account.held[0].id
    await town.within(lambda store: staff.revoke(store, role, None))
    return Crowd(town, who)


@pytest.mark.parametrize("who", WHO)
async def test_a_button_does_to_a_broadcast_exactly_what_the_table_says(crowd: Crowd, who: str) -> None:
    for stage in BEFORE:
        moved, one = set(), await crowd.made(stage)
        for code in CODES:
            there = await crowd.presses(who, one, code)
            if there != stage:
                moved.add((code, there))
                one = await crowd.made(stage)
        assert moved == MAY.get((who, stage), set())


@pytest.mark.parametrize("who", WHO)
async def test_once_it_goes_an_admin_may_halt_and_end_it_and_no_button_does_more(crowd: Crowd, who: str) -> None:
    one, admin = await crowd.made("approved"), who in ("drafter", "second", "third")
    for stage, halt in GOES:
        other = ("resume", (stage, None)) if halt else ("pause", (stage, "person"))
        wanted = {other, ("cancel", ("cancelled", None))} if admin else set()
        for ways, press in ((CODES, crowd.presses), (TAPS, crowd.taps)):
            moved = set()
            await crowd.stands(one, stage, halt)
            for what in ways:
                await press(who, one, what)
                now = await crowd.town.broadcast(one.number)
                if (now.stage, now.halt) != (stage, halt):
                    moved.add((what, (now.stage, now.halt)))
                    await crowd.stands(one, stage, halt)
                assert (now.content, now.approver, now.recall) == (one.content, one.approver, None)
            assert moved == wanted


async def test_what_was_approved_is_what_was_asked_for_by_another(crowd: Crowd) -> None:
    for who in WHO:
        one = await crowd.made("asked")
        await crowd.presses(who, one, broadcast.APPROVE)
        now = await crowd.town.broadcast(one.number)
        if now.stage == "approved":
            assert now.approver == crowd.who[who].account != now.drafter
            assert now.digest == now.content.digest == one.digest
        else:
            assert (now.stage, now.approver) == ("asked", None)


async def test_an_approval_pressed_again_later_approves_nothing_else(crowd: Crowd) -> None:
    one, second = await crowd.made("asked"), crowd.who["second"]
    await second.presses_data(f"bc.open.{one.number}")
    await second.presses("look")
    await second.presses("approve")
    _, yes = second._button("yes")
    await second.presses_data(yes)
    assert (await crowd.town.broadcast(one.number)).stage == "approved"
    await crowd.presses("drafter", one, broadcast.WITHDRAW)
    await crowd.presses("drafter", one, broadcast.PUT)
    for _ in range(2):
        await second.presses_data(yes)
    assert (await crowd.town.broadcast(one.number)).stage == "asked"


async def test_what_was_shown_is_what_counts_also_where_the_desk_asks_again(crowd: Crowd) -> None:
    """The content is changed and put forward again behind the approver's back, at every point of her way."""
    for after in range(4):
        one, second = await crowd.made("asked"), crowd.who["second"]
        steps = (f"bc.open.{one.number}", "look", "approve", "yes")
        for n, step in enumerate(steps):
            if n == after:
                await _changed(crowd, one)
            data = step if n == 0 else f"{crowd.question(second)}.{step}"
            await second.presses_data(data)
        now = await crowd.town.broadcast(one.number)
        seen_new = after < 2  # changed before she looked: she saw what there is
        assert now.stage == ("approved" if seen_new else "asked")


async def _changed(crowd: Crowd, one: Broadcast) -> None:
    drafter = crowd.who["drafter"].account
    assert drafter is not None
    content = replace(one.content, words={"ko": KO.replace("신청", "접수"), "en": EN})

    async def change(store: Drawer) -> None:
        assert await broadcasts.change(store, one.id, drafter, content)
        assert await broadcasts.ask(store, one.id, drafter)

    await crowd.town.within(change)


async def test_two_hands_at_once_never_approve_what_was_not_asked_for(tmp_path: Path, database_url: str) -> None:
    async with broadcasting_town(tmp_path, database_url) as town:
        crowd = await gathered(town)
        for drafter_does in (None, broadcast.WITHDRAW, broadcast.CANCEL):
            one = await crowd.made("asked")
            for name in ("second", "third"):
                await crowd.who[name].presses_data(f"bc.open.{one.number}")
                await crowd.who[name].presses("look")
                await crowd.who[name].presses("approve")
            hands = [crowd.who[name].presses("yes") for name in ("second", "third")]
            if drafter_does:
                hands.append(crowd.presses("drafter", one, drafter_does))  # type: ignore[arg-type]
            await asyncio.gather(*hands)
            now = await town.broadcast(one.number)
            async with town.database.reading() as db:
                found = select(func.count()).where(audit.c.action == "broadcast.approved")
                approvals = int((await db.execute(found)).scalar_one())
            if drafter_does is None:
                assert (now.stage, now.digest, approvals) == ("approved", one.digest, 1)
            else:
                assert now.stage in ("draft", "cancelled", "approved")
                assert now.stage != "approved" or now.digest == one.digest


async def test_the_approver_may_not_be_whose_rights_the_drafter_changed_today(crowd: Crowd) -> None:
    one, third = await crowd.made("asked"), crowd.who["third"]
    account = await crowd.town.within(lambda store: staff.by_id(store, third.account or UUID(int=0)))
    by = crowd.who["drafter"].account
    await crowd.town.within(lambda store: staff.suspend(store, account, by))
    await crowd.town.within(lambda store: staff.lift(store, account, by))
    await third.opens()
    assert await crowd.presses("third", one, broadcast.APPROVE) == "asked"
    assert await crowd.presses("second", one, broadcast.APPROVE) == "approved"
