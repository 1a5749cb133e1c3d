"""Whether words are ours: known again by keyed digests alone, letter by letter, long after the words are gone.

A letter's digest lies in its row of the outbox. What else came to stand in a chat has a line of the ledger: a choice
written under a question, a live card, a letter that went in other words than it was written. A broadcast has one
digest for each text its readers got, and each recipient the number of hers. All are keyed by the house's own key, so
that the database alone tells nothing and a change of the office's keys loses nothing.
"""

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec.structs import asdict
from sqlalchemy import and_, bindparam, func, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from storage import audit
from storage.bulk import Bulk
from storage.engine import Db, Drawer
from storage.ready import Ready
from storage.retention import KST
from storage.tables import asked_whether_ours, broadcast_texts, broadcasts, ledger, outbox, recipients
from storage.vault import Key

OURS, OTHERS, NOT_OURS, SCAM = ANSWERS = "ours", "others", "not_ours", "scam"  # what is answered
MAY_HAVE_COME = ("sent", "sending", "parked", "recalling", "recalled", "kept")  # states of a recipient
ONCE_HAD = ("recalling", "recalled")  # in whose place another text may stand

_note = Bulk(ledger, ("chat", "digest", "at"), overwrite=("chat", "digest"))
_letter = Ready(
    select(func.coalesce(outbox.c.sent_at, outbox.c.created_at).label("at"))
    .where(outbox.c.chat == bindparam("chat"), outbox.c.digest == bindparam("digest", type_=outbox.c.digest.type))
    .where(or_(outbox.c.state != "failed", outbox.c.outcome == "doubt"))
    .order_by(outbox.c.id.desc())
    .limit(1)
)
_line = Ready(
    select(ledger.c.at).where(
        ledger.c.chat == bindparam("chat"), ledger.c.digest == bindparam("digest", type_=ledger.c.digest.type)
    )
)


def _one_more(make: Any) -> Any:
    first = make(asked_whether_ours).values(day=bindparam("day"), answer=bindparam("answer"), times=1)
    more = {"times": asked_whether_ours.c.times + 1}
    return first.on_conflict_do_update(index_elements=["day", "answer"], set_=more)


_asked = Ready(_one_more(sqlite.insert), _one_more(postgresql.insert))
_hers = and_(recipients.c.broadcast == broadcast_texts.c.broadcast, recipients.c.chat == bindparam("chat"))
_texts = Ready(
    select(
        broadcast_texts.c.number, broadcast_texts.c.corrects, broadcast_texts.c.at, broadcasts.c.recall,
        broadcasts.c.recall_at, broadcasts.c.audience.contains('"role":"officer"').label("inside"),
        recipients.c.state, recipients.c.at.label("heard_at"), recipients.c.text,
    )
    .select_from(
        broadcast_texts.join(broadcasts, broadcasts.c.id == broadcast_texts.c.broadcast).outerjoin(recipients, _hers)
    )
    .where(broadcast_texts.c.digest == bindparam("digest", type_=broadcast_texts.c.digest.type))
    .order_by(broadcast_texts.c.at.desc())
)  # fmt: skip

How = Literal["sent", "edited", "corrected", "outdated", "withdrawn", "others"]


class Line(msgspec.Struct, frozen=True):
    """Words that came to stand in a chat at a time; `digest` is that of `said`."""

    chat: int
    digest: bytes
    at: datetime


class Known(msgspec.Struct, frozen=True):
    """How words are ours, and when they went out; `since` is when they were corrected or taken back.

    `edited` is written by us over a message of ours; `corrected` took another text's place, `outdated` made way for
    one; `others` went out to many, and not to this chat.
    """

    how: How
    at: datetime
    since: datetime | None = None


# -------------------------------------------------------------------------------------------------------- digests


def plain(text: str) -> str:
    """The form in which words are compared: composed, with line feeds, without the blanks Telegram cuts off the ends.

    Nothing else is made equal: a letter more or less, a space, a line, and they are not the same words.
    """
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def imprint(house: Key, text: str) -> bytes:
    """The digest of words, whoever they were said to; half a character (a lone surrogate) stands in no text of ours."""
    return house.digest("words", plain(text))


def said_to(house: Key, chat: int, imprint: bytes) -> bytes:
    """The digest of words as said to one chat, so that nobody can see which chats were told the same."""
    return house.digest("said", f"{chat}|{imprint.hex()}")


def said(house: Key, chat: int, text: str) -> bytes:
    """The digest under which the ledger knows what was said to a chat."""
    return said_to(house, chat, imprint(house, text))


# -------------------------------------------------------------------------------------------------------- keeping


async def note(db: Db, lines: Iterable[Line]) -> None:
    """Keep what stands in chats besides the letters of the outbox; of the same words the last time counts."""
    last = {(line.chat, line.digest): line for line in lines}
    await _note.put(db, [asdict(last[which]) for which in sorted(last)])


async def note_shown(store: Drawer, chat: int, text: str) -> None:
    """Keep what a message of ours shows from now on."""
    house = await audit.house_key(store.db, store.vault)
    await note(store.db, [Line(chat, said(house, chat, text), store.now)])


async def text_of(store: Drawer, broadcast: UUID, text: str, *, corrects: bool = False) -> int:
    """The number of a broadcast's text, given when it first goes to somebody. The broadcast is locked already."""
    digest = imprint(await audit.house_key(store.db, store.vault), text)
    mine = (broadcast_texts.c.broadcast == broadcast, broadcast_texts.c.corrects.is_(corrects))
    same = select(broadcast_texts.c.number).where(*mine, broadcast_texts.c.digest == digest)
    number: int | None = (await store.read(same)).scalar()
    if number is None:
        count = select(func.count()).where(broadcast_texts.c.broadcast == broadcast)
        number = int((await store.read(count)).scalar_one()) + 1
        row = {"broadcast": broadcast, "number": number, "digest": digest, "corrects": corrects, "at": store.now}
        await store.write(insert(broadcast_texts), row)
    return number


# -------------------------------------------------------------------------------------------------------- knowing


async def known(store: Drawer, chat: int, imprint: bytes) -> Known | None:
    """How these words are ours in this chat; None when they are not, or were said to somebody else alone."""
    house = await audit.house_key(store.db, store.vault)
    here = {"chat": chat, "digest": said_to(house, chat, imprint)}
    if letter := await _letter.run(store.db, here):
        return Known("sent", letter[0].at)
    if line := await _line.run(store.db, here):
        return Known("edited", line[0].at)
    texts = await _texts.run(store.db, {"chat": chat, "digest": imprint})
    found = [how for row in texts if (how := _known(row)) is not None]
    return next((one for one in found if one.how != "others"), found[0] if found else None)


async def count_asked(store: Drawer, answer: str) -> None:
    """Count that somebody asked today, in Korea, whether words are ours, and what was answered."""
    day = store.now.astimezone(KST).date()
    await store.write_ready(_asked, {"day": day, "answer": answer})


def _known(row: Any) -> Known | None:
    """What one text of a broadcast is to this chat."""
    if row.corrects:
        return Known("corrected", row.heard_at, row.recall_at) if row.state in ONCE_HAD else _of_others(row)
    if row.state not in MAY_HAVE_COME or row.text not in (None, row.number):
        return _of_others(row)
    if row.recall is None:
        return Known("sent", row.heard_at)
    return Known("outdated" if row.recall == "edit" else "withdrawn", row.heard_at, row.recall_at)


def _of_others(row: Any) -> Known | None:
    """A text for all is no secret; one for the office is."""
    return None if row.inside else Known("others", row.at)
