"""Who was once put on record as a helper, with her own row: nobody else is asked for whom."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("helps", sa.Boolean(), server_default=sa.false(), nullable=False))
    people, helpers = sa.table("people", sa.column("id"), sa.column("helps")), sa.table("helpers", sa.column("person"))
    on_record = people.c.id.in_(sa.select(helpers.c.person).where(helpers.c.person.is_not(None)))
    op.execute(people.update().where(on_record).values(helps=sa.true()))


def downgrade() -> None:
    op.drop_column("people", "helps")
