"""What people ask, and what the counter learns of it."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, LargeBinary, String, Table, Uuid

from storage.tables.columns import Moment, metadata, where

questions = Table(  # what residents asked and what came of it: by day, of nobody
    "questions",
    metadata,
    Column("id", Uuid, primary_key=True),  # random through and through: it tells no time
    Column("day", Date, nullable=False),
    Column("language", String(2), nullable=False),
    Column("verdict", String(8), nullable=False),  # answer choose unknown
    Column("topic", String(40)),  # what it was about
    Column("kind", String(40)),  # the wrong claim it repeated, or what it was about instead
    Column("helped", Boolean, nullable=False),  # until somebody says that it did not
    Column("guesses", String(240)),  # topics it may be about, the likeliest first
    Column("bundle", Uuid),  # the first of those that say the same: see `bundles`
    Column("sealed", LargeBinary),  # the words, with the office's own key, where no topic answers them yet
    Index("ix_questions_day", "day"),
    Index(
        "ix_questions_loose",  # without an answer, and in no bundle yet
        "id",
        **where("verdict = 'unknown' AND sealed IS NOT NULL AND bundle IS NULL"),
    ),
    Index("ix_questions_bundle", "bundle", "day", **where("bundle IS NOT NULL")),
)

bundles = Table(  # questions without an answer that say the same; a bundle has the id of its first
    "bundles",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("language", String(2), nullable=False),
    Column("state", String(10), nullable=False),  # open proposed handed settled
    Column("times", Integer, nullable=False),
    Column("newest", Date, nullable=False),
    Column("guesses", String(240), nullable=False),  # topics they may be about, the likeliest first
    Index("ix_bundles_open", "times", **where("state = 'open'")),
    Index("ix_bundles_living", "newest", **where("state <> 'settled'")),
    Index("ix_bundles_newest", "newest"),
)

amendments = Table(  # what an officer wants answered otherwise, or known as a question, and another confirmed
    "amendments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(10), nullable=False),  # answer phrasings elsewhere
    Column("programme", String(40), nullable=False),  # empty where it is the city's
    Column("code", String(40), nullable=False),  # of the topic, or of what belongs elsewhere
    Column("bundle", Uuid),  # the questions it comes from
    Column("proposed_by", Uuid, nullable=False),
    Column("proposed_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("settled_by", Uuid),
    Column("retired_at", Moment),  # from when on it counts no more: the files say the same, or it was declined
    Column("sealed", LargeBinary, nullable=False),  # its words, with the office's own key
    Index("ix_amendments_waiting", "id", **where("settled_at IS NULL")),
    Index("ix_amendments_in_force", "id", **where("settled_at IS NOT NULL AND retired_at IS NULL")),
    Index("ix_amendments_proposed_at", "proposed_at"),
)
