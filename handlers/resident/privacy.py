"""How personal data is handled, section by section (Personal Information Protection Act, article 30)."""

from handlers.dialog import Ask, Dialog, Next, Open, Option, Step, Text, Turn, t
from handlers.resident.guards import CONSENT_DATED, CONSENT_VERSION
from storage.retention import days

SECTIONS = ("purpose", "items", "kept", "abroad", "never", "safety", "rights")


async def ask_section(turn: Turn) -> Ask:
    sections = tuple(Option(one, t(f"privacy.title.{one}")) for one in SECTIONS)
    mine = Option("mydata", t("menu.mydata"))
    return Ask(t("privacy.ask", version=CONSENT_VERSION, dated=CONSENT_DATED), (*sections, mine))


async def take_section(turn: Turn, code: str) -> Next:
    if code == "mydata":
        return Open("mydata")
    turn.say(_section(code))
    return "section"


def _section(code: str) -> Text:
    kept = {kind: how_long(kind) for kind in ("drafts", "texts", "documents", "talk", "cases", "audit")}
    return t(f"privacy.text.{code}", **(kept if code == "kept" else {}))


def how_long(kind: str) -> Text:
    """How long a kind of data lives, in words: whole years as years."""
    years, rest = divmod(days(kind), 365)
    if rest or not years:
        return t("start.days", n=days(kind))
    return t("start.year") if years == 1 else t("start.years", n=years)


PRIVACY = Dialog(
    "privacy",
    (Step("section", ask_section, take_section, leads_to=("section", "dialog:mydata")),),
    command="privacy",
)
