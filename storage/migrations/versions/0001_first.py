"""first"""

import sqlalchemy as sa
from alembic import op

from storage.tables import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.Column("seal", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_place", "audit", ["place"], unique=True)
    op.create_index("ix_audit_subject", "audit", ["subject", "at"], unique=False)
    op.create_index(
        "ix_audit_unsealed",
        "audit",
        ["id"],
        unique=False,
        sqlite_where=sa.text("place IS NULL"),
        postgresql_where=sa.text("place IS NULL"),
    )
    op.create_table(
        "budget",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_budget")),
    )
    op.create_table(
        "carriers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("beat_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carriers")),
    )
    op.create_table(
        "case_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_case_days")),
    )
    op.create_table(
        "case_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
    )
    op.create_index("ix_case_events_case", "case_events", ["case", "at"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("round", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("identity", sa.String(length=10), nullable=False),
        sa.Column("for_whom", sa.String(length=12), nullable=False),
        sa.Column("subject_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("resident", sa.Uuid(), nullable=True),
        sa.Column("household", sa.LargeBinary(length=16), nullable=True),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("dong", sa.String(length=12), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("filed_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("target_minutes", sa.Integer(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
    )
    op.create_index(
        "ix_cases_dong",
        "cases",
        ["dong", "due_at"],
        unique=False,
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )
    op.create_index(
        "ix_cases_one_open",
        "cases",
        ["kind", "programme", "round", "subject_hash"],
        unique=True,
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )
    op.create_index("ix_cases_person", "cases", ["person", "filed_at"], unique=False)
    op.create_table(
        "claims",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_claims")),
    )
    op.create_index("ix_claims_at", "claims", ["at"], unique=False)
    op.create_table(
        "codes",
        sa.Column("code_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("resident", sa.Uuid(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_codes")),
    )
    op.create_index(op.f("ix_codes_resident"), "codes", ["resident"], unique=False)
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("case_notices", sa.Boolean(), nullable=False),
        sa.Column("information", sa.Boolean(), nullable=False),
        sa.Column("decisions_here", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_person"), "consents", ["person"], unique=False)
    op.create_table(
        "faults",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("times", sa.SmallInteger(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_faults")),
    )
    op.create_table(
        "file_parts",
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("n", sa.SmallInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("file", "n", name=op.f("pk_file_parts")),
    )
    op.create_table(
        "files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("paper", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("parts", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("case", "id", name=op.f("uq_files_case_id")),
    )
    op.create_index(op.f("ix_files_case"), "files", ["case"], unique=False)
    op.create_table(
        "imports",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("applied_at", Moment(), nullable=True),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_imports")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=True),
        sa.Column("about", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("run_at", Moment(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("taken_until", sa.Float(), nullable=True),
        sa.Column("taker", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index(
        "ix_jobs_waiting",
        "jobs",
        ["run_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'taken')"),
        postgresql_where=sa.text("state IN ('waiting', 'taken')"),
    )
    op.create_table(
        "keys",
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_keys")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lines",
        sa.Column("chat", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lane", sa.String(length=9), nullable=False),
        sa.Column("carrier", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("chat", "lane", name=op.f("pk_lines")),
    )
    op.create_table(
        "misses",
        sa.Column("who", sa.String(length=48), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("who", "day", name=op.f("pk_misses")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket", sa.Uuid(), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.String(length=9), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_chat", "outbox", ["chat", "id"], unique=False)
    op.create_index("ix_outbox_created_at", "outbox", ["created_at"], unique=False)
    op.create_index(
        "ix_outbox_unsent",
        "outbox",
        ["lane", "chat", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'sending')"),
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
    )
    op.create_table(
        "payments",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("resident", sa.Uuid(), nullable=False),
        sa.Column("round", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("method", sa.String(length=12), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("applied_at", Moment(), nullable=True),
        sa.Column("paid_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("version", "resident", "round", name=op.f("pk_payments")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "people",
        sa.Column("chat", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("desk", sa.String(length=12), nullable=False),
        sa.Column("resident", sa.Uuid(), nullable=True),
        sa.Column("recognised_at", Moment(), nullable=True),
        sa.Column("consent", sa.SmallInteger(), nullable=False),
        sa.Column("consent_at", Moment(), nullable=True),
        sa.Column("case_notices", sa.Boolean(), nullable=False),
        sa.Column("information", sa.Boolean(), nullable=False),
        sa.Column("decisions_here", sa.Boolean(), nullable=False),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("chat", name=op.f("pk_people")),
        sa.UniqueConstraint("id", name=op.f("uq_people_id")),
    )
    op.create_index("ix_people_resident", "people", ["resident"], unique=True)
    op.create_table(
        "pointers",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_pointers")),
    )
    op.create_table(
        "residents",
        sa.Column("person_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_hash", name=op.f("pk_residents")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "roster",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("resident", sa.Uuid(), nullable=False),
        sa.Column("dong", sa.String(length=12), nullable=False),
        sa.Column("birth_year", sa.SmallInteger(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("household", sa.LargeBinary(length=16), nullable=False),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("nationality_status", sa.String(length=16), nullable=False),
        sa.Column("insurance", sa.String(length=10), nullable=True),
        sa.Column("premium", sa.Integer(), nullable=True),
        sa.Column("earners", sa.SmallInteger(), nullable=True),
        sa.Column("assets_over", sa.Boolean(), nullable=True),
        sa.Column("insured", sa.Boolean(), nullable=True),
        sa.Column("present_on_reference_date", sa.Boolean(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version", "resident", name=op.f("pk_roster")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "roster_lookups",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("resident", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("version", "digest_hash", "resident", name=op.f("pk_roster_lookups")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sessions",
        sa.Column("chat", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("desk", sa.String(length=12), nullable=False),
        sa.Column("dialog", sa.String(length=24), nullable=True),
        sa.Column("step", sa.String(length=24), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("chat", "desk", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_updated_at", "sessions", ["updated_at"], unique=False)
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "signals",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_signals")),
    )


def downgrade() -> None:
    op.drop_table("signals")
    op.drop_table("settings")
    op.drop_index("ix_sessions_updated_at", table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("roster_lookups")
    op.drop_table("roster")
    op.drop_table("residents")
    op.drop_table("pointers")
    op.drop_index("ix_people_resident", table_name="people")
    op.drop_table("people")
    op.drop_table("payments")
    op.drop_index(
        "ix_outbox_unsent",
        table_name="outbox",
        sqlite_where=sa.text("state IN ('waiting', 'sending')"),
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
    )
    op.drop_index("ix_outbox_created_at", table_name="outbox")
    op.drop_index("ix_outbox_chat", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("misses")
    op.drop_table("lines")
    op.drop_table("keys")
    op.drop_index(
        "ix_jobs_waiting",
        table_name="jobs",
        sqlite_where=sa.text("state IN ('waiting', 'taken')"),
        postgresql_where=sa.text("state IN ('waiting', 'taken')"),
    )
    op.drop_table("jobs")
    op.drop_table("imports")
    op.drop_index(op.f("ix_files_case"), table_name="files")
    op.drop_table("files")
    op.drop_table("file_parts")
    op.drop_table("faults")
    op.drop_index(op.f("ix_consents_person"), table_name="consents")
    op.drop_table("consents")
    op.drop_index(op.f("ix_codes_resident"), table_name="codes")
    op.drop_table("codes")
    op.drop_index("ix_claims_at", table_name="claims")
    op.drop_table("claims")
    op.drop_index("ix_cases_person", table_name="cases")
    op.drop_index(
        "ix_cases_one_open", table_name="cases", sqlite_where=sa.text("open"), postgresql_where=sa.text("open")
    )
    op.drop_index("ix_cases_dong", table_name="cases", sqlite_where=sa.text("open"), postgresql_where=sa.text("open"))
    op.drop_table("cases")
    op.drop_index("ix_case_events_case", table_name="case_events")
    op.drop_table("case_events")
    op.drop_table("case_days")
    op.drop_table("carriers")
    op.drop_table("budget")
    op.drop_index(
        "ix_audit_unsealed",
        table_name="audit",
        sqlite_where=sa.text("place IS NULL"),
        postgresql_where=sa.text("place IS NULL"),
    )
    op.drop_index("ix_audit_subject", table_name="audit")
    op.drop_index("ix_audit_place", table_name="audit")
    op.drop_table("audit")
