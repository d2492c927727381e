"""Create labels"""

import sqlalchemy as sa

from web.db.ddl import is_text
from web.schema.operations import on_sqlite
from web.schema.records import create_records, drop_records

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COLOURS = "'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'violet', 'pink', 'grey'"


def upgrade() -> None:
    create_records(
        "labels",
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("colour", sa.String(10), nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 50", name="ck_labels_name_length"),
        sa.CheckConstraint(f"colour IN ({COLOURS})", name="ck_labels_colour_known"),
        *([sa.CheckConstraint(is_text("name"), name="ck_labels_name_is_text")] if on_sqlite() else []),
    )


def downgrade() -> None:
    drop_records("labels")
