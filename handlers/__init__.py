"""What the bot says and hears: dialogs at desks. Table of contents and access policy on one page.

A role stands at one desk, and a desk has these dialogs and no others: what is not in the tuple does not exist there.
"""

from collections.abc import Mapping

from handlers.desk import Desk, Words
from handlers.dialog import Dialog
from handlers.resident.appeal import APPEAL
from handlers.resident.cases import CASES
from handlers.resident.eligibility import ELIGIBILITY
from handlers.resident.errands import hear
from handlers.resident.help import HELP
from handlers.resident.human import HUMAN
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

DESKS: Mapping[str, tuple[Dialog, ...]] = {
    "resident": (
        MENU, START, RECOGNISE, ELIGIBILITY, PAYMENT, APPEAL, RECEIPT, CASES, VISIT, HUMAN, NOTICES, LANGUAGE, MYDATA,
        PRIVACY, HELP,
    ),
}  # fmt: skip

COMMANDS = (*(dialog.command for dialog in DESKS["resident"] if dialog.command), "cancel")


def desks(words: Words) -> Mapping[str, Desk]:
    """Every desk, its engine wound up."""
    return {
        name: Desk(name, dialogs, home=MENU.name, person=HUMAN.name, words=words, errand=hear)
        for name, dialogs in DESKS.items()
    }
