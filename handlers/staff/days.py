"""`/days`: days on which the office is shut beside the public holidays, or works though it was to be shut."""

from datetime import date, timedelta

from handlers import read
from handlers.clock import READY_NAMES, day_name
from handlers.dialog import END, TEXT, Ask, Chosen, Dialog, Next, Option, Refuse, Step, Text, Turn, t
from handlers.staff import rights
from handlers.staff.door import closed
from programmes.roles import May
from storage import closures
from storage.closures import Closure
from storage.staff import Officer

LONGEST_NAME = 20
FURTHEST = timedelta(days=366)


def may(turn: Turn) -> bool:
    """Whether she sets the days of the office: they are the whole district's, a dong's right is not enough."""
    return rights.may(turn, May.SHIFTS, None) == "team"


def _officer(turn: Turn) -> Officer:
    if turn.officer is None or not may(turn):
        raise Refuse(t("days.may_not"))
    return turn.officer


async def ask_list(turn: Turn) -> Ask:
    if not may(turn):
        return Ask(t("days.may_not"), (Option("done", t("common.done")),))
    coming = [one for one in await closures.every(turn.store.db) if one.day >= rights.today(turn)]
    rows = tuple(Option(one.day.isoformat(), _label(one)) for one in coming)
    return Ask(
        t("days.ask", count=len(coming)), (*rows, Option("add", t("days.add")), Option("done", t("common.done")))
    )


def _label(one: Closure) -> Text:
    return t("days.works", day=one.day) if one.works else t("days.shut", day=one.day, name=day_name(one.name))


async def take_list(turn: Turn, code: str) -> Next:
    if code == "done":
        return END
    _officer(turn)
    if code == "add":
        return "day"
    turn.draft["day"] = code
    return _how(turn, date.fromisoformat(code))


async def ask_day(_turn: Turn) -> Ask:
    return Ask(t("days.day.ask"), takes=TEXT, numeric=True)


async def take_day(turn: Turn, answer: str) -> Next:
    _officer(turn)
    today = rights.today(turn)
    day = read.day(answer, today)
    if day.weekday() > 4:
        raise Refuse(t("days.day.weekend", day=day))
    if not today <= day <= today + FURTHEST:
        raise Refuse(t("days.day.far"))
    turn.draft["day"] = day.isoformat()
    return _how(turn, day)


def _how(turn: Turn, day: date) -> Next:
    """A working day is shut under a name; a day on which the office is shut can only be worked again."""
    if turn.city.calendar.works_on(day):
        return "name"
    turn.draft["name"] = ""
    return "sure"


async def ask_name(turn: Turn) -> Ask:
    ready = tuple(Option(code, name) for code, name in READY_NAMES.items())
    return Ask(t("days.name.ask", day=_day(turn)), ready, takes=TEXT)


async def take_name(turn: Turn, answer: Chosen | str) -> Next:
    name = str(answer) if isinstance(answer, Chosen) else read.plain(answer)
    if len(name) > LONGEST_NAME:
        raise Refuse(t("days.name.long", most=LONGEST_NAME))
    turn.draft["name"] = name
    return "sure"


async def ask_sure(turn: Turn) -> Ask:
    day, name = _day(turn), turn.draft["name"]
    question = t("days.sure.shut", day=day, name=day_name(name)) if name else t("days.sure.works", day=day)
    return Ask(question, (Option("yes", t("days.sure.yes")), Option("no", t("days.sure.no"))))


async def take_sure(turn: Turn, code: str) -> Next:
    if code == "no":
        return "list"
    officer, name = _officer(turn), turn.draft["name"]
    await closures.put(turn.store, _day(turn), name, works=not name, officer=officer.id)
    turn.say(t("days.said", day=_day(turn)))
    return "list"


def _day(turn: Turn) -> date:
    return date.fromisoformat(turn.draft["day"])


DAYS = Dialog(
    "days",
    (
        Step("list", ask_list, take_list, leads_to=("day", "name", "sure")),
        Step("day", ask_day, take_day, leads_to=("name", "sure")),
        Step("name", ask_name, take_name, leads_to=("sure",)),
        Step("sure", ask_sure, take_sure, leads_to=("list",)),
    ),
    command="days",
    guard=closed,
)
