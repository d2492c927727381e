"""Keep how many tasks everybody has"""

import sqlalchemy as sa
from alembic import op

from web.schema.operations import add_table, add_trigger, drop_table, drop_trigger, on_sqlite

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FUNCTIONS = [
    """
CREATE OR REPLACE FUNCTION count_added_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO task_counts AS kept (user_id, pending, completed)
    SELECT user_id,
        count(*) FILTER (WHERE deleted_at IS NULL AND NOT completed),
        count(*) FILTER (WHERE deleted_at IS NULL AND completed)
    FROM added GROUP BY user_id ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE
    SET pending = kept.pending + EXCLUDED.pending, completed = kept.completed + EXCLUDED.completed;
    RETURN NULL;
END $$""",
    """
CREATE OR REPLACE FUNCTION count_removed_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE task_counts AS kept
    SET pending = kept.pending - gone.pending, completed = kept.completed - gone.completed
    FROM (
        SELECT user_id,
            count(*) FILTER (WHERE NOT completed) AS pending,
            count(*) FILTER (WHERE completed) AS completed
        FROM removed WHERE deleted_at IS NULL GROUP BY user_id
    ) AS gone
    WHERE kept.user_id = gone.user_id;
    RETURN NULL;
END $$""",
    """
CREATE OR REPLACE FUNCTION count_changed_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    change record;
BEGIN
    FOR change IN
        SELECT user_id, sum(pending) AS pending, sum(completed) AS completed
        FROM (
            SELECT user_id, (NOT completed)::int AS pending, completed::int AS completed
            FROM became WHERE deleted_at IS NULL
            UNION ALL
            SELECT user_id, -(NOT completed)::int, -completed::int FROM was WHERE deleted_at IS NULL
        ) AS moves
        GROUP BY user_id HAVING sum(pending) <> 0 OR sum(completed) <> 0 ORDER BY user_id
    LOOP
        UPDATE task_counts SET pending = pending + change.pending, completed = completed + change.completed
        WHERE user_id = change.user_id;
        IF NOT FOUND THEN
            INSERT INTO task_counts AS kept VALUES (change.user_id, change.pending, change.completed)
            ON CONFLICT (user_id) DO UPDATE
            SET pending = kept.pending + EXCLUDED.pending, completed = kept.completed + EXCLUDED.completed;
        END IF;
    END LOOP;
    RETURN NULL;
END $$""",
    """
CREATE OR REPLACE FUNCTION count_no_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM task_counts;
    RETURN NULL;
END $$""",
]
POSTGRESQL = {
    "tr_tasks_added_is_counted": """
CREATE TRIGGER tr_tasks_added_is_counted AFTER INSERT ON tasks
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_added_tasks()""",
    "tr_tasks_removed_is_counted": """
CREATE TRIGGER tr_tasks_removed_is_counted AFTER DELETE ON tasks
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_removed_tasks()""",
    "tr_tasks_changed_is_counted": """
CREATE TRIGGER tr_tasks_changed_is_counted AFTER UPDATE ON tasks
REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION count_changed_tasks()""",
    "tr_tasks_emptied_is_counted": """
CREATE TRIGGER tr_tasks_emptied_is_counted AFTER TRUNCATE ON tasks
FOR EACH STATEMENT EXECUTE FUNCTION count_no_tasks()""",
}
SQLITE = {
    "tr_tasks_added_is_counted": """
CREATE TRIGGER tr_tasks_added_is_counted AFTER INSERT ON tasks
BEGIN
    INSERT INTO task_counts (user_id, pending, completed)
    VALUES (NEW.user_id, NEW.deleted_at IS NULL AND NOT NEW.completed, NEW.deleted_at IS NULL AND NEW.completed)
    ON CONFLICT (user_id) DO UPDATE
    SET pending = pending + excluded.pending, completed = completed + excluded.completed;
END""",
    "tr_tasks_removed_is_counted": """
CREATE TRIGGER tr_tasks_removed_is_counted AFTER DELETE ON tasks
WHEN OLD.deleted_at IS NULL
BEGIN
    UPDATE task_counts SET pending = pending - (NOT OLD.completed), completed = completed - OLD.completed
    WHERE user_id = OLD.user_id;
END""",
    "tr_tasks_changed_is_counted": """
CREATE TRIGGER tr_tasks_changed_is_counted AFTER UPDATE OF user_id, completed, deleted_at ON tasks
WHEN (NEW.user_id, NEW.completed, NEW.deleted_at IS NULL) IS NOT (OLD.user_id, OLD.completed, OLD.deleted_at IS NULL)
BEGIN
    UPDATE task_counts SET pending = pending - (NOT OLD.completed), completed = completed - OLD.completed
    WHERE user_id = OLD.user_id AND OLD.deleted_at IS NULL;
    INSERT INTO task_counts (user_id, pending, completed)
    VALUES (NEW.user_id, NEW.deleted_at IS NULL AND NOT NEW.completed, NEW.deleted_at IS NULL AND NEW.completed)
    ON CONFLICT (user_id) DO UPDATE
    SET pending = pending + excluded.pending, completed = completed + excluded.completed;
END""",
}


def upgrade() -> None:
    add_table(
        "task_counts",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("pending", sa.BigInteger(), nullable=False),
        sa.Column("completed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_task_counts"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_task_counts_user_id_users", ondelete="CASCADE"),
        sa.CheckConstraint("pending >= 0", name="ck_task_counts_pending_not_negative"),
        sa.CheckConstraint("completed >= 0", name="ck_task_counts_completed_not_negative"),
    )
    for function in () if on_sqlite() else FUNCTIONS:
        op.execute(function.strip())
    for name, statement in (SQLITE if on_sqlite() else POSTGRESQL).items():
        add_trigger(name, statement)
    # From the first trigger on nobody else writes tasks until the commit: none is missed, and none counted twice.
    op.execute("DELETE FROM task_counts")
    op.execute("""
        INSERT INTO task_counts (user_id, pending, completed)
        SELECT user_id,
            count(*) FILTER (WHERE deleted_at IS NULL AND NOT completed),
            count(*) FILTER (WHERE deleted_at IS NULL AND completed)
        FROM tasks GROUP BY user_id
    """)


def downgrade() -> None:
    for name in SQLITE if on_sqlite() else POSTGRESQL:
        drop_trigger("tasks", name)
    if not on_sqlite():
        op.execute(
            "DROP FUNCTION IF EXISTS count_added_tasks, count_removed_tasks, count_changed_tasks, count_no_tasks"
        )
    drop_table("task_counts")
