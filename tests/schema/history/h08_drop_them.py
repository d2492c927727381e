"""Drop an index, a constraint and a column"""

import sqlalchemy as sa

from web.schema import operations as step

revision = "h08"
down_revision = "h07"
branch_labels = None
depends_on = None

some = sa.text("stars > 0")


def upgrade() -> None:
    step.drop_index("notes", "ix_notes_user_id_stars")
    step.drop_constraint("notes", "ck_notes_stars_five")
    step.drop_column("notes", "stars")


def downgrade() -> None:
    step.add_column("notes", sa.Column("stars", sa.Integer(), nullable=False, server_default=sa.text("3")))
    step.add_checks("notes", ck_notes_stars_five="stars BETWEEN 0 AND 5")
    step.validate("notes", "ck_notes_stars_five")
    step.add_index("notes", "ix_notes_user_id_stars", ["user_id", "stars"], postgresql_where=some, sqlite_where=some)
