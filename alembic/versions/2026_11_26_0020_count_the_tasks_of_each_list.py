"""Count the tasks of each list"""

import sqlalchemy as sa
from alembic import op

from web.schema.operations import add_table, add_trigger, drop_table, drop_trigger, on_sqlite, run_function
from web.schema.records import big_id

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

LIST_FUNCTIONS = [
    """
CREATE OR REPLACE FUNCTION count_added_tasks_in_lists() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO list_counts AS kept (user_id, list_id, pending, completed)
    SELECT user_id, list_id, count(*) FILTER (WHERE NOT completed), count(*) FILTER (WHERE completed)
    FROM added WHERE list_id IS NOT NULL AND parent_id IS NULL AND deleted_at IS NULL
    GROUP BY user_id, list_id ORDER BY user_id, list_id
    ON CONFLICT (user_id, list_id) DO UPDATE
    SET pending = kept.pending + EXCLUDED.pending, completed = kept.completed + EXCLUDED.completed;
    RETURN NULL;
END $$""",
    """
CREATE OR REPLACE FUNCTION count_removed_tasks_in_lists() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE list_counts AS kept
    SET pending = kept.pending - gone.pending, completed = kept.completed - gone.completed
    FROM (
        SELECT user_id, list_id,
            count(*) FILTER (WHERE NOT completed) AS pending,
            count(*) FILTER (WHERE completed) AS completed
        FROM removed WHERE list_id IS NOT NULL AND parent_id IS NULL AND deleted_at IS NULL GROUP BY user_id, list_id
    ) AS gone
    WHERE kept.user_id = gone.user_id AND kept.list_id = gone.list_id;
    RETURN NULL;
END $$""",
    """
CREATE OR REPLACE FUNCTION count_changed_tasks_in_lists() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    change record;
BEGIN
    FOR change IN
        SELECT user_id, list_id, sum(pending) AS pending, sum(completed) AS completed
        FROM (
            SELECT user_id, list_id, (NOT completed)::int AS pending, completed::int AS completed
            FROM became WHERE list_id IS NOT NULL AND parent_id IS NULL AND deleted_at IS NULL
            UNION ALL
            SELECT user_id, list_id, -(NOT completed)::int, -completed::int
            FROM was WHERE list_id IS NOT NULL AND parent_id IS NULL AND deleted_at IS NULL
        ) AS moves
        GROUP BY user_id, list_id HAVING sum(pending) <> 0 OR sum(completed) <> 0 ORDER BY user_id, list_id
    LOOP
        UPDATE list_counts SET pending = pending + change.pending, completed = completed + change.completed
        WHERE user_id = change.user_id AND list_id = change.list_id;
        IF NOT FOUND THEN
            INSERT INTO list_counts AS kept VALUES (change.user_id, change.list_id, change.pending, change.completed)
            ON CONFLICT (user_id, list_id) DO UPDATE
            SET pending = kept.pending + EXCLUDED.pending, completed = kept.completed + EXCLUDED.completed;
        END IF;
    END LOOP;
    RETURN NULL;
END $$""",
    """
CREATE OR REPLACE FUNCTION count_no_tasks_in_lists() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM list_counts;
    RETURN NULL;
END $$""",
]
LIST_TRIGGERS = {
    "postgresql": {
        "tr_tasks_added_is_counted_in_list": """
CREATE TRIGGER tr_tasks_added_is_counted_in_list AFTER INSERT ON tasks
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_added_tasks_in_lists()""",
        "tr_tasks_removed_is_counted_in_list": """
CREATE TRIGGER tr_tasks_removed_is_counted_in_list AFTER DELETE ON tasks
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_removed_tasks_in_lists()""",
        "tr_tasks_changed_is_counted_in_list": """
CREATE TRIGGER tr_tasks_changed_is_counted_in_list AFTER UPDATE ON tasks
REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION count_changed_tasks_in_lists()""",
        "tr_tasks_emptied_is_counted_in_list": """
CREATE TRIGGER tr_tasks_emptied_is_counted_in_list AFTER TRUNCATE ON tasks
FOR EACH STATEMENT EXECUTE FUNCTION count_no_tasks_in_lists()""",
    },
    "sqlite": {
        "tr_tasks_added_is_counted_in_list": """
CREATE TRIGGER tr_tasks_added_is_counted_in_list AFTER INSERT ON tasks
WHEN NEW.list_id IS NOT NULL AND NEW.parent_id IS NULL AND NEW.deleted_at IS NULL
BEGIN
    INSERT INTO list_counts (user_id, list_id, pending, completed)
    VALUES (NEW.user_id, NEW.list_id, NOT NEW.completed, NEW.completed)
    ON CONFLICT (user_id, list_id) DO UPDATE
    SET pending = pending + excluded.pending, completed = completed + excluded.completed;
END""",
        "tr_tasks_removed_is_counted_in_list": """
CREATE TRIGGER tr_tasks_removed_is_counted_in_list AFTER DELETE ON tasks
WHEN OLD.list_id IS NOT NULL AND OLD.parent_id IS NULL AND OLD.deleted_at IS NULL
BEGIN
    UPDATE list_counts SET pending = pending - (NOT OLD.completed), completed = completed - OLD.completed
    WHERE user_id = OLD.user_id AND list_id = OLD.list_id;
END""",
        "tr_tasks_changed_is_counted_in_list": """
CREATE TRIGGER tr_tasks_changed_is_counted_in_list
AFTER UPDATE OF user_id, list_id, parent_id, completed, deleted_at ON tasks
WHEN (OLD.list_id IS NOT NULL OR NEW.list_id IS NOT NULL)
    AND (NEW.user_id, NEW.list_id, NEW.completed, NEW.deleted_at IS NULL AND NEW.parent_id IS NULL) IS NOT
    (OLD.user_id, OLD.list_id, OLD.completed, OLD.deleted_at IS NULL AND OLD.parent_id IS NULL)
BEGIN
    UPDATE list_counts SET pending = pending - (NOT OLD.completed), completed = completed - OLD.completed
    WHERE user_id = OLD.user_id AND list_id = OLD.list_id AND OLD.deleted_at IS NULL AND OLD.parent_id IS NULL;
    INSERT INTO list_counts (user_id, list_id, pending, completed)
    SELECT NEW.user_id, NEW.list_id, NOT NEW.completed, NEW.completed
    WHERE NEW.list_id IS NOT NULL AND NEW.deleted_at IS NULL AND NEW.parent_id IS NULL
    ON CONFLICT (user_id, list_id) DO UPDATE
    SET pending = pending + excluded.pending, completed = completed + excluded.completed;
END""",
    },
}


