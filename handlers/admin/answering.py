"""Who sees to what is answered: the team that decides and the admins, two for each change; and how a topic is found."""

import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from handlers.admin.approving import hindering
from handlers.dialog import Lane, Letter, Open, Option, Refuse, Text, Turn, lines, said, t
from handlers.resident import topics
from handlers.staff import rights
from handlers.staff.access import officer_of
from handlers.staff.door import closed
from programmes import roles
from programmes.reading import KST
from programmes.roles import RIGHTS, May, Role
from programmes.wording import Wording
from storage import amendments, staff
from storage.staff import Officer

LOOK: Final = "m.look"  # the data of the button that opens what waits
ROLES: Final = tuple(role for role in Role if May.ANSWERS in RIGHTS[role].may)
MOST, LABEL = 8, 50  # topics offered for some words; letters of what a kind elsewhere is called


def answering(turn: Turn) -> Open | None:
    """Behind the door of the desk, and for who may see to what is answered."""
    return closed(turn) or (None if rights.may_anywhere(turn, May.ANSWERS) else Open("home"))


async def hindered(turn: Turn, proposer: UUID) -> Text | None:
    """Why she may not confirm what `proposer` proposed; None: she may."""
    why = await hindering(turn, proposer, ROLES)
    return t(f"amendment.why.{why.value}") if why else None


async def second(turn: Turn, proposer: UUID) -> None:
    """To be asked at the press that confirms, before anything is written. Refuses with the reason why not."""
    for role in ROLES:
        await staff.lock_role(turn.store, role.value)
    if (why := await hindered(turn, proposer)) is not None:
        raise Refuse(why)


# ------------------------------------------------------------------------------------------------------ two for each


async def propose(
    turn: Turn, kind: str, programme: str, code: str, words: Mapping[str, Any], bundle: UUID | None = None
) -> None:
    """Put it before a second person, who is told. Refuses when somebody was first with that bundle."""
    me = officer_of(turn).id
    midnight = datetime.combine(rights.today(turn), time(), KST)
    known = await amendments.waits_of(turn.store, me, midnight)
    if not await amendments.propose(turn.store, kind, programme, code, words, me, bundle):
        raise Refuse(t("questions.gone"))
    if not known:
        await _call_another(turn)


async def _call_another(turn: Turn) -> None:
    """Tell all who may confirm it; of what one proposes in a day, while it waits, with the first."""
    others = [
        one for one in await staff.with_role(turn.store, ROLES) if one.id != officer_of(turn).id and _may(turn, one)
    ]
    for one in others:
        text, ways = lines(t("staff.title"), t("amendment.told")), (((LOOK, t("amendment.look")),),)
        turn.letters.append(Letter(text, "staff", Lane.NOTICE, one.chat, options=ways))
    if not others:
        turn.say(t("amendment.nobody"))


def _may(turn: Turn, one: Officer) -> bool:
    grants, day = rights.grants_of(one), rights.today(turn)
    return roles.may_anywhere(grants, May.ANSWERS, day, turn.city.places)


async def tapped(turn: Turn) -> Open | None:
    """An officer's press of the button under what tells of a proposal; None for any other."""
    return Open("amendment") if turn.inbound.press == LOOK and turn.officer is not None else None


# -------------------------------------------------------------------------------------------------------- topics


def search(turn: Turn, words: str) -> list[str]:
    """Topics with these words in their titles. Refuses where there is none, and where there are too many."""
    wanted = [_plain(word) for word in words.split()]
    found = [
        topic.id
        for programme in turn.city.programmes.values()
        for topic in programme.answers.values()
        if all(word in _plain(f"{topic.title.ko} {topic.title.en} {topic.id}") for word in wanted)
    ]
    if not found:
        raise Refuse(t("questions.topic.none"))
    if len(found) > MOST:
        raise Refuse(t("questions.topic.many", count=len(found)))
    return found


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def title(turn: Turn, topic: str) -> Text | str:
    """What a topic is called; its id where it is no more."""
    known = topics.found(turn, topic)
    return said(known[1].title) if known is not None else topic


def kind(turn: Turn, code: str) -> Text | str:
    """What belongs elsewhere, by how the sentence begins that is said then."""
    known = turn.city.elsewhere.get(code)
    return said(Wording(_begin(known.says.ko), _begin(known.says.en))) if known is not None else code


def _begin(text: str) -> str:
    first = text.partition(". ")[0].removesuffix(".")
    return first if len(first) <= LABEL else f"{first[:LABEL]}…"


def offered(turn: Turn, ids: Collection[str], key: str) -> tuple[Option, ...]:
    """A button for each of these topics that there are."""
    return tuple(Option(id, t(key, title=title(turn, id))) for id in ids if topics.found(turn, id) is not None)
