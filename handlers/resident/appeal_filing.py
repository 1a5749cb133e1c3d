"""Filing: one last look, a number, a receipt; or why not, with the draft kept."""

from datetime import date, time
from uuid import UUID

from handlers.dialog import END, Ask, Next, Open, Option, Refuse, Step, Turn, t
from handlers.resident import helping
from handlers.resident.appeal_draft import LISTED, forget, keep, let_go, programme, round_of
from handlers.resident.appeal_look import (
    APPEAL,
    Subject,
    already_open,
    ask_whom_again,
    figure,
    figure_said,
    refer,
    subject,
)
from handlers.resident.family import family_of
from handlers.resident.receipt import receipt
from programmes import casework, rules, worktime
from programmes.reading import KST
from storage import cases
from storage.cases import AlreadyOpen, Case, Moved
from storage.helpers import FILE, HELPED


async def file(turn: Turn) -> Next:
    """Look once more, then take the appeal in; the same instant on two phones leaves one case."""
    about = await subject(turn)
    if about is None:
        return await ask_whom_again(turn)
    if (elsewhere := await last_look(turn, about)) is not None:
        return elsewhere
    try:
        case = await cases.file(turn.store, await made(turn, about))
    except AlreadyOpen as before:
        return await refer(turn, before.case)
    except Moved:
        raise Refuse(t("appeal.again")) from None
    turn.notice(receipt(case, turn.city), "receipt", case.id)
    if case.for_whom == HELPED and about.resident is not None:
        await helping.tell(turn, about.resident.id, t("helping.told.file", number=case.number))
    await let_go(turn)
    return Open("receipt", draft={"case": case.id.hex})


async def last_look(turn: Turn, about: Subject) -> Next | None:
    """Where to go instead of filing: the window has closed, it is not her day, one is open, or the sum has changed."""
    if turn.now >= round_of(turn).appeal_closes:
        turn.say(t("appeal.closed", closes=round_of(turn).appeal_closes))
        forget(turn, "programme", "round", "reason")
        await keep(turn)
        return "round"
    if not (await own_day(turn, about)).open:
        await keep(turn)
        return "wait"
    if (elsewhere := await already_open(turn, about)) is not None:
        return elsewhere
    now = await figure(turn, about)
    if now != turn.draft["shown"]:
        turn.draft |= {"before": turn.draft["shown"], "shown": now}
        return "sum"
    return None


async def own_day(turn: Turn, about: Subject) -> rules.Day:
    """Whether the one who appeals may do so today: an adult for herself, a parent for a child (domain §2.1)."""
    born = about.birth_date
    if turn.draft["whom"] in ("minor", "new_child"):
        family = await family_of(turn, FILE)
        born = family.me.birth_date if family else date.fromisoformat(turn.draft["filer_birth"])
    return rules.day(round_of(turn), born, turn.now, appeal=True)


async def made(turn: Turn, about: Subject) -> Case:
    """The case as it will be filed; its id is the draft's, so that the papers sent already belong to it."""
    known, draft, person = programme(turn), turn.draft, turn.person
    day = turn.now.astimezone(KST).date()
    told = {"name": about.name, "birth": about.birth_date.isoformat()}
    told |= {item: draft[item] for item in ("filer", "filer_birth", "phone", "papers", "statement") if draft.get(item)}
    checked = draft["whom"] in LISTED or (draft["whom"] == "new_child" and person.resident is not None)
    return Case(
        id=UUID(draft["case"]),
        number=casework.case_number(known.case_prefix, day, await cases.count_of_day(turn.store, day)),
        kind=APPEAL,
        programme=known.id,
        round=draft["round"],
        reason=draft["reason"],
        state=casework.State.FILED.value,
        identity="recognised" if checked else "to_check",
        for_whom=draft["whom"],
        subject_hash=about.digests[0],
        resident=about.resident.id if about.resident else None,
        household=about.household,
        person=person.id,
        chat=turn.inbound.chat,
        dong=about.dong,
        language=turn.lang,
        filed_at=turn.now,
        due_at=worktime.due(turn.now, known.target_hours, turn.city.calendar),
        target_minutes=known.target_hours * 60,
        told=told,
    )


async def ask_wait(turn: Turn) -> Ask:
    about = await subject(turn)
    opens = (await own_day(turn, about)).opens if about else None
    whole = opens is not None and opens.time() == time()  # a day that begins at midnight is said without the hour
    question = t("appeal.wait.ask", opens=opens.date() if whole else opens) if opens else t("appeal.wait.open")
    return Ask(question, (Option("now", t("appeal.wait.now")), Option("later", t("appeal.wait.later"))))


async def take_wait(turn: Turn, code: str) -> Next:
    if code == "later":
        return END
    way = await file(turn)
    if way == "wait":
        raise Refuse(t("appeal.wait.not_yet"))
    return way


async def ask_sum(turn: Turn) -> Ask:
    before, now = figure_said(turn.draft["before"]), figure_said(turn.draft["shown"])
    file_anyway, later = Option("file", t("appeal.sum.file")), Option("stop", t("appeal.sum.stop"))
    return Ask(t("appeal.sum.ask", before=before, now=now), (file_anyway, later))


async def take_sum(turn: Turn, code: str) -> Next:
    if code == "file":
        return await file(turn)
    await let_go(turn)
    turn.say(t("appeal.stopped"))
    return END


_AFTER = ("round", "whom", "dialog:receipt", "dialog:cases")

FILING = (
    Step("wait", ask_wait, take_wait, leads_to=("sum", *_AFTER)),
    Step("sum", ask_sum, take_sum, leads_to=("wait", *_AFTER)),
)
