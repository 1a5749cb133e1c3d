"""Who did what: by officer, by day, by kind; and whether the record is still as it was sealed.

Officers are named by account, residents by the end of their random id. That somebody looked is recorded too.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from handlers import read
from handlers.admin.access import administering
from handlers.dialog import TEXT, Ask, Chosen, Dialog, Next, Open, Option, Refuse, Saying, Step, Text, Turn, lines, t
from handlers.staff.access import officer_of
from handlers.staff.rights import today
from programmes.reading import KST
from storage import jobs, reviews, staff
from storage.audit import OFFICE

CHECK: Final = "check record"  # the kind of the job
SHOWN: Final = 8
SHORT: Final = 8  # signs of a random id, its last ones
ALL: Final = "all"
TOLD: Final = frozenset({  # what has a sentence of its own; of the rest the family is named
    "case.read", "case.looked_for", "case.take", "case.release", "case.ask", "case.identity", "case.filed_for",
    "paper.shown", "paper.destroyed", "talk.opened", "visit.opened", "outreach.opened", "export.made",
    "figures.downloaded", "desk.opened", "desk.refused", "staff.invited", "staff.granted", "staff.revoked",
    "staff.suspended", "staff.lifted", "staff.unlocked", "staff.removed", "staff.confirmed", "staff.admin_asked",
    "deeds.read", "review.closed", "answers.proposed", "answers.confirmed", "answers.declined", "answers.handed",
})  # fmt: skip
FAMILIES: Final = frozenset({
    "answers", "board", "broadcast", "case", "closure", "code", "deeds", "desk", "duty", "figures", "helper", "import",
    "letter", "outreach", "paper", "review", "staff", "visit",
})  # fmt: skip
BACK: Final = Option("choice", t("deeds.back"))


def deed(action: str) -> Text:
    """A kind of act as a sentence; what has none is named by its family."""
    family = action.partition(".")[0]
    if action in TOLD:
        return t(f"did.{action}")
    return t(f"did.{family}") if family in FAMILIES else t("did.other")


async def name_of(turn: Turn, who: UUID) -> str | Text:
    """An account's name, also of one that was ended; of the office itself what it does without anybody."""
    return t("deeds.house") if who == OFFICE else await staff.named(turn.store, who)


# ----------------------------------------------------------------------------------------------------- whose, and when


async def ask_choice(turn: Turn) -> Ask:
    officers = sorted(await staff.all_of(turn.store), key=lambda one: one.name)
    ways = Option("review", t("review.home")), Option("check", t("deeds.check")), Option("list", t("people.list"))
    house = Option(OFFICE.hex, t("deeds.whose", name=t("deeds.house")))
    whose = (Option(one.id.hex, t("deeds.whose", name=one.name)) for one in officers)
    return Ask(t("deeds.ask"), (*ways, *whose, house))


async def take_choice(turn: Turn, code: str) -> Next:
    if code in ("review", "list"):
        return Open("review" if code == "review" else "people")
    if code == "check":
        await _check(turn)
        return "choice"
    turn.draft["officer"] = code
    return "day"


async def _check(turn: Turn) -> None:
    """Write the job that walks through the whole chain, unless one is waiting; its answer comes as a letter."""
    if not await jobs.waits(turn.store, CHECK):
        await jobs.add(turn.store, CHECK, chat=turn.inbound.chat)
    turn.say(t("deeds.checking"))


async def ask_day(turn: Turn) -> Ask:
    name = await name_of(turn, _whose(turn))
    days = {"0": t("deeds.today"), "1": t("deeds.yesterday")}
    return Ask(t("deeds.day.ask", name=name), tuple(Option(*one) for one in days.items()), takes=TEXT, numeric=True)


async def take_day(turn: Turn, answer: Chosen | str) -> Next:
    now = today(turn)
    day = now - timedelta(days=int(answer)) if isinstance(answer, Chosen) else read.day(answer, now)
    if day > now:
        raise Refuse(t("deeds.day.future"))
    turn.draft["day"] = day.isoformat()
    turn.store.audit("deeds.read", actor=officer_of(turn).id, subject=_whose(turn), day=day.isoformat())
    return "kinds"


def _whose(turn: Turn) -> UUID:
    return UUID(turn.draft["officer"])


def _span(turn: Turn) -> tuple[datetime, datetime]:
    begins = datetime.combine(date.fromisoformat(turn.draft["day"]), time(), KST)
    return begins, begins + timedelta(days=1)


# ---------------------------------------------------------------------------------------------------- what, and of whom


async def ask_kinds(turn: Turn) -> Ask:
    name, day = await name_of(turn, _whose(turn)), date.fromisoformat(turn.draft["day"])
    counts = await reviews.counted(turn.store, _whose(turn), *_span(turn))
    if not counts:
        return Ask(t("deeds.none", name=name, day=day), (BACK,))
    kinds = (Option(kind, t("deeds.kind", what=deed(kind), count=times)) for kind, times in counts.items())
    every = Option(ALL, t("deeds.all", count=sum(counts.values())))
    return Ask(t("deeds.kinds.ask", name=name, day=day), (every, *kinds, BACK))


async def take_kinds(turn: Turn, code: str) -> Next:
    if code == "choice":
        return "choice"
    turn.draft |= {"kind": str(code), "skip": 0}
    return "rows"


async def ask_rows(turn: Turn) -> Ask:
    rows, more = await _rows(turn)
    names = {one.id: one.name for one in await staff.all_of(turn.store)}
    told = [_told(row, names) for row in rows]
    further = (Option("more", t("deeds.more")),) if more else ()
    return Ask(lines(*told) if told else t("deeds.end"), (*further, Option("kinds", t("deeds.kinds")), BACK))


async def _rows(turn: Turn) -> tuple[list[Any], bool]:
    kind = None if turn.draft["kind"] == ALL else turn.draft["kind"]
    skip = turn.draft["skip"]
    rows = list(await reviews.deeds(turn.store, _whose(turn), *_span(turn), kind, skip, SHOWN + 1))
    return rows[:SHOWN], len(rows) > SHOWN


def _told(row: Any, names: Mapping[UUID, str]) -> Saying:
    at, what = f"{row.at.astimezone(KST):%H:%M}", deed(row.action)
    if row.subject is None:
        return t("deeds.row", at=at, what=what)
    whom = names.get(row.subject)
    if whom is not None:
        return t("deeds.row.officer", at=at, what=what, name=whom)
    return t("deeds.row.resident", at=at, what=what, id=row.subject.hex[-SHORT:])


async def take_rows(turn: Turn, code: str) -> Next:
    if code != "more":
        return str(code)
    turn.draft["skip"] += SHOWN
    return "rows"


DEEDS = Dialog(
    "deeds",
    (
        Step("choice", ask_choice, take_choice, leads_to=("choice", "day", "dialog:review", "dialog:people")),
        Step("day", ask_day, take_day, leads_to=("kinds",)),
        Step("kinds", ask_kinds, take_kinds, leads_to=("choice", "rows")),
        Step("rows", ask_rows, take_rows, leads_to=("rows", "kinds", "choice")),
    ),
    guard=administering,
)
