"""From a letter of a dialog to a row of the outbox, and from a row to the sheet a channel sends."""

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import orjson

from bot.channels.base import Sheet
from handlers.dialog import Letter, Saying
from programmes.model import Lang
from storage.ids import new_id
from storage.ledger import said
from storage.outbox import WAITING, Row, place
from storage.people import Person
from storage.vault import Key, Vault

Words = Callable[[Saying | str, Lang], str]


class Parcel(msgspec.Struct):
    """A letter on its way: its row in the outbox, and the sheet; `lang` is the reader's."""

    id: int
    chat: int
    lane: str
    kind: str
    sheet: Sheet
    lang: Lang
    created_at: datetime
    about: Any = None
    tries: int = 0
    doubts: int = 0
    again: bool = False
    begun: bool = False  # it may have gone out by now
    shortened: bool = False  # it goes in fewer words than were promised


class Posted(msgspec.Struct, frozen=True):
    """A letter in its reader's words, to be sealed with her key."""

    letter: Letter
    sheet: Sheet
    reader: Person
    key: Key


def written(letter: Letter, reader: Person, words: Words) -> Sheet:
    """The letter in its reader's language."""
    lang = reader.language
    picture = f"{letter.picture}.{lang}.png" if letter.picture else None
    return Sheet(
        text=words(letter.text, lang),
        rows=tuple([(data, words(label, lang)) for data, label in row] for row in letter.options),
        contact=words(letter.contact, lang) if letter.contact else None,
        clear=letter.clear_keyboard,
        picture=picture,
        drawing=letter.drawing,
        file=_enclosed(letter.file, words, lang),
        delete=letter.delete,
        otherwise=words(letter.otherwise, lang) if letter.otherwise else None,
        paper=letter.paper.hex if letter.paper else None,
        protect=letter.protect,
        photo=letter.photo,
    )


def _enclosed(file: tuple[str, bytes | Saying] | None, words: Words, lang: Lang) -> tuple[str, bytes] | None:
    """A file to go along; words are written as a text that any office's printer knows."""
    if file is None:
        return None
    name, data = file
    return name, data if isinstance(data, bytes) else words(data, lang).encode("utf-8-sig")


def to_row(posted: Posted, house: Key, now: datetime) -> dict[str, Any]:
    """The row of the outbox, its words sealed, with the digest by which the house knows them again."""
    letter, sheet, reader = posted.letter, posted.sheet, posted.reader
    ticket = letter.ticket or new_id()
    return {
        "ticket": ticket,
        "chat": reader.chat,
        "lane": letter.lane.value,
        "kind": letter.kind,
        "about": letter.about,
        "state": WAITING,
        "due_at": now,
        "tries": 0,
        "again": False,
        "digest": said(house, reader.chat, sheet.text),
        "created_at": now,
        "sealed": posted.key.seal(_packed(sheet, reader.language), place(ticket)),
    }


def to_send(id: int, posted: Posted, now: datetime) -> Parcel:
    """The parcel of a letter that was put into the outbox under this id."""
    letter, reader = posted.letter, posted.reader
    return Parcel(id, reader.chat, letter.lane.value, letter.kind, posted.sheet, reader.language, now, letter.about)


def from_row(row: Row, vault: Vault) -> Parcel | None:
    """The parcel of a row; None when its person's key was destroyed. Raises `Tampered`."""
    if row.sealed is None or row.owner is None or row.key is None:
        return None
    key = vault.known(row.owner) or vault.unwrap(row.owner, row.key)
    sheet, lang = _unpacked(key.open(row.sealed, place(row.ticket)))
    return Parcel(
        row.id, row.chat, row.lane, row.kind, sheet, lang, row.created_at, row.about, row.tries, again=row.again
    )


def _packed(sheet: Sheet, lang: Lang) -> bytes:
    packed: dict[str, Any] = {"lang": lang, "text": sheet.text}
    for name in ("rows", "contact", "clear", "picture", "delete", "otherwise", "paper", "protect", "photo"):
        if value := getattr(sheet, name):
            packed[name] = value
    if sheet.file is not None:
        packed["file"] = [sheet.file[0], base64.b64encode(sheet.file[1]).decode()]
    if sheet.drawing is not None:
        packed["drawing"] = base64.b64encode(sheet.drawing).decode()
    return orjson.dumps(packed)


def _unpacked(packed: bytes) -> tuple[Sheet, Lang]:
    values = orjson.loads(packed)
    lang: Lang = values.pop("lang")
    if (file := values.pop("file", None)) is not None:
        values["file"] = (file[0], base64.b64decode(file[1]))
    if (drawing := values.pop("drawing", None)) is not None:
        values["drawing"] = base64.b64decode(drawing)
    return Sheet(**values), lang
