"""What residents ask, what the counter learned to answer, and what it can know again as its own."""

import sqlalchemy as sa
from alembic import op

from storage.tables import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "amendments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("bundle", sa.Uuid(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("retired_at", Moment(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
    )
    op.create_index(
        "ix_amendments_in_force",
        "amendments",
        ["id"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NOT NULL AND retired_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NOT NULL AND retired_at IS NULL"),
    )
    op.create_index("ix_amendments_proposed_at", "amendments", ["proposed_at"], unique=False)
    op.create_index(
        "ix_amendments_waiting",
        "amendments",
        ["id"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "asked_whether_ours",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "answer", name=op.f("pk_asked_whether_ours")),
    )
    op.create_table(
        "broadcast_texts",
        sa.Column("broadcast", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("corrects", sa.Boolean(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("broadcast", "number", name=op.f("pk_broadcast_texts")),
    )
    op.create_index("ix_broadcast_texts_digest", "broadcast_texts", ["digest"], unique=False)
    op.create_table(
        "bundles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("newest", sa.Date(), nullable=False),
        sa.Column("guesses", sa.String(length=240), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundles")),
    )
    op.create_index(
        "ix_bundles_living",
        "bundles",
        ["newest"],
        unique=False,
        sqlite_where=sa.text("state <> 'settled'"),
        postgresql_where=sa.text("state <> 'settled'"),
    )
    op.create_index("ix_bundles_newest", "bundles", ["newest"], unique=False)
    op.create_index(
        "ix_bundles_open",
        "bundles",
        ["times"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "ledger",
        sa.Column("chat", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "digest", name=op.f("pk_ledger")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ledger_at", "ledger", ["at"], unique=False)
    op.create_table(
        "questions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.Column("guesses", sa.String(length=240), nullable=True),
        sa.Column("bundle", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index(
        "ix_questions_bundle",
        "questions",
        ["bundle", "day"],
        unique=False,
        sqlite_where=sa.text("bundle IS NOT NULL"),
        postgresql_where=sa.text("bundle IS NOT NULL"),
    )
    op.create_index("ix_questions_day", "questions", ["day"], unique=False)
    op.create_index(
        "ix_questions_loose",
        "questions",
        ["id"],
        unique=False,
        sqlite_where=sa.text("verdict = 'unknown' AND sealed IS NOT NULL AND bundle IS NULL"),
        postgresql_where=sa.text("verdict = 'unknown' AND sealed IS NOT NULL AND bundle IS NULL"),
    )
    op.add_column("jobs", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    op.drop_index(op.f("ix_outbox_chat"), table_name="outbox")
    op.create_index("ix_outbox_said", "outbox", ["chat", "digest"], unique=False)
    op.add_column("recipients", sa.Column("text", sa.SmallInteger(), nullable=True))
    op.add_column(
        "staff",
        sa.Column("lives", sa.String(length=12).with_variant(sa.String(length=24), "postgresql"), nullable=True),
    )


def downgrade() -> None:
    op.drop_column("staff", "lives")
    op.drop_column("recipients", "text")
    op.drop_index("ix_outbox_said", table_name="outbox")
    op.create_index(op.f("ix_outbox_chat"), "outbox", ["chat", "id"], unique=False)
    op.drop_column("jobs", "sealed")
    op.drop_index(
        "ix_questions_loose",
        table_name="questions",
        sqlite_where=sa.text("verdict = 'unknown' AND sealed IS NOT NULL AND bundle IS NULL"),
        postgresql_where=sa.text("verdict = 'unknown' AND sealed IS NOT NULL AND bundle IS NULL"),
    )
    op.drop_index("ix_questions_day", table_name="questions")
    op.drop_index(
        "ix_questions_bundle",
        table_name="questions",
        sqlite_where=sa.text("bundle IS NOT NULL"),
        postgresql_where=sa.text("bundle IS NOT NULL"),
    )
    op.drop_table("questions")
    op.drop_index("ix_ledger_at", table_name="ledger")
    op.drop_table("ledger")
    op.drop_index(
        "ix_bundles_open",
        table_name="bundles",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index("ix_bundles_newest", table_name="bundles")
    op.drop_index(
        "ix_bundles_living",
        table_name="bundles",
        sqlite_where=sa.text("state <> 'settled'"),
        postgresql_where=sa.text("state <> 'settled'"),
    )
    op.drop_table("bundles")
    op.drop_index("ix_broadcast_texts_digest", table_name="broadcast_texts")
    op.drop_table("broadcast_texts")
    op.drop_table("asked_whether_ours")
    op.drop_index(
        "ix_amendments_waiting",
        table_name="amendments",
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.drop_index("ix_amendments_proposed_at", table_name="amendments")
    op.drop_index(
        "ix_amendments_in_force",
        table_name="amendments",
        sqlite_where=sa.text("settled_at IS NOT NULL AND retired_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NOT NULL AND retired_at IS NULL"),
    )
    op.drop_table("amendments")
