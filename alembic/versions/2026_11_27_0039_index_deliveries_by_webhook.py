"""Index the deliveries to come by their webhook"""

import sqlalchemy as sa

from web.schema.operations import add_index, drop_index

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

TO_COME = dict.fromkeys(("postgresql_where", "sqlite_where"), sa.text("next_at IS NOT NULL"))
BY_TIME, BY_WEBHOOK = "ix_webhook_deliveries_next_at", "ix_webhook_deliveries_webhook_id_next_at"


def upgrade() -> None:
    add_index("webhook_deliveries", BY_WEBHOOK, ["webhook_id", "next_at"], **TO_COME)
    drop_index("webhook_deliveries", BY_TIME)


def downgrade() -> None:
    add_index("webhook_deliveries", BY_TIME, ["next_at"], **TO_COME)
    drop_index("webhook_deliveries", BY_WEBHOOK)
