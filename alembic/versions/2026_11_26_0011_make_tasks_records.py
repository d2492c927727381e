"""Make tasks records"""

import sqlalchemy as sa
from alembic import op

from web.schema.operations import add_trigger, change_column, drop_trigger, on_sqlite, rename_column, rename_constraint
from web.schema.records import add_record_triggers

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

UNIQUE = ("uq_tasks_user_id_op", "uq_tasks_user_id_idempotency_key")
ON_SQLITE = {
    f"ck_tasks_{name}_is_moment": f"ck_tasks_{name}_is_timestamp" for name in ("created_at", "updated_at", "deleted_at")
}
MOVES = "tr_tasks_updated_at_moves"
# The trigger of revision 0005, which lists the columns that count.
LISTING_COLUMNS = {
    "postgresql": """
CREATE TRIGGER tr_tasks_updated_at_moves BEFORE UPDATE ON tasks FOR EACH ROW
WHEN (NEW.updated_at = OLD.updated_at AND
    (NEW.id, NEW.user_id, NEW.title, NEW.description, NEW.completed, NEW.version, NEW.op) IS DISTINCT FROM
    (OLD.id, OLD.user_id, OLD.title, OLD.description, OLD.completed, OLD.version, OLD.op))
EXECUTE FUNCTION move_updated_at()""",
    "sqlite": """
CREATE TRIGGER tr_tasks_updated_at_moves AFTER UPDATE ON tasks
WHEN NEW.updated_at = OLD.updated_at AND
    (NEW.id, NEW.user_id, NEW.title, NEW.description, NEW.completed, NEW.version, NEW.op) IS NOT
    (OLD.id, OLD.user_id, OLD.title, OLD.description, OLD.completed, OLD.version, OLD.op)
BEGIN
    UPDATE tasks SET updated_at = max(strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z',
        strftime('%Y-%m-%dT%H:%M:%f', OLD.updated_at, '+0.001 seconds') || '000Z')
    WHERE id = NEW.id;
END""",
}


def upgrade() -> None:
    drop_trigger("tasks", MOVES)
    rename_column("tasks", "op", "idempotency_key")
    rename_constraint("tasks", *UNIQUE)
    for old, new in ON_SQLITE.items() if on_sqlite() else ():
        rename_constraint("tasks", old, new)
    if not on_sqlite():
        change_column("tasks", "id", type_=sa.BigInteger())
        op.execute("ALTER SEQUENCE tasks_id_seq AS bigint")
    add_record_triggers("tasks", MOVES)


def downgrade() -> None:
    drop_trigger("tasks", MOVES)
    if not on_sqlite():
        op.execute("ALTER SEQUENCE tasks_id_seq AS integer")
        change_column("tasks", "id", type_=sa.Integer())
    for old, new in ON_SQLITE.items() if on_sqlite() else ():
        rename_constraint("tasks", new, old)
    rename_constraint("tasks", *UNIQUE[::-1])
    rename_column("tasks", "idempotency_key", "op")
    add_trigger(MOVES, LISTING_COLUMNS["sqlite" if on_sqlite() else "postgresql"])
