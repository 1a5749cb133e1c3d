"""Whom a broadcast is for: a rule put together by presses, and counted by a job beside everybody's work."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from msgspec.structs import replace

from handlers.admin.broadcast_access import written
from handlers.admin.broadcast_card import STATES, place, reached
from handlers.admin.broadcast_letter import LANGUAGE_NAMES, LANGUAGES
from handlers.dialog import Ask, Letter, Next, Option, Saying, Step, Text, Turn, lines, said, t
from handlers.staff import rights, ticks
from programmes.reading import KST
from programmes.roles import May
from storage import broadcasts, jobs, settings
from storage.audiences import Audience
from storage.broadcasts import Broadcast

JOB: Final = "audience"  # its kind
RULE: Final = "rule"  # in the draft, until it is done
SIGN: Final = "bc."  # what the buttons under letters of ours begin with; then what to do, and the number
OPEN: Final = f"{SIGN}open."
TOOK, USUAL = "audience took", 5  # in the settings: seconds of the last counting; what is told before the first
DONE, ALL = "done", "all"
DONGS, ROUND, STATUS, TONGUE = STEPS = ("dongs", "round", "status", "tongue")
OLD: Final = 65


def rule(turn: Turn, one: Broadcast | None) -> Audience:
    """The rule as it is put together; as it is written, before the first press."""
    if RULE in turn.draft:
        return msgspec.convert(turn.draft[RULE], Audience)
    return one.content.audience if one is not None else Audience()


def keep(turn: Turn, rule: Audience) -> None:
    """Remember it until it is done."""
    turn.draft[RULE] = msgspec.to_builtins(rule)


def _older(rule: Audience, turn: Turn) -> Audience:
    return replace(rule, born_by=None if rule.born_by else turn.now.astimezone(KST).year - OLD)


SWITCHES: Final[Mapping[str, Callable[[Audience, Turn], Audience]]] = {
    "older": _older,
    "alone": lambda rule, _: replace(rule, alone=not rule.alone),
    "again": lambda rule, _: replace(rule, told_again=not rule.told_again),
    "role": lambda rule, _: replace(rule, role="resident" if rule.role == "officer" else "officer"),
}


def ask(turn: Turn, rule: Audience) -> Ask:
    """All parts of the rule, each as it stands."""
    dongs = t("broadcast.count", count=len(rule.dongs)) if rule.dongs else t("broadcast.all")
    status = STATES[rule.state] if rule.state else t("broadcast.all")
    tongue = LANGUAGE_NAMES[rule.languages[0]] if rule.languages else t("broadcast.all")
    role = t("broadcast.role.officer") if rule.role == "officer" else t("broadcast.role.resident")
    rows = (
        Option(DONE, t("broadcast.whom.done")),
        Option(DONGS, t("broadcast.whom.dongs", now=dongs)),
        Option(ROUND, t("broadcast.whom.state", now=status)),
        Option("older", t("broadcast.whom.older", now=_yes(rule.born_by is not None))),
        Option("alone", t("broadcast.whom.alone", now=_yes(rule.alone))),
        Option(TONGUE, t("broadcast.whom.tongue", now=tongue)),
        Option("again", t("broadcast.whom.again", now=_yes(rule.told_again))),
        Option("role", t("broadcast.whom.role", now=role)),
    )
    return Ask(t("broadcast.whom.ask"), rows)


def _yes(on: bool) -> Text:
    return t("broadcast.yes") if on else t("broadcast.no")


async def ask_dongs(turn: Turn) -> Ask:
    await written(turn)
    rows = ((dong.code, said(dong.name)) for dong in turn.city.places.dongs_on(rights.today(turn)))
    options = ticks.options(turn, DONGS, rows, t("broadcast.whom.dongs.done"))
    return Ask(t("broadcast.whom.dongs.ask"), (options[-1], *options[:-1]))


async def take_dongs(turn: Turn, code: str) -> Next:
    if code != DONE:
        ticks.tick(turn, DONGS, code)
        return DONGS
    keep(turn, replace(rule(turn, await written(turn)), dongs=tuple(turn.draft.pop(DONGS, ()))))
    return "whom"


async def ask_round(turn: Turn) -> Ask:
    await written(turn)
    rounds = (
        Option(f"{programme.id}/{one.code}", place(Audience(programme=programme.id, round=one.code), turn.city))
        for programme in turn.city.programmes.values()
        for one in programme.rounds
    )
    return Ask(t("broadcast.whom.round.ask"), (Option(ALL, t("broadcast.all")), *rounds))


async def take_round(turn: Turn, code: str) -> Next:
    now = rule(turn, await written(turn))
    if code == ALL:
        keep(turn, replace(now, programme="", round="", state=None))
        return "whom"
    programme, _, round = code.partition("/")
    turn.draft[ROUND] = [programme, round]
    return STATUS


async def ask_status(turn: Turn) -> Ask:
    await written(turn)
    return Ask(t("broadcast.whom.status.ask"), tuple(Option(code, name) for code, name in STATES.items()))


async def take_status(turn: Turn, code: str) -> Next:
    programme, round = turn.draft.pop(ROUND)
    asked = {"programme": programme, "round": round, "state": str(code)}
    keep(turn, replace(rule(turn, await written(turn)), **asked))
    return "whom"


async def ask_tongue(turn: Turn) -> Ask:
    await written(turn)
    return Ask(
        t("broadcast.whom.tongue.ask"),
        (Option(ALL, t("broadcast.all")), *(Option(lang, LANGUAGE_NAMES[lang]) for lang in LANGUAGES)),
    )


async def take_tongue(turn: Turn, code: str) -> Next:
    chosen = tuple(lang for lang in LANGUAGES if lang == code)
    keep(turn, replace(rule(turn, await written(turn)), languages=chosen))
    return "whom"


PARTS: Final = (
    Step(DONGS, ask_dongs, take_dongs, leads_to=(DONGS, "whom")),
    Step(ROUND, ask_round, take_round, leads_to=(STATUS, "whom")),
    Step(STATUS, ask_status, take_status, leads_to=("whom",)),
    Step(TONGUE, ask_tongue, take_tongue, leads_to=("whom",)),
)
"""The steps that choose one part each."""


# ---------------------------------------------------------------------------------------------------------- counting


async def count(turn: Turn, one: Broadcast) -> None:
    """Have it counted whom the rule reaches, unless that is known; says how long it may take."""
    if one.counted is None:
        await recount(turn, one)


async def recount(turn: Turn, one: Broadcast) -> None:
    """Have it counted anew."""
    await jobs.add(turn.store, JOB, chat=turn.inbound.chat, about=one.id)
    took = await settings.in_force(turn.store.db, TOOK)
    turn.say(t("broadcast.counting", seconds=took or USUAL))


async def counted(turn: Turn) -> None:
    """A job's answer: kept with the broadcast, unless its rule was changed meanwhile, and told."""
    told, job = turn.inbound.errand or {}, turn.inbound.job
    if job is None or job.about is None or not rights.may_anywhere(turn, May.BROADCAST):
        return
    await settings.put(turn.store, TOOK, str(told["seconds"]))
    if not await broadcasts.keep_count(turn.store, job.about, told["counted"]):
        return
    one = await broadcasts.by_id(turn.store.db, job.about)
    if one is not None and one.counted is not None:
        tell(turn, lines(t("broadcast.counted", number=one.number), *reached(one.counted, turn.city)), one)


def tell(turn: Turn, text: Saying, one: Broadcast) -> None:
    """Say something with the button that opens the card."""
    ways = (((f"{OPEN}{one.number}", t("broadcast.open")),),)
    turn.letters.append(Letter(lines(t("admin.title"), text), "staff", options=ways))
