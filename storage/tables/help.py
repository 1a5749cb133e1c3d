"""Helpers, and who has not claimed: nobody is left out."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, SmallInteger, String, Table, Uuid

from storage.tables.columns import DONG, HASH, Moment, metadata, where

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
    Index("ix_helpers_until", "until", **where("ended_at IS NULL")),
    Index("ix_helpers_code", "code_hash", unique=True),
)

outreach = Table(  # who has not claimed, as a job found them: oldest and alone first
    "outreach",
    metadata,
    Column("resident", Uuid, primary_key=True),
    Column("round", String(8), primary_key=True),
    Column("dong", DONG, nullable=False),
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
