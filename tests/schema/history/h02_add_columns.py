"""Add columns"""

import sqlalchemy as sa

from web.schema import operations as step

revision = "h02"
down_revision = "h01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    step.add_column("notes", sa.Column("colour", sa.String(20), nullable=True))
    step.add_column("notes", sa.Column("stars", sa.Integer(), nullable=False, server_default=sa.text("3")))
    # No constant: SQLite has to rebuild the table for it.
    step.add_column("notes", sa.Column("key", sa.String(40), nullable=False, server_default=sa.text(random_text())))


def downgrade() -> None:
    for column in ("key", "stars", "colour"):
        step.drop_column("notes", column)


def random_text() -> str:
    return "(hex(randomblob(16)))" if step.on_sqlite() else "gen_random_uuid()"
