"""Add indexes, and rename one"""

import sqlalchemy as sa

from web.schema import operations as step

revision = "h06"
down_revision = "h05"
branch_labels = None
depends_on = None

some = sa.text("stars > 0")


def upgrade() -> None:
    step.add_index("notes", "ix_notes_user_id_stars", ["user_id", "stars"], postgresql_where=some, sqlite_where=some)
    step.add_index("replies", "ix_replies_to_id", ["to_id"])
    step.rename_index("replies", "ix_replies_to_id", "ix_replies_to")


def downgrade() -> None:
    step.drop_index("replies", "ix_replies_to")
    step.drop_index("notes", "ix_notes_user_id_stars")
