"""How many tasks each user has, kept by the database itself with every change.

Counting reads all of a user's tasks, on every page; this is one row. `docs/database.md` has the details.
"""

from sqlalchemy import BigInteger, CheckConstraint, event
from sqlmodel import Field, SQLModel

from web.db.ddl import statements


class TaskCounts(SQLModel, table=True):
    """One user's tasks by status, without deleted ones and steps. A user who never had a task has no row."""

    __tablename__ = "task_counts"
    __table_args__ = (
        CheckConstraint("pending >= 0", name="pending_not_negative"),
        CheckConstraint("completed >= 0", name="completed_not_negative"),
    )

    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    pending: int = Field(sa_type=BigInteger)
    completed: int = Field(sa_type=BigInteger)


# Where a task is removed there may be no row to take it from: its user is being deleted, and the row went first.
# Built-in functions only, because on SQLite it is Better Auth's connection that deletes a user.
SQLITE = [
    """CREATE TRIGGER tr_tasks_added_is_counted AFTER INSERT ON tasks
BEGIN
    INSERT INTO task_counts (user_id, pending, completed)
    VALUES (NEW.user_id, NEW.deleted_at IS NULL AND NEW.parent_id IS NULL AND NOT NEW.completed,
        NEW.deleted_at IS NULL AND NEW.parent_id IS NULL AND NEW.completed)
    ON CONFLICT (user_id) DO UPDATE
    SET pending = pending + excluded.pending, completed = completed + excluded.completed;
END""",
    """CREATE TRIGGER tr_tasks_removed_is_counted AFTER DELETE ON tasks
WHEN OLD.deleted_at IS NULL AND OLD.parent_id IS NULL
BEGIN
    UPDATE task_counts SET pending = pending - (NOT OLD.completed), completed = completed - OLD.completed
    WHERE user_id = OLD.user_id;
END""",
    """CREATE TRIGGER tr_tasks_changed_is_counted AFTER UPDATE OF user_id, parent_id, completed, deleted_at ON tasks
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
]

# Once a statement, not once a row: a hundred thousand rows would otherwise change one row as often, and PostgreSQL
# would walk through all of its versions each time. In the order of people, so that two do not wait for each other.
POSTGRESQL = [
    """CREATE FUNCTION count_added_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
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
    """CREATE FUNCTION count_removed_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
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
    """CREATE FUNCTION count_changed_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
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
    """CREATE FUNCTION count_no_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM task_counts;
    RETURN NULL;
END $$""",
    """CREATE TRIGGER tr_tasks_added_is_counted AFTER INSERT ON tasks
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_added_tasks()""",
    """CREATE TRIGGER tr_tasks_removed_is_counted AFTER DELETE ON tasks
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_removed_tasks()""",
    """CREATE TRIGGER tr_tasks_changed_is_counted AFTER UPDATE ON tasks
REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION count_changed_tasks()""",
    """CREATE TRIGGER tr_tasks_emptied_is_counted AFTER TRUNCATE ON tasks
FOR EACH STATEMENT EXECUTE FUNCTION count_no_tasks()""",
]

for statement in statements({"sqlite": SQLITE, "postgresql": POSTGRESQL}):
    event.listen(SQLModel.metadata.tables["tasks"], "after_create", statement)
