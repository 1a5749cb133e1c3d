"""An office that works through a fortnight on a fast clock, by the bot's own storage sentences and chores.

Appeals come in online and over the counter, dong officers check them and ask for what is missing, residents answer or
do not, a team decides. Who works when, who falls ill and which day is added to the holidays is said below; how long a
hand needs is an assumption (`docs/bench.md`).
"""

import heapq
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import Any, Final, NamedTuple
from uuid import UUID

from bot import words
from bot.chores import alerts, days, following, holds, reminders
from handlers import clock
from programmes import worktime
from programmes.model import City, load_all
from programmes.reading import KST
from storage import cases, closures, deadlines, decisions, duty, pauses, people, queue, staff
from storage.cases import Case, Moved
from storage.decisions import Ruling
from storage.engine import Database, Drawer
from storage.ids import new_id
from storage.tables import people as people_table
from storage.unit import in_one
from storage.vault import Vault

BEGINS: Final = date(2025, 8, 11)  # a Monday; Friday is Liberation Day
DAYS, LATEST = 14, timedelta(days=42)
LAST: Final = BEGINS + timedelta(days=DAYS)
A_DAY: Final = 39  # appeals online, and as many at the counter on days on which it is open
ADDED, ADDED_AT = date(2025, 8, 20), datetime(2025, 8, 18, 10, tzinfo=KST)  # a temporary holiday, and when it is said
FALLS_ILL, WELL_AGAIN = datetime(2025, 8, 13, 10, 20, tzinfo=KST), datetime(2025, 8, 19, 9, tzinfo=KST)
COVERED: Final = 4.0  # working hours until her neighbours take over
CHECKING, AGAIN, DECIDING, LONGEST = 25.0, 10.0, 10.0, 29.0  # minutes in the middle; nobody is quiet for longer
ASKED, SENT_BACK, SILENT = 0.25, 0.03, 0.06  # shares: asked for papers, returned to the dong, never answered
ANSWERS: Final = timedelta(days=1.5)  # on average
LOOKS: Final = timedelta(minutes=15)  # an idle officer looks at her queue
ROUND: Final = timedelta(minutes=30)  # of the chores: rarer than in life, and only while somebody is at the counter
PROGRAMME: Final = "livelihood-coupon-2025"


class Staffing(NamedTuple):
    """How many check in the dongs, and how many decide."""

    checking: int
    deciding: int


class Fate(NamedTuple):
    """What became of a case: its working hours until the decision, how often it was paused, its last state."""

    hours: float
    pauses: int
    state: str


@dataclass(slots=True)
class Officer:
    """One at a desk; `ill` from and until, `halves` in which she is not there."""

    id: UUID
    offices: list[str]
    ill: tuple[datetime, datetime] | None = None
    halves: set[tuple[date, str]] = field(default_factory=set)

    def away(self, now: datetime) -> bool:
        """Whether she is ill or has this half-day off."""
        local = now.astimezone(KST)
        ill = self.ill is not None and self.ill[0] <= now < self.ill[1]
        return ill or (local.date(), "am" if local.hour < 12 else "pm") in self.halves