def upgrade() -> None:
    add_table(
        "list_counts",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("list_id", big_id(), nullable=False),
        sa.Column("pending", sa.BigInteger(), nullable=False),
        sa.Column("completed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "list_id", name="pk_list_counts"),
        sa.ForeignKeyConstraint(
            ["user_id", "list_id"],
            ["lists.user_id", "lists.id"],
            name="fk_list_counts_user_id_list_id_lists",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("pending >= 0", name="ck_list_counts_pending_not_negative"),
        sa.CheckConstraint("completed >= 0", name="ck_list_counts_completed_not_negative"),
    )
    for function in () if on_sqlite() else LIST_FUNCTIONS:
        run_function(function)
    for name, statement in LIST_TRIGGERS["sqlite" if on_sqlite() else "postgresql"].items():
        add_trigger(name, statement)
    # As in 0006: from the first trigger on, no other transaction writes tasks until the commit.
    op.execute("DELETE FROM list_counts")
    op.execute("""
        INSERT INTO list_counts (user_id, list_id, pending, completed)
        SELECT user_id, list_id, count(*) FILTER (WHERE NOT completed), count(*) FILTER (WHERE completed)
        FROM tasks WHERE list_id IS NOT NULL AND parent_id IS NULL AND deleted_at IS NULL GROUP BY user_id, list_id
    """)


def downgrade() -> None:
    for name in LIST_TRIGGERS["sqlite" if on_sqlite() else "postgresql"]:
        drop_trigger("tasks", name)
    if not on_sqlite():
        op.execute(
            "DROP FUNCTION IF EXISTS count_added_tasks_in_lists, count_removed_tasks_in_lists,"
            " count_changed_tasks_in_lists, count_no_tasks_in_lists"
        )
    drop_table("list_counts")
