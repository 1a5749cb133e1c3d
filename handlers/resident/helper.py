"""Helpers on record: giving one a code, using a code, acting for whom one helps, and ending it."""

from typing import Final
from uuid import UUID

from msgspec.structs import replace

from handlers.dialog import END, TEXT, Ask, Dialog, Next, Open, Option, Refuse, Step, Text, Turn, t
from handlers.read import plain
from handlers.resident import helping
from handlers.resident.family import masked
from handlers.resident.guards import consenting
from storage import helpers, people, recognition, registry
from storage.helpers import CHECK, FILE, VISIT, Helper

DAYS: Final = (7, 30, 90)
OPENS: Final = {CHECK: "eligibility", FILE: "appeal", VISIT: "visit"}
PURPOSES: Final = {CHECK: t("helper.purpose.check"), FILE: t("helper.purpose.file"), VISIT: t("helper.purpose.visit")}
GIVE, HAVE, DONE = "give", "have", "done"


async def _mine(turn: Turn) -> tuple[Helper, ...]:
    return await helpers.of(turn.store, turn.person.id, turn.person.resident)


async def ask_choice(turn: Turn) -> Ask:
    mine = await _mine(turn)
    options = [
        *[Option(f"go-{one.id.hex}", await _label(turn, one)) for one in mine if one.person == turn.person.id],
        *[Option(f"end-{one.id.hex}", await _ending(turn, one)) for one in mine],
        *((Option(GIVE, t("helper.give")),) if turn.person.resident else ()),
        Option(HAVE, t("helper.have")),
        Option(DONE, t("common.done")),
    ]
    return Ask(t("helper.ask"), tuple(options))


async def _label(turn: Turn, one: Helper) -> Text:
    known = await registry.by_id(turn.store, one.resident)
    return t("helper.go", name=masked(known.name) if known else "", purpose=PURPOSES[one.purpose])


async def _ending(turn: Turn, one: Helper) -> Text:
    if one.person != turn.person.id:
        return t("helper.end.mine", purpose=PURPOSES[one.purpose], until=one.until)
    known = await registry.by_id(turn.store, one.resident)
    return t("helper.end.hers", name=masked(known.name) if known else "", purpose=PURPOSES[one.purpose])


async def take_choice(turn: Turn, code: str) -> Next:
    if code in (GIVE, HAVE):
        return {GIVE: "purpose", HAVE: "code"}[code]
    if code == DONE:
        return END
    what, _, id = code.partition("-")
    one = next((one for one in await _mine(turn) if one.id == UUID(id)), None)
    if one is None:
        raise Refuse(t("helping.over"))
    if what == "end":
        await finish(turn, one)
        return "choice"
    return await _act(turn, one)


async def _act(turn: Turn, one: Helper) -> Next:
    if one.purpose == FILE:
        return Open("appeal")  # the promise is chosen before the person there
    return Open(OPENS[one.purpose], draft=await helping.begin(turn, one.resident.hex, one.purpose))


# -------------------------------------------------------------------------------------------------------- giving one


async def ask_purpose(turn: Turn) -> Ask:
    return Ask(t("helper.purpose.ask"), tuple(Option(code, label) for code, label in PURPOSES.items()))


async def take_purpose(turn: Turn, code: str) -> Next:
    turn.draft["purpose"] = str(code)
    return "days"


async def ask_days(turn: Turn) -> Ask:
    return Ask(t("helper.days.ask"), tuple(Option(str(days), t("helper.days", days=days)) for days in DAYS))


async def take_days(turn: Turn, code: str) -> Next:
    resident, purpose = turn.person.resident, turn.draft.get("purpose", "")
    if resident is None:
        raise Refuse(t("helper.unknown"))
    made = await helpers.make_code(turn.store, resident, purpose, int(code))
    turn.say(t("helper.code", code=f"{made[:4]} {made[4:]}", purpose=PURPOSES[purpose]), kind="code")
    return "choice"


# ------------------------------------------------------------------------------------------------------- using a code


async def ask_code(turn: Turn) -> Ask:
    return Ask(t("helper.code.ask"), takes=TEXT, numeric=True)


async def take_code(turn: Turn, answer: str) -> Next:
    """A wrong code is counted, so nothing here is refused."""
    who = f"helper {turn.person.chat}"
    if not await recognition.may_try(turn.store, who):
        turn.say(t("helper.code.locked"))
        return END
    begun = await helpers.accept(turn.store, plain(answer), turn.person.id, turn.person.resident)
    if begun is None:
        await recognition.missed(turn.store, turn.person, "helper", who)
        turn.say(t("helper.code.wrong"))
        return "code"
    turn.person = replace(turn.person, helps=True)
    known = await registry.by_id(turn.store, begun.resident)
    name = masked(known.name) if known else ""
    turn.say(t("helper.begun", name=name, purpose=PURPOSES[begun.purpose], until=begun.until))
    await helping.tell(turn, begun.resident, t("helper.began", purpose=PURPOSES[begun.purpose], until=begun.until))
    return "choice"


# -------------------------------------------------------------------------------------------------------- ending one


async def finish(turn: Turn, one: Helper) -> None:
    """End it for both, who both hear of it."""
    if not await helpers.end(turn.store, one, turn.person.id):
        return
    ended = t("helper.ended", purpose=PURPOSES[one.purpose])
    turn.say(ended)
    other = await _other(turn, one)
    if other is not None and other.chat != turn.inbound.chat:
        turn.notice(ended, "helper", chat=other.chat)


async def _other(turn: Turn, one: Helper) -> people.Person | None:
    if one.person == turn.person.id:
        return await people.recognised_as(turn.store, one.resident)
    return await people.by_id(turn.store, one.person) if one.person else None


HELPER = Dialog(
    "helper",
    (
        Step("choice", ask_choice, take_choice, leads_to=(
            "choice", "purpose", "code", "dialog:eligibility", "dialog:appeal", "dialog:visit",
        )),
        Step("purpose", ask_purpose, take_purpose, leads_to=("days",)),
        Step("days", ask_days, take_days, leads_to=("choice",)),
        Step("code", ask_code, take_code, leads_to=("code", "choice")),
    ),
    command="helper",
    guard=consenting,
)  # fmt: skip
