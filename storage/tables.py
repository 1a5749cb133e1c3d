"""Everything that is remembered, table by table.

A column named `sealed` holds personal data encrypted with its owner's key (see `vault`); a column ending in `_hash`
holds a keyed digest to look people up by. All else is in clear because work needs it; `tests/house/test_columns.py`
keeps the list. Times are UTC.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An instant: aware outside, UTC inside, because SQLite forgets time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Into UTC; on SQLite as text, which has no zone. A batch has few instants: each is written once."""
        return _moment_as_text if dialect.name == "sqlite" else _moment_in_utc

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], datetime | None] | None:  # noqa: ARG002
        """Aware again."""
        return _moment_of_text if dialect.name == "sqlite" else None


def _moment_in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a moment wants a time zone")
    return value.astimezone(UTC)


@lru_cache(1024)
def _moment_as_text(value: datetime | None) -> str | None:
    moment = _moment_in_utc(value)
    return None if moment is None else moment.replace(tzinfo=None).isoformat(" ", "microseconds")


@lru_cache(1024)
def _moment_of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


Serial = BigInteger().with_variant(Integer, "sqlite")
HASH = LargeBinary(16)

# ------------------------------------------------------------------------------------------ settings of the house

settings = Table(
    "settings", metadata, Column("name", String(40), primary_key=True), Column("value", Text, nullable=False)
)

# -------------------------------------------------------------------------------------------------- keys and audit

