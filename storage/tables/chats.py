"""People who write to us, and where each stands."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Uuid,
    false,
)

from storage.tables.columns import Moment, metadata

people = Table(
    "people",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Uuid, nullable=False, unique=True),
    Column("language", String(2), nullable=False),
    Column("desk", String(12), nullable=False),
    Column("resident", Uuid),  # the resident she was recognised as
    Column("recognised_at", Moment),
    Column("consent", SmallInteger, nullable=False),  # version consented to; 0 none, -1 refused
    Column("consent_at", Moment),
    Column("case_notices", Boolean, nullable=False),
    Column("information", Boolean, nullable=False),
    Column("decisions_here", Boolean, nullable=False),
    Column("reachable", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("officer", Uuid),  # her account in `staff`, while she has one
    Column("sealed", LargeBinary),  # phone number shared
    Column("helps", Boolean, nullable=False, server_default=false()),  # she was once put on record as a helper
    Index("ix_people_resident", "resident", unique=True),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person", Uuid, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("version", SmallInteger, nullable=False),
    Column("given", Boolean, nullable=False),
    Column("case_notices", Boolean, nullable=False),
    Column("information", Boolean, nullable=False),
    Column("decisions_here", Boolean, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("desk", String(12), primary_key=True),
    Column("dialog", String(24)),
    Column("step", String(24)),
    Column("turn", Integer, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("sealed", LargeBinary),  # draft, trail, page
    Index("ix_sessions_updated_at", "updated_at"),
)
