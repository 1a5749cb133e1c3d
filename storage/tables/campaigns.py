"""Broadcasts: one text for many."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, SmallInteger, String, Table, Text, Uuid

from storage.tables.columns import HASH, Moment, metadata, where

broadcasts = Table(  # one text for many, drafted by one admin and approved by another
    "broadcasts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),  # what people call it by
    Column("purpose", String(12), nullable=False),  # service information
    Column("stage", String(10), nullable=False),
    Column("halt", String(8)),  # why it stands still: person night failing
    Column("audience", Text, nullable=False),  # its rule, as JSON
    Column("words", Text, nullable=False),  # the text in each language, as JSON
    Column("picture", String(200)),  # the channel's handle
    Column("starts_at", Moment),  # None: as soon as it is approved
    Column("digest", LargeBinary(32)),  # of words, picture, purpose, audience and start, as they were put for approval
    Column("drafter", Uuid, nullable=False),
    Column("approver", Uuid),
    Column("created_at", Moment, nullable=False),
    Column("asked_at", Moment),
    Column("approved_at", Moment),
    Column("stage_at", Moment, nullable=False),  # when it came to its stage
    Column("rests_until", Moment),  # until when it stands still by itself
    Column("ended_at", Moment),
    Column("filled_to", BigInteger),  # the last chat written as a recipient; None before the first
    Column("filled", Boolean, nullable=False),  # all recipients are written
    Column("taken_to", BigInteger),  # the last chat taken up for sending
    Column("wanted", Integer, nullable=False),  # recipients written
    Column("sent", Integer, nullable=False),
    Column("unreachable", Integer, nullable=False),
    Column("refused", Integer, nullable=False),  # the other side will not take it: our fault
    Column("parked", Integer, nullable=False),  # in doubt: never again by itself
    Column("skipped", Integer, nullable=False),  # opted out or gone before it was her turn
    Column("cancelled", Integer, nullable=False),
    Column("sent_then", Integer, nullable=False),  # these counts when somebody last let it go on
    Column("refused_then", Integer, nullable=False),
    Column("unreachable_then", Integer, nullable=False),
    Column("recall", String(8)),  # delete edit: it is being taken back
    Column("recall_at", Moment),
    Column("recall_ended_at", Moment),
    Column("recalled", Integer, nullable=False),
    Column("correction", Text),  # words in each language that take its place, as JSON
    Column("corrected_by", Uuid),  # who wrote them
    Column("counted", Text),  # whom its rule reached when that was last counted, as JSON
)

recipients = Table(  # who hears a broadcast; the ledger of what became of each
    "recipients",
    metadata,
    Column("broadcast", Uuid, primary_key=True),
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("state", String(11), nullable=False),  # see `recipients`
    Column("at", Moment, nullable=False),
    Column("tries", SmallInteger, nullable=False),
    Column("carrier", Uuid),  # in whose hand it is now
    Column("message_id", BigInteger),
    Column("text", SmallInteger),  # which of its texts she got: see `broadcast_texts`
    Index("ix_recipients_later", "broadcast", "at", **where("state = 'later'")),
    Index("ix_recipients_carrier", "carrier", **where("carrier IS NOT NULL")),
    Index("ix_recipients_parked", "broadcast", **where("state = 'parked'")),
    sqlite_with_rowid=False,
)

broadcast_texts = Table(  # each text in which a broadcast goes out, by digest: its readers' languages and dongs
    "broadcast_texts",
    metadata,
    Column("broadcast", Uuid, primary_key=True),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("digest", HASH, nullable=False),
    Column("corrects", Boolean, nullable=False),  # it took another one's place
    Column("at", Moment, nullable=False),
    Index("ix_broadcast_texts_digest", "digest"),
)

broadcast_cards = Table(  # the live card of a broadcast in an admin's chat
    "broadcast_cards",
    metadata,
    Column("broadcast", Uuid, primary_key=True),
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger),
    Column("shown_at", Moment),
    Column("digest", HASH),
)
