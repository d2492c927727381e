"""Keep each status in order"""

import sqlalchemy as sa

from web.schema.operations import add_index, drop_index

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEPT = sa.text("deleted_at IS NULL")
BY_STATUS, BY_STATUS_IN_ORDER = "ix_tasks_user_id_completed", "ix_tasks_user_id_completed_created_at_id"


def upgrade() -> None:
    columns = ["user_id", "completed", "created_at", "id"]
    add_index("tasks", BY_STATUS_IN_ORDER, columns, postgresql_where=KEPT, sqlite_where=KEPT)
    drop_index("tasks", BY_STATUS)


def downgrade() -> None:
    add_index("tasks", BY_STATUS, ["user_id", "completed"], postgresql_where=KEPT, sqlite_where=KEPT)
    drop_index("tasks", BY_STATUS_IN_ORDER)
