"""Change types"""

import sqlalchemy as sa

from web.schema import operations as step

revision = "h07"
down_revision = "h06"
branch_labels = None
depends_on = None


def upgrade() -> None:
    step.change_column("notes", "text", type_=sa.Text(), existing_type=sa.String(50))
    step.change_column(
        "notes", "weight", type_=sa.Integer(), existing_type=sa.String(9), postgresql_using="weight::int"
    )
    step.change_column("notes", "after_id", type_=sa.BigInteger(), existing_type=sa.Integer())


def downgrade() -> None:
    step.change_column("notes", "after_id", type_=sa.Integer(), existing_type=sa.BigInteger())
    step.change_column("notes", "weight", type_=sa.String(9), existing_type=sa.Integer())
    step.change_column("notes", "text", type_=sa.String(50), existing_type=sa.Text())
