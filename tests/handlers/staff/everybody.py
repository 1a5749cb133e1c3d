"""Everybody presses everything: one answer at a desk, what it wrote and told, and the way back to how things were.

All of it happens in one transaction over one world. A question is asked once for each who stands somewhere, for an
`ask` has no effects (that is held here too); every answer goes through the desk itself. What came of it is the
difference of the whole database, looked for only where SQLite says that a row was changed at all.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import msgspec
import orjson
from sqlalchemy import update

from bot import words
from handlers import desks
from handlers.dialog import ASK, TEXT, UPLOADS, Dialog, Inbound, Kind, Refuse, Turn, Upload
from storage.connections import Inline
from storage.engine import Db, Drawer
from storage.sessions import Session
from storage.tables import cases, metadata
from tests.handlers.staff.expected import DATA, named
from tests.handlers.staff.world import Who, World
from tests.journey import CITY

FEW: Final = 3  # of a long list the first and the last lines: those between do the same as the first
WORDS: Final = ("확인해 주십시오",)
ANYWHERE: Final = "home.choice"  # where words are no answer, and may be for a talk all the same
PAPER: Final = Upload("ref", "photo.jpg", 10)
IGNORED: Final = {"cases": ("held_at", "version")}  # that its holder stirred
BESIDE: Final = ("keys", "case_days", "roster", "roster_lookups", "payments", "residents")  # nobody's; the files'

Row = Mapping[str, Any]
Put = Mapping[str, Any]
"""Columns of a case as they shall stand."""


@dataclass(frozen=True, slots=True)
class Button:
    """A way to answer: where one stands, and what is pressed, written or sent there."""

    session: Session
    kind: Kind
    said: str

    @property
    def step(self) -> str:
        """The step's name, as the table has it."""
        return f"{self.session.desk} {self.session.dialog}.{self.session.step}"

    @property
    def code(self) -> str:
        """The answer's name, as the table has it."""
        free = {Kind.TEXT: "TEXT", Kind.UPLOAD: "PHOTO"}
        return free.get(self.kind) or named(self.step, self.said)

    def inbound(self, chat: int) -> Inbound:
        """What comes in."""
        sign = f"{self.session.desk[0]}{self.session.turn}"
        if self.kind is Kind.PRESS:
            return Inbound(1, chat, self.kind, press=f"{sign}.{self.said}")
        return Inbound(1, chat, self.kind, text=self.said, upload=PAPER if self.kind is Kind.UPLOAD else None)


@dataclass(frozen=True, slots=True)
class Effect:
    """What an answer did: rows that are gone and rows that came, by table, and the secrets it told."""

    gone: Mapping[str, tuple[Row, ...]]
    came: Mapping[str, tuple[Row, ...]]
    told: frozenset[str]

    @property
    def tables(self) -> frozenset[str]:
        return frozenset((*self.gone, *self.came))


