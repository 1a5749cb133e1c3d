"""Broadcasts with their recipients, imports that show themselves first, figures, and admins who watch each other."""

import sqlalchemy as sa
from alembic import op

from storage.tables import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "admin_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff", sa.Uuid(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_requests")),
    )
    op.create_index(
        "ix_admin_requests_open",
        "admin_requests",
        ["staff"],
        unique=True,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "broadcast_cards",
        sa.Column("broadcast", sa.Uuid(), nullable=False),
        sa.Column("chat", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("shown_at", Moment(), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=True),
        sa.PrimaryKeyConstraint("broadcast", "chat", name=op.f("pk_broadcast_cards")),
    )
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("halt", sa.String(length=8), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("picture", sa.String(length=200), nullable=True),
        sa.Column("starts_at", Moment(), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("drafter", sa.Uuid(), nullable=False),
        sa.Column("approver", sa.Uuid(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("stage_at", Moment(), nullable=False),
        sa.Column("rests_until", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("filled_to", sa.BigInteger(), nullable=True),
        sa.Column("filled", sa.Boolean(), nullable=False),
        sa.Column("taken_to", sa.BigInteger(), nullable=True),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("unreachable", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("parked", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("sent_then", sa.Integer(), nullable=False),
        sa.Column("refused_then", sa.Integer(), nullable=False),
        sa.Column("unreachable_then", sa.Integer(), nullable=False),
        sa.Column("recall", sa.String(length=8), nullable=True),
        sa.Column("recall_at", Moment(), nullable=True),
        sa.Column("recall_ended_at", Moment(), nullable=True),
        sa.Column("recalled", sa.Integer(), nullable=False),
        sa.Column("correction", sa.Text(), nullable=True),
        sa.Column("corrected_by", sa.Uuid(), nullable=True),
        sa.Column("counted", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
        sa.UniqueConstraint("number", name=op.f("uq_broadcasts_number")),
    )
    op.create_table(
        "recipients",
        sa.Column("broadcast", sa.Uuid(), nullable=False),
        sa.Column("chat", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=11), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("carrier", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("broadcast", "chat", name=op.f("pk_recipients")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_recipients_carrier",
        "recipients",
        ["carrier"],
        unique=False,
        sqlite_where=sa.text("carrier IS NOT NULL"),
        postgresql_where=sa.text("carrier IS NOT NULL"),
    )
    op.create_index(
        "ix_recipients_later",
        "recipients",
        ["broadcast", "at"],
        unique=False,
        sqlite_where=sa.text("state = 'later'"),
        postgresql_where=sa.text("state = 'later'"),
    )
    op.create_index(
        "ix_recipients_parked",
        "recipients",
        ["broadcast"],
        unique=False,
        sqlite_where=sa.text("state = 'parked'"),
        postgresql_where=sa.text("state = 'parked'"),
    )
    op.create_table(
        "reviews",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("staff", sa.Uuid(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("month", "staff", name=op.f("pk_reviews")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rights_ledger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_ledger")),
    )
    op.create_index("ix_rights_ledger_staff", "rights_ledger", ["staff", "at"], unique=False)
    op.create_table(
        "sum_changes",
        sa.Column("resident", sa.Uuid(), nullable=False),
        sa.Column("round", sa.String(length=8), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("resident", "round", name=op.f("pk_sum_changes")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_audit_by_officers",
        "audit",
        ["actor", "at", "action"],
        unique=False,
        sqlite_where=sa.text("action NOT IN ('consent', 'recognised', 'recognition.way', 'file.stored', 'case.filed')"),
        postgresql_where=sa.text(
            "action NOT IN ('consent', 'recognised', 'recognition.way', 'file.stored', 'case.filed')"
        ),
    )
    op.add_column("cases", sa.Column("phone_hash", sa.LargeBinary(length=16), nullable=True))
    op.add_column("cases", sa.Column("name_hash", sa.LargeBinary(length=16), nullable=True))
    op.create_index(
        "ix_cases_name",
        "cases",
        ["name_hash"],
        unique=False,
        sqlite_where=sa.text("name_hash IS NOT NULL"),
        postgresql_where=sa.text("name_hash IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_phone",
        "cases",
        ["phone_hash"],
        unique=False,
        sqlite_where=sa.text("phone_hash IS NOT NULL"),
        postgresql_where=sa.text("phone_hash IS NOT NULL"),
    )
    op.add_column("imports", sa.Column("difference", sa.Text(), nullable=True))
    op.add_column("imports", sa.Column("staged_by", sa.Uuid(), nullable=True))
    op.add_column("imports", sa.Column("applied_by", sa.Uuid(), nullable=True))
    op.add_column("imports", sa.Column("since", sa.Integer(), nullable=True))
    op.add_column("imports", sa.Column("noted_to", sa.Uuid(), nullable=True))
    op.add_column("imports", sa.Column("told_to", sa.BigInteger(), nullable=True))
    op.add_column("imports", sa.Column("told_at", Moment(), nullable=True))
    op.add_column("jobs", sa.Column("wanted", sa.Text(), nullable=True))
    op.drop_index(op.f("ix_outbox_parked"), table_name="outbox", sqlite_where=sa.text("state = 'parked'"))
    op.add_column("staff", sa.Column("suspended_at", Moment(), nullable=True))
    op.add_column("staff", sa.Column("digest_on", sa.Date(), nullable=True))
    _room_for_dongs(12, 24)


def downgrade() -> None:
    op.drop_column("staff", "digest_on")
    op.drop_column("staff", "suspended_at")
    op.create_index(op.f("ix_outbox_parked"), "outbox", ["id"], unique=False, sqlite_where=sa.text("state = 'parked'"))
    op.drop_column("jobs", "wanted")
    op.drop_column("imports", "told_at")
    op.drop_column("imports", "told_to")
    op.drop_column("imports", "noted_to")
    op.drop_column("imports", "since")
    op.drop_column("imports", "applied_by")
    op.drop_column("imports", "staged_by")
    op.drop_column("imports", "difference")
    op.drop_index(
        "ix_cases_phone",
        table_name="cases",
        sqlite_where=sa.text("phone_hash IS NOT NULL"),
        postgresql_where=sa.text("phone_hash IS NOT NULL"),
    )
    op.drop_index(
        "ix_cases_name",
        table_name="cases",
        sqlite_where=sa.text("name_hash IS NOT NULL"),
        postgresql_where=sa.text("name_hash IS NOT NULL"),
    )
    op.drop_column("cases", "name_hash")
    op.drop_column("cases", "phone_hash")
    op.drop_index(
        "ix_audit_by_officers",
        table_name="audit",
        sqlite_where=sa.text("action NOT IN ('consent', 'recognised', 'recognition.way', 'file.stored', 'case.filed')"),
        postgresql_where=sa.text(
            "action NOT IN ('consent', 'recognised', 'recognition.way', 'file.stored', 'case.filed')"
        ),
    )
    op.drop_table("sum_changes")
    op.drop_index("ix_rights_ledger_staff", table_name="rights_ledger")
    op.drop_table("rights_ledger")
    op.drop_table("reviews")
    op.drop_index(
        "ix_recipients_parked",
        table_name="recipients",
        sqlite_where=sa.text("state = 'parked'"),
        postgresql_where=sa.text("state = 'parked'"),
    )
    op.drop_index(
        "ix_recipients_later",
        table_name="recipients",
        sqlite_where=sa.text("state = 'later'"),
        postgresql_where=sa.text("state = 'later'"),
    )
    op.drop_index(
        "ix_recipients_carrier",
        table_name="recipients",
        sqlite_where=sa.text("carrier IS NOT NULL"),
        postgresql_where=sa.text("carrier IS NOT NULL"),
    )
    op.drop_table("recipients")
    op.drop_table("broadcasts")
    op.drop_table("broadcast_cards")
    op.drop_index(
        "ix_admin_requests_open",
        table_name="admin_requests",
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.drop_table("admin_requests")
    _room_for_dongs(24, 12)


def _room_for_dongs(former: int, length: int) -> None:
    """PostgreSQL had too little for two codes: it refused them, and of rows in bulk it cut the end off."""
    if op.get_bind().dialect.name == "sqlite":  # it keeps to no length
        return
    for table in ("roster", "cases", "grants", "outreach"):
        op.alter_column(
            table,
            "dong",
            existing_type=sa.String(former),
            type_=sa.String(length),
            postgresql_using=f"substr(dong, 1, {length})",
        )
