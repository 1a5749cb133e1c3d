"""The engine of a desk: find the step, read the answer, move on.

What every step gets for nothing: only what was offered is accepted; choices can be typed as numbers or labels; a
button of an earlier question is known by its turn number; a refusal keeps nothing and asks again; a step that a
release renamed leads to the menu; back, start over and a person are on every screen.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, get_args

import msgspec
import orjson
from msgspec.structs import replace

from handlers import group
from handlers.dialog import (
    END,
    STAY,
    Ask,
    Cross,
    Dialog,
    Kind,
    Lines,
    Next,
    Open,
    Refuse,
    Saying,
    Step,
    Text,
    Turn,
    lines,
    t,
)
from handlers.screen import BACK, HOME, NAVIGATION, PAGE, PERSON, STOP, Screen, Words
from programmes.model import Lang
from storage.sessions import Session

COMMANDS = {"cancel": HOME, "menu": HOME, "human": PERSON}
START = "start"  # what the messenger's own button says: home, at a desk that has no dialog for it
BLANK = "…"
DETOURS = 4  # guards that may follow each other

Beside = Callable[[Turn], Awaitable[Saying | None]]
Overhear = Callable[[Turn], Awaitable[Next | None]]
Alarm = Callable[[Turn], Awaitable[None]]


class Place(msgspec.Struct, frozen=True):
    """Where the person stands: a step that exists, and its question as it would be asked now."""

    dialog: Dialog
    step: Step
    ask: Ask


class Desk:
    """The dialogs of one role; `home` is where everything ends, `person` the dialog behind *a person*, if any.

    `stop` is the dialog that its words open from anywhere, also from a question that takes free words; where she stood
    is in its draft under `stood`. `tap` hears first what is pressed, wherever she stands, and says where a button of no
    question leads: one under a letter.

    A desk of staff has a `title` that stands above every question, and its first letter before every button's data, so
    that a button of one desk is never taken for one of another; `beside` says what else stands there. What no step can
    take is shown to `overhear`, which says where that leads, or None: it may belong to a talk with a person.
    `elsewhere` has the commands of the other desks, for those who stand at several. `alarm` is shown each turn once it
    is answered, and may say more.
    """

    def __init__(
        self,
        name: str,
        dialogs: tuple[Dialog, ...],
        *,
        home: str,
        person: str | None,
        words: Words,
        errand: Callable[[Turn], Awaitable[None]],
        tap: Overhear | None = None,
        stop: tuple[str, tuple[str, ...]] | None = None,
        title: Saying | None = None,
        beside: Beside | None = None,
        overhear: Overhear | None = None,
        alarm: Alarm | None = None,
        asked: Overhear | None = None,
        elsewhere: Mapping[str, tuple[str, Dialog]] | None = None,
    ) -> None:
        self.name, self.home, self.person, self.title = name, home, person, title
        self._stop, halting = stop or ("", ())
        self.dialogs: Mapping[str, Dialog] = {dialog.name: dialog for dialog in dialogs}
        self.commands = {dialog.command: dialog.name for dialog in dialogs if dialog.command}
        self._words = words
        self._screen = Screen(name[0] if title is not None else "", words, halting, person)
        self._tap, self._errand, self._beside, self._overhear, self._alarm = tap, errand, beside, overhear, alarm
        self._asked = asked
        self._elsewhere = elsewhere or {}

    async def answer(self, turn: Turn, session: Session) -> Session:
        """Hear one inbound thing and answer it; gives where the person stands then. Faults go up to the caller."""
        if turn.inbound.kind is Kind.PRESS and self._tap is not None and (way := await self._tap(turn)) is not None:
            return await self._led(turn, session, way)
        there = await self._answer(turn, session)
        if self._alarm is not None:
            await self._alarm(turn)
        return there

    async def _answer(self, turn: Turn, session: Session) -> Session:
        match turn.inbound.kind:
            case Kind.ERRAND:
                await self._errand(turn)
                return session
            case Kind.LEFT | Kind.BACK:
                turn.person = replace(turn.person, reachable=turn.inbound.kind is Kind.BACK)
                return session
            case Kind.GROUP:
                await group.hear(turn)
                return session
            case Kind.FLOOD:
                turn.say(t("desk.flood"))
                return session
            case Kind.EDIT:
                if self._overhear is None or await self._overhear(turn) is None:
                    turn.say(t("desk.edited"))
                return session
        turn.draft = _copied(session.draft)
        if (way := self._way(turn)) is not None:
            return await self._go(turn, session, way)
        try:
            place = await self._place(turn, session)
        except Refuse as gone:
            return await self._gone(turn, session, gone)
        if place is None:
            return await self._lost(turn, session)
        return await self._hear(turn, session, place)

    async def _led(self, turn: Turn, session: Session, way: Next) -> Session:
        """Where a button under a letter leads: to a dialog, to another desk, or nowhere."""
        if isinstance(way, Cross):
            turn.cross = way
        return await self._open(turn, session, way) if isinstance(way, Open) else session

    async def arrive(self, turn: Turn, session: Session, way: Open | None) -> Session:
        """Somebody comes over from another desk: to the dialog she asked for, else to where she stood here."""
        turn.draft = _copied(session.draft)
        return await self._open(turn, session, way) if way is not None else await self._ask_again(turn, session)

    # ------------------------------------------------------------------------------------------ ways out of a step

    def _way(self, turn: Turn) -> Open | Cross | str | None:
        """A command, or one of the three ways that every screen has, pressed, typed or said.

        Who works here has the commands of her other desks too: they take her there.
        """
        text = turn.inbound.text.strip()
        if turn.inbound.kind is not Kind.TEXT or not text.startswith("/"):
            return self._screen.way(turn)
        command = text[1:].split()[0].split("@")[0].lower() if len(text) > 1 else ""
        if command in COMMANDS:
            return COMMANDS[command]
        if command in self.commands:
            return _commanded(self.dialogs[self.commands[command]], text)
        if command == START:
            return HOME
        desk, dialog = self._elsewhere.get(command, ("", None)) if turn.officer is not None else ("", None)
        return Cross(desk, _commanded(dialog, text)) if dialog is not None else "/"

    async def _go(self, turn: Turn, session: Session, way: Open | Cross | str) -> Session:
        if isinstance(way, Cross):
            turn.cross = way
            return replace(session, turn=session.turn + 1)
        if way == "/":
            turn.say(t("desk.unknown_command"))
            return await self._ask_again(turn, session)
        if isinstance(way, Open):
            return await self._open(turn, session, way)
        if way == STOP:
            return await self._halt(turn, session)
        turn.choice = NAVIGATION[way]
        if way == BACK and session.trail:
            return await self._ask(turn, replace(session, step=session.trail[-1], trail=session.trail[:-1], page=0))
        if way == PERSON and self.person is not None:
            return await self._open(turn, session, Open(self.person, draft=await self._way_here(turn, session)))
        return await self._open(turn, session, Open(self.home))

    async def _halt(self, turn: Turn, session: Session) -> Session:
        if session.dialog == self._stop:
            return await self._ask_again(turn, session)
        stood = {"dialog": session.dialog, "step": session.step, "draft": session.draft, "trail": session.trail}
        inside = session.dialog not in (None, self.home)
        return await self._open(turn, session, Open(self._stop, draft={"stood": stood} if inside else {}))

    async def _way_here(self, turn: Turn, session: Session) -> dict[str, Any]:
        """Where she stands, for the person she asks for: the dialog, the steps she took, what she was asked last.

        Of the question everything that was filled in is left out: it may be personal.
        """
        here = {"from": session.dialog or self.home}
        try:
            place = await self._place(turn, session)
        except Refuse:
            return here
        if place is None or place.dialog.name == self.person:
            return here
        asked = {lang: self._words(_emptied(place.ask.text), lang) for lang in get_args(Lang)}
        return here | {"steps": [*session.trail, place.step.name], "asked": asked}

    async def _lost(self, turn: Turn, session: Session) -> Session:
        """The step is not there: a first visit, or a release renamed it. Or a guard stands before it by now.

        What a newcomer passes on is looked at before she is welcomed. Who was away for so long that her place was
        forgotten stands at home, where questions are heard.
        """
        dialog = self.dialogs.get(session.dialog or "")
        if dialog is not None and dialog.step(session.step or "") is not None:
            return await self._open(turn, session, Open(dialog.name))
        if session.dialog is not None:
            turn.say(t("desk.lost_place"))
        elif turn.inbound.forwarded and self._overhear is not None:
            await self._overhear(turn)
        home = session.at(self.home, self.dialogs[self.home].steps[0].name, {})
        away = session.dialog is None and turn.inbound.kind is Kind.TEXT and self._asked is not None
        if away and (place := await self._place(turn, home)) is not None:
            return await self._hear(turn, home, place)
        return await self._open(turn, session, Open(self.home))

    async def _gone(self, turn: Turn, session: Session, gone: Refuse) -> Session:
        """The question where she stands cannot be asked any more: what it is about is gone, or a right ended."""
        if session.dialog == self.home:
            raise gone
        turn.say(gone.text, kind="refusal")
        return await self._open(turn, session, Open(self.home))

    async def _ask_again(self, turn: Turn, session: Session) -> Session:
        try:
            if await self._place(turn, session) is None:
                return await self._open(turn, session, Open(self.home))
        except Refuse as gone:
            return await self._gone(turn, session, gone)
        return await self._ask(turn, session)

    # --------------------------------------------------------------------------------------------------- an answer

    async def _place(self, turn: Turn, session: Session) -> Place | None:
        dialog = self.dialogs.get(session.dialog or "")
        step = dialog.step(session.step or "") if dialog else None
        if dialog is None or step is None:
            return None
        if dialog.guard is not None and dialog.guard(turn) is not None:
            return None
        return Place(dialog, step, await step.ask(turn))

    async def _hear(self, turn: Turn, session: Session, place: Place) -> Session:
        person, said_before = turn.person, len(turn.letters)
        try:
            answer = self._screen.answer(turn, session, place.ask)
            if isinstance(answer, Session):
                return await self._ask(turn, answer)
            way = await (place.step.accept(turn, answer) if answer is not None else self._stray(turn, place))
        except Refuse as refusal:
            await turn.store.drop()
            del turn.letters[said_before:]
            turn.person, turn.draft, turn.choice = person, _copied(session.draft), None
            turn.say(refusal.text, kind="refusal")
            return await self._ask(turn, session)
        if place.ask.contact is not None and answer is not None:
            self._put_keyboard_away(turn)
        if way is STAY:
            return replace(session, draft=turn.draft)
        if isinstance(way, Cross):
            turn.cross = way
            return replace(session, turn=session.turn + 1)
        if way is END:
            return await self._end(turn, session)
        if isinstance(way, Open):
            return await self._open(turn, session, self._prefilled(way, turn))
        trail = session.trail if way == session.step else (*session.trail, session.step or "")
        page = session.page if way == session.step else 0
        return await self._ask(turn, replace(session, step=str(way), trail=trail, page=page))

    async def _stray(self, turn: Turn, place: Place) -> Next:
        """What is no answer here may be meant for a talk, or at home a question, else it is refused."""
        if self._overhear is not None and (way := await self._overhear(turn)) is not None:
            return way
        kind = turn.inbound.kind
        if kind is Kind.PRESS:
            raise Refuse(t("desk.old_button"))
        hears = self._asked if kind is Kind.TEXT and place.dialog.name == self.home else None
        if hears is not None and (way := await hears(turn)) is not None:
            return way
        raise Refuse(t("desk.choose") if kind is Kind.TEXT and place.ask.options else t("desk.not_this"))

    # --------------------------------------------------------------------------------------------------- moving on

    def _prefilled(self, way: Open, turn: Turn) -> Open:
        """A dialog that a guard sent away comes back with what it was opened with."""
        if way.dialog == turn.draft.get("then") and not way.draft:
            return replace(way, draft=turn.draft.get("with", {}))
        return way

    async def _end(self, turn: Turn, session: Session) -> Session:
        then = str(turn.draft.get("then", self.home))
        way = Open(then, draft=turn.draft.get("with", {})) if then in self.dialogs else Open(self.home)
        return await self._open(turn, session, way)

    async def _open(self, turn: Turn, session: Session, way: Open) -> Session:
        dialog = self.dialogs[self.home]
        for _ in range(DETOURS):
            dialog = self.dialogs.get(way.dialog) or self.dialogs[self.home]
            detour = dialog.guard(turn) if dialog.guard is not None else None
            if detour is None:
                break
            way = replace(detour, draft={**detour.draft, "then": way.dialog, "with": dict(way.draft)})
        step = (dialog.step(way.step) if way.step else None) or dialog.steps[0]
        turn.draft = dict(way.draft)
        trail = way.trail if step.name == way.step else ()
        return await self._ask(turn, session.at(dialog.name, step.name, turn.draft, trail))

    async def _ask(self, turn: Turn, session: Session) -> Session:
        dialog = self.dialogs[session.dialog or self.home]
        step = dialog.step(session.step or "") or dialog.steps[0]
        try:
            ask = await step.ask(turn)
        except Refuse as gone:
            return await self._gone(turn, session, gone)
        page = session.page if session.page * PAGE < len(ask.options) else 0
        session = replace(session, step=step.name, turn=session.turn + 1, draft=turn.draft, page=page)
        at_home = dialog.name == self.home and not session.trail
        turn.letters.append(self._screen.letter(await self._entitled(turn, ask), session, at_home=at_home))
        return session

    async def _entitled(self, turn: Turn, ask: Ask) -> Ask:
        beside = await self._beside(turn) if self._beside is not None else None
        titles = [title for title in (self.title, beside) if title is not None]
        return replace(ask, text=lines(*titles, ask.text)) if titles else ask

    def _put_keyboard_away(self, turn: Turn) -> None:
        first = next((n for n, letter in enumerate(turn.letters) if letter.chat is None and not letter.options), None)
        if first is None:
            turn.say(t("desk.noted"), clear_keyboard=True)
        else:
            turn.letters[first] = replace(turn.letters[first], clear_keyboard=True)


def _copied(draft: dict[str, Any]) -> dict[str, Any]:
    """The draft for a turn to change, as it is kept and read again: a refusal leaves the other one as it was."""
    copied: dict[str, Any] = orjson.loads(orjson.dumps(draft)) if draft else {}
    return copied


def _emptied(text: Saying | str) -> Saying:
    """A sentence with nothing filled in."""
    if isinstance(text, Text):
        return Text(text.key, dict.fromkeys(text.params, BLANK))
    return lines(*map(_emptied, text.parts)) if isinstance(text, Lines) else lines(BLANK)


def _commanded(dialog: Dialog, text: str) -> Open:
    """The dialog of a command, with the words written after it where it takes any."""
    rest = text.partition(" ")[2].strip() if dialog.words else ""
    return Open(dialog.name, draft={"said": rest} if rest else {})
