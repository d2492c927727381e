"""Remember used codes"""

import sqlalchemy as sa

from web.db.ddl import is_text, is_timestamp, utc_now_sql
from web.schema.operations import add_table, drop_table, on_sqlite
from web.schema.records import timestamp

revision = "0034"
down_revision = "0032"
branch_labels = None
depends_on = None

TABLE = "used_codes"


def upgrade() -> None:
    add_table(
        TABLE,
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(6), nullable=False),
        sa.Column("used_at", timestamp(), nullable=False, server_default=utc_now_sql()),
        sa.PrimaryKeyConstraint("user_id", "code", name=f"pk_{TABLE}"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{TABLE}_user_id_users", ondelete="CASCADE"),
        *_checks(code_length="length(code) = 6"),
        *(_checks(code_is_text=is_text("code"), used_at_is_timestamp=is_timestamp("used_at")) if on_sqlite() else []),
    )


def downgrade() -> None:
    drop_table(TABLE)


def _checks(**rules: str) -> list[sa.schema.SchemaItem]:
    return [sa.CheckConstraint(rule, name=f"ck_{TABLE}_{name}") for name, rule in rules.items()]
