"""Acting for somebody else, on record: for whom, for which one purpose, asked anew at each press; and both are told.

A dialog's draft names whom under `helped`. Every step of a dialog in which that may stand is wrapped by `step`.
"""

from typing import Any, Final
from uuid import UUID

from handlers.dialog import END, Ask, Next, Option, Refuse, Saying, Step, Turn, t
from handlers.resident.family import HELPED, masked
from storage import helpers, people, registry
from storage.registry import Resident

FOR: Final = "for-"  # before the id of somebody helped, in the code of an option
OVER: Final = Ask(t("helping.over"), (Option("done", t("common.done")),))


async def options(turn: Turn, purpose: str) -> tuple[Option, ...]:
    """A button for each person for whom she may do this now; none where she was chosen already."""
    if HELPED in turn.draft or not turn.person.helps:
        return ()
    known = [
        await registry.by_id(turn.store, one) for one in await helpers.helped_by(turn.store, turn.person.id, purpose)
    ]
    return tuple(
        Option(f"{FOR}{one.id.hex}", t("helping.for", name=masked(one.name), year=one.birth_date.year))
        for one in known if one is not None
    )  # fmt: skip


def called(resident: Resident) -> str:
    """How she is named to who helps her."""
    return masked(resident.name)


async def begin(turn: Turn, code: str, purpose: str) -> dict[str, str]:
    """The draft in which she acts for who was pressed; recorded, and told to both. Refuses what has ended."""
    resident = UUID(code.removeprefix(FOR))
    if not await helpers.may(turn.store, turn.person.id, resident, purpose):
        raise Refuse(t("helping.over"))
    turn.store.audit(f"helper.{purpose}", actor=turn.person.id, subject=resident)
    if purpose == helpers.CHECK:  # what is filed is told when it is
        await tell(turn, resident, t("helping.told.check"))
    return {HELPED: resident.hex}


async def tell(turn: Turn, resident: UUID, words: Saying) -> bool:
    """Tell her what her helper did, and the helper that she is told; false where she has no chat with us."""
    her = await people.recognised_as(turn.store, resident)
    if her is None or not her.reachable:
        turn.say(t("helping.recorded"))
        return False
    turn.notice(words, "helper", chat=her.chat)
    turn.say(t("helping.both"))
    return True


def kept(turn: Turn) -> dict[str, str]:
    """What a fresh draft takes along of for whom she acts."""
    return {HELPED: turn.draft[HELPED]} if HELPED in turn.draft else {}


async def ended(turn: Turn, purpose: str) -> bool:
    """Whether the draft names somebody for whom she may not do this (any more)."""
    helped = turn.draft.get(HELPED)
    return helped is not None and not await helpers.may(turn.store, turn.person.id, UUID(helped), purpose)


def step(purpose: str, plain: Step) -> Step:
    """The step, shown and taken only while the record holds of whom the draft names."""

    async def ask(turn: Turn) -> Ask:
        return OVER if await ended(turn, purpose) else await plain.ask(turn)

    async def take(turn: Turn, answer: Any) -> Next:
        if await ended(turn, purpose):
            turn.say(t("helping.over"))
            return END
        return await plain.accept(turn, answer)

    return Step(plain.name, ask, take, plain.leads_to)
