"""What is held about oneself and the day each kind goes; a copy to take away, and what can be erased at once."""

from datetime import date, timedelta
from typing import Any

import orjson

from handlers.dialog import END, Ask, Dialog, Lines, Next, Open, Option, Saying, Step, Turn, lines, t
from handlers.resident.birth import today
from handlers.resident.privacy import how_long
from programmes.reading import KST
from storage import cases, files, people, registry
from storage.cases import Case
from storage.helpers import HELPED
from storage.retention import days

SHOWN_CASES = 5
CHOICES = (
    Option("held", t("mydata.held")),
    Option("copy", t("mydata.copy")),
    Option("helper", t("menu.helper")),
    Option("forget", t("mydata.forget")),
    Option("erase", t("mydata.erase")),
)


async def ask_choice(turn: Turn) -> Ask:
    known = turn.person.resident is not None
    return Ask(t("mydata.ask"), tuple(one for one in CHOICES if known or one.code != "forget"))


async def take_choice(turn: Turn, code: str) -> Next:
    if code in ("forget", "erase"):
        return str(code)
    if code == "helper":
        return Open("helper")
    if code == "held":
        turn.say(await _held(turn))
    else:
        copy = orjson.dumps(await _copy(turn), option=orjson.OPT_INDENT_2)
        turn.send_file(t("mydata.file"), f"mydata-{today(turn):%y%m%d}.json", copy)
    return "choice"


async def _cases(turn: Turn) -> tuple[Case, ...]:
    return await cases.of_person(turn.store, turn.person.id, turn.person.resident)


# ------------------------------------------------------------------------------------------------------ what is held


async def _held(turn: Turn) -> Lines:
    """Kinds of data about this person, each with the day it goes, counted from today where it is still used."""
    mine = await _cases(turn)
    return lines(
        t("mydata.held.title"),
        t("mydata.held.profile"),
        t("mydata.held.consents", day=_goes(turn, "consents")),
        *((t("mydata.held.roster"),) if turn.person.resident else ()),
        t("mydata.held.drafts", day=_goes(turn, "drafts")),
        t("mydata.held.texts", day=_goes(turn, "texts")),
        *(_case_line(case) for case in mine[:SHOWN_CASES]),
        *((t("mydata.held.more", count=len(mine) - SHOWN_CASES),) if len(mine) > SHOWN_CASES else ()),
        *((t("mydata.held.papers", span=how_long("documents")),) if mine else ()),
        t("mydata.held.audit", day=_goes(turn, "audit")),
    )


def _goes(turn: Turn, kind: str) -> date:
    return today(turn) + timedelta(days=days(kind))


def _case_line(case: Case) -> Saying:
    kind = "talk" if case.kind == "talk" else "cases"
    if case.closed_at is None:
        return t("mydata.held.case_open", number=case.number, span=how_long(kind))
    gone = (case.closed_at + timedelta(days=days(kind))).astimezone(KST)
    return t("mydata.held.case", number=case.number, day=gone.date())


# ------------------------------------------------------------------------------------------------------------- copy


async def _copy(turn: Turn) -> dict[str, Any]:
    """All that is held, for a person and for a machine: names as in the tables, times with their zone."""
    person = turn.person
    profile = {
        "language": person.language, "since": person.created_at, "consent_version": person.consent,
        "consent_at": person.consent_at, "case_notices": person.case_notices, "information": person.information,
        "decisions_here": person.decisions_here, "recognised_at": person.recognised_at,
    }  # fmt: skip
    mine = [await _case_copy(turn, case) for case in await _cases(turn)]
    return {"made_at": turn.now, "profile": profile, "roster": await _roster(turn), "cases": mine}


async def _roster(turn: Turn) -> dict[str, Any] | None:
    resident = await registry.by_id(turn.store, turn.person.resident) if turn.person.resident else None
    if resident is None:
        return None
    paid = await registry.payments_of(turn.store, resident.id)
    return {
        "name": resident.name, "birth_date": resident.birth_date, "dong": resident.dong, "category": resident.category,
        "payments": [
            {"round": one.round, "status": one.status, "method": one.method, "amount": one.amount,
             "applied_at": one.applied_at, "paid_at": one.paid_at}
            for one in paid
        ],
    }  # fmt: skip


async def _case_copy(turn: Turn, case: Case) -> dict[str, Any]:
    anothers = case.for_whom == HELPED and case.resident != turn.person.resident  # she only helped with it
    held = await files.of_case(turn.store, case.id)
    story = await cases.story(turn.store, case.id)
    return {
        "number": case.number, "kind": case.kind, "programme": case.programme, "round": case.round,
        "reason": case.reason, "for_whom": case.for_whom, "state": case.state, "filed_at": case.filed_at,
        "due_at": case.due_at, "closed_at": case.closed_at, "dong": None if anothers else case.dong,
        "told": {} if anothers else dict(case.told),
        "files": [{"paper": one.paper, "name": one.name, "state": one.state, "at": one.at} for one in held],
        "story": [{"at": one.at, "what": one.kind} for one in story],
    }  # fmt: skip


# ----------------------------------------------------------------------------------------------------- forget, erase


async def ask_forget(turn: Turn) -> Ask:
    return Ask(t("mydata.forget.ask"), (Option("yes", t("mydata.forget.yes")), Option("no", t("mydata.no"))))


async def take_forget(turn: Turn, code: str) -> Next:
    if code == "no":
        return "choice"
    turn.person = await people.unbind(turn.store, turn.person)
    turn.say(t("mydata.forgotten"))
    return END


async def ask_erase(turn: Turn) -> Ask:
    open_ones = sum(case.open for case in await _cases(turn))
    question = t("mydata.erase.open", count=open_ones) if open_ones else t("mydata.erase.ask")
    return Ask(question, (Option("yes", t("mydata.erase.yes")), Option("no", t("mydata.no"))))


async def take_erase(turn: Turn, code: str) -> Next:
    if code == "no":
        return "choice"
    turn.person = await people.erase(turn.store, turn.person)
    turn.say(t("mydata.erased"))
    return END


MYDATA = Dialog(
    "mydata",
    (
        Step("choice", ask_choice, take_choice, leads_to=("choice", "forget", "erase", "dialog:helper")),
        Step("forget", ask_forget, take_forget, leads_to=("choice",)),
        Step("erase", ask_erase, take_erase, leads_to=("choice",)),
    ),
    command="mydata",
)
