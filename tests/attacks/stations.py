"""Every place at which one can stand at the counter: each step of each dialog, reached at once with a full draft."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from handlers import DESKS
from handlers.dialog import Ask, Inbound, Kind, Turn
from storage import people, sessions
from storage.engine import Drawer
from storage.ids import new_id
from storage.sessions import Session
from tests.journey import CITY, Resident, Town

ROUND = CITY.programmes["livelihood-coupon-2025"]
FACT = next(fact for fact in ROUND.facts.values() if fact.askable and not fact.choices)
BORN = ["1912-08-12", "2012-08-12"]
_numbers = count(80_000_000)


@dataclass(frozen=True, slots=True)
class Station:
    """One step of one dialog."""

    dialog: str
    step: str

    def __str__(self) -> str:
        return f"{self.dialog}.{self.step}"


STEPS = {Station(dialog.name, step.name): step for dialog in DESKS["resident"] for step in dialog.steps}
ALL = tuple(STEPS)


def draft(person: people.Person, case: str) -> dict[str, Any]:
    """Answers enough for any step; `case` is one she has filed, or the id of one to be filed."""
    resident = person.resident.hex if person.resident else ""
    return {
        "programme": ROUND.id, "round": "1", "whom": "self", "resident": resident, "name": "홍길동",
        "birth": "1980-01-02", "filer": "홍부모", "filer_birth": "1980-01-02", "dong": "", "phone": "+821000000002",
        "reason": "amount", "papers": "later", "statement": "", "case": case, "paper": "other",
        "centuries": BORN, "century": BORN, "filer_century": BORN,
        "fact": FACT.code, "facts": {}, "shown": {}, "before": {},
        "case_notices": True, "information": False, "why": "mobility", "address": "서곶로 9", "when": "any",
        "purpose": "check",
    }  # fmt: skip


async def stand(resident: Resident, station: Station, turn: int, case: str | None = None, **more: Any) -> Ask:
    """Put somebody at a station; its question, which is given, has number `turn` and was the last she was asked."""

    async def place(store: Drawer) -> Ask:
        person = await people.by_chat(store, resident.chat)
        assert person is not None
        answers = draft(person, case or new_id().hex) | more
        if station.dialog in ("eligibility", "payment"):
            answers["whom"] = answers["resident"]
        session = Session(resident.chat, "resident", station.dialog, station.step, turn, store.now, answers)
        await sessions.save(store.db, [sessions.to_row(session, await store.key(person.id))])
        here = Inbound(None, resident.chat, Kind.OTHER)
        return await STEPS[station].ask(Turn(here, store.now, CITY, store, person, answers))

    asked: Ask = await resident.town.within(place)
    return asked


async def stands(resident: Resident) -> Session:
    """Where she stands."""

    async def look(store: Drawer) -> Session:
        person = await people.by_chat(store, resident.chat)
        assert person is not None
        return await sessions.at_desk(store, resident.chat, "resident", await store.key(person.id))

    session: Session = await resident.town.within(look)
    return session


def wrote(resident: Resident, text: str, kind: Kind = Kind.TEXT) -> Inbound:
    return Inbound(next(_numbers), resident.chat, kind, text=text, language=resident.language)


def press(resident: Resident, data: str) -> Inbound:
    return Inbound(next(_numbers), resident.chat, Kind.PRESS, press=data, press_id="p", language=resident.language)


async def bring(town: Town, *inbounds: Inbound) -> None:
    """Bring these in at once; each must be kept without a fault."""
    kept = [town.reception.receive(inbound) for inbound in inbounds]
    for inbound, done in zip(inbounds, kept, strict=True):
        assert await done, f"a fault of {inbound.kind} {inbound.press or inbound.text!r}"
    await town.settled()
