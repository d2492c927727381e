"""Rename constraints"""

from web.schema import operations as step

revision = "h05"
down_revision = "h04"
branch_labels = None
depends_on = None

NAMES = {
    "ck_notes_stars_few": "ck_notes_stars_five",
    "uq_notes_key": "uq_notes_only_key",
    "fk_notes_after_id_notes": "fk_notes_follows",
}


def upgrade() -> None:
    for old, new in NAMES.items():
        step.rename_constraint("notes", old, new)


def downgrade() -> None:
    for old, new in NAMES.items():
        step.rename_constraint("notes", new, old)