keys = Table(
    "keys",
    metadata,
    Column("owner", Uuid, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

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
    Index("ix_audit_unsealed", "id", sqlite_where=text("place IS NULL"), postgresql_where=text("place IS NULL")),
    Index("ix_audit_place", "place", unique=True),
    Index("ix_audit_subject", "subject", "at"),
)

# -------------------------------------------------------------------------------------------- people who write to us

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

# ----------------------------------------------------------------------------------------------------- what comes in

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

# ---------------------------------------------------------------------------------------------------- what goes out

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("ticket", Uuid, nullable=False),  # made before the insert, so that the seal can name its row
    Column("chat", BigInteger, nullable=False),
    Column("lane", String(9), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("about", Uuid),
    Column("state", String(8), nullable=False),  # waiting sending sent parked failed
    Column("due_at", Moment, nullable=False),
    Column("tries", SmallInteger, nullable=False),
    Column("again", Boolean, nullable=False),  # may have arrived before: say so
    Column("message_id", BigInteger),
    Column("outcome", String(40)),
    Column("digest", LargeBinary(16)),  # keyed digest of the normalised text: "is this really from you?"
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("sealed", LargeBinary),
    Index(
        "ix_outbox_unsent",
        "lane",
        "chat",
        "id",
        sqlite_where=text("state IN ('waiting', 'sending')"),
        postgresql_where=text("state IN ('waiting', 'sending')"),
    ),
    Index("ix_outbox_chat", "chat", "id"),
    Index(  # papers shown, to be taken away again
        "ix_outbox_shown", "ticket", sqlite_where=text("kind = 'shown'"), postgresql_where=text("kind = 'shown'")
    ),
    Index("ix_outbox_created_at", "created_at"),
    Index(
        "ix_outbox_parked",
        "id",
        sqlite_where=text("state = 'parked'"),
        postgresql_where=text("state = 'parked'"),
    ),
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

# -------------------------------------------------------------------------------------------- the roster, in versions

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
    Column("state", String(10), nullable=False),  # staging staged applied undone pruned
    Column("started_at", Moment, nullable=False),
    Column("applied_at", Moment),
    Column("before", Integer),  # the version it took the place of
    Column("rows", Integer, nullable=False),
    Column("bad", Integer, nullable=False),
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
    Column("dong", String(12), nullable=False),
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

# ------------------------------------------------------------------------------------------------------------- cases

cases = Table(
    "cases",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),  # appeal talk task
    Column("programme", String(40), nullable=False),  # empty for a talk
    Column("round", String(8), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("state", String(12), nullable=False),
    Column("open", Boolean, nullable=False),
    Column("identity", String(10), nullable=False),  # recognised to_check refused
    Column("for_whom", String(12), nullable=False),  # self minor new_child unlisted
    Column("subject_hash", HASH, nullable=False),  # whom it is about: one open case for each
    Column("resident", Uuid),  # whom it is about, if on the roster
    Column("household", HASH),
    Column("person", Uuid, nullable=False),  # who filed it, in `people`
    Column("chat", BigInteger, nullable=False),
    Column("dong", String(12)),
    Column("language", String(2), nullable=False),
    Column("version", Integer, nullable=False),
    Column("filed_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("target_minutes", Integer),
    Column("closed_at", Moment),
    Column("office", String(24)),  # in whose queue it stands: a dong, or a team
    Column("holder", Uuid),  # the account in `staff` that has it in hand
    Column("held_at", Moment),  # when its holder last stirred
    Column("place", SmallInteger, nullable=False, server_default=text("1")),  # 0: back from a hand, before the others
    Column("answer_by", Moment),  # until when the resident shall answer
    Column("calls", SmallInteger, nullable=False, server_default=text("0")),  # how often she was asked, in this stage
    Column("extensions", SmallInteger, nullable=False, server_default=text("0")),
    Column("alerted", SmallInteger, nullable=False, server_default=text("0")),  # per cent of its clock told of
    Column("decided_by", Uuid),  # who decided it last: a reopened case goes to another
    Column("sealed", LargeBinary),  # statement, names, birth date, phone
    Index(
        "ix_cases_one_open",
        "kind",
        "programme",
        "round",
        "subject_hash",
        unique=True,
        sqlite_where=text("open = 1"),
        postgresql_where=text("open"),
    ),
    Index("ix_cases_person", "person", "filed_at"),
    Index("ix_cases_resident", "resident"),
    Index("ix_cases_dong", "dong", "due_at", sqlite_where=text("open = 1"), postgresql_where=text("open")),
    Index(  # the order in which cases are taken, and all that is asked of those before one
        "ix_cases_queue",
        "office",
        "place",
        "due_at",
        "filed_at",
        "kind",
        "state",
        "holder",
        sqlite_where=text("open = 1"),
        postgresql_where=text("open"),
    ),
    Index(
        "ix_cases_holder",
        "holder",
        sqlite_where=text("holder IS NOT NULL"),
        postgresql_where=text("holder IS NOT NULL"),
    ),
    Index("ix_cases_closed", "programme", "round", "reason", "closed_at"),
    Index(  # what was answered lately
        "ix_cases_closed_at",
        "closed_at",
        sqlite_where=text("closed_at IS NOT NULL"),
        postgresql_where=text("closed_at IS NOT NULL"),
    ),
    Index("ix_cases_open", "id", sqlite_where=text("open = 1"), postgresql_where=text("open")),
    Index(
        "ix_cases_asked",
        "answer_by",
        sqlite_where=text("state = 'supplement'"),
        postgresql_where=text("state = 'supplement'"),
    ),
    Index("ix_cases_clock", "alerted", "due_at", sqlite_where=text("open = 1"), postgresql_where=text("open")),
)

case_days = Table(
    "case_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("last", Integer, nullable=False),
)

case_events = Table(
    "case_events",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case", Uuid, nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("actor", Uuid),
    Column("sealed", LargeBinary),
    Index("ix_case_events_case", "case", "at"),
)

case_pauses = Table(  # spans in which the resident had to act: the office's clock stood still
    "case_pauses",
    metadata,
    Column("case", Uuid, primary_key=True),
    Column("began_at", Moment, primary_key=True),
    Column("ended_at", Moment),
    Column("reminded", SmallInteger, nullable=False),  # per cent of her time the resident was reminded of
    sqlite_with_rowid=False,
)

decisions = Table(  # the record each closing needs: outcome, reason, the rule's version, what was looked at
    "decisions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case", Uuid, nullable=False),
    Column("n", SmallInteger, nullable=False),  # 1, and more after reopening
    Column("outcome", String(12), nullable=False),
    Column("code", String(40), nullable=False),
    Column("rule", String(24), nullable=False),  # version of the rules it was decided by
    Column("officer", Uuid),
    Column("at", Moment, nullable=False),
    Column("opened_at", Moment),  # when the resident opened the full text
    Column("chased_at", Moment),  # when an unopened one became a task
    Column("exported_at", Moment),
    Column("sealed", LargeBinary),  # the officer's words, the evidence seen
    UniqueConstraint("case", "n"),
    Index(
        "ix_decisions_unopened",
        "at",
        sqlite_where=text("opened_at IS NULL AND chased_at IS NULL"),
        postgresql_where=text("opened_at IS NULL AND chased_at IS NULL"),
    ),
)

awards = Table(  # what an accepted appeal grants: lies over the roster until an import confirms it
    "awards",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case", Uuid, nullable=False),
    Column("resident", Uuid),  # None for somebody on no roster yet
    Column("programme", String(40), nullable=False),
    Column("round", String(8), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("before", Integer),  # what was said before, None for nothing
    Column("at", Moment, nullable=False),
    Column("confirmed_at", Moment),  # a payment file says the same
    Column("exported_at", Moment),  # stood on a payment list
    Column("revoked_at", Moment),  # its case was reopened
    Index("ix_awards_resident", "resident"),
    Index(
        "ix_awards_case",
        "case",
        unique=True,
        sqlite_where=text("revoked_at IS NULL"),
        postgresql_where=text("revoked_at IS NULL"),
    ),
)

exports = Table(
    "exports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("officer", Uuid),
)

talk_lines = Table(  # what a resident and an officer said to each other
    "talk_lines",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case", Uuid, nullable=False),
    Column("at", Moment, nullable=False),
    Column("officer", Uuid),  # None: the resident said it
    Column("message_id", BigInteger),  # of the resident's message, to know it again when it is edited
    Column("sealed", LargeBinary),
    Index("ix_talk_lines_case", "case", "id"),
)

visits = Table(
    "visits",
    metadata,
    Column("case", Uuid, primary_key=True),
    Column("day", Date),  # None: any day
    Column("half", String(2)),  # am pm, None: at any time
    Column("times", SmallInteger, nullable=False),  # how often somebody was there
    Column("outcome", String(12)),  # of the last time: done not_home second
)

# ------------------------------------------------------------------------------------------------------------- staff

staff = Table(
    "staff",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("chat", BigInteger),  # None until the invitation is used
    Column("since", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("pin_hash", HASH),
    Column("pin_tries", SmallInteger, nullable=False),
    Column("stirred_at", Moment),  # last press at the open desk; None: the desk is closed
    Column("talking", Uuid),  # the one conversation she has open
    Column("sealed", LargeBinary),  # name
    Index(
        "ix_staff_chat",
        "chat",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

grants = Table(
    "grants",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("staff", Uuid, nullable=False, index=True),
    Column("role", String(12), nullable=False),
    Column("dong", String(12)),
    Column("until", Date),  # last day of a contract that ends
    Column("since", Moment, nullable=False),
    Column("given_by", Uuid),
    Column("ended_at", Moment),
    Column("ended_by", Uuid),
    Index(
        "ix_grants_role",
        "role",
        "dong",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
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
    Index("ix_viewings_open", "staff", sqlite_where=text("gone_at IS NULL"), postgresql_where=text("gone_at IS NULL")),
    Index("ix_viewings_case", "case"),
)

# ----------------------------------------------------------------------------------------- helpers, nobody left out

helpers = Table(  # who may act for a resident, for one purpose, until a day
    "helpers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("resident", Uuid, nullable=False),
    Column("person", Uuid),  # who helps, in `people`; None until she used the code
    Column("purpose", String(12), nullable=False),
    Column("until", Date, nullable=False),
    Column("since", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("code_hash", HASH),
    Column("code_expires_at", Moment),
    Column("given_by", Uuid),  # the officer who countersigned, None: the resident herself
    Index("ix_helpers_resident", "resident"),
    Index("ix_helpers_person", "person"),
    Index(
        "ix_helpers_until",
        "until",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index("ix_helpers_code", "code_hash", unique=True),
)

outreach = Table(  # who has not claimed, as a job found them: oldest and alone first
    "outreach",
    metadata,
    Column("resident", Uuid, primary_key=True),
    Column("round", String(8), primary_key=True),
    Column("dong", String(12), nullable=False),
    Column("alone", Boolean, nullable=False),
    Column("birth_year", SmallInteger, nullable=False),
    Column("listing", Integer, nullable=False),  # the count of the list it was last found for
    Column("outcome", String(12)),  # of the last call or visit
    Column("at", Moment),
    Column("staff", Uuid),
    Index("ix_outreach_dong", "dong", "round", "outcome", "alone", "birth_year"),
    Index("ix_outreach_listing", "listing"),
    sqlite_with_rowid=False,
)

# ------------------------------------------------------------------------------------------------- papers and errands

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

jobs = Table(
    "jobs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("chat", BigInteger),
    Column("about", Uuid),
    Column("state", String(8), nullable=False),  # waiting taken done failed
    Column("run_at", Moment, nullable=False),
    Column("tries", SmallInteger, nullable=False),
    Column("taken_until", Float),  # seconds of the database's own clock
    Column("taker", Uuid),
    Index(
        "ix_jobs_waiting",
        "run_at",
        sqlite_where=text("state IN ('waiting', 'taken')"),
        postgresql_where=text("state IN ('waiting', 'taken')"),
    ),
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
