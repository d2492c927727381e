"""Find words on SQLite too"""

import sqlite3
from contextlib import closing

from alembic import op

from web.schema.operations import add_trigger, drop_trigger, has_table, on_sqlite

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INDEX = """
CREATE VIRTUAL TABLE task_words
USING fts5(words, tokenize = 'trigram case_sensitive 1', detail = none, content = '', columnsize = 0)"""
DUE = """
CREATE TABLE task_words_due (
    user_id VARCHAR NOT NULL, task_id INTEGER NOT NULL, title VARCHAR, description VARCHAR,
    CONSTRAINT pk_task_words_due PRIMARY KEY (user_id, task_id)
) WITHOUT ROWID"""
TRIGGERS = {
    "tr_tasks_added_is_due": """
CREATE TRIGGER tr_tasks_added_is_due AFTER INSERT ON tasks
BEGIN
    INSERT INTO task_words_due (user_id, task_id) VALUES (NEW.user_id, NEW.id) ON CONFLICT DO NOTHING;
END""",
    "tr_tasks_removed_is_due": """
CREATE TRIGGER tr_tasks_removed_is_due AFTER DELETE ON tasks
BEGIN
    INSERT INTO task_words_due VALUES (OLD.user_id, OLD.id, OLD.title, OLD.description) ON CONFLICT DO NOTHING;
END""",
    "tr_tasks_changed_is_due": """
CREATE TRIGGER tr_tasks_changed_is_due AFTER UPDATE OF id, user_id, title, description ON tasks
WHEN (NEW.id, NEW.user_id, NEW.title, NEW.description) IS NOT (OLD.id, OLD.user_id, OLD.title, OLD.description)
BEGIN
    INSERT INTO task_words_due VALUES (OLD.user_id, OLD.id, OLD.title, OLD.description) ON CONFLICT DO NOTHING;
    INSERT INTO task_words_due (user_id, task_id) VALUES (NEW.user_id, NEW.id) ON CONFLICT DO NOTHING;
END""",
}


def upgrade() -> None:
    if not on_sqlite() or not has_trigrams():
        return
    # An index that somebody made by hand may hold anything.
    _drop()
    op.execute(INDEX.strip())
    op.execute(DUE.strip())
    for name, statement in TRIGGERS.items():
        add_trigger(name, statement)
    # Taken in afterwards, by `daybook migrate` and with every change; whatever is due is found all the same.
    op.execute("INSERT INTO task_words_due (user_id, task_id) SELECT user_id, id FROM tasks")


def downgrade() -> None:
    if on_sqlite():
        for name in TRIGGERS:
            drop_trigger("tasks", name)
        _drop()


def has_trigrams() -> bool:
    """Whether this SQLite can keep the index: FTS5 may be left out of a build, and trigrams came with 3.34."""
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute(INDEX)
    except sqlite3.OperationalError:
        return False
    return True


def _drop() -> None:
    for table in ("task_words", "task_words_due"):
        if has_table(table):
            op.drop_table(table)
