"""Close accounts"""

import sqlalchemy as sa

from web.db.ddl import is_timestamp
from web.schema.operations import add_index, add_table, drop_table, on_sqlite
from web.schema.records import timestamp

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

TABLE = "closed_accounts"
TIMES = ("disabled_at", "delete_at")


def upgrade() -> None:
    times = {f"{name}_is_timestamp": is_timestamp(name) for name in TIMES} if on_sqlite() else {}
    add_table(
        TABLE,
        sa.Column("user_id", sa.String(), nullable=False),
        *(sa.Column(name, timestamp(), nullable=True) for name in TIMES),
        sa.PrimaryKeyConstraint("user_id", name=f"pk_{TABLE}"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{TABLE}_user_id_users", ondelete="CASCADE"),
        *_checks(has_reason="disabled_at IS NOT NULL OR delete_at IS NOT NULL", **times),
    )
    add_index(TABLE, f"ix_{TABLE}_delete_at", ["delete_at"])


def downgrade() -> None:
    drop_table(TABLE)


def _checks(**rules: str) -> list[sa.schema.SchemaItem]:
    return [sa.CheckConstraint(rule, name=f"ck_{TABLE}_{name}") for name, rule in rules.items()]
