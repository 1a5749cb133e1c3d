"""After a talk has ended: whether it helped, said with one press, and talking again."""

import re
from typing import Final
from uuid import UUID

from handlers.dialog import STAY, Kind, Letter, Next, Open, Saying, Turn, t
from handlers.resident.talking import AFTER, begun
from storage import cases, talks
from storage.cases import Case
from storage.talks import TALK

SIGN: Final = "t"  # `t.case.word`: the buttons under a letter that ends a talk
AGAIN: Final = "again"
WORDS: Final = {"good": t("talk.rate.good"), "bad": t("talk.rate.bad"), AGAIN: t("talk.again")}

Row = tuple[tuple[str, Saying], ...]


def rows(case: Case, *words: str) -> tuple[Row, ...]:
    """The buttons with these words, one a row; all of them where none is named."""
    return tuple(((f"{SIGN}.{case.id.hex}.{word}", WORDS[word]),) for word in words or WORDS)


async def overheard(turn: Turn) -> Next | None:
    """A press of one of them; None for anything else, and for the talk of somebody else."""
    sign, _, rest = turn.inbound.press.partition(".")
    id, _, word = rest.partition(".")
    if turn.inbound.kind is not Kind.PRESS or sign != SIGN or word not in WORDS or not re.fullmatch("[0-9a-f]{32}", id):
        return None
    case = await cases.by_id(turn.store, UUID(id))
    if case is None or case.kind != TALK or case.chat != turn.inbound.chat:
        return None
    turn.choice = WORDS[word]
    return await again(turn, case) if word == AGAIN else await _rated(turn, case, word)


async def again(turn: Turn, case: Case) -> Open:
    """Her talk goes on where it ended, or in a new one; what she has to say she is asked then."""
    if await talks.of_chat(turn.store, turn.inbound.chat) is None:
        await begun(turn, "", {AFTER: case.id.hex})
    return Open("human")


async def _rated(turn: Turn, case: Case, word: str) -> Next:
    """Of several presses the first counts. What is not solved yet goes on with her next words."""
    if not any(event.kind == "rated" for event in await cases.story(turn.store, case.id)):
        await cases.note(turn.store, case.id, "rated", turn.person.id, word=word)
    if word == "bad":
        turn.say(t("talk.rated"))
        return Open("human", draft={AFTER: case.id.hex})
    turn.letters.append(Letter(t("talk.rated"), "say", options=rows(case, AGAIN)))
    return STAY
