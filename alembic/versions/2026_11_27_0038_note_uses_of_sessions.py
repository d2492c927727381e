"""Note uses of sessions"""

import sqlalchemy as sa

from web.db.ddl import is_text, is_timestamp
from web.schema.operations import add_table, drop_table, on_sqlite
from web.schema.records import timestamp

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

TABLE = "session_uses"


def upgrade() -> None:
    add_table(
        TABLE,
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("used_at", timestamp(), nullable=False),
        sa.Column("address", sa.String(64), nullable=True),
        sa.Column("confirmed_at", timestamp(), nullable=True),
        sa.PrimaryKeyConstraint("session_id", name=f"pk_{TABLE}"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=f"fk_{TABLE}_session_id_sessions", ondelete="CASCADE"
        ),
        *_checks(address_length="length(address) <= 64"),
        *(_checks(**_types()) if on_sqlite() else []),
    )


def downgrade() -> None:
    drop_table(TABLE)


def _types() -> dict[str, str]:
    times = {f"{name}_is_timestamp": is_timestamp(name) for name in ("used_at", "confirmed_at")}
    return {"address_is_text": f"address IS NULL OR {is_text('address')}", **times}


def _checks(**rules: str) -> list[sa.schema.SchemaItem]:
    return [sa.CheckConstraint(rule, name=f"ck_{TABLE}_{name}") for name, rule in rules.items()]