class Everybody:
    """The desks of staff over one world; `stand` says who presses next and how things are."""

    def __init__(self, db: Db, world: World, written: Mapping[str, tuple[str, ...]]) -> None:
        self.db, self.world, self.raw, self.written = db, world, cast("Inline", db).raw, written
        self.desks = desks(words.write)
        for desk in ("staff", "admin"):
            self.desks[desk].dialogs = {name: self._asks_once(one) for name, one in self.desks[desk].dialogs.items()}
        if (beside := self.desks["staff"]._beside) is not None:
            self.desks["staff"]._beside = self._once("beside", beside)
        self.raw.execute("SAVEPOINT standing")
        self.who = world.who[0]
        self._asked: dict[tuple[Any, ...], tuple[Any, frozenset[str]]] = {}
        self._before: Mapping[str, frozenset[tuple[Any, ...]]] | None = None
        self._changes, self._told = 0, frozenset[str]()

    async def stand(self, who: Who, case: Any = None, put: Put | None = None, **officer: Any) -> None:
        """It is her turn, the case stands so, and so does her account."""
        self.raw.execute("ROLLBACK TO standing")
        self.who = who if who.officer is None else replace(who, officer=msgspec.structs.replace(who.officer, **officer))
        if case is not None:
            await self.db.execute(update(cases).where(cases.c.id == case).values({**(put or {})}))
        self._asked.clear()
        self._before = None
        self.raw.execute("SAVEPOINT cell")

    # ------------------------------------------------------------------------------------------------- one answer

    async def press(self, button: Button) -> tuple[Effect, Session]:
        """Answer, see what came of it, and take it back."""
        store, self._changes, self._told = self._drawer(), self.raw.total_changes, frozenset()
        turn = self._turn(button.inbound(self.who.person.chat), store)
        there = await self.desks[button.session.desk].answer(turn, button.session)
        said = [letter for letter in turn.letters if letter.kind != ASK]
        told = self._told | (self._secrets(said) if said else frozenset())
        if self.raw.total_changes == self._changes:
            await store.drop()
            return Effect({}, {}, told), there
        after = self._rows()
        self.raw.execute("ROLLBACK TO cell")
        if self._before is None:
            self._before = self._rows()
        return self._difference(self._before, after, told), there

    def _drawer(self) -> Drawer:
        return Drawer(self.db, self.world.vault, self.who.place.now)

    def _turn(self, inbound: Inbound, store: Drawer) -> Turn:
        who = self.who
        return Turn(inbound, who.place.now, CITY, store, who.person, officer=who.officer)

    def _secrets(self, said: Any) -> frozenset[str]:
        seen = repr(said)
        return frozenset(name for name, words in self.world.told.items() if words in seen)

    def _asks_once(self, dialog: Dialog) -> Dialog:
        """The dialog whose questions are remembered while nothing has been written."""
        steps = (replace(one, ask=self._once(f"{dialog.name}.{one.name}", one.ask)) for one in dialog.steps)
        return replace(dialog, steps=tuple(steps))

    def _once(self, name: str, ask: Callable[[Turn], Awaitable[Any]]) -> Callable[[Turn], Awaitable[Any]]:
        async def asked(turn: Turn) -> Any:
            if self.raw.total_changes != self._changes:
                found = await self._really(ask, turn)
            else:
                key = (name, orjson.dumps(turn.draft), turn.officer and turn.officer.talking)
                if (known := self._asked.get(key)) is None:
                    known = self._asked[key] = await self._really(ask, turn)
                    assert self.raw.total_changes == self._changes, f"asking {name} writes"
                found = known
            self._told |= found[1]
            if isinstance(found[0], Refuse):
                raise Refuse(found[0].text)
            return found[0]

        return asked

    async def _really(self, ask: Callable[[Turn], Awaitable[Any]], turn: Turn) -> tuple[Any, frozenset[str]]:
        try:
            found = await ask(turn)
        except Refuse as refusal:
            found = refusal
        return found, self._secrets(found)

    # ------------------------------------------------------------------------------------------------ what came of it

    def _rows(self) -> Mapping[str, frozenset[tuple[Any, ...]]]:
        """Every table as it stands."""
        return {table: frozenset(self.raw.execute(_select)) for table, _select in _SELECTS.items()}

    def _difference(
        self, before: Mapping[str, frozenset[Any]], after: Mapping[str, frozenset[Any]], told: frozenset[str]
    ) -> Effect:
        gone = {table: _named(table, rows - after[table]) for table, rows in before.items() if rows != after[table]}
        came = {table: _named(table, rows - before[table]) for table, rows in after.items() if rows != before[table]}
        return Effect(gone, came, told)

    # -------------------------------------------------------------------------------------------------- every answer

    async def answers(self, session: Session) -> AsyncIterator[Button]:
        """Every way to answer here, as who stands here is offered them."""
        desk = self.desks[session.desk]
        dialog = desk.dialogs[session.dialog or ""]
        step = dialog.step(session.step or "")
        assert step is not None
        if dialog.guard is not None and dialog.guard(self._turn(Inbound(1, 0, Kind.TEXT), self._drawer())) is not None:
            return
        self._changes = self.raw.total_changes
        turn = self._turn(Inbound(1, self.who.person.chat, Kind.TEXT), self._drawer())
        turn.draft = dict(session.draft)
        try:
            ask = await step.ask(turn)
        except Refuse:
            return
        where = f"{dialog.name}.{step.name}"
        buttons = [Button(session, Kind.PRESS, option.code) for option in ask.options]
        data = [button for button in buttons if button.code == DATA]
        for button in buttons:
            if button not in data[FEW:-FEW]:
                yield button
        if ask.takes >= TEXT or where == ANYWHERE:
            for text in self.written.get(where, WORDS):
                yield Button(session, Kind.TEXT, text)
        if ask.takes >= UPLOADS:
            yield Button(session, Kind.UPLOAD, "")


def _named(table: str, rows: Iterable[tuple[Any, ...]]) -> tuple[Row, ...]:
    return tuple(dict(zip(_COLUMNS[table], row, strict=True)) for row in rows)


_COLUMNS: Final = {
    table.name: tuple(one.name for one in table.columns if one.name not in IGNORED.get(table.name, ()))
    for table in metadata.sorted_tables
    if table.name not in BESIDE
}
_SELECTS: Final = {
    table: f"SELECT {', '.join(f'{chr(34)}{one}{chr(34)}' for one in columns)} FROM {table}"
    for table, columns in _COLUMNS.items()
}
