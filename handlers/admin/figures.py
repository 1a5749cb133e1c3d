"""`/figures`: the board as a picture, light or dark, as a table or as a report; and the digest of each morning.

Whoever may see figures sees those of her dongs, a team all of them. Nothing is counted or drawn in a turn: it writes a
job (`bot/figures/studio.py`), whose answer is heard here. A table or a report leaves the house: why is asked and kept.
"""

from collections.abc import Collection
from typing import Any, Final

from handlers.dialog import TEXT, Ask, Chosen, Dialog, Letter, Next, Open, Option, Refuse, Step, Turn, lines, t
from handlers.staff import rights
from handlers.staff.access import officer_of
from handlers.staff.door import closed
from programmes.model import Lang
from programmes.roles import May
from storage import digests, jobs, settings

JOB: Final = "figures"  # its kind
BOARD, DONGS, APPEALS, SPEED, BROADCASTS = "board", "dongs", "appeals", "speed", "broadcasts"
TABLE, REPORT, DIGEST = "table", "report", "digest"
PICTURES: Final = (BOARD, DONGS, APPEALS, SPEED, BROADCASTS)
OF_ALL: Final = frozenset({BROADCASTS})  # what belongs to no dong
LIGHT, DARK = "light", "dark"
SHORTEST: Final = 5  # characters of a reason
TOOK, USUAL = "figures took", 10  # in the settings: seconds of the last drawing; what is told before the first


def counting(turn: Turn) -> Open | None:
    """Behind the door of the desk, and for who may see figures at all."""
    return closed(turn) or (None if rights.may_anywhere(turn, May.FIGURES) else Open("home"))


async def ask_choice(turn: Turn) -> Ask:
    dongs, wants = rights.dongs(turn, May.FIGURES), await digests.wanted(turn.store, officer_of(turn).id)
    pictures = tuple(Option(what, t(f"figures.{what}")) for what in PICTURES if dongs is None or what not in OF_ALL)
    theme = Option(LIGHT, t("figures.light")) if _dark(turn) else Option(DARK, t("figures.dark"))
    morning = Option(DIGEST, t("figures.digest.stop") if wants else t("figures.digest"))
    return Ask(t("figures.ask"), (*pictures, theme, Option("file", t("figures.file")), morning))


def _dark(turn: Turn) -> bool:
    return bool(turn.draft.get(DARK))


async def take_choice(turn: Turn, code: str) -> Next:
    if code in (LIGHT, DARK):
        turn.draft[DARK] = code == DARK
        return "choice"
    if code == "file":
        return "file"
    if code == DIGEST:
        await _turn_digest(turn)
    else:
        await _order(turn, code)
    return "choice"


async def _turn_digest(turn: Turn) -> None:
    """From tomorrow on each morning, or no longer."""
    officer = officer_of(turn).id
    wants = not await digests.wanted(turn.store, officer)
    await digests.want(turn.store, officer, rights.today(turn) if wants else None)
    turn.say(t("figures.digest.on") if wants else t("figures.digest.off"))


async def _order(turn: Turn, what: str) -> None:
    """Write the job; says how long it may take."""
    dongs = rights.dongs(turn, May.FIGURES)
    if dongs is not None and (not dongs or what in OF_ALL):
        raise Refuse(t("figures.not_yours"))
    await jobs.add(turn.store, JOB, chat=turn.inbound.chat, wanted=order(what, turn.lang, dongs, dark=_dark(turn)))
    took = await settings.in_force(turn.store.db, TOOK)
    turn.say(t("figures.drawing", seconds=took or USUAL))


def order(what: str, lang: Lang, dongs: Collection[str] | None, *, dark: bool = False) -> dict[str, Any]:
    """What a job is to draw: of these dongs, None for all."""
    return {"what": what, "lang": lang, "dongs": None if dongs is None else sorted(dongs), DARK: dark}


async def ask_file(_turn: Turn) -> Ask:
    return Ask(t("figures.file.ask"), tuple(Option(what, t(f"figures.{what}")) for what in (TABLE, REPORT)))


async def take_file(turn: Turn, code: str) -> Next:
    turn.draft["kind"] = str(code)
    return "reason"


async def ask_reason(_turn: Turn) -> Ask:
    return Ask(t("figures.reason.ask"), takes=TEXT, numeric=True)


async def take_reason(turn: Turn, answer: Chosen | str) -> Next:
    reason = " ".join(answer.split())
    if len(reason) < SHORTEST:
        raise Refuse(t("figures.reason.short"))
    kind = turn.draft["kind"]
    await _order(turn, kind)
    turn.store.audit("figures.downloaded", actor=officer_of(turn).id, kind=kind, reason=reason)
    return "choice"


async def drawn(turn: Turn) -> None:
    """A job's answer: the picture or file, for who still may see it; told wherever she stands by then."""
    told, job = turn.inbound.errand or {}, turn.inbound.job
    if job is None or not _still_hers(turn, job.wanted["dongs"]):
        return
    if "failed" in told:
        turn.say(t("figures.failed"), kind=JOB)
        return
    text = lines(t("staff.title"), told["text"])
    turn.letters.append(Letter(text, JOB, drawing=told.get("drawing"), file=told.get("file")))
    await settings.put(turn.store, TOOK, str(told["seconds"]))


def _still_hers(turn: Turn, dongs: Collection[str] | None) -> bool:
    """Whether what was counted is hers to see now; None is the whole district."""
    if not rights.may_anywhere(turn, May.FIGURES):
        return False
    mine = rights.dongs(turn, May.FIGURES)
    return mine is None or (dongs is not None and mine.issuperset(dongs))


FIGURES = Dialog(
    "figures",
    (
        Step("choice", ask_choice, take_choice, leads_to=("choice", "file")),
        Step("file", ask_file, take_file, leads_to=("reason",)),
        Step("reason", ask_reason, take_reason, leads_to=("choice",)),
    ),
    command="figures",
    guard=counting,
)
