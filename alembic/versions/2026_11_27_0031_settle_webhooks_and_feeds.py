"""Choose the events of webhooks, keep a replaced secret for a day, note when a feed was read"""

import sqlalchemy as sa

from web.db.ddl import is_text, is_timestamp
from web.schema.operations import add_checks, add_column, drop_columns, drop_constraint, on_sqlite
from web.schema.records import replace_record_triggers, timestamp

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

FOLLOW = ["cursor", "ended_at"]
READ = {"ck_feeds_last_read_at_is_timestamp": is_timestamp("last_read_at")}
CHECKS = {
    "ck_webhooks_types_is_text": f"types IS NULL OR {is_text('types')}",
    "ck_webhooks_previous_secret_is_text": f"previous_secret IS NULL OR {is_text('previous_secret')}",
    "ck_webhooks_previous_until_is_timestamp": is_timestamp("previous_until"),
}


def upgrade() -> None:
    add_column("webhooks", sa.Column("types", sa.String(1000), nullable=True))
    add_column("webhooks", sa.Column("previous_secret", sa.String(100), nullable=True))
    add_column("webhooks", sa.Column("previous_until", timestamp(), nullable=True))
    if on_sqlite():
        add_checks("webhooks", **CHECKS)
    replace_record_triggers("webhooks", follow=FOLLOW)
    add_column("feeds", sa.Column("last_read_at", timestamp(), nullable=True))
    if on_sqlite():
        add_checks("feeds", **READ)
    replace_record_triggers("feeds", follow=["last_read_at"])


def downgrade() -> None:
    if on_sqlite():
        drop_constraint("feeds", *READ)
    replace_record_triggers("feeds", follow=[])
    drop_columns("feeds", "last_read_at")
    if on_sqlite():
        drop_constraint("webhooks", *CHECKS)
    replace_record_triggers("webhooks", follow=FOLLOW)
    drop_columns("webhooks", "types", "previous_secret", "previous_until")
