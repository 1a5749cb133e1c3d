"""What the bot says and hears: dialogs at desks. Table of contents and access policy on one page.

A role stands at one desk, and a desk has these dialogs and no others: what is not in the tuple does not exist there.
"""

from collections.abc import Awaitable, Callable, Mapping

from handlers.admin import figures
from handlers.admin.access import GONE
from handlers.admin.amendments import AMENDMENT
from handlers.admin.answering import tapped as called_to_confirm
from handlers.admin.broadcast import BROADCAST
from handlers.admin.broadcast import tapped as tapped_by_admins
from handlers.admin.broadcast_after import DIALOGS as AFTER
from handlers.admin.broadcast_list import LIST as BROADCASTS
from handlers.admin.broadcast_whom import JOB as COUNT
from handlers.admin.broadcast_whom import counted
from handlers.admin.broadcast_write import WRITE
from handlers.admin.deeds import DEEDS
from handlers.admin.home import HOME as ADMIN_HOME
from handlers.admin.imports import IMPORTS
from handlers.admin.invite import GRANT, INVITE
from handlers.admin.people import PEOPLE
from handlers.admin.questions import QUESTIONS
from handlers.admin.requests import REQUEST
from handlers.admin.review import REVIEW
from handlers.admin.rewriting import REWRITE
from handlers.desk import Alarm, Beside, Desk, Overhear
from handlers.dialog import Cross, Dialog, Next, Open, Saying, Turn, t
from handlers.resident.alarm import listen
from handlers.resident.answer import ANSWER
from handlers.resident.appeal import APPEAL
from handlers.resident.ask import ASK, WAITS, answered, asked_at_home, pressed, still_looking
from handlers.resident.cases import CASES
from handlers.resident.eligibility import ELIGIBILITY
from handlers.resident.errands import hear
from handlers.resident.genuine import GENUINE
from handlers.resident.genuine import asked_at_home as asked_whether_ours
from handlers.resident.genuine import overheard as heard_of_texts
from handlers.resident.help import HELP
from handlers.resident.helper import HELPER
from handlers.resident.human import HUMAN
from handlers.resident.join import JOIN
from handlers.resident.language import LANGUAGE
from handlers.resident.menu import MENU
from handlers.resident.mydata import MYDATA
from handlers.resident.notices import NOTICES
from handlers.resident.payment import FOR_ANOTHER, PAYMENT
from handlers.resident.privacy import PRIVACY
from handlers.resident.receipt import RECEIPT
from handlers.resident.recognise import RECOGNISE
from handlers.resident.start import START
from handlers.resident.stop import STOP, tapped
from handlers.resident.stop import WORDS as HALTING
from handlers.resident.talk_again import overheard as heard_after
from handlers.resident.talking import overheard as heard_of_residents
from handlers.resident.visit import VISIT
from handlers.resident.visit_here import VISIT_HERE
from handlers.screen import Words
from handlers.staff.applying import APPLY
from handlers.staff.ask import ASK as LOOK_UP
from handlers.staff.ask import found as looked_up
from handlers.staff.ask import pressed as pressed_by_officers
from handlers.staff.board import BOARD
from handlers.staff.case import CASE
from handlers.staff.counter import COUNTER
from handlers.staff.days import DAYS
from handlers.staff.decide import DECIDE
from handlers.staff.documents import PAPERS
from handlers.staff.door import DOOR, STAFF
from handlers.staff.find import FIND
from handlers.staff.helping import GIVE
from handlers.staff.home import HOME
from handlers.staff.identity import IDENTITY
from handlers.staff.lives import LIVES
from handlers.staff.notes import NOTE
from handlers.staff.outreach import OUTREACH
from handlers.staff.printing import PRINT
from handlers.staff.propose import PROPOSE
from handlers.staff.queue import MINE, QUEUE
from handlers.staff.reopen import REOPEN
from handlers.staff.saying import REPLY
from handlers.staff.saying import overheard as heard_of_officers
from handlers.staff.shift import SHIFT
from handlers.staff.similar import SIMILAR
from handlers.staff.supplement import SUPPLEMENT
from handlers.staff.talk import TALK
from handlers.staff.talks import TALKS, with_whom
from handlers.staff.transfer import TRANSFER
from handlers.staff.visits import VISITS
from storage.people import RESIDENT
from storage.questions import ASK as QUESTION
from storage.questions import CONSULT

