"""A question as it stands in the chat, and what comes back from it: written and read by the same rules.

A choice is pressed, or typed as its number or its label; a button of an earlier question is known by its turn number.
Under every question stand the ways out.
"""

from collections.abc import Callable, Collection
from typing import get_args

from msgspec.structs import replace

from handlers.dialog import ASK, Answer, Ask, Chosen, Kind, Letter, Option, Saying, Text, Turn, t
from handlers.read import choice_number
from programmes.model import Lang, Wording
from storage.sessions import Session

PAGE = 8
BACK, HOME, PERSON, MORE, BEFORE = "<", "^", "?", "+", "-"
STOP = "!"  # she wants something to stop; what, the dialog `stop` asks
NAVIGATION = {BACK: t("desk.back"), HOME: t("desk.home"), PERSON: t("desk.person")}
SPOKEN = {
    "뒤로가기": BACK, "이전": BACK, "goback": BACK,
    "처음": HOME, "메뉴": HOME, "취소": HOME, "home": HOME, "menu": HOME, "cancel": HOME, "restart": HOME,
    "사람": PERSON, "상담": PERSON, "상담사": PERSON, "직원": PERSON, "human": PERSON, "person": PERSON,
}  # fmt: skip

Words = Callable[[Saying, Lang], str]


class Screen:
    """The screens of one desk. `sign` stands before the data of its buttons; `halting` are the words that mean stop.

    `person` is the dialog that a choice or the last of the ways out opens to reach one, if any.
    """

    def __init__(self, sign: str, words: Words, halting: Collection[str], person: str | None) -> None:
        self._sign, self._words, self._person = sign, words, person
        self._spoken = {
            lang: SPOKEN
            | {_plain(words(label, lang)): code for code, label in NAVIGATION.items()}
            | dict.fromkeys(halting, STOP)
            for lang in get_args(Lang)
        }
        self._labels: dict[tuple[str | Wording, Lang], str] = {}  # of those without values, as they are compared

    # -------------------------------------------------------------------------------------------------- written

    def letter(self, ask: Ask, session: Session, *, at_home: bool) -> Letter:
        """The question as a letter: one choice a row, then the pages, then the ways out.

        Back where there is a way back, start over unless this is the start, and a person wherever one can be called and
        is not among the choices.
        """
        number = f"{self._sign}{session.turn}"
        rows = [((f"{number}.{option.code}", option.label),) for option in page_of(ask.options, session.page)]
        if len(ask.options) > PAGE:
            turns = []
            if session.page > 0:
                turns.append((f"{number}.{BEFORE}", t("desk.before")))
            if (session.page + 1) * PAGE < len(ask.options):
                turns.append((f"{number}.{MORE}", t("desk.more")))
            rows.append(tuple(turns))  # type: ignore[arg-type]
        person = self._person is not None and all(option.code != self._person for option in ask.options)
        offered = {BACK: bool(session.trail), HOME: not at_home, PERSON: person}
        ways = [code for code in NAVIGATION if offered[code]]
        if ways:
            rows.append(tuple((f"{number}.{code}", NAVIGATION[code]) for code in ways))  # type: ignore[arg-type]
        return Letter(ask.text, ASK, options=tuple(rows), contact=ask.contact, picture=ask.picture)

    # ----------------------------------------------------------------------------------------------------- read

    def way(self, turn: Turn) -> str | None:
        """One of the ways out, of this screen or an earlier one: pressed, typed or said."""
        if turn.inbound.kind is Kind.PRESS:
            number, _, code = turn.inbound.press.partition(".")
            ours = number.startswith(self._sign) and number.removeprefix(self._sign).isdecimal()
            return code if ours and code in NAVIGATION else None
        return self._spoken[turn.lang].get(_plain(turn.inbound.text)) if turn.inbound.kind is Kind.TEXT else None

    def answer(self, turn: Turn, session: Session, ask: Ask) -> Answer | Session | None:
        """The answer, or the session turned to another page; None for what was not offered and is not taken."""
        inbound = turn.inbound
        if inbound.kind is Kind.PRESS:
            return self._pressed(turn, session, ask)
        if inbound.kind is Kind.TEXT:
            if (chosen := self._typed(turn, session, ask)) is not None:
                return chosen
            if Kind.TEXT in ask.takes and inbound.text.strip():
                return inbound.text.strip()
        if inbound.upload is not None and Kind.UPLOAD in ask.takes:
            return inbound.upload
        if inbound.contact is not None and ask.contact is not None:
            return inbound.contact
        return None

    def _pressed(self, turn: Turn, session: Session, ask: Ask) -> Answer | Session | None:
        number, _, code = turn.inbound.press.partition(".")
        if number != f"{self._sign}{session.turn}":
            return None
        pages = -(-len(ask.options) // PAGE)
        if code == MORE and session.page + 1 < pages:
            return replace(session, page=session.page + 1)
        if code == BEFORE and session.page > 0:
            return replace(session, page=session.page - 1)
        option = next((option for option in ask.options if option.code == code), None)
        return _chosen(turn, option) if option is not None else None

    def _typed(self, turn: Turn, session: Session, ask: Ask) -> Chosen | None:
        plain = _plain(turn.inbound.text)
        for option in ask.options:
            if plain == self._label(option.label, turn.lang):
                return _chosen(turn, option)
        shown = page_of(ask.options, session.page)
        number = None if ask.numeric else choice_number(turn.inbound.text, len(shown))
        return _chosen(turn, shown[number - 1]) if number else None

    def _label(self, label: Saying, lang: Lang) -> str:
        """A label as it is compared with what was typed; made once where it is always the same."""
        if not isinstance(label, Text) or label.params:
            return _plain(self._words(label, lang))
        if (known := self._labels.get((label.key, lang))) is None:
            known = self._labels[label.key, lang] = _plain(self._words(label, lang))
        return known


def page_of(options: tuple[Option, ...], page: int) -> tuple[Option, ...]:
    """The choices that are seen at once, from page 0."""
    return options if len(options) <= PAGE else options[page * PAGE : (page + 1) * PAGE]


def _chosen(turn: Turn, option: Option) -> Chosen:
    turn.choice = option.label
    return Chosen(option.code)


def _plain(text: str) -> str:
    """Words as they are compared: without spaces, case or punctuation."""
    return "".join(filter(str.isalnum, text.casefold()))
