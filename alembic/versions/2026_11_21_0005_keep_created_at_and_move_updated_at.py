"""Keep created_at, and let updated_at move"""

from alembic import op

from web.schema.operations import add_trigger, drop_trigger, on_sqlite

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FUNCTIONS = [
    """
CREATE OR REPLACE FUNCTION refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME;
END $$""",
    """
CREATE OR REPLACE FUNCTION move_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := greatest(clock_timestamp(), OLD.updated_at + interval '1 microsecond');
    RETURN NEW;
END $$""",
]
POSTGRESQL = {
    "tr_tasks_created_at_stays": """
CREATE TRIGGER tr_tasks_created_at_stays BEFORE UPDATE ON tasks FOR EACH ROW
WHEN (NEW.created_at <> OLD.created_at)
EXECUTE FUNCTION refuse_update('created_at cannot change')""",
    "tr_tasks_updated_at_never_back": """
CREATE TRIGGER tr_tasks_updated_at_never_back BEFORE UPDATE ON tasks FOR EACH ROW
WHEN (NEW.updated_at < OLD.updated_at)
EXECUTE FUNCTION refuse_update('updated_at cannot go back; left alone, it moves by itself')""",
    "tr_tasks_updated_at_moves": """
CREATE TRIGGER tr_tasks_updated_at_moves BEFORE UPDATE ON tasks FOR EACH ROW
WHEN (NEW.updated_at = OLD.updated_at AND
    (NEW.id, NEW.user_id, NEW.title, NEW.description, NEW.completed, NEW.version, NEW.op) IS DISTINCT FROM
    (OLD.id, OLD.user_id, OLD.title, OLD.description, OLD.completed, OLD.version, OLD.op))
EXECUTE FUNCTION move_updated_at()""",
}
SQLITE = {
    "tr_tasks_created_at_stays": """
CREATE TRIGGER tr_tasks_created_at_stays BEFORE UPDATE OF created_at ON tasks
WHEN NEW.created_at IS NOT OLD.created_at
BEGIN
    SELECT RAISE(ABORT, 'created_at cannot change');
END""",
    "tr_tasks_updated_at_never_back": """
CREATE TRIGGER tr_tasks_updated_at_never_back BEFORE UPDATE OF updated_at ON tasks
WHEN NEW.updated_at < OLD.updated_at
BEGIN
    SELECT RAISE(ABORT, 'updated_at cannot go back; left alone, it moves by itself');
END""",
    "tr_tasks_updated_at_moves": """
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
    for function in () if on_sqlite() else FUNCTIONS:
        op.execute(function.strip())
    for name, statement in (SQLITE if on_sqlite() else POSTGRESQL).items():
        add_trigger(name, statement)


def downgrade() -> None:
    for name in SQLITE if on_sqlite() else POSTGRESQL:
        drop_trigger("tasks", name)
    if not on_sqlite():
        op.execute("DROP FUNCTION IF EXISTS refuse_update, move_updated_at")
