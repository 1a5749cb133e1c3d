"""What comes in, and what goes out."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Uuid,
)

from storage.tables.columns import HASH, Moment, Serial, metadata, where

claims = Table(
    "claims",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Index("ix_claims_at", "at"),
)

faults = Table(
    "faults",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("times", SmallInteger, nullable=False),
    Column("at", Moment, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("ticket", Uuid, nullable=False),  # made before the insert, so that the seal can name its row
    Column("chat", BigInteger, nullable=False),
    Column("lane", String(9), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("about", Uuid),
    Column("state", String(8), nullable=False),  # waiting sending sent failed
    Column("due_at", Moment, nullable=False),
    Column("tries", SmallInteger, nullable=False),
    Column("again", Boolean, nullable=False),  # may have arrived before: say so
    Column("message_id", BigInteger),
    Column("outcome", String(40)),
    Column("digest", LargeBinary(16)),  # keyed digest of the normalised text: "is this really from you?"
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("sealed", LargeBinary),
    Index("ix_outbox_unsent", "lane", "chat", "id", **where("state IN ('waiting', 'sending')")),
    Index("ix_outbox_said", "chat", "digest"),
    Index("ix_outbox_shown", "ticket", **where("kind = 'shown'")),  # papers shown, to be taken away again
    Index("ix_outbox_created_at", "created_at"),
)

ledger = Table(  # what else came to stand in a chat in our name: see `ledger`
    "ledger",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", HASH, primary_key=True),
    Column("at", Moment, nullable=False),
    Index("ix_ledger_at", "at"),
    sqlite_with_rowid=False,
)

asked_whether_ours = Table(  # how often it was asked on a day in Korea, and answered so; of the texts nothing is kept
    "asked_whether_ours",
    metadata,
    Column("day", Date, primary_key=True),
    Column("answer", String(10), primary_key=True),
    Column("times", Integer, nullable=False),
)

lines = Table(  # a line is one chat's rows of one lane, carried by one process at a time
    "lines",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("lane", String(9), primary_key=True),
    Column("carrier", Uuid),
)

carriers = Table(
    "carriers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("process", String(80), nullable=False),
    Column("beat_at", Float, nullable=False),  # seconds of the database's own clock
)

budget = Table(
    "budget",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("tokens", Float, nullable=False),
    Column("at", Float, nullable=False),
)
