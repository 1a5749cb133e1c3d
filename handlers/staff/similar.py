"""The closed cases most like an open one, how they ended and how long they took; and a word when one ends otherwise.

Alike are those of the same programme, round and ground; of these first those with the same category, papers and
state of identity. What somebody wrote is not looked at.
"""

from collections import Counter
from typing import Final
from uuid import UUID

from handlers.dialog import Ask, Dialog, Next, Option, Step, Text, Turn, lines, t
from handlers.staff import holding, rights
from handlers.staff.door import closed
from programmes import worktime
from programmes.roles import May
from storage import cases, decisions, pauses
from storage.cases import Case
from storage.decisions import Alike

FEW: Final = 3  # of fewer closed cases nothing is said


async def differs(turn: Turn, case: Case, outcome: str) -> Text | None:
    """A warning when most of the similar cases ended otherwise."""
    alike = await decisions.alike(turn.store, case)
    if len(alike) < FEW:
        return None
    usual, times = Counter(one.outcome for one in alike).most_common(1)[0]
    if usual == outcome or times * 2 <= len(alike):
        return None
    return t("similar.differs", count=len(alike), times=times, outcome=t(f"decision.outcome.{usual}"))


async def ask_list(turn: Turn) -> Ask:
    case = await seen(turn)
    if case is None:
        return holding.GONE
    alike = await decisions.alike(turn.store, case)
    rows = [await _row(turn, one) for one in alike]
    text = lines(t("similar.title", number=case.number), *rows) if rows else t("similar.none", number=case.number)
    return Ask(text, (Option("back", t("similar.back")),))


async def seen(turn: Turn) -> Case | None:
    """The case of the draft, if this officer may see it."""
    asked = turn.draft.get("case")
    case = await cases.by_id(turn.store, UUID(asked)) if asked else None
    if case is None or rights.may(turn, May.SEE, case.dong) is None or await rights.own(turn, case):
        return None
    return case


async def _row(turn: Turn, one: Alike) -> Text:
    spans = await pauses.of_case(turn.store, one.id)
    spent = worktime.worked(one.filed_at, one.closed_at, turn.city.calendar, spans)
    return t("similar.row", number=one.number, outcome=t(f"decision.outcome.{one.outcome}"), spent=spent)


async def take_list(turn: Turn, code: str) -> Next:
    case = await seen(turn)
    return holding.back(case) if case else "list"


SIMILAR = Dialog("similar", (Step("list", ask_list, take_list, leads_to=("list",)),), guard=closed)
