"""Keep the other orders too"""

import sqlalchemy as sa

from web.schema.operations import add_index, drop_index, on_sqlite

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEPT = sa.text("deleted_at IS NULL")
BY_CHANGE, BY_TITLE = "ix_tasks_user_id_updated_at_id", "ix_tasks_user_id_title_id"


def upgrade() -> None:
    add_index("tasks", BY_CHANGE, ["user_id", "updated_at", "id"], postgresql_where=KEPT, sqlite_where=KEPT)
    # SQLite's own lower() knows only ASCII, and ours is not there when Better Auth deletes a person.
    if not on_sqlite():
        add_index("tasks", BY_TITLE, ["user_id", sa.text('(lower(title) COLLATE "C")'), "id"], postgresql_where=KEPT)


def downgrade() -> None:
    drop_index("tasks", BY_CHANGE)
    if not on_sqlite():
        drop_index("tasks", BY_TITLE)
