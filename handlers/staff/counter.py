"""Filing for somebody who stands at the counter or is on the phone: whose it is, her consent, why, papers, a slip.

Who is on the roster is found by exact name and birth date, and only where this officer may file. Whoever has no chat
with the bot is told by a person: her letters become tasks.
"""

from collections.abc import Awaitable, Callable
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
    Text,
    Turn,
    Upload,
    lines,
    said,
    t,
)
from handlers.read import name_key, person_name, phone
from handlers.resident import papers
from handlers.resident.birth import birth_steps
from handlers.staff import rights
from handlers.staff.counter_filing import NEW_CHILD, WAYS, file, subject_of, unless_refused
from handlers.staff.door import closed
from programmes.model import Programme, Round
from programmes.roles import May
from programmes.rules import ADULT_FROM
from storage import cases, registry
from storage.cases import Case
from storage.ids import new_id
from storage.registry import Resident

LONGEST: Final = 1_000
UNSURE: Final = "unsure"
KNOWN: Final = ("dong", "twin", "consent", "dialog:case")


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


def _somebody(
    steps: tuple[str, str, str],
    answer: str,
    name: Text,
    birth: Text,
    known: Callable[[Turn, date], Awaitable[Next]],
    leads_to: tuple[str, ...],
) -> tuple[Step, ...]:
    """Who it is: her name, kept as `answer`, her birth date, and the century where six digits may mean two."""
    first, second, third = steps

    async def ask_name(_turn: Turn) -> Ask:
        return Ask(name, takes=TEXT)

    async def take_name(turn: Turn, text: str) -> Next:
        turn.draft[answer] = person_name(text)
        return second

    async def ask_birth(_turn: Turn) -> Ask:
        return Ask(birth, takes=TEXT, numeric=True)

    return Step(first, ask_name, take_name, leads_to=(second,)), *birth_steps(second, third, ask_birth, known, leads_to)


async def _found(turn: Turn, born: date) -> Next:
    """Whether the roster knows whom it is for."""
    one = await _listed(turn, turn.draft["name"], born)
    turn.draft["birth"] = born.isoformat()
    if one is None:
        return "whom"
    programme, _ = _promise(turn)
    minor = programme.reference_date.year - born.year < ADULT_FROM
    turn.draft |= {"resident": one.id.hex, "dong": one.dong, "whom": "minor" if minor else "self"}
    return await _unless_open(turn)


async def _listed(turn: Turn, name: str, born: date) -> Resident | None:
    """Somebody of the roster; one of a dong where this officer may not file is sent there."""
    _may(turn)
    known = await registry.by_identity(turn.store, name, born)
    mine = [one for one in known if rights.may(turn, May.FILE, one.dong)]
    turn.store.audit("case.looked_for", actor=turn.officer.id if turn.officer else None, how="counter")
    if len(mine) > 1 or (known and not mine):
        raise Refuse(t("counter.several") if mine else t("counter.other_dong"))
    return mine[0] if mine else None


async def _open(turn: Turn) -> Case | None:
    """This appeal, if it is open already."""
    digests = await subject_of(turn)
    return await cases.open_about(turn.store, "appeal", turn.draft["programme"], turn.draft["round"], digests)


async def _unless_open(turn: Turn) -> Next:
    """Go on, unless this appeal is open already: then to that case, or to whether it is a child born with that one."""
    before = await _open(turn)
    if before is None:
        return "consent"
    if turn.draft["whom"] == NEW_CHILD and name_key(before.told["name"]) != name_key(turn.draft["name"]):
        turn.draft["before"] = {"case": before.id.hex, "number": before.number}
        return "twin"
    turn.say(t("counter.open", number=before.number))
    return Open("case", draft={"case": before.id.hex})


async def ask_whom(turn: Turn) -> Ask:
    return Ask(
        t("counter.whom.ask"),
        (Option("unlisted", t("counter.whom.unlisted")), Option(NEW_CHILD, t("counter.whom.new_child"))),
    )


async def take_whom(turn: Turn, code: str) -> Next:
    turn.draft["whom"] = str(code)
    return "parent" if code == NEW_CHILD else "dong"


async def _of_parent(turn: Turn, born: date) -> Next:
    """A child is known by its parent: one of the roster says its dong too."""
    one = await _listed(turn, turn.draft["filer"], born)
    turn.draft["filer_birth"] = born.isoformat()
    if one is None:
        return "dong"
    turn.draft |= {"parent": one.id.hex, "dong": one.dong}
    return await _unless_open(turn)


async def ask_twin(turn: Turn) -> Ask:
    same, other = t("counter.twin.same"), t("counter.twin.other")
    return Ask(
        t("counter.twin.ask", number=turn.draft["before"]["number"]), (Option("same", same), Option("twin", other))
    )


async def take_twin(turn: Turn, code: str) -> Next:
    before = turn.draft.pop("before")
    if code == "same":
        return Open("case", draft={"case": before["case"]})
    turn.draft["twin"] = True
    return await _unless_open(turn)


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
    if not isinstance(answer, Upload):
        return "papers"
    await unless_refused(turn)
    return await papers.take_upload(turn, answer)


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
        *_somebody(
            ("name", "birth", "century"),
            "name",
            t("counter.name.ask"),
            t("counter.birth.ask"),
            _found,
            ("whom", "consent", "dialog:case"),
        ),
        Step("whom", ask_whom, take_whom, leads_to=("parent", "dong")),
        *_somebody(
            ("parent", "parent_birth", "parent_century"),
            "filer",
            t("counter.parent.ask"),
            t("counter.parent_birth.ask"),
            _of_parent,
            KNOWN,
        ),
        Step("twin", ask_twin, take_twin, leads_to=("consent", "dialog:case")),
        Step("dong", ask_dong, take_dong, leads_to=("twin", "consent", "dialog:case")),
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
