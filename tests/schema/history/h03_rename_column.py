"""Rename a column that a check, a key and an index name"""

from web.schema import operations as step

revision = "h03"
down_revision = "h02"
branch_labels = None
depends_on = None


def upgrade() -> None:
    step.rename_column("notes", "words", "text")
    step.rename_column("replies", "note_id", "to_id")


def downgrade() -> None:
    step.rename_column("replies", "to_id", "note_id")
    step.rename_column("notes", "text", "words")
