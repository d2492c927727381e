"""Create preferences, reminders and the labels of tasks"""

import sqlalchemy as sa

from web.db.ddl import is_text, is_timestamp
from web.schema.operations import add_index, add_table, drop_index, drop_table, on_sqlite
from web.schema.records import big_id, create_records, drop_records, replace_record_triggers, timestamp

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MOST_MINUTES = 40_320
UNSENT = sa.text("sent_at IS NULL AND deleted_at IS NULL")


def upgrade() -> None:
    create_task_labels()
    create_reminders()
    create_preferences()
    # The latest events of a user, for Undo step by step; an operation is unique without its user.
    add_index("events", "ix_events_user_id_id", ["user_id", "id"])
    add_index("events", "ix_events_operation", ["operation"])
    drop_index("events", "ix_events_user_id_operation")


def downgrade() -> None:
    add_index("events", "ix_events_user_id_operation", ["user_id", "operation"])
    drop_index("events", "ix_events_operation")
    drop_index("events", "ix_events_user_id_id")
    drop_table("preferences")
    drop_records("reminders")
    drop_table("task_labels")


def create_task_labels() -> None:
    add_table(
        "task_labels",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("task_id", big_id(), nullable=False),
        sa.Column("label_id", big_id(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "task_id", "label_id", name="pk_task_labels"),
        _to("task_labels", "task_id", "tasks"),
        _to("task_labels", "label_id", "labels"),
    )
    add_index("task_labels", "ix_task_labels_user_id_label_id", ["user_id", "label_id", "task_id"])


def create_reminders() -> None:
    create_records(
        "reminders",
        sa.Column("task_id", big_id(), nullable=False),
        sa.Column("minutes_before", sa.Integer(), nullable=True),
        sa.Column("at", timestamp(), nullable=True),
        sa.Column("claimed_until", timestamp(), nullable=True),
        sa.Column("sent_at", timestamp(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        _to("reminders", "task_id", "tasks"),
        sa.CheckConstraint(f"minutes_before BETWEEN 0 AND {MOST_MINUTES}", name="ck_reminders_minutes_before_known"),
        sa.CheckConstraint("attempts >= 0", name="ck_reminders_attempts_not_negative"),
        *_on_sqlite(
            ck_reminders_minutes_before_is_integer="minutes_before IS NULL OR typeof(minutes_before) = 'integer'",
            ck_reminders_attempts_is_integer="typeof(attempts) = 'integer'",
            **{f"ck_reminders_{name}_is_timestamp": is_timestamp(name) for name in ("at", "claimed_until", "sent_at")},
        ),
    )
    replace_record_triggers("reminders", follow=["at", "claimed_until", "sent_at", "attempts"])
    add_index("reminders", "ix_reminders_unsent_at", ["at"], postgresql_where=UNSENT, sqlite_where=UNSENT)
    add_index("reminders", "ix_reminders_user_id_task_id", ["user_id", "task_id"])


def create_preferences() -> None:
    add_table(
        "preferences",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=True),
        sa.Column("zone_is_chosen", sa.Boolean(), nullable=False, server_default=sa.text("FALSE")),
        sa.Column("week_start", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("date_order", sa.String(3), nullable=False, server_default="d/m"),
        sa.Column("clock", sa.Integer(), nullable=False, server_default=sa.text("24")),
        sa.Column("start_page", sa.String(10), nullable=False, server_default="today"),
        sa.Column("scheme", sa.String(10), nullable=False, server_default="system"),
        sa.Column("density", sa.String(12), nullable=False, server_default="comfortable"),
        sa.Column("single_keys", sa.Boolean(), nullable=False, server_default=sa.text("TRUE")),
        sa.Column("default_reminder", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name="pk_preferences"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_preferences_user_id_users", ondelete="CASCADE"),
        *_checks(
            ck_preferences_time_zone_length="length(time_zone) BETWEEN 1 AND 64",
            ck_preferences_zone_is_chosen_true_or_false="zone_is_chosen IN (FALSE, TRUE)",
            ck_preferences_week_start_known="week_start BETWEEN 0 AND 6",
            ck_preferences_clock_known="clock IN (12, 24)",
            ck_preferences_single_keys_true_or_false="single_keys IN (FALSE, TRUE)",
            ck_preferences_default_reminder_known=f"default_reminder BETWEEN 0 AND {MOST_MINUTES}",
            ck_preferences_date_order_known="date_order IN ('d/m', 'm/d')",
            ck_preferences_start_page_known="start_page IN ('today', 'upcoming', 'inbox', 'tasks')",
            ck_preferences_scheme_known="scheme IN ('system', 'light', 'dark')",
            ck_preferences_density_known="density IN ('comfortable', 'compact')",
        ),
        *_on_sqlite(
            ck_preferences_time_zone_is_text=f"time_zone IS NULL OR {is_text('time_zone')}",
            ck_preferences_week_start_is_integer="typeof(week_start) = 'integer'",
            ck_preferences_default_reminder_is_integer=(
                "default_reminder IS NULL OR typeof(default_reminder) = 'integer'"
            ),
        ),
    )


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name, targets = f"fk_{table}_user_id_{column}_{other}", [f"{other}.user_id", f"{other}.id"]
    return sa.ForeignKeyConstraint(["user_id", column], targets, name=name, ondelete="CASCADE")


def _checks(**rules: str) -> list[sa.schema.SchemaItem]:
    return [sa.CheckConstraint(rule, name=name) for name, rule in rules.items()]


def _on_sqlite(**rules: str) -> list[sa.schema.SchemaItem]:
    return _checks(**rules) if on_sqlite() else []
