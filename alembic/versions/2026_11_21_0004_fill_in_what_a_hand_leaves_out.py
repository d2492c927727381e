"""Fill in what a hand leaves out"""

import sqlalchemy as sa

from web.schema.operations import change_defaults, on_sqlite

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = {"sqlite": "(strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z')", "postgresql": "CURRENT_TIMESTAMP"}
OP = {"sqlite": "(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}


def upgrade() -> None:
    database = "sqlite" if on_sqlite() else "postgresql"
    change_defaults(
        "tasks",
        completed=sa.text("FALSE"),
        created_at=sa.text(MOMENT[database]),
        updated_at=sa.text(MOMENT[database]),
        version=sa.text("1"),
        op=sa.text(OP[database]),
    )


def downgrade() -> None:
    change_defaults("tasks", completed=None, created_at=None, updated_at=None, version=None, op=None)
