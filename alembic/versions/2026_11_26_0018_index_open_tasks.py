"""Index open tasks, and validate what planning added"""

import sqlalchemy as sa

from web.schema.operations import add_index, drop_index, on_sqlite, validate

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OPEN = {
    "postgresql_where": sa.text("deleted_at IS NULL AND NOT completed"),
    "sqlite_where": sa.text("deleted_at IS NULL AND completed = 0"),
}
NOT_DELETED = dict.fromkeys(("postgresql_where", "sqlite_where"), sa.text("deleted_at IS NULL"))
BY_TITLE = ["user_id", sa.text('(lower(title) COLLATE "C")'), "id"]
OPEN_INDEXES = {
    "ix_tasks_open_created_at": ["user_id", "created_at", "id"],
    "ix_tasks_open_updated_at": ["user_id", "updated_at", "id"],
}
OLD_INDEXES = {
    "ix_tasks_user_id_completed_created_at_id": ["user_id", "completed", "created_at", "id"],
    "ix_tasks_user_id_updated_at_id": ["user_id", "updated_at", "id"],
}
ADDED = [
    *("ck_tasks_parent_is_another", "ck_tasks_priority_known", "ck_tasks_due_time_is_time"),
    *("ck_tasks_due_time_has_day", "ck_tasks_due_zone_has_time", "ck_tasks_due_at_has_zone"),
    *("ck_tasks_due_zone_length", "ck_tasks_repeat_rule_length", "ck_tasks_repeat_mode_known"),
    *("ck_tasks_repeat_complete", "ck_tasks_repeat_has_day", "ck_tasks_repeat_end_has_rule"),
    *("ck_tasks_repeat_left_positive", "ck_tasks_series_is_another", "ck_tasks_position_length"),
    *("ck_tasks_day_position_length", "fk_tasks_user_id_list_id_lists", "fk_tasks_user_id_parent_id_tasks"),
    "fk_tasks_series_id_tasks",
]


def upgrade() -> None:
    for name in ADDED:
        validate("tasks", name)
    _replace_indexes(OLD_INDEXES, OPEN_INDEXES, OPEN)
    if not on_sqlite():
        add_index("tasks", "ix_tasks_open_title", BY_TITLE, **OPEN)
        drop_index("tasks", "ix_tasks_user_id_title_id")


def downgrade() -> None:
    _replace_indexes(OPEN_INDEXES, OLD_INDEXES, NOT_DELETED)
    if not on_sqlite():
        add_index("tasks", "ix_tasks_user_id_title_id", BY_TITLE, **NOT_DELETED)
        drop_index("tasks", "ix_tasks_open_title")


def _replace_indexes(old: dict[str, list[str]], new: dict[str, list[str]], where: dict[str, sa.TextClause]) -> None:
    for name, columns in new.items():
        add_index("tasks", name, columns, **where)
    for name in old:
        drop_index("tasks", name)
