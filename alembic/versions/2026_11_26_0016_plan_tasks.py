"""Plan tasks: lists, steps, order, dates and repeats"""

import sqlalchemy as sa
from alembic import op

from web.db.ddl import is_day, is_text, is_timestamp
from web.schema.existing import dialect_module
from web.schema.operations import (
    add_column,
    add_constraints,
    add_index,
    add_trigger,
    drop_columns,
    drop_constraint,
    drop_index,
    drop_trigger,
    on_sqlite,
    run_function,
)
from web.schema.records import big_id, position, replace_record_triggers, timestamp

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

FOLLOW = ["search_text", "position", "day_position", "completed_at"]
CHECKS = {
    "parent_is_another": "parent_id <> id",
    "priority_known": "priority BETWEEN 1 AND 4",
    "due_time_has_day": "due_time IS NULL OR due_on IS NOT NULL",
    "due_zone_has_time": "due_zone IS NULL OR due_time IS NOT NULL",
    "due_at_has_zone": "(due_at IS NULL) = (due_zone IS NULL)",
    "due_zone_length": "length(due_zone) BETWEEN 1 AND 64",
    "repeat_rule_length": "length(repeat_rule) BETWEEN 1 AND 200",
    "repeat_mode_known": "repeat_mode IN ('schedule', 'completion')",
    "repeat_complete": (
        "(repeat_rule IS NULL) = (repeat_mode IS NULL) AND (repeat_rule IS NULL) = (repeat_anchor IS NULL)"
    ),
    "repeat_has_day": "repeat_rule IS NULL OR due_on IS NOT NULL",
    "repeat_end_has_rule": "repeat_rule IS NOT NULL OR (repeat_until IS NULL AND repeat_left IS NULL)",
    "repeat_left_positive": "repeat_left >= 1",
    "series_is_another": "series_id <> id",
    "position_length": "length(position) BETWEEN 1 AND 100",
    "day_position_length": "length(day_position) BETWEEN 1 AND 100",
}
# SQLite takes any value for any column.
TEXTS = ("position", "day_position", "due_time", "due_zone", "repeat_rule", "repeat_mode")
ON_SQLITE = {
    "priority_is_integer": "typeof(priority) = 'integer'",
    "repeat_left_is_integer": "repeat_left IS NULL OR typeof(repeat_left) = 'integer'",
    **{
        f"{name}_is_day": f"{name} IS NULL OR {is_day(name)}"
        for name in ("start_on", "due_on", "repeat_anchor", "repeat_until")
    },
    **{f"{name}_is_text": f"{name} IS NULL OR {is_text(name)}" for name in TEXTS},
    **{f"{name}_is_timestamp": is_timestamp(name) for name in ("due_at", "completed_at")},
}
FOREIGN_KEYS = ("fk_tasks_user_id_list_id_lists", "fk_tasks_user_id_parent_id_tasks", "fk_tasks_series_id_tasks")
# SQLite compares a query's condition with that of an index by its text.
OPEN = {"postgresql": "deleted_at IS NULL AND NOT completed", "sqlite": "deleted_at IS NULL AND completed = 0"}
DONE = {"postgresql": "deleted_at IS NULL AND completed", "sqlite": "deleted_at IS NULL AND completed = 1"}
INDEXES = {
    "ix_tasks_open_position": (["user_id", "list_id", "position", "id"], "OPEN AND parent_id IS NULL"),
    "ix_tasks_open_due": (["user_id", "due_on", "due_time", "id"], "OPEN AND due_on IS NOT NULL"),
    "ix_tasks_open_start": (["user_id", "start_on", "id"], "OPEN AND start_on IS NOT NULL"),
    "ix_tasks_completed_at": (["user_id", "completed_at", "id"], "DONE"),
    "ix_tasks_deleted_at": (["user_id", "deleted_at", "id"], "deleted_at IS NOT NULL"),
    "ix_tasks_user_id_list_id": (["user_id", "list_id"], "list_id IS NOT NULL"),
    "ix_tasks_user_id_parent_id": (["user_id", "parent_id", "position"], "parent_id IS NOT NULL"),
    "ix_tasks_series_id": (["series_id", "due_on"], "series_id IS NOT NULL"),
}
FUNCTION = """
CREATE OR REPLACE FUNCTION follow_completed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.completed_at := CASE
        WHEN NOT NEW.completed THEN NULL WHEN TG_OP = 'INSERT' THEN NEW.updated_at ELSE clock_timestamp() END;
    RETURN NEW;
END $$"""
TRIGGERS = {
    "postgresql": {
        "tr_tasks_when_completed": """
CREATE TRIGGER tr_tasks_when_completed BEFORE INSERT OR UPDATE ON tasks FOR EACH ROW
WHEN (NEW.completed IS DISTINCT FROM (NEW.completed_at IS NOT NULL)) EXECUTE FUNCTION follow_completed()""",
    },
    "sqlite": {
        "tr_tasks_when_added_completed": """
CREATE TRIGGER tr_tasks_when_added_completed AFTER INSERT ON tasks
WHEN NEW.completed IS NOT (NEW.completed_at IS NOT NULL)
BEGIN
    UPDATE tasks SET completed_at = CASE WHEN NEW.completed THEN NEW.updated_at END WHERE id = NEW.id;
END""",
        "tr_tasks_when_completed": """
CREATE TRIGGER tr_tasks_when_completed AFTER UPDATE OF completed, completed_at ON tasks
WHEN NEW.completed IS NOT (NEW.completed_at IS NOT NULL)
BEGIN
    UPDATE tasks SET completed_at = CASE WHEN NEW.completed THEN strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z' END
    WHERE id = NEW.id;
END""",
    },
}


