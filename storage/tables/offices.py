"""Officers and admins: their rights, their days, the cards of their groups."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, LargeBinary, SmallInteger, String, Table, Text, Uuid

from storage.tables.columns import DONG, HASH, Moment, metadata, where

staff = Table(
    "staff",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("chat", BigInteger),  # None until the invitation is used
    Column("since", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("suspended_at", Moment),  # since when she may do nothing, until an admin lifts it
    Column("pin_hash", HASH),
    Column("pin_tries", SmallInteger, nullable=False),
    Column("stirred_at", Moment),  # last press at the open desk; None: the desk is closed
    Column("talking", Uuid),  # the one conversation she has open
    Column("digest_on", Date),  # the last day on which the morning's figures were sent; None: she wants none
    Column("lives", DONG),  # where she said she lives: a dong, or `elsewhere`; None: she was not asked
    Column("sealed", LargeBinary),  # name
    Index("ix_staff_chat", "chat", unique=True, **where("ended_at IS NULL")),
)

grants = Table(
    "grants",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("staff", Uuid, nullable=False, index=True),
    Column("role", String(12), nullable=False),
    Column("dong", DONG),
    Column("until", Date),  # last day of a contract that ends
    Column("since", Moment, nullable=False),
    Column("given_by", Uuid),
    Column("ended_at", Moment),
    Column("ended_by", Uuid),
    Index("ix_grants_role", "role", "dong", **where("ended_at IS NULL")),
)

rights_ledger = Table(  # who changed whose rights: given, taken, suspended, unlocked
    "rights_ledger",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("staff", Uuid, nullable=False),
    Column("at", Moment, nullable=False),
    Column("what", String(12), nullable=False),
    Column("by", Uuid),  # None: at the command line
    Index("ix_rights_ledger_staff", "staff", "at"),
)

admin_requests = Table(  # one admin wants somebody to be an admin: another confirms
    "admin_requests",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("staff", Uuid, nullable=False),
    Column("until", Date),  # last day of a contract that ends
    Column("asked_by", Uuid, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("settled_by", Uuid),
    Column("confirmed", Boolean),
    Index("ix_admin_requests_open", "staff", unique=True, **where("settled_at IS NULL")),
)

reviews = Table(  # the monthly look at who did what, one row an officer
    "reviews",
    metadata,
    Column("month", Date, primary_key=True),  # its first day
    Column("staff", Uuid, primary_key=True),
    Column("made_at", Moment, nullable=False),
    Column("found", Text, nullable=False),  # what was counted, as JSON
    Column("closed_at", Moment),
    Column("closed_by", Uuid),
    Column("sealed", LargeBinary),  # the remark of who closed it
    sqlite_with_rowid=False,
)

invitations = Table(
    "invitations",
    metadata,
    Column("code_hash", HASH, primary_key=True),
    Column("staff", Uuid, nullable=False, index=True),
    Column("made_by", Uuid),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

duty = Table(  # days on which somebody's duty differs from the office's hours
    "duty",
    metadata,
    Column("staff", Uuid, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("half", String(2), primary_key=True),  # am pm
    Column("works", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

closures = Table(  # days the office adds to the holidays it knows, or takes from them
    "closures",
    metadata,
    Column("day", Date, primary_key=True),
    Column("works", Boolean, nullable=False),
    Column("name", String(40), nullable=False),
    Column("at", Moment, nullable=False),
    Column("officer", Uuid),
    Column("walked", Uuid),  # the last case whose due time was looked at
    Column("moved_at", Moment),  # when the last open case had been
)

boards = Table(  # a staff group's live card
    "boards",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("office", String(24), nullable=False),
    Column("language", String(2), nullable=False),
    Column("message_id", BigInteger),
    Column("shown_at", Moment),  # when it was last looked at
    Column("digest", HASH),
)

board_codes = Table(  # one-time codes by which an officer hangs a card up in a group
    "board_codes",
    metadata,
    Column("code_hash", HASH, primary_key=True),
    Column("staff", Uuid, nullable=False),
    Column("office", String(24), nullable=False),
    Column("language", String(2), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)
