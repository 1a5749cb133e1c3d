"""The task force at its desk: staff and their rights, holds, pauses, decisions, talks, visits, helpers."""

import sqlalchemy as sa
from alembic import op

from storage.tables import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "awards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case", sa.Uuid(), nullable=False),
        sa.Column("resident", sa.Uuid(), nullable=True),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("round", sa.String(length=8), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.Column("exported_at", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awards")),
    )
    op.create_index(
        "ix_awards_case",
        "awards",
        ["case"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_index("ix_awards_resident", "awards", ["resident"], unique=False)
    op.create_table(
        "board_codes",
        sa.Column("code_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("staff", sa.Uuid(), nullable=False),
        sa.Column("office", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_board_codes")),
    )
    op.create_table(
        "boards",
        sa.Column("chat", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("shown_at", Moment(), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=True),
        sa.PrimaryKeyConstraint("chat", name=op.f("pk_boards")),
    )
    op.create_table(
        "case_pauses",
        sa.Column("case", sa.Uuid(), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("reminded", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case", "began_at", name=op.f("pk_case_pauses")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "closures",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("officer", sa.Uuid(), nullable=True),
        sa.Column("walked", sa.Uuid(), nullable=True),
        sa.Column("moved_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_closures")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case", sa.Uuid(), nullable=False),
        sa.Column("n", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=24), nullable=False),
        sa.Column("officer", sa.Uuid(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=True),
        sa.Column("chased_at", Moment(), nullable=True),
        sa.Column("exported_at", Moment(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("case", "n", name=op.f("uq_decisions_case_n")),
    )
    op.create_index(
        "ix_decisions_unopened",
        "decisions",
        ["at"],
        unique=False,
        sqlite_where=sa.text("opened_at IS NULL AND chased_at IS NULL"),
        postgresql_where=sa.text("opened_at IS NULL AND chased_at IS NULL"),
    )
    op.create_table(
        "duty",
        sa.Column("staff", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("half", sa.String(length=2), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("staff", "day", "half", name=op.f("pk_duty")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("officer", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("dong", sa.String(length=12), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(
        "ix_grants_role",
        "grants",
        ["role", "dong"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_grants_staff"), "grants", ["staff"], unique=False)
    op.create_table(
        "helpers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("code_expires_at", Moment(), nullable=True),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpers")),
    )
    op.create_index("ix_helpers_code", "helpers", ["code_hash"], unique=True)
    op.create_index("ix_helpers_person", "helpers", ["person"], unique=False)
    op.create_index("ix_helpers_resident", "helpers", ["resident"], unique=False)
    op.create_index(
        "ix_helpers_until",
        "helpers",
        ["until"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "invitations",
        sa.Column("code_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("staff", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_invitations")),
    )
    op.create_index(op.f("ix_invitations_staff"), "invitations", ["staff"], unique=False)
    op.create_table(
        "outreach",
        sa.Column("resident", sa.Uuid(), nullable=False),
        sa.Column("round", sa.String(length=8), nullable=False),
        sa.Column("dong", sa.String(length=12), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("birth_year", sa.SmallInteger(), nullable=False),
        sa.Column("listing", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("at", Moment(), nullable=True),
        sa.Column("staff", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("resident", "round", name=op.f("pk_outreach")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outreach_dong", "outreach", ["dong", "round", "outcome", "alone", "birth_year"], unique=False)
    op.create_index("ix_outreach_listing", "outreach", ["listing"], unique=False)
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=True),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("pin_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("pin_tries", sa.SmallInteger(), nullable=False),
        sa.Column("stirred_at", Moment(), nullable=True),
        sa.Column("talking", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
    )
    op.create_index(
        "ix_staff_chat",
        "staff",
        ["chat"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "talk_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("officer", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_lines")),
    )
    op.create_index("ix_talk_lines_case", "talk_lines", ["case", "id"], unique=False)
    op.create_table(
        "viewings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case", sa.Uuid(), nullable=False),
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("staff", sa.Uuid(), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("letter", sa.Uuid(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("gone_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_viewings")),
    )
    op.create_index("ix_viewings_case", "viewings", ["case"], unique=False)
    op.create_index(
        "ix_viewings_open",
        "viewings",
        ["staff"],
        unique=False,
        sqlite_where=sa.text("gone_at IS NULL"),
        postgresql_where=sa.text("gone_at IS NULL"),
    )
    op.create_table(
        "visits",
        sa.Column("case", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("half", sa.String(length=2), nullable=True),
        sa.Column("times", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.PrimaryKeyConstraint("case", name=op.f("pk_visits")),
    )
    op.add_column("cases", sa.Column("office", sa.String(length=24), nullable=True))
    op.add_column("cases", sa.Column("holder", sa.Uuid(), nullable=True))
    op.add_column("cases", sa.Column("held_at", Moment(), nullable=True))
    op.add_column("cases", sa.Column("place", sa.SmallInteger(), server_default=sa.text("1"), nullable=False))
    op.add_column("cases", sa.Column("answer_by", Moment(), nullable=True))
    op.add_column("cases", sa.Column("calls", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("cases", sa.Column("extensions", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("cases", sa.Column("alerted", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("cases", sa.Column("decided_by", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_cases_asked",
        "cases",
        ["answer_by"],
        unique=False,
        sqlite_where=sa.text("state = 'supplement'"),
        postgresql_where=sa.text("state = 'supplement'"),
    )
    op.create_index(
        "ix_cases_clock",
        "cases",
        ["alerted", "due_at"],
        unique=False,
        sqlite_where=sa.text("open = 1"),
        postgresql_where=sa.text("open"),
    )
    op.create_index("ix_cases_closed", "cases", ["programme", "round", "reason", "closed_at"], unique=False)
    op.create_index(
        "ix_cases_closed_at",
        "cases",
        ["closed_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_holder",
        "cases",
        ["holder"],
        unique=False,
        sqlite_where=sa.text("holder IS NOT NULL"),
        postgresql_where=sa.text("holder IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_open",
        "cases",
        ["id"],
        unique=False,
        sqlite_where=sa.text("open = 1"),
        postgresql_where=sa.text("open"),
    )
    op.create_index(
        "ix_cases_queue",
        "cases",
        ["office", "place", "due_at", "filed_at", "kind", "state", "holder"],
        unique=False,
        sqlite_where=sa.text("open = 1"),
        postgresql_where=sa.text("open"),
    )
    op.create_index(
        "ix_outbox_shown",
        "outbox",
        ["ticket"],
        unique=False,
        sqlite_where=sa.text("kind = 'shown'"),
        postgresql_where=sa.text("kind = 'shown'"),
    )
    op.add_column("people", sa.Column("officer", sa.Uuid(), nullable=True))

    cases = sa.table("cases", sa.column("kind"), sa.column("dong"), sa.column("office"))
    op.execute(cases.update().where(cases.c.kind == "appeal").values(office=cases.c.dong))
    op.execute(cases.update().where(cases.c.kind != "appeal").values(office="calls"))


def downgrade() -> None:
    op.drop_column("people", "officer")
    op.drop_index(
        "ix_outbox_shown",
        table_name="outbox",
        sqlite_where=sa.text("kind = 'shown'"),
        postgresql_where=sa.text("kind = 'shown'"),
    )
    op.drop_index(
        "ix_cases_queue", table_name="cases", sqlite_where=sa.text("open = 1"), postgresql_where=sa.text("open")
    )
    op.drop_index(
        "ix_cases_open", table_name="cases", sqlite_where=sa.text("open = 1"), postgresql_where=sa.text("open")
    )
    op.drop_index(
        "ix_cases_holder",
        table_name="cases",
        sqlite_where=sa.text("holder IS NOT NULL"),
        postgresql_where=sa.text("holder IS NOT NULL"),
    )
    op.drop_index(
        "ix_cases_closed_at",
        table_name="cases",
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.drop_index("ix_cases_closed", table_name="cases")
    op.drop_index(
        "ix_cases_clock", table_name="cases", sqlite_where=sa.text("open = 1"), postgresql_where=sa.text("open")
    )
    op.drop_index(
        "ix_cases_asked",
        table_name="cases",
        sqlite_where=sa.text("state = 'supplement'"),
        postgresql_where=sa.text("state = 'supplement'"),
    )
    op.drop_column("cases", "decided_by")
    op.drop_column("cases", "alerted")
    op.drop_column("cases", "extensions")
    op.drop_column("cases", "calls")
    op.drop_column("cases", "answer_by")
    op.drop_column("cases", "place")
    op.drop_column("cases", "held_at")
    op.drop_column("cases", "holder")
    op.drop_column("cases", "office")
    op.drop_table("visits")
    op.drop_index(
        "ix_viewings_open",
        table_name="viewings",
        sqlite_where=sa.text("gone_at IS NULL"),
        postgresql_where=sa.text("gone_at IS NULL"),
    )
    op.drop_index("ix_viewings_case", table_name="viewings")
    op.drop_table("viewings")
    op.drop_index("ix_talk_lines_case", table_name="talk_lines")
    op.drop_table("talk_lines")
    op.drop_index(
        "ix_staff_chat",
        table_name="staff",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("staff")
    op.drop_index("ix_outreach_listing", table_name="outreach")
    op.drop_index("ix_outreach_dong", table_name="outreach")
    op.drop_table("outreach")
    op.drop_index(op.f("ix_invitations_staff"), table_name="invitations")
    op.drop_table("invitations")
    op.drop_index(
        "ix_helpers_until",
        table_name="helpers",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_helpers_resident", table_name="helpers")
    op.drop_index("ix_helpers_person", table_name="helpers")
    op.drop_index("ix_helpers_code", table_name="helpers")
    op.drop_table("helpers")
    op.drop_index(op.f("ix_grants_staff"), table_name="grants")
    op.drop_index(
        "ix_grants_role",
        table_name="grants",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("grants")
    op.drop_table("exports")
    op.drop_table("duty")
    op.drop_index(
        "ix_decisions_unopened",
        table_name="decisions",
        sqlite_where=sa.text("opened_at IS NULL AND chased_at IS NULL"),
        postgresql_where=sa.text("opened_at IS NULL AND chased_at IS NULL"),
    )
    op.drop_table("decisions")
    op.drop_table("closures")
    op.drop_table("case_pauses")
    op.drop_table("boards")
    op.drop_table("board_codes")
    op.drop_index("ix_awards_resident", table_name="awards")
    op.drop_index(
        "ix_awards_case",
        table_name="awards",
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.drop_table("awards")
