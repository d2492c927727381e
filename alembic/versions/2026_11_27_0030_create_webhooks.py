"""Create webhooks and their deliveries"""

import sqlalchemy as sa

from web.db.ddl import is_text, is_timestamp, utc_now_sql
from web.schema.operations import add_index, add_table, drop_table, on_sqlite
from web.schema.records import big_id, create_records, drop_records, replace_record_triggers, timestamp

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TO_COME = sa.text("next_at IS NOT NULL")


def upgrade() -> None:
    create_records(
        "webhooks",
        sa.Column("url", sa.String(1000), nullable=False),
        sa.Column("secret", sa.String(100), nullable=False),
        sa.Column("cursor", big_id(), nullable=False),
        sa.Column("ended_at", timestamp(), nullable=True),
        sa.UniqueConstraint("user_id", "id", name="uq_webhooks_user_id_id"),
        *_checks("webhooks", url_length="length(url) BETWEEN 1 AND 1000", cursor_not_negative="cursor >= 0"),
        *_on_sqlite(
            "webhooks",
            cursor_is_integer="typeof(cursor) = 'integer'",
            url_is_text=is_text("url"),
            secret_is_text=is_text("secret"),
            ended_at_is_timestamp=is_timestamp("ended_at"),
        ),
    )
    replace_record_triggers("webhooks", follow=["cursor", "ended_at"])
    create_deliveries()


def downgrade() -> None:
    drop_table("webhook_deliveries")
    drop_records("webhooks")


def create_deliveries() -> None:
    name = "webhook_deliveries"
    add_table(
        name,
        sa.Column("id", big_id(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("webhook_id", big_id(), nullable=False),
        sa.Column("event_id", big_id(), nullable=False),
        sa.Column("created_at", timestamp(), nullable=False, server_default=utc_now_sql()),
        sa.Column("next_at", timestamp(), nullable=True),
        sa.Column("claimed_until", timestamp(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("problem", sa.String(200), nullable=True),
        sa.Column("delivered_at", timestamp(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint("webhook_id", "event_id", name=f"uq_{name}_webhook_id_event_id"),
        sa.ForeignKeyConstraint(
            ["user_id", "webhook_id"],
            ["webhooks.user_id", "webhooks.id"],
            name=f"fk_{name}_user_id_webhook_id_webhooks",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=f"fk_{name}_event_id_events", ondelete="CASCADE"),
        *_checks(name, attempts_not_negative="attempts >= 0", status_known="status BETWEEN 100 AND 999"),
        *_on_sqlite(
            name,
            attempts_is_integer="typeof(attempts) = 'integer'",
            status_is_integer="status IS NULL OR typeof(status) = 'integer'",
            problem_is_text=f"problem IS NULL OR {is_text('problem')}",
            **{
                f"{column}_is_timestamp": is_timestamp(column)
                for column in ("created_at", "next_at", "claimed_until", "delivered_at")
            },
        ),
    )
    add_index(name, f"ix_{name}_user_id_webhook_id_id", ["user_id", "webhook_id", "id"])
    add_index(name, f"ix_{name}_event_id", ["event_id"])
    add_index(name, f"ix_{name}_next_at", ["next_at"], postgresql_where=TO_COME, sqlite_where=TO_COME)


def _on_sqlite(table: str, **rules: str) -> list[sa.schema.SchemaItem]:
    return _checks(table, **rules) if on_sqlite() else []


def _checks(table: str, **rules: str) -> list[sa.schema.SchemaItem]:
    return [sa.CheckConstraint(rule, name=f"ck_{table}_{name}") for name, rule in rules.items()]