DESKS: Mapping[str, tuple[Dialog, ...]] = {
    "resident": (
        MENU, START, RECOGNISE, ELIGIBILITY, PAYMENT, FOR_ANOTHER, APPEAL, RECEIPT, CASES, ANSWER, VISIT, VISIT_HERE,
        ASK, HUMAN, NOTICES, STOP, LANGUAGE, MYDATA, PRIVACY, JOIN, HELPER, GENUINE, HELP,
    ),
    "staff": (
        HOME, DOOR, LIVES, QUEUE, MINE, CASE, FIND, TRANSFER, IDENTITY, PAPERS, BOARD, TALKS, TALK,
        SUPPLEMENT, PROPOSE, DECIDE, SIMILAR, NOTE, REOPEN, COUNTER, PRINT, DAYS, SHIFT, VISITS, APPLY, OUTREACH, GIVE,
        figures.FIGURES, LOOK_UP, QUESTIONS, AMENDMENT, REWRITE,
    ),
    "admin": (ADMIN_HOME, DOOR, GONE, PEOPLE, INVITE, GRANT, DEEDS, REVIEW, IMPORTS, REQUEST, figures.FIGURES,
              BROADCASTS, WRITE, BROADCAST, *AFTER, QUESTIONS, AMENDMENT, REWRITE),
}  # fmt: skip
HOMES: Mapping[str, tuple[str, str | None, Saying | None]] = {  # home, the way to a person, what every question names
    "resident": (MENU.name, HUMAN.name, None),
    "staff": (HOME.name, None, t("staff.title")),
    "admin": (ADMIN_HOME.name, None, t("admin.title")),
}


async def _heard(turn: Turn) -> Next | None:
    """What residents do beside a question: speak to a person, show us a text."""
    return await heard_of_residents(turn) or await heard_of_texts(turn)


async def _asked(turn: Turn) -> Next | None:
    """What residents ask at home: whether a text is ours, or anything else."""
    return await asked_whether_ours(turn) or await asked_at_home(turn)


OVERHEAR: Mapping[str, Overhear] = {"resident": _heard, "staff": heard_of_officers}  # talks with a person
STOPS = {"resident": (STOP.name, HALTING)}
BESIDE: Mapping[str, Beside] = {"staff": with_whom}
ALARM: Mapping[str, Alarm] = {"resident": listen}  # a life may be at stake
ASKED: Mapping[str, Overhear] = {"resident": _asked}

COMMANDS = (*(dialog.command for dialog in DESKS["resident"] if dialog.command and dialog is not JOIN), "cancel")


HEARD: Mapping[str, Callable[[Turn], Awaitable[None]]] = {  # by the kind of job
    figures.JOB: figures.drawn, COUNT: counted, QUESTION: answered, WAITS: still_looking, CONSULT: looked_up,
}  # fmt: skip


async def _errand(turn: Turn) -> None:
    """What one of our jobs brings back is heard wherever the person stands."""
    job, told = turn.inbound.job, turn.inbound.errand or {}
    await HEARD.get(job.kind if job is not None else told.get("kind", ""), hear)(turn)


async def _tapped(turn: Turn) -> Next | None:
    """Buttons under letters, heard at every desk: of broadcasts, of talks, of answers and of proposals."""
    if (done := await tapped(turn) or await tapped_by_admins(turn)) is not None:
        return done
    if turn.inbound.press == REPLY and turn.person.desk != RESIDENT:
        return Cross(RESIDENT, Open(HUMAN.name))
    if (way := await heard_after(turn) or await pressed(turn)) is not None:
        return _from_here(turn, RESIDENT, way)
    way = await called_to_confirm(turn) or await pressed_by_officers(turn)
    return _from_here(turn, STAFF, way) if way is not None else None


def _from_here(turn: Turn, desk: str, way: Next) -> Next:
    """A dialog of another desk than she stands at is one she goes over to."""
    return Cross(desk, way) if isinstance(way, Open) and turn.person.desk != desk else way


def _elsewhere(here: str) -> Mapping[str, tuple[str, Dialog]]:
    return {
        dialog.command: (desk, dialog)
        for desk, dialogs in DESKS.items()
        if desk != here
        for dialog in dialogs
        if dialog.command
    }


def desks(words: Words) -> Mapping[str, Desk]:
    """Every desk, its engine wound up."""
    return {
        name: Desk(
            name, dialogs, home=home, person=person, words=words, errand=_errand, tap=_tapped, stop=STOPS.get(name),
            title=title, beside=BESIDE.get(name), overhear=OVERHEAR.get(name), alarm=ALARM.get(name),
            asked=ASKED.get(name), elsewhere=_elsewhere(name),
        )
        for name, dialogs in DESKS.items()
        for home, person, title in (HOMES[name],)
    }  # fmt: skip
