"""The monthly review of who did what: begun for a month that is over, the unusual first, each officer's part closed
with a remark by an admin who is not the one reviewed.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from handlers.admin.access import administering
from handlers.admin.deeds import deed, name_of
from handlers.dialog import TEXT, Ask, Dialog, Next, Open, Option, Refuse, Saying, Step, Text, Turn, lines, t
from handlers.staff.access import officer_of
from handlers.staff.rights import today
from programmes.reading import KST
from programmes.reviewing import DOWNLOADS, month_before, span
from storage import audit, jobs, reviews, staff
from storage.reviews import Review

JOB: Final = "review month"
MONTHS: Final = 3  # that can be begun or looked at
KINDS, REASONS, LONGEST = 6, 5, 300
BACK: Final = Option("months", t("review.months"))


# ---------------------------------------------------------------------------------------------------------- the months


def _months(turn: Turn) -> list[date]:
    found = [month_before(today(turn))]
    while len(found) < MONTHS:
        found.append(month_before(found[-1]))
    return found


async def ask_months(turn: Turn) -> Ask:
    options = [Option(month.isoformat(), await _month(turn, month)) for month in _months(turn)]
    return Ask(t("review.ask"), (*options, Option("deeds", t("deeds.back"))))


async def _month(turn: Turn, month: date) -> Text:
    parts = await reviews.of_month(turn.store, month)
    named = {"year": month.year, "month": month.month}
    if not parts:
        return t("review.month.new", **named)
    return t("review.month", **named, closed=sum(one.closed_at is not None for one in parts), parts=len(parts))


async def take_months(turn: Turn, code: str) -> Next:
    if code == "deeds":
        return Open("deeds")
    if await reviews.of_month(turn.store, date.fromisoformat(code)):
        turn.draft["month"] = str(code)
        return "parts"
    if not await jobs.waits(turn.store, JOB):
        await jobs.add(turn.store, JOB, chat=turn.inbound.chat, wanted={"month": str(code)})
    turn.say(t("review.begun"))
    return "months"


# ----------------------------------------------------------------------------------------------- the parts of a month


async def _parts(turn: Turn) -> Sequence[Review]:
    """What is open first, of those the most unusual."""
    parts = await reviews.of_month(turn.store, date.fromisoformat(turn.draft["month"]))
    return sorted(parts, key=lambda one: (one.closed_at is not None, -len(one.found["flags"]), -one.found["openings"]))


async def ask_parts(turn: Turn) -> Ask:
    options = [Option(one.staff.hex, await _label(turn, one)) for one in await _parts(turn)]
    return Ask(t("review.parts.ask"), (*options, BACK))


async def _label(turn: Turn, one: Review) -> Text:
    name = await name_of(turn, one.staff)
    if one.closed_at is not None:
        return t("review.part.closed", name=name)
    return t("review.part", name=name, openings=one.found["openings"], unusual=len(one.found["flags"]))


async def take_parts(turn: Turn, code: str) -> Next:
    if code == "months":
        return "months"
    turn.draft["officer"] = str(code)
    turn.store.audit("deeds.read", actor=officer_of(turn).id, subject=UUID(code), month=turn.draft["month"])
    return "part"


async def _part(turn: Turn) -> Review:
    """The part this is about. Refuses one that is there no more."""
    month, officer = date.fromisoformat(turn.draft["month"]), UUID(turn.draft["officer"])
    found = await reviews.one(turn.store, month, officer)
    if found is None:
        raise Refuse(t("review.gone"))
    return found


async def ask_part(turn: Turn) -> Ask:
    one = await _part(turn)
    card = lines(t("review.card", name=await name_of(turn, one.staff), **_figures(one)), *await _more(turn, one))
    back = Option("parts", t("review.parts"))
    if one.closed_at is not None:
        by = await staff.named(turn.store, one.closed_by) if one.closed_by else ""
        return Ask(lines(card, t("review.closed", name=by, at=one.closed_at, words=one.words)), (back,))
    if one.staff == officer_of(turn).id:
        return Ask(lines(card, t("review.own")), (back,))
    return Ask(card, (Option("close", t("review.close")), back))


def _figures(one: Review) -> dict[str, int]:
    return {name: one.found[name] for name in ("openings", "out_of_hours", "not_hers", "downloads")}


async def _more(turn: Turn, one: Review) -> list[Saying]:
    flags: list[Saying] = [t(f"review.flag.{flag}") for flag in one.found["flags"]]
    counts = sorted(one.found["counts"].items(), key=lambda each: -each[1])[:KINDS]
    kinds: list[Saying] = [t("deeds.kind", what=deed(kind), count=times) for kind, times in counts]
    return [*flags, *kinds, *await _reasons(turn, one)]


async def _reasons(turn: Turn, one: Review) -> list[Saying]:
    """Why something left the house, as was said then."""
    told: list[Saying] = []
    for kind in sorted(DOWNLOADS & one.found["counts"].keys()):
        for row in await reviews.deeds(turn.store, one.staff, *span(one.month), kind, 0, REASONS):
            said = await audit.detail(turn.store.db, turn.store.vault, row) or {}
            told.append(t("review.reason", day=row.at.astimezone(KST).date(), words=str(said.get("reason", "-"))[:80]))
    return told


async def take_part(_turn: Turn, code: str) -> Next:
    return "remark" if code == "close" else "parts"


async def ask_remark(_turn: Turn) -> Ask:
    return Ask(t("review.remark.ask"), takes=TEXT)


async def take_remark(turn: Turn, answer: str) -> Next:
    words, one = " ".join(answer.split()), await _part(turn)
    if len(words) > LONGEST:
        raise Refuse(t("review.remark.long", most=LONGEST))
    if not await reviews.close(turn.store, one, officer_of(turn).id, words):
        raise Refuse(t("review.cannot"))
    turn.say(t("review.done"))
    return "parts"


REVIEW = Dialog(
    "review",
    (
        Step("months", ask_months, take_months, leads_to=("months", "parts", "dialog:deeds")),
        Step("parts", ask_parts, take_parts, leads_to=("months", "part")),
        Step("part", ask_part, take_part, leads_to=("parts", "remark")),
        Step("remark", ask_remark, take_remark, leads_to=("parts",)),
    ),
    guard=administering,
)