class Office:
    """One fortnight with so many officers."""

    def __init__(self, database: Database, vault: Vault, staffing: Staffing, seed: int) -> None:
        self._database, self._vault, self._staffing, self._dice = database, vault, staffing, Random(seed)
        self._city: City = load_all()
        self._dongs = sorted(one.code for one in self._city.places.dongs.values() if one.stands_on(BEGINS))
        self.now = datetime.combine(BEGINS, time(), KST)
        self._events: list[tuple[datetime, int, Callable[[], Awaitable[None]]]] = []
        self._numbers, self._order = count(1), count()
        self._filed: list[UUID] = []
        self._crew: list[Officer] = []
        self._open = 0
        today = lambda: self._city  # noqa: E731
        self._chores = (
            alerts.alert(today, words.write), reminders.remind(today, words.write), days.move(today, words.write),
            holds.lapse(today, words.write),
        )  # fmt: skip

    async def work(self) -> list[Fate]:
        """Let the fortnight pass, and as long as it takes until every case is closed; gives what became of them."""
        await self._staff()
        self._arrivals()
        self._at(self.now, self._round)
        self._at(ADDED_AT, self._add_day)
        end = self.now + LATEST
        while self._events and self._events[0][0] < end:
            self.now, _, happens = heapq.heappop(self._events)
            await happens()
            if self._open == 0 and self.now.date() > LAST:
                break
        return [await self._do(partial(self._fate, case)) for case in self._filed]

    # ------------------------------------------------------------------------------------------------ what happens

    def _at(self, when: datetime, happens: Callable[[], Awaitable[None]]) -> None:
        heapq.heappush(self._events, (when, next(self._order), happens))

    async def _do(self, work: Callable[[Drawer], Awaitable[Any]]) -> Any:
        return await in_one(self._database, self._vault, self.now, work)

    def _arrivals(self) -> None:
        for day in (BEGINS + timedelta(days=n) for n in range(DAYS)):
            online = [self._dice.triangular(7, 24, 20) for _ in range(A_DAY)]
            counter = [self._dice.choice((9, 10, 11, 13, 14, 15, 16, 17)) + self._dice.random() for _ in range(A_DAY)]
            shut = day == ADDED or not self._city.calendar.works_on(day)
            for hour in online + ([] if shut else counter):
                self._at(datetime.combine(day, time(), KST) + timedelta(hours=hour), self._file)
                self._open += 1

    async def _add_day(self) -> None:
        put = lambda store: closures.put(store, ADDED, "temporary", works=False, officer=new_id())  # noqa: E731
        await self._do(put)
        self._city, _ = await following.city_of_today(self._database, self._vault, load_all())

    async def _round(self) -> None:
        for chore in self._chores:
            while await self._do(chore):
                pass
        self._at(worktime.next_opening(self.now + ROUND, self._city.calendar), self._round)

    async def _file(self) -> None:
        number, dong = next(self._numbers), self._dice.choice(self._dongs)
        person = people.stranger(7_000_000 + number, "ko", self.now)
        minutes = self._city.programmes[PROGRAMME].target_hours * 60
        case = Case(
            id=new_id(), number=f"SG-{number:05}", kind="appeal", programme=PROGRAMME, round="1", reason="newborn",
            state="filed", identity="recognised", for_whom="self", subject_hash=number.to_bytes(16), resident=None,
            household=None, person=person.id, chat=person.chat, dong=dong, office=dong, language="ko",
            filed_at=self.now, target_minutes=minutes,
            due_at=worktime.due(self.now, minutes / 60, self._city.calendar),
        )  # fmt: skip

        async def file(store: Drawer) -> None:
            await store.write(people_table.insert(), people.to_row(person))
            await cases.file(store, case)

        await self._do(file)
        self._filed.append(case.id)

    # ------------------------------------------------------------------------------------------------- who is there

    async def _staff(self) -> None:
        """Open the desks: the dongs are dealt out to those who check, and the first of these falls ill."""
        checking, deciding = self._staffing
        desks = [self._dongs[n::checking] for n in range(checking)] + [["decision"]] * deciding
        for number, offices in enumerate(desks):
            officer = await self._do(partial(self._invited, number, list(offices)))
            self._at(self.now, partial(self._look, officer))
            self._crew.append(officer)
        self._crew[0].ill = (FALLS_ILL, WELL_AGAIN)
        self._at(worktime.due(FALLS_ILL, COVERED, self._city.calendar), self._cover)

    async def _invited(self, number: int, offices: list[str], store: Drawer) -> Officer:
        """An account with a chat, and one half-day a week outside."""
        role, chat = ("decision" if offices == ["decision"] else "appeals"), 1_000 + number
        person = people.stranger(chat, "ko", self.now)
        _, code = await staff.invite(store, f"officer {number}", role, None if role == "decision" else offices[0])
        account = await staff.accept(store, code, chat, person.id)
        assert account is not None
        await store.write(people_table.insert(), people.to_row(person) | {"officer": account.id})
        weeks = [BEGINS + timedelta(days=number % 5 + 7 * week) for week in range(LATEST.days // 7)]
        for day in weeks:
            await duty.say(store, account.id, day, {"pm": False}, account.id)
        away = await duty.said(store, [account.id], weeks[0], weeks[-1])
        return Officer(account.id, offices, halves={(day, half) for _, day, half in away})

    async def _cover(self) -> None:
        """Two neighbours take the dongs of her who is ill over until she is back."""
        ill, neighbours = self._crew[0], self._crew[1 : min(3, self._staffing.checking)]
        for one in neighbours:
            one.offices += ill.offices
        for officer in neighbours:
            self._at(WELL_AGAIN, partial(self._return, officer, len(ill.offices)))

    async def _return(self, neighbour: Officer, dongs: int) -> None:
        del neighbour.offices[-dongs:]

    # ---------------------------------------------------------------------------------------------- an officer's day

    async def _look(self, who: Officer) -> None:
        """Take what is next, if she is there and something waits; else look again later."""
        calendar = self._city.calendar
        if who.away(self.now) or not worktime.is_open(self.now, calendar):
            self._at(worktime.next_opening(self.now + LOOKS, calendar), partial(self._look, who))
            return
        case = await self._do(partial(self._next, who))
        if case is None:
            after = LOOKS if self.now.date() <= LAST else 4 * LOOKS
            self._at(self.now + after, partial(self._look, who))
            return
        middle = DECIDING if case.state == "deciding" else AGAIN if case.calls else CHECKING
        minutes = min(self._dice.lognormvariate(0, 0.4) * middle, LONGEST)
        self._at(worktime.due(self.now, minutes / 60, calendar), partial(self._finish, who, case.id))

    async def _next(self, who: Officer, store: Drawer) -> Case | None:
        """What was answered comes first, then the head of her queues."""
        for one in await queue.mine(store, who.id):
            if one.state == "checking":
                await queue.stir(store, one.id, who.id)
                return await cases.by_id(store, one.id)
        for one in await queue.waiting(store, who.offices, 1):
            case = await cases.by_id(store, one.id)
            if case is not None:
                return await queue.take(store, case, "deciding" if who.offices == ["decision"] else "checking", who.id)
        return None

    async def _finish(self, who: Officer, case: UUID) -> None:
        if not who.away(self.now) or who.ill is None:  # who falls ill leaves it lying: its hold lapses
            with suppress(Moved):
                await self._do(partial(self._hand_on, who, case))
        self._at(self.now, partial(self._look, who))

    async def _hand_on(self, who: Officer, id: UUID, store: Drawer) -> None:
        case = await cases.by_id(store, id)
        if case is None or case.holder != who.id:
            return
        luck = self._dice.random()
        if case.state == "deciding" and luck >= SENT_BACK:
            ruling = Ruling("rejected", "bench", "1", ())
            await decisions.close(store, case, ruling, who.id)
            self._open -= 1
        elif case.state == "deciding":
            await queue.pass_on(store, case, "filed", case.dong or "", who.id, kind="send_back")
        elif luck < ASKED and not case.calls:
            await self._ask(store, case, who)
        else:
            await queue.pass_on(store, case, "proposed", "decision", who.id, kind="propose")

    # -------------------------------------------------------------------------------------------- the resident's turn

    async def _ask(self, store: Drawer, case: Case, who: Officer) -> None:
        until = worktime.due(self.now, 5 * 8, self._city.calendar)
        changes = {"answer_by": until, "calls": 1}
        await cases.move(store, case, "supplement", open=True, actor=who.id, kind="ask", changes=changes)
        await pauses.begin(store, case.id)
        if self._dice.random() >= SILENT:
            after = timedelta(seconds=self._dice.expovariate(1 / ANSWERS.total_seconds()))
            self._at(self.now + after, partial(self._answer, case.id))

    async def _answer(self, id: UUID) -> None:
        async def answer(store: Drawer) -> None:
            case = await cases.by_id(store, id)
            if case is None or case.state != "supplement":
                return
            changes = {"answer_by": None, "held_at": store.now}
            await cases.move(store, case, "checking", open=True, actor=case.person, kind="answer", changes=changes)
            due = clock.due(case, await pauses.end(store, id), self._city)
            assert due is not None
            await deadlines.put(store, id, case.due_at, due)

        await self._do(answer)

    async def _fate(self, id: UUID, store: Drawer) -> Fate:
        """Its time, every hour of it accounted for."""
        case = await cases.by_id(store, id)
        assert case is not None
        spans, end = await pauses.of_case(store, id), case.closed_at or self.now
        told = worktime.account(case.filed_at, end, self._city.calendar, spans)
        assert told.counted + told.paused + told.closed == end - case.filed_at
        return Fate(told.counted.total_seconds() / 3600, len(spans), case.state)
