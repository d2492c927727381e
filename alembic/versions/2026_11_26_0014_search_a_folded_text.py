"""Search a folded text"""

import sqlite3
from contextlib import closing

import sqlalchemy as sa
from alembic import op

from web.schema.operations import (
    add_column,
    add_index,
    add_trigger,
    drop_column,
    drop_index,
    drop_trigger,
    has_table,
    on_sqlite,
)
from web.schema.records import replace_record_triggers

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FOLDED = ["user_id", sa.text("search_text gin_trgm_ops")]
INDEX = """
CREATE VIRTUAL TABLE task_search
USING fts5(search_text, tokenize = 'trigram case_sensitive 1', detail = none, content = '')"""

# As 0009 and 0010 made them.
WORDS = ["user_id", sa.text("lower(title) gin_trgm_ops"), sa.text("lower(description) gin_trgm_ops")]
WORDS_INDEX = """
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
    """The texts are folded afterwards, by `daybook migrate` or `daybook reindex`: only Python can."""
    if on_sqlite():
        _drop_word_index()
        add_column("tasks", sa.Column("search_text", sa.Text(), nullable=True))
        if _has_trigrams(INDEX):
            _drop("task_search")
            op.execute(INDEX.strip())
    else:
        add_column("tasks", sa.Column("search_text", sa.Text(), nullable=True))
        add_index("tasks", "ix_tasks_user_id_search_text", FOLDED, postgresql_using="gin")
        drop_index("tasks", "ix_tasks_words")
    replace_record_triggers("tasks", follow=["search_text"])


def downgrade() -> None:
    replace_record_triggers("tasks", follow=[])
    if on_sqlite():
        _drop("task_search")
        drop_column("tasks", "search_text")
        if _has_trigrams(WORDS_INDEX):
            _add_word_index()
    else:
        drop_index("tasks", "ix_tasks_user_id_search_text")
        drop_column("tasks", "search_text")
        add_index("tasks", "ix_tasks_words", WORDS, postgresql_using="gin")


def _drop_word_index() -> None:
    for name in TRIGGERS:
        drop_trigger("tasks", name)
    _drop("task_words", "task_words_due")


def _add_word_index() -> None:
    _drop_word_index()
    op.execute(WORDS_INDEX.strip())
    op.execute(DUE.strip())
    for name, statement in TRIGGERS.items():
        add_trigger(name, statement)
    op.execute("INSERT INTO task_words_due (user_id, task_id) SELECT user_id, id FROM tasks")


def _has_trigrams(index: str) -> bool:
    """Whether this SQLite can have the index: a build may lack FTS5, and trigrams came with 3.34."""
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute(index)
    except sqlite3.OperationalError:
        return False
    return True


def _drop(*tables: str) -> None:
    for table in tables:
        if has_table(table):
            op.drop_table(table)
