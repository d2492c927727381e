"""Leave steps out of the counts"""

from alembic import op

from web.schema.operations import add_trigger, drop_trigger, on_sqlite, run_function

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# There are some only where a later revision went down.
STEPS = """
UPDATE task_counts SET
    pending = pending SIGN (
        SELECT count(*) FROM tasks
        WHERE user_id = task_counts.user_id AND parent_id IS NOT NULL AND deleted_at IS NULL AND NOT tasks.completed),
    completed = completed SIGN (
        SELECT count(*) FROM tasks
        WHERE user_id = task_counts.user_id AND parent_id IS NOT NULL AND deleted_at IS NULL AND tasks.completed)
WHERE user_id IN (SELECT user_id FROM tasks WHERE parent_id IS NOT NULL)"""
# How many tasks each user has: as in 0006, but for steps.
OWNER_FUNCTIONS = [
    """
CREATE OR REPLACE FUNCTION count_added_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO task_counts AS kept (user_id, pending, completed)
    SELECT user_id,
        count(*) FILTER (WHERE deleted_at IS NULL AND parent_id IS NULL AND NOT completed),
        count(*) FILTER (WHERE deleted_at IS NULL AND parent_id IS NULL AND completed)
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
        FROM removed WHERE deleted_at IS NULL AND parent_id IS NULL GROUP BY user_id
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
            FROM became WHERE deleted_at IS NULL AND parent_id IS NULL
            UNION ALL
            SELECT user_id, -(NOT completed)::int, -completed::int
            FROM was WHERE deleted_at IS NULL AND parent_id IS NULL
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
]
OWNER_TRIGGERS_ON_SQLITE = {
    "tr_tasks_added_is_counted": """
CREATE TRIGGER tr_tasks_added_is_counted AFTER INSERT ON tasks
BEGIN
    INSERT INTO task_counts (user_id, pending, completed)
    VALUES (NEW.user_id, NEW.deleted_at IS NULL AND NEW.parent_id IS NULL AND NOT NEW.completed,
        NEW.deleted_at IS NULL AND NEW.parent_id IS NULL AND NEW.completed)
    ON CONFLICT (user_id) DO UPDATE
    SET pending = pending + excluded.pending, completed = completed + excluded.completed;
END""",
    "tr_tasks_removed_is_counted": """
CREATE TRIGGER tr_tasks_removed_is_counted AFTER DELETE ON tasks
WHEN OLD.deleted_at IS NULL AND OLD.parent_id IS NULL
BEGIN
    UPDATE task_counts SET pending = pending - (NOT OLD.completed), completed = completed - OLD.completed
    WHERE user_id = OLD.user_id;
END""",
    "tr_tasks_changed_is_counted": """
CREATE TRIGGER tr_tasks_changed_is_counted AFTER UPDATE OF user_id, parent_id, completed, deleted_at ON tasks
WHEN (NEW.user_id, NEW.completed, NEW.deleted_at IS NULL AND NEW.parent_id IS NULL) IS NOT
    (OLD.user_id, OLD.completed, OLD.deleted_at IS NULL AND OLD.parent_id IS NULL)
BEGIN
    UPDATE task_counts SET pending = pending - (NOT OLD.completed), completed = completed - OLD.completed
    WHERE user_id = OLD.user_id AND OLD.deleted_at IS NULL AND OLD.parent_id IS NULL;
    INSERT INTO task_counts (user_id, pending, completed)
    VALUES (NEW.user_id, NEW.deleted_at IS NULL AND NEW.parent_id IS NULL AND NOT NEW.completed,
        NEW.deleted_at IS NULL AND NEW.parent_id IS NULL AND NEW.completed)
    ON CONFLICT (user_id) DO UPDATE
    SET pending = pending + excluded.pending, completed = completed + excluded.completed;
END""",
}
# As 0006 made them.
OLD_OWNER_FUNCTIONS = [
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
]
OLD_OWNER_TRIGGERS_ON_SQLITE = {
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
    _replace(OWNER_FUNCTIONS, OWNER_TRIGGERS_ON_SQLITE)
    op.execute(STEPS.replace("SIGN", "-"))


def downgrade() -> None:
    _replace(OLD_OWNER_FUNCTIONS, OLD_OWNER_TRIGGERS_ON_SQLITE)
    op.execute(STEPS.replace("SIGN", "+"))


def _replace(functions: list[str], triggers_on_sqlite: dict[str, str]) -> None:
    if not on_sqlite():
        for function in functions:
            run_function(function)
        return
    for name, statement in triggers_on_sqlite.items():
        drop_trigger("tasks", name)
        add_trigger(name, statement)
