"""`completed_at` follows `completed`, also where other programs change only that."""

from sqlalchemy import event
from sqlmodel import SQLModel

from web.db.ddl import statements
from web.models.task import Task

SQLITE = [
    """CREATE TRIGGER tr_tasks_when_added_completed AFTER INSERT ON tasks
WHEN NEW.completed IS NOT (NEW.completed_at IS NOT NULL)
BEGIN
    UPDATE tasks SET completed_at = CASE WHEN NEW.completed THEN NEW.updated_at END WHERE id = NEW.id;
END""",
    """CREATE TRIGGER tr_tasks_when_completed AFTER UPDATE OF completed, completed_at ON tasks
WHEN NEW.completed IS NOT (NEW.completed_at IS NOT NULL)
BEGIN
    UPDATE tasks SET completed_at = CASE WHEN NEW.completed THEN strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z' END
    WHERE id = NEW.id;
END""",
]
POSTGRESQL = [
    """CREATE FUNCTION follow_completed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.completed_at := CASE
        WHEN NOT NEW.completed THEN NULL WHEN TG_OP = 'INSERT' THEN NEW.updated_at ELSE clock_timestamp() END;
    RETURN NEW;
END $$""",
    # PostgreSQL fires triggers in the order of their names: this one after tr_tasks_updated_at_moves.
    """CREATE TRIGGER tr_tasks_when_completed BEFORE INSERT OR UPDATE ON tasks FOR EACH ROW
WHEN (NEW.completed IS DISTINCT FROM (NEW.completed_at IS NOT NULL)) EXECUTE FUNCTION follow_completed()""",
]

for statement in statements({"sqlite": SQLITE, "postgresql": POSTGRESQL}):
    event.listen(SQLModel.metadata.tables[str(Task.__tablename__)], "after_create", statement)
