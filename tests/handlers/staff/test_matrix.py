"""Every button under a case × role × dong × whose case it is × who holds it × state: nothing is wrongly allowed.

The buttons are found by walking from the card as those who may press them. Then everybody presses each of them, as if
a right or a hold had ended since it was shown, and what was written is held against the table below, which is the
issue's and not the code's.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select, update

from bot import words
from handlers import desks
from handlers.dialog import Inbound, Kind, Saying, Turn
from programmes.casework import CLOSED, MOVES, State
from programmes.roles import RIGHTS, Grant, May, Role, may
from storage import cases, people, staff
from storage.engine import Database, Db, Drawer
from storage.ids import new_id
from storage.people import Person
from storage.sessions import Session
from storage.staff import Officer
from storage.tables import awards, case_events, decisions, metadata, viewings
from storage.tables import cases as cases_table
from storage.vault import Vault, new_office_key
from tests.journey import CITY, MONDAY, SEOUL
from tests.storage.test_cases import a_case

TABLE = """
            see take ask propose decide file transfer talk visit shifts figures export people
appeals      x   x    x     x      x     x      x      x    .     .       .       .      .
visits       x   .    .     .      .     x      .      x    x     .       .       .      .
head         x   x    x     x      x     x      x      x    x     x       x       .      .
decision     x   x    x     .      x     .      x      x    .     .       x       x      .
calls        x   .    .     .      .     x      x      x    .     .       .       .      .
affairs      x   .    .     .      .     .      x      .    .     .       x       x      .
support      .   .    .     .      .     .      .      .    .     x       x       .      .
admin        .   .    .     .      .     .      .      .    .     x       x       .      x
"""
OF_A_DONG = ("appeals", "visits", "head")
NEEDS = {
    "take": "take", "release": "take", "ask": "ask", "answer": "ask", "propose": "propose", "accept": "decide",
    "reject": "decide", "return": "decide", "send_back": "decide", "reopen": "decide", "transfer": "transfer",
}  # fmt: skip
DONE_BY_BUTTON = ("take", "release", "ask", "propose", "accept", "reject", "return", "send_back", "reopen")
SECRET = "저희 집 이야기"
AFTER = datetime(2025, 10, 21, 10, tzinfo=SEOUL)
FEW = 3  # of a long list the first and the last lines: those between do the same as the first


def allowed() -> Mapping[str, frozenset[str]]:
    head, *rows = (line.split() for line in TABLE.strip().splitlines())
    return {row[0]: frozenset(what for what, mark in zip(head, row[1:], strict=True) if mark == "x") for row in rows}


ALLOWED = allowed()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the officer and the case belong, and whether that is the same on that day."""

    name: str
    grant: str
    dong: str
    now: datetime
    reaches: bool


PLACES = (
    Place("own", "yeonhui", "yeonhui", MONDAY, True),
    Place("other", "yeonhui", "cheongna-1", MONDAY, False),
    Place("divided", "ara-2", "ara", AFTER, True),
    Place("gone", "ara", "ara", AFTER, False),
)
ROLES = [(role, place) for role in Role for place in PLACES if role in OF_A_DONG or place.name == "own"]


def permitted(role: Role, place: Place) -> frozenset[str]:
    """What this role may do to a case of this place, by the table."""
    return ALLOWED[role.value] if role.value not in OF_A_DONG or place.reaches else frozenset()


# ------------------------------------------------------------------------------------------------------- the rules


@pytest.mark.parametrize("what", May)
@pytest.mark.parametrize(("role", "place"), ROLES, ids=lambda one: getattr(one, "name", one))
def test_a_role_may_exactly_what_the_table_says(role: Role, place: Place, what: May) -> None:
    of_a_dong = role.value in OF_A_DONG
    grant = Grant(role, place.grant if of_a_dong else None)
    found = may((grant,), what, place.dong, place.now.date(), CITY.places)
    assert found == (("dong" if of_a_dong else "team") if what.value in permitted(role, place) else None)
    assert RIGHTS[role].hand == ("dong" if of_a_dong else "team")


# ----------------------------------------------------------------------------------------------------- the buttons


@dataclass(frozen=True, slots=True)
class Button:
    """A way to answer: where one stands, and what is pressed or written there."""

    session: Session
    kind: Kind
    said: str

    @property
    def name(self) -> str:
        return f"{self.session.dialog}.{self.session.step}: {self.said}"


@dataclass(frozen=True, slots=True)
class Effect:
    """What an answer wrote."""

    before: Any
    after: Any
    noted: bool
    rows: bool
    told: str


