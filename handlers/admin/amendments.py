"""What one proposed to be answered otherwise, or known as a question: looked at, confirmed or declined by another."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from handlers.admin import answering
from handlers.dialog import Ask, Dialog, In, Next, Open, Option, Refuse, Saying, Step, Text, Turn, lines, said, t
from handlers.resident import topics
from handlers.staff.access import officer_of
from programmes.topics import params
from programmes.wording import Wording
from storage import amendments, staff
from storage.amendments import ANSWER, ELSEWHERE, Amendment

LIST: Final = Option("list", t("amendment.list"))


async def ask_list(turn: Turn) -> Ask:
    found = await amendments.waiting(turn.store)
    rows = tuple(Option(one.id.hex, _what(turn, one)) for one in found)
    back = Option("questions", t("questions.back"))
    return Ask(t("amendment.ask", count=len(found)) if found else t("amendment.none"), (*rows, back))


def _what(turn: Turn, one: Amendment) -> Text:
    return t(f"amendment.kind.{one.kind}", title=_about(turn, one))


def _about(turn: Turn, one: Amendment) -> Text | str:
    """The topic, or what is said to what belongs elsewhere."""
    return answering.kind(turn, one.code) if one.kind == ELSEWHERE else answering.title(turn, one.code)


async def take_list(turn: Turn, code: str) -> Next:
    if code == "questions":
        return Open("questions")
    turn.draft["amendment"] = str(code)
    return "card"


async def _amendment(turn: Turn) -> Amendment | None:
    return await amendments.by_id(turn.store, UUID(turn.draft["amendment"]))


async def ask_card(turn: Turn) -> Ask:
    one = await _amendment(turn)
    if one is None:
        return Ask(t("amendment.gone"), (LIST,))
    by = t("amendment.by", name=await staff.named(turn.store, one.proposed_by), at=one.proposed_at)
    card = lines(_what(turn, one), by, "", *_words(turn, one))
    if one.proposed_by == officer_of(turn).id:
        return Ask(card, (Option("no", t("amendment.withdraw")), LIST))
    decline = Option("no", t("amendment.decline"))
    if (why := await answering.hindered(turn, one.proposed_by)) is not None:
        return Ask(lines(card, "", why), (decline, LIST))
    return Ask(card, (Option("yes", t("amendment.confirm")), decline, LIST))


def _words(turn: Turn, one: Amendment) -> tuple[Saying | str, ...]:
    """All that counts from the moment it is confirmed: an answer as it will be read, else each wording."""
    if one.kind != ANSWER:
        return tuple(t("questions.said", words=words) for lang in ("ko", "en") for words in one.words[lang])
    known = topics.found(turn, one.code)
    values = params(*known) if known is not None else {}
    text = said(Wording(one.words["ko"], one.words["en"]), **values)
    return In("ko", text), "", In("en", text)


async def take_card(turn: Turn, code: str) -> Next:
    if code == "list":
        return "list"
    one = await _amendment(turn)
    if one is None:
        raise Refuse(t("amendment.gone"))
    await (_confirm(turn, one) if code == "yes" else _decline(turn, one))
    return "list"


async def _confirm(turn: Turn, one: Amendment) -> None:
    await answering.second(turn, one.proposed_by)
    if one.kind == ANSWER and not _as_it_was(turn, one.code, one.words["was"]):
        raise Refuse(t("amendment.changed"))
    if not await amendments.confirm(turn.store, one, officer_of(turn).id):
        raise Refuse(t("amendment.gone"))
    await _tell(turn, one, t("amendment.confirmed", what=_what(turn, one)))


def _as_it_was(turn: Turn, topic: str, was: Mapping[str, Any]) -> bool:
    """Whether residents still read what was to be changed: else the change is of something nobody looked at."""
    known = topics.found(turn, topic)
    return known is not None and known[1].answer == Wording(was["ko"], was["en"])


async def _decline(turn: Turn, one: Amendment) -> None:
    """Anybody who may answer may, also who proposed: it changes nothing."""
    if not await amendments.decline(turn.store, one, officer_of(turn).id):
        raise Refuse(t("amendment.gone"))
    await _tell(turn, one, t("amendment.declined", what=_what(turn, one)))


async def _tell(turn: Turn, one: Amendment, what: Text) -> None:
    turn.say(what)
    proposer = await staff.by_id(turn.store, one.proposed_by)
    if proposer is not None and proposer.chat is not None and proposer.id != officer_of(turn).id:
        turn.notice(lines(t("staff.title"), what), "staff", chat=proposer.chat)


AMENDMENT = Dialog(
    "amendment",
    (
        Step("list", ask_list, take_list, leads_to=("card", "dialog:questions")),
        Step("card", ask_card, take_card, leads_to=("list",)),
    ),
    guard=answering.answering,
)
