"""The roster and the payments, in versions, and how people are recognised by them."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, LargeBinary, SmallInteger, String, Table, Text, Uuid

from storage.tables.columns import DONG, HASH, Moment, metadata

residents = Table(  # everybody who ever stood on a roster keeps one random id
    "residents",
    metadata,
    Column("person_hash", HASH, primary_key=True),
    Column("id", Uuid, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the office's own id of the person
    sqlite_with_rowid=False,
)

imports = Table(
    "imports",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(10), nullable=False),  # roster payments
    Column("state", String(10), nullable=False),  # staging staged applied undone clearing pruned
    Column("started_at", Moment, nullable=False),
    Column("applied_at", Moment),
    Column("before", Integer),  # the version it is compared with and takes the place of
    Column("rows", Integer, nullable=False),
    Column("bad", Integer, nullable=False),
    Column("difference", Text),  # from the version before, as JSON: see `differences`
    Column("staged_by", Uuid),  # the first who stands for it, in `staff`; None: the command line
    Column("applied_by", Uuid),
    Column("since", Integer),  # the version people are told the changes from
    Column("noted_to", Uuid),  # the last open case looked at
    Column("told_to", BigInteger),  # the last chat looked at
    Column("told_at", Moment),  # when all who are to be told had been
)

pointers = Table(  # the version in force of each kind
    "pointers",
    metadata,
    Column("kind", String(10), primary_key=True),
    Column("version", Integer, nullable=False),
)

roster = Table(
    "roster",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("resident", Uuid, primary_key=True),
    Column("dong", DONG, nullable=False),
    Column("birth_year", SmallInteger, nullable=False),
    Column("category", String(16), nullable=False),
    Column("household", HASH, nullable=False),
    Column("is_head", Boolean, nullable=False),
    Column("nationality_status", String(16), nullable=False),
    Column("insurance", String(10)),
    Column("premium", Integer),
    Column("earners", SmallInteger),
    Column("assets_over", Boolean),
    Column("insured", Boolean),
    Column("present_on_reference_date", Boolean),
    Column("sealed", LargeBinary, nullable=False),  # name, birth date, phone, the office's own id of the household
    sqlite_with_rowid=False,
)

roster_lookups = Table(  # keyed digests of phone, identity and household, written in their own order: see `imports`
    "roster_lookups",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest_hash", HASH, primary_key=True),
    Column("resident", Uuid, primary_key=True),
    sqlite_with_rowid=False,
)

payments = Table(
    "payments",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("resident", Uuid, primary_key=True),
    Column("round", String(8), primary_key=True),
    Column("status", String(12), nullable=False),
    Column("method", String(12)),
    Column("amount", Integer),
    Column("applied_at", Moment),
    Column("paid_at", Moment),
    sqlite_with_rowid=False,
)

sum_changes = Table(  # a sum that a payment file in force changed, as its person was told
    "sum_changes",
    metadata,
    Column("resident", Uuid, primary_key=True),
    Column("round", String(8), primary_key=True),
    Column("before", Integer, nullable=False),
    Column("after", Integer),  # None: there is no payment any more
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

codes = Table(
    "codes",
    metadata,
    Column("code_hash", HASH, primary_key=True),
    Column("resident", Uuid, nullable=False, index=True),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

misses = Table(
    "misses",
    metadata,
    Column("who", String(48), primary_key=True),  # a chat, or a resident's random id
    Column("day", Date, primary_key=True),
    Column("times", Integer, nullable=False),
)
