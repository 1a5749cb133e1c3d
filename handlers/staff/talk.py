"""The one talk an officer has open: its last lines, what she writes in it, and the sentences that are ready for her."""

from typing import Final

from handlers.dialog import (
    TEXT,
    UPLOADS,
    Ask,
    Chosen,
    Dialog,
    In,
    Next,
    Open,
    Option,
    Refuse,
    Saying,
    Step,
    Turn,
    Upload,
    lines,
    t,
)
from handlers.resident.menu import FURTHER, MAIN
from handlers.resident.talking import AFTER
from handlers.staff import rights
from handlers.staff.access import officer_of
from handlers.staff.door import closed
from handlers.staff.phrases import all_phrases, ready
from handlers.staff.saying import foreign, hear, send, send_photo
from handlers.staff.talk_ending import ask_close, ask_closed, ask_release, take_close, take_closed, take_release
from handlers.staff.talks import DROP, SHOWN, open_talk, put_down
from programmes.roles import May
from storage import files, talks
from storage.cases import Case
from storage.talks import Line

LAST = 6  # lines of the talk that its question shows
PLACES: Final = {option.code: option.label for option in (*MAIN, *FURTHER)}
SEND = "send"


async def _here(turn: Turn) -> Case:
    case = await open_talk(turn)
    if case is None:
        raise Refuse(t("talks.over"))
    return case


# ------------------------------------------------------------------------------------------------------ the talk


async def ask_line(turn: Turn) -> Ask:
    case = await open_talk(turn)
    if case is None:
        return Ask(t("talk.none"), (Option("list", t("talk.list")),))
    heard = await talks.last_lines(turn.store, case.id, LAST)
    said = [_line(turn, case, line) for line in heard if line.words or line.phrase or line.photo]
    papers = ("papers",) if await files.of_case(turn.store, case.id, files.STORED) else ()
    sent_on = ("transfer",) if rights.may(turn, May.TRANSFER, case.dong) else ()
    options = ("phrases", "ask", *papers, "down", "release", *sent_on, "close")
    head = t("talk.head", language=t(f"talks.language.{case.language}"))
    return Ask(
        lines(head, *_came_from(turn, case), *said),
        tuple(Option(code, t(f"talk.do.{code}")) for code in options),
        takes=TEXT | UPLOADS,
        numeric=True,
    )


def _came_from(turn: Turn, case: Case) -> tuple[Saying, ...]:
    """Where she asked for a person, what she was asked there (what was filled in stays with her), and a former talk."""
    place = PLACES.get(str(case.told.get("place", "")))
    asked = dict(case.told.get("asked") or {}).get(turn.lang, "")
    first = str(asked).partition("\n")[0][:SHOWN]
    former = case.told.get(AFTER)
    return (
        *((t("talk.place", place=place),) if place else ()),
        *((t("talk.asked", question=first),) if first else ()),
        *((t("talk.after", number=former),) if former else ()),
    )


def _line(turn: Turn, case: Case, line: Line) -> Saying:
    words = line.words if len(line.words) <= 2 * SHOWN else f"{line.words[: 2 * SHOWN]}…"
    said: Saying = lines(words)
    if (phrase := ready(turn, line.phrase, case)) is not None:
        said = phrase
    elif line.photo is not None:
        said = t("talk.photo", words=words)
    if line.officer is None:
        return t("talk.she", said=said)
    return t("talk.you" if line.officer == officer_of(turn).id else "talk.office", said=said)


async def take_line(turn: Turn, answer: Chosen | str | Upload) -> Next:
    if answer == "list":
        return Open("talks")
    case = await _here(turn)
    if isinstance(answer, Upload):
        return await send_photo(turn, case, answer)
    if not isinstance(answer, Chosen):
        return await hear(turn, case, answer)
    if answer == "down":
        await talks.open_for(turn.store, officer_of(turn).id, None)
        return put_down(turn)
    if answer == "ask":
        return Open("ask")
    if answer in ("papers", "transfer"):
        return Open(str(answer), draft={"case": case.id.hex})
    return str(answer)


async def ask_sure(turn: Turn) -> Ask:
    """Her words again, before they go; for an English reader beside what is ready in English."""
    case = await open_talk(turn)
    words = str(turn.draft.get("words", ""))[:SHOWN]
    ways = (Option(SEND, t("talk.send")), Option(DROP, t("talks.drop")))
    if case is None or not foreign(case, words):
        return Ask(t("talk.sure.ask", words=words), ways)
    english = tuple(Option(one.code, lines(one.name.en)) for one in all_phrases().values())
    return Ask(t("talk.foreign.ask", words=words), (*ways, *english))


async def take_sure(turn: Turn, code: str) -> Next:
    if code == DROP:
        return Open("talk")
    case = await _here(turn)
    if code != SEND:
        turn.draft["phrase"] = str(code)
        return "phrase"
    await send(turn, case, str(turn.draft["words"]))
    turn.say(t("talk.sent"))
    return Open("talk")


# --------------------------------------------------------------------------------------------------- ready sentences


async def ask_phrases(_turn: Turn) -> Ask:
    return Ask(t("talk.phrases.ask"), tuple(Option(one.code, lines(one.name.ko)) for one in all_phrases().values()))


async def take_phrases(turn: Turn, code: str) -> Next:
    turn.draft["phrase"] = str(code)
    return "phrase"


async def ask_phrase(turn: Turn) -> Ask:
    """The sentence as its reader will read it."""
    case = await open_talk(turn)
    words = ready(turn, turn.draft["phrase"], case) if case is not None else None
    if case is None or words is None:
        return Ask(t("talk.none"), (Option(DROP, t("talk.list")),))
    shown = In("ko" if case.language == "ko" else "en", words)
    return Ask(t("talk.phrase.ask", said=shown), (Option(SEND, t("talk.send")), Option(DROP, t("talks.drop"))))


async def take_phrase(turn: Turn, code: str) -> Next:
    if code == SEND:
        await send(turn, await _here(turn), "", phrase=str(turn.draft["phrase"]))
        turn.say(t("talk.sent"))
    return Open("talk")


WAYS = ("phrases", "release", "close", "sure", "dialog:talks", "dialog:papers", "dialog:transfer", "dialog:ask")

TALK = Dialog(
    "talk",
    (
        Step("line", ask_line, take_line, leads_to=WAYS),
        Step("sure", ask_sure, take_sure, leads_to=("phrase",)),
        Step("phrases", ask_phrases, take_phrases, leads_to=("phrase",)),
        Step("phrase", ask_phrase, take_phrase),
        Step("release", ask_release, take_release, leads_to=("dialog:talks",)),
        Step("close", ask_close, take_close, leads_to=("closed",)),
        Step("closed", ask_closed, take_closed, leads_to=("dialog:talks",)),
    ),
    guard=closed,
)
