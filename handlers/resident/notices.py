"""What we may send unasked: the optional parts of the consent, each changed with one tap."""

from typing import Final

from handlers.dialog import END, Ask, Dialog, Next, Option, Step, Text, Turn, lines, t
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


def _chosen(turn: Turn) -> dict[str, bool]:
    return {name: getattr(turn.person, name) for name in CHOICES}


async def ask_change(turn: Turn) -> Ask:
    chosen = _chosen(turn)
    stands = [CHOICES[name][on][0] for name, on in chosen.items()]
    taps = [Option(name, CHOICES[name][on][1]) for name, on in chosen.items()]
    return Ask(lines(t("notices.ask"), *stands), (*taps, Option("done", t("common.done"))))


async def take_change(turn: Turn, code: str) -> Next:
    if code == "done":
        return END
    chosen = _chosen(turn)
    turn.person = await people.consent(turn.store, turn.person, CONSENT_VERSION, **{**chosen, code: not chosen[code]})
    return "change"


NOTICES = Dialog(
    "notices", (Step("change", ask_change, take_change, leads_to=("change",)),), command="notices", guard=consenting
)
