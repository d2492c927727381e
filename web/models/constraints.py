"""The rules that the database itself holds for a task, whatever writes to it.

`docs/database.md` has the reasons. A change here needs a migration; `web.schema.drift` compares the two.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import DDL, CheckConstraint, column, func

from web.db import sqlite
from web.db.ddl import blank_characters, is_text, is_timestamp, sqlite_check, statements

TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 1000


def checks() -> tuple[Any, ...]:
    """Every CHECK of `tasks`. SQLite has also those that PostgreSQL's types make redundant."""
    return (
        CheckConstraint(f"length(title) BETWEEN 1 AND {TITLE_LENGTH}", name="title_length"),
        CheckConstraint(func.trim(column("title"), blank_characters()) != "", name="title_not_blank"),
        CheckConstraint(f"length(description) <= {DESCRIPTION_LENGTH}", name="description_length"),
        CheckConstraint("completed IN (FALSE, TRUE)", name="completed_true_or_false"),
        CheckConstraint("version >= 1", name="version_positive"),
        sqlite_check("title_is_text", is_text("title")),
        sqlite_check("description_is_text", f"description IS NULL OR {is_text('description')}"),
        sqlite_check("version_is_integer", "typeof(version) = 'integer'"),
        *(sqlite_check(f"{name}_is_moment", is_timestamp(name)) for name in ("created_at", "updated_at", "deleted_at")),
    )


def triggers() -> Sequence[DDL]:
    """The CREATE statements of the triggers of `tasks`, each for its database."""
    return statements(TRIGGERS)


def extensions() -> Sequence[DDL]:
    """What the search index needs of PostgreSQL; each is part of its own distribution."""
    return statements({"postgresql": [f"CREATE EXTENSION IF NOT EXISTS {name}" for name in ("pg_trgm", "btree_gin")]})


# Whatever counts as a change of the task. Putting it aside (deleted_at) is none: restored, it has everything it had.
_CONTENT = ("id", "user_id", "title", "description", "completed", "version", "op")
_OLD, _NEW = (", ".join(f"{row}.{name}" for name in _CONTENT) for row in ("OLD", "NEW"))
_LATER_SQLITE = "strftime('%Y-%m-%dT%H:%M:%f', OLD.updated_at, '+0.001 seconds') || '000Z'"

TRIGGERS = {
    "sqlite": [
        """CREATE TRIGGER tr_tasks_created_at_stays BEFORE UPDATE OF created_at ON tasks
WHEN NEW.created_at IS NOT OLD.created_at
BEGIN
    SELECT RAISE(ABORT, 'created_at cannot change');
END""",
        """CREATE TRIGGER tr_tasks_updated_at_never_back BEFORE UPDATE OF updated_at ON tasks
WHEN NEW.updated_at < OLD.updated_at
BEGIN
    SELECT RAISE(ABORT, 'updated_at cannot go back; left alone, it moves by itself');
END""",
        f"""CREATE TRIGGER tr_tasks_updated_at_moves AFTER UPDATE ON tasks
WHEN NEW.updated_at = OLD.updated_at AND ({_NEW}) IS NOT ({_OLD})
BEGIN
    UPDATE tasks SET updated_at = max({sqlite.now()}, {_LATER_SQLITE}) WHERE id = NEW.id;
END""",  # noqa: S608, no value in it
    ],
    "postgresql": [
        """CREATE FUNCTION refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME;
END $$""",
        """CREATE FUNCTION move_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := greatest(clock_timestamp(), OLD.updated_at + interval '1 microsecond');
    RETURN NEW;
END $$""",
        """CREATE TRIGGER tr_tasks_created_at_stays BEFORE UPDATE ON tasks FOR EACH ROW
WHEN (NEW.created_at <> OLD.created_at)
EXECUTE FUNCTION refuse_update('created_at cannot change')""",
        """CREATE TRIGGER tr_tasks_updated_at_never_back BEFORE UPDATE ON tasks FOR EACH ROW
WHEN (NEW.updated_at < OLD.updated_at)
EXECUTE FUNCTION refuse_update('updated_at cannot go back; left alone, it moves by itself')""",
        f"""CREATE TRIGGER tr_tasks_updated_at_moves BEFORE UPDATE ON tasks FOR EACH ROW
WHEN (NEW.updated_at = OLD.updated_at AND ({_NEW}) IS DISTINCT FROM ({_OLD}))
EXECUTE FUNCTION move_updated_at()""",
    ],
}
