"""The card of a case: everything an officer decides by on one screen; her name is masked until somebody holds it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from handlers.dialog import Brief, Lines, Text, Turn, lines, t
from handlers.resident.family import masked
from handlers.resident.receipt import about
from handlers.staff.access import APPEAL, officer_of
from handlers.staff.queue import too_long, what_of
from programmes import casework, worktime
from programmes.model import Wording
from storage import cases, children, files, registry, staff
from storage.cases import Case, Event

TOLD = 5  # the latest events of the story
STORY: Mapping[str, Text] = {
    "filed": t("story.filed"),
    "paper": t("story.paper"),
    "take": t("story.take"),
    "release": t("story.release"),
    "give_back": t("story.give_back"),
    "transfer": t("story.transfer"),
    "ask": t("story.ask"),
    "call": t("story.call"),
    "answer": t("story.answer"),
    "propose": t("story.propose"),
    "send_back": t("story.send_back"),
    "accept": t("story.accept"),
    "reject": t("story.reject"),
    "return": t("story.return"),
    "lapse": t("story.lapse"),
    "finish": t("story.finish"),
    "withdraw": t("story.withdraw"),
    "reopen": t("story.reopen"),
    "identity": t("story.identity"),
    "number_shown": t("story.number_shown"),
    "note": t("story.note"),
    "longer": t("story.longer"),
    "words": t("story.words"),
    "opened": t("story.opened"),
    "filed_for": t("story.filed_for"),
    "printed": t("story.printed"),
    "settles": t("story.settles"),
}


async def card(turn: Turn, case: Case) -> Lines:
    """Number, what about, whose, where it stands, by when, papers, identity, who has it, and what happened."""
    count, _ = await files.tally(turn.store, case.id)
    story = await _known(turn, case)
    return lines(
        t("card.number", number=case.number),
        t("card.what", what=_what(turn, case)),
        *_whose(turn, case),
        t("card.dong", dong=_dong(turn, case)),
        t("card.state", state=t(f"card.state.{case.state}"), turn=t(f"card.turn.{casework.whose_turn(case.state)}")),
        *_due(turn, case),
        t("card.papers", count=count),
        t("card.identity", state=t(f"card.identity.{case.identity}")),
        *await _listed(turn, case, story),
        await _holder(turn, case),
        t("card.story"),
        *(_happened(event) for event in story[-TOLD:]),
    )


def _what(turn: Turn, case: Case) -> Text:
    ground = what_of(case.kind, case.programme, case.reason, turn.city)
    return t("card.appeal", what=about(case, turn.city), ground=ground) if case.kind == APPEAL else ground


def _whose(turn: Turn, case: Case) -> tuple[Text, ...]:
    """A passer-by learns no name; her holder learns whom to ask for, and on which number."""
    name = str(case.told.get("name") or "")
    if not name:
        return ()
    if case.holder != officer_of(turn).id:
        return (t("card.name", name=masked(name)),)
    phone = case.told.get("phone")
    born = t("card.born", name=name, birth=date.fromisoformat(case.told["birth"])) if case.told.get("birth") else name
    return (t("card.name", name=born), *((t("card.phone", phone=phone),) if phone else ()))


def _dong(turn: Turn, case: Case) -> Text | Wording:
    known = turn.city.places.dongs.get(case.dong or "")
    return known.name if known else t("card.dong.unknown")


def _due(turn: Turn, case: Case) -> tuple[Text, ...]:
    """By when, and the working hours left; while the resident acts the clock stands."""
    by = case.due_at
    if by is None or not case.open:
        return ()
    if casework.whose_turn(case.state) == "resident":
        return (t("card.still"),)
    if by < turn.now:
        longest = turn.city.programmes[case.programme].longest_hours if too_long(turn, case) else None
        over = t("card.over", due=by, over=worktime.worked(by, turn.now, turn.city.calendar))
        return (over, t("card.longest", hours=longest)) if longest else (over,)
    return (t("card.due", due=by, left=worktime.worked(turn.now, by, turn.city.calendar)),)


async def _listed(turn: Turn, case: Case, story: Sequence[Event]) -> tuple[Text, ...]:
    """Of a child that was on no roster when it was filed for: since which one it is."""
    if await children.listed(turn.store, case) is None:
        return ()
    told = (event.detail.get("since") for event in reversed(story) if event.detail.get("file") == "roster")
    since = next(filter(None, told), None)
    at = datetime.fromisoformat(since) if since else await registry.as_of(turn.store, "roster")
    return (t("card.listed", at=at),) if at else ()


async def _holder(turn: Turn, case: Case) -> Text:
    if case.holder is None:
        return t("card.holder.none")
    if case.holder == officer_of(turn).id:
        return t("card.holder.you")
    return t("card.holder", name=await name_of(turn, case))


async def name_of(turn: Turn, case: Case) -> str:
    """The name of the colleague who has a case in hand; empty for nobody."""
    return await staff.named(turn.store, case.holder) if case.holder else ""


async def _known(turn: Turn, case: Case) -> tuple[Event, ...]:
    return tuple(event for event in await cases.story(turn.store, case.id) if event.kind in STORY)


def _happened(event: Event) -> Text:
    return t("story.line", at=Brief(event.at), what=STORY[event.kind])
