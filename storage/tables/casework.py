"""Cases: what happened to each, what was decided, what it grants; talks and visits."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    text,
)

from storage.tables.columns import DONG, HASH, Moment, metadata, where

OPEN = where("open", sqlite="open = 1")

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
    Column("dong", DONG),
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
    Column("phone_hash", HASH),  # the number told for her
    Column("name_hash", HASH),  # her name and birth date, as told
    Column("sealed", LargeBinary),  # statement, names, birth date, phone
    Index("ix_cases_one_open", "kind", "programme", "round", "subject_hash", unique=True, **OPEN),
    Index("ix_cases_person", "person", "filed_at"),
    Index("ix_cases_resident", "resident"),
    *(
        Index(f"ix_cases_{what}", f"{what}_hash", **where(there))
        for what, there in (("phone", "phone_hash IS NOT NULL"), ("name", "name_hash IS NOT NULL"))
    ),
    Index("ix_cases_dong", "dong", "due_at", **OPEN),
    Index(  # the order in which cases are taken, and all that is asked of those before one
        "ix_cases_queue", "office", "place", "due_at", "filed_at", "kind", "state", "holder", **OPEN
    ),
    Index("ix_cases_holder", "holder", **where("holder IS NOT NULL")),
    Index("ix_cases_closed", "programme", "round", "reason", "closed_at"),
    Index("ix_cases_closed_at", "closed_at", **where("closed_at IS NOT NULL")),  # what was answered lately
    Index("ix_cases_open", "id", **OPEN),
    Index("ix_cases_asked", "answer_by", **where("state = 'supplement'")),
    Index("ix_cases_clock", "alerted", "due_at", **OPEN),
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
    Index("ix_decisions_unopened", "at", **where("opened_at IS NULL AND chased_at IS NULL")),
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
    Index("ix_awards_case", "case", unique=True, **where("revoked_at IS NULL")),
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
    Column("outcome", String(12)),  # of the last time: done applied not_home second
)
