"""Settings of the house, its keys and record, what is to be done, and signs of life."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, SmallInteger, String, Table, Text, Uuid

from storage.tables.columns import Moment, metadata, where

settings = Table(
    "settings", metadata, Column("name", String(40), primary_key=True), Column("value", Text, nullable=False)
)

keys = Table(
    "keys",
    metadata,
    Column("owner", Uuid, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

BY_OFFICERS = "action NOT IN ('consent', 'recognised', 'recognition.way', 'file.stored', 'case.filed')"
# what residents do most is left out: they are a thousand times as many as officers

audit = Table(
    "audit",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("action", String(40), nullable=False),
    Column("actor", Uuid),
    Column("subject", Uuid),
    Column("sealed", LargeBinary),  # detail, with the subject's key, else the actor's, else the office's own
    Column("place", BigInteger),  # its place in the chain, given by the sealer
    Column("seal", LargeBinary(32)),
    Index("ix_audit_unsealed", "id", **where("place IS NULL")),
    Index("ix_audit_place", "place", unique=True),
    Index("ix_audit_subject", "subject", "at"),
    Index("ix_audit_by_officers", "actor", "at", "action", **where(BY_OFFICERS)),  # who did what, by day
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("chat", BigInteger),
    Column("about", Uuid),
    Column("wanted", Text),  # what is wanted, as JSON: kinds and codes, nothing of a person
    Column("state", String(8), nullable=False),  # waiting taken done failed
    Column("run_at", Moment, nullable=False),
    Column("tries", SmallInteger, nullable=False),
    Column("taken_until", Float),  # seconds of the database's own clock
    Column("taker", Uuid),
    Column("sealed", LargeBinary),  # words of a person it is about, with her key, until it is done
    Index("ix_jobs_waiting", "run_at", **where("state IN ('waiting', 'taken')")),
)

signals = Table(  # dead-man switch of each chore
    "signals",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("at", Float, nullable=False),
)

tallies = Table(  # how often something happened in a slot of minutes: see `tallies`
    "tallies",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("times", Integer, nullable=False),
)
