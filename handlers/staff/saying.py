"""What an officer says in a talk: written down, promised to its person, and to nobody else.

Before free Korean goes to somebody who reads English she is shown the ready English sentences, and confirms.
"""

import re
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from handlers.dialog import STAY, Kind, Lane, Letter, Next, Open, Refuse, Saying, Turn, Upload, lines, t
from handlers.resident import papers
from handlers.resident.talking import whom
from handlers.staff.access import officer_of
from handlers.staff.door import closed
from handlers.staff.phrases import ready
from handlers.staff.talks import open_talk, too_late
from programmes.wording import names_address
from storage import staff, talks, viewings
from storage.cases import Case
from storage.files import File
from storage.talks import TALK, Over

LONGEST = 1_000
HANGUL = re.compile("[가-힣ㄱ-ㅎㅏ-ㅣ]")
REPLY: Final = "0.?"  # the way to a person, which every screen of a resident has
ANSWER: Final = ((REPLY, t("talk.answer")),)


def foreign(case: Case, words: str) -> bool:
    """Whether the person of this talk may not be able to read these words."""
    return case.language != "ko" and HANGUL.search(words) is not None


async def hear(turn: Turn, case: Case, words: str) -> Next:
    """Words for the person of this talk; free Korean for an English reader is asked about first."""
    if foreign(case, words):
        return Open("talk", "sure", {"words": words})
    await send(turn, case, words)
    return STAY


def _fit(words: str) -> None:
    """What may not go to a resident: too much at once, and addresses, by which she knows what is not ours."""
    if len(words) > LONGEST:
        raise Refuse(t("talk.long", most=LONGEST))
    if names_address(words):
        raise Refuse(t("talk.address"))


async def send(turn: Turn, case: Case, words: str, *, phrase: str = "") -> None:
    """Write it down and promise it. Refuses what may not go out, and when the talk was ended this very moment."""
    _fit(words)
    officer = officer_of(turn)
    message_id = turn.inbound.message_id if turn.inbound.kind is Kind.TEXT else None
    try:
        await talks.say(turn.store, case.id, words, officer=officer.id, message_id=message_id, phrase=phrase)
    except Over:
        raise Refuse(t("talks.over")) from None
    post(turn, case, ready(turn, phrase, case) or _own(case, words))


def _own(case: Case, words: str) -> Saying:
    """Free words; such as their reader may not read are named as the officer's."""
    return t("talk.in_korean", words=words) if foreign(case, words) else lines(words)


def post(turn: Turn, case: Case, said: Saying, paper: UUID | None = None) -> None:
    """A letter to the resident; who writes is named only where the office says so."""
    named = turn.city.places.officers_named
    text = t("talk.from_officer", name=officer_of(turn).name, said=said) if named else t("talk.from_office", said=said)
    turn.letters.append(Letter(text, TALK, Lane.NOTICE, case.chat, case.id, (ANSWER,), paper=paper))


async def send_photo(turn: Turn, case: Case, upload: Upload) -> Next:
    """It is fetched and looked through like any paper; `photo_came` sends it on, after what is written under it."""
    words = turn.inbound.text.strip()
    if foreign(case, words):
        raise Refuse(t("talk.photo.apart"))
    if words:
        await send(turn, case, words)
    photo = await papers.want(turn, case.id, papers.OTHER, upload)
    try:
        await talks.say(turn.store, case.id, "", officer=officer_of(turn).id, photo=photo)
    except Over:
        raise Refuse(t("talks.over")) from None
    return STAY


async def photo_came(turn: Turn, case: Case, file: File) -> None:
    """A photo of a talk was found good: the other side sees it. Who has the talk in hand, only at her open desk."""
    if turn.officer is not None and file.person != case.person:
        post(turn, case, t("talk.photo.here"), file.id)
        return
    officer = await staff.by_id(turn.store, case.holder) if case.holder else None
    if officer is not None and officer.chat is not None and officer.desk_open(turn.now):
        ticket = await viewings.begin(turn.store, case, file, officer.id, officer.chat)
        caption = lines(t("staff.title"), t("talk.photo.hers", who=await whom(turn, case.resident, case.number)))
        letter = Letter(caption, viewings.SHOWN, Lane.NOTICE, officer.chat, case.id, paper=file.id, protect=True)
        turn.letters.append(replace(letter, ticket=ticket))


# ------------------------------------------------------------------------------------------- from anywhere else


async def overheard(turn: Turn) -> Next | None:
    """What no question of this desk asked for: words for the open talk, or for whom; an edit; a talk just taken."""
    inbound = turn.inbound
    if inbound.kind is Kind.PRESS:
        await too_late(turn, inbound.press.partition(".")[2])
    if inbound.kind not in (Kind.TEXT, Kind.UPLOAD, Kind.EDIT) or closed(turn) is not None:
        return None
    case = await open_talk(turn)
    if inbound.kind is Kind.EDIT:
        return await _corrected(turn, case) if case is not None else None
    if case is not None:
        way = await (send_photo(turn, case, inbound.upload) if inbound.upload else hear(turn, case, inbound.text))
        if way is STAY:
            turn.say(t("talk.sent_to", who=await whom(turn, case.resident, case.number)))
        return way
    if inbound.upload is None and await talks.in_hand(turn.store, officer_of(turn).id):
        return Open("talks", "whom", {"words": inbound.text})
    return None


async def _corrected(turn: Turn, case: Case) -> Next | None:
    """An officer's edit goes after what it corrects."""
    words, message_id, officer = turn.inbound.text.strip(), turn.inbound.message_id, officer_of(turn)
    try:
        _fit(words)
        await talks.correct(turn.store, case.id, message_id or 0, words, officer.id)
    except Refuse as refusal:
        turn.say(refusal.text, kind="refusal")
        return STAY
    except Over:
        return None
    post(turn, case, t("talk.edited", words=_own(case, words)))
    return STAY
