"""Blots numbers that must not be here out of what came in, before anything is kept, and asks for the original to go."""

from datetime import datetime

from msgspec.structs import replace

from bot.mask import Masked, blot, clean, head, joins, mask, tail
from bot.metrics import MASKED
from handlers.dialog import Kind, Letter, Turn, t
from storage.sessions import Session

TOGETHER = 120.0  # seconds within which six digits and seven are taken for one number
NOTHING = Masked("", found=False)


def blotted(turn: Turn, session: Session) -> Session:
    """Clean and mask the words, the caption and the file name of what came in; gives the session to go on with."""
    inbound = turn.inbound
    if inbound.kind in (Kind.PRESS, Kind.ERRAND):
        return session
    words = mask(clean(inbound.text))
    session, joined, text = _joined(turn, session, words.text)
    upload, named = inbound.upload, NOTHING
    if upload is not None:
        named = mask(clean(upload.name))
        upload = replace(upload, name=named.text, ref=clean(upload.ref))
    if (text, upload) != (inbound.text, inbound.upload):
        turn.inbound = replace(inbound, text=text, upload=upload)
    if words.found or joined or named.found:
        MASKED.inc()
        _take_away(turn, inbound.message_id)
    return session


def _joined(turn: Turn, session: Session, text: str) -> tuple[Session, bool, str]:
    """Six digits at the end of one message and seven at the start of the next are one number: both go."""
    joined = False
    if session.tail is not None:
        digits, said_at, message_id = session.tail
        if (turn.now - datetime.fromisoformat(said_at)).total_seconds() <= TOGETHER and joins(digits, text):
            joined, text = True, blot(text, head(text) or "")
            if len(digits) == 6:  # eight are a birth date, which may stay where a step took it
                session = replace(session, draft=blot(session.draft, digits))
            _take_away(turn, message_id)
    left = None if joined else tail(text)
    kept = (left, turn.now.isoformat(), turn.inbound.message_id or 0) if left else None
    return session if kept == session.tail else replace(session, tail=kept), joined, text


def _take_away(turn: Turn, message_id: int | None) -> None:
    """Have the person's own message deleted, and tell her why; where that fails she is asked to do it."""
    if message_id is not None:
        turn.letters.append(Letter(t("desk.masked"), "masked", delete=message_id, otherwise=t("desk.masked_delete")))
