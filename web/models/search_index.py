"""The search index on SQLite, and what it has yet to take in. `docs/database.md` tells more.

The triggers only note what is due, with built-in functions: Better Auth's connection deletes people, and hands write
SQL, where nothing of Daybook's is loaded. `web.db.search_sqlite` takes it in.
"""

from typing import Any

from sqlalchemy import event
from sqlmodel import SQLModel

from web.db.ddl import statements
from web.db.search_sqlite import INDEX, has_trigrams
from web.models.task import Task

# By whose and which task: what the index holds of it, NULL for nothing. How it reads now stands in `tasks`.
DUE = """CREATE TABLE task_words_due (
    user_id VARCHAR NOT NULL, task_id INTEGER NOT NULL, title VARCHAR, description VARCHAR,
    CONSTRAINT pk_task_words_due PRIMARY KEY (user_id, task_id)
) WITHOUT ROWID"""

TRIGGERS = [
    """CREATE TRIGGER tr_tasks_added_is_due AFTER INSERT ON tasks
BEGIN
    INSERT INTO task_words_due (user_id, task_id) VALUES (NEW.user_id, NEW.id) ON CONFLICT DO NOTHING;
END""",
    """CREATE TRIGGER tr_tasks_removed_is_due AFTER DELETE ON tasks
BEGIN
    INSERT INTO task_words_due VALUES (OLD.user_id, OLD.id, OLD.title, OLD.description) ON CONFLICT DO NOTHING;
END""",
    """CREATE TRIGGER tr_tasks_changed_is_due AFTER UPDATE OF id, user_id, title, description ON tasks
WHEN (NEW.id, NEW.user_id, NEW.title, NEW.description) IS NOT (OLD.id, OLD.user_id, OLD.title, OLD.description)
BEGIN
    INSERT INTO task_words_due VALUES (OLD.user_id, OLD.id, OLD.title, OLD.description) ON CONFLICT DO NOTHING;
    INSERT INTO task_words_due (user_id, task_id) VALUES (NEW.user_id, NEW.id) ON CONFLICT DO NOTHING;
END""",
]

# No model knows them, nor those in which FTS5 keeps the first.
OURS = ("task_words", "task_words_due")
FTS5S = ("task_words_config", "task_words_data", "task_words_idx")
TABLES = (*OURS, *FTS5S)
SQLModel.metadata.info.setdefault("owners", {}).update(dict.fromkeys(TABLES, "the search index"))


def _is_kept(*_: Any, **__: Any) -> bool:
    return has_trigrams()


_TASKS = SQLModel.metadata.tables[str(Task.__tablename__)]
for statement in statements({"sqlite": [INDEX, DUE, *TRIGGERS]}):
    event.listen(_TASKS, "after_create", statement.execute_if("sqlite", _is_kept))
