"""Create push subscriptions"""

import sqlalchemy as sa

from web.db.ddl import is_text, is_timestamp
from web.schema.operations import add_index, on_sqlite
from web.schema.records import create_records, drop_records, replace_record_triggers, timestamp

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLE = "push_subscriptions"


def upgrade() -> None:
    create_records(
        TABLE,
        sa.Column("endpoint", sa.String(2000), nullable=False),
        sa.Column("p256dh", sa.String(87), nullable=False),
        sa.Column("auth", sa.String(22), nullable=False),
        sa.Column("device", sa.String(60), nullable=False),
        sa.Column("session_id", sa.String(255), nullable=False),
        sa.Column("session_expires_at", timestamp(), nullable=False),
        sa.Column("last_success_at", timestamp(), nullable=True),
        sa.UniqueConstraint("user_id", "endpoint", name=f"uq_{TABLE}_user_id_endpoint"),
        *_checks(
            endpoint_length="length(endpoint) BETWEEN 10 AND 2000",
            endpoint_is_https="substr(endpoint, 1, 8) = 'https://'",
            p256dh_length="length(p256dh) = 87",
            auth_length="length(auth) = 22",
            device_length="length(device) BETWEEN 1 AND 60",
        ),
        *_checks_of_sqlite(),
    )
    replace_record_triggers(TABLE, follow=["last_success_at"])
    add_index(TABLE, f"ix_{TABLE}_endpoint", ["endpoint"])


def downgrade() -> None:
    drop_records(TABLE)


def _checks_of_sqlite() -> list[sa.schema.SchemaItem]:
    if not on_sqlite():
        return []
    texts = {f"{name}_is_text": is_text(name) for name in ("endpoint", "p256dh", "auth", "device", "session_id")}
    times = {f"{name}_is_timestamp": is_timestamp(name) for name in ("session_expires_at", "last_success_at")}
    return _checks(**texts, **times)


def _checks(**rules: str) -> list[sa.schema.SchemaItem]:
    return [sa.CheckConstraint(rule, name=f"ck_{TABLE}_{name}") for name, rule in rules.items()]
