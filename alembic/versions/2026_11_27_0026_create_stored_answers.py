"""Create stored answers"""

import sqlalchemy as sa

from web.db.ddl import is_text, is_timestamp, utc_now_sql
from web.schema.operations import add_index, add_table, drop_table, on_sqlite
from web.schema.records import timestamp

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLE = "stored_answers"


def upgrade() -> None:
    add_table(
        TABLE,
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("path", sa.String(500), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created_at", timestamp(), nullable=False, server_default=utc_now_sql()),
        sa.PrimaryKeyConstraint("user_id", "key", name=f"pk_{TABLE}"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{TABLE}_user_id_users", ondelete="CASCADE"),
        *_checks(
            key_length="length(key) BETWEEN 1 AND 255",
            digest_length="length(digest) = 64",
            status_is_success="status BETWEEN 200 AND 299",
        ),
        *_checks_of_sqlite(),
    )
    add_index(TABLE, f"ix_{TABLE}_created_at", ["created_at"])


def downgrade() -> None:
    drop_table(TABLE)


def _checks_of_sqlite() -> list[sa.schema.SchemaItem]:
    if not on_sqlite():
        return []
    texts = {f"{name}_is_text": is_text(name) for name in ("key", "path", "digest")}
    optional = {f"{name}_is_text": f"{name} IS NULL OR {is_text(name)}" for name in ("headers", "body")}
    return _checks(
        **texts,
        **optional,
        status_is_integer="status IS NULL OR typeof(status) = 'integer'",
        created_at_is_timestamp=is_timestamp("created_at"),
    )


def _checks(**rules: str) -> list[sa.schema.SchemaItem]:
    return [sa.CheckConstraint(rule, name=f"ck_{TABLE}_{name}") for name, rule in rules.items()]
