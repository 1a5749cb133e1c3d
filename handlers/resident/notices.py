"""What we may send unasked: the optional parts of the consent, each changed with one tap."""

from typing import Final

from handlers.dialog import END, Ask, Dialog, Next, Option, Saying, Step, Text, Turn, lines, t
from handlers.resident.guards import CONSENT_VERSION, consenting
from storage import people

CHOICES: Final[dict[str, dict[bool, tuple[Text, Text]]]] = {  # name: now on or off: how it stands, what a tap does
    "case_notices": {
        True: (t("notices.case_notices.on"), t("notices.case_notices.stop")),
        False: (t("notices.case_notices.off"), t("notices.case_notices.begin")),
    },
    "information": {
        True: (t("notices.information.on"), t("notices.information.stop")),
        False: (t("notices.information.off"), t("notices.information.begin")),
    },
    "decisions_here": {
        True: (t("notices.decisions_here.on"), t("notices.decisions_here.stop")),
        False: (t("notices.decisions_here.off"), t("notices.decisions_here.begin")),
    },
}


HOW_TO_STOP: Final = t("notices.how_to_stop")  # the line every broadcast of information ends with
TAP: Final = "news.stop"
STOP_ROW: Final[tuple[tuple[str, Saying], ...]] = ((TAP, t("notices.information.stop")),)  # the button under it


def chosen(turn: Turn) -> dict[str, bool]:
    """How each choice stands."""
    return {name: getattr(turn.person, name) for name in CHOICES}


async def ask_change(turn: Turn) -> Ask:
    now = chosen(turn)
    stands = [CHOICES[name][on][0] for name, on in now.items()]
    taps = [Option(name, CHOICES[name][on][1]) for name, on in now.items()]
    return Ask(lines(t("notices.ask"), *stands), (*taps, Option("done", t("common.done"))))


async def take_change(turn: Turn, code: str) -> Next:
    if code == "done":
        return END
    now = chosen(turn)
    turn.person = await people.consent(turn.store, turn.person, CONSENT_VERSION, **{**now, code: not now[code]})
    return "change"


NOTICES = Dialog(
    "notices", (Step("change", ask_change, take_change, leads_to=("change",)),), command="notices", guard=consenting
)
