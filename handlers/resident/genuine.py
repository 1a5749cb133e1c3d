"""*Is this really from you?* Whatever she forwards or pastes is looked for in the ledger, letter by letter.

That something was forwarded is a hint that she wants to know, and never a proof: only the words are. Of what she shows
nothing is kept but the day and the answer.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from handlers.dialog import (
    STAY,
    TEXT,
    UPLOADS,
    Ask,
    Dialog,
    Kind,
    Next,
    Open,
    Refuse,
    Saying,
    Step,
    Turn,
    Upload,
    t,
)
from handlers.resident.scam import is_scam, was_pasted
from storage import ledger

OURS: Final = "ours"  # the kind of a letter that says so
SHOWN: Final = frozenset({Kind.TEXT, Kind.UPLOAD, Kind.OTHER})


@cache
def _questions() -> tuple[tuple[str, ...], re.Pattern[str]]:
    words = tomllib.loads((Path(__file__).parent / "genuine.toml").read_text(encoding="utf-8"))
    return tuple(words["ko"]), re.compile(rf"\b(?:{'|'.join(map(re.escape, words['en']))})\b")


def asks_whether_ours(text: str) -> bool:
    """Whether somebody asks if something is from us (`genuine.toml`) and has not shown it yet."""
    korean, english = _questions()
    said = text.casefold()
    squeezed = "".join(filter(str.isalnum, said))
    return any(words in squeezed for words in korean) or english.search(" ".join(said.split())) is not None


# ----------------------------------------------------------------------------------------------------------- answers


async def _ours(turn: Turn) -> ledger.Known | None:
    """How the words that came are ours, if they are."""
    return await ledger.known(turn.store, turn.inbound.chat, turn.imprint()) if turn.inbound.text.strip() else None


async def _answer(turn: Turn, known: ledger.Known | None) -> None:
    """Say whether it is ours, and count the answer."""
    said, answer, kind = _found(known) if known is not None else _not_ours(turn.inbound.text)
    turn.say(said, kind=kind)
    await ledger.count_asked(turn.store, answer)


def _found(known: ledger.Known) -> tuple[Saying, str, str]:
    answer = ledger.OTHERS if known.how == ledger.OTHERS else ledger.OURS
    return t(f"genuine.ours.{known.how}", at=known.at, since=known.since or known.at), answer, OURS


def _not_ours(text: str) -> tuple[Saying, str, str]:
    if is_scam(text):
        return t("genuine.scam"), ledger.SCAM, "genuine"
    return t("genuine.not_ours"), ledger.NOT_OURS, "genuine"


# -------------------------------------------------------------------------------------------------- from anywhere else


async def overheard(turn: Turn) -> Next | None:
    """What no question asked for: a message passed on, words of ours, or plainly another's. None for all else."""
    inbound = turn.inbound
    if inbound.kind not in SHOWN:
        return None
    if inbound.forwarded and not inbound.text.strip():
        turn.say(t("genuine.no_words"))
        return STAY
    known = await _ours(turn)
    if known is None and not inbound.forwarded and not was_pasted(inbound.text):
        return None
    await _answer(turn, known)
    return STAY


async def asked_at_home(turn: Turn) -> Next | None:
    """The question whether something is ours, written at the menu."""
    return Open("genuine") if asks_whether_ours(turn.inbound.text) else None


# -------------------------------------------------------------------------------------------------------- the dialog


async def ask_text(turn: Turn) -> Ask:
    return Ask(t("genuine.ask"), takes=TEXT | UPLOADS, numeric=True)


async def take_text(turn: Turn, answer: str | Upload) -> Next:
    if not turn.inbound.text.strip():
        raise Refuse(t("genuine.no_words"))
    await _answer(turn, await _ours(turn))
    return "text"


GENUINE = Dialog("genuine", (Step("text", ask_text, take_text, leads_to=("text",)),), command="genuine")
