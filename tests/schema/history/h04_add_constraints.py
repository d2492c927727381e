"""Add constraints"""

import sqlalchemy as sa

from web.schema import operations as step

revision = "h04"
down_revision = "h03"
branch_labels = None
depends_on = None


def upgrade() -> None:
    step.add_checks("notes", ck_notes_stars_few="stars BETWEEN 0 AND 5", ck_notes_colour_known="colour <> 'none'")
    step.add_unique("notes", "uq_notes_key", ["key"])
    step.add_column("notes", sa.Column("after_id", sa.Integer(), nullable=True))
    step.add_foreign_key("notes", "fk_notes_after_id_notes", ["after_id"], "notes", ["id"], ondelete="SET NULL")
    for name in ("ck_notes_stars_few", "ck_notes_colour_known", "fk_notes_after_id_notes"):
        step.validate("notes", name)


def downgrade() -> None:
    step.drop_constraint("notes", "fk_notes_after_id_notes", kind="foreignkey")
    step.drop_column("notes", "after_id")
    step.drop_constraint("notes", "uq_notes_key", kind="unique")
    step.drop_constraint("notes", "ck_notes_stars_few", "ck_notes_colour_known")
