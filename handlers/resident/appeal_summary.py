"""The whole appeal on one page, to be agreed to or changed before anything is filed."""

from datetime import date
from typing import Final
from uuid import UUID

from handlers.dialog import Ask, Next, Option, Step, Text, Turn, lines, said, t
from handlers.resident import papers
from handlers.resident.appeal_draft import forget, forget_whom, programme, reasons, round_of, steps
from handlers.resident.appeal_filing import file
from handlers.resident.appeal_look import Subject, figure_said, subject
from storage import files

SHOWN_OF_STATEMENT = 200  # characters: a summary stays under 900 (house rule 13)
ITEMS: Final = {
    "round": t("appeal.item.round"),
    "whom": t("appeal.item.whom"),
    "name": t("appeal.item.name"),
    "birth": t("appeal.item.birth"),
    "filer": t("appeal.item.filer"),
    "filer_birth": t("appeal.item.filer_birth"),
    "dong": t("appeal.item.dong"),
    "phone": t("appeal.item.phone"),
    "reason": t("appeal.item.reason"),
    "papers": t("appeal.item.papers"),
    "statement": t("appeal.item.statement"),
}


async def ask_summary(turn: Turn) -> Ask:
    known, draft = programme(turn), turn.draft
    about = await subject(turn)
    reason = next(one for one in reasons(turn) if one.code == draft["reason"])
    words = lines(
        t("appeal.summary.title"),
        t("appeal.summary.round", programme=known.short, round=round_of(turn).label),
        *((_whom(about),) if about else ()),
        *_said_by_a_stranger(turn),
        t("appeal.summary.reason", reason=said(reason.label, **known.params)),
        t("appeal.summary.papers", papers=await _papers(turn)),
        t("appeal.summary.statement", statement=_statement(draft["statement"])),
        *((figure_said(draft["shown"]),) if draft.get("shown") else ()),
        "",
        t("appeal.summary.ask"),
    )
    return Ask(words, (Option("right", t("appeal.summary.right")), Option("change", t("appeal.summary.change"))))


def _whom(about: Subject) -> Text:
    if about.called != about.name:
        return t("appeal.summary.helped", who=about.called)
    return t("appeal.summary.whom", name=about.name, born=about.birth_date)


def _said_by_a_stranger(turn: Turn) -> tuple[Text, ...]:
    """What an officer will check about somebody the roster does not know."""
    asked, draft, told = set(steps(turn)), turn.draft, []
    if "filer" in asked:
        born = date.fromisoformat(draft["filer_birth"])
        told.append(t("appeal.summary.filer", name=draft["filer"], born=born))
    if "dong" in asked:
        dong = turn.city.places.dong(draft["dong"]).name if draft["dong"] else t("appeal.dong.unsure")
        told.append(t("appeal.summary.dong", dong=dong))
        told.append(t("appeal.summary.phone", phone=draft["phone"] or t("appeal.phone.none")))
    return tuple(told)


async def _papers(turn: Turn) -> Text:
    count, _ = await files.tally(turn.store, UUID(turn.draft["case"]))
    if count:
        return t("appeal.summary.sent", count=count)
    return t("appeal.papers.later") if turn.draft["papers"] == papers.LATER else t("appeal.summary.no_papers")


def _statement(written: str) -> str | Text:
    if not written:
        return t("appeal.statement.none")
    return written if len(written) <= SHOWN_OF_STATEMENT else f"{written[:SHOWN_OF_STATEMENT]}…"


async def take_summary(turn: Turn, code: str) -> Next:
    return "change" if code == "change" else await file(turn)


async def ask_change(turn: Turn) -> Ask:
    return Ask(t("appeal.change.ask"), tuple(Option(step, ITEMS[step]) for step in steps(turn)))


async def take_change(turn: Turn, code: str) -> Next:
    forget_whom(turn) if code == "whom" else forget(turn, code)
    return code


SUMMED = (
    Step("summary", ask_summary, take_summary, leads_to=("change", "wait", "sum", "whom", "round", "dialog:receipt")),
    Step("change", ask_change, take_change, leads_to=tuple(ITEMS)),
)