def upgrade() -> None:
    """Constants as defaults: no row is rewritten. The next revisions fill in `completed_at` and validate."""
    for column in columns():
        add_column("tasks", column)
    add_constraints("tasks", *constraints())
    for name, (names, where) in INDEXES.items():
        conditions = {
            f"{database}_where": sa.text(where.replace("OPEN", OPEN[database]).replace("DONE", DONE[database]))
            for database in ("postgresql", "sqlite")
        }
        add_index("tasks", name, names, **conditions)
    replace_record_triggers("tasks", follow=FOLLOW)
    if not on_sqlite():
        run_function(FUNCTION)
    for name, statement in TRIGGERS["sqlite" if on_sqlite() else "postgresql"].items():
        add_trigger(name, statement)


def downgrade() -> None:
    for name in TRIGGERS["sqlite" if on_sqlite() else "postgresql"]:
        drop_trigger("tasks", name)
    if not on_sqlite():
        op.execute("DROP FUNCTION IF EXISTS follow_completed")
    replace_record_triggers("tasks", follow=["search_text"])
    for name in INDEXES:
        drop_index("tasks", name)
    drop_constraint("tasks", *FOREIGN_KEYS, kind="foreignkey")
    drop_constraint("tasks", "uq_tasks_user_id_id", kind="unique")
    drop_constraint("tasks", *checks())
    drop_columns("tasks", *(column.name for column in columns()))


def columns() -> list[sa.Column]:
    return [
        sa.Column("completed_at", timestamp(), nullable=True),
        sa.Column("list_id", big_id(), nullable=True),
        sa.Column("parent_id", big_id(), nullable=True),
        sa.Column("position", position(), nullable=False, server_default="a0"),
        sa.Column("day_position", position(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False, server_default=sa.text("4")),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_time", sa.String(5), nullable=True),
        sa.Column("due_zone", sa.String(64), nullable=True),
        sa.Column("due_at", timestamp(), nullable=True),
        sa.Column("repeat_rule", sa.String(200), nullable=True),
        sa.Column("repeat_mode", sa.String(10), nullable=True),
        sa.Column("repeat_anchor", sa.Date(), nullable=True),
        sa.Column("repeat_until", sa.Date(), nullable=True),
        sa.Column("repeat_left", sa.Integer(), nullable=True),
        sa.Column("series_id", big_id(), nullable=True),
    ]


def constraints() -> list[sa.Constraint]:
    to_lists, to_parents, to_series = FOREIGN_KEYS
    return [
        sa.UniqueConstraint("user_id", "id", name="uq_tasks_user_id_id"),
        sa.ForeignKeyConstraint(
            ["user_id", "list_id"], ["lists.user_id", "lists.id"], name=to_lists, ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "parent_id"], ["tasks.user_id", "tasks.id"], name=to_parents, ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["series_id"], ["tasks.id"], name=to_series, ondelete="SET NULL"),
        *(sa.CheckConstraint(rule, name=name) for name, rule in checks().items()),
    ]


def checks() -> dict[str, str]:
    rules = {**CHECKS, "due_time_is_time": dialect_module().is_wall_time("due_time")}
    rules |= ON_SQLITE if on_sqlite() else {}
    return {f"ck_tasks_{name}": rule for name, rule in rules.items()}
