"""Filing for somebody who stands at the counter or is on the phone: whose it is, her consent, why, papers, a slip.

Who is on the roster is found by exact name and birth date, and only where this officer may file. Whoever has no chat
with the bot is told by a person: her letters become tasks.
"""

from datetime import date
from typing import Final

from handlers.dialog import (
    END,
    TEXT,
    Ask,
    Chosen,
    Dialog,
    Next,
    Open,
    Option,
    Refuse,
    Step,
    Turn,
    Upload,
    lines,
    said,
    t,
)
from handlers.read import person_name, phone
from handlers.resident import papers
from handlers.resident.birth import ask_century, hear_birth
from handlers.staff import rights
from handlers.staff.counter_filing import WAYS, file, subject_of
from handlers.staff.door import closed
from programmes.model import Programme, Round
from programmes.roles import May
from programmes.rules import ADULT_FROM
from storage import cases, registry
from storage.ids import new_id

LONGEST: Final = 1_000
UNSURE: Final = "unsure"


def _may(turn: Turn) -> None:
    if not rights.may_anywhere(turn, May.FILE):
        raise Refuse(t("counter.may_not"))


def _promise(turn: Turn) -> tuple[Programme, Round]:
    programme = turn.city.programmes[turn.draft["programme"]]
    return programme, programme.round(turn.draft["round"]) or programme.rounds[0]


async def ask_round(turn: Turn) -> Ask:
    rounds = [
        Option(f"{programme.id}/{one.code}", t("counter.round", programme=programme.short, round=one.label))
        for programme in turn.city.programmes.values()
        for one in programme.rounds
        if one.appeal_opens <= turn.now < one.appeal_closes
    ]
    return Ask(t("counter.round.ask") if rounds else t("counter.closed"), (*rounds, Option("leave", t("hand.leave"))))


async def take_round(turn: Turn, code: str) -> Next:
    _may(turn)
    if code == "leave":
        return END
    programme, _, round = code.rpartition("/")
    turn.draft = {"programme": programme, "round": round, "case": new_id().hex}
    return "name"


async def ask_name(turn: Turn) -> Ask:
    return Ask(t("counter.name.ask"), takes=TEXT)


async def take_name(turn: Turn, text: str) -> Next:
    turn.draft["name"] = person_name(text)
    return "birth"


async def ask_birth(turn: Turn) -> Ask:
    return Ask(t("counter.birth.ask"), takes=TEXT, numeric=True)


async def take_birth(turn: Turn, text: str) -> Next:
    born = hear_birth(turn, text)
    return "century" if born is None else await _found(turn, born)


async def take_century(turn: Turn, code: str) -> Next:
    return await _found(turn, date.fromisoformat(code))


async def _found(turn: Turn, born: date) -> Next:
    """Whether the roster knows her; one of a dong where this officer may not file is sent there."""
    _may(turn)
    known = await registry.by_identity(turn.store, turn.draft["name"], born)
    mine = [one for one in known if rights.may(turn, May.FILE, one.dong)]
    turn.store.audit("case.looked_for", actor=turn.officer.id if turn.officer else None, how="counter")
    if len(mine) > 1 or (known and not mine):
        raise Refuse(t("counter.several") if mine else t("counter.other_dong"))
    turn.draft["birth"] = born.isoformat()
    if not mine:
        return "whom"
    programme, _ = _promise(turn)
    minor = programme.reference_date.year - born.year < ADULT_FROM
    turn.draft |= {"resident": mine[0].id.hex, "dong": mine[0].dong, "whom": "minor" if minor else "self"}
    return await _unless_open(turn)


async def _unless_open(turn: Turn) -> Next:
    """Go on, unless this appeal is open already: then to that case."""
    digests = await subject_of(turn)
    before = await cases.open_about(turn.store, "appeal", turn.draft["programme"], turn.draft["round"], digests)
    if before is None:
        return "consent"
    turn.say(t("counter.open", number=before.number))
    return Open("case", draft={"case": before.id.hex})


async def ask_whom(turn: Turn) -> Ask:
    return Ask(
        t("counter.whom.ask"),
        (Option("unlisted", t("counter.whom.unlisted")), Option("new_child", t("counter.whom.new_child"))),
    )


async def take_whom(turn: Turn, code: str) -> Next:
    turn.draft["whom"] = str(code)
    return "dong"


async def ask_dong(turn: Turn) -> Ask:
    mine = rights.dongs(turn, May.FILE)
    standing = turn.city.places.dongs_on(rights.today(turn))
    options = [Option(one.code, said(one.name)) for one in standing if mine is None or one.code in mine]
    unsure = (Option(UNSURE, t("counter.dong.unsure")),) if mine is None else ()
    return Ask(t("counter.dong.ask"), (*options, *unsure))


