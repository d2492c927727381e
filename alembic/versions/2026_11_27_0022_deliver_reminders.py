"""Deliver reminders: their channels, what was dismissed, and the daily e-mail"""

import sqlalchemy as sa

from web.db.ddl import is_day, is_text, is_timestamp
from web.schema.existing import dialect_module
from web.schema.operations import (
    add_column,
    add_constraints,
    add_index,
    add_table,
    drop_columns,
    drop_constraint,
    drop_index,
    drop_table,
    on_sqlite,
)
from web.schema.records import replace_record_triggers, timestamp

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

FOLLOW = ["at", "claimed_until", "sent_at", "attempts"]
SHOWN = sa.text("dismissed_at IS NULL AND deleted_at IS NULL")
TO_COME = sa.text("next_at IS NOT NULL")
PREFERENCES = {
    "ck_preferences_reminders_by_email_true_or_false": "reminders_by_email IN (FALSE, TRUE)",
    "ck_preferences_digest_hour_known": "digest_hour BETWEEN 0 AND 23",
}
PREFERENCES_ON_SQLITE = {
    "ck_preferences_digest_hour_is_integer": "digest_hour IS NULL OR typeof(digest_hour) = 'integer'",
}
REMINDERS_ON_SQLITE = {
    "ck_reminders_day_time_is_text": f"day_time IS NULL OR {is_text('day_time')}",
    "ck_reminders_sent_by_is_text": f"sent_by IS NULL OR {is_text('sent_by')}",
    "ck_reminders_dismissed_at_is_timestamp": is_timestamp("dismissed_at"),
}


def upgrade() -> None:
    add_column("reminders", sa.Column("day_time", sa.String(5), nullable=True))
    add_column("reminders", sa.Column("sent_by", sa.String(100), nullable=True))
    add_column("reminders", sa.Column("dismissed_at", timestamp(), nullable=True))
    _add_checks("reminders", _reminders(), REMINDERS_ON_SQLITE)
    replace_record_triggers("reminders", follow=[*FOLLOW, "sent_by", "dismissed_at"])
    add_index("reminders", "ix_reminders_shown_at", ["user_id", "at"], postgresql_where=SHOWN, sqlite_where=SHOWN)
    add_column(
        "preferences", sa.Column("reminders_by_email", sa.Boolean(), nullable=False, server_default=sa.text("FALSE"))
    )
    add_column("preferences", sa.Column("digest_hour", sa.Integer(), nullable=True))
    _add_checks("preferences", PREFERENCES, PREFERENCES_ON_SQLITE)
    create_digests()


def downgrade() -> None:
    drop_table("digests")
    drop_constraint("preferences", *PREFERENCES, *(PREFERENCES_ON_SQLITE if on_sqlite() else ()))
    drop_columns("preferences", "digest_hour", "reminders_by_email")
    drop_index("reminders", "ix_reminders_shown_at")
    drop_constraint("reminders", *_reminders(), *(REMINDERS_ON_SQLITE if on_sqlite() else ()))
    replace_record_triggers("reminders", follow=FOLLOW)
    drop_columns("reminders", "dismissed_at", "sent_by", "day_time")


def create_digests() -> None:
    add_table(
        "digests",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("next_at", timestamp(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("claimed_until", timestamp(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("user_id", name="pk_digests"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_digests_user_id_users", ondelete="CASCADE"),
        sa.CheckConstraint("attempts >= 0", name="ck_digests_attempts_not_negative"),
        *_on_sqlite(
            ck_digests_attempts_is_integer="typeof(attempts) = 'integer'",
            ck_digests_sent_on_is_day=f"sent_on IS NULL OR {is_day('sent_on')}",
            ck_digests_next_at_is_timestamp=is_timestamp("next_at"),
            ck_digests_claimed_until_is_timestamp=is_timestamp("claimed_until"),
        ),
    )
    add_index("digests", "ix_digests_next_at", ["next_at"], postgresql_where=TO_COME, sqlite_where=TO_COME)


def _reminders() -> dict[str, str]:
    return {
        "ck_reminders_day_time_is_time": dialect_module().is_wall_time("day_time"),
        "ck_reminders_day_time_has_days": (
            "day_time IS NULL OR (minutes_before IS NOT NULL AND minutes_before / 1440 * 1440 = minutes_before)"
        ),
    }


def _add_checks(table: str, both: dict[str, str], only_on_sqlite: dict[str, str]) -> None:
    rules = both | (only_on_sqlite if on_sqlite() else {})
    add_constraints(table, *(sa.CheckConstraint(rule, name=name) for name, rule in rules.items()))


def _on_sqlite(**rules: str) -> list[sa.schema.SchemaItem]:
    return [sa.CheckConstraint(rule, name=name) for name, rule in rules.items()] if on_sqlite() else []
