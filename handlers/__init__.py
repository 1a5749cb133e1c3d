"""What the bot says and hears: dialogs at desks. Table of contents and access policy on one page.

A role stands at one desk, and a desk has these dialogs and no others: what is not in the tuple does not exist there.
"""

from collections.abc import Mapping

from handlers.admin.access import GONE
from handlers.admin.home import HOME as ADMIN_HOME
from handlers.admin.invite import GRANT, INVITE
from handlers.admin.people import PEOPLE
from handlers.desk import Beside, Desk, Overhear, Words
from handlers.dialog import Dialog, Next, Saying, Turn, t
from handlers.resident.answer import ANSWER
from handlers.resident.appeal import APPEAL
from handlers.resident.cases import CASES
from handlers.resident.eligibility import ELIGIBILITY
from handlers.resident.errands import hear
from handlers.resident.help import HELP
from handlers.resident.helper import HELPER
from handlers.resident.helper import overheard as heard_enough
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
from handlers.resident.talking import overheard as heard_of_residents
from handlers.resident.visit import VISIT
from handlers.resident.visit_here import VISIT_HERE
from handlers.staff.board import BOARD
from handlers.staff.case import CASE
from handlers.staff.counter import COUNTER
from handlers.staff.days import DAYS
from handlers.staff.decide import DECIDE
from handlers.staff.documents import PAPERS
from handlers.staff.door import DOOR
from handlers.staff.find import FIND
from handlers.staff.helping import GIVE
from handlers.staff.home import HOME
from handlers.staff.identity import IDENTITY
from handlers.staff.notes import NOTE
from handlers.staff.outreach import OUTREACH
from handlers.staff.printing import PRINT
from handlers.staff.propose import PROPOSE
from handlers.staff.queue import MINE, QUEUE
from handlers.staff.reopen import REOPEN
from handlers.staff.saying import overheard as heard_of_officers
from handlers.staff.shift import SHIFT
from handlers.staff.similar import SIMILAR
from handlers.staff.supplement import SUPPLEMENT
from handlers.staff.talk import TALK
from handlers.staff.talks import TALKS, with_whom
from handlers.staff.transfer import TRANSFER
from handlers.staff.visits import VISITS

DESKS: Mapping[str, tuple[Dialog, ...]] = {
    "resident": (
        MENU, START, RECOGNISE, ELIGIBILITY, PAYMENT, FOR_ANOTHER, APPEAL, RECEIPT, CASES, ANSWER, VISIT, VISIT_HERE,
        HUMAN, NOTICES, LANGUAGE, MYDATA, PRIVACY, JOIN, HELPER, HELP,
    ),
    "staff": (
        HOME, DOOR, QUEUE, MINE, CASE, FIND, TRANSFER, IDENTITY, PAPERS, BOARD, TALKS, TALK,
        SUPPLEMENT, PROPOSE, DECIDE, SIMILAR, NOTE, REOPEN, COUNTER, PRINT, DAYS, SHIFT, VISITS, OUTREACH, GIVE,
    ),
    "admin": (ADMIN_HOME, DOOR, GONE, PEOPLE, INVITE, GRANT),
}  # fmt: skip
HOMES: Mapping[str, tuple[str, str | None, Saying | None]] = {  # home, the way to a person, what every question names
    "resident": (MENU.name, HUMAN.name, None),
    "staff": (HOME.name, None, t("staff.title")),
    "admin": (ADMIN_HOME.name, None, t("admin.title")),
}


async def _heard(turn: Turn) -> Next | None:
    """What residents say beside a question: that help shall end, or something for a person."""
    return await heard_enough(turn) or await heard_of_residents(turn)


OVERHEAR: Mapping[str, Overhear] = {"resident": _heard, "staff": heard_of_officers}  # talks with a person
BESIDE: Mapping[str, Beside] = {"staff": with_whom}

COMMANDS = (*(dialog.command for dialog in DESKS["resident"] if dialog.command and dialog is not JOIN), "cancel")


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
            name, dialogs, home=home, person=person, words=words, errand=hear, title=title,
            beside=BESIDE.get(name), overhear=OVERHEAR.get(name), elsewhere=_elsewhere(name),
        )
        for name, dialogs in DESKS.items()
        for home, person, title in (HOMES[name],)
    }  # fmt: skip