class Counter:
    """One case on one desk, put into any state and hand, and officers who press."""

    def __init__(self, db: Db, vault: Vault) -> None:
        self.db, self.vault = db, vault
        self.desk = desks(words.write)["staff"]
        self.case = new_id()
        self.another = new_id()

    async def set_up(self) -> None:
        programme = CITY.programmes["livelihood-coupon-2025"]
        case = a_case(
            id=self.case, programme=programme.id, round=programme.rounds[0].code, reason="amount", resident=new_id(),
            told={"statement": SECRET}, due_at=MONDAY + timedelta(days=3), filed_at=MONDAY, target_minutes=960,
        )  # fmt: skip
        store = Drawer(self.db, self.vault, MONDAY)
        await cases.file(store, case)
        await store.keep()

    async def officer(self, chat: int, *granted: Grant) -> tuple[Person, Officer]:
        """Somebody with these roles, at her open desk."""
        store = Drawer(self.db, self.vault, MONDAY)
        person = people.stranger(chat, "ko", MONDAY)
        id, code = await staff.invite(store, f"officer {chat}", granted[0].role.value, granted[0].dong)
        for one in granted[1:]:
            await staff.grant(store, id, one.role.value, one.dong, None, None)
        officer = await staff.accept(store, code, chat, person.id)
        assert officer is not None
        await store.key(person.id)
        await store.keep()
        return msgspec.structs.replace(person, officer=id, desk="staff", consent=1), officer

    async def put(self, place: Place, state: State, **changes: Any) -> None:
        """The case stands so, whoever had it before."""
        values = {
            "dong": place.dong, "office": place.dong, "state": state.value, "open": state not in CLOSED, "chat": 1,
            "person": self.another, "holder": None, "held_at": None, "decided_by": None, "answer_by": None, "calls": 0,
            "identity": "recognised", "extensions": 0,
            "closed_at": place.now if state in CLOSED else None, **changes,
        }  # fmt: skip
        await self.db.execute(update(cases_table).where(cases_table.c.id == self.case).values(values))

    def turn(self, who: tuple[Person, Officer], place: Place, button: Button, store: Drawer) -> Turn:
        person, officer = who
        press = f"s{button.session.turn}.{button.said}" if button.kind is Kind.PRESS else ""
        inbound = Inbound(1, person.chat, button.kind, text="" if press else button.said, press=press)
        opened = msgspec.structs.replace(officer, stirred_at=place.now)
        return Turn(inbound, place.now, CITY, store, person, officer=opened)

    async def press(self, who: tuple[Person, Officer], place: Place, button: Button) -> tuple[Effect, Session]:
        """Answer through the desk itself, see what was written, and take it back."""
        store = Drawer(self.db, self.vault, place.now)
        turn = self.turn(who, place, button, store)
        before = await self.standing()
        session = await self.desk.answer(turn, button.session)
        after = await self.standing()
        told = "\n".join(_written(letter.text) for letter in turn.letters)
        effect = Effect(before[0], after[0], before[1] != after[1], before[2:] != after[2:], told)
        await store.drop()
        return effect, session

    async def standing(self) -> tuple[Any, ...]:
        kept = [column for column in cases_table.c if column.name not in ("held_at", "version")]
        row = (await self.db.execute(select(*kept).where(cases_table.c.id == self.case))).one()
        counts = [
            (await self.db.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (case_events, decisions, awards, viewings)
        ]
        return (row, *counts)

    async def buttons(self, who: tuple[Person, Officer], place: Place) -> AsyncIterator[Button]:
        """Every way to answer from the card on, as this officer is offered them."""
        first = Session(who[0].chat, "staff", "case", "card", turn=1, draft={"case": self.case.hex})
        met, fresh = {_where(first)}, [first]
        while fresh:
            session = fresh.pop()
            async for button in self.answers(who, place, session):
                yield button
                _, there = await self.press(who, place, button)
                key = _where(there)
                if key not in met and "case" in there.draft:
                    met.add(key)
                    fresh.append(msgspec.structs.replace(there, turn=1))

    async def answers(self, who: tuple[Person, Officer], place: Place, session: Session) -> AsyncIterator[Button]:
        dialog = self.desk.dialogs[session.dialog or ""]
        step = dialog.step(session.step or "")
        assert step is not None
        store = Drawer(self.db, self.vault, place.now)
        turn = self.turn(who, place, Button(session, Kind.TEXT, ""), store)
        turn.draft = dict(session.draft)
        ask = await step.ask(turn)
        await store.drop()
        long = len(ask.options) > 2 * FEW and dialog.name != "case"
        for option in (*ask.options[:FEW], *ask.options[-FEW:]) if long else ask.options:
            yield Button(session, Kind.PRESS, option.code)
        if Kind.TEXT in ask.takes and dialog.name != "case":
            yield Button(session, Kind.TEXT, "확인해 주십시오")


def _where(session: Session) -> str:
    """Where one stands, with which answers known: steps of ticking look alike whatever was ticked."""
    known = sorted(name for name, value in session.draft.items() if value)
    return f"{session.dialog}.{session.step} {session.draft.get('outcome', '')} {known}"


def _written(saying: Saying | str) -> str:
    return words.write(saying, "ko")


def wrong(effect: Effect, role: Role, place: Place, own: bool, held_by_another: bool) -> str | None:
    """Why what was written, or told, was not hers to do; None when it was."""
    can = frozenset() if own else permitted(role, place)
    if SECRET in effect.told and ("see" not in can or held_by_another):
        return "told what only the holder reads"
    changed = effect.before != effect.after
    if not changed and not effect.rows and not effect.noted:
        return None
    if "see" not in can:
        return "wrote to a case she may not see"
    if held_by_another:  # a colleague may leave a note
        return "wrote to a case in another's hand" if changed or effect.rows else None
    source, target = effect.before.state, effect.after.state
    if source == target:
        moved_on = effect.before.office != effect.after.office
        return None if not moved_on or "transfer" in can else "sent on without the right"
    hand = "dong" if role.value in OF_A_DONG else "team"
    names = {move.name for move in MOVES if (move.source, move.target) == (source, target) and hand in move.who}
    if effect.before.office != effect.after.office and target == State.FILED:
        names.add("transfer")
    return None if any(NEEDS.get(name) in can for name in names) else f"{source} → {target} by {sorted(names)}"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/matrix.db")
    await database.make(metadata)
    yield database
    await database.close()


def hands(
    counter: Counter, person: Person, officer: Officer, state: State, place: Place
) -> Iterator[tuple[bool, bool, Mapping[str, Any]]]:
    """Whose the case is and in whose hand: (her own, another's hand, how its row says so)."""
    if state in CLOSED:  # closing ends every hold
        yield False, False, {}
        yield True, False, {"chat": person.chat}
        return
    yield False, False, {"holder": officer.id, "held_at": MONDAY}
    if not place.reaches:
        return
    yield False, False, {}
    yield False, True, {"holder": counter.another, "held_at": MONDAY}
    yield True, False, {"holder": officer.id, "held_at": MONDAY, "chat": person.chat}
    yield True, False, {"chat": person.chat}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("state", State)
async def test_no_button_does_what_its_presser_may_not(database: Database, state: State) -> None:
    vault = Vault.of(new_office_key())

    async def all_of_it(db: Db) -> tuple[int, list[str], set[str]]:
        counter = Counter(db, vault)
        await counter.set_up()
        found = await every_button(counter, state)
        officers = [
            (role, place, await counter.officer(n, Grant(role, place.grant if role.value in OF_A_DONG else None)))
            for n, (role, place) in enumerate(ROLES, 100)
        ]
        cells, bad, reached = 0, [], set()
        for role, place, who in officers:
            for own, another, row in hands(counter, *who, state, place):
                await counter.put(place, state, **row)
                for button in found:
                    effect, _ = await counter.press(who, place, button)
                    cells += 1
                    reached.add(effect.after.state)
                    if (why := wrong(effect, role, place, own, another)) is not None:
                        bad.append(f"{role} {place.name} {'own ' if own else ''}{row} {button.name}: {why}")
        return cells, bad, reached

    cells, bad, reached = await database.writer.transaction(all_of_it)
    assert cells > 100
    by_button = (move for move in MOVES if move.source == state and move.name in DONE_BY_BUTTON)
    assert reached >= {move.target for move in by_button if not move.dong_decides}
    assert not bad, f"{len(bad)} of {cells} wrongly allowed:\n" + "\n".join(bad[:20])


async def every_button(counter: Counter, state: State) -> list[Button]:
    """What those who may do most are offered in this state, with the case in hand and without."""
    own = PLACES[0]
    found: dict[str, Button] = {}
    for n, role in enumerate((Role.HEAD, Role.DECISION, Role.CALLS), 50):
        who = await counter.officer(n, Grant(role, own.grant if role.value in OF_A_DONG else None))
        for _, another, row in hands(counter, *who, state, own):
            if another or "chat" in row:
                continue
            await counter.put(own, state, **row)
            async for button in counter.buttons(who, own):
                found.setdefault(f"{_where(button.session)} {button.said}", button)
    return list(found.values())
