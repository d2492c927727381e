"""Find words by an index"""

import sqlalchemy as sa

from web.schema.operations import add_extension, add_index, drop_index, on_sqlite

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PARTS = ["user_id", sa.text("lower(title) gin_trgm_ops"), sa.text("lower(description) gin_trgm_ops")]


def upgrade() -> None:
    if not on_sqlite():
        add_extension("pg_trgm")
        add_extension("btree_gin")
        add_index("tasks", "ix_tasks_words", PARTS, postgresql_using="gin")


def downgrade() -> None:
    """The extensions stay: somebody else may have come to use them."""
    if not on_sqlite():
        drop_index("tasks", "ix_tasks_words")
