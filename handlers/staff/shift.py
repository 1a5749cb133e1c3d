"""`/shift`: who is on duty when. Everybody works as the office does until something else is said of a half-day."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import reduce
from uuid import UUID

from handlers import read
from handlers.dialog import TEXT, Ask, Chosen, Dialog, Next, Option, Refuse, Saying, Step, Text, Turn, lines, t
from handlers.staff import rights
from handlers.staff.access import officer_of
from handlers.staff.door import closed
from handlers.staff.titles import title
from programmes.duty import HALVES, on_duty
from programmes.roles import May, Role
from storage import duty, staff
from storage.duty import Said
from storage.staff import Held, Officer

WEEK, WORKDAYS, WEEKS_AHEAD = timedelta(days=7), 5, 8
NAMED = 6  # names on one line of the week; of more, how many
WORKS: Mapping[str, Mapping[str, bool]] = {  # what can be said of a day; of "usual" nothing is kept
    "both": {"am": True, "pm": True},
    "am": {"am": True, "pm": False},
    "pm": {"am": False, "pm": True},
    "none": {"am": False, "pm": False},
    "usual": {},
}
LIST = Option("list", t("shift.list"))


# ------------------------------------------------------------------------------------------------------ whose shifts


async def _team(turn: Turn) -> Sequence[Officer]:
    """Those whose shifts she keeps: everybody's, or of a dong's head those of her dong."""
    if not rights.may_anywhere(turn, May.SHIFTS):
        return ()
    dongs = rights.dongs(turn, May.SHIFTS)
    every = sorted(await staff.all_of(turn.store), key=lambda one: one.name)
    return [one for one in every if any(dongs is None or held.dong in dongs for held in one.held)]


async def _chosen(turn: Turn) -> Officer | None:
    wanted = UUID(turn.draft["officer"])
    return next((one for one in await _team(turn) if one.id == wanted), None)


async def _hers(turn: Turn) -> Officer:
    """Whom this is about. Refuses who is gone, or is not hers to keep any more."""
    officer = await _chosen(turn)
    if officer is None:
        raise Refuse(t("shift.gone"))
    return officer


async def ask_list(turn: Turn) -> Ask:
    team, today = await _team(turn), rights.today(turn)
    told = await duty.said(turn.store, [one.id for one in team], today, today)
    rows = tuple(
        Option(one.id.hex, t("shift.label", name=one.name, state=_state(turn, one, today, told))) for one in team
    )
    return Ask(t("shift.ask", day=today), (Option("week", t("shift.week")), *rows))


async def take_list(turn: Turn, code: str) -> Next:
    turn.draft["monday"] = _monday(rights.today(turn)).isoformat()
    if code == "week":
        return "week"
    turn.draft["officer"] = code
    return "person"


# ---------------------------------------------------------------------------------------------------------- the week


async def ask_week(turn: Turn) -> Ask:
    team, days = await _team(turn), _days(turn)
    told = await duty.said(turn.store, [one.id for one in team], days[0], days[-1])
    return Ask(lines(*(_day_of_all(turn, team, day, told) for day in days)), (*_further(turn), LIST))


def _day_of_all(turn: Turn, team: Sequence[Officer], day: date, told: Said) -> Text:
    away = [name for one in team if (name := _away(turn, one, day, told)) is not None]
    if not away:
        return t("shift.week.all", day=day)
    if len(away) == len(team):
        return t("shift.week.nobody", day=day)
    named = reduce(lambda names, name: t("shift.names", names=names, name=name), away[:NAMED])
    more = len(away) - NAMED
    return t("shift.week.away", day=day, names=t("shift.more", names=named, more=more) if more > 0 else named)


def _away(turn: Turn, officer: Officer, day: date, told: Said) -> Text | str | None:
    """How her absence is named; None when she is there all day."""
    here = _here(turn, officer, day, told)
    if all(here):
        return None
    return t("shift.away.am" if here[1] else "shift.away.pm", name=officer.name) if any(here) else officer.name


async def take_week(turn: Turn, code: str) -> Next:
    return _turned(turn) if code == "next" else "list"


# ---------------------------------------------------------------------------------------------------------- a person


async def ask_person(turn: Turn) -> Ask:
    officer = await _chosen(turn)
    if officer is None:
        return Ask(t("shift.gone"), (LIST,))
    days = [day for day in _days(turn) if day >= rights.today(turn)]
    told = await duty.said(turn.store, [officer.id], days[0], days[-1])
    rows = (Option(day.isoformat(), t("shift.day", day=day, state=_state(turn, officer, day, told))) for day in days)
    ends = (Option("until", t("shift.until")),) if _dated(turn, officer) else ()
    return Ask(_whom(turn, officer), (*rows, *_further(turn), *ends, LIST))


def _whom(turn: Turn, officer: Officer) -> Saying:
    return lines(officer.name, *(title(held, turn.city) for held in officer.held))


async def take_person(turn: Turn, code: str) -> Next:
    if code in ("list", "until"):
        return code
    if code == "next":
        _turned(turn)
        return "person"
    turn.draft["day"] = code
    return "day"


async def ask_day(turn: Turn) -> Ask:
    officer = await _chosen(turn)
    if officer is None:
        return Ask(t("shift.gone"), (Option("back", t("shift.list")),))
    ways = tuple(Option(code, t(f"shift.says.{code}")) for code in WORKS)
    return Ask(t("shift.day.ask", name=officer.name, day=_day(turn)), ways)


async def take_day(turn: Turn, code: str) -> Next:
    if code == "back":
        return "list"
    officer = await _hers(turn)
    await duty.say(turn.store, officer.id, _day(turn), WORKS[code], officer_of(turn).id)
    turn.say(t("shift.said"))
    return "person"


# ------------------------------------------------------------------------------------------------- end of a contract


def _dated(turn: Turn, officer: Officer) -> Sequence[Held]:
    """Her roles whose last day may be set: not one's own, and not an admin's."""
    dongs = rights.dongs(turn, May.SHIFTS)
    if officer.id == officer_of(turn).id:
        return ()
    return [one for one in officer.held if one.role != Role.ADMIN and (dongs is None or one.dong in dongs)]


async def ask_until(_turn: Turn) -> Ask:
    return Ask(t("shift.until.ask"), (Option("open", t("shift.until.open")),), takes=TEXT, numeric=True)


async def take_until(turn: Turn, answer: Chosen | str) -> Next:
    officer, me = await _hers(turn), officer_of(turn).id
    until = None if isinstance(answer, Chosen) else last_day(turn, answer)
    for held in _dated(turn, officer):
        await staff.revoke(turn.store, held.id, me)
        await staff.grant(turn.store, officer.id, held.role, held.dong, until, me)
    turn.say(t("shift.said"))
    return "person"


def last_day(turn: Turn, answer: str) -> date:
    """The last day of a contract, today or later. Refuses what is past."""
    day = read.day(answer, rights.today(turn))
    if day < rights.today(turn):
        raise Refuse(t("shift.until.past"))
    return day


# --------------------------------------------------------------------------------------------------------------- days


def _here(turn: Turn, officer: Officer, day: date, told: Said) -> tuple[bool, bool]:
    held, calendar = rights.grants_of(officer), turn.city.calendar
    am, pm = (on_duty(held, day, calendar, told.get((officer.id, day, half))) for half in HALVES)
    return am, pm


def _state(turn: Turn, officer: Officer, day: date, told: Said) -> Text:
    am, pm = _here(turn, officer, day, told)
    return t(f"shift.state.{'both' if am and pm else 'am' if am else 'pm' if pm else 'none'}")


def _monday(day: date) -> date:
    """The Monday of a day's week; at a weekend that of the next."""
    return day - timedelta(days=day.weekday()) + (WEEK if day.weekday() >= WORKDAYS else timedelta())


def _days(turn: Turn) -> Sequence[date]:
    monday = max(date.fromisoformat(turn.draft["monday"]), _monday(rights.today(turn)))
    return [monday + timedelta(days=n) for n in range(WORKDAYS)]


def _day(turn: Turn) -> date:
    return max(date.fromisoformat(turn.draft["day"]), rights.today(turn))


def _further(turn: Turn) -> tuple[Option, ...]:
    far = _days(turn)[0] >= _monday(rights.today(turn)) + WEEKS_AHEAD * WEEK
    return () if far else (Option("next", t("shift.next")),)


def _turned(turn: Turn) -> str:
    turn.draft["monday"] = (_days(turn)[0] + WEEK).isoformat()
    return "week"


SHIFT = Dialog(
    "shift",
    (
        Step("list", ask_list, take_list, leads_to=("week", "person")),
        Step("week", ask_week, take_week, leads_to=("week", "list")),
        Step("person", ask_person, take_person, leads_to=("list", "until", "person", "day")),
        Step("day", ask_day, take_day, leads_to=("person", "list")),
        Step("until", ask_until, take_until, leads_to=("person",)),
    ),
    command="shift",
    guard=closed,
)
