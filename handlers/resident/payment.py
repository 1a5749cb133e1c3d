"""Has it been paid: a timeline for each round, for oneself and for the minors one applies for."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from uuid import UUID

from handlers.dialog import END, Ask, Dialog, Lines, Next, Open, Option, Saying, Step, Turn, lines, said, t
from handlers.resident import helping
from handlers.resident.age import late
from handlers.resident.decision import won_or_none
from handlers.resident.family import family_of
from handlers.resident.guards import consenting, recognised
from handlers.resident.standing import overlays, unknown_yet
from programmes.model import Programme, Round, Won
from programmes.reading import KST
from storage import applications, awards, changes, registry
from storage.applications import Application
from storage.awards import Award
from storage.helpers import CHECK, FILE
from storage.registry import Payment

Entry = tuple[Programme, Round, Payment | None, Award | None, Application | None]


async def ask_shown(turn: Turn) -> Ask:
    family = await family_of(turn)
    if family is None:
        return Ask(t("payment.gone.ask"), (Option("appeal", t("menu.appeal")), Option("done", t("common.done"))))
    whom = family.member(turn.draft.get("whom"), _minors_on(turn))
    entries = await _entries(turn, whom.id, [one.id for one in family.household])
    as_of = await registry.as_of(turn.store, "payments")
    text = lines(
        t("payment.title", name=family.label(whom)),
        *(_timeline(turn, entry, as_of) for entry in entries),
        *(() if entries else (t("payment.none"),)),
        *await _changed(turn, whom.id, entries),
        "",
        *((await late(turn, "payments") or t("payment.as_of", at=as_of),) if as_of else ()),
        t("payment.ask"),
    )
    files = not await helping.ended(turn, FILE)
    options = [option for entry in entries for option in _options(turn, entry, files)]
    others = (*family.options(_minors_on(turn), besides=whom), *await helping.options(turn, CHECK))
    return Ask(
        text, (*options, *others, Option("eligibility", t("menu.eligibility")), Option("done", t("common.done")))
    )


async def take_shown(turn: Turn, code: str) -> Next:
    action, _, rest = code.partition("-")
    match action:
        case "done":
            return END
        case "eligibility":
            return Open("eligibility", draft=helping.kept(turn))
        case "appeal":
            return Open("appeal", draft=await _appeal(turn, rest) if rest else {})
        case "how":
            programme, round = _round(turn, rest)
            turn.say(said(round.how, **programme.round_params(round)))
            return "shown"
        case "for":
            return Open("payment_for", draft=await helping.begin(turn, code, CHECK))
    turn.draft["whom"] = code
    return "shown"


async def _changed(turn: Turn, resident: UUID, entries: tuple[Entry, ...]) -> list[Saying]:
    """The sums that a payment file changed, old and new; she was told that something changed, and no sum."""
    told, found = await changes.of_resident(turn.store, resident), list[Saying]()
    for programme, round, payment, *_ in entries:
        before, after = told.get(round.code, (None, None))
        if before is not None and payment is not None and payment.amount == after:
            place = {"programme": programme.short, "round": round.label}
            found.append(t("payment.changed.sum", **place, before=Won(before), after=won_or_none(after)))
    return found


async def _entries(turn: Turn, resident: UUID, household: Collection[UUID]) -> tuple[Entry, ...]:
    """The rounds in their order in which something was paid, or granted or applied for and in no payment file yet."""
    asked = await applications.of_resident(turn.store, resident, household)
    paid, entries = {one.round: one for one in await registry.payments_of(turn.store, resident)}, list[Entry]()
    for programme in turn.city.programmes.values():
        granted = await awards.of_resident(turn.store, resident, programme.id)
        for one in programme.rounds:
            payment, award = paid.get(one.code), granted.get(one.code)
            here = (each for each in asked if (each.wanted.programme, each.wanted.round) == (programme.id, one.code))
            applied = next(here, None) if unknown_yet(payment) else None
            entry = programme, one, payment, award if overlays(award, payment) else None, applied
            entries += [entry] if any(entry[2:]) else []
    return tuple(entries)


def _timeline(turn: Turn, entry: Entry, as_of: datetime | None) -> Lines:
    programme, round, payment, award, applied = entry
    status = programme.statuses[payment.status] if payment else t("payment.decided")
    if applied is not None:
        status = programme.statuses["applied"]
    parts: list[Saying | str] = ["", t("payment.round", programme=programme.short, round=round.label, status=status)]
    if award is not None:
        parts.append(t("payment.award", before=won_or_none(award.before), after=Won(award.amount), at=award.at.date()))
    if applied is not None:
        parts += _at_home(programme, applied, as_of)
    elif payment is not None:
        parts += _filed(turn, programme, round, payment)
    return lines(*parts)


def _filed(turn: Turn, programme: Programme, round: Round, payment: Payment) -> Iterator[Saying]:
    """What the payment file has of a round."""
    if payment.status == "not_applied":
        yield t("payment.until", closes=round.closes) if turn.now < round.closes else t("payment.over")
        return
    if payment.applied_at:
        yield t("payment.applied", at=payment.applied_at)
    if payment.paid_at:
        yield t("payment.paid", at=payment.paid_at)
    if payment.amount is not None:
        yield t("payment.sum", amount=Won(payment.amount))
    if payment.method:
        yield t("payment.means", means=programme.means[payment.method])
    if payment.status == "paid" and round.use_by:
        yield t("payment.use_by", day=round.use_by)
    if payment.status == "returned":
        yield t("payment.returned")


def _at_home(programme: Programme, applied: Application, as_of: datetime | None) -> Iterator[Saying]:
    """What was taken at a visit, and from when the figures are that do not have it."""
    yield t("payment.home", day=applied.at.astimezone(KST).date(), number=applied.wanted.number)
    yield t("payment.means", means=programme.means[applied.wanted.means])
    if as_of is not None:
        yield t("payment.home.not_yet", at=as_of)


def _options(turn: Turn, entry: Entry, files: bool) -> list[Option]:
    """What can be done about one round: apply while it is open, appeal while that is taken (and she `files`)."""
    programme, round, payment, _, applied = entry
    place = f"{programme.id}/{round.code}"
    how = applied is None and payment is not None and payment.status == "not_applied" and turn.now < round.closes
    wrong = files and turn.now < round.appeal_closes
    return [
        *([Option(f"how-{place}", t("payment.how", round=round.label))] if how else []),
        *([Option(f"appeal-{place}", t("payment.wrong", round=round.label))] if wrong else []),
    ]


def _round(turn: Turn, place: str) -> tuple[Programme, Round]:
    name, _, code = place.rpartition("/")
    programme = turn.city.programmes[name]
    return programme, programme.round(code) or programme.round_at(turn.now)


async def _appeal(turn: Turn, place: str) -> dict[str, str]:
    """What an appeal about this payment already knows."""
    programme, round = _round(turn, place)
    family = await family_of(turn)
    known = {"programme": programme.id, "round": round.code}
    if family is None:
        return known
    return {**known, **family.subject(family.member(turn.draft.get("whom"), _minors_on(turn)))}


def _minors_on(turn: Turn) -> date:
    """The day that tells minors from adults here: the earliest one any programme refers to."""
    return min(programme.reference_date for programme in turn.city.programmes.values())


LEADS = ("shown", "dialog:appeal", "dialog:eligibility", "dialog:payment_for")
SHOWN = (Step("shown", ask_shown, take_shown, leads_to=LEADS),)

PAYMENT = Dialog("payment", SHOWN, command="payment", guard=recognised)
FOR_ANOTHER = Dialog("payment_for", tuple(helping.step(CHECK, one) for one in SHOWN), guard=consenting)
