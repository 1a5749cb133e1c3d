"""Papers that residents send, and officers look at."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)

from storage.tables.columns import Moment, metadata, where

files = Table(
    "files",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case", Uuid, nullable=False, index=True),  # the case it is for, filed or still a draft
    Column("person", Uuid, nullable=False),
    Column("paper", String(40)),
    Column("state", String(8), nullable=False),  # wanted stored unfit missing gone
    Column("at", Moment, nullable=False),
    Column("kind", String(8)),
    Column("size", Integer),
    Column("pages", Integer),
    Column("parts", Integer),
    Column("outcome", String(20)),
    Column("sealed", LargeBinary),  # the channel's handle and the file's name
    UniqueConstraint("case", "id"),
)

file_parts = Table(
    "file_parts",
    metadata,
    Column("file", Uuid, primary_key=True),
    Column("n", SmallInteger, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

viewings = Table(  # documents shown in an officer's chat, until they are taken away again
    "viewings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case", Uuid, nullable=False),
    Column("file", Uuid, nullable=False),
    Column("staff", Uuid, nullable=False),
    Column("chat", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("letter", Uuid, nullable=False),  # ticket of its row in the outbox
    Column("ended_at", Moment),  # since when it is to be taken away
    Column("gone_at", Moment),
    Index("ix_viewings_open", "staff", **where("gone_at IS NULL")),
    Index("ix_viewings_case", "case"),
)