async def take_dong(turn: Turn, code: str) -> Next:
    dong = None if code == UNSURE else str(code)
    if rights.may(turn, May.FILE, dong) is None:
        raise Refuse(t("counter.may_not"))
    turn.draft["dong"] = dong
    return await _unless_open(turn)


async def ask_consent(turn: Turn) -> Ask:
    ways = tuple(Option(way, t(f"counter.way.{way}")) for way in WAYS)
    return Ask(t("counter.consent.ask"), (*ways, Option("no", t("counter.consent.no"))))


async def take_consent(turn: Turn, code: str) -> Next:
    if code == "no":
        turn.say(t("counter.without"))
        return END
    turn.draft["way"] = str(code)
    return "language"


async def ask_language(turn: Turn) -> Ask:
    return Ask(
        t("counter.language.ask"), (Option("ko", t("ruling.language.ko")), Option("en", t("ruling.language.en")))
    )


async def take_language(turn: Turn, code: str) -> Next:
    turn.draft["language"] = str(code)
    return "reason"


async def ask_reason(turn: Turn) -> Ask:
    programme, one = _promise(turn)
    grounds = programme.appeals(one.code, turn.draft["whom"])
    options = tuple(Option(ground.code, said(ground.label, **programme.params)) for ground in grounds)
    return Ask(t("counter.reason.ask"), options)


async def take_reason(turn: Turn, code: str) -> Next:
    turn.draft["reason"] = str(code)
    return "phone"


async def ask_phone(turn: Turn) -> Ask:
    return Ask(t("counter.phone.ask"), (Option("none", t("counter.none")),), takes=TEXT, numeric=True)


async def take_phone(turn: Turn, answer: Chosen | str) -> Next:
    turn.draft["phone"] = "" if isinstance(answer, Chosen) else phone(answer)
    return "statement"


async def ask_statement(turn: Turn) -> Ask:
    return Ask(t("counter.statement.ask"), (Option("none", t("counter.none")),), takes=TEXT)


async def take_statement(turn: Turn, answer: Chosen | str) -> Next:
    turn.draft["statement"] = "" if isinstance(answer, Chosen) else answer[:LONGEST]
    return "papers"


async def ask_papers(turn: Turn) -> Ask:
    programme, _ = _promise(turn)
    documents = [programme.papers[code] for code in programme.appeal_reasons[turn.draft["reason"]].documents]
    return await papers.ask_paper(turn, documents, t("counter.papers.ask"), t("counter.papers.none"))


async def take_papers(turn: Turn, code: str) -> Next:
    if code in (papers.ENOUGH, papers.LATER):
        return "look"
    turn.draft["paper"] = str(code)
    return "upload"


async def take_upload(turn: Turn, answer: Upload | Chosen) -> Next:
    return await papers.take_upload(turn, answer) if isinstance(answer, Upload) else "papers"


async def ask_look(turn: Turn) -> Ask:
    programme, one = _promise(turn)
    draft = turn.draft
    ground = programme.appeal_reasons[draft["reason"]]
    text = lines(
        t("counter.look.round", programme=programme.short, round=one.label),
        t("counter.look.whom", name=draft["name"], born=date.fromisoformat(draft["birth"])),
        t("counter.look.reason", reason=said(ground.label, **programme.params)),
        t("counter.look.way", way=t(f"counter.way.{draft['way']}")),
        *((t("counter.look.statement", statement=draft["statement"][:200]),) if draft["statement"] else ()),
        t("counter.look.ask"),
    )
    return Ask(text, (Option("file", t("counter.file")), Option("again", t("counter.again"))))


async def take_look(turn: Turn, code: str) -> Next:
    return await file(turn) if code == "file" else "round"


COUNTER = Dialog(
    "counter",
    (
        Step("round", ask_round, take_round, leads_to=("name",)),
        Step("name", ask_name, take_name, leads_to=("birth",)),
        Step("birth", ask_birth, take_birth, leads_to=("century", "whom", "consent", "dialog:case")),
        Step("century", ask_century, take_century, leads_to=("whom", "consent", "dialog:case")),
        Step("whom", ask_whom, take_whom, leads_to=("dong",)),
        Step("dong", ask_dong, take_dong, leads_to=("consent", "dialog:case")),
        Step("consent", ask_consent, take_consent, leads_to=("language",)),
        Step("language", ask_language, take_language, leads_to=("reason",)),
        Step("reason", ask_reason, take_reason, leads_to=("phone",)),
        Step("phone", ask_phone, take_phone, leads_to=("statement",)),
        Step("statement", ask_statement, take_statement, leads_to=("papers",)),
        Step("papers", ask_papers, take_papers, leads_to=("upload", "look")),
        Step("upload", papers.ask_upload, take_upload, leads_to=("papers",)),
        Step("look", ask_look, take_look, leads_to=("round", "dialog:case")),
    ),
    command="file",
    guard=closed,
)
