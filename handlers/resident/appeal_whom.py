"""Which promise an appeal is about, and for whom: oneself, a minor, a child not listed yet, or somebody not listed."""

from datetime import date
from typing import Final

from handlers.dialog import TEXT, Ask, Chosen, Contact, Next, Open, Option, Refuse, Step, Text, Turn, said, t
from handlers.read import person_name, phone
from handlers.resident import birth, helping
from handlers.resident.appeal_draft import programme
from handlers.resident.appeal_look import onward
from handlers.resident.family import family_of
from programmes.model import Programme, Round, Subject
from storage.helpers import FILE, HELPED

UNKNOWN = "unknown"
SUBJECTS: Final[tuple[Subject, ...]] = ("new_child", "unlisted")  # whom the roster does not know
CENTURY = {"birth": "century", "filer_birth": "filer_century"}


def open_rounds(turn: Turn) -> tuple[tuple[Programme, Round], ...]:
    """Rounds in which an appeal can be filed now, in the order of the programmes."""
    return tuple(
        (one, window) for one in turn.city.programmes.values() for window in one.rounds
        if window.appeal_opens <= turn.now < window.appeal_closes
    )  # fmt: skip


def take_only_round(turn: Turn) -> None:
    """Where only one round can be appealed against, nobody is asked which."""
    found = open_rounds(turn)
    if "round" not in turn.draft and len(found) == 1:
        turn.draft |= {"programme": found[0][0].id, "round": found[0][1].code}


async def ask_round(turn: Turn) -> Ask:
    found = open_rounds(turn)
    if not found:
        return Ask(t("appeal.round.none"), (Option("human", t("appeal.round.human")),))
    label = [t("receipt.round", programme=one.short, round=window.label) for one, window in found]
    codes = [f"{one.id}/{window.code}" for one, window in found]
    return Ask(t("appeal.round.ask"), tuple(map(Option, codes, label)))


async def take_round(turn: Turn, code: str) -> Next:
    if code == "human":
        return Open("human", draft={"from": "appeal"})
    turn.draft["programme"], _, turn.draft["round"] = code.partition("/")
    return await onward(turn)


async def ask_whom(turn: Turn) -> Ask:
    family, known = await family_of(turn, FILE), programme(turn)
    mine = family.options(known.reference_date) if family else (Option("recognise", t("appeal.whom.recognise")),)
    others = {
        "new_child": t("appeal.whom.new_child"),
        "unlisted": t("appeal.whom.unlisted") if family else t("appeal.whom.unchecked"),
    }
    grounded = [code for code in SUBJECTS if known.appeals(turn.draft["round"], code)]
    helped = await helping.options(turn, FILE)
    return Ask(t("appeal.whom.ask"), (*mine, *helped, *(Option(code, others[code]) for code in grounded)))


async def take_whom(turn: Turn, code: str) -> Next:
    if code == "recognise":
        known = {name: turn.draft[name] for name in ("programme", "round", "reason") if name in turn.draft}
        return Open("recognise", draft={"then": "appeal", "with": known})
    if code.startswith(helping.FOR):
        helped = await helping.begin(turn, code, FILE)
        turn.draft |= {**helped, "whom": HELPED, "resident": helped[HELPED]}
    elif code in SUBJECTS:
        turn.draft["whom"] = str(code)
    else:
        own = turn.person.resident is not None and code == turn.person.resident.hex
        turn.draft |= {"whom": "self" if own else "minor", "resident": str(code)}
    return await onward(turn)


def name_step(answer: str, child: Text, person: Text) -> Step:
    async def ask(turn: Turn) -> Ask:
        return Ask(child if turn.draft["whom"] == "new_child" else person, takes=TEXT)

    async def take(turn: Turn, text: str) -> Next:
        turn.draft[answer] = person_name(text)
        return await onward(turn)

    return Step(answer, ask, take, leads_to=("birth", "filer_birth", "summary"))


def birth_steps(answer: str, child: Text, person: Text) -> tuple[Step, Step]:
    async def ask(turn: Turn) -> Ask:
        return Ask(child if turn.draft["whom"] == "new_child" else person, takes=TEXT)

    async def known(turn: Turn, born: date) -> Next:
        turn.draft[answer] = born.isoformat()
        return await onward(turn)

    return birth.birth_steps(answer, CENTURY[answer], ask, known, ("filer", "dong", "reason", "summary"))


async def ask_dong(turn: Turn) -> Ask:
    """Dongs of the reference date: where somebody lived then decides who looks at the appeal (domain §2.1)."""
    standing = turn.city.places.dongs_on(programme(turn).reference_date)
    near = turn.draft.get("near", [])
    listed = tuple(Option(dong.code, said(dong.name)) for dong in standing if not near or dong.code in near)
    question = t("appeal.dong.near") if near else t("appeal.dong.ask", day=programme(turn).reference_date)
    return Ask(question, (*listed, Option(UNKNOWN, t("appeal.dong.unsure"))), takes=TEXT)


async def take_dong(turn: Turn, answer: str) -> Next:
    if isinstance(answer, Chosen):
        codes = ["" if answer == UNKNOWN else str(answer)]
    else:
        codes = [dong.code for dong in turn.city.places.find(answer, programme(turn).reference_date)]
    if not codes:
        raise Refuse(t("appeal.dong.unknown"))
    if len(codes) > 1:
        turn.draft["near"] = codes
        return "dong"
    turn.draft.pop("near", None)
    turn.draft["dong"] = codes[0]
    return await onward(turn)


async def ask_phone(turn: Turn) -> Ask:
    skip = (Option("skip", t("appeal.phone.skip")),)
    return Ask(t("appeal.phone.ask"), skip, takes=TEXT, contact=t("appeal.phone.share"))


async def take_phone(turn: Turn, answer: Chosen | Contact | str) -> Next:
    if isinstance(answer, Contact):
        if not answer.own:
            raise Refuse(t("appeal.phone.not_own"))
        turn.draft["phone"] = phone(answer.phone)
    else:
        turn.draft["phone"] = "" if isinstance(answer, Chosen) else phone(answer)
    return await onward(turn)


NEXT = ("reason", "papers", "statement", "summary", "dialog:cases")

WHOM = (
    Step("round", ask_round, take_round, leads_to=("whom", *NEXT, "dialog:human")),
    Step("whom", ask_whom, take_whom, leads_to=("name", *NEXT, "dialog:recognise")),
    name_step("name", t("appeal.name.child"), t("appeal.name.person")),
    *birth_steps("birth", t("appeal.birth.child"), t("appeal.birth.person")),
    name_step("filer", t("appeal.filer.ask"), t("appeal.filer.ask")),
    *birth_steps("filer_birth", t("appeal.filer_birth.ask"), t("appeal.filer_birth.ask")),
    Step("dong", ask_dong, take_dong, leads_to=("dong", "phone", *NEXT)),
    Step("phone", ask_phone, take_phone, leads_to=NEXT),
)
