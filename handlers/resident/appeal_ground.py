"""Why somebody appeals, with what papers, and in which words of her own."""

from handlers.dialog import TEXT, Ask, Chosen, Next, Option, Refuse, Step, Turn, Upload, said, t
from handlers.resident import papers
from handlers.resident.appeal_draft import programme, reasons
from handlers.resident.appeal_look import onward
from programmes.model import Paper

LONGEST_STATEMENT = 1_000


async def ask_reason(turn: Turn) -> Ask:
    options = tuple(Option(one.code, said(one.label, **programme(turn).params)) for one in reasons(turn))
    return Ask(t("appeal.reason.ask"), options)


async def take_reason(turn: Turn, code: str) -> Next:
    turn.draft["reason"] = code
    return await onward(turn)


def documents(turn: Turn) -> tuple[Paper, ...]:
    """The papers that usually help with the ground named."""
    wanted = next((one.documents for one in reasons(turn) if one.code == turn.draft["reason"]), ())
    return tuple(programme(turn).papers[code] for code in wanted)


async def ask_papers(turn: Turn) -> Ask:
    return await papers.ask_paper(turn, documents(turn), t("appeal.papers.ask"), t("appeal.papers.later"))


async def take_papers(turn: Turn, code: str) -> Next:
    if code not in (papers.ENOUGH, papers.LATER):
        turn.draft["paper"] = code
        return "upload"
    turn.draft["papers"] = code
    return await onward(turn)


async def take_upload(turn: Turn, answer: Upload | Chosen) -> Next:
    return await papers.take_upload(turn, answer) if isinstance(answer, Upload) else "papers"


async def ask_statement(turn: Turn) -> Ask:
    return Ask(t("appeal.statement.ask"), (Option("none", t("appeal.statement.none")),), takes=TEXT)


async def take_statement(turn: Turn, answer: str) -> Next:
    if len(answer) > LONGEST_STATEMENT:
        raise Refuse(t("appeal.statement.long", most=LONGEST_STATEMENT, written=len(answer)))
    turn.draft["statement"] = "" if isinstance(answer, Chosen) else answer
    return await onward(turn)


GROUND = (
    Step("reason", ask_reason, take_reason, leads_to=("papers", "statement", "summary")),
    Step("papers", ask_papers, take_papers, leads_to=("upload", "statement", "summary")),
    Step("upload", papers.ask_upload, take_upload, leads_to=("papers",)),
    Step("statement", ask_statement, take_statement, leads_to=("summary",)),
)
