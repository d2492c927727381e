"""Create outgoing mails: messages about accounts that wait to be sent"""

import sqlalchemy as sa

from web.db.ddl import is_text, is_timestamp, utc_now_sql
from web.schema.operations import add_index, add_table, drop_table, on_sqlite
from web.schema.records import timestamp

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

NAME = "outgoing_mails"


def upgrade() -> None:
    add_table(
        NAME,
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(50), nullable=False),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("created_at", timestamp(), nullable=False, server_default=utc_now_sql()),
        sa.Column("next_at", timestamp(), nullable=False, server_default=utc_now_sql()),
        sa.Column("expires_at", timestamp(), nullable=False),
        sa.Column("claimed_until", timestamp(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id", name=f"pk_{NAME}"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{NAME}_user_id_users", ondelete="CASCADE"),
        *_checks(
            kind_length="length(kind) BETWEEN 1 AND 50",
            address_length="length(address) BETWEEN 1 AND 255",
            attempts_not_negative="attempts >= 0",
        ),
        *_on_sqlite(
            attempts_is_integer="typeof(attempts) = 'integer'",
            **{f"{name}_is_text": is_text(name) for name in ("id", "kind", "address", "facts")},
            **{
                f"{name}_is_timestamp": is_timestamp(name)
                for name in ("created_at", "next_at", "claimed_until", "expires_at")
            },
        ),
    )
    add_index(NAME, f"ix_{NAME}_user_id", ["user_id"])
    add_index(NAME, f"ix_{NAME}_next_at", ["next_at"])


def downgrade() -> None:
    drop_table(NAME)


def _on_sqlite(**rules: str) -> list[sa.schema.SchemaItem]:
    return _checks(**rules) if on_sqlite() else []


def _checks(**rules: str) -> list[sa.schema.SchemaItem]:
    return [sa.CheckConstraint(rule, name=f"ck_{NAME}_{name}") for name, rule in rules.items()]
