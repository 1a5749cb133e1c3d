"""The answers of an appeal while it is being written: what is known, what comes next, and how they outlive a detour.

A step is named after the answer it asks for, and the draft holds that answer under the step's name:
`programme` and `round`, `whom` (and `resident`, an id in hex), `name`, `birth`, `filer`, `filer_birth`, `dong`,
`phone`, `reason`, `papers`, `statement`. Days are ISO text; an answer that was left out is "". `case` is the id the
case will have, so that papers can belong to it before it is filed. Who opens this dialog may give any of them.
"""

from collections.abc import Iterator
from typing import Final

from handlers.dialog import Turn
from programmes.model import AppealReason, Programme, Round
from storage import sessions
from storage.helpers import HELPED
from storage.sessions import Session

LISTED: Final = ("self", "minor", HELPED)  # on the roster: nothing more to ask about who it is
KEPT: Final = "appeal"  # the place beside the desks where a draft waits while the person is elsewhere
SUMMARY: Final = "summary"


def steps(turn: Turn) -> Iterator[str]:
    """The answers this appeal needs, in order."""
    whom, stranger = turn.draft.get("whom"), turn.person.resident is None
    yield from ("round", "whom")
    if whom not in LISTED:
        yield from ("name", "birth")
        if whom == "new_child" and stranger:
            yield from ("filer", "filer_birth")
        if whom == "unlisted" or stranger:
            yield from ("dong", "phone")
    yield from ("reason", "papers", "statement")


def wanting(turn: Turn) -> str:
    """The first answer that is missing, or `summary`."""
    return next((step for step in steps(turn) if step not in turn.draft), SUMMARY)


def programme(turn: Turn) -> Programme:
    return turn.city.programmes[turn.draft["programme"]]


def round_of(turn: Turn) -> Round:
    return next(one for one in programme(turn).rounds if one.code == turn.draft["round"])


def reasons(turn: Turn) -> tuple[AppealReason, ...]:
    """The grounds that can be named in this round for this kind of person, most frequent first."""
    whom = turn.draft["whom"]
    return programme(turn).appeals(turn.draft["round"], "self" if whom == HELPED else whom)


def tidy(turn: Turn) -> None:
    """Drop answers that no longer fit: a round that a release took away, a ground that another person cannot name."""
    draft = turn.draft
    known = turn.city.programmes.get(draft.get("programme", ""))
    if known is None or known.round(draft.get("round")) is None:
        forget(turn, "programme", "round", "reason")
    elif "whom" in draft and draft.get("reason") not in {one.code for one in reasons(turn)}:
        forget(turn, "reason")


def forget(turn: Turn, *answers: str) -> None:
    for answer in answers:
        turn.draft.pop(answer, None)


def forget_whom(turn: Turn) -> None:
    """Ask anew whom it is for, and with it everything said about that person."""
    forget(turn, "whom", "resident", HELPED, "name", "birth", "filer", "filer_birth", "dong", "phone")


async def kept(turn: Turn) -> Session:
    """The draft that was left for another dialog, or for another day; an empty session when there is none."""
    key = await turn.store.key(turn.person.id)
    return await sessions.at_desk(turn.store, turn.inbound.chat, KEPT, key)


async def keep(turn: Turn) -> None:
    """Lay the draft aside as it stands, so that a look at another dialog does not lose it."""
    if "whom" in turn.draft:
        await _save(turn, _empty(turn).at("appeal", wanting(turn), turn.draft))


async def let_go(turn: Turn) -> None:
    """The draft is filed or given up."""
    await _save(turn, _empty(turn))


def _empty(turn: Turn) -> Session:
    return Session(turn.inbound.chat, KEPT, updated_at=turn.now)


async def _save(turn: Turn, session: Session) -> None:
    await sessions.save(turn.store.db, [sessions.to_row(session, await turn.store.key(turn.person.id))])
