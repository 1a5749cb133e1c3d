"""The welcome: language, consent with its optional parts one by one, then the menu.

The card says what the law asks for (Personal Information Protection Act, articles 15, 22 and 28-8): purpose, items,
retention, the right to refuse and its effect, and that Telegram's servers are abroad. Nothing optional is assumed.
"""

from handlers.dialog import END, Ask, Dialog, Next, Open, Option, Step, Text, Turn, lines, t
from handlers.resident.guards import CONSENT_DATED, CONSENT_VERSION, settled
from handlers.resident.language import LANGUAGES, speak
from storage import people
from storage.retention import days

AGREE = (Option("yes", t("start.agree")), Option("no", t("start.refuse")))
WANT = (Option("yes", t("start.want")), Option("no", t("start.want_not")))


async def ask_language(turn: Turn) -> Ask:
    return Ask(t("start.language.ask"), LANGUAGES)


async def take_language(turn: Turn, code: str) -> Next:
    speak(turn, code)
    return "consent"


async def ask_consent(turn: Turn) -> Ask:
    kept = {kind: _long(days(kind)) for kind in ("drafts", "texts", "talk", "documents", "cases")}
    card = lines(
        t("start.consent.title", version=CONSENT_VERSION, dated=CONSENT_DATED),
        t("start.consent.purpose"),
        t("start.consent.items"),
        t("start.consent.retention", **kept),
        t("start.consent.abroad"),
        t("start.consent.young"),
        t("start.consent.refusal"),
        t("start.consent.optional"),
        t("start.consent.ask"),
    )
    return Ask(card, AGREE)


async def take_consent(turn: Turn, code: str) -> Next:
    if code == "yes":
        return "case_notices"
    turn.person = await people.consent(
        turn.store, turn.person, -CONSENT_VERSION, case_notices=False, information=False, decisions_here=False
    )
    turn.say(t("start.refused"))
    return Open("menu")


def optional(name: str, question: Text, then: str) -> Step:
    """One optional part of the consent as a question of its own; `then` is the next step."""

    async def ask(turn: Turn) -> Ask:
        return Ask(question, WANT)

    async def take(turn: Turn, code: str) -> Next:
        turn.draft[name] = code == "yes"
        return then

    return Step(name, ask, take, leads_to=(then,))


async def ask_decisions(turn: Turn) -> Ask:
    return Ask(t("start.decisions_here.ask"), (Option("yes", t("start.here")), Option("no", t("start.by_post"))))


async def take_decisions(turn: Turn, code: str) -> Next:
    turn.person = await people.consent(
        turn.store, turn.person, CONSENT_VERSION, decisions_here=code == "yes",
        case_notices=turn.draft["case_notices"], information=turn.draft["information"],
    )  # fmt: skip
    turn.say(t("start.done"))
    return END


def _long(days: int) -> Text:
    """A retention in words: whole years as years."""
    years, rest = divmod(days, 365)
    if rest or not years:
        return t("start.days", n=days)
    return t("start.year") if years == 1 else t("start.years", n=years)


START = Dialog(
    "start",
    (
        Step("language", ask_language, take_language, leads_to=("consent",)),
        Step("consent", ask_consent, take_consent, leads_to=("case_notices", "dialog:menu")),
        optional("case_notices", t("start.case_notices.ask"), then="information"),
        optional("information", t("start.information.ask"), then="decisions_here"),
        Step("decisions_here", ask_decisions, take_decisions),
    ),
    command="start",
    guard=settled,
)
