"""What the bot says and hears: dialogs at desks. Table of contents and access policy on one page.

A role stands at one desk, and a desk has these dialogs and no others: what is not in the tuple does not exist there.
"""

from collections.abc import Mapping

from handlers.desk import Desk, Words
from handlers.dialog import Dialog, Saying, t
from handlers.resident.appeal import APPEAL
from handlers.resident.cases import CASES
from handlers.resident.eligibility import ELIGIBILITY
from handlers.resident.errands import hear
from handlers.resident.help import HELP
from handlers.resident.human import HUMAN
from handlers.resident.join import JOIN
from handlers.resident.language import LANGUAGE
from handlers.resident.menu import MENU
from handlers.resident.mydata import MYDATA
from handlers.resident.notices import NOTICES
from handlers.resident.payment import PAYMENT
from handlers.resident.privacy import PRIVACY
from handlers.resident.receipt import RECEIPT
from handlers.resident.recognise import RECOGNISE
from handlers.resident.start import START
from handlers.resident.visit import VISIT
from handlers.staff.door import DOOR
from handlers.staff.home import HOME

DESKS: Mapping[str, tuple[Dialog, ...]] = {
    "resident": (
        MENU, START, RECOGNISE, ELIGIBILITY, PAYMENT, APPEAL, RECEIPT, CASES, VISIT, HUMAN, NOTICES, LANGUAGE, MYDATA,
        PRIVACY, HELP, JOIN,
    ),
    "staff": (HOME, DOOR),
}  # fmt: skip
HOMES: Mapping[str, tuple[str, str | None, Saying | None]] = {  # home, the way to a person, what every question names
    "resident": (MENU.name, HUMAN.name, None),
    "staff": (HOME.name, None, t("staff.title")),
}

COMMANDS = (*(dialog.command for dialog in DESKS["resident"] if dialog.command and dialog is not JOIN), "cancel")


def desks(words: Words) -> Mapping[str, Desk]:
    """Every desk, its engine wound up."""
    return {
        name: Desk(name, dialogs, home=home, person=person, words=words, errand=hear, title=title)
        for name, dialogs in DESKS.items()
        for home, person, title in (HOMES[name],)
    }
